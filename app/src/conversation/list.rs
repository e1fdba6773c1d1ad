//! The own conversations.

use crate::reactive::{Memo, RwSignal};
use client::World;
use client::conversation::Summary;
use domain::conversation::State;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::moment;
use super::wire::Wire;
use crate::account::sign_in::sign_out;
use crate::screen::history::Screen;
use crate::screen::{App, Heading, Note, focus};
use crate::texts::{self, Texts};

/// The list; follows what arrives.
#[component]
pub fn List(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let talks = app.talks;
    let another = move |_| {
        app.notice.set(None);
        if app.with_untracked(|form| !form.user_name.is_empty()) {
            app.clear_form();
        }
        app.places.go(Screen::Topic);
    };
    let leaving = RwSignal::new(false);
    let out = move |_| {
        if talks
            .list
            .with_untracked(|list| list.iter().any(|one| one.being_sent > 0))
            && !leaving.get_untracked()
        {
            leaving.set(true);
        } else {
            spawn_local(sign_out(app));
        }
    };
    let topic_of = move |summary: &Summary| {
        app.topics
            .with(|topics| {
                topics
                    .iter()
                    .find(|topic| topic.id == summary.topic)
                    .map(|topic| topic.title.clone())
            })
            .unwrap_or_default()
    };
    let unread = Memo::new(move |_| {
        talks
            .list
            .with(|list| list.iter().map(|one| u64::from(one.unread)).sum::<u64>())
    });
    let news = move || match unread.get() {
        0 => String::new(),
        unread => texts::conversation::unread(t, unread),
    };
    view! {
        <Heading>{texts::conversation::list_title(t)}</Heading>
        <Note app t />
        <Wire app t />
        {move || {
            focus::keep("heading");
            let list = talks.list.get();
            match (list.is_empty(), talks.loaded.get()) {
                (true, false) => view! { <p class="waiting" role="status">{texts::conversation::list_loading(t)}</p> }.into_any(),
                (true, true) => view! { <p class="lead">{texts::conversation::list_empty(t)}</p> }.into_any(),
                (false, _) => {
                    let row = |summary: Summary| {
                        let topic = topic_of(&summary);
                        view! { <li><Row app t summary topic /></li> }.into_any()
                    };
                    view! { <ul class="conversations">{list.into_iter().map(row).collect_view()}</ul> }.into_any()
                }
            }
        }}
        <p class="visually-hidden" role="status">{news}</p>
        <div class="buttons">
            <button type="button" class="button" on:click=another>{texts::conversation::another(t)}</button>
            <button type="button" class="button-quiet" on:click=move |_| app.places.go(Screen::Settings)>
                {texts::settings::title(t)}
            </button>
            <button type="button" class="button-quiet" on:click=out>
                {move || if leaving.get() { texts::account::sign_out_anyway(t) } else { texts::account::sign_out(t) }}
            </button>
        </div>
        <div role="status">{move || leaving.get().then(|| view! { <p class="note">{texts::account::unsent(t)}</p> }.into_any())}</div>
    }
}

/// One conversation in the list.
#[component]
fn Row(app: App, t: Texts, summary: Summary, topic: String) -> impl IntoView {
    let id = summary.conversation;
    let now = app.client().world().now();
    let name = if summary.other.is_empty() {
        summary.agency_name.clone()
    } else {
        summary.other.clone()
    };
    let name = if name.is_empty() {
        texts::conversation::unverified(t).to_owned()
    } else {
        name
    };
    let under = if summary.other.is_empty() {
        topic
    } else {
        [summary.agency_name.as_str(), " · ", &topic].concat()
    };
    let preview = match (&summary.preview, summary.newest_own) {
        (Some(text), true) => texts::conversation::own_preview(t, text),
        (Some(text), false) => text.clone(),
        (None, _) if summary.deleted => texts::conversation::deleted(t).to_owned(),
        (None, _) => String::new(),
    };
    let (state, state_class) = match summary.state {
        State::Waiting => (texts::conversation::state_waiting(t), "tag tag-waiting"),
        State::Active => (texts::conversation::state_active(t), "tag tag-active"),
        State::Archived => (texts::conversation::state_archived(t), "tag"),
    };
    let unread = u64::from(summary.unread);
    view! {
        <button
            type="button"
            id=["row-", &id.to_hex()].concat()
            class="conversation-row"
            class:conversation-row-unread=unread.gt(&0)
            on:click=move |_| {
                app.notice.set(None);
                app.places.go(Screen::Conversation(id));
            }
        >
            <span class="conversation-name"><bdi>{name}</bdi></span>
            <time class="conversation-when" datetime=moment::machine(summary.newest)>{moment::short(t, summary.newest, now)}</time>
            <span class="conversation-about quiet">{under}</span>
            <span class="conversation-preview" dir="auto">{preview}</span>
            <span class="conversation-marks">
                <span class=state_class>{state}</span>
                {(unread > 0).then(|| view! { <span class="tag tag-new">{texts::conversation::unread(t, unread)}</span> }.into_any())}
                {summary.untrusted.map(|_| view! { <span class="tag tag-wrong">{texts::conversation::unverified(t)}</span> }.into_any())}
            </span>
        </button>
    }
}
