//! New keys in time, and when somebody has left; nothing is lost, nothing doubled.

use client::Error;
use client::conversation::{Body, Delivery, Role};
use client::desk::{Desk, Seeker, Side, Staff};
use domain::Refusal;
use domain::agency::Roles;
use domain::conversation::{EPOCH_TIME, LoadConversation, RotateEpoch, SendMessage};
use domain::id::ConversationId;
use domain::time::DAY;
use harness::person::system_time;

use crate::marks::accepted;
use crate::support::{
    Machine, NewSeeker, Served, desk, device, follow, found, new_draft, run, staff, until, write_to,
};

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

/// How many epochs the server has.
async fn epochs(person: &NewSeeker) -> usize {
    let request = LoadConversation {
        conversation: person.conversation,
    };
    let row = client::call(person.client.world().net(), request).await;
    row.unwrap().epochs.len()
}

/// Lets a device's clock go on.
fn pass(person: &NewSeeker, milliseconds: i64) {
    let clock = person.client.world().clock();
    clock.set(Some(system_time().plus(milliseconds)));
}

/// By the number of messages, as the client counts it itself; both sides read on.
#[test]
fn after_five_hundred_messages_a_new_key_is_used() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        follow(&hannah);
        let mut expected = vec!["Hallo.".to_owned()];
        for number in 0..501 {
            let text = format!("Nachricht {number}");
            own.send(id, &text).unwrap();
            expected.push(text);
            // A few at a time, as many as one's limit allows.
            while number % 20 == 0 && own.flush().await.is_err() {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
        while own.flush().await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(epochs(&person).await, 3);
        let net = person.client.world().net();
        assert_eq!(net.asked::<RotateEpoch>().len(), 1);
        until("all arrive", || texts(&hannah, id).len() == expected.len()).await;
        assert_eq!(texts(&hannah, id), expected);
        hannah.send(id, "Ich lese alles.").unwrap();
        expected.push("Ich lese alles.".to_owned());
        until("the answer is sent", || texts(&hannah, id) == expected).await;
        own.refresh().await.unwrap();
        own.show(id).await.unwrap();
        assert_eq!(texts(&own, id), expected);
        assert_eq!(epochs(&person).await, 3);
    });
}

/// By time, whatever the server says; whose answer is lost begins no second epoch.
#[test]
fn after_ninety_days_a_new_key_is_used_though_answers_are_lost() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        own.send(id, "Am ersten Tag.").unwrap();
        own.flush().await.unwrap();
        pass(&person, EPOCH_TIME - DAY);
        own.send(id, "Noch davor.").unwrap();
        own.flush().await.unwrap();
        assert_eq!(epochs(&person).await, 2);
        pass(&person, EPOCH_TIME + DAY);
        let net = person.client.world().net();
        net.lose::<RotateEpoch>(1);
        own.send(id, "Danach.").unwrap();
        assert_eq!(own.flush().await, Err(Error::Unreachable));
        net.lose::<SendMessage>(1);
        assert_eq!(own.flush().await, Err(Error::Unreachable));
        own.flush().await.unwrap();
        assert_eq!(epochs(&person).await, 3);
        hannah.refresh().await.unwrap();
        hannah.show(id).await.unwrap();
        let all = ["Hallo.", "Am ersten Tag.", "Noch davor.", "Danach."];
        assert_eq!(texts(&hannah, id), all);
    });
}

/// Both find the epoch over at once: one key comes of it, and both messages arrive.
#[test]
fn two_at_once_begin_one_epoch() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        own.send(id, "Am ersten Tag.").unwrap();
        own.flush().await.unwrap();
        hannah.refresh().await.unwrap();
        hannah.show(id).await.unwrap();
        let later = system_time().plus(EPOCH_TIME + DAY);
        for desk in [person.session.client(), hannah.session().client()] {
            desk.world().clock().set(Some(later));
        }
        own.send(id, "Die eine.").unwrap();
        hannah.send(id, "Die andere.").unwrap();
        let (one, other) = tokio::join!(own.flush(), hannah.flush());
        assert_eq!((one, other), (Ok(()), Ok(())));
        assert_eq!(epochs(&person).await, 3);
        hannah.refresh().await.unwrap();
        hannah.show(id).await.unwrap();
        assert_eq!(texts(&hannah, id).len(), 4);
    });
}

/// A server that finds every epoch due gets one new one out of a message, not one after the other.
#[test]
fn a_server_that_always_asks_for_a_new_key_holds_the_message() {
    let served = Served::get();
    run(async {
        let (person, own, _) = accepted(&served).await;
        let id = person.conversation;
        let net = person.client.world().net();
        net.instead_of::<SendMessage>(|_| Some(Err(Refusal::EpochDue)));
        own.send(id, "Wohin?").unwrap();
        own.flush().await.unwrap();
        own.flush().await.unwrap();
        assert_eq!(net.asked::<RotateEpoch>().len(), 1);
        let held = |desk: &Desk<Machine, Seeker>| {
            let items = desk.thread(id).unwrap().items;
            items.last().unwrap().delivery == Delivery::Held(Refusal::EpochDue)
        };
        assert!(held(&own));
        net.honest();
        own.retry(id);
        own.flush().await.unwrap();
        assert_eq!(texts(&own, id), ["Hallo.", "Wohin?"]);
    });
}

/// The seeker writes after the counsellor has left: to the deputy alone, under a key that the
/// leaver never had. The leaver's desk loses the conversation.
#[test]
fn whoever_has_left_reads_nothing_more() {
    let served = Served::get();
    run(async {
        let (_, hannah) = staff(&served, "hannah.brandt").await;
        let (_, jonas) = staff(&served, "jonas.reuter").await;
        let accepts = Roles::COUNSELLOR.and(Roles::INBOX);
        let listed = [
            (&jonas, "Jonas Reuter", accepts),
            (&hannah, "Hannah Brandt", accepts.and(Roles::DEPUTY)),
        ];
        let mut founded = found(&hannah, &listed).await;
        founded.manifest.policy.named_deputy = true;
        let again = client::admin::publish_manifest(&hannah, &founded.root, &founded.manifest);
        again.await.unwrap();
        let agency = founded.root.agency();
        let person = write_to(&new_draft(&device(&served), Some(agency), "Hallo.").await).await;
        let id = person.conversation;
        let (leaver, deputy): (Desk<_, Staff>, Desk<_, Staff>) =
            (desk(&jonas).await, desk(&hannah).await);
        leaver.accept(id, None).await.unwrap();
        follow(&leaver);
        let own: Desk<Machine, Seeker> = desk(&person.session).await;
        own.show(id).await.unwrap();
        let members = own.thread(id).unwrap().members;
        assert_eq!(members.len(), 3);

        founded.manifest.staff.remove(0);
        let without = client::admin::publish_manifest(&hannah, &founded.root, &founded.manifest);
        without.await.unwrap();
        own.send(id, "Nur für die Vertretung.").unwrap();
        own.flush().await.unwrap();
        let members = own.thread(id).unwrap().members;
        let roles: Vec<_> = members.iter().map(|member| member.role).collect();
        assert_eq!(roles, [Role::Seeker, Role::Deputy]);
        deputy.refresh().await.unwrap();
        deputy.show(id).await.unwrap();
        let both = ["Hallo.", "Nur für die Vertretung."];
        assert_eq!(texts(&deputy, id), both);
        // The session ended with the listing, and a desk whose session was ended forgets.
        until("the leaver is out", || leaver.ended_elsewhere()).await;
        deputy.send(id, "Ich bin da.").unwrap();
        deputy.flush().await.unwrap();
        own.refresh().await.unwrap();
        own.show(id).await.unwrap();
        assert_eq!(texts(&own, id), [both[0], both[1], "Ich bin da."]);
    });
}
