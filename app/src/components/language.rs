//! The choice of a language: a native list, each language in its own words, under a small sign.

use crate::reactive::RwSignal;
use domain::language::Language;
use domain::topic::Register;
use leptos::prelude::*;

use crate::texts::{self, Texts};

/// Its name for itself.
const fn name(language: Language) -> &'static str {
    match language {
        Language::German(Register::Formal) => "Deutsch (Sie)",
        Language::German(Register::Informal) => "Deutsch (Du)",
        Language::German(Register::Easy) => "Leichte Sprache",
        Language::English => "English",
    }
}

/// Changes the words at once. It stays in its place while all words around it change, and keeps the focus.
#[component]
pub fn LanguageChoice(
    /// What can be chosen.
    offered: &'static [Language],
    /// What is spoken.
    current: RwSignal<Language>,
    /// The words.
    words: RwSignal<Texts>,
    /// Hears what was chosen.
    on_choose: Callback<Language>,
) -> impl IntoView {
    let option = move |language: Language| {
        let tag = if language == Language::English {
            "en"
        } else {
            "de"
        };
        view! {
            <option value=language.word() lang=tag prop:selected=move || current.get() == language>
                {name(language)}
            </option>
        }
        .into_any()
    };
    view! {
        <label class="language">
            <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
                <path d="M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18zM3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18" fill="none" stroke="currentColor" stroke-width="2" />
            </svg>
            <span aria-hidden="true">{move || name(current.get())}</span>
        <select
            autocomplete="off"
            aria-label=move || Some(texts::app::languages(words.get()))
            on:change=move |event| {
                if let Some(chosen) = Language::from_word(&event_target_value(&event)) {
                    on_choose.run(chosen);
                }
            }
        >
            {offered.iter().copied().map(option).collect_view()}
        </select>
        </label>
    }
}
