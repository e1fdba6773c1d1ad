//! Offline schedules: an own device whose network is cut, whose tabs are killed and opened again,
//! whose answers are lost, at random, before the real server. Nothing is lost, nothing is doubled.
//!
//! A schedule is told by its number: `SCHEDULE=17` runs only that one.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use client::conversation::Body;
use client::desk::{Connection, Desk, Seeker, Side, Staff};
use client::worker::{Unstretched, answer_with};
use client::{Client, device, registration};
use domain::account::SignInFinish;
use domain::conversation::{ListConversations, LoadHistory, SendMessage};
use domain::id::ConversationId;
use harness::lying::Lying;
use harness::net::Net;
use harness::person::Device;
use tokio::task::JoinHandle;

use crate::device::reopened;
use crate::support::{Machine, NewSeeker, Served, desk, new_draft, register, run, staff};

/// People, each with an own device, and schedules of each.
const SHORT: (u64, u64) = (5, 10);
const LONG: (u64, u64) = (40, 25);

/// Steps of a schedule.
const STEPS: u64 = 12;

/// Numbers that look random: splitmix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }
}

/// Argon2id once for each device: the same question has the same answer.
fn worker(question: &[u8]) -> Vec<u8> {
    static KNOWN: Mutex<Option<HashMap<Vec<u8>, Vec<u8>>>> = Mutex::new(None);
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let before = known().as_ref().and_then(|all| all.get(question).cloned());
    before.unwrap_or_else(|| {
        let answer = answer_with::<Unstretched>(question);
        let mut all = known();
        all.get_or_insert_default()
            .insert(question.to_vec(), answer.clone());
        answer
    })
}

/// An open tab of the device.
struct Tab {
    client: Client<Machine>,
    desk: Desk<Machine, Seeker>,
    running: JoinHandle<()>,
}

impl Tab {
    /// From one moment to the next; what was being written to the disk may or may not count.
    fn kill(self) -> Client<Machine> {
        self.running.abort();
        self.client
    }
}

/// A person, their device, and what must be there in the end.
struct Walk<'a> {
    served: &'a Served,
    person: NewSeeker,
    hannah: Desk<Machine, Staff>,
    tabs: Vec<Tab>,
    cut: Cell<bool>,
    /// Written, and kept by the device: has to arrive.
    kept: BTreeSet<String>,
    /// Written; whoever was killed too soon may have lost it.
    written: BTreeSet<String>,
    /// Said by the other side.
    heard: BTreeSet<String>,
}

impl Walk<'_> {
    fn id(&self) -> ConversationId {
        self.person.conversation
    }

    /// Opens one more tab, by the password alone.
    async fn open(&mut self) {
        let client = reopened(self.served, &self.person.client);
        client.world().net().inner().cut(self.cut.get());
        client.world().disk().slow(2);
        let session = device::unlock(&client, self.person.password.clone()).await;
        let desk = Desk::open(session.unwrap(), |_| {});
        let running = tokio::task::spawn_local(desk.clone().run());
        // Somebody who writes sees the conversation first.
        while desk.thread(self.id()).is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.tabs.push(Tab {
            client,
            desk,
            running,
        });
    }

    /// One step of a schedule.
    async fn step(&mut self, dice: &mut Dice, name: &str) {
        let id = self.id();
        let at = usize::try_from(dice.below(self.tabs.len() as u64)).unwrap();
        let tab = &self.tabs[at];
        let net = tab.client.world().net();
        match dice.below(16) {
            0..=4 => {
                let text = format!("{name} ich");
                // What cannot be written in this moment nobody has written.
                if tab.desk.send(id, &text).is_ok() {
                    self.written.insert(text.clone());
                    if dice.below(4) > 0 {
                        tab.desk.kept().await.unwrap();
                        self.kept.insert(text);
                    }
                }
            }
            5 | 6 => {
                let text = format!("{name} sie");
                self.hannah.send(id, &text).unwrap();
                self.hannah.flush().await.unwrap();
                self.heard.insert(text);
            }
            7 | 8 => self.connect(!self.cut.get()),
            9 => net.lose::<SendMessage>(1),
            10 => net.lose::<SignInFinish>(1),
            11 => {
                net.lose::<ListConversations>(1);
                net.lose::<LoadHistory>(1);
            }
            12 if self.tabs.len() == 1 => self.open().await,
            12..=14 => {
                self.tabs.remove(at).kill();
                if self.tabs.is_empty() {
                    self.open().await;
                }
            }
            _ => tab.desk.nudge(),
        }
        tokio::time::sleep(Duration::from_millis(dice.below(60))).await;
    }

    fn connect(&self, cut: bool) {
        self.cut.set(cut);
        for tab in &self.tabs {
            tab.client.world().net().inner().cut(cut);
            if !cut {
                tab.desk.nudge();
            }
        }
    }

    /// Everything is mended; in the end both sides have the same, each once.
    async fn end(&mut self, name: &str) {
        self.connect(false);
        for tab in self.tabs.drain(..) {
            tab.kill();
        }
        self.open().await;
        let own = self.tabs[0].desk.clone();
        let id = self.id();
        own.show(id).await.ok();
        let mut tries = 0;
        loop {
            let waits = own.list().first().map_or(1, |one| one.being_sent);
            let live = own.connection() == Connection::Live;
            let all = count(&own, id);
            if waits == 0 && live && self.heard.iter().all(|text| all.contains_key(text)) {
                break;
            }
            tries += 1;
            assert!(
                tries < 600,
                "{name}: {waits} wait, {:?}, {:?}",
                own.connection(),
                own.refused()
            );
            if tries % 20 == 0 {
                own.nudge();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        own.show(id).await.unwrap();
        self.hannah.refresh().await.unwrap();
        self.hannah.show(id).await.unwrap();
        let (here, there) = (count(&own, id), count(&self.hannah, id));
        for text in self.kept.iter().chain(&self.heard) {
            assert_eq!(here.get(text), Some(&1), "{name}: here, {text}");
            assert_eq!(there.get(text), Some(&1), "{name}: there, {text}");
        }
        for text in &self.written {
            assert!(
                here.get(text).is_none_or(|times| *times == 1),
                "{name}: {text} twice"
            );
            assert_eq!(here.get(text), there.get(text), "{name}: {text}");
        }
        assert_eq!(own.thread(id).unwrap().alerts, [], "{name}: here");
        assert_eq!(self.hannah.thread(id).unwrap().alerts, [], "{name}: there");
    }
}

/// How often each text stands in a conversation.
fn count<S: Side>(desk: &Desk<Machine, S>, id: ConversationId) -> BTreeMap<String, u32> {
    let mut all = BTreeMap::new();
    for item in desk
        .thread(id)
        .map(|thread| thread.items)
        .unwrap_or_default()
    {
        if let (Body::Text(text), Some(_)) = (item.body, item.position) {
            *all.entry(text).or_default() += 1;
        }
    }
    all
}

/// Somebody with an own device, in a conversation with Hannah.
async fn begin<'a>(served: &'a Served, hannah: &Desk<Machine, Staff>) -> Walk<'a> {
    let device = Device::new(Lying::new(Net::new(&served.authority))).with_worker(worker);
    let draft = new_draft(&Client::new(device, served.platform), None, "Hallo.").await;
    let name = draft.form().user_name;
    let session = register(&draft).await.unwrap();
    let id = registration::submit(&draft, &session).await.unwrap();
    let person = NewSeeker::new(&name, session, id);
    hannah.refresh().await.unwrap();
    hannah.accept(id, None).await.unwrap();
    hannah.show(id).await.unwrap();
    let own = desk::<Seeker>(&person.session).await;
    own.own_device(person.password.clone()).await.unwrap();
    Walk {
        served,
        person,
        hannah: hannah.clone(),
        tabs: Vec::new(),
        cut: Cell::new(false),
        kept: BTreeSet::new(),
        written: BTreeSet::new(),
        heard: BTreeSet::new(),
    }
}

async fn walk(served: Arc<Served>, hannah: Desk<Machine, Staff>, numbers: Vec<u64>) {
    let mut walk = begin(&served, &hannah).await;
    walk.open().await;
    for number in numbers {
        let mut dice = Dice(number);
        for step in 0..STEPS {
            walk.step(&mut dice, &format!("{number}.{step}")).await;
        }
        walk.end(&format!("schedule {number}")).await;
    }
}

#[test]
fn whatever_happens_nothing_is_lost_and_nothing_doubled() {
    let served = Served::get();
    let long = std::env::var("BEISTAND_LONG").is_ok_and(|long| long == "1");
    let only = std::env::var("SCHEDULE").ok();
    let only = only.map(|number| number.parse::<u64>().unwrap());
    let (people, each) = if long { LONG } else { SHORT };
    run(async {
        let (_, session) = staff(&served, "hannah.brandt").await;
        let hannah = desk::<Staff>(&session).await;
        let mut all = tokio::task::JoinSet::new();
        let mut numbers = (0..people)
            .map(|person| (person * each..(person + 1) * each).collect())
            .collect::<Vec<Vec<u64>>>();
        if let Some(only) = only {
            numbers = vec![vec![only]];
        }
        // So many at a time that the machine is busy and not the clock.
        for some in numbers.chunks(5) {
            for numbers in some {
                all.spawn_local(walk(Arc::clone(&served), hannah.clone(), numbers.clone()));
            }
            while let Some(walked) = all.join_next().await {
                walked.unwrap();
            }
        }
    });
}
