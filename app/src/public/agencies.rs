//! The agencies of a topic, by federal state and place.

use domain::language::Language;
use domain::topic::{AgencyChoice, Topic};
use leptos::prelude::*;

use super::topic::enquiry;
use super::{AgencyView, State};
use crate::texts::{self, Texts};

/// The list, or an honest word that there is none yet.
pub(super) fn agencies(
    topic: &Topic,
    serving: &[AgencyView],
    states: &[State],
    language: Language,
) -> impl IntoView + use<> {
    let t = texts::all(language);
    let intro = match topic.agency_choice {
        _ if serving.is_empty() => texts::public::agencies_none(t),
        AgencyChoice::List => texts::public::agencies_list(t),
        AgencyChoice::Central => texts::public::agencies_central(t),
        AgencyChoice::LinkOnly => texts::public::agencies_link(t),
    };
    let groups = states.iter().filter_map(|state| {
        let mut here: Vec<_> = serving
            .iter()
            .filter(|agency| agency.state == state.code)
            .cloned()
            .collect();
        here.sort_by(|a, b| (&a.place, &a.name).cmp(&(&b.place, &b.name)));
        (!here.is_empty()).then(|| group(state.name.clone(), here, &topic.slug, language))
    });
    view! {
        <section class="band" aria-labelledby="stellen">
            <h2 id="stellen">{texts::public::agencies(t)}</h2>
            <p>{intro}</p>
            <div class="states">{groups.collect_view()}</div>
        </section>
    }
}

fn group(
    state: String,
    agencies: Vec<AgencyView>,
    slug: &str,
    language: Language,
) -> impl IntoView + use<> {
    let cards = agencies
        .into_iter()
        .map(|agency| card(agency, slug, language))
        .collect_view();
    view! {
        <section class="state">
            <h3>{state}</h3>
            <ul>{cards}</ul>
        </section>
    }
}

fn card(agency: AgencyView, slug: &str, language: Language) -> impl IntoView + use<> {
    let t = texts::all(language);
    let AgencyView {
        id,
        name,
        place,
        description,
        languages,
        offline,
        answer_hours,
        ..
    } = agency;
    let name = if offline {
        view! { <b>{name}</b> }.into_any()
    } else {
        view! { <a href=enquiry(slug, Some(id), language)>{name}</a> }.into_any()
    };
    let answer = match answer_hours {
        _ if offline => texts::topic::offline(t).to_owned(),
        None => texts::topic::answer_usual(t).to_owned(),
        Some(hours) if hours <= 24 => texts::topic::answer_hours(t, hours.into()),
        Some(hours) => texts::topic::answer_days(t, hours.div_ceil(24).into()),
    };
    view! {
        <li class="agency">
            <p class="place">{place}</p>
            <p class="name" lang="de">{name}</p>
            <p lang="de">{description}</p>
            <p class="quiet">{answer}</p>
            {spoken(languages, t)}
        </li>
    }
}

/// In which languages it counsels, if German is not the only one; each in its own words.
fn spoken(languages: Vec<String>, t: Texts) -> impl IntoView + use<> {
    let other = languages.iter().any(|tag| tag != "de");
    let name = |(at, tag): (usize, String)| {
        let between = if at == 0 { " " } else { ", " };
        let own = own_name(tag.clone());
        view! {
            {between}
            <span lang=tag>{own}</span>
        }
    };
    other.then(|| {
        let names = languages.into_iter().enumerate().map(name).collect_view();
        view! { <p class="quiet">{texts::public::spoken(t)}{names}</p> }
    })
}

/// A language's name for itself.
fn own_name(tag: String) -> String {
    let name = match tag.as_str() {
        "ar" => "العربية",
        "bg" => "Български",
        "cs" => "Čeština",
        "da" => "Dansk",
        "de" => "Deutsch",
        "en" => "English",
        "el" => "Ελληνικά",
        "es" => "Español",
        "fa" => "فارسی",
        "fr" => "Français",
        "hr" => "Hrvatski",
        "it" => "Italiano",
        "nl" => "Nederlands",
        "pl" => "Polski",
        "pt" => "Português",
        "ro" => "Română",
        "ru" => "Русский",
        "sq" => "Shqip",
        "tr" => "Türkçe",
        "uk" => "Українська",
        "vi" => "Tiếng Việt",
        // Rather its code than nothing.
        _ => return tag,
    };
    name.to_owned()
}
