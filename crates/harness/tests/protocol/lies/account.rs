//! Vault and keys.

use crate::support::{Served, demo_session, device, last, listen, reloaded, run, seeker};
use client::{Error, Untrusted, account, vault};
use domain::Refusal;
use domain::account::{ResumeSession, SignInFinish, SignedIn};
use domain::keys::{LoadVault, SaveVault, StoredVault};
use domain::wire::Empty;

use super::flip;

#[test]
fn a_changed_vault_or_key_wrap_opens_nothing() {
    let served = Served::get();
    run(async {
        let client = device(&served);
        let net = client.world().net();
        for at in (0..4140).step_by(397) {
            net.about::<SignInFinish>(move |answer| flip(&mut answer.vault, at));
            let refused = demo_session(&client, "stiller-bach27").await.err();
            assert_eq!(refused, Some(Error::Damaged), "vault, byte {at}");
            net.about::<SignInFinish>(move |answer| flip(&mut answer.key_wrap, at));
            let refused = demo_session(&client, "stiller-bach27").await.err();
            assert_eq!(refused, Some(Error::Damaged), "key wrap, byte {at}");
        }
        net.honest();
        demo_session(&client, "stiller-bach27").await.unwrap();
        let tab = reloaded(&client);
        tab.world()
            .net()
            .about::<ResumeSession>(|answer| flip(&mut answer.share, 3));
        assert!(client::account::resume(&tab).await.unwrap().is_none());
    });
}

/// Whatever of another account comes at the sign-in: nothing opens, and the tab keeps nothing.
#[test]
fn anothers_account_opens_nothing() {
    let served = Served::get();
    run(async {
        let stranger = device(&served);
        let heard = listen::<SignInFinish>(&stranger);
        demo_session(&stranger, "feldweg-41").await.unwrap();
        let other = last(&heard);
        type Lie = fn(&mut SignedIn, &SignedIn);
        let lies: &[(&str, Lie)] = &[
            ("everything", |answer, other| *answer = other.clone()),
            ("its id", |answer, other| answer.account = other.account),
            ("its vault", |answer, other| {
                answer.vault = other.vault.clone()
            }),
            ("its id and vault", |answer, other| {
                answer.account = other.account;
                answer.vault = other.vault.clone();
            }),
        ];
        let client = device(&served);
        for (name, lie) in lies {
            let other = other.clone();
            let net = client.world().net();
            net.about::<SignInFinish>(move |answer| lie(answer, &other));
            let refused = demo_session(&client, "stiller-bach27").await.err();
            assert_eq!(refused, Some(Error::Damaged), "{name}");
            assert_eq!(client.world().tab_entries(), [], "{name}");
        }
        client.world().net().honest();
        demo_session(&client, "stiller-bach27").await.unwrap();
        // After a reload: another's vault is damage, another's session is none of this tab's.
        let tab = reloaded(&client);
        let vault = other.vault.clone();
        let net = tab.world().net();
        net.about::<ResumeSession>(move |answer| answer.vault = vault.clone());
        assert_eq!(account::resume(&tab).await.err(), Some(Error::Damaged));
        let whose = other.account;
        net.about::<ResumeSession>(move |answer| answer.account = whose);
        assert!(account::resume(&tab).await.unwrap().is_none());
    });
}

/// A save that the server refuses is merged with what is stored: never with another's vault, and
/// never with an older one.
#[test]
fn a_save_merges_no_other_and_no_older_vault() {
    let served = Served::get();
    run(async {
        let stranger = device(&served);
        let heard = listen::<SignInFinish>(&stranger);
        demo_session(&stranger, "feldweg-41").await.unwrap();
        let foreign = last(&heard).vault;
        let person = seeker(&served, "Hallo.").await;
        let client = device(&served);
        let heard = listen::<SignInFinish>(&client);
        let session = account::sign_in(&client, &person.user_name, person.password.clone());
        let session = session.await.unwrap();
        let first = last(&heard).vault;
        let net = client.world().net();
        session.set_setting("lesart", "eins");
        vault::save(&session).await.unwrap();
        session.set_setting("lesart", "zwei");
        for (stored, expected) in [
            (foreign, Error::Damaged),
            (first, Error::Untrusted(Untrusted::Rollback)),
        ] {
            net.instead_of::<SaveVault>(|_| Some(Err(Refusal::VersionOutdated)));
            net.instead_of::<LoadVault>(move |_| {
                let vault = stored.clone();
                Some(Ok(StoredVault { vault }))
            });
            assert_eq!(vault::save(&session).await, Err(expected));
            assert_eq!(session.setting("lesart").as_deref(), Some("zwei"));
        }
        net.honest();
        vault::save(&session).await.unwrap();
        let saved = net.asked::<SaveVault>();
        let own = |save: &SaveVault| save.account == session.account();
        assert!(saved.len() == 4 && saved.iter().all(own));
        let (_, again) = person.elsewhere(&served).await;
        assert_eq!(again.setting("lesart").as_deref(), Some("zwei"));
    });
}

/// The server says that it has saved the vault, and has not: the next save notices.
#[test]
fn a_vault_that_was_not_saved_is_noticed() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let session = &person.session;
        let net = person.client.world().net();
        net.instead_of::<SaveVault>(|_| Some(Ok(Empty {})));
        session.set_setting("lesart", "eins");
        vault::save(session).await.unwrap();
        net.honest();
        session.set_setting("lesart", "zwei");
        let refused = vault::save(session).await;
        assert_eq!(refused, Err(Error::Untrusted(Untrusted::Rollback)));
    });
}
