//! OPAQUE: the vectors of RFC 9807 through our core, and what must not sign in.

use crate::common::{Given, Repeatable, World, hex, unhex, vectors};
use crypto::opaque::core::{self, Setting};
use crypto::opaque::server::{LoginState, Record, Setup};
use crypto::opaque::{Parties, client, server};
use opaque_ke::ksf::Identity;
use serde_json::Value;

fn field(vector: &Value, group: &str, name: &str) -> Vec<u8> {
    unhex(
        vector[group][name]
            .as_str()
            .unwrap_or_else(|| panic!("{name}")),
    )
}

fn input(vector: &Value, name: &str) -> Vec<u8> {
    field(vector, "Input Values", name)
}

/// Randomness from the vector's inputs. A blind is drawn as 64 bytes and reduced.
fn given(vector: &Value, names: &[&str]) -> Given {
    let mut bytes = Vec::new();
    for name in names {
        bytes.extend(input(vector, name));
        if name.starts_with("blind") {
            bytes.extend([0; 32]);
        }
    }
    Given(bytes)
}

fn ours<'a>(all: &'a Value, kind: &str) -> Vec<&'a Value> {
    let all = all["vectors"].as_array().unwrap();
    let fits = |vector: &&Value| {
        vector["Configuration"]["OPRF"] == "ristretto255-SHA512"
            && vector["Configuration"]["Group"] == "ristretto255"
            && vector["name"].as_str().unwrap().contains(kind)
    };
    all.iter().filter(fits).collect()
}

/// OPRF seed, private key, stand-in key: the form of a serialised set-up.
fn setup(vector: &Value, stand_in: &[u8]) -> Setup<Identity> {
    let mut bytes = input(vector, "oprf_seed");
    bytes.extend(input(vector, "server_private_key"));
    bytes.extend(stand_in);
    Setup::from_slice(&bytes).unwrap()
}

#[test]
fn the_real_vectors_of_rfc_9807() {
    let all = vectors("rfc9807.json");
    let real = ours(&all, "Real");
    assert_eq!(real.len(), 2);
    for vector in real {
        let output = |name: &str| field(vector, "Output Values", name);
        let context = field(vector, "Configuration", "Context");
        let identity = |name: &str| {
            let value = vector["Input Values"].get(name)?;
            Some(unhex(value.as_str().unwrap()))
        };
        let (client, server) = (identity("client_identity"), identity("server_identity"));
        let setting = Setting {
            context: &context,
            client: client.as_deref(),
            server: server.as_deref(),
        };
        let password = input(vector, "password");
        let identifier = input(vector, "credential_identifier");
        let setup = setup(vector, &input(vector, "server_public_key"));

        let rng = &mut given(vector, &["blind_registration"]);
        let (state, request) = core::registration_start::<Identity>(rng, &password).unwrap();
        assert_eq!(hex(&request), hex(&output("registration_request")));
        let response = setup.register(&request, &identifier).unwrap();
        assert_eq!(hex(&response), hex(&output("registration_response")));
        let rng = &mut given(vector, &["envelope_nonce"]);
        let (record, export_key) =
            core::registration_finish::<Identity>(rng, &state, &password, &response, setting)
                .unwrap();
        assert_eq!(hex(&record), hex(&output("registration_upload")));
        assert_eq!(hex(export_key.expose()), hex(&output("export_key")));

        let rng = &mut given(
            vector,
            &["blind_login", "client_keyshare_seed", "client_nonce"],
        );
        let (state, ke1) = core::login_start::<Identity>(rng, &password).unwrap();
        assert_eq!(hex(&ke1), hex(&output("KE1")));
        let mut rng = given(
            vector,
            &["masking_nonce", "server_keyshare_seed", "server_nonce"],
        );
        // A stand-in record is drawn for known names too.
        rng.0.splice(0..0, [0; 64]);
        let record = Record::from_slice(&record).unwrap();
        let (server_state, ke2) = setup
            .login_in(&mut rng, Some(record), &ke1, &identifier, setting)
            .unwrap();
        assert_eq!(hex(&ke2), hex(&output("KE2")));
        let rng = &mut Given(Vec::new());
        let done = core::login_finish::<Identity>(rng, &state, &password, &ke2, setting).unwrap();
        assert_eq!(hex(&done.finalization), hex(&output("KE3")));
        assert_eq!(hex(done.session_key.expose()), hex(&output("session_key")));
        assert_eq!(hex(done.export_key.expose()), hex(&output("export_key")));
        let sealed = server_state.to_secret().unwrap();
        let server_state = LoginState::<Identity>::from_slice(sealed.expose()).unwrap();
        let session_key = server_state.finish(&done.finalization).unwrap();
        assert_eq!(hex(session_key.expose()), hex(&output("session_key")));
    }
}

#[test]
fn the_fake_vectors_of_rfc_9807() {
    let all = vectors("rfc9807.json");
    let fake = ours(&all, "Fake");
    assert_eq!(fake.len(), 1);
    for vector in fake {
        let context = field(vector, "Configuration", "Context");
        let client = input(vector, "client_identity");
        let server = input(vector, "server_identity");
        let setting = Setting {
            context: &context,
            client: Some(&client),
            server: Some(&server),
        };
        let setup = setup(vector, &input(vector, "client_public_key"));
        let rng = &mut given(
            vector,
            &[
                "masking_key",
                "masking_nonce",
                "server_keyshare_seed",
                "server_nonce",
            ],
        );
        let (_, ke2) = setup
            .login_in(
                rng,
                None,
                &input(vector, "KE1"),
                &input(vector, "credential_identifier"),
                setting,
            )
            .unwrap();
        assert_eq!(hex(&ke2), hex(&field(vector, "Output Values", "KE2")));
    }
}

#[test]
fn only_the_right_password_name_and_platform_sign_in() {
    let world = World::new();
    let rng = &mut Repeatable::new("sign in");
    let here = Parties {
        user_name: "stiller-bach27",
        platform: &world.platform,
    };
    let setup = server::Setup::make(rng);
    let (registration, request) = client::Registration::start(rng, "richtig und lang").unwrap();
    // The state may wait as bytes between the steps, as in a worker.
    let registration = client::Registration::from_secret(registration.into_secret());
    let response = setup.register(&request, b"id").unwrap();
    let (record, _) = registration
        .finish(rng, "richtig und lang", &response, here)
        .unwrap();

    let mut attempt = |password: &str, parties: Parties<'_>, identifier: &[u8], known: bool| {
        let record = known.then(|| server::Record::from_slice(&record).unwrap());
        let (login, ke1) = client::Login::start(rng, password).unwrap();
        let login = client::Login::from_secret(login.into_secret());
        let (state, ke2) = setup.login(rng, record, &ke1, identifier, here).unwrap();
        assert_eq!(ke2.len(), crypto::opaque::KE2_LEN);
        let done = login.finish(rng, password, &ke2, parties).ok()?;
        state.finish(&done.finalization).ok()
    };
    assert!(attempt("richtig und lang", here, b"id", true).is_some());
    assert!(attempt("falsch und auch lang", here, b"id", true).is_none());
    assert!(attempt("richtig und lang", here, b"other id", true).is_none());
    assert!(attempt("richtig und lang", here, b"id", false).is_none());
    let other_name = Parties {
        user_name: "stiller-bach28",
        ..here
    };
    assert!(attempt("richtig und lang", other_name, b"id", true).is_none());
    let other_platform = domain::id::PlatformId::from_bytes([9; 16]);
    let elsewhere = Parties {
        platform: &other_platform,
        ..here
    };
    assert!(attempt("richtig und lang", elsewhere, b"id", true).is_none());
}

#[test]
fn a_forged_finish_is_refused() {
    let world = World::new();
    let rng = &mut Repeatable::new("forged");
    let parties = Parties {
        user_name: "stiller-bach27",
        platform: &world.platform,
    };
    let setup = server::Setup::make(rng);
    let (_, ke1) = client::Login::start(rng, "irgendein passwort").unwrap();
    let (state, _) = setup.login(rng, None, &ke1, b"id", parties).unwrap();
    assert!(state.finish(&[0; 64]).is_err());
    for len in [0, 63, 65] {
        let (state, _) = setup.login(rng, None, &ke1, b"id", parties).unwrap();
        assert!(state.finish(&vec![0; len]).is_err());
    }
    assert!(setup.login(rng, None, &ke1[..95], b"id", parties).is_err());
    assert!(
        setup.register(&[0; 32], b"id").is_err(),
        "the identity element"
    );
    assert!(setup.register(&[255; 32], b"id").is_err());
}
