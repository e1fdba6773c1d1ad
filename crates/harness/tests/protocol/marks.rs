//! What was read: by oneself on all devices, and as far as the other side may know.

use client::desk::{Desk, Seeker, Side, Staff};
use client::settings::{self, Switch};
use client::world::World as _;
use domain::conversation::SaveMark;
use domain::id::{ConversationId, MessageId};
use domain::time::{SECOND, Timestamp};

use crate::support::{Machine, NewSeeker, Served, desk, follow, run, seeker, staff, until};

/// An enquiry that Hannah has accepted, and her desk.
pub(crate) async fn accepted(
    served: &Served,
) -> (NewSeeker, Desk<Machine, Seeker>, Desk<Machine, Staff>) {
    let person = seeker(served, "Hallo.").await;
    let (_, session) = staff(served, "hannah.brandt").await;
    let hannah = desk::<Staff>(&session).await;
    hannah.accept(person.conversation, None).await.unwrap();
    hannah.show(person.conversation).await.unwrap();
    let own = desk::<Seeker>(&person.session).await;
    own.show(person.conversation).await.unwrap();
    (person, own, hannah)
}

pub(crate) fn read<S: Side>(
    desk: &Desk<Machine, S>,
    conversation: ConversationId,
) -> Option<(MessageId, Timestamp)> {
    desk.thread(conversation).unwrap().read
}

/// Read there, and said so here; at most every half minute, and never after it was turned off.
#[test]
fn the_other_side_sees_what_was_read() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        follow(&own);
        follow(&hannah);
        let first = hannah.send(id, "Guten Tag.").unwrap();
        until("it is here", || own.list()[0].unread == 1).await;
        assert_eq!(read(&hannah, id), None);
        let net = person.client.world().net();
        assert!(net.asked::<SaveMark>().is_empty());
        own.see(id, u32::MAX);
        assert_eq!(own.list()[0].unread, 0);
        until("it is told", || read(&hannah, id).is_some()).await;
        let (message, at) = read(&hannah, id).unwrap();
        assert_eq!(message, first);
        assert!(person.client.world().now().since(at) < 120 * SECOND);
        // Not again within half a minute, but then.
        let second = hannah.send(id, "Wie geht es Ihnen?").unwrap();
        until("it is here", || own.list()[0].unread == 1).await;
        own.see(id, u32::MAX);
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        assert_eq!(net.asked::<SaveMark>().len(), 1);
        let clock = person.client.world().clock();
        clock.set(Some(clock.now().plus(31 * SECOND)));
        own.nudge();
        until("it is told", || {
            read(&hannah, id).is_some_and(|(of, _)| of == second)
        })
        .await;
        // Own messages are nothing to tell, nor is what was told before.
        let third = own.send(id, "Besser.").unwrap();
        until("it is there", || {
            hannah.list().iter().any(|one| one.unread == 1)
        })
        .await;
        clock.set(Some(clock.now().plus(31 * SECOND)));
        own.see(id, u32::MAX);
        own.nudge();
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        assert_eq!(net.asked::<SaveMark>().len(), 2);
        // Hannah tells too; and both see only the other side's.
        let clock = hannah.session().client().world().clock();
        clock.set(Some(clock.now().plus(31 * SECOND)));
        hannah.see(id, u32::MAX);
        until("Hannah has read it", || {
            read(&own, id).is_some_and(|(of, _)| of == third)
        })
        .await;
        assert_eq!(read(&hannah, id).unwrap().0, second);
    });
}

#[test]
fn who_turns_it_off_tells_nothing_more() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        settings::turn(&person.session, Switch::ReadMarks, false)
            .await
            .unwrap();
        let (client, session) = person.elsewhere(&served).await;
        assert!(!settings::is_on(&session, Switch::ReadMarks));
        let there = desk::<Seeker>(&session).await;
        there.show(id).await.unwrap();
        for desk in [&own, &there] {
            follow(desk);
        }
        hannah.send(id, "Guten Tag.").unwrap();
        hannah.flush().await.unwrap();
        until("it is here", || there.list()[0].unread == 1).await;
        there.see(id, u32::MAX);
        // What was read is the same on all own devices, all the same.
        until("the other device knows", || own.list()[0].unread == 0).await;
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        for client in [&client, &person.client] {
            assert!(client.world().net().asked::<SaveMark>().is_empty());
        }
        hannah.refresh().await.unwrap();
        assert_eq!(read(&hannah, id), None);
    });
}

/// Where "new since the last visit" begins is the same on another device.
#[test]
fn what_is_new_begins_after_what_was_seen() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        let mut sent = Vec::new();
        for number in 0..4 {
            sent.push(hannah.send(id, &format!("Nachricht {number}")).unwrap());
        }
        hannah.flush().await.unwrap();
        own.refresh().await.unwrap();
        own.show(id).await.unwrap();
        let thread = own.thread(id).unwrap();
        assert_eq!(thread.first_unread, Some(sent[0]));
        let second = thread.items.iter().find(|item| item.id == sent[1]);
        follow(&own);
        own.see(id, second.unwrap().position.unwrap());
        assert_eq!(own.list()[0].unread, 2);
        let net = person.client.world().net();
        until("it is told", || !net.asked::<SaveMark>().is_empty()).await;
        let (_, session) = person.elsewhere(&served).await;
        let there = desk::<Seeker>(&session).await;
        there.show(id).await.unwrap();
        assert_eq!(there.thread(id).unwrap().first_unread, Some(sent[2]));
        hannah.refresh().await.unwrap();
        assert_eq!(read(&hannah, id).unwrap().0, sent[1]);
    });
}
