//! Recovery codes: 128 random bits that a person writes down (crypto.md 3.9).
//!
//! As text: Crockford's base 32, 26 symbols for the bits and two zeros behind them, then two
//! symbols that check (the first ten bits of the SHA-256 of the 16 bytes); seven groups of four.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::derive::derive;
use crate::error::OpenError;
use crate::random::CryptoRng;
use crate::secret::Secret;

/// Crockford's symbols; each stands for five bits.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Symbols of the bits.
const BITS_LEN: usize = 26;
/// Symbols of a whole code.
const CODE_LEN: usize = 28;
/// Symbols of a group.
const GROUP_LEN: usize = 4;

/// The 128 random bits of a recovery code.
#[derive(Debug)]
pub struct RecoverySecret(pub Secret<16>);

/// Why a typed text is no recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// It has not 28 symbols.
    #[error("not 28 symbols")]
    Length,
    /// The symbols do not fit together: one was mistaken for another.
    #[error("the symbols do not fit together")]
    Mistyped,
}

impl RecoverySecret {
    /// A new code.
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self(Secret::make(rng))
    }

    /// The code as it is written down: seven groups of four symbols, `-` between them.
    pub fn to_text(&self) -> Zeroizing<String> {
        let symbols = symbols(self.0.expose());
        let mut text = Zeroizing::new(String::with_capacity(CODE_LEN + CODE_LEN / GROUP_LEN));
        for (at, symbol) in symbols.iter().enumerate() {
            if at > 0 && at % GROUP_LEN == 0 {
                text.push('-');
            }
            text.push(char::from(SYMBOLS[usize::from(*symbol)]));
        }
        text
    }

    /// Reads what a person typed: capitals or not, with any spaces and dashes, with O for 0 and
    /// I or L for 1.
    ///
    /// # Errors
    /// [`CodeError`] says what is wrong with it.
    pub fn parse(typed: &str) -> Result<Self, CodeError> {
        let typed = read(typed)?;
        if typed.len() != CODE_LEN {
            return Err(CodeError::Length);
        }
        let mut secret = Secret::<16>::zero();
        for (at, byte) in secret.expose_mut().iter_mut().enumerate() {
            let bits = (at * 8..at * 8 + 8).map(|bit| typed[bit / 5] >> (4 - bit % 5) & 1);
            *byte = bits.fold(0, |byte, bit| byte << 1 | bit);
        }
        // Also the two bits behind the last byte: a code has one spelling.
        if *symbols(secret.expose()) != **typed {
            return Err(CodeError::Mistyped);
        }
        Ok(Self(secret))
    }

    /// `rc_id`: finds the account.
    ///
    /// # Errors
    /// None with today's library.
    pub fn derive_id(&self) -> Result<[u8; 16], OpenError> {
        derive(self.0.expose(), "rc/id", &[]).map(|id: Secret<16>| *id.expose())
    }

    /// `rc_auth`: proves the code; the server keeps its SHA-256.
    ///
    /// # Errors
    /// None with today's library.
    pub fn derive_proof(&self) -> Result<Secret<32>, OpenError> {
        derive(self.0.expose(), "rc/auth", &[])
    }

    /// What opens the key wrap of purpose `rc`.
    ///
    /// # Errors
    /// None with today's library.
    pub fn derive_wrap(&self) -> Result<Secret<32>, OpenError> {
        derive(self.0.expose(), "rc/wrap", &[])
    }
}

/// Whether a typed group of a code says the same as that group.
pub fn is_same_group(typed: &str, group: &str) -> bool {
    match (read(typed), read(group)) {
        (Ok(typed), Ok(group)) => *typed == *group,
        _ => false,
    }
}

/// The values of a code's 28 symbols.
fn symbols(bits: &[u8; 16]) -> Zeroizing<[u8; CODE_LEN]> {
    let check = Sha256::digest(bits);
    let five = |bytes: &[u8], symbol: usize| {
        let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
        (symbol * 5..symbol * 5 + 5).fold(0, |value, at| value << 1 | bit(at))
    };
    Zeroizing::new(core::array::from_fn(|at| match at.checked_sub(BITS_LEN) {
        None => five(bits, at),
        Some(at) => five(&check, at),
    }))
}

/// The values of typed symbols; spaces and dashes of any kind are no symbols.
fn read(typed: &str) -> Result<Zeroizing<Vec<u8>>, CodeError> {
    let mut values = Zeroizing::new(Vec::with_capacity(CODE_LEN));
    for typed in typed.chars() {
        let symbol = match typed.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            '-' | '\u{2010}'..='\u{2015}' => continue,
            space if space.is_whitespace() => continue,
            symbol => symbol,
        };
        let value = SYMBOLS
            .iter()
            .position(|known| char::from(*known) == symbol);
        let value = value.and_then(|value| u8::try_from(value).ok());
        values.push(value.ok_or(CodeError::Mistyped)?);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    fn code(bytes: [u8; 16]) -> String {
        RecoverySecret(Secret::from_bytes(bytes))
            .to_text()
            .to_string()
    }

    #[test]
    fn a_code_is_seven_groups_that_read_back() {
        assert_eq!(&code([0; 16])[..30], "0000-0000-0000-0000-0000-0000-");
        assert_eq!(&code([0xFF; 16])[..32], "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZW");
        // SHA-256 of 16 zeros begins 37 47 08: 00110 11101, of 16 bytes FF 5a c6: 01011 01011.
        assert_eq!(&code([0; 16])[32..], "6X");
        assert_eq!(&code([0xFF; 16])[32..], "BB");
        for _ in 0..200 {
            let secret = RecoverySecret::make(&mut SystemRandom);
            let text = secret.to_text();
            assert_eq!((text.len(), text.split('-').count()), (34, 7));
            let back = RecoverySecret::parse(&text).unwrap();
            assert_eq!(back.0.expose(), secret.0.expose());
        }
    }

    #[test]
    fn people_write_as_they_like() {
        let text = code([0x08; 16]);
        let sloppy = text
            .to_lowercase()
            .replace('-', " – ")
            .replace('0', "o")
            .replace('1', "L");
        assert_eq!(
            RecoverySecret::parse(&sloppy).unwrap().0.expose(),
            &[0x08; 16]
        );
        assert!(is_same_group(" oi2-l", "01 21"));
        assert!(!is_same_group("0122", "0121") && !is_same_group("012", "0121"));
        assert!(!is_same_group("?", "?"), "no symbol is like no other");
    }

    #[test]
    fn one_wrong_symbol_is_noticed_where_it_can_be() {
        let text = code(*b"sixteen bytes 16");
        let missed = text
            .char_indices()
            .filter(|(_, symbol)| *symbol != '-')
            .map(|(at, _)| {
                let others = SYMBOLS.iter().map(|symbol| char::from(*symbol));
                let wrong = others
                    .filter(|other| !text[at..].starts_with(*other))
                    .filter(|other| {
                        let typed = [&text[..at], &other.to_string(), &text[at + 1..]].concat();
                        RecoverySecret::parse(&typed).is_ok()
                    });
                wrong.count()
            });
        // Ten bits: about one of a thousand of the 868 gets through.
        assert!(missed.sum::<usize>() < 8);
        assert_eq!(
            RecoverySecret::parse(&text[1..]).err(),
            Some(CodeError::Length)
        );
        assert_eq!(
            RecoverySecret::parse(&[&text, "0"].concat()).err(),
            Some(CodeError::Length)
        );
        assert_eq!(
            RecoverySecret::parse(&text.replacen('-', "U", 1)).err(),
            Some(CodeError::Mistyped)
        );
        assert_eq!(RecoverySecret::parse("").err(), Some(CodeError::Length));
    }
}
