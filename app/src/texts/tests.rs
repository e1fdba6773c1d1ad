use super::*;
use domain::language::Language;
use domain::topic::Register;

#[test]
fn placeholders_are_filled_and_plural_forms_chosen() {
    assert_eq!(
        fill("{a} und {b}, {a}", &[("a", &1), ("b", &"x")]),
        "1 und x, 1"
    );
    assert_eq!(fill("ohne", &[]), "ohne");
    let t = Texts(&["{count} Stelle\u{1f}{count} Stellen in {place}"]);
    assert_eq!(t.plural(0, 1, &[]), "1 Stelle");
    assert_eq!(t.plural(0, 0, &[("place", &"Ulm")]), "0 Stellen in Ulm");
}

#[test]
fn a_file_of_another_build_is_refused() {
    assert_eq!(Texts::load("{}").unwrap_err(), TextsError::Malformed);
    assert_eq!(Texts::load("[]").unwrap_err(), TextsError::Malformed);
    assert_eq!(
        Texts::load("[\"0\",\"a\"]").unwrap_err(),
        TextsError::OtherBuild
    );
    let mut own = vec![HASH];
    own.resize(SHARED + 1, "text");
    let loaded = Texts::load(&serde_json::to_string(&own).unwrap()).unwrap();
    assert_eq!(loaded.text(0), "text");
}

#[test]
fn no_text_of_any_language_is_empty() {
    for language in Language::ALL {
        for (number, text) in all(language).0.iter().enumerate() {
            assert!(!text.trim().is_empty(), "{language:?} {number}");
        }
    }
}

/// „Sie“ in a text for „Du“ would be a slip of the pen, and the other way round.
#[test]
fn registers_do_not_mix() {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphabetic())
            .map(str::to_owned)
            .collect()
    };
    let informal = [
        "du", "dir", "dich", "dein", "deine", "deinen", "deinem", "deiner",
    ];
    for text in all(Register::Formal.into()).0 {
        let found = words(text)
            .into_iter()
            .find(|word| informal.contains(&word.to_lowercase().as_str()));
        assert_eq!(found, None, "{text}");
    }
    for (text, formal) in all(Register::Informal.into())
        .0
        .iter()
        .zip(all(Register::Formal.into()).0)
    {
        // Staff and legal texts have one form for everybody: „Sie“.
        if text == formal {
            continue;
        }
        let found = words(text)
            .into_iter()
            .find(|word| ["Ihnen", "Ihrem"].contains(&word.as_str()));
        assert_eq!(found, None, "{text}");
    }
}

/// Leichte Sprache: a sentence has at most twelve words.
#[test]
fn easy_sentences_are_short() {
    for (text, formal) in all(Register::Easy.into())
        .0
        .iter()
        .zip(all(Register::Formal.into()).0)
    {
        if text == formal {
            continue;
        }
        for sentence in text.split(['.', '!', '?', '\u{1f}']) {
            let words = sentence.split_whitespace().count();
            assert!(words <= 12, "{words} words: {sentence}");
        }
    }
}
