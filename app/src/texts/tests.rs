use super::*;
use domain::language::Language;

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
    for other in [String::new(), HASH.to_owned(), format!("{HASH}\u{1e}a")] {
        assert_eq!(Texts::load(other).unwrap_err(), OtherBuild);
    }
    let texts = ["text"; SHARED].join("\u{1e}");
    assert!(Texts::load(format!("0\u{1e}{texts}")).is_err());
    let mut own = vec![HASH];
    const { assert!(SEEKER < SHARED) };
    for (count, is_whole) in [(SEEKER, true), (SHARED, true), (SEEKER + 1, false)] {
        own.resize(count + 1, "text");
        let loaded = Texts::load(own.join("\u{1e}"));
        assert_eq!(loaded.is_ok_and(|texts| texts.text(0) == "text"), is_whole);
        own.truncate(1);
    }
}

#[test]
fn no_text_of_any_language_is_empty() {
    for language in Language::ALL {
        for (number, text) in all(language).0.iter().enumerate() {
            assert!(!text.trim().is_empty(), "{language:?} {number}");
        }
    }
}
