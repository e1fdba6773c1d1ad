//! State after events = state fetched afresh, against a small model of the server.

use std::collections::BTreeMap;

use super::*;
use domain::id::{AccountId, AgencyId};
use domain::time::{Day, Timestamp};
use domain::topic::TopicId;
use proptest::prelude::*;

/// What one counsellor could fetch, and the events that led there.
#[derive(Default)]
struct Model {
    rows: BTreeMap<ConversationId, ConversationRow>,
    messages: BTreeMap<ConversationId, Vec<StoredMessage>>,
    inbox: BTreeMap<ConversationId, WaitingEnquiry>,
    events: Vec<Event>,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Arrive(u8),
    Accept(u8, bool),
    Write(u8),
    Rotate(u8),
    Archive(u8),
    Delete(u8),
    Read(u8),
    Mark(u8, bool),
    /// Which message, counted from the first.
    TakeBack(u8, u8),
}

const ME: AccountId = AccountId::from_bytes([1; 16]);
const OTHER: AccountId = AccountId::from_bytes([2; 16]);
const AGENCY: AgencyId = AgencyId::from_bytes([3; 16]);

fn id(which: u8) -> ConversationId {
    ConversationId::from_bytes([which; 16])
}

fn label(conversation: ConversationId, version: u64) -> Blob {
    let mut bytes = vec![0x12, 1];
    bytes.extend_from_slice(conversation.as_bytes());
    bytes.extend_from_slice(&version.to_be_bytes());
    bytes.resize(1090, 0);
    Blob(bytes)
}

fn mark(conversation: ConversationId, account: AccountId, version: u64) -> MemberMark {
    let mut bytes = vec![0x11, 1];
    bytes.extend_from_slice(conversation.as_bytes());
    bytes.extend_from_slice(&[0; 6]);
    bytes.extend_from_slice(&version.to_be_bytes());
    bytes.resize(328, 0);
    MemberMark {
        account,
        mark: Blob(bytes),
    }
}

impl Model {
    fn step(&mut self, step: Step) {
        match step {
            Step::Arrive(which) => self.arrive(id(which)),
            Step::Accept(which, mine) => self.accept(id(which), mine),
            Step::Write(which) => self.write(id(which)),
            Step::Rotate(which) => self.rotate(id(which)),
            Step::Archive(which) => self.archive(id(which)),
            Step::Delete(which) => self.delete(id(which)),
            Step::Read(which) => self.read(id(which)),
            Step::Mark(which, mine) => self.mark(id(which), if mine { ME } else { OTHER }),
            Step::TakeBack(which, at) => self.take_back(id(which), usize::from(at)),
        }
    }

    fn store(&mut self, conversation: ConversationId) -> StoredMessage {
        let messages = self.messages.entry(conversation).or_default();
        let position = u32::try_from(messages.len()).unwrap() + 1;
        let stored = StoredMessage {
            position,
            received: Timestamp(i64::from(position)),
            message: Blob(vec![position as u8]),
        };
        messages.push(stored.clone());
        stored
    }

    fn arrive(&mut self, conversation: ConversationId) {
        if self.messages.contains_key(&conversation) {
            return;
        }
        let messages = vec![self.store(conversation), self.store(conversation)];
        let waiting = WaitingEnquiry {
            conversation,
            agency: AGENCY,
            topic: TopicId(2),
            wish: None,
            received: Timestamp(0),
            epochs: vec![Blob(vec![0])],
            wraps: vec![Blob(vec![0])],
            identities: vec![Blob(vec![0])],
            consents: Vec::new(),
            assigned: None,
            messages,
        };
        self.inbox.insert(conversation, waiting);
        self.events.push(Event::EnquiryArrived {
            conversation,
            agency: AGENCY,
        });
    }

    fn accept(&mut self, conversation: ConversationId, mine: bool) {
        let Some(waiting) = self.inbox.remove(&conversation) else {
            return;
        };
        let by = if mine { ME } else { OTHER };
        self.events.push(Event::EnquiryTaken { conversation, by });
        if !mine {
            return;
        }
        let row = ConversationRow {
            conversation,
            agency: AGENCY,
            topic: waiting.topic,
            state: Stage::Active,
            created: waiting.received,
            epochs: vec![Blob(vec![0]), Blob(vec![1])],
            wraps: vec![],
            identities: vec![],
            opening: waiting.messages[..2].to_vec(),
            newest: waiting.messages.last().cloned(),
            count: u32::try_from(waiting.messages.len()).unwrap(),
            label: None,
            marks: Vec::new(),
            closed: None,
            consents: Vec::new(),
        };
        self.rows.insert(conversation, row);
        self.epoch_event(conversation);
    }

    fn write(&mut self, conversation: ConversationId) {
        if !(self.rows.contains_key(&conversation) || self.inbox.contains_key(&conversation)) {
            return;
        }
        let stored = self.store(conversation);
        let mut state = Stage::Waiting;
        if let Some(row) = self.rows.get_mut(&conversation) {
            row.newest = Some(stored.clone());
            row.count = stored.position;
            row.state = Stage::Active;
            row.closed = None;
            state = row.state;
        }
        if let Some(waiting) = self.inbox.get_mut(&conversation) {
            waiting.messages.push(stored.clone());
        }
        self.events.push(Event::Message {
            conversation,
            state,
            stored,
        });
    }

    /// A deletion is stored, and the message becomes its hash wherever it lies.
    fn take_back(&mut self, conversation: ConversationId, at: usize) {
        let row = self.rows.get(&conversation);
        let state = row.map_or(Stage::Waiting, |row| row.state);
        let known = row.is_some() || self.inbox.contains_key(&conversation);
        let target = self.messages.get(&conversation).and_then(|all| all.get(at));
        let target = target.filter(|one| known && !one.is_tombstone()).cloned();
        let Some(mut stone) = target else { return };
        stone.message = Blob::from(Digest::of(stone.message.as_slice()).as_bytes().to_vec());
        let stored = self.store(conversation);
        self.messages.get_mut(&conversation).unwrap()[at] = stone.clone();
        if let Some(row) = self.rows.get_mut(&conversation) {
            row.newest = Some(stored.clone());
            row.count = stored.position;
            let opening = row.opening.iter_mut();
            let told = opening.filter(|one| one.position == stone.position);
            told.for_each(|one| *one = stone.clone());
        }
        if let Some(waiting) = self.inbox.get_mut(&conversation) {
            waiting.messages[at] = stone.clone();
            waiting.messages.push(stored.clone());
        }
        let event = |stored: &StoredMessage| Event::Message {
            conversation,
            state,
            stored: stored.clone(),
        };
        for told in &mut self.events {
            if matches!(told, Event::Message { conversation: of, stored, .. }
                if *of == conversation && stored.position == stone.position)
            {
                *told = event(&stone);
            }
        }
        self.events.extend([event(&stored), event(&stone)]);
    }

    fn archive(&mut self, conversation: ConversationId) {
        if let Some(row) = self.rows.get_mut(&conversation) {
            (row.state, row.closed) = match row.state {
                Stage::Archived => (Stage::Active, None),
                _ => (Stage::Archived, Some(Day(7))),
            };
            self.events.push(Event::State {
                conversation,
                state: row.state,
            });
        }
    }

    fn delete(&mut self, conversation: ConversationId) {
        let was_row = self.rows.remove(&conversation).is_some();
        if self.inbox.remove(&conversation).is_some() || was_row {
            self.events.push(Event::Gone { conversation });
        }
    }

    fn rotate(&mut self, conversation: ConversationId) {
        if let Some(row) = self.rows.get_mut(&conversation) {
            let number = row.epochs.len() as u8;
            row.epochs.push(Blob(vec![number]));
            self.epoch_event(conversation);
        }
    }

    fn read(&mut self, conversation: ConversationId) {
        if let Some(row) = self.rows.get_mut(&conversation) {
            let version = row.label.as_ref().map_or(0, |label| u64::from(label.0[25]));
            let label = label(conversation, version + 1);
            row.label = Some(label.clone());
            self.events.push(Event::Label {
                conversation,
                label,
            });
        }
    }

    fn mark(&mut self, conversation: ConversationId, account: AccountId) {
        if let Some(row) = self.rows.get_mut(&conversation) {
            let at = row.marks.iter().position(|one| one.account == account);
            let version = at.map_or(0, |at| u64::from(row.marks[at].mark.0[31]));
            let mark = mark(conversation, account, version + 1);
            match at {
                Some(at) => row.marks[at] = mark.clone(),
                None => row.marks.push(mark.clone()),
            }
            row.marks.sort_by_key(|one| one.account);
            self.events.push(Event::Mark { conversation, mark });
        }
    }

    fn epoch_event(&mut self, conversation: ConversationId) {
        self.events.push(Event::Epoch {
            conversation,
            state: self.rows[&conversation].state,
            epoch: Blob(vec![]),
        });
    }

    fn fetch(&self) -> State {
        let mut state = State::default();
        let rows = self.rows.values().cloned().collect();
        state.put_all(rows, self.inbox.values().cloned().collect());
        state
    }

    /// Answers everything that is asked, from what is true now.
    fn answer(&self, state: &mut State) {
        while let Some(need) = state.take_need() {
            match need {
                Need::Inbox => state.put_inbox(self.inbox.values().cloned().collect()),
                Need::Row(conversation) => match self.rows.get(&conversation) {
                    Some(row) => state.put_row(row.clone()),
                    None => {
                        state.forget(conversation);
                        state.ask(Need::Inbox);
                    }
                },
                Need::History(conversation) => {
                    state.put_messages(conversation, self.messages[&conversation].clone());
                }
            }
        }
    }
}

fn rows(state: &State) -> Vec<ConversationRow> {
    state
        .conversations
        .values()
        .map(|held| held.row.clone())
        .collect()
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let which = 10_u8..14;
    let step = prop_oneof![
        2 => which.clone().prop_map(Step::Arrive),
        2 => (which.clone(), any::<bool>()).prop_map(|(which, mine)| Step::Accept(which, mine)),
        4 => which.clone().prop_map(Step::Write),
        1 => which.clone().prop_map(Step::Rotate),
        1 => which.clone().prop_map(Step::Archive),
        1 => which.clone().prop_map(Step::Delete),
        1 => which.clone().prop_map(Step::Read),
        2 => (which.clone(), any::<bool>()).prop_map(|(which, mine)| Step::Mark(which, mine)),
        2 => (which, 0_u8..8).prop_map(|(which, at)| Step::TakeBack(which, at)),
    ];
    proptest::collection::vec(step, 0..60)
}

proptest! {
    /// Answers come late (`lag`: the server is further than the events), and the events after a
    /// fetch may tell what the fetch knew already.
    #[test]
    fn events_lead_where_a_fetch_leads(
        steps in steps(),
        begin in 0_usize..60,
        again in 0_usize..5,
        answers in proptest::collection::vec(any::<bool>(), 200),
    ) {
        let mut model = Model::default();
        let (before, after) = steps.split_at(begin.min(steps.len()));
        before.iter().for_each(|step| model.step(*step));
        let mut state = model.fetch();
        for conversation in model.rows.keys() {
            state.conversations.get_mut(conversation).unwrap().shown = true;
            state.ask(Need::History(*conversation));
        }
        let told = model.events.len().saturating_sub(again);
        after.iter().for_each(|step| model.step(*step));
        for (event, answer) in model.events[told..].iter().zip(answers) {
            apply(&mut state, event.clone());
            if answer {
                model.answer(&mut state);
            }
        }
        model.answer(&mut state);
        let fresh = model.fetch();
        prop_assert_eq!(rows(&state), rows(&fresh));
        prop_assert_eq!(&state.inbox, &fresh.inbox);
        for held in state.conversations.values() {
            let all = &model.messages[&held.row.conversation];
            prop_assert!(held.messages.values().all(|one| all.contains(one)));
            prop_assert!(!held.shown || held.is_complete());
        }
    }
}

fn accepted() -> (Model, State) {
    let mut model = Model::default();
    model.step(Step::Arrive(10));
    model.step(Step::Accept(10, true));
    let state = model.fetch();
    (model, state)
}

#[test]
fn an_inbox_from_before_the_own_acceptance_shadows_nothing() {
    let mut before = Model::default();
    before.step(Step::Arrive(10));
    let (mut model, mut state) = accepted();
    state.put_inbox(before.inbox.values().cloned().collect());
    assert!(state.inbox.is_empty());
    model.step(Step::Write(10));
    apply(&mut state, model.events.last().unwrap().clone());
    assert_eq!(state.conversations.get(&id(10)).unwrap().messages.len(), 3);
}

#[test]
fn what_is_asked_while_everything_is_fetched_is_still_asked() {
    let (model, mut state) = accepted();
    state.ask(Need::Row(id(11)));
    state.put_all(model.rows.values().cloned().collect(), Vec::new());
    assert_eq!(state.take_need(), Some(Need::Row(id(11))));
    assert_eq!(state.take_need(), None);
}

#[test]
fn places_are_counted_from_one_and_keep_what_came_first() {
    let (_, mut state) = accepted();
    let stored = |position, byte| StoredMessage {
        position,
        received: Timestamp(0),
        message: Blob(vec![byte]),
    };
    state.put_messages(id(10), vec![stored(0, 9), stored(1, 9), stored(2, 2)]);
    let held = state.conversations.get(&id(10)).unwrap();
    assert_eq!(held.contiguous(), 2);
    assert_eq!(held.messages.get(&1).unwrap().message, Blob(vec![1]));
    assert!(held.replaced.iter().eq(&[1]));
}

/// What was taken back does not come again, however it is told; another hash is another message.
#[test]
fn a_tombstone_stays() {
    let (mut model, mut state) = accepted();
    let whole = model.messages[&id(10)][1].clone();
    model.step(Step::TakeBack(10, 1));
    state.put_row(model.rows[&id(10)].clone());
    let stone = model.messages[&id(10)][1].clone();
    state.put_messages(id(10), vec![whole.clone()]);
    let mut old = model.rows[&id(10)].clone();
    old.opening[1] = whole;
    state.put_row(old);
    let mut other = stone.clone();
    other.message = Blob(vec![9; 32]);
    assert_eq!(rows(&state), rows(&model.fetch()));
    state.put_messages(id(10), vec![other]);
    let held = state.conversations.get(&id(10)).unwrap();
    assert_eq!(held.messages.get(&2), Some(&stone));
    assert_eq!(held.row.opening[1], stone);
    assert!(held.replaced.iter().eq(&[2]));
}

#[test]
fn a_label_of_a_lower_version_changes_nothing() {
    let mut model = Model::default();
    for step in [
        Step::Arrive(10),
        Step::Accept(10, true),
        Step::Read(10),
        Step::Read(10),
    ] {
        model.step(step);
    }
    let mut state = model.fetch();
    let conversation = id(10);
    apply(
        &mut state,
        Event::Label {
            conversation,
            label: label(conversation, 1),
        },
    );
    assert_eq!(rows(&state), rows(&model.fetch()));
}

#[test]
fn a_row_with_older_marks_and_label_takes_nothing_back() {
    let (mut model, _) = accepted();
    for step in [Step::Read(10), Step::Mark(10, false)] {
        model.step(step);
    }
    let old = model.rows[&id(10)].clone();
    for step in [Step::Read(10), Step::Mark(10, false), Step::Mark(10, true)] {
        model.step(step);
    }
    let mut state = model.fetch();
    let before = rows(&state);
    let mut none = old.clone();
    (none.label, none.marks) = (None, Vec::new());
    for row in [old, none] {
        state.put_row(row);
        assert_eq!(rows(&state), before);
    }
    let mark = mark(id(10), OTHER, 1);
    apply(
        &mut state,
        Event::Mark {
            conversation: id(10),
            mark,
        },
    );
    assert_eq!(rows(&state), before);
}
