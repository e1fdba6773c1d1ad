//! `/impressum`, `/datenschutz`, `/barrierefreiheit`: our structure, the operator's details.

use domain::language::Language;
use leptos::prelude::*;

use super::frame::{Here, Page, document};
use super::{Operator, Site};
use crate::texts::{self, Texts};

/// The language in which operators fill in their details.
const OPERATOR: Option<&str> = Some("de");

/// The imprint.
#[must_use]
pub fn imprint(site: &Site, language: Language) -> String {
    let (t, operator) = (texts::all(language), &site.operator);
    use texts::legal as l;
    let contact = [operator.email.as_deref(), operator.phone.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>();
    let parts = vec![
        lines(l::imprint_responsible(t), &operator.address, t),
        detail(
            l::imprint_represented(t),
            operator.represented_by.as_deref(),
            t,
        ),
        lines(l::imprint_contact(t), &contact, t),
        detail(l::imprint_register(t), operator.register.as_deref(), t),
        optional(l::imprint_tax(t), operator.tax_id.as_deref()),
        detail(l::imprint_editor(t), operator.editor.as_deref(), t),
        optional(l::imprint_supervision(t), operator.supervision.as_deref()),
        words(l::imprint_advice(t), l::imprint_advice_text(t)),
        words(
            l::imprint_software(t),
            &l::imprint_software_text(t, &operator.source_url),
        ),
    ];
    legal(
        (site, language, "/impressum"),
        texts::public::imprint(t),
        None,
        parts,
    )
}

/// The privacy page.
#[must_use]
pub fn privacy(site: &Site, language: Language) -> String {
    let (t, operator) = (texts::all(language), &site.operator);
    use texts::legal as l;
    let short = [
        l::privacy_short_1(t),
        l::privacy_short_2(t),
        l::privacy_short_3(t),
        l::privacy_short_4(t),
    ];
    let short = view! {
        <section class="note">
            <h2>{l::privacy_short(t)}</h2>
            <ul class="marks">{short.map(|item| view! { <li>{item}</li> }).collect_view()}</ul>
        </section>
    };
    let parts = vec![
        short.into_any(),
        lines(l::privacy_responsible(t), &operator.address, t),
        detail(
            l::privacy_officer(t),
            operator.privacy_officer.as_deref(),
            t,
        ),
        words(l::privacy_visit(t), l::privacy_visit_text(t)),
        words(
            l::privacy_account(t),
            &format!(
                "{}\n{}",
                l::privacy_account_text(t),
                l::privacy_name_taken(t)
            ),
        ),
        words(l::privacy_write(t), l::privacy_write_text(t)),
        words(l::privacy_limits(t), l::privacy_limits_text(t)),
        words(l::privacy_retention(t), l::privacy_retention_text(t)),
        detail(l::privacy_host(t), operator.host.as_deref(), t),
        detail(l::privacy_basis(t), operator.privacy_basis.as_deref(), t),
        words(l::privacy_rights(t), l::privacy_rights_text(t)),
        detail(
            l::privacy_authority(t),
            operator.privacy_authority.as_deref(),
            t,
        ),
    ];
    legal(
        (site, language, "/datenschutz"),
        l::privacy_title(t),
        None,
        parts,
    )
}

/// The accessibility statement.
#[must_use]
pub fn accessibility(site: &Site, language: Language) -> String {
    let (t, operator) = (texts::all(language), &site.operator);
    use texts::legal as l;
    let contact = operator
        .accessibility_contact
        .as_deref()
        .or(operator.email.as_deref());
    let parts = vec![
        words(l::access_state(t), l::access_state_text(t)),
        words(l::access_keys(t), l::access_keys_text(t)),
        words(l::access_gaps(t), l::access_gaps_text(t)),
        words(l::access_feedback(t), l::access_feedback_text(t)),
        detail(l::imprint_contact(t), contact, t),
        detail(
            l::access_enforcement(t),
            operator.accessibility_authority.as_deref(),
            t,
        ),
    ];
    legal(
        (site, language, "/barrierefreiheit"),
        l::access_title(t),
        Some(l::access_lead(t)),
        parts,
    )
}

fn legal(
    (site, language, path): (&Site, Language, &str),
    title: &'static str,
    lead: Option<&'static str>,
    parts: Vec<AnyView>,
) -> String {
    let t = texts::all(language);
    let page = Page {
        title: title.to_owned(),
        description: Some(title.to_owned()),
        here: Here::Elsewhere,
        class: "legal",
        path: Some(path.to_owned()),
        t,
    };
    let Operator { as_of, .. } = site.operator.clone();
    let as_of = as_of.map(|day| view! { <p class="quiet">{texts::legal::as_of(t, day)}</p> });
    document(site, language, page, || {
        view! {
            <h1>{title}</h1>
            {lead.map(|text| view! { <p class="lead">{text}</p> })}
            {parts}
            {as_of}
        }
    })
}

fn words(title: &'static str, text: &str) -> AnyView {
    section(title, text, None)
}

fn section(title: &'static str, text: &str, lang: Option<&'static str>) -> AnyView {
    let paragraphs = text
        .lines()
        .map(|line| view! { <p lang=lang>{line.to_owned()}</p> })
        .collect_view();
    view! {
        <section>
            <h2>{title}</h2>
            {paragraphs}
        </section>
    }
    .into_any()
}

/// What the law asks for: a gap is shown as a gap.
fn detail(title: &'static str, value: Option<&str>, t: Texts) -> AnyView {
    match value {
        Some(text) => section(title, text, OPERATOR),
        None => view! {
            <section>
                <h2>{title}</h2>
                <p class="gap">{texts::legal::missing(t)}</p>
            </section>
        }
        .into_any(),
    }
}

fn optional(title: &'static str, value: Option<&str>) -> AnyView {
    value.map(|text| section(title, text, OPERATOR)).into_any()
}

fn lines<S: AsRef<str>>(title: &'static str, values: &[S], t: Texts) -> AnyView {
    let text = values
        .iter()
        .map(AsRef::as_ref)
        .collect::<Vec<_>>()
        .join("\n");
    detail(title, (!values.is_empty()).then_some(text.as_str()), t)
}
