//! What was asked beside the text.

use domain::enquiry::EnquiryFields;
use leptos::prelude::*;

use crate::enquiry::answers::{answer, question};
use crate::texts::{Texts, inbox};

/// The answers; all of them are voluntary.
#[component]
pub fn Fields(
    /// What was answered.
    fields: Option<EnquiryFields>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let mut answers = Vec::new();
    if let Some(fields) = fields {
        answers.extend(
            fields
                .postcode
                .map(|postcode| (inbox::postcode(t).to_owned(), postcode)),
        );
        answers.extend(
            fields
                .answers
                .into_iter()
                .map(|(name, words)| (question(t, &name), listed(t, &name, &words))),
        );
    }
    if answers.is_empty() {
        return view! { <p class="quiet">{inbox::no_fields(t)}</p> }.into_any();
    }
    let rows = answers.into_iter().map(|(name, value)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd dir="auto">{value}</dd>
            </div>
        }
        .into_any()
    });
    view! {
        <section class="fields" aria-labelledby="fields-title">
            <h2 id="fields-title">{inbox::fields(t)}</h2>
            <dl>{rows.collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn listed(t: Texts, name: &str, words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|word| answer(t, name, word)).collect();
    words.join(", ")
}
