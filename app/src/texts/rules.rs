//! What every text must be, language by language. `tests.rs` tries the functions; this is about the words.

#[expect(dead_code, reason = "the build uses the rest of it")]
#[path = "../../../locales/catalogue.rs"]
mod catalogue;

use std::path::Path;

use catalogue::{Catalogue, Entry, FORMS};

/// Texts that speak „Sie“ to everybody: pages that belong to no topic.
const FORMAL: [&str; 2] = ["legal", "public"];

/// Words that nobody should need to know, in part or whole.
const TECHNICAL: [&str; 22] = [
    "token",
    "fehlercode",
    "error code",
    "verschlüssel",
    "encrypt",
    "client",
    "session",
    "sitzung",
    "timeout",
    "hash",
    "signatur",
    "signature",
    "kryptogra",
    "cryptogra",
    "protokoll",
    "protocol",
    "http",
    "json",
    "cache",
    "ungültig",
    "invalid",
    "authenti",
];

/// The same in German and English, on purpose.
const ALIKE: [&str; 5] = [
    "conversation.said",
    "legal.imprint_register",
    "team.document_title",
    "team.title",
    "topic.agency_place",
];

/// Words by which German is known.
const GERMAN: [&str; 24] = [
    "der", "die", "das", "und", "nicht", "ist", "ein", "eine", "einen", "sie", "ihr", "ihre", "du",
    "dein", "deine", "mit", "von", "wird", "bitte", "kann", "können", "keine", "noch", "auch",
];

const DU: [&str; 8] = [
    "du", "dir", "dich", "dein", "deine", "deinen", "deinem", "deiner",
];

fn all() -> Catalogue {
    catalogue::load(Path::new("../locales")).unwrap()
}

fn name(entry: &Entry) -> String {
    format!("{}.{}", entry.feature, entry.key)
}

/// sie, du, leicht, en
fn texts(entry: &Entry) -> [&str; 4] {
    let texts: Vec<&str> = entry.texts.iter().map(String::as_str).collect();
    texts.try_into().unwrap()
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect()
}

/// What is wrong with a text as Leichte Sprache: sentences of more than twelve words or in the middle of a line, long
/// words without a hyphen, and what is not a fact.
pub(crate) fn easy_faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for sentence in text.split(['.', '!', '?', ':', FORMS]) {
        let count = sentence.split_whitespace().count();
        if count > 12 {
            faults.push(format!("{count} words: {sentence}"));
        }
    }
    if text.contains(". ") || text.contains("? ") || text.contains("! ") {
        faults.push("a sentence that does not begin a line".to_owned());
    }
    for word in words(text) {
        if word.chars().count() > 15 {
            faults.push(format!("a long word: {word}"));
        }
    }
    for word in words(text) {
        if [
            "würde", "würden", "könnte", "könnten", "wäre", "wären", "hätte", "hätten", "sollte",
        ]
        .contains(&word)
        {
            faults.push(format!("not a fact: {word}"));
        }
    }
    faults
}

/// Whether a text looks as if nobody had translated it.
pub(crate) fn looks_german(text: &str) -> bool {
    text.contains(['ä', 'ö', 'ü', 'ß', 'Ä', 'Ö', 'Ü', '„'])
        || words(text)
            .iter()
            .any(|word| GERMAN.contains(&word.to_lowercase().as_str()) && *word != "die")
}

#[test]
fn easy_language_is_easy() {
    for entry in &all().entries {
        let [sie, _, leicht, _] = texts(entry);
        // Staff is addressed in one way.
        if entry.is_staff_only() {
            let leicht = leicht.replace('\n', " ");
            assert_eq!(sie, leicht, "{}: staff has one form", name(entry));
        } else {
            assert_eq!(easy_faults(leicht), Vec::<String>::new(), "{}", name(entry));
        }
    }
}

#[test]
fn english_is_english() {
    for entry in &all().entries {
        let [sie, du, leicht, en] = texts(entry);
        let alike = [sie, du, leicht].contains(&en);
        let name = name(entry);
        if name.starts_with("enquiry.state_") {
            // Names of federal states: some have an English form, most have not.
            continue;
        }
        assert_eq!(alike, ALIKE.contains(&name.as_str()), "{name}: {en}");
        assert!(!looks_german(en), "{name}: {en}");
    }
}

#[test]
fn sie_and_du_do_not_mix() {
    for entry in &all().entries {
        let [sie, du, leicht, _] = texts(entry);
        for text in [sie, leicht] {
            let slip = words(text)
                .into_iter()
                .find(|word| DU.contains(&word.to_lowercase().as_str()));
            // „Deutsch (Du)“ is no address.
            assert_eq!(slip, None, "{}: {text}", name(entry));
        }
        let feature = entry.feature.as_str();
        if sie == du && (entry.is_staff_only() || FORMAL.contains(&feature)) {
            continue;
        }
        let slip = words(du).into_iter().find(|word| {
            [
                "Sie", "Ihnen", "Ihr", "Ihre", "Ihren", "Ihrem", "Ihrer", "Ihres",
            ]
            .contains(word)
        });
        assert_eq!(slip, None, "{}: {du}", name(entry));
    }
}

#[test]
fn nobody_needs_technical_words() {
    let server = ["legal"];
    for entry in &all().entries {
        let feature = entry.feature.as_str();
        if entry.is_staff_only() || server.contains(&feature) {
            continue;
        }
        for text in texts(entry) {
            let lower = text.to_lowercase();
            let found = TECHNICAL.into_iter().find(|word| lower.contains(word));
            assert_eq!(found, None, "{}: {text}", name(entry));
        }
    }
}

/// CLDR: German and English have `one` for exactly one, and `other`; only `one` may say the number as a word.
#[test]
fn plural_forms_say_how_many() {
    for entry in all().entries.iter().filter(|entry| entry.plural) {
        for text in texts(entry) {
            let forms: Vec<&str> = text.split(FORMS).collect();
            assert_eq!(forms.len(), 2, "{}: {text}", name(entry));
            assert!(forms[1].contains("{count}"), "{}: {text}", name(entry));
        }
    }
}

#[test]
fn the_rules_find_what_they_are_for() {
    assert!(easy_faults("Das ist kurz.\nUnd das auch!").is_empty());
    assert_eq!(easy_faults("Das ist kurz. Und das auch!").len(), 1);
    assert_eq!(easy_faults("a b c d e f g h i j k l m").len(), 1);
    assert_eq!(easy_faults("Die Datenschutzerklärung hilft.").len(), 1);
    assert_eq!(easy_faults("Sie könnten schreiben.").len(), 1);
    assert!(looks_german("Bitte warten"));
    assert!(looks_german("Über"));
    assert!(!looks_german("Please wait, or die trying"));
}
