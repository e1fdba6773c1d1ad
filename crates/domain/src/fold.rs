//! Letters as people look for them and sort them.

/// Small letters without their marks: `Österreich-Straße` is `osterreich-strasse`. For German as a
/// dictionary sorts (DIN 5007-1), and for the names of neighbours; other letters stay.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'ä' | 'á' | 'à' | 'â' | 'ã' | 'å' | 'ą' => folded.push('a'),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' => folded.push('e'),
            'ğ' => folded.push('g'),
            'í' | 'ì' | 'î' | 'ï' | 'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            'ñ' | 'ń' => folded.push('n'),
            'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' => folded.push('o'),
            'ř' => folded.push('r'),
            'ß' => folded.push_str("ss"),
            'ś' | 'š' | 'ş' => folded.push('s'),
            'ü' | 'ú' | 'ù' | 'û' => folded.push('u'),
            'ý' => folded.push('y'),
            'ż' | 'ź' | 'ž' => folded.push('z'),
            // The dot that lower case of the Turkish İ leaves behind.
            '\u{307}' => {}
            other => folded.push(other),
        }
    }
    folded
}

/// Whether every word stands somewhere in the folded `text`.
#[must_use]
pub fn has_words(text: &str, words: &[String]) -> bool {
    words.iter().all(|word| text.contains(word.as_str()))
}

/// The words to look for, folded.
#[must_use]
pub fn words(typed: &str) -> Vec<String> {
    fold(typed).split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_case_make_no_difference() {
        assert_eq!(fold("Österreich-Straße"), "osterreich-strasse");
        assert_eq!(fold("Yıldız İZMİR"), "yildiz izmir");
        assert!(has_words(
            &fold("Beratungsstelle Köln"),
            &words("koln  Beratung")
        ));
        assert!(!has_words(&fold("Köln"), &words("koeln")));
    }
}
