//! What was asked beside the text.

use domain::enquiry::EnquiryFields;
use leptos::prelude::*;

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
                .map(|(field, values)| (field_name(t, field), listed(t, values))),
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
    });
    view! {
        <section class="fields" aria-labelledby="fields-title">
            <h2 id="fields-title">{inbox::fields(t)}</h2>
            <dl>{rows.collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn listed(t: Texts, values: Vec<String>) -> String {
    values
        .into_iter()
        .map(|value| answer(t, value))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A field's name in words; one that a newer form asks for is shown as it came.
fn field_name(t: Texts, field: String) -> String {
    match field.as_str() {
        "relation" => inbox::field_relation(t),
        "substances" => inbox::field_substances(t),
        "age" => inbox::field_age(t),
        "age_band" => inbox::field_age_band(t),
        "gender" => inbox::field_gender(t),
        "state" => inbox::field_state(t),
        _ => return field,
    }
    .to_owned()
}

fn answer(t: Texts, value: String) -> String {
    match value.as_str() {
        "betroffen" => inbox::answer_betroffen(t),
        "angehoerig" => inbox::answer_angehoerig(t),
        "anderes" => inbox::answer_anderes(t),
        "alkohol" => inbox::answer_alkohol(t),
        "drogen" => inbox::answer_drogen(t),
        "legal-highs" => inbox::answer_legal_highs(t),
        "tabak" => inbox::answer_tabak(t),
        "medikamente" => inbox::answer_medikamente(t),
        "gluecksspiel" => inbox::answer_gluecksspiel(t),
        "internet-computer" => inbox::answer_internet_computer(t),
        "essstoerungen" => inbox::answer_essstoerungen(t),
        "andere" => inbox::answer_andere(t),
        "keine-angabe" => inbox::answer_keine_angabe(t),
        "weiblich" => inbox::answer_weiblich(t),
        "maennlich" => inbox::answer_maennlich(t),
        "divers" => inbox::answer_divers(t),
        "0-17" => inbox::answer_age_0_17(t),
        "60+" => inbox::answer_age_60(t),
        _ => return value,
    }
    .to_owned()
}
