//! 17: what somebody is invited to, and the answer to it. Both are authenticated by a code that is told by telephone:
//! the server, which has neither code nor key, can neither make them nor take anybody's place.

use domain::agency::Roles;
use domain::id::{AccountId, InvitationId, PlatformId};
use domain::invitation::Post;
use subtle::ConstantTimeEq as _;

use crate::codec::{ObjectType, Reader, Writer};
use crate::error::{FormatError, OpenError, VerifyError};
use crate::fingerprint::words;
use crate::hazmat::kdf;
use crate::identity::Identity;
use crate::label::label;
use crate::random::{CryptoRng, make_bytes};
use crate::secret::{Secret, secret_key};
use crate::signed::Signed;
use crate::trust::association::{NAME_LIMIT, PERSON_LIMIT};

/// Words of a code.
pub const CODE_WORDS: usize = 6;

/// Bytes of an answer.
pub const ANSWER_LEN: usize = 32;

/// Bytes of a MAC.
const MAC_LEN: usize = 32;

/// Six words, 66 random bits: told by telephone or on paper, never sent.
pub struct InvitationCode([u16; CODE_WORDS]);

impl InvitationCode {
    /// A new code.
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self(words(&make_bytes::<9>(rng)))
    }

    /// The code that somebody typed: the words' numbers; only the lowest eleven bits of each count.
    pub fn from_words(words: [u16; CODE_WORDS]) -> Self {
        Self(words.map(|word| word & 0x7FF))
    }

    /// The words' numbers, each below 2,048.
    pub const fn words(&self) -> [u16; CODE_WORDS] {
        self.0
    }

    /// Argon2id at the platform's cost, salted with the invitation's id: takes long, and 64 MiB.
    ///
    /// # Errors
    /// If memory cannot be had.
    pub fn stretch(&self, invitation: &InvitationId) -> Result<InvitationKey, OpenError> {
        let mut bytes = Secret::<{ 2 * CODE_WORDS }>::zero();
        for (pair, word) in bytes.expose_mut().chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&word.to_be_bytes());
        }
        let mut key = Secret::<32>::zero();
        kdf::argon2id(bytes.expose(), invitation.as_bytes(), key.expose_mut())?;
        Ok(InvitationKey(key))
    }
}

secret_key! {
    /// What a code becomes for one invitation.
    InvitationKey
}

/// To what somebody is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Which invitation.
    pub invitation: InvitationId,
    /// Where, and for what.
    pub post: Post,
    /// What the person is to be there; none for an association.
    pub roles: Roles,
    /// The account whose keys are lost, if it is about that one.
    pub account: Option<AccountId>,
    /// The place's name as the inviting person read it, ≤ 80 bytes.
    pub place: String,
    /// The name under which the person is to be listed, ≤ 48 bytes.
    pub name: String,
}

impl Offer {
    fn write(&self) -> Result<Vec<u8>, FormatError> {
        let mut to = Writer::new(ObjectType::Invitation);
        let (kind, place) = match self.post {
            Post::Association(id) => (1, *id.as_bytes()),
            Post::Agency(id) => (2, *id.as_bytes()),
        };
        to.put(self.invitation.as_bytes())
            .u8(kind)
            .put(&place)
            .u16(self.roles.0)
            .put(self.account.map_or([0; 16], |id| *id.as_bytes()).as_slice())
            .text(&self.place, NAME_LIMIT)
            .text(&self.name, PERSON_LIMIT);
        to.finish()
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        Ok(Self {
            invitation: InvitationId::from_bytes(from.array()?),
            post: match from.u8()? {
                1 => Post::Association(from.association()?),
                2 => Post::Agency(from.agency()?),
                _ => return Err(FormatError::Value),
            },
            roles: Roles(from.u16()?),
            account: Some(from.account()?).filter(|account| *account.as_bytes() != [0; 16]),
            place: from.text(NAME_LIMIT)?,
            name: from.text(PERSON_LIMIT)?,
        })
    }
}

/// An offer as it travels, under a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    claims: Offer,
    bytes: Vec<u8>,
}

impl Invitation {
    /// Reads the form.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let (body, _) = split(bytes)?;
        let mut from = Reader::open(body, ObjectType::Invitation)?;
        let claims = Offer::read(&mut from)?;
        from.finish()?;
        let bytes = bytes.to_vec();
        Ok(Self { claims, bytes })
    }

    /// What it says. It is nobody's word until [`InvitationKey::open`] has seen it: for the server, which keeps it.
    pub const fn claims(&self) -> &Offer {
        &self.claims
    }

    /// The object as it travels.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl InvitationKey {
    /// Puts an offer under the code.
    ///
    /// # Errors
    /// [`FormatError`] for names that are too long or unfit.
    pub fn seal(&self, platform: &PlatformId, offer: &Offer) -> Result<Vec<u8>, FormatError> {
        let mut bytes = offer.write()?;
        let mac = self.mac("invitation", &[platform.as_bytes(), &bytes]);
        bytes.extend(mac.map_err(|_| FormatError::Value)?);
        Ok(bytes)
    }

    /// Checks that whoever told the code made this offer, for this invitation.
    ///
    /// # Errors
    /// [`VerifyError::Signature`] for another code or changed bytes, [`VerifyError::Mismatch`] for another
    /// invitation.
    pub fn open(
        &self,
        platform: &PlatformId,
        invitation: &InvitationId,
        bytes: &[u8],
    ) -> Result<Offer, VerifyError> {
        let offer = Invitation::decode(bytes)?.claims;
        let (body, mac) = split(bytes)?;
        self.check("invitation", &[platform.as_bytes(), body], mac)?;
        if offer.invitation == *invitation {
            Ok(offer)
        } else {
            Err(VerifyError::Mismatch)
        }
    }

    /// Answers: this identity is the invited person's.
    ///
    /// # Errors
    /// None with today's library.
    pub fn answer(&self, identity: &Signed<Identity>) -> Result<[u8; ANSWER_LEN], OpenError> {
        self.mac("invite", &[identity.as_bytes()])
    }

    /// Checks that somebody who knows the code answered with this identity.
    ///
    /// # Errors
    /// [`VerifyError::Signature`].
    pub fn verify_answer(
        &self,
        identity: &Signed<Identity>,
        answer: &[u8],
    ) -> Result<(), VerifyError> {
        self.check("invite", &[identity.as_bytes()], answer)
    }

    fn mac(&self, name: &str, parts: &[&[u8]]) -> Result<[u8; MAC_LEN], OpenError> {
        let label = label(name);
        let mut all = vec![label.as_slice()];
        all.extend(parts);
        kdf::hmac_sha256(self.expose(), &all)
    }

    fn check(&self, name: &str, parts: &[&[u8]], mac: &[u8]) -> Result<(), VerifyError> {
        let own = self.mac(name, parts).map_err(|_| VerifyError::Signature)?;
        if bool::from(own.as_slice().ct_eq(mac)) {
            Ok(())
        } else {
            Err(VerifyError::Signature)
        }
    }
}

fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), FormatError> {
    let at = bytes.len().checked_sub(MAC_LEN);
    bytes
        .split_at_checked(at.ok_or(FormatError::Length)?)
        .ok_or(FormatError::Length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::IdentityKeys;
    use crate::random::SystemRandom;
    use domain::id::AgencyId;
    use domain::time::Day;

    const PLATFORM: PlatformId = PlatformId::from_bytes([1; 16]);
    const ID: InvitationId = InvitationId::from_bytes([2; 16]);

    fn offer() -> Offer {
        Offer {
            invitation: ID,
            post: Post::Agency(AgencyId::from_bytes([3; 16])),
            roles: Roles::COUNSELLOR,
            account: None,
            place: "Beratungsstelle".to_owned(),
            name: "Frau K.".to_owned(),
        }
    }

    fn key(byte: u8) -> InvitationKey {
        InvitationKey::from_bytes([byte; 32])
    }

    #[test]
    fn only_who_has_the_code_offers_and_answers() {
        let sealed = key(7).seal(&PLATFORM, &offer()).unwrap();
        assert_eq!(key(7).open(&PLATFORM, &ID, &sealed), Ok(offer()));
        let wrong = Err(VerifyError::Signature);
        assert_eq!(key(8).open(&PLATFORM, &ID, &sealed), wrong);
        let other = PlatformId::from_bytes([9; 16]);
        assert_eq!(key(7).open(&other, &ID, &sealed), wrong);
        let other = InvitationId::from_bytes([9; 16]);
        let mismatch = Err(VerifyError::Mismatch);
        assert_eq!(key(7).open(&PLATFORM, &other, &sealed), mismatch);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key(7).open(&PLATFORM, &ID, &changed).is_err(), "byte {at}");
        }

        let mine = IdentityKeys::make(&mut SystemRandom);
        let account = AccountId::from_bytes([4; 16]);
        let record = |keys: &IdentityKeys| keys.record(&PLATFORM, account, Day(1), 1).unwrap();
        let (identity, other) = (
            record(&mine),
            record(&IdentityKeys::make(&mut SystemRandom)),
        );
        let answer = key(7).answer(&identity).unwrap();
        assert!(key(7).verify_answer(&identity, &answer).is_ok());
        assert!(key(8).verify_answer(&identity, &answer).is_err());
        assert!(key(7).verify_answer(&other, &answer).is_err());
        assert!(key(7).verify_answer(&identity, &answer[..31]).is_err());
        // What says one thing does not say the other.
        assert!(
            key(7)
                .check("invitation", &[identity.as_bytes()], &answer)
                .is_err()
        );
    }

    #[test]
    fn a_code_is_stretched_for_one_invitation() {
        let code = InvitationCode::from_words([1, 2, 3, 4, 5, 2047 + 2048]);
        assert_eq!(code.words(), [1, 2, 3, 4, 5, 2047]);
        let key = code.stretch(&ID).unwrap();
        let elsewhere = code.stretch(&InvitationId::from_bytes([3; 16])).unwrap();
        assert_ne!(key.expose(), elsewhere.expose());
    }
}
