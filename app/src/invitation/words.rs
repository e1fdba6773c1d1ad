//! Words that somebody types, as numbers; and numbers as words.

use domain::words::Words;

/// What somebody typed.
#[derive(Debug, PartialEq, Eq)]
pub enum Typed<const N: usize = 6> {
    /// As many words as there must be, each of the list.
    Code([u16; N]),
    /// More or fewer words.
    Count(usize),
    /// A word that is not of the list.
    Unknown(String),
}

/// Reads words with anything between them that is no letter.
#[must_use]
pub fn read<const N: usize>(list: &Words, typed: &str) -> Typed<N> {
    let words = typed.split(|c: char| !c.is_alphabetic());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let mut numbers = Vec::with_capacity(words.len());
    for word in &words {
        match list.number(word) {
            Some(number) => numbers.push(number),
            None => return Typed::Unknown((*word).to_owned()),
        }
    }
    match numbers.try_into() {
        Ok(code) => Typed::Code(code),
        Err(_) => Typed::Count(words.len()),
    }
}

/// A code as it is told.
#[must_use]
pub fn spoken<const N: usize>(list: &Words, code: [u16; N]) -> Vec<String> {
    code.map(|number| list.word(number).to_owned()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_type_as_they_like() {
        let list = include_str!("../../../data/words_de.txt");
        let list = domain::words::parse(list).unwrap();
        let code = [0, 1, 2, 1024, 2046, 2047];
        let spoken = spoken(&list, code);
        assert_eq!(read(&list, &spoken.join(" ")), Typed::Code(code));
        let short: Vec<_> = spoken
            .iter()
            .map(|word| &word[..word.len().min(4)])
            .collect();
        let sloppy = format!(" 1. {} –", short.join(", ").to_uppercase());
        assert_eq!(read(&list, &sloppy), Typed::Code(code));
        assert_eq!(read::<6>(&list, &spoken[1..].join(" ")), Typed::Count(5));
        assert_eq!(read::<6>(&list, ""), Typed::Count(0));
        let wrong = Typed::Unknown("xyzxyz".to_owned());
        assert_eq!(read::<6>(&list, "xyzxyz"), wrong);
    }
}
