//! Answers that are lost: what is done again is done once, and nothing typed is lost.

use crate::support::{
    Machine, Served, agency_in, desk, device, new_draft, register, reloaded, run, seeker, staff,
};
use client::conversation::{Body, Delivery};
use client::desk::{Desk, Seeker, Side, Staff};
use client::inbox::Accepted;
use client::registration::{self, Draft, Form};
use client::{Error, Session, account};
use domain::Refusal;
use domain::account::RegisterFinish;
use domain::conversation::{LoadConversation, SendMessage};
use domain::enquiry::SubmitEnquiry;
use domain::id::ConversationId;
use domain::inbox::AcceptEnquiry;

fn texts<S: Side>(desk: &Desk<Machine, S>, conversation: ConversationId) -> Vec<String> {
    let thread = desk.thread(conversation).unwrap();
    assert_eq!(thread.alerts, []);
    let items = thread.items.into_iter();
    let texts = items.filter_map(|item| match (item.body, item.delivery) {
        (Body::Text(text), Delivery::Sent) => Some(text),
        _ => None,
    });
    texts.collect()
}

/// Whom the seeker has written to, and what, afresh.
async fn all_texts(session: &Session<Machine>) -> Vec<Vec<String>> {
    let own: Desk<Machine, Seeker> = desk(session).await;
    let list = own.list();
    list.iter()
        .map(|one| texts(&own, one.conversation))
        .collect()
}

/// The first text counts, and the newest one waits to be sent after it.
#[test]
fn an_enquiry_that_is_edited_after_a_lost_answer_is_sent_once() {
    let served = Served::get();
    run(async {
        let draft = new_draft(&device(&served), None, "Die erste Fassung.").await;
        let session = register(&draft).await.unwrap();
        let net = session.client().world().net();
        // Once the receipt is lost, once what proves that the enquiry is there.
        net.lose::<SubmitEnquiry>(1);
        let lost = registration::submit(&draft, &session).await;
        assert_eq!(lost, Err(Error::Unreachable));
        let edited = |text: &str| Form {
            text: text.to_owned(),
            ..draft.form()
        };
        draft.keep(edited("Die zweite Fassung."));
        net.lose::<LoadConversation>(1);
        let lost = registration::submit(&draft, &session).await;
        assert_eq!(lost, Err(Error::Unreachable));
        // The tab is reloaded, and the text edited once more.
        let tab = reloaded(session.client());
        let session = account::resume(&tab).await.unwrap().unwrap();
        let third = edited("Die dritte Fassung.");
        let draft = Draft::open(&tab).await.unwrap();
        assert_eq!(draft.form().text, "Die zweite Fassung.");
        draft.keep(third);
        let conversation = registration::submit(&draft, &session).await.unwrap();
        assert_eq!(draft.form().text, "");
        assert_eq!(all_texts(&session).await, [["Die erste Fassung."]]);
        let own: Desk<Machine, Seeker> = desk(&session).await;
        let draft = own.draft(conversation);
        assert_eq!(draft, "Die dritte Fassung.");
        own.send(conversation, &draft).unwrap();
        own.flush().await.unwrap();
        assert_eq!(own.draft(conversation), "");
        let both = ["Die erste Fassung.", "Die dritte Fassung."];
        assert_eq!(all_texts(&session).await, [both]);
    });
}

/// What has arrived at one agency is not sent to another: that is refused, and told.
#[test]
fn an_enquiry_that_has_arrived_goes_to_no_second_agency() {
    let served = Served::get();
    run(async {
        let draft = new_draft(&device(&served), None, "An Freiburg.").await;
        let session = register(&draft).await.unwrap();
        let net = session.client().world().net();
        net.lose::<SubmitEnquiry>(1);
        let lost = registration::submit(&draft, &session).await;
        assert_eq!(lost, Err(Error::Unreachable));
        let cologne = agency_in(session.client(), "50667", "Köln").await;
        let form = draft.form();
        draft.keep(Form {
            agency: Some(cologne),
            postcode: "50667".to_owned(),
            text: "An Köln.".to_owned(),
            ..form.clone()
        });
        let refused = registration::submit(&draft, &session).await;
        assert_eq!(refused, Err(Error::Refused(Refusal::IdTaken)));
        assert_eq!(draft.form().text, "An Köln.");
        assert_eq!(all_texts(&session).await, [["An Freiburg."]]);
    });
}

/// A registration whose answer was lost is found again with the same name and password.
#[test]
fn a_registration_is_made_once() {
    let served = Served::get();
    run(async {
        let client = device(&served);
        let draft = new_draft(&client, None, "Hallo.").await;
        let net = client.world().net();
        net.lose::<RegisterFinish>(1);
        assert_eq!(register(&draft).await.err(), Some(Error::Unreachable));
        let session = register(&draft).await.unwrap();
        assert_eq!(net.asked::<RegisterFinish>().len(), 1);
        registration::submit(&draft, &session).await.unwrap();
        assert_eq!(all_texts(&session).await, [["Hallo."]]);
    });
}

#[test]
fn an_acceptance_whose_answer_was_lost_is_ones_own() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let (client, hannah) = staff(&served, "hannah.brandt").await;
        let staff: Desk<Machine, Staff> = desk(&hannah).await;
        client.world().net().lose::<AcceptEnquiry>(1);
        let lost = staff.accept(person.conversation, None).await;
        assert_eq!(lost, Err(Error::Unreachable));
        let accepted = staff.accept(person.conversation, None).await;
        assert_eq!(accepted, Ok(Accepted::Mine));
        assert_eq!(texts(&staff, person.conversation), ["Hallo."]);
    });
}

/// Written while nobody had accepted, sent when somebody has: what was stored stays as it is, what
/// was not is sealed anew for the counsellor, and both can read both.
#[test]
fn what_was_sealed_before_an_acceptance_arrives_once() {
    let served = Served::get();
    run(async {
        for stored in [true, false] {
            let person = seeker(&served, "Hallo.").await;
            let conversation = person.conversation;
            let own: Desk<Machine, Seeker> = desk(&person.session).await;
            let net = person.client.world().net();
            if stored {
                net.lose::<SendMessage>(1);
            } else {
                net.instead_of::<SendMessage>(|_| Some(Err(Refusal::TooMany { retry_after: 1 })));
            }
            own.send(conversation, "Vor der Annahme.").unwrap();
            assert!(own.flush().await.is_err());
            let (_, hannah) = staff(&served, "hannah.brandt").await;
            let staff: Desk<Machine, Staff> = desk(&hannah).await;
            let accepted = staff.accept(conversation, None).await;
            assert_eq!(accepted, Ok(Accepted::Mine));
            net.honest();
            own.flush().await.unwrap();
            own.send(conversation, "Nach der Annahme.").unwrap();
            own.flush().await.unwrap();
            let all = ["Hallo.", "Vor der Annahme.", "Nach der Annahme."];
            assert_eq!(texts(&own, conversation), all, "stored: {stored}");
            staff.refresh().await.unwrap();
            staff.show(conversation).await.unwrap();
            assert_eq!(texts(&staff, conversation), all, "stored: {stored}");
        }
    });
}
