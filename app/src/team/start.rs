//! From nothing to the workplace: texts, the platform, and whoever is still signed in in this tab.

use client::{Client, Error, Session, account};
use domain::account::AccountKind;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::problem::problem;
use super::sign_in::SignIn;
use super::workplace::Workplace;
use crate::browser::{Browser, assets};
use crate::mount;
use crate::texts::{Texts, team};

/// Why somebody sees the sign-in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reason {
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
    Broken(Error),
    SignedOut(Reason),
    SignedIn(Session<Browser>),
}

/// Changes the phase, from anywhere below [`Start`].
#[derive(Clone, Copy)]
pub struct Entrance(RwSignal<Phase, LocalStorage>);

impl Entrance {
    /// Somebody signed in.
    pub fn signed_in(self, session: Session<Browser>) {
        self.0.set(Phase::SignedIn(session));
    }

    /// Nobody is signed in any more.
    pub fn signed_out(self, reason: Reason) {
        self.0.set(Phase::SignedOut(reason));
    }
}

/// Opens `/team`. Without words or without trust the static first screen stays, and says so.
pub async fn begin() {
    let (words, platform) = futures_util::join!(assets::texts("de-sie"), assets::platform());
    let (Ok(t), Ok(platform)) = (words, platform) else {
        mount::cannot_begin();
        return;
    };
    let client = Client::new(Browser::default(), platform);
    let phase = come_back(&client).await;
    mount::mount(move || view! { <Start client phase t /> });
}

/// Whether the operator marked this platform as a demonstration.
pub fn is_demonstration() -> bool {
    document()
        .document_element()
        .is_some_and(|html| html.has_attribute("data-demo"))
}

async fn come_back(client: &Client<Browser>) -> Phase {
    match account::resume(client).await {
        Ok(Some(session)) if session.kind() == AccountKind::Staff => Phase::SignedIn(session),
        // A seeker's session of the same tab stays as it is.
        Ok(_) => Phase::SignedOut(Reason::Came),
        Err(error) => Phase::Broken(error),
    }
}

/// The whole program of `/team`.
#[component]
fn Start(client: Client<Browser>, phase: Phase, t: Texts) -> impl IntoView {
    let client = StoredValue::new_local(client);
    let phase = RwSignal::new_local(phase);
    provide_context(Entrance(phase));
    let again = move || {
        phase.set(Phase::Opening);
        spawn_local(async move { phase.set(come_back(&client.get_value()).await) });
    };
    move || {
        phase.with(|phase| match phase {
            Phase::Opening => view! {
                <main class="team-door" aria-busy="true">
                    <p class="quiet appear-late">{team::opening(t)}</p>
                </main>
            }
            .into_any(),
            Phase::Broken(error) => view! {
                <main class="team-door">
                    <div class="notice notice-problem" role="alert">
                        <p>{problem(t, error)}</p>
                        <button type="button" class="button" on:click=move |_| again()>{team::try_again(t)}</button>
                    </div>
                </main>
            }
            .into_any(),
            Phase::SignedOut(reason) => view! { <SignIn client=client.get_value() reason=*reason t /> }.into_any(),
            Phase::SignedIn(session) => view! { <Workplace session=session.clone() t /> }.into_any(),
        })
    }
}
