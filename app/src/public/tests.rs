use super::*;
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
        content: Content::shipped().unwrap(),
    }
}

fn agency(name: &str, place: &str, state: &str) -> AgencyView {
    AgencyView {
        id: AgencyId::from_bytes([7; 16]),
        name: name.to_owned(),
        place: place.to_owned(),
        state: state.to_owned(),
        description: "Ein <b>kleines</b> Team.".to_owned(),
        offline: false,
        answer_hours: Some(30),
    }
}

fn every_page(site: &Site) -> Vec<(String, String)> {
    let mut pages = vec![
        ("/".to_owned(), start(site)),
        ("/themen".to_owned(), topics(site)),
        ("/notfall".to_owned(), crisis(site)),
        ("/impressum".to_owned(), imprint(site)),
        ("/datenschutz".to_owned(), privacy(site)),
        ("/barrierefreiheit".to_owned(), accessibility(site)),
        ("404".to_owned(), error(site, 404, None)),
        ("500".to_owned(), error(site, 500, Some("7f3a"))),
    ];
    let serving = [
        agency("Haus Eins", "Freiburg", "BW"),
        agency("Haus Zwei", "Bremen", "HB"),
    ];
    for text in &site.content.topics {
        let slug = &text.topic.slug;
        pages.push((
            format!("/themen/{slug}"),
            topic(site, slug, &serving).unwrap(),
        ));
        pages.push((
            format!("/themen/{slug} ohne Stelle"),
            topic(site, slug, &[]).unwrap(),
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

#[test]
fn agencies_stand_by_state_and_lead_into_the_application() {
    let serving = [
        agency("Haus Eins", "Freiburg", "BW"),
        agency("Haus Zwei", "Bremen", "HB"),
    ];
    let html = topic(&site(), "suchtberatung", &serving).unwrap();
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
    let html = topic(&site(), "u25", &[]).unwrap();
    let (numbers, story) = (
        html.find("tel:116123").unwrap(),
        html.find("Peerberater").unwrap(),
    );
    assert!(numbers < story, "crisis numbers first");
    assert!(html.contains("https://www.u25-deutschland.de"));
    let html = topic(&site(), "u25", &[agency("Standort", "Rostock", "MV")]).unwrap();
    assert!(html.contains("/app#topic=u25&amp;agency="));
}

#[test]
fn no_topic_promises_a_chat_that_is_not_there() {
    for slug in ["kb-sucht-selbsthilfe", "selbsthilfe-vechta"] {
        let site = site();
        let text = site.content.topic(slug).unwrap();
        let words = [&text.topic.description, &text.description, &text.expect]
            .map(|s| s.to_lowercase())
            .concat();
        assert!(!words.contains("chat"), "{slug}");
    }
}

#[test]
fn an_unknown_topic_has_no_page() {
    assert!(topic(&site(), "gibt-es-nicht", &[]).is_none());
}

#[test]
fn what_the_operator_left_out_is_shown_as_a_gap() {
    assert!(imprint(&site()).contains("Noch nicht eingetragen"));
    let operator = Operator {
        represented_by: Some("Erika Muster".to_owned()),
        ..Operator::default()
    };
    assert!(imprint(&Site { operator, ..site() }).contains("Erika Muster"));
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
    for html in [imprint(&site), privacy(&site), accessibility(&site)] {
        assert!(!html.contains("Noch nicht eingetragen"));
    }
}
