//! What was seen once cannot be taken back, denied, or promised without being done.

use crate::support::{
    HEADS, Machine, Served, TOPIC, agency_in, desk, enter, enter_alone, found, last, listen, run,
    second_draft, seeker, staff,
};
use client::admin::publish_manifest;
use client::agency::Topical;
use client::desk::{Desk, Seeker};
use client::registration;
use client::{Error, Untrusted, agency, vault};
use domain::Refusal;
use domain::admin::{LoadDirectory, PublishDirectory, PublishManifest};
use domain::agency::{ListAgencies, LoadAgency, Roles};
use domain::enquiry::SubmitEnquiry;
use domain::id::AgencyId;
use domain::keys::SaveVault;
use domain::wire::Empty;

const ROLLBACK: Error = Error::Untrusted(Untrusted::Rollback);

/// An older head, well signed and with fitting proofs, after a newer one was seen.
#[test]
fn an_older_directory_is_refused() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let (client, session) = person.elsewhere(&served).await;
        let net = client.world().net();
        let freiburg = agency_in(&client, "79104", "Freiburg").await;
        let chains = listen::<LoadAgency>(&client);
        let directories = listen::<ListAgencies>(&client);
        agency::load_as(&session, freiburg).await.unwrap();
        Topical::load_as(&session, TOPIC).await.unwrap();
        let (old_chain, old_directory) = (last(&chains), last(&directories));
        let (admin, hannah) = staff(&served, "hannah.brandt").await;
        let states = listen::<LoadDirectory>(&admin);
        enter(&hannah).await.unwrap();
        let old_state = last(&states);
        // The newer head is seen and kept.
        agency::load_as(&session, freiburg).await.unwrap();
        vault::save(&session).await.unwrap();
        let chain = old_chain.clone();
        net.about::<LoadAgency>(move |answer| *answer = chain.clone());
        net.about::<ListAgencies>(move |answer| *answer = old_directory.clone());
        let loaded = agency::load_as(&session, freiburg).await;
        assert_eq!(loaded.err(), Some(ROLLBACK));
        let found = Topical::load_as(&session, TOPIC).await;
        assert_eq!(found.err(), Some(ROLLBACK));
        let draft = second_draft(&session, freiburg, "Noch eine Frage.").await;
        let refused = registration::submit(&draft, &session).await;
        assert_eq!(refused.err(), Some(ROLLBACK));
        assert!(net.asked::<SubmitEnquiry>().is_empty());
        // On a new device the vault remembers it.
        let (client, session) = person.elsewhere(&served).await;
        let net = client.world().net();
        net.about::<LoadAgency>(move |answer| *answer = old_chain.clone());
        let own: Desk<Machine, Seeker> = desk(&session).await;
        let thread = own.thread(person.conversation).unwrap();
        assert_eq!(thread.summary.untrusted, Some(Untrusted::Rollback));
        assert!(!thread.can_write);
        // Who signs the next head signs no older one again.
        let net = admin.world().net();
        net.about::<LoadDirectory>(move |answer| *answer = old_state.clone());
        let before = net.asked::<PublishDirectory>().len();
        assert_eq!(enter(&hannah).await.err(), Some(ROLLBACK));
        assert_eq!(net.asked::<PublishDirectory>().len(), before);
    });
}

/// "There is no such agency", said of one that the account has seen.
#[test]
fn a_pinned_agency_cannot_be_denied() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let net = person.client.world().net();
        let freiburg = agency_in(&person.client, "79104", "Freiburg").await;
        let draft = second_draft(&person.session, freiburg, "Noch eine Frage.").await;
        net.instead_of::<LoadAgency>(|_| Some(Err(Refusal::NotFound)));
        let before = net.asked::<SubmitEnquiry>().len();
        let refused = registration::submit(&draft, &person.session).await;
        assert_eq!(refused.err(), Some(ROLLBACK));
        assert_eq!(net.asked::<SubmitEnquiry>().len(), before);
        assert_eq!(draft.form().text, "Noch eine Frage.");
        // One that was never seen may well not be there.
        let unknown = agency::load_as(&person.session, AgencyId::from_bytes([5; 16])).await;
        assert_eq!(unknown.err(), Some(Error::Refused(Refusal::NotFound)));
        let (client, session) = person.elsewhere(&served).await;
        let net = client.world().net();
        net.instead_of::<LoadAgency>(|_| Some(Err(Refusal::NotFound)));
        let own: Desk<Machine, Seeker> = desk(&session).await;
        let thread = own.thread(person.conversation).unwrap();
        assert_eq!(thread.summary.untrusted, Some(Untrusted::Rollback));
        assert!(!thread.can_write);
    });
}

/// The server says that it has published, and goes on with what was before.
#[test]
fn what_was_not_published_is_noticed() {
    let served = Served::get();
    run(async {
        let (client, hannah) = staff(&served, "hannah.brandt").await;
        let founded = found(&hannah, &[(&hannah, "Hannah Brandt", Roles::COUNSELLOR)]).await;
        let agency = founded.root.agency();
        let net = client.world().net();
        // What this test believes must not last: others sign in to this account too.
        net.instead_of::<SaveVault>(|_| Some(Ok(Empty {})));
        net.instead_of::<PublishManifest>(|_| Some(Ok(Empty {})));
        publish_manifest(&hannah, &founded.root, &founded.manifest)
            .await
            .unwrap();
        let loaded = agency::load_as(&hannah, agency).await;
        assert_eq!(loaded.err(), Some(ROLLBACK));
        // Nor is a second beginning signed when the first is denied.
        let signed = net.asked::<PublishManifest>().len();
        net.instead_of::<LoadAgency>(|_| Some(Err(Refusal::NotFound)));
        let refused = publish_manifest(&hannah, &founded.root, &founded.manifest).await;
        assert_eq!(refused, Err(ROLLBACK));
        assert_eq!(net.asked::<PublishManifest>().len(), signed);
        net.instead_of::<LoadAgency>(|_| None);
        // Another test's head of the same number would be a fork.
        let _alone = HEADS.lock().await;
        net.instead_of::<PublishDirectory>(|_| Some(Ok(Empty {})));
        enter_alone(&hannah).await.unwrap();
        assert_eq!(enter_alone(&hannah).await.err(), Some(ROLLBACK));
        let freiburg = agency_in(&client, "79104", "Freiburg").await;
        let loaded = agency::load_as(&hannah, freiburg).await;
        assert_eq!(loaded.err(), Some(ROLLBACK));
    });
}
