//! Words of a crisis, looked for on the device while somebody writes. Nothing about it is sent or kept.
//!
//! The phrases are data (`data/crisis_phrases.toml`): whole words in the order in which they are written; the last one
//! may end with `*` for whatever ending follows, and `…` between two parts stands for a few other words.

/// The form in which phrases and texts are compared: small letters without umlauts, one blank between words, one
/// before the first and one after the last.
#[must_use]
pub fn normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len() + 2);
    normal.push(' ');
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' | 'æ' => normal.push_str("ae"),
            'ö' => normal.push_str("oe"),
            'ü' => normal.push_str("ue"),
            'ß' => normal.push_str("ss"),
            // The dots of an umlaut that is written as two characters.
            '\u{308}' => normal.push('e'),
            // `don't` and `dont`, `bring'` and `bring`; also what separates syllables without being seen.
            '\'' | '’' | '`' | '´' | '\u{ad}' | '\u{200b}' => {}
            c if c.is_alphanumeric() => normal.push(c),
            _ if !normal.ends_with(' ') => normal.push(' '),
            _ => {}
        }
    }
    if !normal.ends_with(' ') {
        normal.push(' ');
    }
    normal
}

/// Between two parts of a phrase: up to [`BETWEEN`] other words.
const GAP: &str = " _ ";

/// Words that may stand where a phrase says so.
const BETWEEN: usize = 3;

/// A phrase as a line of the list that browsers get: in normal form, `_` for `…`, with its `*`. `None`: a part of it
/// has no word.
#[must_use]
pub fn line(phrase: &str) -> Option<String> {
    let (words, star) = match phrase.trim().strip_suffix('*') {
        Some(stem) => (stem, "*"),
        None => (phrase, ""),
    };
    let parts: Vec<String> = words.split('…').map(normal).collect();
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    let fine = parts.len() <= 2 && parts.iter().all(|part| !part.is_empty());
    fine.then(|| [&parts.join(GAP), star].concat())
}

/// Whether a text holds one of the phrases, one a line.
#[must_use]
pub fn speaks_of_crisis(phrases: &str, text: &str) -> bool {
    let text = normal(text);
    phrases.lines().any(|phrase| match phrase.split_once(GAP) {
        None => holds(&text, phrase),
        Some((first, then)) => {
            let first = [" ", first, " "].concat();
            let reach = BETWEEN + then.split(' ').count();
            text.match_indices(&first).any(|(at, _)| {
                let rest = text.get(at + first.len() - 1..).unwrap_or_default();
                let end = rest.match_indices(' ').nth(reach);
                let near = end.and_then(|(end, _)| rest.get(..=end)).unwrap_or(rest);
                holds(near, then)
            })
        }
    })
}

/// Whether a text in normal form holds words, the last one with any ending where a `*` follows.
fn holds(text: &str, words: &str) -> bool {
    let (words, end) = match words.strip_suffix('*') {
        Some(stem) => (stem, ""),
        None => (words, " "),
    };
    !words.is_empty() && text.contains(&[" ", words, end].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_umlauts_and_punctuation_do_not_matter() {
        assert_eq!(normal(""), " ");
        assert_eq!(
            normal("  Ich … will,  NICHT\nmehr! "),
            " ich will nicht mehr "
        );
        assert_eq!(normal("Möchte ÜBER Straße"), " moechte ueber strasse ");
        assert_eq!(normal("mo\u{308}chte don’t"), " moechte dont ");
        assert_eq!(
            line("Möchte  nicht MEHR*"),
            Some("moechte nicht mehr*".to_owned())
        );
        assert_eq!(
            line("bringe mich … um"),
            Some("bringe mich _ um".to_owned())
        );
        for empty in [" * ", "", "…", "a …", "… a", "a … b … c"] {
            assert_eq!(line(empty), None, "{empty}");
        }
    }

    #[test]
    fn phrases_are_found_by_whole_words() {
        let phrases = "will sterben\nmich umbring*\n";
        for text in [
            "Ich WILL -- sterben.",
            "ich will\nsterben",
            "dass ich mich umbringe",
            "mich **umbringen**?",
        ] {
            assert!(speaks_of_crisis(phrases, text), "{text}");
        }
        for text in [
            "",
            "ich will nicht sterben",
            "Edwill sterben",
            "will sterbende",
            "umbringen",
            "mich um",
        ] {
            assert!(!speaks_of_crisis(phrases, text), "{text}");
        }
        let phrases = "bringe mich _ um\nmich _ ritz*\n";
        for text in [
            "ich bringe mich um",
            "bringe mich jetzt wirklich noch um.",
            "dass ich mich wieder ritze",
            "bringe mich zur Arbeit, bringe mich um",
        ] {
            assert!(speaks_of_crisis(phrases, text), "{text}");
        }
        for text in [
            "bringe mich um8",
            "bringe mich am Montag oder am Dienstag um",
            "um bringe mich",
            "bringe mich",
        ] {
            assert!(!speaks_of_crisis(phrases, text), "{text}");
        }
        assert!(!speaks_of_crisis("", "irgendwas"));
        assert!(!speaks_of_crisis("\n*\n", "irgendwas"));
    }

    proptest! {
        #[test]
        fn every_phrase_is_found_where_it_is_written(phrase in "[a-zäöüß]{1,8}( [A-ZÄÖÜa-z]{1,8}){0,3}", around in any::<String>()) {
            let phrases = line(&phrase).unwrap();
            let written = format!("{around} {phrase}. {around}");
            prop_assert!(speaks_of_crisis(&phrases, &written));
            prop_assert!(speaks_of_crisis(&phrases, &phrase.to_uppercase()));
            let normal = normal(&around);
            prop_assert!(normal.starts_with(' ') && normal.ends_with(' ') && !normal.contains("  "));
        }
    }
}
