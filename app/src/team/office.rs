//! What the workplace shows, as signals: the desk of `client` says that something changed, this reads it afresh.

use crate::reactive::{RwSignal, StoredValue, effect};
use client::conversation::Summary;
use client::desk::{Change, Connection, Desk, Staff, Warning};
use client::inbox::Waiting;
use client::trust::Agency;
use client::{Error, Session, World};
use domain::admin::Rights;
use domain::conversation::State;
use domain::id::{AgencyId, ConversationId};
use domain::time::Timestamp;
use domain::topic::{Topic, TopicId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

use super::announce::Announcer;
use super::place::{List, Place};
use super::start::Tongue;
use crate::browser::{Browser, on_use};
use crate::components::standing::{Standing, steady};
use crate::device::update::look;
use crate::texts::{Texts, inbox};

/// The desk of staff in a browser.
pub type StaffDesk = Desk<Browser, Staff>;

/// How often „seit 3 Min.“ is counted anew, in milliseconds.
const TICK: u32 = 20_000;

/// Everything that the views read, and the desk that they tell what the person wants.
#[derive(Clone, Copy)]
pub struct Office {
    desk: StoredValue<StaffDesk>,
    /// Enquiries that wait, the longest first.
    pub waiting: RwSignal<Vec<Waiting>>,
    /// The own conversations, the newest first.
    pub mine: RwSignal<Vec<Summary>>,
    /// Whether the first lists are there.
    pub loaded: RwSignal<bool>,
    /// The session is about to end.
    pub warning: RwSignal<Option<Warning>>,
    /// How the live channel stands.
    pub connection: RwSignal<Connection>,
    /// Why the server does not let in who has opened an own device.
    pub refused: RwSignal<Option<Error>>,
    /// There is a new version of the program.
    pub update: RwSignal<bool>,
    /// What is said of it.
    pub standing: RwSignal<Standing>,
    /// The conversation that changed last, and how often one did.
    pub changed: RwSignal<(Option<ConversationId>, u64)>,
    /// The own name, as an agency lists it.
    pub name: RwSignal<Option<String>>,
    /// The time, in steps.
    pub now: RwSignal<Timestamp>,
    /// What the person administers, once it is known to be anything.
    pub rights: RwSignal<Option<Rights>>,
    topics: RwSignal<Vec<Topic>>,
    announcer: Announcer,
    t: Texts,
}

impl Office {
    /// Opens the desk of a session and keeps it running until the owner ends.
    #[must_use]
    pub fn open(session: Session<Browser>, announcer: Announcer, t: Texts) -> Self {
        let client = session.client().clone();
        let language = expect_context::<Tongue>().language.get_untracked();
        let changes = RwSignal::new(Vec::<Change>::new());
        let desk = StaffDesk::open(session, move |change| {
            changes.update(|all| all.push(change))
        });
        let connection = RwSignal::new(desk.connection());
        let office = Self {
            connection,
            standing: steady(Standing::Connecting, move || connection.get()),
            desk: StoredValue::new(desk.clone()),
            refused: RwSignal::new(None),
            update: RwSignal::new(false),
            warning: RwSignal::new(None),
            waiting: RwSignal::new(Vec::new()),
            mine: RwSignal::new(Vec::new()),
            loaded: RwSignal::new(false),
            changed: RwSignal::new((None, 0)),
            name: RwSignal::new(None),
            now: RwSignal::new(client.world().now()),
            rights: RwSignal::new(None),
            topics: RwSignal::new(Vec::new()),
            announcer,
            t,
        };
        // One pass for all changes of a turn: forty arrivals read the list once.
        effect(move || {
            if changes.with(Vec::is_empty) {
                return;
            }
            let mut all = Vec::new();
            changes.update(|changes| all = std::mem::take(changes));
            office.read(&all);
        });
        spawn_local(desk.clone().run());
        let ticking = client.clone();
        spawn_local(async move {
            // Ends with the workplace: a signal of a dropped owner takes no value.
            while office.now.try_set(ticking.world().now()).is_none() {
                ticking.world().sleep(TICK).await;
            }
        });
        spawn_local(async move {
            if let Ok(topics) = client::topic::list(&client, language).await {
                office.topics.try_set(topics);
            }
        });
        office.look_for_rights();
        let uses = on_use(move || office.desk().used());
        on_cleanup(move || {
            for one in uses {
                one.remove();
            }
            office.desk().close();
        });
        office
    }

    /// The desk.
    #[must_use]
    pub fn desk(self) -> StaffDesk {
        self.desk.get_value()
    }

    /// Asks what the person administers; without an answer the way to it stays hidden.
    pub fn look_for_rights(self) {
        spawn_local(async move {
            let desk = self.desk();
            if let Ok(rights) = client::admin::rights(desk.session()).await {
                let any = rights.platform
                    || !rights.associations.is_empty()
                    || !rights.agencies.is_empty();
                self.rights.try_set(any.then_some(rights));
            }
        });
    }

    /// All topics, once they are there.
    #[must_use]
    pub fn topics(self) -> Vec<Topic> {
        self.topics.get()
    }

    /// A topic's title; empty until it is known.
    #[must_use]
    pub fn topic(self, topic: TopicId) -> String {
        self.topics
            .with(|all| {
                all.iter()
                    .find(|one| one.id == topic)
                    .map(|one| one.title.clone())
            })
            .unwrap_or_default()
    }

    /// How many unread messages there are in the own conversations.
    #[must_use]
    pub fn unread(self) -> u64 {
        self.mine
            .with(|all| all.iter().map(|one| u64::from(one.unread)).sum())
    }

    /// Whether something that was written here has not reached the server.
    #[must_use]
    pub fn has_unsent(self) -> bool {
        self.mine
            .with_untracked(|all| all.iter().any(|one| one.being_sent > 0))
    }

    /// How many rows a list has, or unread messages: what stands beside its name.
    #[must_use]
    pub fn count(self, list: List) -> u64 {
        match list {
            List::Waiting => self
                .waiting
                .with(|all| u64::try_from(all.len()).unwrap_or(u64::MAX)),
            List::Mine => self.unread(),
            List::Archive => self.mine.with(|all| {
                let away = all.iter().filter(|one| one.state == State::Archived);
                u64::try_from(away.count()).unwrap_or(u64::MAX)
            }),
        }
    }

    /// One of the own agencies, verified.
    #[must_use]
    pub fn agency(self, agency: AgencyId) -> Option<Rc<Agency>> {
        self.desk()
            .agencies()
            .into_iter()
            .find(|one| one.id() == agency)
    }

    /// The place of one of the own agencies.
    #[must_use]
    pub fn place(self, agency: AgencyId) -> Option<String> {
        Some(self.agency(agency)?.place().to_owned())
    }

    fn own_name(self) -> Option<String> {
        let desk = self.desk();
        let account = desk.session().account();
        desk.agencies()
            .iter()
            .find_map(|agency| agency.person(account).map(str::to_owned))
    }

    /// Reads what changed.
    fn read(self, changes: &[Change]) {
        let desk = self.desk();
        for change in changes {
            if let Change::Thread(conversation) = change {
                self.changed.update(|(last, times)| {
                    *last = Some(*conversation);
                    *times += 1;
                });
            }
        }
        if changes.contains(&Change::Connection) {
            self.refused.set(desk.refused());
            self.connection.set(desk.connection());
            if desk.connection() == Connection::Live {
                // After a cut another version may answer.
                look(self.update);
            }
        }
        if desk.outdated() {
            look(self.update);
        }
        if changes.contains(&Change::Warning) {
            self.warning.set(desk.warning());
        }
        if changes.contains(&Change::Waiting) {
            let rows = desk.waiting();
            self.announce_waiting(&rows);
            self.waiting.set(rows);
        }
        if changes.contains(&Change::List) {
            let rows = desk.list();
            self.announce_mine(&rows);
            self.mine.set(rows);
        }
        // What is made once it is so is not made anew with every change.
        if self.loaded.get_untracked() != desk.loaded() {
            self.loaded.set(desk.loaded());
        }
        let name = self.own_name();
        if name != self.name.get_untracked() {
            self.name.set(name);
        }
    }

    fn announce_waiting(self, rows: &[Waiting]) {
        if !self.loaded.get_untracked() {
            return;
        }
        let is_in = |all: &[Waiting], row: &Waiting| {
            all.iter().any(|one| one.conversation == row.conversation)
        };
        let arrived = self
            .waiting
            .with_untracked(|old| rows.iter().filter(|row| !is_in(old, row)).count());
        let is_own = |row: &Waiting| self.desk().thread(row.conversation).is_some();
        let taken = self
            .waiting
            .with_untracked(|old| old.iter().any(|row| !is_in(rows, row) && !is_own(row)));
        if arrived > 0 {
            self.announcer.say(&inbox::announce_arrived(
                self.t,
                u64::try_from(arrived).unwrap_or(u64::MAX),
            ));
        } else if taken {
            self.announcer.say(inbox::announce_taken(self.t));
        }
    }

    fn announce_mine(self, rows: &[Summary]) {
        if !self.loaded.get_untracked() {
            return;
        }
        let before = |row: &Summary| {
            self.mine.with_untracked(|old| {
                old.iter()
                    .find(|one| one.conversation == row.conversation)
                    .map_or(0, |one| one.unread)
            })
        };
        // What is open is read aloud where it stands.
        let open = window()
            .location()
            .pathname()
            .ok()
            .and_then(|path| Place::read(&path).entry());
        let is_new = |row: &&Summary| row.unread > before(row) && open != Some(row.conversation);
        let more: Vec<_> = rows.iter().filter(is_new).collect();
        match more.as_slice() {
            [] => {}
            [row] => self
                .announcer
                .say(&inbox::announce_message(self.t, &row.other)),
            rows => self.announcer.say(&inbox::announce_messages(
                self.t,
                u64::try_from(rows.len()).unwrap_or(u64::MAX),
            )),
        }
    }
}

/// The office of this workplace.
#[must_use]
pub fn use_office() -> Office {
    expect_context()
}
