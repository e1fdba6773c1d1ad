//! Registration 4: the message.

use crate::reactive::{Memo, RwSignal, Signal};
use client::{Error, registration};
use domain::Refusal;
use domain::enquiry::PSEUDONYM_MAX;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::agency::chosen::Proof;
use crate::agency::proof::ProofPanel;
use crate::screen::fault::{Fault, Faults, Summary, duration};
use crate::screen::field::{Field, Message as FieldMessage};
use crate::screen::history::Screen;
use crate::screen::state::SentNote;
use crate::screen::{App, Heading};
use crate::texts::{self, Texts};
use crate::writing::crisis::{CrisisBox, Watch};
use crate::writing::pen::Pen;
use crate::writing::tools::Tools;

/// The most bytes of a message.
const MOST: usize = client::conversation::TEXT_MAX;
/// Bytes from which on the rest is counted.
const NEAR: usize = MOST - 3_000;

/// The fourth screen.
#[component]
pub fn Message(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let faults = Faults::default();
    let busy = RwSignal::new(false);
    // Whether the field for it stays does not change while one types in it.
    let asks_name =
        untrack(|| app.is_known()) || app.with_untracked(|form| form.pseudonym.is_empty());
    spawn_local(async move {
        if matches!(app.chosen.get_untracked(), Proof::None) {
            app.chosen.check(app).await;
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !complete(app, t, faults) {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            send(app, t, faults).await;
            busy.set(false);
        });
    };
    let agency = move || {
        let agency = app.chosen.good()?;
        let person = app.wished().map(|person| [&person, ", "].concat());
        Some([person.as_deref().unwrap_or_default(), agency.name()].concat())
    };
    view! {
        <Heading>{texts::enquiry::message_title(t)}</Heading>
        <Summary faults t />
        <p class="lead">{texts::enquiry::message_lead(t)}</p>
        <div class="beside">
            <form on:submit=submit novalidate>
                {move || agency().map(|name| view! {
                    <p class="chosen-topic">
                        <span>{texts::enquiry::to(t)}</span>
                        " "
                        <b><bdi>{name}</bdi></b>
                    </p>
                }.into_any())}
                {asks_name.then(|| view! {
                    <Field
                        id="pseudonym"
                        label=texts::account::pseudonym(t)
                        hint=texts::account::pseudonym_hint(t)
                        faults
                        value=Signal::derive(move || app.with(|form| form.pseudonym.clone()))
                        on_input=Callback::new(move |value| app.edit(|form| form.pseudonym = value))
                    />
                }.into_any())}
                <Text app faults t />
                <button type="submit" class="button button-main" aria-disabled=move || busy.get().then_some("true")>
                    {move || if busy.get() { texts::enquiry::sending(t) } else { texts::enquiry::send(t) }}
                </button>
                <p class="visually-hidden" role="status">{move || if busy.get() { texts::enquiry::sending(t) } else { "" }}</p>
            </form>
            <div class="aside">
                <section class="next" aria-labelledby="next-title">
                    <h2 id="next-title">{texts::enquiry::next(t)}</h2>
                    <ol>
                        <li>{texts::enquiry::next_read(t)}</li>
                        <li>{texts::enquiry::next_answer(t)}</li>
                        <li>{texts::enquiry::next_back(t)}</li>
                    </ol>
                    <p class="quiet">{texts::enquiry::next_urgent(t)}</p>
                </section>
                <ProofPanel app t />
            </div>
        </div>
    }
}

/// The large field.
#[component]
fn Text(app: App, faults: Faults, t: Texts) -> impl IntoView {
    let fault = Signal::derive(move || faults.at("message"));
    let length = Memo::new(move |_| app.with(|form| form.text.len()));
    let count = move || match length.get() {
        length if length < NEAR => None,
        length if length <= MOST => Some(texts::enquiry::left(t, (MOST - length) as u64)),
        length => Some(texts::enquiry::over(t, (length - MOST) as u64)),
    };
    let area = NodeRef::<leptos::html::Textarea>::new();
    let pen = Pen::new(area);
    let watch = Watch::new(app.with_untracked(|form| form.text.clone()), t);
    view! {
        <div class="field" class:field-wrong=move || fault.with(Option::is_some)>
            <label for="message">{texts::enquiry::message(t)}</label>
            <p class="hint" id="message-hint">{texts::enquiry::message_hint(t)}</p>
            <FieldMessage id="message" fault />
            <Tools pen field="message" t />
            <textarea
                id="message"
                node_ref=area
                class="letter"
                rows="10"
                dir="auto"
                autocomplete="off"
                aria-describedby="message-hint message-fault message-kept"
                aria-invalid=move || fault.with(Option::is_some).then_some("true")
                prop:value=move || app.with(|form| form.text.clone())
                on:input=move |event| {
                    let typed = event_target_value(&event);
                    watch.look(&typed);
                    app.edit(|form| form.text = typed);
                }
                on:keydown=move |event| { pen.key(&event); }
                on:keyup=move |_| pen.look()
                on:pointerup=move |_| pen.look()
            ></textarea>
            <CrisisBox watch field="message" />
            <p class="hint" id="message-kept">{texts::enquiry::kept_hint(t)}</p>
            <p class="count" role="status">{count}</p>
        </div>
    }
}

fn complete(app: App, t: Texts, faults: Faults) -> bool {
    let (text, pseudonym) =
        app.with_untracked(|form| (form.text.clone(), form.pseudonym.trim().to_owned()));
    let mut wrong = Vec::new();
    let mut add = |field, text: String| wrong.push(Fault { field, text });
    if pseudonym.is_empty() {
        add("pseudonym", texts::account::pseudonym_missing(t).to_owned());
    } else if pseudonym.chars().count() > PSEUDONYM_MAX {
        add(
            "pseudonym",
            texts::account::pseudonym_long(t, PSEUDONYM_MAX),
        );
    }
    if text.trim().is_empty() {
        add("message", texts::enquiry::message_missing(t).to_owned());
    } else if text.len() > MOST {
        add("message", texts::enquiry::message_long(t).to_owned());
    }
    let fine = wrong.is_empty();
    faults.set(wrong);
    fine
}

async fn send(app: App, t: Texts, faults: Faults) {
    let Some(desk) = app.talks.desk() else { return };
    match registration::submit(&app.draft(), desk.session()).await {
        Ok(conversation) => {
            let agency = untrack(|| app.chosen.good())
                .map(|agency| agency.name().to_owned())
                .unwrap_or_default();
            let user_name = app.with_untracked(|form| form.user_name.clone());
            let passphrase = app.passphrase.get_untracked();
            app.sent.set(Some(SentNote {
                agency,
                user_name,
                passphrase,
                conversation,
            }));
            app.clear_form();
            app.places.settle(Screen::List, Screen::Sent);
        }
        Err(Error::Refused(Refusal::AgencyClosed)) => faults.one("", texts::enquiry::closed(t)),
        Err(Error::Refused(Refusal::TooMany { retry_after })) => {
            faults.one("", texts::enquiry::many(t, duration(t, retry_after)));
        }
        Err(Error::TooLong) => faults.one("message", texts::enquiry::message_long(t)),
        Err(error) => app.say(faults, &error),
    }
}
