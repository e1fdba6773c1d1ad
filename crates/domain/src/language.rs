//! Languages; German once for each way of addressing people.

use crate::topic::Register;

/// In which words a person is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// German, in one of its registers.
    German(Register),
    /// English.
    English,
}

impl Language {
    /// Every language, in the order in which people are offered them.
    pub const ALL: [Self; 4] = [
        Self::German(Register::Formal),
        Self::German(Register::Informal),
        Self::German(Register::Easy),
        Self::English,
    ];

    /// Its word in links, in the tab's storage, in calls and in the names of files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::German(Register::Formal) => "de-sie",
            Self::German(Register::Informal) => "de-du",
            Self::German(Register::Easy) => "de-leicht",
            Self::English => "en",
        }
    }

    /// The language with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.word() == word)
    }
}

impl From<Register> for Language {
    fn from(register: Register) -> Self {
        Self::German(register)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_as_it_is_written() {
        for language in Language::ALL {
            assert_eq!(Language::from_word(language.word()), Some(language));
        }
        assert_eq!(Language::from_word("de"), None);
        assert_eq!(Language::from_word(""), None);
    }
}
