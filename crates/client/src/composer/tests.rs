//! Nothing that is written is lost, and it opens for its author in its place only.

use super::*;
use crate::sample::world::{Fake, Tab, session};
use crate::world::TabStorage as _;
use proptest::prelude::*;
use std::rc::Rc;

const WHERE: ConversationId = ConversationId::from_bytes([4; 16]);
const ELSEWHERE: ConversationId = ConversationId::from_bytes([5; 16]);

fn tab_of(who: u8, tab: &Rc<Tab>) -> Session<Fake> {
    session(&Rc::default(), tab, who)
}

#[test]
fn what_is_being_written_survives_a_reload_as_ciphertext() {
    let tab = Rc::default();
    keep(&tab_of(1, &tab), WHERE, "ein halber Satz").unwrap();
    keep(&tab_of(1, &tab), ELSEWHERE, "ein anderer").unwrap();
    let kept = |what| tab.0.borrow().values().any(|value| value.contains(what));
    assert!(!kept("Satz") && !kept("anderer"));
    let again = tab_of(1, &tab);
    assert_eq!(load(&again, WHERE).text(), "ein halber Satz");
    keep(&again, WHERE, "").unwrap();
    assert_eq!(load(&again, WHERE).text(), "");
    assert_eq!(load(&again, ELSEWHERE).text(), "ein anderer");
    assert_eq!(tab.0.borrow().len(), 1);
}

#[test]
fn it_opens_for_its_account_and_conversation_only() {
    let tab = Rc::default();
    let own = tab_of(1, &tab);
    keep(&own, WHERE, "nur hier").unwrap();
    assert_eq!(load(&tab_of(2, &tab), WHERE).text(), "");
    let sealed = tab.get(&name(WHERE)).unwrap();
    tab.set(&name(ELSEWHERE), &sealed);
    assert_eq!(load(&own, ELSEWHERE).text(), "");
    tab.set(&name(WHERE), "kein Chiffrat");
    assert_eq!(load(&own, WHERE).text(), "");
}

#[test]
fn what_does_not_fit_replaces_nothing() {
    let tab = Rc::default();
    let own = tab_of(1, &tab);
    let longest = "x".repeat(crate::conversation::TEXT_MAX);
    keep(&own, WHERE, &longest).unwrap();
    let refused = keep(&own, WHERE, &"x".repeat(40_000));
    assert_eq!(refused, Err(Error::TooLong));
    assert_eq!(load(&own, WHERE).text(), longest);
}

/// A server of one draft, as it compares and swaps.
#[derive(Default)]
struct Kept(Option<Blob>);

impl Kept {
    fn swap(&mut self, new: Blob) -> bool {
        let version = |blob: &Blob| Draft::decode(blob.as_slice()).unwrap().version();
        let fits = self.0.as_ref().map_or(0, version) + 1 == version(&new);
        if fits {
            self.0 = Some(new);
        }
        fits
    }

    /// A save as the desk does it; `lost`: the answer does not come.
    fn save(&mut self, session: &Session<Fake>, writing: &mut Writing, lost: bool) {
        for _ in 0..3 {
            let Some(draft) = writing.next(session, WHERE).unwrap() else {
                return;
            };
            if !self.swap(draft.clone()) {
                writing.take(session, WHERE, self.0.as_ref()).unwrap();
            } else if lost {
                return;
            } else {
                writing.saved(&draft);
            }
        }
    }
}

fn device() -> (Session<Fake>, Writing) {
    (tab_of(1, &Rc::default()), Writing::default())
}

#[test]
fn another_device_goes_on_where_one_stopped() {
    let mut server = Kept::default();
    let ((one, mut here), (other, mut there)) = (device(), device());
    here.take(&one, WHERE, None).unwrap();
    here.set("Ich wollte");
    server.save(&one, &mut here, false);
    assert!(here.is_saved());
    there.take(&other, WHERE, server.0.as_ref()).unwrap();
    assert_eq!((there.text(), there.turn), ("Ich wollte", 1));
    there.set("Wollte ich");
    server.save(&other, &mut there, false);
    // Unchanged here: what was changed there counts.
    here.take(&one, WHERE, server.0.as_ref()).unwrap();
    assert_eq!((here.text(), here.elsewhere().len()), ("Wollte ich", 0));
    // Sent there: empty here, too.
    there.set("");
    server.save(&other, &mut there, false);
    here.take(&one, WHERE, server.0.as_ref()).unwrap();
    assert!(here.is_empty() && here.is_saved());
}

#[test]
fn two_who_write_at_once_keep_both_until_one_chooses() {
    for (choice, becomes) in [
        (Choice::Here, "von dort"),
        (Choice::Elsewhere, "von hier"),
        (Choice::Both, "von dort\n\nvon hier"),
    ] {
        let mut server = Kept::default();
        let ((one, mut here), (other, mut there)) = (device(), device());
        here.set("von hier");
        there.set("von dort");
        server.save(&one, &mut here, false);
        server.save(&other, &mut there, false);
        assert_eq!(there.text(), "von dort");
        assert_eq!(there.elsewhere(), ["von hier"]);
        assert!(there.is_saved());
        // A third device, or this one after its tab was closed, has both.
        let (third, mut fresh) = device();
        fresh.take(&third, WHERE, server.0.as_ref()).unwrap();
        assert_eq!(fresh.texts, ["von dort", "von hier"]);
        there.settle(choice);
        assert_eq!((there.text(), there.elsewhere().len()), (becomes, 0));
        server.save(&other, &mut there, false);
        here.take(&one, WHERE, server.0.as_ref()).unwrap();
        assert_eq!((here.text(), here.elsewhere().len()), (becomes, 0));
    }
}

/// A tab that was left behind with what is saved, and is loaded again.
#[test]
fn after_a_reload_what_was_saved_gives_way_to_what_was_changed_elsewhere() {
    let mut server = Kept::default();
    let tab = Rc::default();
    let (one, (other, mut there)) = (tab_of(1, &tab), device());
    let mut here = Writing::default();
    here.set("am Schreibtisch");
    server.save(&one, &mut here, false);
    here.keep(&one, WHERE).unwrap();
    there.take(&other, WHERE, server.0.as_ref()).unwrap();
    there.set("am Telefon");
    server.save(&other, &mut there, false);
    let mut again = load(&one, WHERE);
    assert_eq!(again.text(), "am Schreibtisch");
    again.take(&one, WHERE, server.0.as_ref()).unwrap();
    assert_eq!((again.text(), again.elsewhere().len()), ("am Telefon", 0));
}

#[test]
fn a_lost_answer_is_no_conflict() {
    let mut server = Kept::default();
    let (one, mut here) = device();
    here.set("ein Satz");
    server.save(&one, &mut here, true);
    assert!(!here.is_saved());
    // Changed in the middle meanwhile.
    here.set("ein langer Satz");
    server.save(&one, &mut here, false);
    assert_eq!(
        (here.text(), here.elsewhere().len()),
        ("ein langer Satz", 0)
    );
    assert!(here.is_saved());
}

#[test]
fn an_older_draft_or_none_at_all_is_refused() {
    let mut server = Kept::default();
    let (one, mut here) = device();
    here.set("erst");
    server.save(&one, &mut here, false);
    let old = server.0.clone();
    here.set("dann");
    server.save(&one, &mut here, false);
    let newest = server.0.clone();
    for told in [old.as_ref(), None, Some(&Blob::from(vec![1; 40]))] {
        let mut here = here.clone();
        here.take(&one, WHERE, told).unwrap();
        assert_eq!((here.text(), here.unverified), ("dann", true));
        here.set("später");
        assert_eq!(here.next(&one, WHERE).unwrap(), None);
        // Honest again.
        here.take(&one, WHERE, newest.as_ref()).unwrap();
        assert_eq!((here.text(), here.unverified), ("später", false));
        assert!(here.next(&one, WHERE).unwrap().is_some());
    }
}

#[test]
fn a_foreign_draft_is_not_shown_and_takes_nothing_away() {
    let stranger = tab_of(2, &Rc::default());
    let (one, mut here) = device();
    let mut foreign = Writing::default();
    foreign.set("fremd");
    let theirs = foreign.next(&stranger, WHERE).unwrap().unwrap();
    let elsewhere = foreign.seal(&one, ELSEWHERE, 1, TAG).unwrap();
    here.set("meins");
    for told in [theirs, Blob::from(elsewhere.as_bytes())] {
        here.take(&one, WHERE, Some(&told)).unwrap();
        assert_eq!((here.text(), here.elsewhere().len()), ("meins", 0));
        assert!(here.unverified);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Type(usize, String),
    Save(usize, bool),
    Look(usize),
    Reload(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = || 0_usize..3;
    let step = prop_oneof![
        3 => (who(), "[ab]{1,3}").prop_map(|(who, text)| Step::Type(who, text)),
        2 => (who(), any::<bool>()).prop_map(|(who, lost)| Step::Save(who, lost)),
        1 => who().prop_map(Step::Look),
        1 => who().prop_map(Step::Reload),
    ];
    proptest::collection::vec(step, 1..30)
}

proptest! {
    /// Three devices type, save, look and reload in any order: whatever stood in a field last is
    /// in the end on the server, in whole or as the beginning of what stands there.
    #[test]
    fn what_stood_in_a_field_is_kept(steps in steps()) {
        let mut server = Kept::default();
        let tabs: Vec<Rc<Tab>> = (0..3).map(|_| Rc::default()).collect();
        let own: Vec<_> = tabs.iter().map(|tab| tab_of(1, tab)).collect();
        let mut all = vec![Writing::default(); 3];
        for step in steps {
            match step {
                Step::Type(who, more) => {
                    let text = format!("{}{more}", all[who].text());
                    all[who].set(&text);
                    all[who].keep(&own[who], WHERE).unwrap();
                }
                Step::Save(who, lost) => {
                    server.save(&own[who], &mut all[who], lost);
                    all[who].keep(&own[who], WHERE).unwrap();
                }
                Step::Look(who) => all[who].take(&own[who], WHERE, server.0.as_ref()).unwrap(),
                Step::Reload(who) => all[who] = load(&own[who], WHERE),
            }
        }
        let fields: Vec<_> = all.iter().map(|one| one.text().to_owned()).collect();
        for _ in 0..2 {
            for (own, one) in own.iter().zip(&mut all) {
                one.take(own, WHERE, server.0.as_ref()).unwrap();
                server.save(own, one, false);
            }
        }
        let (session, mut fresh) = device();
        fresh.take(&session, WHERE, server.0.as_ref()).unwrap();
        for field in fields.into_iter().filter(|field| !field.is_empty()) {
            let kept = fresh.texts.iter().any(|text| text.starts_with(&field));
            prop_assert!(kept, "{field:?} is not in {:?}", fresh.texts);
        }
    }
}
