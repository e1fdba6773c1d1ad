//! What waits.

use crate::support::{Machine, Served, demo_session, desk, device, run, seeker};
use client::desk::{Desk, Staff};
use client::{Error, Untrusted};
use domain::agency::ListMine;
use domain::inbox::{ListInbox, WaitingEnquiry};

use super::flip;

#[test]
fn a_changed_inbox_is_refused() {
    let served = Served::get();
    run(async {
        let client = device(&served);
        let session = demo_session(&client, "hannah.brandt").await.unwrap();
        let net = client.world().net();
        let honest: Desk<Machine, Staff> = desk(&session).await;
        assert!(honest.waiting().len() >= 2);
        assert!(honest.waiting().iter().all(|one| one.untrusted.is_none()));
        type Lie = fn(&mut Vec<WaitingEnquiry>);
        let lies: &[(&str, Lie)] = &[
            ("seekers swapped", |all| {
                let other = all[1].identities.clone();
                all[0].identities = other;
            }),
            ("epochs swapped", |all| {
                let other = all[1].epochs.clone();
                all[0].epochs = other;
            }),
            ("wraps swapped", |all| {
                let other = all[1].wraps.clone();
                all[0].wraps = other;
            }),
            ("messages swapped", |all| {
                let other = all[1].messages.clone();
                all[0].messages = other;
            }),
            ("no epochs", |all| all[0].epochs.clear()),
            ("an epoch twice", |all| {
                let first = all[0].epochs[0].clone();
                all[0].epochs.push(first);
            }),
            ("epoch changed", |all| flip(&mut all[0].epochs[0], 50)),
            ("wrap changed", |all| flip(&mut all[0].wraps[0], 900)),
            ("seeker changed", |all| flip(&mut all[0].identities[0], 30)),
            ("message changed", |all| {
                flip(&mut all[0].messages[1].message, 300)
            }),
        ];
        for (name, lie) in lies {
            let which = honest.waiting()[0].conversation;
            net.about::<ListInbox>(move |all| {
                all.sort_by_key(|one| one.conversation != which);
                lie(all);
            });
            let desk: Desk<Machine, Staff> = desk(&session).await;
            let waiting = desk.waiting();
            let victim = waiting
                .iter()
                .find(|one| one.conversation == which)
                .unwrap();
            assert!(victim.untrusted.is_some() && !victim.may_accept, "{name}");
        }
    });
}

/// Keys of colleagues that no manifest lists are given nothing.
#[test]
fn no_acceptance_wraps_for_an_unlisted_key() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let client = device(&served);
        let session = demo_session(&client, "hannah.brandt").await.unwrap();
        client.world().net().about::<ListMine>(|mine| {
            for own in mine {
                own.identities
                    .iter_mut()
                    .for_each(|identity| flip(identity, 40));
            }
        });
        let staff = desk::<Staff>(&session).await;
        let refused = staff.accept(person.conversation, None).await;
        assert_eq!(refused, Err(Error::Untrusted(Untrusted::Identity)));
        client.world().net().honest();
        let staff = desk::<Staff>(&session).await;
        let accepted = staff.accept(person.conversation, None).await;
        assert_eq!(accepted, Ok(client::inbox::Accepted::Mine));
    });
}
