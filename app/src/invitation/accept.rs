//! Answering an invitation: the words, the account, the spare key. The second factor comes after it.

use std::rc::Rc;

use crate::reactive::{RwSignal, Signal, StoredValue};
use client::invitation::{self, Looked, Welcome};
use client::recovery::{self, RecoverySecret};
use client::{Client, Error, Session};
use domain::account::{Secretive, UserName};
use domain::id::InvitationId;
use domain::{Blob, Refusal};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::roles::in_words;
use super::told::list;
use super::words::{Typed, read};
use crate::account::password::{OwnPassword, faults_of, normalised};
use crate::browser::Browser;
use crate::recovery::code::WriteDown;
use crate::recovery::replace::set_noted;
use crate::screen::fault::{Fault, Faults, Summary, focus_id};
use crate::screen::field::Field;
use crate::team::problem;
use crate::team::start::{Entrance, Reason, TeamLanguage};
use crate::texts::{Texts, account, invitation as words};

/// Where somebody stands who came by a link.
#[derive(Clone)]
enum Step {
    Looking,
    Broken(Error),
    Code(Blob),
    Account(Welcome),
    Made(Made),
}

/// The account is made; the spare key is shown once.
#[derive(Clone)]
struct Made {
    session: Session<Browser>,
    code: Rc<RecoverySecret>,
}

/// The door for who was invited.
#[component]
pub fn Accept(
    /// The platform.
    client: Client<Browser>,
    /// Which invitation.
    id: InvitationId,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let client = StoredValue::new(client);
    let step = RwSignal::new(Step::Looking);
    let look = move || {
        step.set(Step::Looking);
        spawn_local(async move {
            let next = match invitation::look(&client.get_value(), id).await {
                Ok(Looked::Code(offer)) => Step::Code(offer),
                Ok(Looked::Operator(welcome)) => Step::Account(welcome),
                Err(error) => Step::Broken(error),
            };
            go(step, next);
        });
    };
    look();
    view! {
        <main class="team-door">
            <div class="team-door-card">
                {move || match step.get() {
                    Step::Looking => view! { <p class="quiet appear-late" role="status">{words::wait(t)}</p> }.into_any(),
                    Step::Broken(error) => view! { <Broken error again=Callback::new(move |()| look()) t /> }.into_any(),
                    Step::Code(offer) => view! { <Code client=client.get_value() id offer step t /> }.into_any(),
                    Step::Account(welcome) => view! { <Account client=client.get_value() welcome step t /> }.into_any(),
                    Step::Made(made) => view! { <Spare made t /> }.into_any(),
                }}
                <TeamLanguage />
            </div>
        </main>
    }
}

/// The next step begins at its heading.
fn go(step: RwSignal<Step>, next: Step) {
    if step.try_set(next).is_none() {
        request_animation_frame(|| focus_id("heading"));
    }
}

#[component]
fn Broken(error: Error, again: Callback<()>, t: Texts) -> impl IntoView {
    let entrance = expect_context::<Entrance>();
    if error != Error::Refused(Refusal::InvitationInvalid) {
        return view! {
            <h1 id="heading" tabindex="-1">{words::title(t)}</h1>
            <div class="notice notice-problem" role="alert">
                <p>{problem(t, &error)}</p>
                <button type="button" class="button" on:click=move |_| again.run(())>
                    {crate::texts::team::try_again(t)}
                </button>
            </div>
        }
        .into_any();
    }
    view! {
        <h1 id="heading" tabindex="-1">{words::over_title(t)}</h1>
        <p>{words::over_text(t)}</p>
        <button type="button" class="button" on:click=move |_| entrance.signed_out(Reason::Came)>
            {words::over_sign_in(t)}
        </button>
    }
    .into_any()
}

#[component]
fn Code(
    client: Client<Browser>,
    id: InvitationId,
    offer: Blob,
    step: RwSignal<Step>,
    t: Texts,
) -> impl IntoView {
    let faults = Faults::default();
    let typed = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let asked = StoredValue::new((client, offer));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        faults.clear();
        spawn_local(async move {
            let (client, offer) = asked.get_value();
            let told = match list().await.map(|list| read(&list, &typed.get_untracked())) {
                None => words::code_list_missing(t).to_owned(),
                Some(Typed::Count(count)) => words::code_count(t, count),
                Some(Typed::Unknown(word)) => words::code_unknown(t, word),
                Some(Typed::Code(code)) => {
                    match invitation::open(&client, id, &offer, code).await {
                        Ok(welcome) => return go(step, Step::Account(welcome)),
                        Err(Error::Refused(Refusal::WrongCode)) => words::code_wrong(t).to_owned(),
                        Err(error) => problem(t, &error),
                    }
                }
            };
            faults.one("invitation-code", told);
            busy.try_set(false);
        });
    };
    view! {
        <h1 id="heading" tabindex="-1">{words::title(t)}</h1>
        <Summary faults t />
        <p>{words::code_lead(t)}</p>
        <form class="form" on:submit=submit novalidate>
            <Field
                id="invitation-code"
                label=words::code_words(t)
                hint=words::code_hint(t)
                faults
                value=Signal::from(typed)
                on_input=Callback::new(move |value| typed.set(value))
            />
            <Go busy label=words::next(t) waiting=words::wait(t) />
        </form>
    }
}

#[component]
fn Go(busy: RwSignal<bool>, label: &'static str, waiting: &'static str) -> impl IntoView {
    let said = move || if busy.get() { waiting } else { label };
    view! {
        <button type="submit" class="button button-primary" aria-disabled=move || busy.get().then_some("true")>
            {said}
        </button>
        <p class="visually-hidden" role="status">{move || if busy.get() { waiting } else { "" }}</p>
    }
}

#[component]
fn Account(
    client: Client<Browser>,
    welcome: Welcome,
    step: RwSignal<Step>,
    t: Texts,
) -> impl IntoView {
    let faults = Faults::default();
    let name = RwSignal::new(String::new());
    let own = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let tried = StoredValue::new(false);
    let code = recovery::make(&client);
    let greeting = match &welcome.place {
        Some(place) => view! {
            <p>{words::welcome(t, welcome.name.clone())}</p>
            <p><bdi>{words::welcome_place(t, place.clone())}</bdi></p>
            <p>{words::welcome_roles(t, in_words(t, welcome.roles))}</p>
        }
        .into_any(),
        None => view! { <p>{words::welcome_operator(t)}</p> }.into_any(),
    };
    let with = StoredValue::new((client, welcome, code));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        faults.clear();
        spawn_local(async move {
            let password = normalised(&own.get_untracked());
            let typed = name.get_untracked();
            let wrong = wrong(t, &typed, &password).await;
            if wrong.is_empty() {
                let (client, welcome, code) = with.get_value();
                let again = tried.get_value();
                tried.set_value(true);
                match make(&client, &welcome, &typed, password, &code, again).await {
                    Ok(session) => {
                        set_noted(&session, false).await;
                        return go(step, Step::Made(Made { session, code }));
                    }
                    Err(Error::Refused(Refusal::UserNameTaken)) => {
                        faults.one("user-name", account::user_name_taken(t));
                    }
                    Err(error @ Error::Refused(Refusal::InvitationInvalid)) => {
                        return go(step, Step::Broken(error));
                    }
                    Err(error) => faults.one("", problem(t, &error)),
                }
            } else {
                faults.set(wrong);
            }
            busy.try_set(false);
        });
    };
    view! {
        <h1 id="heading" tabindex="-1">{words::title(t)}</h1>
        <Summary faults t />
        {greeting}
        <p>{words::account_lead(t)}</p>
        <form class="form" on:submit=submit novalidate>
            <Field
                id="user-name"
                label=account::user_name(t)
                hint=words::user_name_hint(t)
                faults
                value=Signal::from(name)
                on_input=Callback::new(move |value| name.set(value))
                autocomplete="username"
                maxlength=64
            />
            <OwnPassword faults value=own t />
            <Go busy label=words::account_button(t) waiting=words::account_busy(t) />
        </form>
    }
}

async fn wrong(t: Texts, name: &str, password: &str) -> Vec<Fault> {
    let mut wrong = Vec::new();
    let mut of_name = |text: &str| {
        wrong.push(Fault {
            field: "user-name",
            text: text.to_owned(),
        });
    };
    if name.trim().is_empty() {
        of_name(account::user_name_missing(t));
    } else if UserName::parse(name).is_err() {
        of_name(account::user_name_invalid(t));
    }
    wrong.extend(faults_of(t, password, name).await);
    wrong
}

async fn make(
    client: &Client<Browser>,
    welcome: &Welcome,
    name: &str,
    password: String,
    code: &Rc<RecoverySecret>,
    again: bool,
) -> Result<Session<Browser>, Error> {
    let name = UserName::parse(name)?;
    let password = Secretive(password);
    invitation::register(client, welcome, name, password, Rc::clone(code), again).await
}

/// The spare key, written down and checked; then the second factor.
#[component]
fn Spare(made: Made, t: Texts) -> impl IntoView {
    let entrance = expect_context::<Entrance>();
    let noted = RwSignal::new(false);
    let code = made.code.to_text().to_string();
    let session = StoredValue::new(made.session);
    let on_noted = Callback::new(move |()| {
        noted.set(true);
        spawn_local(async move { set_noted(&session.get_value(), true).await });
    });
    view! {
        <h1 id="heading" tabindex="-1">{words::spare_title(t)}</h1>
        <p>{words::spare_lead(t)}</p>
        <WriteDown code t on_noted />
        {move || noted.get().then(|| view! {
            <button type="button" class="button button-primary" on:click=move |_| entrance.signed_in(session.get_value())>
                {words::spare_on(t)}
            </button>
        }.into_any())}
    }
}
