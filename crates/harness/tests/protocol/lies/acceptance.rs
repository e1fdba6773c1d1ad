//! Acceptances that are another's, and two for one enquiry.

use crate::support::{
    Machine, NewSeeker, Served, desk, device, found, last, listen, new_draft, reloaded, run,
    seeker, staff, write_to,
};
use client::conversation::{Body, Role, Thread};
use client::desk::{Desk, Seeker, Staff};
use client::inbox::Accepted;
use client::{Client, Error, Untrusted, account};
use domain::Blob;
use domain::Refusal;
use domain::agency::{ListMine, Roles};
use domain::conversation::{
    ConversationRow, ListConversations, LoadConversation, MemberId, SendMessage,
};
use domain::id::AccountId;
use domain::inbox::AcceptEnquiry;

/// A second acceptance, as well signed as the first, that the honest server never saw.
#[derive(Clone)]
struct Fork {
    request: AcceptEnquiry,
    /// Identity records of everybody in the agency.
    identities: Vec<Blob>,
}

impl Fork {
    /// The server takes somebody's acceptance and keeps it to itself.
    async fn make(served: &Served, person: &NewSeeker, by: &str) -> Self {
        let (client, session) = staff(served, by).await;
        let net = client.world().net();
        let mine = listen::<ListMine>(&client);
        net.instead_of::<AcceptEnquiry>(|_| Some(Err(Refusal::NotFound)));
        let desk = desk::<Staff>(&session).await;
        let kept = desk.accept(person.conversation, None).await;
        assert_eq!(kept, Err(Error::Refused(Refusal::NotFound)));
        let identities = last(&mine).into_iter().flat_map(|own| own.identities);
        Self {
            request: net.asked::<AcceptEnquiry>().remove(0),
            identities: identities.collect(),
        }
    }

    fn wraps_for(&self, account: AccountId) -> impl Iterator<Item = Blob> {
        let own = MemberId::Account(account);
        let wraps = self.request.wraps.iter().filter(move |wrap| wrap.to == own);
        wraps.map(|wrap| wrap.wrap.clone())
    }

    /// The member beside seeker and counsellor.
    fn deputy(&self) -> AccountId {
        let mut accounts = self.request.wraps.iter().filter_map(|wrap| match wrap.to {
            MemberId::Account(account) => Some(account),
            MemberId::Inbox(_) => None,
        });
        accounts.next_back().unwrap()
    }

    /// Puts it in the place of the true one.
    fn put(&self, row: &mut ConversationRow, reader: AccountId) {
        if row.conversation == self.request.conversation {
            row.epochs.truncate(1);
            row.epochs.push(self.request.epoch.clone());
            row.wraps.extend(self.wraps_for(reader));
            row.identities.extend(self.identities.clone());
        }
    }

    /// From now on somebody is served this one.
    fn serve(&self, client: &Client<Machine>, reader: AccountId) {
        let net = client.world().net();
        let fork = self.clone();
        net.about::<ListConversations>(move |rows| {
            rows.iter_mut().for_each(|row| fork.put(row, reader));
        });
        let fork = self.clone();
        net.about::<LoadConversation>(move |row| fork.put(row, reader));
    }
}

/// Who counsels and who deputises, as shown.
fn counsellor(thread: &Thread) -> &str {
    let mut members = thread.members.iter();
    let found = members.find(|one| one.role == Role::Counsellor);
    found.map_or("", |one| one.name.as_str())
}

fn texts(thread: &Thread) -> Vec<&str> {
    let items = thread.items.iter().filter_map(|item| match &item.body {
        Body::Text(text) => Some(text.as_str()),
        _ => None,
    });
    items.collect()
}

/// The seeker is served one acceptance, the counsellor another: each sees who really signed, and
/// what one writes the other cannot read and sees as exactly that.
#[test]
fn two_acceptances_for_two_parties_share_nothing() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let conversation = person.conversation;
        let fork = Fork::make(&served, &person, "jonas.reuter").await;
        let (_, hannah) = staff(&served, "hannah.brandt").await;
        let staff: Desk<Machine, Staff> = desk(&hannah).await;
        let accepted = staff.accept(conversation, None).await;
        assert_eq!(accepted, Ok(Accepted::Mine));
        staff.send(conversation, "Von Hannah.").unwrap();
        staff.flush().await.unwrap();
        let (client, session) = person.elsewhere(&served).await;
        fork.serve(&client, session.account());
        let own: Desk<Machine, Seeker> = desk(&session).await;
        own.show(conversation).await.unwrap();
        let thread = own.thread(conversation).unwrap();
        assert_eq!(counsellor(&thread), "Jonas Reuter");
        assert_eq!(texts(&thread), ["Hallo."]);
        assert_eq!(thread.items[2].body, Body::Unverified(Untrusted::Message));
        own.send(conversation, "An Jonas.").unwrap();
        own.flush().await.unwrap();
        staff.refresh().await.unwrap();
        staff.show(conversation).await.unwrap();
        let thread = staff.thread(conversation).unwrap();
        assert_eq!(counsellor(&thread), "Hannah Brandt");
        assert_eq!(texts(&thread), ["Hallo.", "Von Hannah."]);
        assert_eq!(thread.items[3].body, Body::Unverified(Untrusted::Message));
    });
}

/// An acceptance becomes another one. In a session that is a fork, and nothing is sent any more;
/// a tab that was reloaded knows of no other, shows who signed this one, and cannot read what was
/// written in the first.
#[test]
fn an_acceptance_that_becomes_another_is_noticed() {
    let served = Served::get();
    run(async {
        let person = seeker(&served, "Hallo.").await;
        let conversation = person.conversation;
        let fork = Fork::make(&served, &person, "jonas.reuter").await;
        let (_, hannah) = staff(&served, "hannah.brandt").await;
        let staff: Desk<Machine, Staff> = desk(&hannah).await;
        staff.accept(conversation, None).await.unwrap();
        let own: Desk<Machine, Seeker> = desk(&person.session).await;
        own.send(conversation, "An Hannah.").unwrap();
        own.flush().await.unwrap();
        fork.serve(&person.client, person.session.account());
        own.refresh().await.unwrap();
        own.show(conversation).await.unwrap();
        let thread = own.thread(conversation).unwrap();
        assert_eq!(thread.summary.untrusted, Some(Untrusted::Fork));
        assert_eq!(counsellor(&thread), "Hannah Brandt");
        assert!(!thread.can_write);
        let net = person.client.world().net();
        let before = net.asked::<SendMessage>().len();
        own.send(conversation, "Und jetzt?").unwrap();
        own.flush().await.ok();
        assert_eq!(net.asked::<SendMessage>().len(), before);
        let tab = reloaded(&person.client);
        let session = account::resume(&tab).await.unwrap().unwrap();
        fork.serve(&tab, session.account());
        let own: Desk<Machine, Seeker> = desk(&session).await;
        own.show(conversation).await.unwrap();
        let thread = own.thread(conversation).unwrap();
        assert_eq!(counsellor(&thread), "Jonas Reuter");
        assert_eq!(thread.items[2].body, Body::Unverified(Untrusted::Message));
        let told = texts(&thread);
        assert!(!told.contains(&"An Hannah."), "{told:?}");
    });
}

/// Somebody whom the manifest lists, but not as one who may accept.
#[test]
fn an_acceptance_by_somebody_who_may_not_is_refused() {
    let served = Served::get();
    run(async {
        let (_, hannah) = staff(&served, "hannah.brandt").await;
        let (_, jonas) = staff(&served, "jonas.reuter").await;
        let accepts = Roles::COUNSELLOR.and(Roles::INBOX);
        let listed = [
            (&hannah, "Hannah Brandt", accepts),
            (&jonas, "Jonas Reuter", Roles::INBOX),
        ];
        let founded = found(&hannah, &listed).await;
        let agency = founded.root.agency();
        let person = write_to(&new_draft(&device(&served), Some(agency), "Hallo.").await).await;
        let conversation = person.conversation;
        let fork = Fork::make(&served, &person, "jonas.reuter").await;
        let staff: Desk<Machine, Staff> = desk(&hannah).await;
        assert_eq!(staff.accept(conversation, None).await, Ok(Accepted::Mine));
        fork.serve(&person.client, person.session.account());
        let own: Desk<Machine, Seeker> = desk(&person.session).await;
        let thread = own.thread(conversation).unwrap();
        assert_eq!(thread.summary.untrusted, Some(Untrusted::Epoch));
        assert_eq!((counsellor(&thread), thread.can_write), ("", false));
        own.send(conversation, "An wen?").unwrap();
        own.flush().await.ok();
        let net = person.client.world().net();
        assert!(net.asked::<SendMessage>().is_empty());
        net.honest();
        own.refresh().await.unwrap();
        let thread = own.thread(conversation).unwrap();
        assert_eq!(counsellor(&thread), "Hannah Brandt");
    });
}

/// What the server answers to an acceptance is one's own only if one's own record says so.
#[test]
fn anothers_acceptance_is_not_ones_own() {
    let served = Served::get();
    run(async {
        let (client, jonas) = staff(&served, "jonas.reuter").await;
        let (_, hannah) = staff(&served, "hannah.brandt").await;
        // A conversation of Hannah's that Jonas can read: he is the deputy.
        let theirs = seeker(&served, "Für Hannah.").await;
        let of_hannah: Desk<Machine, Staff> = desk(&hannah).await;
        let accepted = of_hannah.accept(theirs.conversation, Some(jonas.account()));
        assert_eq!(accepted.await, Ok(Accepted::Mine));
        let rows = listen::<ListConversations>(&client);
        desk::<Staff>(&jonas).await;
        let rows = last(&rows).into_iter();
        let mut rows = rows.filter(|row| row.conversation == theirs.conversation);
        let foreign = rows.next().unwrap();
        type Lie = fn(&mut ConversationRow, &ConversationRow, &Fork);
        let lies: [(&str, Error, Lie); 5] = [
            ("another conversation", Error::Damaged, |row, foreign, _| {
                *row = foreign.clone();
            }),
            (
                "another conversation under this name",
                Error::Untrusted(Untrusted::Epoch),
                |row, foreign, _| {
                    let conversation = row.conversation;
                    *row = foreign.clone();
                    row.conversation = conversation;
                },
            ),
            (
                "another conversation's acceptance",
                Error::Untrusted(Untrusted::Epoch),
                |row, foreign, _| {
                    row.epochs[1] = foreign.epochs[1].clone();
                    row.wraps.extend(foreign.wraps.clone());
                    row.identities.extend(foreign.identities.clone());
                },
            ),
            (
                "a colleague's acceptance",
                Error::Untrusted(Untrusted::Epoch),
                |row, _, fork| fork.put(row, fork.deputy()),
            ),
            (
                "no acceptance",
                Error::Untrusted(Untrusted::Epoch),
                |row, _, _| row.epochs.truncate(1),
            ),
        ];
        for (name, expected, lie) in lies {
            let person = seeker(&served, "Für Jonas.").await;
            let fork = Fork::make(&served, &person, "hannah.brandt").await;
            assert_eq!(fork.deputy(), jonas.account());
            let foreign = foreign.clone();
            let net = client.world().net();
            net.about::<AcceptEnquiry>(move |row| lie(row, &foreign, &fork));
            let staff: Desk<Machine, Staff> = desk(&jonas).await;
            let answer = staff.accept(person.conversation, None).await;
            assert_eq!(answer, Err(expected), "{name}");
            // The true one was stored, and is there once the server says so.
            net.honest();
            let staff: Desk<Machine, Staff> = desk(&jonas).await;
            let thread = staff.thread(person.conversation).unwrap();
            assert_eq!(thread.summary.untrusted, None, "{name}");
            assert_eq!(counsellor(&thread), "Jonas Reuter", "{name}");
        }
    });
}
