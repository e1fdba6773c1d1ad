//! What the seeker is asked: whether somebody may take over, whether the agency may look for somebody, and to compare
//! again.

use client::conversation::{Answer, Asked, ConsentTo, Person};
use domain::id::{AccountId, ConversationId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::reactive::{Memo, effect_after};
use crate::screen::App;
use crate::screen::fault::{Faults, focus_id};
use crate::texts::{Texts, conversation, handover};

/// Where the focus goes once something was answered.
const PLACE: &str = "question";

/// What can be answered.
#[derive(Clone, Copy)]
enum Say {
    Yes { whole: bool },
    No,
    Agency { whole: bool },
    Compared(AccountId),
}

/// What stands above the field, if there is something to ask.
#[component]
pub fn Question(
    /// The application.
    app: App,
    /// Where errors are shown.
    faults: Faults,
    /// Which conversation.
    id: ConversationId,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let talks = app.talks;
    // Only what is asked: a new message must not take the buttons away from under a finger.
    let shown = Memo::new(move |_| {
        talks.thread.with(|thread| {
            let thread = thread.as_ref()?;
            let changed = thread.members.iter();
            let changed = changed.filter(|one| thread.changed.contains(&one.account));
            let changed: Vec<Person> = changed.cloned().collect();
            Some((thread.asked.clone(), thread.is_alone, changed))
        })
    });
    effect_after(move |before: Option<bool>| {
        let unknown = shown.with(|shown| {
            let asked = shown.as_ref().and_then(|(asked, ..)| asked.as_ref());
            asked.is_some_and(|asked| {
                asked.target.is_none() && matches!(asked.to, ConsentTo::Agency(_))
            })
        });
        if unknown && before != Some(true) {
            spawn_local(async move {
                if let Some(desk) = talks.desk() {
                    // What does not verify is said to be so.
                    drop(desk.look_up(id).await);
                }
            });
        }
        unknown
    });
    let say = move |what: Say| {
        let Some(desk) = talks.desk() else { return };
        spawn_local(async move {
            let done = match what {
                Say::Yes { whole } => desk.agree(id, whole).await,
                Say::No => desk.refuse(id),
                Say::Agency { whole } => {
                    let done = desk.ask_agency(id, whole).await;
                    // What was written to nobody goes out now.
                    desk.retry(id);
                    done
                }
                Say::Compared(account) => desk.compare(id, account).await,
            };
            match done {
                Ok(()) => focus_id(PLACE),
                Err(error) => app.say(faults, &error),
            }
        });
    };
    let choice = move |words: &'static str, class: &'static str, what: Say| {
        view! { <button type="button" class=class on:click=move |_| say(what)>{words}</button> }
            .into_any()
    };
    let button = move |words, what| choice(words, "button", what);
    let asked = move |asked: Asked| {
        let Some(target) = asked.target else {
            return view! { <p class="note">{handover::unproved(t)}</p> }.into_any();
        };
        let name = || target.name.clone();
        match asked.answer {
            Answer::Yes { .. } => {
                view! { <p class="note">{handover::said_yes(t, name())}</p> }.into_any()
            }
            Answer::No => view! { <p class="note">{handover::said_no(t)}</p> }.into_any(),
            Answer::None => {
                let readers = target.readers.join(", ");
                let readers = (!readers.is_empty()).then(|| handover::ask_readers(t, readers));
                card(
                    handover::ask_title(t, name()),
                    vec![
                        handover::ask_text(t, name()),
                        readers.unwrap_or_default(),
                        handover::ask_late(t).to_owned(),
                    ],
                    vec![
                        button(handover::yes_all(t), Say::Yes { whole: true }),
                        button(handover::yes_new(t), Say::Yes { whole: false }),
                        button(handover::no(t), Say::No),
                    ],
                )
            }
        }
    };
    let all = move || {
        let (question, is_alone, changed) = shown.get()?;
        let changed = changed.into_iter().map(|person| {
            let name = match person.name.is_empty() {
                true => conversation::fallback_name(t).to_owned(),
                false => person.name,
            };
            card(
                handover::changed_title(t, name),
                vec![handover::changed_text(t).to_owned()],
                vec![button(handover::compare(t), Say::Compared(person.account))],
            )
        });
        let alone = is_alone.then(|| {
            card(
                handover::alone_title(t).to_owned(),
                vec![handover::alone_text(t).to_owned()],
                vec![
                    button(handover::alone_all(t), Say::Agency { whole: true }),
                    button(handover::alone_first(t), Say::Agency { whole: false }),
                ],
            )
        });
        let asks = question.filter(|_| !is_alone).map(asked);
        Some(view! { {changed.collect_view()} {alone} {asks} }.into_any())
    };
    view! { <div id=PLACE class="question" tabindex="-1" role="status">{all}</div> }
}

/// A question, what it means, and what can be said.
pub fn card(title: String, texts: Vec<String>, buttons: Vec<AnyView>) -> AnyView {
    let texts = texts.into_iter().filter(|text| !text.is_empty());
    let texts = texts.map(|text| view! { <p>{text}</p> }.into_any());
    view! {
        <section class="note ask">
            <h2>{title}</h2>
            {texts.collect_view()}
            <div class="ask-choices">{buttons}</div>
        </section>
    }
    .into_any()
}
