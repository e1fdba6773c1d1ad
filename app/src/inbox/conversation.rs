//! A conversation of one's own: the timeline, the composer, and who can read it.

use std::rc::Rc;

use crate::reactive::{Memo, RwSignal, Signal, effect_after};
use client::conversation::{Summary, Thread};
use client::desk::Connection;
use domain::id::{ConversationId, MessageId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::archive::ArchiveButton;
use super::fields::Fields;
use super::heading::EntryHeading;
use super::pass::{Holding, PassOn};
use crate::conversation::aim::{Act, Aim, AimLine};
use crate::conversation::composer::Composer;
use crate::conversation::drafted::{self, Elsewhere};
use crate::conversation::people::{People, Told};
use crate::conversation::timeline::Timeline;
use crate::conversation::typing::Typing;
use crate::team::office::{Office, use_office};
use crate::team::place::List;
use crate::team::problem;
use crate::texts::{Texts, inbox, team};

/// How the history stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum History {
    Loading,
    There,
    Failed(String),
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Page {
    Loading,
    Talk,
    Failed(String),
    Gone,
}

/// The page of one conversation.
#[component]
pub fn ConversationPane(
    /// Which.
    conversation: ConversationId,
    /// The list that it was opened from.
    list: List,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let history = RwSignal::new(History::Loading);
    let load = move || {
        history.set(History::Loading);
        spawn_local(async move {
            let desk = office.desk();
            let loaded = desk.show(conversation).await;
            history.try_set(match loaded {
                Ok(()) => History::There,
                Err(error) => History::Failed(problem(t, &error)),
            });
        });
    };
    // Once the first list is there; and again, where it failed, as soon as there is a connection.
    let is_live = Memo::new(move |_| {
        matches!(
            office.connection.get(),
            Connection::Live | Connection::Crowded
        )
    });
    effect_after(move |begun: Option<bool>| {
        let (loaded, live) = (office.loaded.get(), is_live.get());
        let failed = matches!(history.get_untracked(), History::Failed(_));
        if loaded && (begun != Some(true) || live && failed) {
            load();
        }
        loaded
    });
    let summary = Memo::new(move |_| {
        office.mine.with(|all| {
            all.iter()
                .find(|one| one.conversation == conversation)
                .cloned()
        })
    });
    // Only what changes the page as a whole: a history that arrives must not make the composer anew.
    let page = Memo::new(
        move |_| match (summary.with(Option::is_some), history.get()) {
            (true, History::Failed(why)) => Page::Failed(why),
            (true, _) => Page::Talk,
            (false, _) if office.loaded.get() => Page::Gone,
            (false, _) => Page::Loading,
        },
    );
    let thread = thread_of(conversation);
    view! {
        <article class="conversation">
            <a class="back" href=list.path()>{if list == List::Archive { inbox::back_archive(t) } else { inbox::back_mine(t) }}</a>
            {move || match page.get() {
                Page::Failed(why) => view! {
                    <Head summary />
                    <div class="notice notice-problem" role="alert">
                        <p>{why}</p>
                        <button type="button" class="button" on:click=move |_| load()>{team::try_again(t)}</button>
                    </div>
                }.into_any(),
                Page::Talk => view! {
                    <Head summary />
                    <Talk conversation summary thread t />
                }.into_any(),
                Page::Loading => view! { <p class="quiet appear-late">{inbox::loading(t)}</p> }.into_any(),
                Page::Gone => view! {
                    <div class="team-empty">
                        <EntryHeading>{inbox::conversation_gone_title(t)}</EntryHeading>
                        <p>{inbox::conversation_gone_text(t)}</p>
                    </div>
                }.into_any(),
            }}
        </article>
    }
}

/// The conversation as the desk has it, read afresh whenever the desk says that it changed.
fn thread_of(conversation: ConversationId) -> Signal<Option<Thread>> {
    let office = use_office();
    let changes = Memo::new(move |before: Option<&u64>| match office.changed.get() {
        (Some(changed), times) if changed == conversation => times,
        _ => before.copied().unwrap_or_default(),
    });
    Memo::new(move |_| {
        changes.track();
        office.mine.track();
        office.desk().thread(conversation)
    })
    .into()
}

#[component]
fn Head(summary: Memo<Option<Summary>>) -> impl IntoView {
    let office = use_office();
    let of = move |read: fn(&Summary) -> String| {
        summary.with(|one| one.as_ref().map(read).unwrap_or_default())
    };
    view! {
        <header class="entry-head">
            <EntryHeading><bdi>{move || of(|one| one.other.clone())}</bdi></EntryHeading>
            <p class="quiet">
                {move || summary.with(|one| one.as_ref().map(|one| office.topic(one.topic)))}
                "\u{a0}· "
                <bdi>{move || of(|one| one.agency_name.clone())}</bdi>
            </p>
        </header>
    }
}

/// What the desk says of those who read.
fn told(office: Office, conversation: ConversationId) -> Told {
    Told {
        readers: Rc::new(move || office.desk().readers(conversation)),
        seen: Rc::new(move || office.desk().connection_proof(conversation)),
        compare: Rc::new(move |account| {
            spawn_local(async move {
                // What cannot be saved now counts until the end of the session.
                drop(office.desk().compare(conversation, account).await);
            });
        }),
    }
}

#[component]
fn Talk(
    conversation: ConversationId,
    summary: Memo<Option<Summary>>,
    thread: Signal<Option<Thread>>,
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let members = Memo::new(move |_| {
        thread.with(|thread| {
            thread
                .as_ref()
                .map(|thread| thread.members.clone())
                .unwrap_or_default()
        })
    });
    let fields = Memo::new(move |_| {
        thread.with(|thread| thread.as_ref().map(|thread| thread.fields.clone()))
    });
    let can_write = Memo::new(move |_| {
        thread.with(|thread| thread.as_ref().is_some_and(|thread| thread.can_write))
    });
    let seen = Callback::new(move |position| office.desk().see(conversation, position));
    let aim = Aim::default();
    let text = drafted::field(thread, office.desk().draft(conversation), aim);
    let change = Callback::new(move |text: String| {
        if !aim.is(Act::Edit) {
            // What is too long to keep still stands in the field, which says so.
            drop(office.desk().keep_draft(conversation, &text));
        }
    });
    let take = move |done: Result<MessageId, client::Error>| match done {
        Ok(_) => aim.sent(text),
        Err(client::Error::Refused(_)) => aim.refused(),
        // What is too long stays in the field, which says so.
        Err(_) => {}
    };
    let send = Callback::new(move |said: String| {
        let desk = office.desk();
        take(match aim.get() {
            Some((Act::Edit, message)) => desk.edit(conversation, message, &said),
            Some((_, message)) => desk.reply(conversation, message, &said),
            None => desk.send(conversation, &said),
        });
    });
    let act = Callback::new(move |(act, message)| match act {
        // One that is gone already needs no words.
        Act::Delete => drop(office.desk().delete_message(conversation, message)),
        Act::Retry => office.desk().retry(conversation),
        _ => aim.take(thread, text, (act, message)),
    });
    let choose = Callback::new(move |choice| {
        // Both together may be too long to keep; they stand in the field, which says so.
        drop(office.desk().settle_draft(conversation, choice));
    });
    let now = office.now.get_untracked();
    view! {
        <details class="readers">
            <summary>{inbox::details(t)}</summary>
            {move || fields.get().map(|fields| view! { <Fields fields t /> }.into_any())}
        </details>
        {move || view! { <People members=members.get() told=told(office, conversation) t /> }.into_any()}
        <Timeline thread t now on_seen=seen on_act=act />
        <Holding conversation thread t />
        <PassOn conversation thread t />
        <ArchiveButton conversation summary t />
        {move || can_write.get().then(|| view! {
            <div class="talk-foot">
                <Elsewhere thread t on_choice=choose />
                <Typing thread t />
                <AimLine aim thread text t />
                <Composer text on_change=change on_send=send t />
            </div>
        }.into_any())}
    }
}
