//! One conversation.

use std::rc::Rc;

use crate::reactive::{Memo, RwSignal, effect, effect_after};
use client::World;
use client::conversation::{Person, Role, Thread};
use domain::conversation::State;
use domain::id::{ConversationId, MessageId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::aim::{Act, Aim, AimLine};
use super::composer::Composer;
use super::drafted::{self, Elsewhere};
use super::moment;
use super::people::{People, Told};
use super::question::Question;
use super::timeline::Timeline;
use super::typing::Typing;
use super::wire::Wire;
use crate::account::confirm::{Confirm, Run, Step};
use crate::screen::fault::{self, Faults, Summary, untrusted_words};
use crate::screen::history::Screen;
use crate::screen::{App, Heading, Notice};
use crate::texts::{self, Texts};
use crate::writing::crisis::{CrisisBox, Watch};

/// The conversation: who, what was said, and where to write.
#[component]
pub fn Talk(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
    /// Which conversation.
    id: ConversationId,
) -> impl IntoView {
    let faults = Faults::default();
    let talks = app.talks;
    talks.show(id);
    on_cleanup(move || talks.leave(id));
    let inbox = RwSignal::new(Vec::<String>::new());
    // Loaded once the first list is here; before that the desk does not know the conversation.
    effect_after(move |done: Option<bool>| {
        let loaded = talks.loaded.get();
        if loaded && done != Some(true) {
            load(app, faults, id, inbox);
        }
        loaded
    });
    let seen = Callback::new(move |position| {
        if let Some(desk) = talks.desk() {
            desk.see(id, position);
        }
    });
    let topic = Memo::new(move |_| {
        talks
            .thread
            .with(|thread| thread.as_ref().map(|thread| thread.summary.topic))
    });
    effect(move || {
        let register = topic.get().and_then(|id| {
            app.topics.with(|topics| {
                topics
                    .iter()
                    .find(|topic| topic.id == id)
                    .map(|topic| topic.register)
            })
        });
        if let Some(register) = register {
            spawn_local(app.speak(register));
        }
    });
    let begun = talks.desk().map(|desk| desk.draft(id)).unwrap_or_default();
    let watch = Watch::new(begun.clone(), t);
    let aim = Aim::default();
    let text = drafted::field(talks.thread.into(), begun, aim);
    let change = Callback::new(move |text: String| {
        watch.look(&text);
        if let Some(desk) = talks.desk().filter(|_| !aim.is(Act::Edit)) {
            // A text that is too long to keep is still in the field, and says so.
            drop(desk.keep_draft(id, &text));
        }
    });
    let take = move |done: Option<Result<MessageId, client::Error>>| match done {
        Some(Ok(_)) => {
            faults.clear();
            aim.sent(text);
        }
        Some(Err(error)) => {
            if matches!(error, client::Error::Refused(_)) {
                aim.refused();
            }
            app.say(faults, &error);
        }
        None => {}
    };
    let send = Callback::new(move |said: String| {
        take(talks.desk().map(|desk| match aim.get() {
            Some((Act::Edit, message)) => desk.edit(id, message, &said),
            Some((_, message)) => desk.reply(id, message, &said),
            None => desk.send(id, &said),
        }));
    });
    let act = Callback::new(move |(act, message)| match act {
        Act::Delete => {
            if let Some(Err(error)) = talks.desk().map(|desk| desk.delete_message(id, message)) {
                app.say(faults, &error);
            }
        }
        Act::Retry => {
            if let Some(desk) = talks.desk() {
                desk.retry(id);
            }
        }
        _ => aim.take(talks.thread.into(), text, (act, message)),
    });
    let choose = Callback::new(move |choice| {
        if let Some(desk) = talks.desk() {
            // Both together may be too long to keep; they stand in the field, which says so.
            drop(desk.settle_draft(id, choice));
        }
    });
    let can_write = Memo::new(move |_| {
        talks
            .thread
            .with(|thread| thread.as_ref().is_some_and(|thread| thread.can_write))
    });
    let now = app.client().world().now();
    view! {
        <div class="talk">
            <Head app t id inbox />
            <Summary faults t />
            <Timeline thread=talks.thread t now on_seen=seen on_act=act />
            {move || talks.thread.with(Option::is_none).then(|| view! { <p class="waiting" role="status">{texts::conversation::list_loading(t)}</p> }.into_any())}
            <Question app faults id t />
            <div class="talk-foot">
                <Elsewhere thread=talks.thread t on_choice=choose />
                <Wire app t />
                <CrisisBox watch field="composer" />
                <Typing thread=talks.thread t />
                <AimLine aim thread=talks.thread text t />
                {move || can_write.get().then(|| view! { <Composer text on_change=change on_send=send t /> }.into_any())}
            </div>
        </div>
    }
}

fn load(app: App, faults: Faults, id: ConversationId, inbox: RwSignal<Vec<String>>) {
    spawn_local(async move {
        let Some(desk) = app.talks.desk() else { return };
        if let Err(error) = desk.show(id).await {
            app.say(faults, &error);
            return;
        }
        let Some(thread) = desk.thread(id) else {
            return;
        };
        if thread.summary.state == State::Waiting
            && let Ok(agency) = client::agency::load_as(desk.session(), thread.summary.agency).await
        {
            inbox.set(agency.readers().map(str::to_owned).collect());
        }
    });
}

/// Deletes the conversation, for everybody.
#[component]
fn Delete(app: App, t: Texts, id: ConversationId) -> impl IntoView {
    let step = Step {
        id: "delete-password",
        title: texts::conversation::delete(t),
        about: texts::conversation::delete_text(t),
        button: texts::conversation::delete_button(t),
        danger: true,
    };
    let run: Run = Rc::new(move |password| {
        Box::pin(async move {
            if let Some(desk) = app.talks.desk() {
                desk.delete(id, password).await?;
                app.notice.set(Some(Notice::ConversationDeleted));
                app.places.restart(Screen::List);
            }
            Ok(())
        })
    });
    view! { <Confirm step t words=fault::words run /> }
}

/// Who counsels, or that it still waits; and who can read.
#[component]
fn Head(app: App, t: Texts, id: ConversationId, inbox: RwSignal<Vec<String>>) -> impl IntoView {
    // Only what the head shows: a new message does not fold the names away again.
    let shown = Memo::new(move |_| {
        app.talks.thread.with(|thread| {
            let thread = thread.as_ref()?;
            let Thread {
                summary, members, ..
            } = thread;
            Some((
                summary.agency_name.clone(),
                summary.state,
                summary.untrusted,
                members.clone(),
                summary.kept_until,
            ))
        })
    });
    let named = |members: &[Person], role: Role| {
        members
            .iter()
            .find(|person| person.role == role && !person.own)
            .map(|person| person.name.clone())
    };
    let title = move || {
        shown.with(|shown| match shown {
            Some((agency, _, _, members, _)) => named(members, Role::Counsellor)
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| agency.clone()),
            None => texts::conversation::log(t).to_owned(),
        })
    };
    let says = move || {
        shown.with(|shown| {
            let (_, _, _, members, _) = shown.as_ref()?;
            let name = named(members, Role::Counsellor)?;
            Some(match named(members, Role::Deputy) {
                Some(deputy) => texts::conversation::accepted_deputy(t, deputy, name),
                None => texts::conversation::accepted(t, name),
            })
        })
    };
    let under = move || {
        let (agency, _, _, members, _) = shown.get()?;
        named(&members, Role::Counsellor)?;
        Some(view! { <p class="quiet"><bdi>{agency}</bdi></p> }.into_any())
    };
    let people = move || {
        let (_, _, _, members, _) = shown.get()?;
        let desk = app.talks.desk()?;
        let (for_seen, for_compare) = (desk.clone(), desk.clone());
        let told = Told {
            readers: Rc::new(move || desk.readers(id)),
            seen: Rc::new(move || for_seen.connection_proof(id)),
            compare: Rc::new(move |account| {
                let desk = for_compare.clone();
                // What cannot be saved now counts until the end of the session.
                spawn_local(async move { drop(desk.compare(id, account).await) });
            }),
        };
        Some(view! { <People members inbox=inbox.get() told t /> }.into_any())
    };
    let notes = move || {
        let (_, state, untrusted, _, kept) = shown.get()?;
        let kept = kept.map(|day| texts::conversation::kept_until(t, moment::date_of(t, day)));
        let waiting = (state == State::Waiting).then(|| {
            view! {
                <div class="note">
                    <b>{texts::conversation::waiting_title(t)}</b>
                    <p>{texts::conversation::waiting_text(t)}</p>
                </div>
            }
            .into_any()
        });
        Some(view! {
            {untrusted.map(|why| view! { <p class="note note-wrong" role="alert">{untrusted_words(t, why)}</p> }.into_any())}
            {waiting}
            {kept.map(|words| view! { <p class="note">{words}</p> }.into_any())}
        }.into_any())
    };
    // One heading and one sentence for as long as the screen is there: the heading may have the focus while its
    // words arrive, and that somebody accepts is said aloud.
    view! {
        <div class="talk-head">
            <Heading><bdi>{title}</bdi></Heading>
            {under}
            <p class="quiet" role="status">{says}</p>
            {people}
            <Delete app t id />
        </div>
        {notes}
    }
}
