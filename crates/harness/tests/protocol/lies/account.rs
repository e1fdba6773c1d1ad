//! Vault and keys.

use crate::support::{Served, demo_session, device, reloaded, run};
use client::Error;
use domain::account::{ResumeSession, SignInFinish};

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
