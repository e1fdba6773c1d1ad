//! What honest and forged amendments make of a conversation.

use super::*;
use crate::conversation::about::About;
use crate::conversation::chains;
use domain::Blob;
use domain::id::AccountId;
use domain::time::{HOUR, MINUTE, Minute, Timestamp};
use proptest::prelude::*;

const ANNA: u8 = 1;
const BERT: u8 = 2;

/// A conversation as its server keeps it, and what a tab that was there all along has opened.
#[derive(Default)]
struct Talk {
    stored: Vec<StoredMessage>,
    /// What was stored, as its readers open it.
    said: Vec<Read>,
    live: Opened,
}

impl Talk {
    fn put(&mut self, by: u8, kind: ContentType, about: Option<u32>, text: &str) -> u32 {
        let at = u32::try_from(self.said.len()).unwrap() + 1;
        let own: Vec<_> = self
            .said
            .iter()
            .filter(|read| read.sender == id(by))
            .collect();
        let seen = self.said.iter().rev().find(|read| read.sender != id(by));
        let read = Read {
            id: MessageId::from_bytes([at as u8; 16]),
            digest: Digest::of(&[at as u8]),
            epoch: 0,
            sender: id(by),
            own: by == ANNA,
            chain: [by; 8],
            seq: u32::try_from(own.len()).unwrap(),
            prev_own: own.last().map_or(Digest::ZERO, |read| read.digest),
            seen: seen.map_or(Digest::ZERO, |read| read.digest),
            sent: Minute(u64::from(at)),
            kind,
            body: Body::Text(text.to_owned()),
            about: about.and_then(|at| self.read(at).name()),
            gone: Vec::new(),
        };
        self.store(read)
    }

    fn store(&mut self, read: Read) -> u32 {
        let at = u32::try_from(self.said.len()).unwrap() + 1;
        self.stored.push(StoredMessage {
            position: at,
            received: Timestamp(i64::from(at) * MINUTE),
            message: Blob(vec![at as u8]),
        });
        self.live.insert(at, Ok(read.clone()));
        self.said.push(read);
        at
    }

    fn read(&self, at: u32) -> &Read {
        &self.said[at as usize - 1]
    }

    /// As an honest author does: the message and its changes.
    fn delete(&mut self, by: u8, target: u32) -> u32 {
        let name = self.read(target).name();
        let changes = |read: &&Read| {
            read.kind == ContentType::EDIT && read.about == name && read.sender == id(by)
        };
        let edits = self.said.iter().filter(changes);
        let all = std::iter::once(self.read(target)).chain(edits);
        let gone: Vec<_> = all.map(Gone::of).collect();
        let stones: Vec<_> = gone.iter().map(|gone| gone.digest).collect();
        let at = self.put(by, ContentType::DELETE, Some(target), "");
        self.said[at as usize - 1].gone = gone;
        self.live.insert(at, Ok(self.read(at).clone()));
        self.look();
        for digest in stones {
            let at = self.said.iter().position(|read| read.digest == digest);
            self.stored[at.unwrap()].message = Blob(digest.as_bytes().to_vec());
        }
        at
    }

    fn look(&mut self) -> Map<u32, u32> {
        amend(&self.stored.iter().collect::<Vec<_>>(), &mut self.live)
    }

    /// A tab that comes later.
    fn afresh(&self) -> (Opened, Map<u32, u32>) {
        let whole = self.stored.iter().filter(|stored| !stored.is_tombstone());
        let mut opened = whole
            .map(|stored| (stored.position, Ok(self.read(stored.position).clone())))
            .collect();
        let edits = amend(&self.stored.iter().collect::<Vec<_>>(), &mut opened);
        (opened, edits)
    }
}

fn id(by: u8) -> AccountId {
    AccountId::from_bytes([by; 16])
}

fn body(opened: &Opened, at: u32) -> &Body {
    &opened.get(&at).unwrap().as_ref().unwrap().body
}

fn alerts(opened: &Opened) -> usize {
    let read = opened
        .iter()
        .filter_map(|(at, read)| Some((*at, read.as_ref().ok()?)));
    chains::check(read, u32::MAX).len()
}

/// What is shown, and by what it was amended.
fn shown(opened: &Opened, edits: &Map<u32, u32>) -> Vec<(u32, bool, AccountId, Body, u64)> {
    let all = opened.iter().map(|(at, read)| {
        let read = read.as_ref().unwrap();
        let edit = edits
            .get(at)
            .map(|at| opened.get(at).unwrap().as_ref().unwrap());
        let body = edit.unwrap_or(read).body.clone();
        (*at, read.is_quiet(), read.sender, body, read.sent.0)
    });
    all.collect()
}

#[test]
fn the_newest_change_wins_and_a_deletion_ends_it() {
    let mut talk = Talk::default();
    let first = talk.put(ANNA, ContentType::TEXT, None, "eins");
    let edit = talk.put(ANNA, ContentType::EDIT, Some(first), "zwei");
    let newest = talk.put(ANNA, ContentType::EDIT, Some(first), "drei");
    assert_eq!(talk.look().get(&first), Some(&newest));
    // In the other order, as a server may give them, the chain decides.
    let mut swapped = talk.live.clone();
    let older = swapped.insert(newest, Ok(talk.read(edit).clone()));
    swapped.insert(edit, older.unwrap());
    let stored: Vec<_> = talk.stored.iter().collect();
    assert_eq!(amend(&stored, &mut swapped).get(&first), Some(&edit));
    // An old one once more counts once, whoever wrote in between.
    let again = talk.read(edit).clone();
    talk.store(again);
    assert_eq!(talk.look().get(&first), Some(&newest));
    assert_eq!(alerts(&talk.live), 1);
    let mut talk = Talk::default();
    let first = talk.put(ANNA, ContentType::TEXT, None, "eins");
    talk.put(ANNA, ContentType::EDIT, Some(first), "zwei");
    talk.delete(ANNA, first);
    // A change that comes too late, from another tab.
    talk.put(ANNA, ContentType::EDIT, Some(first), "drei");
    assert_eq!(talk.look().iter().len(), 0);
    assert_eq!(body(&talk.live, first), &Body::Deleted);
    let (opened, edits) = talk.afresh();
    assert_eq!(shown(&opened, &edits), shown(&talk.live, &edits));
    assert_eq!((alerts(&opened), alerts(&talk.live)), (0, 0));
}

#[test]
fn only_the_author_amends() {
    let mut talk = Talk::default();
    let first = talk.put(ANNA, ContentType::TEXT, None, "eins");
    let deletion = talk.put(BERT, ContentType::DELETE, Some(first), "");
    let edit = talk.put(BERT, ContentType::EDIT, Some(first), "anders");
    let Some(Ok(read)) = talk.live.get_mut(&deletion) else {
        panic!()
    };
    read.gone = vec![Gone::of(&talk.said[0])];
    assert_eq!(talk.look().iter().len(), 0);
    assert_eq!(body(&talk.live, first), &Body::Text("eins".to_owned()));
    for forged in [deletion, edit] {
        let refused = Body::Unverified(Untrusted::Message);
        assert_eq!(body(&talk.live, forged), &refused);
        assert!(!talk.live.get(&forged).unwrap().as_ref().unwrap().is_quiet());
    }
}

/// With the server's help somebody else's message can be made to look taken back on a device that
/// never saw it; the author's next message tells.
#[test]
fn anothers_tombstone_breaks_the_chain() {
    let mut talk = Talk::default();
    let first = talk.put(ANNA, ContentType::TEXT, None, "eins");
    let deletion = talk.put(BERT, ContentType::DELETE, Some(first), "");
    let gone = vec![Gone::of(talk.read(first))];
    talk.said[deletion as usize - 1].gone = gone;
    let digest = talk.read(first).digest;
    talk.stored[0].message = Blob(digest.as_bytes().to_vec());
    talk.put(ANNA, ContentType::TEXT, None, "zwei");
    let (opened, _) = talk.afresh();
    assert_ne!(alerts(&opened), 0);
}

#[test]
fn another_hash_is_not_taken_back() {
    let mut talk = Talk::default();
    let first = talk.put(ANNA, ContentType::TEXT, None, "eins");
    talk.delete(ANNA, first);
    talk.stored[0].message = Blob(vec![7; 32]);
    let (opened, _) = talk.afresh();
    assert!(opened.get(&first).is_none());
    assert_ne!(alerts(&opened), 0);
}

#[test]
fn what_changes_a_message_much_later_is_not_believed() {
    for (said, came, believed) in [
        (10 * MINUTE, 10 * MINUTE, true),
        (23 * HOUR, 40 * HOUR, true),
        (25 * HOUR, HOUR, false),
        // The author's clock says what it likes, the server's does not.
        (MINUTE, 49 * HOUR, false),
    ] {
        let mut talk = Talk::default();
        let first = talk.put(ANNA, ContentType::TEXT, None, "eins");
        let edit = talk.put(ANNA, ContentType::EDIT, Some(first), "zwei");
        let Some(Ok(read)) = talk.live.get_mut(&edit) else {
            panic!()
        };
        read.sent = Minute(1 + u64::try_from(said / MINUTE).unwrap());
        talk.stored[1].received = talk.stored[0].received.plus(came);
        assert_eq!(talk.look().get(&first).is_some(), believed, "{said} {came}");
    }
}

#[test]
fn contents_read_as_they_were_written() {
    // The golden vectors are what this program makes.
    let golden = include_str!("../../../../crypto/tests/vectors/golden.json");
    let golden: serde_json::Value = serde_json::from_str(golden).unwrap();
    for (name, kind) in [
        ("reply", ContentType::REPLY),
        ("edit", ContentType::EDIT),
        ("delete", ContentType::DELETE),
    ] {
        let body = golden["objects"][format!("body of {name}")]
            .as_str()
            .unwrap();
        let digits = body
            .as_bytes()
            .chunks(2)
            .map(|two| std::str::from_utf8(two).unwrap());
        let body: Vec<_> = digits
            .map(|two| u8::from_str_radix(two, 16).unwrap())
            .collect();
        assert_eq!(About::read(kind, &body).unwrap().write(), body);
    }
    let gone = Gone {
        id: MessageId::from_bytes([1; 16]),
        digest: Digest::from_bytes([2; 32]),
        epoch: 3,
        chain: [4; 8],
        seq: 5,
        prev_own: Digest::from_bytes([6; 32]),
        sent: Minute(7),
    };
    let about = |text: &str, gone| About {
        target: MessageId::from_bytes([1; 16]),
        hash: Digest::from_bytes([2; 32]),
        text: text.to_owned(),
        gone,
    };
    let reply = about("\"So\"\n🌿", Vec::new()).write();
    let name =
        r#""target":"AQEBAQEBAQEBAQEBAQEBAQ","hash":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI""#;
    assert_eq!(
        reply,
        format!(r#"{{{name},"text":"\"So\"\n🌿"}}"#).into_bytes()
    );
    assert_eq!(
        About::read(ContentType::REPLY, &reply).unwrap().text,
        "\"So\"\n🌿"
    );
    let deletion = about("", vec![gone.clone(), gone.clone()]).write();
    let read = About::read(ContentType::DELETE, &deletion).unwrap();
    assert_eq!(read.gone, [gone.clone(), gone.clone()]);
    // A deletion names what it takes back, and nothing else does.
    assert!(About::read(ContentType::EDIT, &deletion).is_none());
    assert!(About::read(ContentType::DELETE, &reply).is_none());
    let mut other = gone;
    other.digest = Digest::ZERO;
    let wrong = about("", vec![other]).write();
    assert!(About::read(ContentType::DELETE, &wrong).is_none());
    for cut in 0..deletion.len() {
        assert!(About::read(ContentType::DELETE, &deletion[..cut]).is_none());
    }
}

proptest! {
    /// A tab that saw everything and one that comes when ciphertexts are gone show the same, and
    /// nothing is missing in either.
    #[test]
    fn whoever_comes_later_sees_the_same(
        steps in proptest::collection::vec((any::<bool>(), 0_u8..4, 0_usize..40), 1..40),
    ) {
        let mut talk = Talk::default();
        for (anna, what, which) in steps {
            let by = if anna { ANNA } else { BERT };
            let own = (1..).zip(&talk.said).filter(|(at, read)| {
                let is_there = body(&talk.live, *at) != &Body::Deleted;
                read.sender == id(by) && read.is_said() && is_there
            });
            let own: Vec<u32> = own.map(|(at, _)| at).collect();
            let target = own.get(which % own.len().max(1)).copied();
            let any = u32::try_from(which % talk.said.len().max(1)).unwrap() + 1;
            match (what, target) {
                (1, Some(target)) => drop(talk.put(by, ContentType::EDIT, Some(target), "neu")),
                (2, Some(target)) => drop(talk.delete(by, target)),
                (3, Some(_)) => drop(talk.put(by, ContentType::REPLY, Some(any), "so")),
                _ => drop(talk.put(by, ContentType::TEXT, None, "text")),
            }
            let edits = talk.look();
            let (opened, afresh) = talk.afresh();
            prop_assert_eq!(shown(&talk.live, &edits), shown(&opened, &afresh));
            prop_assert_eq!((alerts(&talk.live), alerts(&opened)), (0, 0));
        }
    }
}
