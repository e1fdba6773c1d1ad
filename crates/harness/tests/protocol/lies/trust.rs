//! The chain of trust.

use crate::support::{
    Machine, Served, TOPIC, agency_in, demo_session, device, find, reloaded, run,
};
use client::agency;
use client::registration::{Draft, Form};
use client::{Client, Error, Untrusted};
use domain::Blob;
use domain::agency::{AgencyChain, ListAgencies, LoadAgency, TopicDirectory};
use domain::enquiry::Answers;

use super::{flip, with_history};

type ChainLie = (&'static str, fn(&mut AgencyChain, &AgencyChain));

/// Each replaces something of a chain by something well formed, mostly another agency's.
const CHAIN_LIES: &[ChainLie] = &[
    ("no admin list", |chain, _| chain.admins.clear()),
    ("no head", |chain, _| chain.heads.clear()),
    ("no manifest", |chain, _| chain.manifests.clear()),
    ("another's everything", |chain, other| {
        *chain = other.clone()
    }),
    ("another's entry", |chain, other| {
        chain.entry = other.entry.clone()
    }),
    ("another's entry, proved", |chain, other| {
        chain.entry = other.entry.clone();
        chain.entry_proof = other.entry_proof.clone();
    }),
    ("another's proof", |chain, other| {
        chain.entry_proof = other.entry_proof.clone()
    }),
    ("another place in the tree", |chain, _| {
        chain.entry_proof.index ^= 1
    }),
    ("a shorter proof", |chain, _| {
        chain.entry_proof.hashes.pop();
    }),
    ("a longer proof", |chain, _| {
        let first = chain.entry_proof.hashes[0].clone();
        chain.entry_proof.hashes.push(first);
    }),
    ("an agency as association", |chain, _| {
        chain.association = chain.entry.clone()
    }),
    ("another's manifest", |chain, other| {
        chain.manifests = other.manifests.clone()
    }),
    ("another's manifest and profile", |chain, other| {
        chain.manifests = other.manifests.clone();
        chain.profile = other.profile.clone();
    }),
    ("another's profile", |chain, other| {
        chain.profile = other.profile.clone()
    }),
    ("another consent text", |chain, _| {
        let mut legal: domain::agency::Legal =
            serde_json::from_slice(chain.legal.as_slice()).unwrap();
        legal.consent.push_str(" Und alles andere auch.");
        chain.legal = Blob(serde_json::to_vec(&legal).unwrap());
    }),
    ("the same profile, written otherwise", |chain, _| {
        chain.profile.0.push(b' ')
    }),
    ("the manifest twice", |chain, _| {
        let first = chain.manifests[0].clone();
        chain.manifests.push(first);
    }),
    ("the head twice", |chain, _| {
        let first = chain.heads[0].clone();
        chain.heads.push(first);
    }),
];

/// Asks the honest server for a chain by listening to what it answers.
pub(super) async fn chain_of(client: &Client<Machine>, place: (&str, &str)) -> AgencyChain {
    let id = agency_in(client, place.0, place.1).await;
    let heard = std::rc::Rc::new(std::cell::RefCell::new(None));
    let keep = std::rc::Rc::clone(&heard);
    client.world().net().about::<LoadAgency>(move |chain| {
        keep.replace(Some(chain.clone()));
    });
    agency::load(client, id).await.unwrap();
    client.world().net().honest();
    heard.take().unwrap()
}

#[test]
fn a_changed_chain_is_refused() {
    let served = Served::get();
    run(async {
        let client = device(&served);
        let id = agency_in(&client, "79104", "Freiburg").await;
        let other = chain_of(&client, ("50667", "Köln")).await;
        let net = client.world().net();
        for (name, lie) in CHAIN_LIES {
            let other = other.clone();
            net.about::<LoadAgency>(move |chain| lie(chain, &other));
            let answer = agency::load(&client, id).await;
            assert!(matches!(answer, Err(Error::Untrusted(_))), "{name}");
        }
        type Field = fn(&mut AgencyChain) -> &mut Blob;
        let fields: [(&str, Field); 7] = [
            ("admin list", |chain| &mut chain.admins[0]),
            ("head", |chain| &mut chain.heads[0]),
            ("entry", |chain| &mut chain.entry),
            ("association", |chain| &mut chain.association),
            ("legal", |chain| &mut chain.legal),
            ("manifest", |chain| &mut chain.manifests[0]),
            ("profile", |chain| &mut chain.profile),
        ];
        for (name, field) in fields {
            for at in (0..2000).step_by(149) {
                net.about::<LoadAgency>(move |chain| flip(field(chain), at));
                let answer = agency::load(&client, id).await;
                assert!(
                    matches!(answer, Err(Error::Untrusted(_))),
                    "{name}, byte {at}"
                );
            }
        }
        net.honest();
        assert!(agency::load(&client, id).await.is_ok());
    });
}

#[test]
fn a_changed_directory_shows_no_false_name() {
    let served = Served::get();
    run(async {
        let client = device(&served);
        let net = client.world().net();
        let honest = find(&client, "79104").await.unwrap();
        assert!(!honest.cards.is_empty());
        assert_eq!(honest.refused, 0);
        for at in (0..400).step_by(13) {
            net.about::<ListAgencies>(move |directory: &mut TopicDirectory| {
                for row in &mut directory.rows {
                    flip(&mut row.entry, at);
                }
            });
            let found = find(&client, "79104").await.unwrap();
            assert_eq!(found.cards, [], "byte {at}");
            assert_eq!(found.refused, honest.cards.len(), "byte {at}");
        }
        type Field = fn(&mut TopicDirectory) -> &mut Blob;
        let fields: [Field; 2] = [|one| &mut one.admins, |one| &mut one.head];
        for field in fields {
            for at in (0..200).step_by(13) {
                net.about::<ListAgencies>(move |directory| flip(field(directory), at));
                let found = find(&client, "79104").await;
                assert!(matches!(found, Err(Error::Untrusted(_))), "byte {at}");
            }
        }
    });
}

/// The hints of the directory say yes, the signed profile says no: nothing is sent.
#[test]
fn a_hint_that_the_profile_contradicts_is_refused() {
    let served = Served::get();
    run(async {
        let client = device(&served);
        let id = agency_in(&client, "50667", "Köln").await;
        let agency = agency::load(&client, id).await.unwrap();
        let today = client::World::now(client.world()).day();
        let freiburg = domain::postcode::Postcode::parse("79104").unwrap();
        let answer = agency.takes(TOPIC, Some(freiburg), &Answers::new(), false, today);
        assert_eq!(answer, Err(Untrusted::Hint));
        let later = domain::time::Day(today.0 + 91 + agency.heard().since(today));
        let cologne = domain::postcode::Postcode::parse("50667").unwrap();
        assert_eq!(
            agency.takes(TOPIC, Some(cologne), &Answers::new(), false, today),
            Ok(())
        );
        assert_eq!(
            agency.takes(TOPIC, Some(cologne), &Answers::new(), false, later),
            Err(Untrusted::Stale)
        );
    });
}

/// What was seen once cannot be taken back: the vault holds the pins.
#[test]
fn a_rollback_against_a_pin_is_refused() {
    let served = Served::get();
    run(async {
        let (client, session) = with_history(&served).await;
        let id = agency_in(&client, "79104", "Freiburg").await;
        agency::load_as(&session, id).await.unwrap();
        let net = client.world().net();
        type Lie = fn(&mut AgencyChain);
        let lies: [(&str, Lie); 3] = [
            ("no manifest any more", |chain| chain.manifests.clear()),
            ("no head any more", |chain| chain.heads.clear()),
            ("an older head only", |chain| chain.heads.truncate(0)),
        ];
        for (name, lie) in lies {
            net.about::<LoadAgency>(lie);
            let answer = agency::load_as(&session, id).await;
            assert_eq!(
                answer.err(),
                Some(Error::Untrusted(Untrusted::Rollback)),
                "{name}"
            );
        }
    });
}

/// An enquiry is sealed for nobody who is not proved; what was typed stays.
#[test]
fn no_enquiry_goes_to_an_unproved_agency() {
    let served = Served::get();
    run(async {
        let client = device(&served);
        let session = demo_session(&client, "stiller-bach27").await.unwrap();
        let agency = agency_in(&client, "79104", "Freiburg").await;
        let draft = Draft::open(&client).await.unwrap();
        let form = Form {
            topic: Some(TOPIC),
            agency: Some(agency),
            postcode: "79104".to_owned(),
            text: "Noch eine Frage.".to_owned(),
            ..Form::default()
        };
        draft.keep(form.clone());
        draft.save().await.unwrap();
        let net = client.world().net();
        for lie in [
            (|chain| flip(&mut chain.manifests[0], 500)) as fn(&mut AgencyChain),
            |chain| flip(&mut chain.entry, 60),
            |chain| flip(&mut chain.profile, 60),
        ] {
            net.about::<LoadAgency>(lie);
            let refused = client::registration::submit(&draft, &session).await;
            assert!(matches!(refused, Err(Error::Untrusted(_))));
            let kept = Draft::open(&reloaded(&client)).await.unwrap();
            assert_eq!((kept.form(), kept.lost()), (form.clone(), false));
        }
    });
}
