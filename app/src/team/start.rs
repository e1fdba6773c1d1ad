//! From nothing to the workplace: texts, the platform, and whoever is still signed in in this tab.

use client::{Client, Session, account};
use domain::account::AccountKind;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::problem::{problem, start_problem};
use super::sign_in::SignIn;
use super::workplace::Workplace;
use crate::browser::{Browser, assets};
use crate::texts::{Texts, team};

/// Why somebody sees the sign-in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Reason {
    /// They came.
    #[default]
    Came,
    /// They signed out.
    SignedOut,
    /// Their session has ended.
    Ended,
}

/// Where the program stands.
enum Phase {
    Opening,
    Broken(String),
    SignedOut(Client<Browser>, Reason),
    SignedIn(Session<Browser>),
}

/// Changes the phase, from anywhere below [`Start`].
#[derive(Clone, Copy)]
pub(super) struct Entrance(RwSignal<Phase, LocalStorage>);

impl Entrance {
    /// Somebody signed in.
    pub(super) fn signed_in(self, session: Session<Browser>) {
        self.0.set(Phase::SignedIn(session));
    }

    /// Nobody is signed in any more.
    pub(super) fn signed_out(self, client: Client<Browser>, reason: Reason) {
        self.0.set(Phase::SignedOut(client, reason));
    }
}

/// The whole program of `/team`.
#[component]
pub fn Start() -> impl IntoView {
    let texts = RwSignal::new(None::<Texts>);
    let phase = RwSignal::new_local(Phase::Opening);
    provide_context(Entrance(phase));
    let opening = move || {
        phase.set(Phase::Opening);
        spawn_local(async move {
            let opened = open(texts).await.unwrap_or_else(Phase::Broken);
            phase.set(opened);
        });
    };
    opening();
    move || {
        let t = texts.get();
        phase.with(|phase| match (phase, t) {
            (Phase::SignedIn(session), Some(t)) => view! { <Workplace session=session.clone() t /> }.into_any(),
            (Phase::SignedOut(client, reason), Some(t)) => view! { <SignIn client=client.clone() reason=*reason t /> }.into_any(),
            (Phase::Broken(why), t) => broken(why.clone(), t, opening).into_any(),
            _ => opening_view(t).into_any(),
        })
    }
}

/// Whether the operator marked this platform as a demonstration.
pub(super) fn is_demonstration() -> bool {
    document().document_element().is_some_and(|html| html.has_attribute("data-demo"))
}

async fn open(texts: RwSignal<Option<Texts>>) -> Result<Phase, String> {
    let loaded = assets::texts("de-sie").await.map_err(|error| start_problem(None, error).to_owned())?;
    texts.set(Some(loaded));
    let platform = assets::platform().await.map_err(|error| start_problem(Some(loaded), error).to_owned())?;
    let client = Client::new(Browser::default(), platform);
    match account::resume(&client).await {
        Ok(Some(session)) if session.kind() == AccountKind::Staff => Ok(Phase::SignedIn(session)),
        // A seeker's session of the same tab stays as it is.
        Ok(_) => Ok(Phase::SignedOut(client, Reason::Came)),
        Err(error) => Err(problem(loaded, &error)),
    }
}

fn opening_view(t: Option<Texts>) -> impl IntoView {
    view! {
        <main class="team-door" aria-busy="true">
            <p class="quiet appear-late">{t.map(team::opening)}</p>
        </main>
    }
}

fn broken(why: String, t: Option<Texts>, again: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    view! {
        <main class="team-door">
            <div class="notice notice-problem" role="alert">
                <p>{why}</p>
                <button type="button" class="button" on:click=move |_| again()>
                    {t.map(team::try_again)}
                </button>
            </div>
        </main>
    }
}
