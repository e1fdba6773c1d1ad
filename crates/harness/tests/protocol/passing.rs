//! Who may read a conversation: given back, handed over, taken again; each reads what was granted.

use client::Error;
use client::conversation::{Answer, Body, ConsentTo, Delivery, Reason, Role};
use client::desk::{Desk, Seeker, Side, Staff};
use domain::Refusal;
use domain::agency::Roles;
use domain::id::ConversationId;

use crate::support::{
    Founded, Machine, NewSeeker, Served, desk, device, found, new_draft, run, staff, write_to,
};

const ACCEPTS: Roles = Roles::COUNSELLOR.and(Roles::INBOX);

/// What somebody can read of a conversation.
fn texts<S: Side>(desk: &Desk<Machine, S>, conversation: ConversationId) -> Vec<String> {
    let thread = desk.thread(conversation).unwrap();
    assert_eq!((thread.alerts, thread.summary.untrusted), (vec![], None));
    let texts = thread.items.into_iter().filter_map(|item| match item.body {
        Body::Text(text) => (item.delivery == Delivery::Sent).then_some(text),
        Body::Enquiry(_) => None,
        other => panic!("{other:?}"),
    });
    texts.collect()
}

async fn say<S: Side>(desk: &Desk<Machine, S>, conversation: ConversationId, text: &str) {
    desk.send(conversation, text).unwrap();
    desk.flush().await.unwrap();
}

async fn read<S: Side>(desk: &Desk<Machine, S>, conversation: ConversationId) -> Vec<String> {
    desk.refresh().await.unwrap();
    desk.show(conversation).await.unwrap();
    texts(desk, conversation)
}

fn names<S: Side>(desk: &Desk<Machine, S>, conversation: ConversationId) -> Vec<String> {
    let members = desk.thread(conversation).unwrap().members;
    members.into_iter().map(|member| member.name).collect()
}

/// An agency of three, and a conversation that Hannah has accepted.
struct Scene {
    founded: Founded,
    person: NewSeeker,
    own: Desk<Machine, Seeker>,
    hannah: Desk<Machine, Staff>,
    jonas: Desk<Machine, Staff>,
    id: ConversationId,
}

impl Scene {
    async fn new(served: &Served) -> Self {
        let (_, hannah) = staff(served, "hannah.brandt").await;
        let (_, jonas) = staff(served, "jonas.reuter").await;
        let listed = [
            (&hannah, "Hannah Brandt", ACCEPTS),
            (&jonas, "Jonas Reuter", ACCEPTS),
        ];
        let founded = found(&hannah, &listed).await;
        let agency = founded.root.agency();
        let person = write_to(&new_draft(&device(served), Some(agency), "Hallo.").await).await;
        let id = person.conversation;
        let (hannah, jonas) = (desk(&hannah).await, desk(&jonas).await);
        let hannah: Desk<Machine, Staff> = hannah;
        hannah.accept(id, None).await.unwrap();
        let own = desk(&person.session).await;
        say(&own, id, "Für Hannah.").await;
        Self {
            founded,
            person,
            own,
            hannah,
            jonas,
            id,
        }
    }
}

#[test]
fn what_is_given_back_shows_the_first_message_and_what_comes() {
    let served = Served::get();
    run(async {
        let Scene {
            own,
            hannah,
            jonas,
            id,
            ..
        } = Scene::new(&served).await;
        hannah.refresh().await.unwrap();
        hannah.show(id).await.unwrap();
        hannah.give_back(id).await.unwrap();
        let again = hannah.give_back(id).await;
        assert_eq!(again, Err(Error::Refused(Refusal::WrongState)));
        own.refresh().await.unwrap();
        say(&own, id, "Ist jemand da?").await;
        jonas.refresh().await.unwrap();
        let waiting = jonas.waiting();
        let waiting = waiting.iter().find(|one| one.conversation == id).unwrap();
        assert_eq!(waiting.untrusted, None);
        assert!(waiting.again && waiting.may_accept);
        assert_eq!(waiting.text, "Hallo.\n\nIst jemand da?");
        assert_eq!(waiting.fields.as_ref().unwrap().pseudonym, "Probe");
        jonas.accept(id, None).await.unwrap();
        assert_eq!(read(&jonas, id).await, ["Hallo.", "Ist jemand da?"]);
        assert_eq!(jonas.thread(id).unwrap().closed, 1);
        say(&jonas, id, "Ich bin da.").await;
        let all = ["Hallo.", "Für Hannah.", "Ist jemand da?", "Ich bin da."];
        assert_eq!(read(&own, id).await, all);
        assert_eq!(names(&own, id), ["Probe", "Jonas Reuter"]);
        let reasons: Vec<_> = own.thread(id).unwrap().passages;
        let reasons: Vec<_> = reasons.iter().map(|passage| passage.reason).collect();
        assert_eq!(reasons, [Reason::Return, Reason::Accept]);
        // Who gave it back has nothing of it any more.
        hannah.refresh().await.unwrap();
        assert_eq!(hannah.thread(id), None);
    });
}

#[test]
fn who_gave_it_back_may_take_it_again_and_reads_all() {
    let served = Served::get();
    run(async {
        let scene = Scene::new(&served).await;
        let (own, hannah, id) = (&scene.own, &scene.hannah, scene.id);
        hannah.refresh().await.unwrap();
        hannah.give_back(id).await.unwrap();
        hannah.refresh().await.unwrap();
        assert!(hannah.waiting().iter().any(|one| one.conversation == id));
        hannah.accept(id, None).await.unwrap();
        say(own, id, "Weiter.").await;
        assert_eq!(read(hannah, id).await, ["Hallo.", "Für Hannah.", "Weiter."]);
    });
}

/// The seeker is asked, agrees to everything or to what comes, and whoever handed over reads no more.
#[test]
fn a_colleague_takes_over_with_the_seekers_consent() {
    let served = Served::get();
    run(async {
        for whole in [true, false] {
            let scene = Scene::new(&served).await;
            let (own, hannah, jonas, id) = (&scene.own, &scene.hannah, &scene.jonas, scene.id);
            hannah.refresh().await.unwrap();
            hannah.show(id).await.unwrap();
            let none = hannah.hand_over(id).await;
            assert_eq!(none, Err(Error::Refused(Refusal::NotFound)));
            let successors = hannah.successors(id);
            assert_eq!(successors.len(), 1);
            let to = ConsentTo::Account(successors[0].account);
            hannah.ask_handover(id, to, "Ich bin krank.").await.unwrap();
            hannah.flush().await.unwrap();
            read(own, id).await;
            let asked = own.thread(id).unwrap().asked.unwrap();
            assert_eq!((asked.to, asked.answer), (to, Answer::None));
            assert_eq!(asked.target.unwrap().name, "Jonas Reuter");
            own.agree(id, whole).await.unwrap();
            own.flush().await.unwrap();
            read(hannah, id).await;
            let asked = hannah.thread(id).unwrap().asked.unwrap();
            assert_eq!(asked.answer, Answer::Yes { whole });
            hannah.hand_over(id).await.unwrap();
            assert!(!hannah.thread(id).unwrap().can_write);
            let twice = hannah.hand_over(id).await;
            assert!(matches!(twice, Err(Error::Refused(_))), "{twice:?}");
            // The seeker writes before Jonas has been there.
            own.refresh().await.unwrap();
            say(own, id, "Hallo, Jonas.").await;
            assert_eq!(names(own, id), ["Probe", "Jonas Reuter"]);
            hannah.refresh().await.unwrap();
            assert_eq!(hannah.thread(id), None);
            let told = read(jonas, id).await;
            let expected: &[&str] = match whole {
                true => &["Hallo.", "Für Hannah.", "Ich bin krank.", "Hallo, Jonas."],
                false => &["Hallo, Jonas."],
            };
            assert_eq!(told, expected);
            assert_eq!(jonas.thread(id).unwrap().members[1].role, Role::Counsellor);
            say(jonas, id, "Ich bin da.").await;
            assert_eq!(read(own, id).await.last().unwrap(), "Ich bin da.");
            assert_eq!(own.thread(id).unwrap().asked, None);
        }
    });
}

/// Jonas' desk is there first: the one who handed over is out at once.
#[test]
fn who_takes_over_leaves_the_other_out_at_once() {
    let served = Served::get();
    run(async {
        let scene = Scene::new(&served).await;
        let (own, hannah, jonas, id) = (&scene.own, &scene.hannah, &scene.jonas, scene.id);
        agreed(&scene).await;
        hannah.hand_over(id).await.unwrap();
        jonas.refresh().await.unwrap();
        hannah.refresh().await.unwrap();
        assert_eq!(hannah.thread(id), None);
        own.refresh().await.unwrap();
        assert_eq!(names(own, id), ["Probe", "Jonas Reuter"]);
    });
}

async fn agreed(scene: &Scene) {
    let (own, hannah, id) = (&scene.own, &scene.hannah, scene.id);
    hannah.refresh().await.unwrap();
    hannah.show(id).await.unwrap();
    let to = ConsentTo::Account(scene.jonas.session().account());
    hannah.ask_handover(id, to, "").await.unwrap();
    hannah.flush().await.unwrap();
    read(own, id).await;
    own.agree(id, true).await.unwrap();
    own.flush().await.unwrap();
    read(hannah, id).await;
}

#[test]
fn a_seeker_who_says_no_keeps_everything_as_it_is() {
    let served = Served::get();
    run(async {
        let scene = Scene::new(&served).await;
        let (own, hannah, id) = (&scene.own, &scene.hannah, scene.id);
        hannah.refresh().await.unwrap();
        hannah.show(id).await.unwrap();
        let to = ConsentTo::Account(scene.jonas.session().account());
        hannah.ask_handover(id, to, "Passt das?").await.unwrap();
        hannah.flush().await.unwrap();
        read(own, id).await;
        own.refuse(id).unwrap();
        own.flush().await.unwrap();
        read(hannah, id).await;
        let asked = hannah.thread(id).unwrap().asked.unwrap();
        assert_eq!(asked.answer, Answer::No);
        let refused = hannah.hand_over(id).await;
        assert_eq!(refused, Err(Error::Refused(Refusal::NotFound)));
        assert!(hannah.thread(id).unwrap().can_write);
    });
}

/// To another agency of the association: its inbox reads what was agreed, and one of it accepts.
#[test]
fn another_agency_takes_over_with_the_seekers_consent() {
    let served = Served::get();
    run(async {
        let scene = Scene::new(&served).await;
        let (own, hannah, id) = (&scene.own, &scene.hannah, scene.id);
        let (_, other) = staff(&served, "jonas.reuter").await;
        let (_, admin) = staff(&served, "hannah.brandt").await;
        let elsewhere = found(&admin, &[(&other, "Jonas Reuter", ACCEPTS)]).await;
        let there = elsewhere.root.agency();
        hannah.refresh().await.unwrap();
        hannah.show(id).await.unwrap();
        let agencies = hannah.other_agencies(id).await.unwrap();
        // The one of this test is reached by its link alone.
        let own_agency = scene.founded.root.agency();
        assert!(!agencies.is_empty() && agencies.iter().all(|card| card.id != own_agency));
        let to = ConsentTo::Agency(there);
        hannah
            .ask_handover(id, to, "Die sind näher.")
            .await
            .unwrap();
        hannah.flush().await.unwrap();
        read(own, id).await;
        assert_eq!(own.thread(id).unwrap().asked.unwrap().target, None);
        own.look_up(id).await.unwrap();
        let target = own.thread(id).unwrap().asked.unwrap().target.unwrap();
        assert_eq!(target.readers, ["Jonas Reuter"]);
        own.agree(id, true).await.unwrap();
        own.flush().await.unwrap();
        read(hannah, id).await;
        hannah.hand_over(id).await.unwrap();
        let taker: Desk<Machine, Staff> = desk(&other).await;
        let waiting = taker.waiting();
        let waiting = waiting.iter().find(|one| one.conversation == id).unwrap();
        assert_eq!((waiting.untrusted, waiting.agency), (None, there));
        taker.accept(id, None).await.unwrap();
        let all = ["Hallo.", "Für Hannah.", "Die sind näher."];
        assert_eq!(read(&taker, id).await, all);
        assert_eq!(read(own, id).await, all);
        let thread = own.thread(id).unwrap();
        assert_eq!(thread.summary.agency, there);
        hannah.refresh().await.unwrap();
        assert_eq!(hannah.thread(id), None);
        say(&taker, id, "Willkommen.").await;
        assert_eq!(read(own, id).await.last().unwrap(), "Willkommen.");
    });
}

/// Nobody is left: the seeker's own signature gives it to the team.
#[test]
fn a_seeker_whose_counsellor_is_gone_asks_the_agency() {
    let served = Served::get();
    run(async {
        for whole in [true, false] {
            let mut scene = Scene::new(&served).await;
            let (own, jonas, id) = (&scene.own, &scene.jonas, scene.id);
            let (_, admin) = staff(&served, "hannah.brandt").await;
            // Still somebody of the agency, whose session goes on, and nobody who counsels.
            scene.founded.manifest.staff[0].roles = Roles::LEAD;
            let without = client::admin::publish_manifest(
                &admin,
                &scene.founded.root,
                &scene.founded.manifest,
            );
            without.await.unwrap();
            own.send(id, "Wer liest das?").unwrap();
            own.flush().await.unwrap();
            read(own, id).await;
            assert!(own.thread(id).unwrap().is_alone);
            own.ask_agency(id, whole).await.unwrap();
            assert!(!own.thread(id).unwrap().is_alone);
            own.retry(id);
            own.flush().await.unwrap();
            jonas.refresh().await.unwrap();
            jonas.accept(id, None).await.unwrap();
            let expected: &[&str] = match whole {
                true => &["Hallo.", "Für Hannah.", "Wer liest das?"],
                false => &["Hallo.", "Wer liest das?"],
            };
            assert_eq!(read(jonas, id).await, expected);
            drop(scene.person);
        }
    });
}

/// Who has been compared and is another one now: nothing leaves until one has compared again.
#[test]
fn a_compared_member_who_changes_holds_what_is_written() {
    let served = Served::get();
    run(async {
        let scene = Scene::new(&served).await;
        let (own, hannah, id) = (&scene.own, &scene.hannah, scene.id);
        hannah.refresh().await.unwrap();
        hannah.show(id).await.unwrap();
        let mine = hannah.readers(id);
        let theirs = own.readers(id);
        let words = |of: &[client::conversation::Reader]| -> Vec<_> {
            of.iter().map(|reader| reader.words).collect()
        };
        assert_eq!(words(&mine), words(&theirs));
        let seeker = scene.person.session.account();
        hannah.compare(id, seeker).await.unwrap();
        let compared = |desk: &Desk<Machine, Staff>| desk.readers(id)[0].compared;
        assert_eq!(compared(hannah), client::conversation::Compared::Yes);
        // The same account under other keys.
        hannah
            .session()
            .set_setting(&format!("compared-{}", seeker.to_hex()), "another");
        assert_eq!(compared(hannah), client::conversation::Compared::Changed);
        hannah.send(id, "Wer sind Sie?").unwrap();
        hannah.flush().await.unwrap();
        assert_eq!(hannah.thread(id).unwrap().changed, [seeker]);
        assert_eq!(read(own, id).await, ["Hallo.", "Für Hannah."]);
        hannah.compare(id, seeker).await.unwrap();
        hannah.flush().await.unwrap();
        assert_eq!(read(own, id).await.len(), 3);
    });
}

#[test]
fn what_is_assigned_shows_for_whom_and_anybody_may_take_it() {
    let served = Served::get();
    run(async {
        let scene = Scene::new(&served).await;
        let (hannah, jonas, id) = (&scene.hannah, &scene.jonas, scene.id);
        let late = hannah.assign(id, Some(jonas.session().account())).await;
        assert_eq!(late, Err(Error::Refused(Refusal::WrongState)));
        hannah.refresh().await.unwrap();
        hannah.give_back(id).await.unwrap();
        hannah
            .assign(id, Some(jonas.session().account()))
            .await
            .unwrap();
        jonas.refresh().await.unwrap();
        for desk in [hannah, jonas] {
            let waiting = desk.waiting();
            let waiting = waiting.iter().find(|one| one.conversation == id).unwrap();
            let assigned = waiting.assigned.unwrap();
            assert_eq!(assigned.to, jonas.session().account());
            assert_eq!(assigned.by, hannah.session().account());
            assert!(waiting.may_accept);
        }
        let stranger = hannah
            .assign(id, Some(scene.person.session.account()))
            .await;
        assert_eq!(stranger, Err(Error::Refused(Refusal::NotAllowed)));
        hannah.accept(id, None).await.unwrap();
    });
}
