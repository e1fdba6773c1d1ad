//! Who asks, without keeping an address: a short key that means nothing tomorrow.

use std::fmt;
use std::net::IpAddr;

use crypto::hazmat::kdf::hmac_sha256;
use domain::time::Day;
use zeroize::Zeroizing;

use crate::config::{Dice, Random};

/// Bits of a key: each stands for 65,536 addresses of IPv4, so it names nobody, and a flood of
/// addresses meets no more buckets than these.
pub(super) const BITS: u32 = 16;

/// What stands for an address until midnight (UTC).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AddressKey(pub(super) u32);

impl fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressKey(..)")
    }
}

/// The day's secret.
pub(super) struct DayKey {
    pub(super) day: Day,
    key: Zeroizing<[u8; 32]>,
}

impl DayKey {
    pub(super) fn make(day: Day, random: &dyn Random) -> Self {
        let key = Zeroizing::new(Dice(random).bytes());
        Self { day, key }
    }

    /// The key of an address. Of IPv6 the first 64 bits count: the rest is one household's.
    pub(super) fn of(&self, address: IpAddr) -> AddressKey {
        let key = match address.to_canonical() {
            IpAddr::V4(four) => shorten(&self.key, &[b"4", &four.octets()]),
            IpAddr::V6(six) => shorten(&self.key, &[b"6", &six.octets()[..8]]),
        };
        AddressKey(key & ((1 << BITS) - 1))
    }

    /// A name tried from an address.
    pub(super) fn of_pair(&self, name: &[u8], address: AddressKey) -> u32 {
        shorten(&self.key, &[b"n", name, &address.0.to_be_bytes()])
    }
}

/// 32 bits that only this process can find, so that nobody chooses whose bucket they share.
pub(super) fn shorten(key: &[u8; 32], parts: &[&[u8]]) -> u32 {
    // Today's library takes every key; if a later one did not, all would share one bucket.
    let digest = hmac_sha256(key, parts).unwrap_or_default();
    let [a, b, c, d, ..] = digest;
    u32::from_be_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto::random::SystemRandom;

    fn of(key: &DayKey, address: &str) -> AddressKey {
        key.of(address.parse().unwrap())
    }

    #[test]
    fn a_household_is_one_address_and_a_day_one_secret() {
        let key = DayKey::make(Day(1), &SystemRandom);
        assert_eq!(
            of(&key, "2001:db8:1:2::1"),
            of(&key, "2001:db8:1:2:ffff::9")
        );
        assert_eq!(of(&key, "192.0.2.7"), of(&key, "::ffff:192.0.2.7"));
        // Keys are short: of many, nearly all differ.
        let many: std::collections::BTreeSet<_> = (0..=255)
            .map(|last| of(&key, &format!("192.0.2.{last}")).0)
            .collect();
        assert!(many.len() > 250, "{}", many.len());
        let tomorrow = DayKey::make(Day(2), &SystemRandom);
        let same = (0..=255)
            .map(|last| format!("192.0.2.{last}"))
            .filter(|address| of(&key, address) == of(&tomorrow, address));
        assert!(same.count() < 5);
    }

    #[test]
    fn a_key_tells_nothing_when_printed() {
        let key = DayKey::make(Day(1), &SystemRandom);
        assert_eq!(format!("{:?}", of(&key, "192.0.2.7")), "AddressKey(..)");
    }
}
