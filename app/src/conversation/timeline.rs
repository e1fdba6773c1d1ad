//! The messages of one conversation: a log that is read aloud politely as it grows.

use std::time::Duration;

use crate::reactive::{Memo, RwSignal, Signal, StoredValue, effect};
use client::conversation::{Author, Body, Delivery, Fault, Item, Passage, Reason, Thread};
use domain::id::MessageId;
use domain::time::Timestamp;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;

use super::aim::Act;
use super::lines::keep_lines;
use super::menu::{self, said};
use super::moment;
use super::rows::{Row, rows_of};
use super::sight::keep_in_sight;
use crate::texts::{self, Texts};

/// How long the history takes to stand before what is added counts as news.
const SETTLED: Duration = Duration::from_millis(500);

/// The log. `now` tells today from yesterday; `own_name` stands before one's own messages when they are read aloud.
#[component]
pub fn Timeline(
    /// The conversation; `None` while it is loading.
    #[prop(into)]
    thread: Signal<Option<Thread>>,
    /// The words.
    t: Texts,
    /// When it is.
    now: Timestamp,
    /// The messages up to this position were in sight.
    on_seen: Callback<u32>,
    /// What the person wants with a message.
    on_act: Callback<(Act, MessageId)>,
) -> impl IntoView {
    let end = NodeRef::<leptos::html::Div>::new();
    let log = NodeRef::<leptos::html::Div>::new();
    // Where "new" began when this visit did; later arrivals are simply read.
    let new_from = StoredValue::new(None::<Option<MessageId>>);
    let rows = move || {
        thread.with(|thread| {
            let Some(thread) = thread else {
                return Vec::new();
            };
            if new_from.with_value(Option::is_none) && thread.complete {
                new_from.set_value(Some(thread.first_unread));
            }
            rows_of(thread, new_from.get_value().flatten(), moment::day_number)
        })
    };
    keep_in_sight(thread, end, on_seen);
    // What was there before is not called out as if it had just arrived.
    let whole = Memo::new(move |_| {
        thread.with(|thread| thread.as_ref().is_some_and(|thread| thread.complete))
    });
    let live = RwSignal::new(false);
    effect(move || {
        if whole.get() {
            set_timeout(
                move || {
                    live.try_set(true);
                },
                SETTLED,
            );
        }
    });
    let delivery = move |id: MessageId| {
        thread.with(|thread| {
            let items = thread
                .as_ref()
                .map(|thread| thread.items.as_slice())
                .unwrap_or_default();
            items
                .iter()
                .rev()
                .find(|item| item.id == id)
                .map(|item| item.delivery.clone())
        })
    };
    let click = move |event: MouseEvent| {
        // Where nothing is to be pressed nothing happens.
        let _ = menu::press(&event, t, on_act);
    };
    let key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            menu::close();
        }
    };
    let mute = move || {
        let can_write = thread.with(|thread| thread.as_ref().is_some_and(|one| one.can_write));
        (!can_write).then_some("")
    };
    let row = move |row: Row| match row {
        Row::Day(time) => view! { <h2 class="day">{moment::day(t, time, now)}</h2> }.into_any(),
        Row::New => {
            view! { <p class="new-mark">{texts::conversation::new_since(t)}</p> }.into_any()
        }
        Row::Passage(passage) => system(passage_words(t, *passage)),
        Row::Fault(fault) => system(fault_words(t, fault).to_owned()),
        Row::Message(item, follows) => {
            let id = item.id;
            let delivery =
                matches!(item.author, Author::Own).then(|| Memo::new(move |_| delivery(id)));
            let read = Memo::new(move |_| {
                let read = thread.with(|thread| thread.as_ref()?.read);
                read.filter(|(of, _)| *of == id)
                    .map(|(_, at)| moment::day(t, at, now))
            });
            view! { <Bubble item=*item follows delivery read t /> }.into_any()
        }
    };
    keep_lines(log, rows, row);
    view! {
        <Whole thread t />
        <div class="timeline" role="log" aria-live=move || Some(if live.get() { "polite" } else { "off" }) aria-relevant="additions" aria-label=texts::conversation::log(t) data-mute=mute on:click=click on:keydown=key node_ref=log></div>
        <div class="timeline-end" node_ref=end></div>
    }
}

/// That something is missing or out of order: said once above, and at each place.
#[component]
fn Whole(thread: Signal<Option<Thread>>, t: Texts) -> impl IntoView {
    let words = Memo::new(move |_| {
        thread.with(|thread| match thread.as_ref()? {
            thread if thread.withheld => Some(texts::conversation::withheld(t)),
            thread if !thread.alerts.is_empty() => Some(texts::conversation::not_whole(t)),
            _ => None,
        })
    });
    view! {
        <div class="note-place" role="status">
            {move || words.get().map(|words| view! { <p class="note">{words}</p> }.into_any())}
        </div>
    }
}

fn system(words: String) -> AnyView {
    view! { <p class="system">{words}</p> }.into_any()
}

fn passage_words(t: Texts, passage: Passage) -> String {
    let Passage {
        reason,
        by,
        new,
        gone,
        ..
    } = passage;
    let (new, gone) = (new.join(", "), gone.join(", "));
    match reason {
        Reason::KeyChange => texts::conversation::renewed(t).to_owned(),
        Reason::Return if by.is_empty() => texts::handover::returned_own(t).to_owned(),
        Reason::Return => texts::handover::returned(t, by),
        Reason::Handover if by.is_empty() => texts::handover::passed_own(t, new),
        Reason::Handover => texts::handover::passed(t, by, new),
        Reason::Leave => texts::handover::left(t, gone),
        _ => texts::handover::came(t, new),
    }
}

fn fault_words(t: Texts, fault: Fault) -> &'static str {
    match fault {
        Fault::Gap | Fault::Withheld => texts::conversation::missing(t),
        Fault::Double => texts::conversation::twice(t),
        Fault::Outdated => texts::conversation::outdated(t),
        Fault::Replaced => texts::conversation::replaced(t),
    }
}

/// One message.
#[component]
fn Bubble(
    item: Item,
    follows: bool,
    delivery: Option<Memo<Option<Delivery>>>,
    read: Memo<Option<String>>,
    t: Texts,
) -> impl IntoView {
    let own = item.author == Author::Own;
    let class = match (own, follows) {
        (true, false) => "bubble bubble-own",
        (true, true) => "bubble bubble-own bubble-follows",
        (false, false) => "bubble bubble-other",
        (false, true) => "bubble bubble-other bubble-follows",
    };
    let time = moment::clock(item.time);
    let time = match (&item.body, item.amended) {
        (Body::Text(_), Some(_)) => [&time, " · ", texts::conversation::edited(t)].concat(),
        _ => time,
    };
    let machine = moment::machine(item.time);
    let is_gone = item.body == Body::Deleted;
    let state = move || match delivery.and_then(|delivery| delivery.get()) {
        Some(Delivery::BeingSent) => Some("sending"),
        Some(Delivery::Held(_)) => Some("failed"),
        Some(Delivery::Sent) => Some("sent"),
        None => None,
    };
    // Where an own message is.
    let words = move || {
        let words = match delivery?.get()? {
            Delivery::BeingSent => texts::conversation::sending(t).to_owned(),
            Delivery::Sent if is_gone => return None,
            Delivery::Sent => match read.get() {
                Some(day) => texts::conversation::read(t, day),
                None => texts::conversation::sent(t).to_owned(),
            },
            Delivery::Held(_) => texts::conversation::not_sent(t).to_owned(),
        };
        Some([" · ", &words].concat())
    };
    view! {
        <article class=class data-state=state use:said=(Box::new(item), follows, t)>
            <p class="bubble-meta">
                <time datetime=machine>{time}</time>
                {words}
            </p>
        </article>
    }
}
