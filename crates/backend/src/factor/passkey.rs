//! Passkeys: WebAuthn Level 3, the server's part, without attestation (docs/adr/0420).

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::Value;
use crypto::Digest;
use domain::id::AccountId;
use p256::ecdsa::signature::Verifier as _;
use serde::Deserialize;
use serde_json::json;

use crate::error::Error;

/// How long a browser asks for it, in milliseconds: as long as the state is good.
const PATIENCE: u32 = 300_000;
/// COSE's numbers (RFC 9053) of what is taken: ECDSA with P-256 and SHA-256, and Ed25519.
const ES256: i64 = -7;
const EDDSA: i64 = -8;
/// The longest id of a credential (WebAuthn Level 3, 4).
const LONGEST: usize = 1_023;

/// Flags of the authenticator's data (WebAuthn Level 3, 6.1).
const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const ATTESTED: u8 = 1 << 6;

/// The address to which passkeys are bound.
#[derive(Debug)]
pub(crate) struct Passkeys {
    host: String,
    origin: String,
}

/// A public key, and by which id its authenticator knows it.
pub(crate) struct Key {
    pub(crate) credential: Vec<u8>,
    public: Public,
}

enum Public {
    P256(p256::ecdsa::VerifyingKey),
    Ed25519(ed25519_dalek::VerifyingKey),
}

/// What browsers give: `AuthenticationResponseJSON`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said<T> {
    id: String,
    response: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assertion {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attestation {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

impl Passkeys {
    /// At this origin; none where the host is a number, which no passkey can be bound to.
    pub(crate) fn at(origin: Option<&str>) -> Option<Self> {
        let origin = origin?;
        let (_, rest) = origin.split_once("://")?;
        let host = match rest.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
            _ => rest,
        };
        let is_number = host.starts_with('[') || host.parse::<IpAddr>().is_ok();
        (!is_number).then(|| Self {
            host: host.to_owned(),
            origin: origin.to_owned(),
        })
    }

    /// What a browser needs to make one, for an account of this id and name.
    pub(crate) fn creation_options(
        &self,
        challenge: &[u8],
        (id, name): (&[u8], &str),
        known: &[Vec<u8>],
        finds: bool,
    ) -> String {
        // Where the name is typed nothing needs to be found on the authenticator.
        let resident = if finds { "preferred" } else { "discouraged" };
        json!({
            "rp": { "id": self.host, "name": self.host },
            "user": { "id": encode(id), "name": name, "displayName": name },
            "challenge": encode(challenge),
            "pubKeyCredParams": [
                { "type": "public-key", "alg": ES256 },
                { "type": "public-key", "alg": EDDSA },
            ],
            "timeout": PATIENCE,
            "excludeCredentials": listed(known),
            "authenticatorSelection": { "residentKey": resident, "userVerification": "preferred" },
            "attestation": "none",
        })
        .to_string()
    }

    /// What a browser needs to ask for one of these.
    pub(crate) fn request_options(&self, challenge: &[u8], known: &[Vec<u8>]) -> String {
        json!({
            "rpId": self.host,
            "challenge": encode(challenge),
            "timeout": PATIENCE,
            "allowCredentials": listed(known),
            "userVerification": "preferred",
        })
        .to_string()
    }

    /// What a browser needs to ask for any that it finds for this address, and for whose it is.
    pub(crate) fn request_any(&self, challenge: &[u8]) -> String {
        json!({
            "rpId": self.host,
            "challenge": encode(challenge),
            "timeout": PATIENCE,
            "allowCredentials": [],
            "userVerification": "required",
        })
        .to_string()
    }

    /// A new one, and its count; none if anything is not as it must be (WebAuthn Level 3, 7.1).
    pub(crate) fn register(&self, challenge: &[u8], said: &str) -> Option<(Key, u64)> {
        let said: Said<Attestation> = serde_json::from_str(said).ok()?;
        let client_data = decode(&said.response.client_data)?;
        self.is_ours(&client_data, "webauthn.create", challenge)?;
        let object = decode(&said.response.attestation_object)?;
        let object = ciborium::from_reader::<Value, _>(&object[..]).ok()?;
        let data = entry(&object, |key| key.as_text() == Some("authData"))?;
        let (flags, counter, rest) = self.authenticator_data(data.as_bytes()?)?;
        if flags & ATTESTED == 0 {
            return None;
        }
        let (_aaguid, rest) = rest.split_first_chunk::<16>()?;
        let (length, rest) = rest.split_first_chunk()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (credential, key) = rest.split_at_checked(length)?;
        // Extensions may follow the key: what is read is its first item.
        let public = Public::of_cose(&ciborium::from_reader(key).ok()?)?;
        let same = decode(&said.id)? == credential;
        (same && !credential.is_empty() && length <= LONGEST).then(|| {
            let key = Key {
                credential: credential.to_vec(),
                public,
            };
            (key, counter)
        })
    }

    /// The count of an answer that this key has signed; none if anything is not as it must be (WebAuthn Level 3, 7.2).
    pub(crate) fn verify(&self, challenge: &[u8], key: &Key, said: &str) -> Option<u64> {
        Some(self.verified(challenge, key, said)?.1)
    }

    /// The same, only if the authenticator has looked whose finger or PIN it is.
    pub(crate) fn verify_owner(&self, challenge: &[u8], key: &Key, said: &str) -> Option<u64> {
        let (flags, counter) = self.verified(challenge, key, said)?;
        (flags & VERIFIED != 0).then_some(counter)
    }

    fn verified(&self, challenge: &[u8], key: &Key, said: &str) -> Option<(u8, u64)> {
        let said: Said<Assertion> = serde_json::from_str(said).ok()?;
        if decode(&said.id)? != key.credential {
            return None;
        }
        let client_data = decode(&said.response.client_data)?;
        self.is_ours(&client_data, "webauthn.get", challenge)?;
        let data = decode(&said.response.authenticator_data)?;
        let (flags, counter, _) = self.authenticator_data(&data)?;
        let signed = [&data[..], Digest::of(&client_data).as_bytes()].concat();
        let signature = decode(&said.response.signature)?;
        let verifies = key.public.verifies(&signed, &signature);
        verifies.then_some((flags, counter))
    }

    /// Made here, for this, by somebody who is there.
    fn is_ours(&self, client_data: &[u8], kind: &str, challenge: &[u8]) -> Option<()> {
        let said: ClientData = serde_json::from_slice(client_data).ok()?;
        let ours = said.r#type == kind
            && said.origin == self.origin
            && !said.cross_origin
            && decode(&said.challenge)? == challenge;
        ours.then_some(())
    }

    /// Flags, count and the rest: `hash 32 | flags 1 | count 4 | …`.
    fn authenticator_data<'a>(&self, data: &'a [u8]) -> Option<(u8, u64, &'a [u8])> {
        let (host, rest) = data.split_first_chunk::<32>()?;
        let (flags, rest) = rest.split_first()?;
        let (counter, rest) = rest.split_first_chunk()?;
        let ours = host == Digest::of(self.host.as_bytes()).as_bytes() && flags & PRESENT != 0;
        ours.then(|| (*flags, u32::from_be_bytes(*counter).into(), rest))
    }
}

impl Key {
    /// `kind 1 | key | credential`: 1 with 65 bytes of P-256 (SEC 1), 2 with 32 of Ed25519.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut bytes = match &self.public {
            Public::P256(key) => [&[1], key.to_sec1_point(false).as_bytes()].concat(),
            Public::Ed25519(key) => [&[2], &key.as_bytes()[..]].concat(),
        };
        bytes.extend(&self.credential);
        bytes
    }

    /// Reads what [`Self::write`] wrote.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Error> {
        Self::split(bytes).ok_or_else(|| Error::internal("reading a passkey", "its form"))
    }

    fn split(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let (key, credential) = rest.split_at_checked(if *kind == 1 { 65 } else { 32 })?;
        Some(Self {
            credential: credential.to_vec(),
            public: match kind {
                1 => Public::P256(p256::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?),
                2 => Public::Ed25519(ed25519(key)?),
                _ => return None,
            },
        })
    }
}

impl Public {
    /// A `COSE_Key` (RFC 9053, 7): type, algorithm, curve and coordinates must all fit.
    fn of_cose(key: &Value) -> Option<Self> {
        let number = |name: i64| {
            let value = entry(key, |key| is(key, name))?.as_integer()?;
            i64::try_from(value).ok()
        };
        let bytes = |name: i64| entry(key, |key| is(key, name))?.as_bytes().cloned();
        match (number(1)?, number(3)?, number(-1)?) {
            (2, ES256, 1) => {
                let point = [vec![4], bytes(-2)?, bytes(-3)?].concat();
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok()?;
                Some(Self::P256(key))
            }
            (1, EDDSA, 6) => Some(Self::Ed25519(ed25519(&bytes(-2)?)?)),
            _ => None,
        }
    }

    fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify(signed, &signature).is_ok()),
            Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(signed, &signature).is_ok()),
        }
    }
}

/// Whose passkey it says it is: what was given as the user's id when it was made.
pub(super) fn user_of(said: &str) -> Option<AccountId> {
    let said: Said<Assertion> = serde_json::from_str(said).ok()?;
    let user = decode(&said.response.user_handle?)?;
    Some(AccountId::from_bytes(user.try_into().ok()?))
}

fn ed25519(bytes: &[u8]) -> Option<ed25519_dalek::VerifyingKey> {
    ed25519_dalek::VerifyingKey::from_bytes(bytes.try_into().ok()?).ok()
}

fn is(key: &Value, name: i64) -> bool {
    key.as_integer().and_then(|key| i64::try_from(key).ok()) == Some(name)
}

fn entry(map: &Value, wanted: impl Fn(&Value) -> bool) -> Option<&Value> {
    let mut entries = map.as_map()?.iter();
    entries.find(|(key, _)| wanted(key)).map(|(_, value)| value)
}

fn listed(known: &[Vec<u8>]) -> Vec<serde_json::Value> {
    known
        .iter()
        .map(|id| json!({ "type": "public-key", "id": encode(id) }))
        .collect()
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(digit).collect()
    }

    fn said(id: &str, response: &[(&str, &str)]) -> String {
        let response: serde_json::Map<_, _> = response
            .iter()
            .map(|(name, hex)| ((*name).to_owned(), encode(&bytes(hex)).into()))
            .collect();
        json!({ "id": encode(&bytes(id)), "response": response }).to_string()
    }

    // WebAuthn Level 3, 16.2: ES256 credential with no attestation.
    const CREDENTIAL: &str = "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4";
    const MADE: (&str, &str, &str) = (
        "00c30fb78531c464d2b6771dab8d7b603c01162f2fa486bea70f283ae556e130",
        "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d507434557878475453746e63647134313759447742466938767049612d7077386f4f755657345441222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73652c22657874726144617461223a22636c69656e74446174614a534f4e206d617920626520657874656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c207375636820617320746869733a20426b5165446a646354427258426941774a544c453551227d",
        "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220",
    );
    const SHOWN: (&str, &str, &str, &str) = (
        "39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408",
        "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c5455506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d",
        "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000",
        "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87",
    );

    fn made() -> String {
        let response = [("clientDataJSON", MADE.1), ("attestationObject", MADE.2)];
        said(CREDENTIAL, &response)
    }

    fn shown(signature: &str) -> String {
        let response = [
            ("clientDataJSON", SHOWN.1),
            ("authenticatorData", SHOWN.2),
            ("signature", signature),
        ];
        said(CREDENTIAL, &response)
    }

    #[test]
    fn the_vectors_of_the_specification() {
        let place = Passkeys::at(Some("https://example.org")).unwrap();
        let (key, counter) = place.register(&bytes(MADE.0), &made()).unwrap();
        assert_eq!(
            (key.credential.as_slice(), counter),
            (&*bytes(CREDENTIAL), 0)
        );
        let key = Key::read(&key.write()).unwrap();
        let challenge = bytes(SHOWN.0);
        assert_eq!(place.verify(&challenge, &key, &shown(SHOWN.3)), Some(0));

        // Whatever is another makes it worthless.
        assert!(place.register(&challenge, &made()).is_none());
        assert!(
            place
                .verify(&bytes(MADE.0), &key, &shown(SHOWN.3))
                .is_none()
        );
        let last = SHOWN.3.len() - 1;
        let other = format!("{}8", &SHOWN.3[..last]);
        assert!(place.verify(&challenge, &key, &shown(&other)).is_none());
        for elsewhere in [
            "https://example.com",
            "http://example.org",
            "https://example.org:444",
        ] {
            let elsewhere = Passkeys::at(Some(elsewhere)).unwrap();
            assert!(elsewhere.register(&bytes(MADE.0), &made()).is_none());
            assert!(
                elsewhere
                    .verify(&challenge, &key, &shown(SHOWN.3))
                    .is_none()
            );
        }
    }

    #[test]
    fn what_is_damaged_is_refused_and_never_breaks_anything() {
        let place = Passkeys::at(Some("https://example.org")).unwrap();
        let challenge = bytes(MADE.0);
        for length in 0..MADE.2.len() / 2 {
            let response = [
                ("clientDataJSON", MADE.1),
                ("attestationObject", &MADE.2[..2 * length]),
            ];
            assert!(
                place
                    .register(&challenge, &said(CREDENTIAL, &response))
                    .is_none()
            );
        }
        for text in ["", "{}", "null", "{\"id\":1}"] {
            assert!(place.register(&challenge, text).is_none());
        }
        for bytes in [&[][..], &[1], &[3; 40], &[1; 70], &[2; 10]] {
            assert!(Key::read(bytes).is_err());
        }
    }

    #[test]
    fn passkeys_belong_to_a_name() {
        for number in [
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
            "https://192.0.2.1",
        ] {
            assert!(Passkeys::at(Some(number)).is_none(), "{number}");
        }
        let local = Passkeys::at(Some("http://localhost:3000")).unwrap();
        assert_eq!(local.host, "localhost");
        assert!(Passkeys::at(None).is_none());
    }
}
