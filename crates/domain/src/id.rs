//! Typed ids: 16 random bytes each, never ordered by time (crypto.md 3.2).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 32 lower-case hexadecimal digits")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The id with these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 bytes, as they travel inside signed objects.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// 32 lower-case hexadecimal digits, as in JSON and in staff addresses.
            #[must_use]
            pub fn to_hex(&self) -> String {
                to_hex(&self.0)
            }

            /// Reads what [`Self::to_hex`] writes.
            ///
            /// # Errors
            /// [`NotAnId`] for anything else, upper case included.
            pub fn from_hex(text: &str) -> Result<Self, NotAnId> {
                from_hex(text).map(Self)
            }
        }

        /// Ids stay out of logs: only the type is shown.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.serialize_str(&self.to_hex())
                } else {
                    serializer.serialize_bytes(&self.0)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = String::deserialize(deserializer)?;
                    Self::from_hex(&text).map_err(de::Error::custom)
                } else {
                    serde_bytes::ByteArray::<16>::deserialize(deserializer)
                        .map(|bytes| Self(bytes.into_array()))
                }
            }
        }
    )+};
}

ids! {
    /// A platform: everything signed for one is worthless on another.
    PlatformId
    /// A person's account, chosen at random by the client at registration.
    AccountId
    /// An association (Verband): own host name, brand, legal texts.
    AssociationId
    /// An agency (Beratungsstelle) of one association.
    AgencyId
    /// A conversation, from the first enquiry on.
    ConversationId
    /// A message, chosen by the sending client: sending again with it sends once.
    MessageId
    /// One sign-in attempt; used once within its 60 seconds.
    LoginId
    /// A tab's draft before there is an account.
    TabId
    /// A tab's live channel: random for each page, so that a newer channel takes the place of an
    /// older one that died unnoticed.
    ChannelId
    /// An invitation for staff.
    InvitationId
    /// One of the own second factors, to remove it by.
    FactorId
    /// One of the own sessions, to end it by: half of its hash. It opens nothing.
    SessionHandle
}

fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect()
}

fn from_hex(text: &str) -> Result<[u8; 16], NotAnId> {
    let digits: &[u8; 32] = text.as_bytes().try_into().map_err(|_| NotAnId)?;
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Ok(bytes)
}

const fn nibble(digit: u8) -> Result<u8, NotAnId> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(NotAnId),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hex_and_json_round_trip(bytes: [u8; 16]) {
            let id = AccountId::from_bytes(bytes);
            prop_assert_eq!(AccountId::from_hex(&id.to_hex()).unwrap(), id);
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<AccountId>(&json).unwrap(), id);
        }

        #[test]
        fn other_text_is_refused(text in "\\PC{0,40}") {
            let well_formed = text.len() == 32
                && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            prop_assert_eq!(AgencyId::from_hex(&text).is_ok(), well_formed);
        }
    }

    #[test]
    fn debug_shows_no_byte() {
        assert_eq!(
            format!("{:?}", AccountId::from_bytes([7; 16])),
            "AccountId(..)"
        );
    }
}
