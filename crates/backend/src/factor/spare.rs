//! Codes for a lost factor: each counts once, and the database holds only its hash.

use crypto::Digest;
use domain::factor::SPARE;
use domain::id::AccountId;

/// Crockford's: no letter looks like a digit.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Random bytes of a code: 80 bits cannot be found from their hash.
const BYTES: usize = 10;
/// Symbols of a code, in groups of four.
const LENGTH: usize = BYTES * 8 / 5;
/// Before what is hashed: these hashes are nothing else's.
const LABEL: &[u8] = b"beistand/1/spare";

/// New codes, with spaces between them, and their hashes.
pub(crate) fn make(
    account: AccountId,
    mut random: impl FnMut() -> [u8; BYTES],
) -> (String, Vec<[u8; 32]>) {
    let codes: Vec<String> = (0..SPARE).map(|_| to_text(random())).collect();
    let hashes = codes.iter().map(|code| hash(account, &plain(code)));
    let hashes = hashes.collect();
    (codes.join(" "), hashes)
}

fn to_text(bytes: [u8; BYTES]) -> String {
    let mut text = String::new();
    for at in 0..LENGTH {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        let bits = (0..5).fold(0, |value, bit| {
            let bit = at * 5 + bit;
            value << 1 | (bytes[bit / 8] >> (7 - bit % 8) & 1)
        });
        text.push(char::from(SYMBOLS[usize::from(bits)]));
    }
    text
}

/// What somebody typed, as it was made: without what groups it, in capitals, with what is mistaken for digits.
fn plain(typed: &str) -> String {
    let letters = typed.chars().filter(|c| c.is_ascii_alphanumeric());
    letters
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect()
}

/// The hash of a code that was typed; none if it cannot be one.
pub(crate) fn read(account: AccountId, typed: &str) -> Option<[u8; 32]> {
    let code = plain(typed);
    (code.len() == LENGTH).then(|| hash(account, &code))
}

fn hash(account: AccountId, plain: &str) -> [u8; 32] {
    *Digest::of(&[LABEL, account.as_bytes(), plain.as_bytes()].concat()).as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_down_is_read_however_it_is_typed() {
        let account = AccountId::from_bytes([3; 16]);
        let mut count = 0;
        let (codes, hashes) = make(account, || {
            count += 1;
            [count * 31; BYTES]
        });
        let codes: Vec<_> = codes.split(' ').collect();
        assert_eq!((codes.len(), hashes.len()), (SPARE, SPARE));
        for (code, hash) in codes.iter().zip(&hashes) {
            assert_eq!(code.len(), 19);
            let typed = code.to_lowercase().replace('-', " ").replace('1', "l");
            assert_eq!(read(account, &typed), Some(*hash));
            assert_ne!(read(AccountId::from_bytes([4; 16]), code), Some(*hash));
        }
        assert_eq!(to_text([0xff; BYTES]), "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        assert_eq!(read(account, "ZZZZ-ZZZZ"), None);
    }
}
