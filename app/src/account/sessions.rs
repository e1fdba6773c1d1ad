//! Where somebody is signed in, by days, and how to end it there.

use crate::reactive::{RwSignal, StoredValue};
use client::{Client, Error, Session, World, account};
use domain::account::ListedSession;
use domain::id::SessionHandle;
use domain::time::{DAY, Day, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::Browser;
use crate::conversation::moment;
use crate::screen::fault::focus_id;
use crate::texts::{self, Texts, settings};

/// "Heute", "Gestern", "Montag, 16. November". Days are those of UTC, as the server keeps them.
#[must_use]
pub fn day(t: Texts, day: Day, now: Timestamp) -> String {
    // Noon falls on the same day in nearly every time zone.
    let noon = |day: Day| Timestamp(i64::from(day.0) * DAY + DAY / 2);
    moment::day(t, noon(day), noon(now.day()))
}

/// What is shown, and what can be done with it; a handle, to be copied.
#[derive(Clone, Copy)]
struct Shown {
    client: StoredValue<Client<Browser>>,
    list: RwSignal<Vec<ListedSession>>,
    said: RwSignal<String>,
    t: Texts,
    words: fn(Texts, &Error) -> String,
}

impl Shown {
    /// Fetches the list, then says `done`.
    async fn load(self, done: &'static str) {
        // The screen may have gone meanwhile.
        let Some(client) = self.client.try_get_value() else {
            return;
        };
        let told = match account::list_sessions(&client).await {
            Ok(list) => {
                let alone = list.len() == 1 && done.is_empty();
                self.list.try_set(list);
                if alone { settings::alone(self.t) } else { done }.to_owned()
            }
            Err(error) => (self.words)(self.t, &error),
        };
        self.said.try_set(told);
    }

    async fn end(self, which: Option<SessionHandle>) {
        match account::end_sessions(&self.client.get_value(), which).await {
            Ok(()) => {
                self.load(settings::ended(self.t)).await;
                // The button that was pressed is gone.
                focus_id("sessions-title");
            }
            Err(error) => drop(self.said.try_set((self.words)(self.t, &error))),
        }
    }
}

/// The list, and one button for each and for all.
#[component]
pub fn Sessions(
    /// Whose account.
    session: Session<Browser>,
    /// The words.
    t: Texts,
    /// What went wrong, in words.
    words: fn(Texts, &Error) -> String,
) -> impl IntoView {
    let shown = Shown {
        client: StoredValue::new(session.client().clone()),
        list: RwSignal::new(Vec::new()),
        said: RwSignal::new(texts::app::wait(t).to_owned()),
        t,
        words,
    };
    let now = session.client().world().now();
    let previous = session.previous();
    let end = move |which| spawn_local(shown.end(which));
    spawn_local(shown.load(""));
    let list = shown.list;
    let row = move |(at, row): (usize, ListedSession)| {
        let days = settings::days(t, day(t, row.started, now), day(t, row.used, now));
        let name = if row.own {
            settings::here(t).to_owned()
        } else {
            settings::elsewhere(t, at)
        };
        let button = (!row.own).then(|| {
            let id = ["session-", &at.to_string()].concat();
            view! {
                <button type="button" class="button button-quiet" aria-describedby=id on:click=move |_| end(Some(row.session))>
                    {settings::end(t)}
                </button>
            }
            .into_any()
        });
        view! {
            <li>
                <p id=["session-", &at.to_string()].concat()><b>{name}</b><br />{days}</p>
                {button}
            </li>
        }
        .into_any()
    };
    view! {
        <section class="sessions" aria-labelledby="sessions-title">
            <h2 id="sessions-title" tabindex="-1">{settings::sessions(t)}</h2>
            {previous.map(|previous| view! { <p>{settings::previous(t, day(t, previous, now))}</p> }.into_any())}
            <ul>{move || list.get().into_iter().enumerate().map(row).collect_view().into_any()}</ul>
            <p role="status">{move || shown.said.get()}</p>
            {move || list.with(|list| list.len() > 1).then(|| view! {
                <p class="quiet">{settings::not_me(t)}</p>
                <button type="button" class="button" on:click=move |_| end(None)>{settings::end_all(t)}</button>
            }.into_any())}
        </section>
    }
}
