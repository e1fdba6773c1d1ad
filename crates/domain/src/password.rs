//! What a password must be. No composition rules: length, and nothing that everybody tries.

use crate::account::small;

/// The fewest characters.
pub const MIN: usize = 12;
/// The most characters.
pub const MAX: usize = 128;

/// The fewest characters of a password that opens a device without a server: whoever has the device
/// can try passwords there, as fast as it computes. The offered ones have more.
pub const PHRASE: usize = 20;

/// Whether a password, good enough as [`check`] says, is as long as a phrase.
#[must_use]
pub fn is_phrase(password: &str) -> bool {
    password.chars().count() >= PHRASE
}

/// Why a password is not good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Fewer than [`MIN`] characters.
    #[error("too short")]
    TooShort,
    /// More than [`MAX`] characters.
    #[error("too long")]
    TooLong,
    /// Contains the user name, or is contained in it.
    #[error("contains the user name")]
    UserName,
    /// Many people have this one.
    #[error("too common")]
    Common,
    /// One short piece, again and again.
    #[error("repetition")]
    Repetition,
    /// Neighbours on a keyboard, or in the alphabet.
    #[error("keyboard row")]
    Row,
}

/// Checks a password (NFC already) against `common`, a list of lower-case passwords, one a line.
///
/// # Errors
/// The first [`PasswordFault`] found.
pub fn check(password: &str, user_name: &str, common: &str) -> Result<(), PasswordFault> {
    let length = password.chars().count();
    if length < MIN {
        return Err(PasswordFault::TooShort);
    }
    if length > MAX {
        return Err(PasswordFault::TooLong);
    }
    let lower = small(password);
    let name = small(user_name);
    if !name.is_empty() && lower.replace(&name, "").chars().count() < MIN / 2 {
        return Err(PasswordFault::UserName);
    }
    if common.lines().any(|line| line == lower) {
        return Err(PasswordFault::Common);
    }
    let chars: Vec<char> = lower.chars().collect();
    if is_repetition(&chars) {
        return Err(PasswordFault::Repetition);
    }
    if is_row(&chars) {
        return Err(PasswordFault::Row);
    }
    Ok(())
}

fn is_repetition(chars: &[char]) -> bool {
    (1..=chars.len() / 3).any(|period| {
        chars
            .iter()
            .zip(chars.iter().skip(period))
            .all(|(a, b)| a == b)
    })
}

/// Whether nearly all steps go to a neighbour, as in `qwertzuiop12` or `abcdefghijkl`.
fn is_row(chars: &[char]) -> bool {
    const ROWS: [&str; 7] = [
        "1234567890",
        "qwertzuiopü",
        "asdfghjklöä",
        "yxcvbnm",
        "qwertyuiop",
        "zxcvbnm",
        "abcdefghijklmnopqrstuvwxyz",
    ];
    let neighbours = |a: char, b: char| {
        ROWS.iter().any(|row| {
            let at = |c| row.chars().position(|r| r == c);
            matches!((at(a), at(b)), (Some(a), Some(b)) if a.abs_diff(b) <= 1)
        })
    };
    let steps = chars.len().saturating_sub(1);
    let near = chars
        .windows(2)
        .filter(|pair| neighbours(pair[0], pair[1]))
        .count();
    near * 10 >= steps * 8
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: [(&str, Option<PasswordFault>); 12] = {
        use PasswordFault::{Common, Repetition, Row, TooShort, UserName};
        [
            ("kurz", Some(TooShort)),
            ("elf zeichen", Some(TooShort)),
            ("stiller-bach27", Some(UserName)),
            ("Stiller-Bach27!!", Some(UserName)),
            ("passwort1234", Some(Common)),
            ("abcabcabcabc", Some(Repetition)),
            ("aaaaaaaaaaaa", Some(Repetition)),
            ("qwertzuiop12", Some(Row)),
            ("abcdefghijklmn", Some(Row)),
            ("tasse wolke regen", None),
            ("Ein ganz normaler Satz.", None),
            ("ж-длинный-пароль-9", None),
        ]
    };

    #[test]
    fn each_case() {
        for (password, fault) in CASES {
            let found = check(password, "stiller-bach27", "passwort1234\n").err();
            assert_eq!(found, fault, "{password}");
        }
        assert_eq!(
            check(&"äb3 ".repeat(33), "", ""),
            Err(PasswordFault::TooLong)
        );
    }
}
