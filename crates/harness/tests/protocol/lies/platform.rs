//! Another root than the one that the shell names.
//!
//! That a browser takes no other `trust.json` is the doing of `integrity`; here it is about what
//! happens behind it, should the shell itself be another one.

use crate::support::{
    Machine, Served, TOPIC, agency_in, demo_session, device, find, reloaded, run,
};
use client::registration::{self, Draft, Form};
use client::{Client, Error, Platform, Untrusted, account, agency};
use domain::Refusal;
use domain::account::{RegisterStart, Secretive};
use domain::enquiry::SubmitEnquiry;
use domain::id::PlatformId;
use domain::trust::TrustFile;

fn platform(id: PlatformId, root: &[u8; 32]) -> Platform {
    let file = serde_json::to_vec(&TrustFile::new(id, root)).unwrap();
    Platform::parse(&file).unwrap()
}

/// The same device, with another `trust.json`.
fn misled(client: &Client<Machine>, platform: Platform) -> Client<Machine> {
    let world = client.world();
    let net = harness::lying::Lying::new(world.net().inner().again());
    Client::new(world.reloaded(net), platform)
}

#[test]
fn another_root_proves_nothing_and_opens_no_vault() {
    let served = Served::get();
    run(async {
        let own = served.platform;
        let mut root = *own.root.as_bytes();
        root[7] ^= 1;
        let honest = device(&served);
        let freiburg = agency_in(&honest, "79104", "Freiburg").await;
        demo_session(&honest, "stiller-bach27").await.unwrap();
        // With another id not even the password's protocol comes to an end.
        let id = PlatformId::from_bytes([7; 16]);
        let ends = [
            (own.id, Error::Untrusted(Untrusted::Platform)),
            (id, Error::Refused(Refusal::WrongCredentials)),
        ];
        for (id, at_sign_in) in ends {
            let client = misled(&device(&served), platform(id, &root));
            let found = find(&client, "79104").await;
            assert_eq!(found.err(), Some(Error::Untrusted(Untrusted::Admins)));
            let loaded = agency::load(&client, freiburg).await;
            assert_eq!(loaded.err(), Some(Error::Untrusted(Untrusted::Admins)));
            let refused = demo_session(&client, "stiller-bach27").await;
            assert_eq!(refused.err(), Some(at_sign_in));
            assert_eq!(client.world().tab_entries(), []);
            // A tab that was open before.
            let tab = misled(&honest, platform(id, &root));
            let refused = account::resume(&tab).await;
            assert_eq!(refused.err(), Some(Error::Untrusted(Untrusted::Platform)));
        }
        assert!(account::resume(&reloaded(&honest)).await.unwrap().is_some());
    });
}

/// Nobody gets an account, and no text leaves the device, by a chain of another root.
#[test]
fn nobody_registers_under_another_root() {
    let served = Served::get();
    run(async {
        let freiburg = agency_in(&device(&served), "79104", "Freiburg").await;
        let client = misled(&device(&served), platform(served.platform.id, &[3; 32]));
        let draft = Draft::open(&client).await.unwrap();
        draft.keep(Form {
            topic: Some(TOPIC),
            agency: Some(freiburg),
            user_name: "probe-wurzel-1".to_owned(),
            consent: Some(1),
            text: "Hallo".to_owned(),
            ..Form::default()
        });
        let password = Secretive("ein langes wort und noch eins".to_owned());
        let refused = registration::register(&draft, password).await;
        assert_eq!(refused.err(), Some(Error::Untrusted(Untrusted::Admins)));
        let net = client.world().net();
        assert!(net.asked::<RegisterStart>().is_empty());
        assert!(net.asked::<SubmitEnquiry>().is_empty());
    });
}
