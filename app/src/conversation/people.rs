//! Who can read a conversation, by verified names; and the words by which people compare whom they have before them.

use std::rc::Rc;

use client::conversation::{Compared, Person, Reader, Role, Seen};
use domain::id::AccountId;
use domain::words::Words;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::moment;
use crate::account::offer;
use crate::reactive::StoredValue;
use crate::texts::{self, Texts, handover};
use crate::writing::dom::{add, set};

/// What a member does, in words.
#[must_use]
pub fn role_words(t: Texts, role: Role) -> &'static str {
    match role {
        Role::Seeker => texts::conversation::role_seeker(t),
        Role::Inbox => texts::conversation::role_inbox(t),
        Role::Counsellor | Role::CoCounsellor | Role::Moderator => {
            texts::conversation::role_counsellor(t)
        }
        Role::Deputy => texts::conversation::role_deputy(t),
        Role::Reader | Role::Participant => texts::conversation::role_reader(t),
    }
}

/// What a desk says of those who read, of either face.
#[derive(Clone)]
pub struct Told {
    /// Who reads, with their words: that takes a moment.
    pub readers: Rc<dyn Fn() -> Vec<Reader>>,
    /// What was seen of the platform.
    pub seen: Rc<dyn Fn() -> Option<Seen>>,
    /// Somebody's words were compared.
    pub compare: Rc<dyn Fn(AccountId)>,
}

/// The names, folded away until somebody wants to know. `inbox` are those who can open it while it waits.
#[component]
pub fn People(
    /// The members of the newest epoch.
    members: Vec<Person>,
    /// While nobody has accepted: the names of those who can.
    #[prop(default = Vec::new())]
    inbox: Vec<String>,
    /// What more is told, once it is opened.
    told: Told,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let list = NodeRef::<leptos::html::Ul>::new();
    let link = NodeRef::<leptos::html::Div>::new();
    let known = StoredValue::new(Vec::<Reader>::new());
    let row = |name: String, role: &'static str| {
        view! {
            <li>
                <bdi>{name}</bdi>
                " "
                <span class="quiet">{role}</span>
            </li>
        }
        .into_any()
    };
    let own = |person: &Person| person.own.then(|| texts::conversation::own(t).to_owned());
    let members = members.into_iter().map(|person| {
        let name = own(&person).unwrap_or_else(|| person.name.clone());
        row(name, role_words(t, person.role))
    });
    let inbox: Vec<String> = inbox;
    let waiting = inbox
        .into_iter()
        .map(|name| row(name, texts::conversation::role_inbox(t)));
    let (readers, seen, compare) = (told.readers, told.seen, told.compare);
    let toggle = move |_| {
        if !known.with_value(Vec::is_empty) {
            return;
        }
        let (readers, seen) = (Rc::clone(&readers), Rc::clone(&seen));
        spawn_local(async move {
            // Without the list of words the names are still there.
            let Some(words) = offer::load().await else {
                return;
            };
            let readers = readers();
            if let (Some(list), Some(link)) = (
                list.try_get_untracked().flatten(),
                link.try_get_untracked().flatten(),
            ) {
                fill(list.unchecked_ref(), &readers, &words, t);
                let _ = proof(link.unchecked_ref(), seen(), &words, t);
                known.set_value(readers);
            }
        });
    };
    let press = move |event: MouseEvent| {
        let _ = pressed(&event, t, |at| {
            known.with_value(|known| {
                if let Some(reader) = known.get(at) {
                    compare(reader.person.account);
                }
            });
        });
    };
    view! {
        <details class="people" on:toggle=toggle>
            <summary>{texts::conversation::readers(t)}</summary>
            <p>{texts::conversation::readers_lead(t)}</p>
            <ul class="names" on:click=press node_ref=list>{members.collect_view()} {waiting.collect_view()}</ul>
            <p class="quiet">{texts::conversation::readers_not(t)}</p>
            <div class="link-proof" node_ref=link></div>
        </details>
    }
}

/// Puts what is known of each member behind its name; those of an inbox stand after them.
fn fill(list: &Element, readers: &[Reader], words: &Words, t: Texts) {
    let rows = list.children();
    for (at, reader) in (0..).zip(readers) {
        if let Some(row) = rows.item(at) {
            // What cannot be shown is left away; the name is there.
            let _ = detail(&row, at, reader, words, t);
        }
    }
}

fn detail(row: &Element, at: u32, reader: &Reader, words: &Words, t: Texts) -> Option<()> {
    let mut said = Vec::new();
    if let Some(since) = reader.since {
        said.push(handover::since(t, moment::date_of(t, since.day())));
    }
    if !reader.whole {
        said.push(handover::from_there(t).to_owned());
    }
    let quiet = add(row, "span", &said.join(", "))?;
    set(&quiet, &[("class", "quiet")]);
    match reader.compared {
        Compared::No => {}
        Compared::Yes => mark(row, handover::compared(t))?,
        Compared::Changed => mark(row, handover::changed_mark(t))?,
    }
    let more = add(row, "details", "")?;
    add(&more, "summary", handover::words(t))?;
    eight(&more, &reader.words, words)?;
    add(&more, "p", handover::words_hint(t))?;
    if !reader.person.own && reader.compared != Compared::Yes {
        let button = add(&more, "button", handover::compare(t))?;
        let at = at.to_string();
        set(
            &button,
            &[("type", "button"), ("class", "button"), ("data-at", &at)],
        );
    }
    Some(())
}

fn eight(place: &Element, numbers: &[u16; 8], words: &Words) -> Option<()> {
    let words = numbers.map(|number| words.word(number));
    let shown = add(place, "p", &words.join(" "))?;
    set(&shown, &[("class", "code-words"), ("lang", "de")]);
    Some(())
}

fn mark(row: &Element, words: &str) -> Option<()> {
    let mark = add(row, "b", words)?;
    set(&mark, &[("tabindex", "-1")]);
    Some(())
}

fn pressed(event: &MouseEvent, t: Texts, compare: impl FnOnce(usize)) -> Option<()> {
    let target: Element = event.target()?.unchecked_into();
    let button = target.closest("button[data-at]").ok()??;
    compare(button.get_attribute("data-at")?.parse().ok()?);
    // Its place is taken by the word for it, which has the focus then.
    let row = button.closest("li").ok()??;
    if let Some(before) = row.query_selector("b").ok()? {
        before.remove();
    }
    mark(&row, handover::compared(t))?;
    button.remove();
    crate::screen::fault::focus(row.query_selector("b").ok()??.unchecked_ref());
    Some(())
}

/// What somebody else should see, too.
fn proof(place: &Element, seen: Option<Seen>, words: &Words, t: Texts) -> Option<()> {
    let seen = seen?;
    let more = add(place, "details", "")?;
    add(&more, "summary", handover::link(t))?;
    let day = moment::date_of(t, seen.day);
    add(&more, "p", &handover::link_text(t, day, seen.seq))?;
    let signs = seen.digest.chunks(2).map(|two| {
        let two = two.iter().map(|byte| {
            let digit = |four: u8| char::from_digit(u32::from(four), 16).unwrap_or('0');
            [digit(byte >> 4), digit(byte & 15)]
        });
        two.flatten().collect::<String>()
    });
    let signs = add(&more, "p", &signs.collect::<Vec<_>>().join(" "))?;
    set(&signs, &[("class", "code-words")]);
    add(&more, "p", handover::link_agency(t))?;
    eight(&more, &seen.words, words)
}
