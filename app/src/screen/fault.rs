//! What went wrong, in words: a summary at the top that is focused, and a message at the field.

use crate::reactive::{RwSignal, effect};
use client::{Error, Untrusted};
use domain::Refusal;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::texts::{self, Texts};

/// One thing to look at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The id of the field; empty if it is about no field.
    pub field: &'static str,
    /// What it is, and what helps.
    pub text: String,
}

/// The faults of one screen.
#[derive(Clone, Copy)]
pub struct Faults(RwSignal<Vec<Fault>>);

/// None yet.
impl Default for Faults {
    fn default() -> Self {
        Self(RwSignal::new(Vec::new()))
    }
}

impl Faults {
    /// Shows these, and nothing else.
    pub fn set(self, faults: Vec<Fault>) {
        self.0.set(faults);
    }

    /// Shows one.
    pub fn one(self, field: &'static str, text: impl Into<String>) {
        self.0.set(vec![Fault {
            field,
            text: text.into(),
        }]);
    }

    /// Nothing is wrong any more.
    pub fn clear(self) {
        // The screen may have gone while somebody waited for an answer.
        if self.0.try_with_untracked(Vec::is_empty) == Some(false) {
            self.0.set(Vec::new());
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.with(Vec::is_empty)
    }

    /// The message at a field.
    #[must_use]
    pub fn at(self, field: &str) -> Option<String> {
        self.0.with(|faults| {
            faults
                .iter()
                .find(|fault| fault.field == field)
                .map(|fault| fault.text.clone())
        })
    }
}

/// The faults of a screen, with links to the fields. Takes the focus when it appears; the title says "Fehler".
#[component]
pub fn Summary(
    /// The screen's faults.
    faults: Faults,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::Div>::new();
    let title = document().title();
    on_cleanup({
        let title = title.clone();
        move || document().set_title(&title)
    });
    effect(move || {
        let wrong = !faults.is_empty();
        document().set_title(&if wrong {
            texts::app::error_title(t, &title)
        } else {
            title.clone()
        });
        if let (true, Some(node)) = (wrong, node.get()) {
            focus(&node);
        }
    });
    let item = |fault: Fault| match fault.field {
        "" => view! { <li>{fault.text}</li> }.into_any(),
        field => view! {
            <li>
                <a
                    href=format!("#{field}")
                    on:click=move |event| {
                        event.prevent_default();
                        focus_id(field);
                    }
                >
                    {fault.text}
                </a>
            </li>
        }
        .into_any(),
    };
    move || {
        (!faults.is_empty()).then(|| {
            view! {
                <div class="faults" role="alert" tabindex="-1" aria-labelledby="faults-title" node_ref=node>
                    <h2 id="faults-title">{texts::app::summary_title(t)}</h2>
                    <ul>{faults.0.get().into_iter().map(item).collect_view()}</ul>
                </div>
            }.into_any()
        })
    }
}

/// Puts the focus on an element.
pub fn focus(element: &HtmlElement) {
    // An element that cannot be focused keeps the focus where it was.
    drop(element.focus());
}

/// Puts the focus on the element with this id.
pub fn focus_id(id: &str) {
    if let Some(element) = document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
    {
        focus(&element);
    }
}

/// An error in words. Those that belong to a field have been handled before.
#[must_use]
pub fn words(t: Texts, error: &Error) -> String {
    match error {
        Error::Refused(refusal) => refusal_words(t, refusal),
        Error::Unreachable => texts::app::unreachable(t).to_owned(),
        Error::Incident(id) if id.is_empty() => texts::app::incident(t).to_owned(),
        Error::Incident(id) => {
            [texts::app::incident(t), &texts::app::incident_number(t, id)].join(" ")
        }
        Error::Untrusted(why) => untrusted_words(t, *why).to_owned(),
        Error::Damaged => texts::app::damaged(t).to_owned(),
        Error::Worker => texts::app::no_worker(t).to_owned(),
        Error::Storage => texts::device::no_room(t).to_owned(),
        Error::TooLong => texts::app::too_large(t).to_owned(),
    }
}

/// What could not be verified, in words.
#[must_use]
pub fn untrusted_words(t: Texts, why: Untrusted) -> &'static str {
    match why {
        Untrusted::Clock => texts::agency::clock(t),
        Untrusted::Stale => texts::agency::stale(t),
        Untrusted::Hint => texts::agency::hint(t),
        _ => texts::app::untrusted(t),
    }
}

fn refusal_words(t: Texts, refusal: &Refusal) -> String {
    let text = match refusal {
        Refusal::TooMany { retry_after } => {
            return texts::app::too_many(t, duration(t, *retry_after));
        }
        Refusal::NotSignedIn => texts::app::session_over(t),
        Refusal::WrongCredentials => texts::account::wrong(t),
        Refusal::WrongFactor => texts::factor::wrong(t),
        Refusal::UserNameTaken => texts::account::user_name_taken(t),
        Refusal::UserNameInvalid => texts::account::user_name_invalid(t),
        Refusal::ConsentOutdated => texts::account::consent_new(t),
        Refusal::AgencyClosed => texts::enquiry::closed(t),
        Refusal::WorkNeeded { .. } => texts::app::no_worker(t),
        Refusal::TooLarge => texts::app::too_large(t),
        Refusal::DraftExpired => texts::app::draft_expired(t),
        _ => texts::app::refused(t),
    };
    text.to_owned()
}

/// A wait in words.
#[must_use]
pub fn duration(t: Texts, seconds: u32) -> String {
    match u64::from(seconds) {
        seconds @ 0..90 => texts::app::seconds(t, seconds.max(1)),
        seconds @ 90..7_200 => texts::app::minutes(t, seconds.div_ceil(60)),
        seconds => texts::app::hours(t, seconds.div_ceil(3_600)),
    }
}
