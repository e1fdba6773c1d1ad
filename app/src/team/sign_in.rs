//! Signing in: the password goes into the worker, never to the server; what a passkey computes stays here as well.

use crate::reactive::{RwSignal, StoredValue, effect};
use client::{Client, Error, account};
use domain::Refusal;
use domain::account::{AccountKind, Secretive, UserName};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::problem::problem;
use super::start::{Entrance, Reason, TeamLanguage, Tongue, is_demonstration};
use crate::browser::Browser;
use crate::factor::passkey;
use crate::texts::{Texts, app, settings, team};

const NAME: &str = "user-name";
const PASSWORD: &str = "password";

/// What is wrong, and at which field; `None`: with both together.
#[derive(Clone, PartialEq, Eq)]
struct Fault {
    field: Option<&'static str>,
    text: String,
}

/// The door of the workplace.
#[component]
pub fn SignIn(
    /// The platform.
    client: Client<Browser>,
    /// Why they are here.
    reason: Reason,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let client = StoredValue::new(client);
    let entrance = expect_context::<Entrance>();
    let typed = expect_context::<Tongue>().typed;
    let [was_name, was_password] = typed.get_value();
    let name = NodeRef::<html::Input>::new();
    let password = NodeRef::<html::Input>::new();
    let summary = NodeRef::<html::Div>::new();
    let shown = RwSignal::new(false);
    let running = RwSignal::new(false);
    let faults = RwSignal::new(Vec::<Fault>::new());
    let stranger = RwSignal::new(false);
    let fault_of = move |field: &'static str| {
        faults.with(|all| {
            all.iter()
                .find(|fault| fault.field == Some(field))
                .map(|fault| fault.text.clone())
        })
    };

    let neutral = StoredValue::new(document().title());
    effect(move || {
        let title = neutral.get_value();
        let wrong = faults.with(|all| !all.is_empty());
        document().set_title(&if wrong {
            format!("{}{title}", team::error_prefix(t))
        } else {
            title
        });
    });
    on_cleanup(move || document().set_title(&neutral.get_value()));
    effect(move || {
        // The summary says what is wrong and leads to the field.
        if faults.with(|all| !all.is_empty())
            && let Some(summary) = summary.get()
        {
            drop(summary.focus());
        }
    });

    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if running.get_untracked() {
            return;
        }
        let typed_name = name
            .get_untracked()
            .map(|input| input.value())
            .unwrap_or_default();
        let typed_password = password
            .get_untracked()
            .map(|input| input.value())
            .unwrap_or_default();
        let missing: Vec<Fault> = [
            (
                typed_name.trim().is_empty(),
                NAME,
                team::user_name_missing(t),
            ),
            (
                typed_password.is_empty(),
                PASSWORD,
                team::password_missing(t),
            ),
        ]
        .into_iter()
        .filter(|(is_missing, ..)| *is_missing)
        .map(|(_, field, text)| Fault {
            field: Some(field),
            text: text.to_owned(),
        })
        .collect();
        stranger.set(false);
        if !missing.is_empty() {
            faults.set(missing);
            return;
        }
        faults.set(Vec::new());
        running.set(true);
        spawn_local(async move {
            let answer = try_sign_in(&client.get_value(), &typed_name, typed_password).await;
            running.set(false);
            match answer {
                Ok(Arrived::Staff(session)) => {
                    typed.set_value(Default::default());
                    entrance.signed_in(session);
                }
                Ok(Arrived::Stranger) => stranger.set(true),
                Err(error) => faults.set(vec![Fault {
                    field: None,
                    text: problem(t, &error),
                }]),
            }
        });
    };

    let by_passkey = move |_| {
        if running.get_untracked() {
            return;
        }
        stranger.set(false);
        faults.set(Vec::new());
        running.set(true);
        spawn_local(async move {
            let answer = passkey::sign_in(&client.get_value()).await;
            running.set(false);
            match answer {
                Ok(session) => {
                    typed.set_value(Default::default());
                    entrance.signed_in(session);
                }
                Err(error) => faults.set(vec![Fault {
                    field: None,
                    text: match error {
                        Error::Refused(Refusal::WrongState) => team::passkey_failed(t).to_owned(),
                        Error::Refused(Refusal::WrongFactor) => team::passkey_unknown(t).to_owned(),
                        error => problem(t, &error),
                    },
                }]),
            }
        });
    };
    let passkeys = passkey::is_offered().then(|| {
        view! {
            <button type="button" class="button" aria-disabled=move || running.get().then_some("true") on:click=by_passkey>
                {team::sign_in_passkey(t)}
            </button>
        }
        .into_any()
    });
    let notice = match reason {
        Reason::Came => None,
        Reason::SignedOut => Some(team::signed_out(t)),
        Reason::Ended => Some(team::session_ended(t)),
        Reason::Elsewhere => Some(settings::ended_elsewhere(t)),
    };
    view! {
        <main class="team-door">
            <div class="team-door-card">
                {is_demonstration().then(|| view! { <p class="team-demo">{team::demonstration(t)}</p> }.into_any())}
                <h1 id="heading" tabindex="-1">{team::sign_in_title(t)}</h1>
                <p class="quiet">{team::sign_in_lead(t)}</p>
                {notice.map(|notice| view! { <p class="notice" role="status">{notice}</p> }.into_any())}
                <Show when=move || faults.with(|all| !all.is_empty())>
                    <div class="notice notice-problem" role="alert" tabindex="-1" aria-labelledby="faults-title" node_ref=summary>
                        <h2 id="faults-title">{team::error_title(t)}</h2>
                        <ul>
                            {move || faults.get().into_iter().map(|fault| view! {
                                <li><a href=format!("#{}", fault.field.unwrap_or(NAME))>{fault.text}</a></li>
                            }.into_any()).collect_view()}
                        </ul>
                    </div>
                </Show>
                <Show when=move || stranger.get()>
                    <div class="notice" role="alert">
                        <p>{team::not_staff(t)}</p>
                        <a href="/app" rel="external">{team::not_staff_link(t)}</a>
                    </div>
                </Show>
                <form class="form" novalidate on:submit=submit>
                    <div class="field">
                        <label for=NAME>{team::user_name(t)}</label>
                        <Message of=NAME text=move || fault_of(NAME) />
                        <input
                            id=NAME
                            node_ref=name
                            type="text"
                            autocomplete="username"
                            prop:value=was_name
                            on:input=move |event| typed.update_value(|[name, _]| *name = event_target_value(&event))
                            autocapitalize="none"
                            spellcheck="false"
                            aria-invalid=move || fault_of(NAME).is_some().then_some("true")
                            aria-describedby=move || fault_of(NAME).map(|_| "user-name-message")
                        />
                    </div>
                    <div class="field">
                        <label for=PASSWORD>{team::password(t)}</label>
                        <Message of=PASSWORD text=move || fault_of(PASSWORD) />
                        <div class="field-row">
                            <input
                                id=PASSWORD
                                node_ref=password
                                type=move || Some(if shown.get() { "text" } else { "password" })
                                autocomplete="current-password"
                                prop:value=was_password
                                on:input=move |event| typed.update_value(|[_, password]| *password = event_target_value(&event))
                                autocapitalize="none"
                                spellcheck="false"
                                aria-invalid=move || fault_of(PASSWORD).is_some().then_some("true")
                                aria-describedby=move || fault_of(PASSWORD).map(|_| "password-message")
                            />
                            <button
                                type="button"
                                class="button button-quiet"
                                aria-pressed=move || Some(if shown.get() { "true" } else { "false" })
                                on:click=move |_| shown.update(|shown| *shown = !*shown)
                            >
                                <span class="visually-hidden">{team::password(t)} " "</span>
                                {move || if shown.get() { team::password_hide(t) } else { team::password_show(t) }}
                            </button>
                        </div>
                    </div>
                    <button type="submit" class="button button-primary" aria-disabled=move || running.get().then_some("true")>
                        {move || if running.get() { team::sign_in_running(t) } else { team::sign_in(t) }}
                    </button>
                    {passkeys}
                    <p class="visually-hidden" role="status">
                        {move || if running.get() { team::sign_in_running(t) } else { "" }}
                    </p>
                </form>
                <TeamLanguage />
                <p class="quiet">{team::sign_in_hint(t)}</p>
                <p class="quiet">{team::forgot(t)}</p>
                <p class="quiet"><a href=app::page(t, "/notfall")>{app::crisis(t)}</a></p>
            </div>
        </main>
    }
}

#[component]
fn Message(
    of: &'static str,
    text: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> impl IntoView {
    move || {
        text().map(|text| {
            view! { <p class="field-message" id=format!("{of}-message")>{text}</p> }.into_any()
        })
    }
}

enum Arrived {
    Staff(client::Session<Browser>),
    /// A seeker's account: its place is `/app`.
    Stranger,
}

async fn try_sign_in(
    client: &Client<Browser>,
    name: &str,
    password: String,
) -> Result<Arrived, Error> {
    // A name that cannot exist is answered like one that does not.
    let name = UserName::parse(name).map_err(|_| Error::Refused(Refusal::WrongCredentials))?;
    let session = account::sign_in(client, &name, Secretive(password)).await?;
    match session.kind() {
        AccountKind::Staff => Ok(Arrived::Staff(session)),
        AccountKind::Seeker => {
            drop(session);
            // Whatever the answer: this tab has forgotten.
            drop(account::sign_out(client).await);
            Ok(Arrived::Stranger)
        }
    }
}
