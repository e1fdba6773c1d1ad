//! The word list of passphrases and recovery codes: 2,048 German words, 11 bits each.
//!
//! The list itself is data (`data/words_de.txt`); a browser fetches it as a hashed asset only when
//! it needs it. A word is known by its first four letters, so a code can be typed shortened.

use std::fmt;

/// Words in the list; a power of two, so that a word stands for a whole number of bits.
pub const WORD_COUNT: usize = 2048;

/// Bits that one word stands for.
pub const WORD_BITS: usize = 11;

/// Letters that tell a word from every other (a three-letter word counts whole).
pub const PREFIX_LETTERS: usize = 4;

/// Why a text is no word list. The number is the line, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordsError {
    /// The list does not hold [`WORD_COUNT`] words; it holds this many.
    Count(usize),
    /// The word on this line is not 3 to 7 letters of a–z.
    Letters(usize),
    /// The word on this line shares its first four letters with the one before, or does not stand after it.
    Order(usize),
}

impl fmt::Display for WordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(n) => write!(f, "{n} words instead of {WORD_COUNT}"),
            Self::Letters(line) => write!(f, "line {line}: not 3 to 7 letters a-z"),
            Self::Order(line) => write!(
                f,
                "line {line}: not after the line before by its first four letters"
            ),
        }
    }
}

impl std::error::Error for WordsError {}

/// A checked word list, in alphabetical order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(Vec<Box<str>>);

/// Reads a word list: one word a line, sorted by its first four letters, which are unique.
///
/// # Errors
/// [`WordsError`] names the first line that breaks a rule.
pub fn parse(list: &str) -> Result<Words, WordsError> {
    let mut words: Vec<Box<str>> = Vec::with_capacity(WORD_COUNT);
    for (at, word) in list.lines().enumerate() {
        let line = at + 1;
        let letters = (3..=7).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase());
        if !letters {
            return Err(WordsError::Letters(line));
        }
        if words
            .last()
            .is_some_and(|before| prefix(before) >= prefix(word))
        {
            return Err(WordsError::Order(line));
        }
        words.push(word.into());
    }
    if words.len() == WORD_COUNT {
        Ok(Words(words))
    } else {
        Err(WordsError::Count(words.len()))
    }
}

impl Words {
    /// The word that stands for `number`; only the lowest [`WORD_BITS`] bits count, so that random bits need no rejection.
    #[must_use]
    pub fn word(&self, number: u16) -> &str {
        // The list holds exactly 2^11 words, so the masked number is always inside it.
        self.0
            .get(usize::from(number) % WORD_COUNT)
            .map_or("", |word| word)
    }

    /// The number of a word as a person types it: whole, or its first four letters or more; upper case and
    /// blanks around it do not matter. `None` for anything that is not the beginning of exactly that word.
    #[must_use]
    pub fn number(&self, typed: &str) -> Option<u16> {
        let typed = typed.trim().to_ascii_lowercase();
        if !typed.is_ascii() {
            return None;
        }
        let at = self
            .0
            .binary_search_by(|word| prefix(word).cmp(prefix(&typed)))
            .ok()?;
        let word = self.0.get(at)?;
        if word.starts_with(&typed) {
            u16::try_from(at).ok()
        } else {
            None
        }
    }
}

fn prefix(word: &str) -> &str {
    word.get(..PREFIX_LETTERS).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = include_str!("../../../data/words_de.txt");

    #[test]
    fn the_shipped_list_keeps_its_rules() {
        let words = parse(LIST).unwrap();
        assert_eq!(words.0.len(), WORD_COUNT);
    }

    #[test]
    fn every_word_is_found_whole_and_by_its_first_four_letters() {
        let words = parse(LIST).unwrap();
        for number in 0..2048_u16 {
            let word = words.word(number);
            assert_eq!(words.number(word), Some(number));
            assert_eq!(words.number(prefix(word)), Some(number));
            assert_eq!(
                words.number(&format!(" {} ", word.to_ascii_uppercase())),
                Some(number)
            );
        }
        assert_eq!(words.number("abendx"), None);
        assert_eq!(words.number("xyz"), None);
        assert_eq!(words.number("aben\u{e4}"), None);
        assert_eq!(words.number(""), None);
    }

    #[test]
    fn a_broken_list_names_its_line() {
        assert_eq!(parse("abend\nabendrot\n"), Err(WordsError::Letters(2)));
        assert_eq!(parse("abend\nabende\n"), Err(WordsError::Order(2)));
        assert_eq!(parse("b\u{e4}r\n"), Err(WordsError::Letters(1)));
        assert_eq!(parse("abend\nbach\n"), Err(WordsError::Count(2)));
    }
}
