//! The messages of one conversation: a log that is read aloud politely as it grows.

use std::time::Duration;

use crate::reactive::{Memo, RwSignal, Signal, StoredValue, effect};
use client::conversation::{Author, Body, Delivery, Fault, Item, Thread};
use domain::id::MessageId;
use domain::time::Timestamp;
use leptos::prelude::*;

use super::moment;
use super::rows::{Row, rows_of};
use super::sight::keep_in_sight;
use crate::texts::{self, Texts};
use crate::writing::shown::shown;

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
    /// Tries again to send what was refused.
    on_retry: Callback<()>,
    /// The messages up to this position were in sight.
    on_seen: Callback<u32>,
) -> impl IntoView {
    let end = NodeRef::<leptos::html::Div>::new();
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
    let row = move |row: Row| match row {
        Row::Day(time) => view! { <h2 class="day">{moment::day(t, time, now)}</h2> }.into_any(),
        Row::New => {
            view! { <p class="new-mark">{texts::conversation::new_since(t)}</p> }.into_any()
        }
        Row::Renewed => {
            view! { <p class="system">{texts::conversation::renewed(t)}</p> }.into_any()
        }
        Row::Fault(fault) => view! { <p class="system">{fault_words(t, fault)}</p> }.into_any(),
        Row::Message(item, follows) => {
            let id = item.id;
            let delivery =
                matches!(item.author, Author::Own).then(|| Memo::new(move |_| delivery(id)));
            let read = Memo::new(move |_| {
                let read = thread.with(|thread| thread.as_ref()?.read);
                read.filter(|(of, _)| *of == id)
                    .map(|(_, at)| moment::day(t, at, now))
            });
            view! { <Bubble item follows delivery read t on_retry /> }.into_any()
        }
    };
    view! {
        <Whole thread t />
        <div class="timeline" role="log" aria-live=move || Some(if live.get() { "polite" } else { "off" }) aria-relevant="additions" aria-label=texts::conversation::log(t)>
            <For each=rows key=|(key, _)| key.clone() children=move |(_, line)| row(line) />
        </div>
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
    on_retry: Callback<()>,
) -> impl IntoView {
    let (name, own) = match item.author {
        Author::Own => (texts::conversation::own(t).to_owned(), true),
        Author::Other { name, .. } if !name.is_empty() => (name, false),
        Author::Other { .. } => (texts::conversation::fallback_name(t).to_owned(), false),
        Author::Unknown => (texts::conversation::unverified(t).to_owned(), false),
    };
    let class = match (own, follows) {
        (true, false) => "bubble bubble-own",
        (true, true) => "bubble bubble-own bubble-follows",
        (false, false) => "bubble bubble-other",
        (false, true) => "bubble bubble-other bubble-follows",
    };
    let body = match item.body {
        Body::Text(text) => {
            view! { <div class="bubble-text writing" dir="auto" use:shown=text></div> }.into_any()
        }
        Body::Newer => {
            view! { <p class="bubble-text quiet">{texts::conversation::newer_version(t)}</p> }
                .into_any()
        }
        Body::Unverified(_) | Body::Enquiry(_) => {
            view! { <p class="bubble-text quiet">{texts::conversation::unreadable(t)}</p> }
                .into_any()
        }
    };
    let state = move || match delivery.and_then(|delivery| delivery.get()) {
        Some(Delivery::BeingSent) => Some("sending"),
        Some(Delivery::Held(_)) => Some("failed"),
        Some(Delivery::Sent) => Some("sent"),
        None => None,
    };
    view! {
        <article class=class data-state=state data-at=(!own).then_some(item.position).flatten()>
            <p class="bubble-who" class:visually-hidden=own || follows>
                <bdi>{name}</bdi>
            </p>
            {body}
            <p class="bubble-meta">
                <time datetime=moment::machine(item.time)>{moment::clock(item.time)}</time>
                {delivery.map(|delivery| view! { <Mark delivery read t on_retry /> }.into_any())}
            </p>
        </article>
    }
}

/// Where an own message is.
#[component]
fn Mark(
    delivery: Memo<Option<Delivery>>,
    read: Memo<Option<String>>,
    t: Texts,
    on_retry: Callback<()>,
) -> impl IntoView {
    let words = move || {
        Some(match delivery.get()? {
            Delivery::BeingSent => texts::conversation::sending(t).to_owned(),
            Delivery::Sent => match read.get() {
                Some(day) => texts::conversation::read(t, day),
                None => texts::conversation::sent(t).to_owned(),
            },
            Delivery::Held(_) => texts::conversation::not_sent(t).to_owned(),
        })
    };
    let held = move || matches!(delivery.get(), Some(Delivery::Held(_)));
    view! {
        " · "
        {words}
        {move || held().then(|| view! {
            " "
            <button type="button" class="link" on:click=move |_| on_retry.run(())>
                {texts::app::again(t)}
            </button>
        }.into_any())}
    }
}
