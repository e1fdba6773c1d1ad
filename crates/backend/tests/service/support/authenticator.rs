//! A passkey's authenticator, and the browser around it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crypto::Digest;
use domain::account::Secretive;
use domain::factor::Answer;
use domain::id::AccountId;
use ed25519_dalek::Signer as _;
use serde_json::{Value, json};

use super::random;

/// Where the platform of the tests is.
pub(crate) const ORIGIN: &str = "http://localhost:3000";

/// What holds a private key, and signs when somebody presses its button.
pub(crate) struct Authenticator {
    key: Key,
    credential: Vec<u8>,
    pub(crate) count: u32,
    /// Whether it looks whose finger it is.
    pub(crate) looks: bool,
}

enum Key {
    P256(p256::ecdsa::SigningKey),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn client_data(kind: &str, options: &Value, origin: &str) -> Vec<u8> {
    let data = json!({ "type": kind, "challenge": options["challenge"], "origin": origin });
    data.to_string().into_bytes()
}

impl Authenticator {
    pub(crate) fn p256(count: u32) -> Self {
        Self {
            key: Key::P256(p256::ecdsa::SigningKey::from_slice(&random::<32>()).unwrap()),
            credential: random::<16>().to_vec(),
            count,
            looks: true,
        }
    }

    pub(crate) fn ed25519() -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(&random());
        Self {
            key: Key::Ed25519(Box::new(key)),
            credential: random::<64>().to_vec(),
            count: 0,
            looks: true,
        }
    }

    fn data(&self, host: &str, flags: u8) -> Vec<u8> {
        let mut data = Digest::of(host.as_bytes()).as_bytes().to_vec();
        data.push(flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    fn cose(&self) -> Vec<u8> {
        use ciborium::Value as Cbor;
        let number = |number: i64| Cbor::Integer(number.into());
        let entries = match &self.key {
            Key::P256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                let point = point.as_bytes();
                vec![
                    (number(1), number(2)),
                    (number(3), number(-7)),
                    (number(-1), number(1)),
                    (number(-2), Cbor::Bytes(point[1..33].to_vec())),
                    (number(-3), Cbor::Bytes(point[33..].to_vec())),
                ]
            }
            Key::Ed25519(key) => vec![
                (number(1), number(1)),
                (number(3), number(-8)),
                (number(-1), number(6)),
                (
                    number(-2),
                    Cbor::Bytes(key.verifying_key().as_bytes().to_vec()),
                ),
            ],
        };
        let mut bytes = Vec::new();
        ciborium::into_writer(&Cbor::Map(entries), &mut bytes).unwrap();
        bytes
    }

    /// Another one that gives itself out for this one.
    pub(crate) fn copied(&self) -> Self {
        Self {
            credential: self.credential.clone(),
            ..Self::p256(0)
        }
    }

    /// What a browser gives after `navigator.credentials.create`.
    pub(crate) fn make(&self, options: &str) -> String {
        use ciborium::Value as Cbor;
        let options: Value = serde_json::from_str(options).unwrap();
        let mut data = self.data(options["rp"]["id"].as_str().unwrap(), 0b0100_0101);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.credential.len()).unwrap().to_be_bytes());
        data.extend(&self.credential);
        data.extend(self.cose());
        let text = |text: &str| Cbor::Text(text.to_owned());
        let object = Cbor::Map(vec![
            (text("fmt"), text("none")),
            (text("attStmt"), Cbor::Map(Vec::new())),
            (text("authData"), Cbor::Bytes(data)),
        ]);
        let mut bytes = Vec::new();
        ciborium::into_writer(&object, &mut bytes).unwrap();
        let client_data = client_data("webauthn.create", &options, ORIGIN);
        json!({ "id": encode(&self.credential), "type": "public-key", "response": {
            "clientDataJSON": encode(&client_data), "attestationObject": encode(&bytes),
        }})
        .to_string()
    }

    /// What a browser gives after `navigator.credentials.get`, at this origin, for one that is asked for by name.
    pub(crate) fn answer(&self, options: &str, origin: &str) -> Answer {
        let known: Value = serde_json::from_str(options).unwrap();
        let known = known["allowCredentials"].as_array().unwrap();
        assert!(
            known
                .iter()
                .any(|one| one["id"] == encode(&self.credential))
        );
        Answer::Passkey(self.say(options, origin, None))
    }

    /// The same for one that is found by itself, and says whose it is.
    pub(crate) fn found(&self, options: &str, of: AccountId) -> Secretive {
        let asked: Value = serde_json::from_str(options).unwrap();
        assert_eq!(asked["allowCredentials"], json!([]));
        self.say(options, ORIGIN, Some(of))
    }

    fn say(&self, options: &str, origin: &str, of: Option<AccountId>) -> Secretive {
        let options: Value = serde_json::from_str(options).unwrap();
        let host = origin.split("://").nth(1).unwrap();
        let host = host.split(':').next().unwrap();
        let data = self.data(host, if self.looks { 0b101 } else { 1 });
        let client_data = client_data("webauthn.get", &options, origin);
        let signed = [&data[..], Digest::of(&client_data).as_bytes()].concat();
        let signature = match &self.key {
            Key::P256(key) => {
                let signature: p256::ecdsa::Signature =
                    p256::ecdsa::signature::Signer::sign(key, &signed);
                signature.to_der().as_bytes().to_vec()
            }
            Key::Ed25519(key) => key.sign(&signed).to_bytes().to_vec(),
        };
        let said = json!({ "id": encode(&self.credential), "response": {
            "clientDataJSON": encode(&client_data), "authenticatorData": encode(&data),
            "signature": encode(&signature),
            "userHandle": of.map(|of| encode(of.as_bytes())),
        }});
        Secretive(said.to_string())
    }
}
