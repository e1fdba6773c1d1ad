//! Vaults and tab keys.

use crypto::random::SystemRandom;
use crypto::vault::Vault;
use domain::Refusal;
use domain::keys::{CloseTab, LoadVault, OpenTab, ResumeTab, SaveVault};
use domain::time::MINUTE;
use domain::work::Purpose;

use crate::support::{Person, World, nobody, refused};

crate::on_both! {
    vaults_rise_by_one,
    two_savers_at_once_one_wins,
    tab_keys_live_an_hour_after_their_last_use,
}

fn vault(person: &Person, version: u64) -> SaveVault {
    let rng = &mut SystemRandom;
    let key = &person.account_key;
    let vault = Vault::seal(rng, key, &person.account, version, b"content").unwrap();
    SaveVault {
        account: person.account,
        vault: vault.as_bytes().into(),
    }
}

async fn vaults_rise_by_one(world: &World) {
    let person = world.staff().await;
    let keys = world.backend.keys();
    let second = vault(&person, 2);
    keys.save_vault(&person.actor, second.clone())
        .await
        .unwrap();
    for version in [0, 1, 2, 4, u64::MAX] {
        let wrong = keys
            .save_vault(&person.actor, vault(&person, version))
            .await;
        let refusal = refused(wrong);
        assert_eq!(refusal, Refusal::VersionOutdated, "version {version}");
    }
    let stored = keys.load_vault(&person.actor, LoadVault {}).await.unwrap();
    assert_eq!(stored.vault, second.vault);
    let broken = SaveVault {
        account: person.account,
        vault: b"no vault".to_vec().into(),
    };
    let malformed = keys.save_vault(&person.actor, broken).await;
    assert_eq!(refused(malformed), Refusal::Malformed);
    let other = world.staff().await;
    let exchanged = keys.save_vault(&other.actor, vault(&person, 3)).await;
    assert_eq!(
        refused(exchanged),
        Refusal::NotSignedIn,
        "another account's vault"
    );
}

async fn two_savers_at_once_one_wins(world: &World) {
    let person = world.staff().await;
    let keys = world.backend.keys();
    let (a, b) = tokio::join!(
        keys.save_vault(&person.actor, vault(&person, 2)),
        keys.save_vault(&person.actor, vault(&person, 2)),
    );
    assert!(a.is_ok() != b.is_ok());
}

fn open(world: &World) -> OpenTab {
    OpenTab {
        work: world.work(Purpose::Tab),
    }
}

async fn tab_keys_live_an_hour_after_their_last_use(world: &World) {
    let keys = world.backend.keys();
    let opened = keys.open_tab(&nobody(), open(world)).await.unwrap();
    let tab = opened.tab;
    assert_eq!(opened.key.as_slice().len(), 32);
    world.pass(59 * MINUTE);
    let resumed = keys.resume_tab(&nobody(), ResumeTab { tab }).await.unwrap();
    assert_eq!(resumed.key, opened.key);
    world.pass(59 * MINUTE);
    world.backend.run_due(world.now()).await.unwrap();
    keys.resume_tab(&nobody(), ResumeTab { tab }).await.unwrap();
    world.pass(61 * MINUTE);
    let late = keys.resume_tab(&nobody(), ResumeTab { tab }).await;
    assert_eq!(refused(late), Refusal::DraftExpired);

    let tab = keys.open_tab(&nobody(), open(world)).await.unwrap().tab;
    keys.close_tab(&nobody(), CloseTab { tab }).await.unwrap();
    let closed = keys.resume_tab(&nobody(), ResumeTab { tab }).await;
    assert_eq!(refused(closed), Refusal::DraftExpired);
}
