//! What was written in two places at once: both stay until the person has chosen.

use super::aim::{Act, Aim};
use crate::reactive::{Memo, RwSignal, Signal, effect};
use client::conversation::Thread;
use client::desk::Choice;
use leptos::prelude::*;

use crate::texts::{self, Texts};

/// The field of the composer: what was typed here, until another device's text takes its place.
/// While a message is changed there, drafts wait.
pub fn field(thread: Signal<Option<Thread>>, begun: String, aim: Aim) -> RwSignal<String> {
    let text = RwSignal::new(begun);
    let turn =
        Memo::new(move |_| thread.with(|thread| thread.as_ref().map(|thread| thread.draft.turn)));
    effect(move || {
        // Read, not only tracked: a memo that nobody reads follows nothing.
        if turn.get().is_none() || aim.is(Act::Edit) {
            return;
        }
        thread.with_untracked(|thread| {
            if let Some(thread) = thread {
                text.set(thread.draft.text.clone());
            }
        });
    });
    text
}

/// The other text, and what may become of the two.
#[component]
pub fn Elsewhere(
    /// The conversation.
    #[prop(into)]
    thread: Signal<Option<Thread>>,
    /// The words.
    t: Texts,
    /// The person has chosen.
    on_choice: Callback<Choice>,
) -> impl IntoView {
    let shown = Memo::new(move |_| {
        thread.with(|thread| {
            let draft = &thread.as_ref()?.draft;
            Some((draft.elsewhere.clone(), draft.unverified))
        })
    });
    let choice = move |choice: Choice, words: &'static str| {
        view! { <button type="button" class="button" on:click=move |_| on_choice.run(choice)>{words}</button> }.into_any()
    };
    move || {
        let (elsewhere, unverified) = shown.get().unwrap_or_default();
        let other = (!elsewhere.is_empty()).then(|| {
            view! {
                <section class="note elsewhere" aria-labelledby="elsewhere-title">
                    <h2 id="elsewhere-title">{texts::conversation::elsewhere_title(t)}</h2>
                    <p>{texts::conversation::elsewhere_text(t)}</p>
                    <blockquote dir="auto">{elsewhere}</blockquote>
                    <div class="buttons">
                        {choice(Choice::Both, texts::conversation::elsewhere_both(t))}
                        {choice(Choice::Elsewhere, texts::conversation::elsewhere_take(t))}
                        {choice(Choice::Here, texts::conversation::elsewhere_here(t))}
                    </div>
                </section>
            }
            .into_any()
        });
        let unverified = unverified.then(|| {
            view! { <p class="note">{texts::conversation::draft_unverified(t)}</p> }.into_any()
        });
        view! {
            <div role="status">{unverified} {other}</div>
        }
        .into_any()
    }
}
