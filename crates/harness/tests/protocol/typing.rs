//! That somebody is writing: shown while they do, to those who belong there, if they want it to be.

use client::desk::{Connection, Desk, Side};
use client::settings::{self, Switch};
use domain::id::{AccountId, ConversationId};
use domain::live::ToClient;
use domain::time::SECOND;

use crate::marks::accepted;
use crate::support::{Machine, Served, follow, run, until};

fn typing<S: Side>(desk: &Desk<Machine, S>, conversation: ConversationId) -> Option<String> {
    desk.thread(conversation).unwrap().typing
}

async fn live<S: Side>(desk: &Desk<Machine, S>) {
    follow(desk);
    until("it is live", || desk.connection() == Connection::Live).await;
}

#[test]
fn a_counsellors_writing_is_shown_and_fades() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        live(&own).await;
        live(&hannah).await;
        hannah.keep_draft(id, "Ich").unwrap();
        until("it is shown", || typing(&own, id).is_some()).await;
        assert_eq!(typing(&own, id).as_deref(), Some("Hannah Brandt"));
        assert_eq!(typing(&hannah, id), None);
        // Nobody types any more.
        until("it fades", || typing(&own, id).is_none()).await;
        let clock = hannah.session().client().world().clock();
        clock.set(Some(clock.now().plus(3 * SECOND)));
        hannah.keep_draft(id, "Ich denke").unwrap();
        until("it is shown again", || typing(&own, id).is_some()).await;
        // Sent: gone at once.
        hannah.send(id, "Ich denke nach.").unwrap();
        until("the message is here", || own.list()[0].unread == 1).await;
        assert_eq!(typing(&own, id), None);
    });
}

#[test]
fn a_seekers_writing_is_shown_only_if_wanted() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        live(&own).await;
        live(&hannah).await;
        own.keep_draft(id, "Ich").unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        assert_eq!(typing(&hannah, id), None);
        settings::turn(&person.session, Switch::Typing, true)
            .await
            .unwrap();
        own.keep_draft(id, "Ich wollte").unwrap();
        until("it is shown", || typing(&hannah, id).is_some()).await;
        assert_eq!(typing(&hannah, id).as_deref(), Some("Probe"));
        until("it fades", || typing(&hannah, id).is_none()).await;
        // Turned off again, and nothing is said.
        settings::turn(&person.session, Switch::Typing, false)
            .await
            .unwrap();
        own.keep_draft(id, "Ich wollte noch").unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        assert_eq!(typing(&hannah, id), None);
    });
}

/// A server that names somebody who does not belong there is not believed.
#[test]
fn a_stranger_is_not_shown_to_write() {
    let served = Served::get();
    run(async {
        let (person, own, hannah) = accepted(&served).await;
        let id = person.conversation;
        let me = person.session.account();
        let heard = std::rc::Rc::new(std::cell::Cell::new(0));
        let counted = std::rc::Rc::clone(&heard);
        let liars = [AccountId::from_bytes([7; 16]), me];
        person
            .client
            .world()
            .net()
            .about_events(move |told| match told {
                ToClient::Typing { conversation, .. } => {
                    counted.set(counted.get() + 1);
                    ToClient::Typing {
                        conversation,
                        account: liars[counted.get() % 2],
                    }
                }
                told => told,
            });
        live(&own).await;
        live(&hannah).await;
        let clock = hannah.session().client().world().clock();
        for round in 1..3 {
            hannah.keep_draft(id, "Ich").unwrap();
            until("it was said", || heard.get() == round).await;
            assert_eq!(typing(&own, id), None);
            clock.set(Some(clock.now().plus(3 * SECOND)));
            tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        }
    });
}
