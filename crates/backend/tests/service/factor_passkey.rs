//! Passkeys, with an authenticator of the test's own.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crypto::Digest;
use domain::Refusal;
use domain::account::Secretive;
use domain::factor::{AddFactor, Answer, NewFactor, StartPasskey};
use ed25519_dalek::Signer as _;
use serde_json::{Value, json};

use crate::factor::{asked, raised, seeker, show};
use crate::support::person::confirmation;
use crate::support::{Person, World, random, refused};

crate::on_both! {
    a_passkey_opens_and_goes_on_counting,
    passkeys_are_bound_to_what_was_asked,
}

const NAME: &str = "hannah.brandt";
const PASSWORD: &str = "apfel birne kirsche dattel";
const ORIGIN: &str = "http://localhost:3000";

/// What holds a private key, and signs when somebody presses its button.
struct Authenticator {
    key: Key,
    credential: Vec<u8>,
    count: u32,
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
    fn p256(count: u32) -> Self {
        Self {
            key: Key::P256(p256::ecdsa::SigningKey::from_slice(&random::<32>()).unwrap()),
            credential: random::<16>().to_vec(),
            count,
        }
    }

    fn ed25519() -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(&random());
        Self {
            key: Key::Ed25519(Box::new(key)),
            credential: random::<64>().to_vec(),
            count: 0,
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

    /// What a browser gives after `navigator.credentials.create`.
    fn make(&self, options: &str) -> String {
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

    /// What a browser gives after `navigator.credentials.get`, at this origin.
    fn answer(&self, options: &str, origin: &str) -> Answer {
        let options: Value = serde_json::from_str(options).unwrap();
        let known = options["allowCredentials"].as_array().unwrap();
        assert!(
            known
                .iter()
                .any(|one| one["id"] == encode(&self.credential))
        );
        let host = origin.split("://").nth(1).unwrap();
        let host = host.split(':').next().unwrap();
        let data = self.data(host, 1);
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
        }});
        Answer::Passkey(Secretive(said.to_string()))
    }
}

/// Sets the authenticator up.
async fn add(world: &World, person: &Person, authenticator: &Authenticator) {
    let factors = world.backend.factors();
    let started = factors.start_passkey(&person.actor, StartPasskey {}).await;
    let started = started.unwrap();
    let request = |confirmation| AddFactor {
        confirmation: Some(confirmation),
        new: NewFactor::Passkey {
            state: started.state.clone(),
            answer: Secretive(authenticator.make(&started.options)),
        },
    };
    let first = request(confirmation(world, &person.name, PASSWORD).await);
    let result = factors.add(&person.actor, first).await;
    let Err(backend::Error::Refused(Refusal::FactorNeeded { state, .. })) = result else {
        result.unwrap();
        return;
    };
    world.pass(30_000);
    let again = request(raised(world, person, &state, person.shows(world)).await);
    factors.add(&person.actor, again).await.unwrap();
}

async fn a_passkey_opens_and_goes_on_counting(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    let mut counting = Authenticator::p256(5);
    let silent = Authenticator::ed25519();
    add(world, &person, &counting).await;
    add(world, &person, &silent).await;
    for _ in 0..2 {
        // One that does not count says 0 each time.
        let (state, options) = asked(world, NAME).await;
        let answer = silent.answer(&options.unwrap(), ORIGIN);
        show(world, &state, answer).await.unwrap();
    }
    counting.count = 6;
    let (state, options) = asked(world, NAME).await;
    let answer = counting.answer(&options.unwrap(), ORIGIN);
    show(world, &state, answer).await.unwrap();
    for copied in [0, 5, 6] {
        counting.count = copied;
        let (state, options) = asked(world, NAME).await;
        let answer = counting.answer(&options.unwrap(), ORIGIN);
        let refusal = refused(show(world, &state, answer).await);
        assert_eq!(refusal, Refusal::WrongFactor, "a copy that says {copied}");
    }
    // The app and the codes for a lost factor go on.
    world.pass(30_000);
    let (state, _) = asked(world, NAME).await;
    show(world, &state, person.shows(world)).await.unwrap();

    // A seeker's authenticator is told nobody's name.
    let seeker = seeker(world, "stiller-bach27").await;
    let factors = world.backend.factors();
    let started = factors.start_passkey(&seeker.actor, StartPasskey {}).await;
    assert!(!started.unwrap().options.contains("bach"));
    add(world, &seeker, &Authenticator::p256(0)).await;
}

async fn passkeys_are_bound_to_what_was_asked(world: &World) {
    let person = Person::colleague(world, NAME, PASSWORD).await;
    let own = Authenticator::p256(0);
    add(world, &person, &own).await;
    let (state, options) = asked(world, NAME).await;
    let options = options.unwrap();
    let (other, _) = asked(world, NAME).await;
    let answer = || own.answer(&options, ORIGIN);
    let stranger = Authenticator {
        credential: own.credential.clone(),
        ..Authenticator::p256(0)
    };
    for (state, answer, why) in [
        (&other, answer(), "asked another time"),
        (
            &state,
            own.answer(&options, "http://localhost.evil:3000"),
            "elsewhere",
        ),
        (&state, stranger.answer(&options, ORIGIN), "another key"),
    ] {
        let refusal = refused(show(world, state, answer).await);
        assert_eq!(refusal, Refusal::WrongFactor, "{why}");
    }
    show(world, &state, answer()).await.unwrap();
    let refusal = refused(show(world, &state, answer()).await);
    assert_eq!(refusal, Refusal::SignInExpired, "sent again");
    // What was made for one account is not another's.
    let colleague = Person::colleague(world, "jonas.reuter", PASSWORD).await;
    let factors = world.backend.factors();
    let started = factors.start_passkey(&person.actor, StartPasskey {}).await;
    let started = started.unwrap();
    let request = AddFactor {
        confirmation: Some(confirmation(world, "jonas.reuter", PASSWORD).await),
        new: NewFactor::Passkey {
            answer: Secretive(Authenticator::p256(0).make(&started.options)),
            state: started.state,
        },
    };
    let refusal = refused(factors.add(&colleague.actor, request).await);
    assert_eq!(refusal, Refusal::SignInExpired);
}
