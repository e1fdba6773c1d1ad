use super::*;
use crate::texts;
use domain::id::AgencyId;

fn site() -> Site {
    let asset = |path: &str| Asset {
        path: path.to_owned(),
        integrity: "sha256-x".to_owned(),
    };
    Site {
        style: asset("/pkg/public.css"),
        exit_script: asset("/pkg/exit.js"),
        icon: "/icon.svg".to_owned(),
        operator: Operator {
            demonstration: true,
            ..Operator::default()
        },
        content: Contents::shipped().unwrap(),
        origin: "https://beistand.example".to_owned(),
    }
}

fn agency(name: &str, place: &str, state: &str) -> AgencyView {
    AgencyView {
        id: AgencyId::from_bytes([7; 16]),
        name: name.to_owned(),
        place: place.to_owned(),
        state: state.to_owned(),
        description: "Ein <b>kleines</b> Team.".to_owned(),
        languages: vec!["de".to_owned(), "tr".to_owned()],
        offline: false,
        answer_hours: Some(30),
    }
}

const GERMAN: Language = Language::German(Register::Formal);

fn every_page(site: &Site) -> Vec<(String, String)> {
    LANGUAGES
        .into_iter()
        .flat_map(|language| every_page_in(site, language))
        .collect()
}

fn every_page_in(site: &Site, language: Language) -> Vec<(String, String)> {
    let at = |path: &str| address(language, path);
    let mut pages = vec![
        (at("/"), start(site, language)),
        (at("/themen"), topics(site, language)),
        (at("/notfall"), crisis(site, language)),
        (at("/impressum"), imprint(site, language)),
        (at("/datenschutz"), privacy(site, language)),
        (at("/barrierefreiheit"), accessibility(site, language)),
        (at("/404"), error(site, language, 404, None)),
        (at("/500"), error(site, language, 500, Some("7f3a"))),
    ];
    let serving = [
        agency("Haus Eins", "Freiburg", "BW"),
        agency("Haus Zwei", "Bremen", "HB"),
    ];
    for text in &site.content.of(language).topics {
        let slug = &text.topic.slug;
        let path = at(&format!("/themen/{slug}"));
        pages.push((path.clone(), topic(site, language, slug, &serving).unwrap()));
        pages.push((
            format!("{path} ohne Stelle"),
            topic(site, language, slug, &[]).unwrap(),
        ));
    }
    pages
}

#[test]
fn every_page_is_whole_and_keeps_the_policy() {
    for (address, html) in every_page(&site()) {
        assert!(html.starts_with("<!DOCTYPE html>"), "{address}");
        assert_eq!(html.matches("<h1").count(), 1, "{address}: one heading");
        assert_eq!(
            html.matches("<script").count(),
            1,
            "{address}: one script, a file"
        );
        for forbidden in [
            " style=",
            "<style",
            "javascript:",
            " onclick",
            "user-scalable",
            "maximum-scale",
        ] {
            assert!(!html.contains(forbidden), "{address}: {forbidden}");
        }
        for number in [
            "tel:112",
            "tel:110",
            "tel:116123",
            "tel:116111",
            "tel:116016",
        ] {
            assert!(html.contains(number), "{address}: {number}");
        }
        assert!(
            html.contains(r#"id="exit""#) && html.contains("/barrierefreiheit"),
            "{address}"
        );
    }
}

/// A link inside a page never loses its language, and every page names itself in the others.
#[test]
fn a_page_stays_in_its_language() {
    for language in LANGUAGES {
        let t = texts::all(language);
        for (path, html) in every_page_in(&site(), language) {
            let lang = format!("<html lang=\"{}\">", texts::app::language(t));
            assert!(html.contains(&lang), "{path}");
            // Without the switch, which leads to the others on purpose.
            let switch = html.find("class=\"languages\"").unwrap();
            let end = switch + html[switch..].find("</nav>").unwrap();
            assert_eq!(html[switch..end].matches("<a ").count(), 3, "{path}");
            let rest = [&html[..switch], &html[end..]].concat();
            for href in rest.split("<a ").skip(1).filter_map(|link| {
                let after = link.split("href=\"").nth(1)?;
                after.split('"').next()
            }) {
                if href.starts_with("/app") {
                    let chosen = href.contains(&format!("lang={}", language.word()));
                    assert_eq!(chosen, language != GERMAN, "{path}: {href}");
                } else if href.starts_with('/') && href != "/quelltext" {
                    assert_eq!(language_of(href), language, "{path}: {href}");
                }
            }
            if path.ends_with("404") || path.ends_with("500") {
                assert!(
                    !html.contains("hreflang=\"de-simple\" href=\"https"),
                    "{path}"
                );
                continue;
            }
            let own = path.split(' ').next().unwrap();
            assert!(
                html.contains(&format!(
                    "rel=\"canonical\" href=\"https://beistand.example{own}\""
                )),
                "{path}"
            );
            assert_eq!(html.matches("rel=\"alternate\"").count(), 3, "{path}");
        }
    }
}

/// Other languages say the same of a topic: as many points, the same places to turn to.
#[test]
fn every_language_says_the_same_of_a_topic() {
    let site = site();
    let urls = |text: &TopicText| -> Vec<String> {
        let links = text.fallback.iter().flat_map(|fallback| &fallback.links);
        links.map(|link| link.url.clone()).collect()
    };
    for german in &site.content.of(GERMAN).topics {
        let slug = &german.topic.slug;
        for language in [Language::German(Register::Easy), Language::English] {
            let other = site.content.of(language).topic(slug).unwrap();
            assert_eq!(german.about.len(), other.about.len(), "{slug}");
            assert_eq!(urls(german), urls(other), "{slug}");
            assert_ne!(german.topic.description, other.topic.description, "{slug}");
        }
    }
    for line in &site.content.of(Language::German(Register::Easy)).crisis {
        for words in [&line.name, &line.about, &line.hours] {
            assert_eq!(texts::rules::easy_faults(words), Vec::<String>::new());
        }
    }
    let numbers = |language| -> Vec<String> {
        let lines = site.content.of(language).crisis.iter();
        lines.map(|line| line.tel.clone()).collect()
    };
    assert_eq!(numbers(GERMAN), numbers(Language::English));
}

#[test]
fn topics_in_easy_language_are_easy() {
    let site = site();
    for text in &site.content.of(Language::German(Register::Easy)).topics {
        let fallback = text.fallback.iter().flat_map(|fallback| {
            let notes = fallback.links.iter().map(|link| &link.note);
            [&fallback.title, &fallback.text].into_iter().chain(notes)
        });
        for words in [
            &text.topic.title,
            &text.topic.description,
            &text.description,
            &text.expect,
        ]
        .into_iter()
        .chain(&text.about)
        .chain(fallback)
        {
            let faults = texts::rules::easy_faults(words);
            assert!(faults.is_empty(), "{}: {faults:?}", text.topic.slug);
        }
    }
}

#[test]
fn what_an_agency_writes_stays_in_its_language() {
    let html = topic(
        &site(),
        Language::English,
        "suchtberatung",
        &[agency("Haus", "Ulm", "BW")],
    )
    .unwrap();
    assert!(
        html.contains("<p lang=\"de\">Ein &lt;b&gt;kleines"),
        "{html}"
    );
    assert!(html.contains("Addiction counselling") && html.contains("within 2 days"));
    assert!(html.contains("<span lang=\"tr\">Türkçe</span>"), "{html}");
}

#[test]
fn an_address_tells_its_language() {
    for (path, language) in [
        ("/", GERMAN),
        ("/themen/x", GERMAN),
        ("/entzug", GERMAN),
        ("/en/x", Language::English),
        ("/leicht/themen", Language::German(Register::Easy)),
    ] {
        assert_eq!(language_of(path), language, "{path}");
    }
}

#[test]
fn agencies_stand_by_state_and_lead_into_the_application() {
    let serving = [
        agency("Haus Eins", "Freiburg", "BW"),
        agency("Haus Zwei", "Bremen", "HB"),
    ];
    let html = topic(&site(), GERMAN, "suchtberatung", &serving).unwrap();
    let at = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text}"));
    assert!(at("Baden-Württemberg") < at("Haus Eins"));
    assert!(at("Haus Eins") < at("Haus Zwei"));
    assert!(html.contains(&format!(
        "/app#topic=suchtberatung&amp;agency={}",
        "07".repeat(16)
    )));
    assert!(
        html.contains("Ein &lt;b&gt;kleines"),
        "what agencies write is text"
    );
    assert!(html.contains("innerhalb von 2 Tagen"));
}

#[test]
fn u25_is_no_dead_end() {
    let html = topic(&site(), GERMAN, "u25", &[]).unwrap();
    let (numbers, story) = (
        html.find("tel:116123").unwrap(),
        html.find("Peerberater").unwrap(),
    );
    assert!(numbers < story, "crisis numbers first");
    assert!(html.contains("https://www.u25-deutschland.de"));
    let html = topic(
        &site(),
        GERMAN,
        "u25",
        &[agency("Standort", "Rostock", "MV")],
    )
    .unwrap();
    assert!(html.contains("/app#topic=u25&amp;agency="));
}

#[test]
fn no_topic_promises_a_chat_that_is_not_there() {
    for slug in ["kb-sucht-selbsthilfe", "selbsthilfe-vechta"] {
        let site = site();
        let text = site.content.of(GERMAN).topic(slug).unwrap();
        let words = [&text.topic.description, &text.description, &text.expect]
            .map(|s| s.to_lowercase())
            .concat();
        assert!(!words.contains("chat"), "{slug}");
    }
}

#[test]
fn an_unknown_topic_has_no_page() {
    assert!(topic(&site(), GERMAN, "gibt-es-nicht", &[]).is_none());
}

#[test]
fn what_the_operator_left_out_is_shown_as_a_gap() {
    assert!(imprint(&site(), GERMAN).contains("Noch nicht eingetragen"));
    let operator = Operator {
        represented_by: Some("Erika Muster".to_owned()),
        ..Operator::default()
    };
    assert!(imprint(&Site { operator, ..site() }, GERMAN).contains("Erika Muster"));
}

/// Pages as files, to look at: `PAGES=/some/folder cargo test -p app --features ssr pages_to_look_at`.
#[test]
fn pages_to_look_at() {
    let Some(folder) = std::env::var_os("PAGES").map(std::path::PathBuf::from) else {
        return;
    };
    for (address, html) in every_page(&site()) {
        let name = address.trim_matches('/').replace(['/', ' '], "_");
        let name = if name.is_empty() {
            "start".to_owned()
        } else {
            name
        };
        let html = html
            .replace("/pkg/", "")
            .replace(" integrity=\"sha256-x\"", "");
        std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}

#[test]
fn the_demonstration_operator_leaves_no_gap() {
    let operator: Operator = Operator::demonstration();
    assert!(operator.demonstration);
    let site = Site { operator, ..site() };
    for html in [
        imprint(&site, GERMAN),
        privacy(&site, GERMAN),
        accessibility(&site, GERMAN),
    ] {
        assert!(!html.contains("Noch nicht eingetragen"));
    }
}
