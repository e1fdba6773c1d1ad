//! Somebody else knows the password: everything is made anew, and nothing is lost.

use client::conversation::{Body, Delivery, Reason};
use client::desk::{Connection, Desk, Seeker, Side, Staff};
use client::recovery::{self, RecoverySecret};
use client::{Error, Session, account};
use domain::Refusal;
use domain::account::Secretive;
use domain::conversation::{ListConversations, RotateEpoch};
use domain::id::ConversationId;
use domain::keys::RenewKeys;

use crate::marks::accepted;
use crate::support::{
    Machine, NewSeeker, Served, agency_in, desk, device, follow, reloaded, run, second_draft,
    staff, until,
};

fn new_password() -> Secretive {
    Secretive("etwas das niemand sonst kennt".to_owned())
}

async fn renew(
    own: &Desk<Machine, Seeker>,
    person: &NewSeeker,
    code: &RecoverySecret,
) -> Result<Session<Machine>, Error> {
    own.renew_keys(person.password.clone(), new_password(), code)
        .await
}

fn texts<S: Side>(desk: &Desk<Machine, S>, conversation: ConversationId) -> Vec<String> {
    let thread = desk.thread(conversation).unwrap();
    assert_eq!((thread.alerts, thread.summary.untrusted), (vec![], None));
    let items = thread.items.into_iter();
    let texts = items.filter_map(|item| match (item.body, item.delivery) {
        (Body::Text(text), Delivery::Sent) => Some(text),
        _ => None,
    });
    texts.collect()
}

async fn shown<S: Side>(
    session: &Session<Machine>,
    conversation: ConversationId,
) -> Desk<Machine, S> {
    let desk = desk(session).await;
    desk.show(conversation).await.unwrap();
    desk
}

/// How often the seeker entered with new keys.
fn renewals<S: Side>(desk: &Desk<Machine, S>, conversation: ConversationId) -> usize {
    let passages = desk.thread(conversation).unwrap().passages.into_iter();
    passages
        .filter(|one| one.reason == Reason::KeyChange)
        .count()
}

#[test]
fn all_is_kept_and_nothing_old_opens_what_is_new() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        hannah.send(id, "Guten Tag.").unwrap();
        hannah.flush().await.unwrap();
        own.refresh().await.unwrap();
        own.mark_read(id).await.unwrap();
        own.keep_draft(id, "Was noch im Feld stand").unwrap();
        // The one who knows the password is signed in, too, and has read everything.
        let (thief_client, thief) = person.elsewhere(&served).await;
        let thief_desk: Desk<_, Seeker> = shown(&thief, id).await;
        let code = recovery::make(&person.client);
        let session = renew(&own, &person, &code).await.unwrap();

        let read_on: Desk<_, Seeker> = shown(&session, id).await;
        assert_eq!(texts(&read_on, id), ["Hallo.", "Guten Tag."]);
        assert_eq!(read_on.draft(id), "Was noch im Feld stand");
        assert_eq!(read_on.list()[0].unread, 0);
        read_on.send(id, "Nur noch für Sie.").unwrap();
        read_on.flush().await.unwrap();
        hannah.refresh().await.unwrap();
        hannah.send(id, "Danke, dass Sie es sagen.").unwrap();
        hannah.flush().await.unwrap();
        read_on.refresh().await.unwrap();
        let all = [
            "Hallo.",
            "Guten Tag.",
            "Nur noch für Sie.",
            "Danke, dass Sie es sagen.",
        ];
        for (texts, passages) in [
            (texts(&read_on, id), read_on.thread(id).unwrap().passages),
            (texts(&hannah, id), hannah.thread(id).unwrap().passages),
        ] {
            assert_eq!(texts, all);
            let renewed = passages.iter();
            let renewed = renewed.filter(|one| one.reason == Reason::KeyChange);
            let renewed: Vec<_> = renewed.map(|one| one.position).collect();
            // The enquiry's fields and text, the answer; then the line.
            assert_eq!(renewed, [4]);
        }

        // Signed out everywhere else, and not in again.
        assert!(account::resume(&thief_client).await.unwrap().is_none());
        let stranger = device(&served);
        let before = person.password.clone();
        let refused = account::sign_in(&stranger, &person.user_name, before).await;
        let wrong = Some(Error::Refused(Refusal::WrongCredentials));
        assert_eq!(refused.err(), wrong);
        // Even given every row, the keys of before open nothing new.
        let rows = client::call(person.client.world().net(), ListConversations {}).await;
        let rows = rows.unwrap();
        let lie = move |_: ListConversations| Some(Ok(rows.clone()));
        thief_client
            .world()
            .net()
            .instead_of::<ListConversations>(lie);
        thief_desk.refresh().await.ok();
        let stolen = thief_desk.list();
        let preview = stolen[0].preview.clone();
        assert_ne!(preview.as_deref(), Some("Danke, dass Sie es sagen."));
        assert!(stolen[0].untrusted.is_some());

        // The new code and the new password open everything, the old code nothing.
        let again = device(&served);
        let found = recovery::recover(&again, &code).await.unwrap();
        assert_eq!(found.user_name(), person.user_name.as_str());
        let session = account::sign_in(&again, &person.user_name, new_password()).await;
        let there: Desk<_, Seeker> = shown(&session.unwrap(), id).await;
        assert_eq!(texts(&there, id), all);
    });
}

/// What waits for a counsellor goes on, and is entered anew once somebody has accepted.
#[test]
fn an_enquiry_that_waits_is_renewed_when_it_is_accepted() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let agency = agency_in(&person.client, "79104", "Freiburg").await;
        let draft = second_draft(&person.session, agency, "Noch eine Frage.").await;
        let waiting = client::registration::submit(&draft, &person.session);
        let waiting = waiting.await.unwrap();
        own.refresh().await.unwrap();
        let code = recovery::make(&person.client);
        let session = renew(&own, &person, &code).await.unwrap();
        let own: Desk<_, Seeker> = shown(&session, waiting).await;
        own.send(waiting, "Und noch ein Satz.").unwrap();
        own.flush().await.unwrap();
        follow(&own);
        until("it listens", || own.connection() == Connection::Live).await;
        hannah.refresh().await.unwrap();
        hannah.accept(waiting, None).await.unwrap();
        hannah.show(waiting).await.unwrap();
        until("it is entered anew", || renewals(&own, waiting) == 1).await;
        hannah.refresh().await.unwrap();
        hannah.send(waiting, "Gern.").unwrap();
        hannah.flush().await.unwrap();
        let all = ["Noch eine Frage.", "Und noch ein Satz.", "Gern."];
        until("the answer is there", || texts(&own, waiting).len() == 3).await;
        assert_eq!(texts(&own, waiting), all);
        assert_eq!(texts(&hannah, waiting), all);
    });
}

/// The answer is lost: the new password counts, and what was not done yet is done at the next visit.
#[test]
fn a_lost_answer_loses_nothing() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        let net = person.client.world().net();
        net.lose::<RenewKeys>(1);
        let code = recovery::make(&person.client);
        let lost = renew(&own, &person, &code).await;
        assert_eq!(lost.err(), Some(Error::Unreachable));
        let client = device(&served);
        let session = account::sign_in(&client, &person.user_name, new_password()).await;
        let session = session.unwrap();
        // Whether it was written down nobody can know.
        assert!(!recovery::is_noted(&session));
        // The new epoch is refused for now, then its answer is lost.
        let net = client.world().net();
        net.instead_of::<RotateEpoch>(|_| Some(Err(Refusal::TooMany { retry_after: 1 })));
        let own: Desk<_, Seeker> = shown(&session, id).await;
        assert_eq!(renewals(&own, id), 0);
        net.honest();
        net.lose::<RotateEpoch>(1);
        own.refresh().await.unwrap();
        let again = reloaded(&client);
        let session = account::resume(&again).await.unwrap().unwrap();
        let own: Desk<_, Seeker> = shown(&session, id).await;
        own.send(id, "Da bin ich wieder.").unwrap();
        own.flush().await.unwrap();
        hannah.refresh().await.unwrap();
        hannah.show(id).await.unwrap();
        assert_eq!(texts(&hannah, id), ["Hallo.", "Da bin ich wieder."]);
        assert_eq!(renewals(&hannah, id), 1);
    });
}

/// Twice, and a third time while another device writes a draft.
#[test]
fn again_and_again_every_epoch_still_opens() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        let code = recovery::make(&person.client);
        let first = renew(&own, &person, &code).await.unwrap();
        let own: Desk<_, Seeker> = shown(&first, id).await;
        own.send(id, "Einmal.").unwrap();
        own.flush().await.unwrap();
        let refused = own
            .renew_keys(person.password.clone(), new_password(), &code)
            .await;
        let wrong = Some(Error::Refused(Refusal::WrongCredentials));
        assert_eq!(refused.err(), wrong);
        let second = own.renew_keys(new_password(), person.password.clone(), &code);
        let second = second.await.unwrap();
        let own: Desk<_, Seeker> = shown(&second, id).await;
        own.send(id, "Noch einmal.").unwrap();
        own.flush().await.unwrap();
        let all = ["Hallo.", "Einmal.", "Noch einmal."];
        assert_eq!(texts(&own, id), all);
        hannah.refresh().await.unwrap();
        assert_eq!(texts(&hannah, id), all);
        assert_eq!(renewals(&hannah, id), 2);
        let (_, session) = staff(&served, "hannah.brandt").await;
        let blank: Desk<_, Staff> = shown(&session, id).await;
        assert_eq!(texts(&blank, id), all);
    });
}
