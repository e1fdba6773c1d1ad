//! Codes of an app: TOTP (RFC 6238) with SHA-1, six digits, thirty seconds, as all apps do it.

use domain::factor::{DIGITS, SEED, STEP};
use domain::time::{SECOND, Timestamp};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::error::Error;

/// [`STEP`] in milliseconds.
pub(super) const STEP_TIME: i64 = 30 * SECOND;
/// Clocks may be apart by so many steps.
const SKEW: u16 = 1;

/// The codes of a seed.
pub(crate) struct App(Totp);

impl App {
    /// Those of [`SEED`] bytes.
    pub(crate) fn new(seed: &[u8]) -> Result<Self, Error> {
        let wrong = |source: String| Error::internal("reading a seed", source);
        let seed: [u8; SEED] = seed.try_into().map_err(|_| wrong("its length".into()))?;
        let digits = u8::try_from(DIGITS).map_err(|_| wrong("digits".into()))?;
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(digits)
            .with_step_duration(STEP)
            .with_skew(SKEW)
            .with_secret(Secret::new_stack(seed))
            .build()
            .map(Self)
            .map_err(|source| wrong(source.to_string()))
    }

    /// The step for which this is the code, if there is one about now.
    pub(crate) fn step(&self, code: &str, now: Timestamp) -> Option<u64> {
        self.0.check(code, seconds(now))
    }

    /// The code that the app shows now.
    pub(crate) fn code(&self, now: Timestamp) -> String {
        self.0.generate(seconds(now)).to_string()
    }
}

fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.0 / SECOND).unwrap_or_default()
}

/// Six digits, however they were grouped.
pub(crate) fn read_code(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let fits = code.len() == DIGITS && code.bytes().all(|digit| digit.is_ascii_digit());
    fits.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, in its last six of eight digits.
    #[test]
    fn the_vectors_of_the_rfc() {
        let app = App::new(b"12345678901234567890").unwrap();
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = Timestamp(time * SECOND);
            assert_eq!(app.code(now), code);
            assert_eq!(app.step(code, now), u64::try_from(time / 30).ok());
        }
    }

    #[test]
    fn clocks_may_be_apart_by_one_step_and_no_more() {
        assert_eq!(STEP_TIME, i64::try_from(STEP).unwrap() * SECOND);
        let app = App::new(&[7; SEED]).unwrap();
        let at = |step: i64| Timestamp(step * 30 * SECOND);
        let code = app.code(at(1_000_000));
        for apart in -1..=1 {
            assert_eq!(app.step(&code, at(1_000_000 + apart)), Some(1_000_000));
        }
        for apart in [-3, -2, 2, 3] {
            assert_ne!(app.step(&code, at(1_000_000 + apart)), Some(1_000_000));
        }
    }

    #[test]
    fn only_six_digits_are_a_code() {
        assert_eq!(read_code(" 123 456 ").as_deref(), Some("123456"));
        for wrong in ["12345", "1234567", "+12345", "１２３４５６", "12345a", ""] {
            assert_eq!(read_code(wrong), None, "{wrong}");
        }
        assert!(App::new(&[1; 16]).is_err());
    }
}
