//! From nothing to the workplace: texts, the platform, and whoever is still signed in in this tab.

use crate::reactive::{RwSignal, StoredValue};
use client::{Client, Error, Session, account};
use domain::account::AccountKind;
use domain::id::InvitationId;
use domain::language::Language;
use domain::topic::Register;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::problem::problem;
use super::set_up::SetUp;
use super::sign_in::SignIn;
use super::workplace::Workplace;
use crate::browser::{Browser, assets, device, language};
use crate::components::language::LanguageChoice;
use crate::factor::ask::ask;
use crate::invitation::accept::Accept;
use crate::mount;
use crate::screen::focus;
use crate::texts::{Texts, team};

/// Why somebody sees the sign-in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reason {
    /// They came.
    #[default]
    Came,
    /// They signed out.
    SignedOut,
    /// Their session has ended by itself.
    Ended,
    /// Their session was ended from elsewhere.
    Elsewhere,
    /// The password that has opened an own device is another one by now.
    PasswordChanged,
    /// They have an own device here: the password alone opens it.
    Own,
}

/// Where the program stands.
enum Phase {
    Opening,
    Broken(Error),
    SignedOut(Reason),
    /// Came by the link of an invitation.
    Invited(InvitationId),
    /// Signed in, and allowed nothing but setting up a second factor.
    SettingUp(Session<Browser>),
    SignedIn(Session<Browser>),
}

impl Phase {
    fn of(session: Session<Browser>) -> Self {
        if session.lacks_factor() {
            Self::SettingUp(session)
        } else {
            Self::SignedIn(session)
        }
    }
}

/// Changes the phase, from anywhere below [`Start`].
#[derive(Clone, Copy)]
pub struct Entrance(RwSignal<Phase>);

impl Entrance {
    /// Somebody signed in.
    pub fn signed_in(self, session: Session<Browser>) {
        if invited().is_some() {
            forget_link();
        }
        let phase = Phase::of(session);
        let arrives = matches!(phase, Phase::SignedIn(_));
        self.0.set(phase);
        focus::rescue(if arrives { "list-title" } else { "heading" });
    }

    /// Nobody is signed in any more.
    pub fn signed_out(self, reason: Reason) {
        if invited().is_some() {
            forget_link();
        }
        self.0.set(Phase::SignedOut(reason));
        focus::rescue("heading");
    }
}

/// What staff can choose: German in one form, and English.
const SPOKEN: [Language; 2] = [Language::German(Register::Formal), Language::English];

/// The words, and in which language; a handle, to be copied.
#[derive(Clone, Copy)]
pub struct Tongue {
    words: RwSignal<Texts>,
    /// What is spoken.
    pub language: RwSignal<Language>,
    /// User name and password as they are being typed: they outlive a change of the words. Only in memory.
    pub typed: StoredValue<[String; 2]>,
}

impl Tongue {
    fn choose(self, chosen: Language) {
        language::keep(chosen);
        spawn_local(async move {
            // Without a connection the words stay as they are.
            if let Ok(words) = language::load(chosen).await {
                self.language.set(chosen);
                self.words.set(words);
            }
        });
    }
}

/// The choice of a language, anywhere below [`Start`].
#[component]
pub fn TeamLanguage() -> impl IntoView {
    let tongue = expect_context::<Tongue>();
    view! {
        <LanguageChoice
            offered=&SPOKEN
            current=tongue.language
            words=tongue.words
            on_choose=Callback::new(move |chosen| tongue.choose(chosen))
        />
    }
}

/// Opens `/team`. Without words or without trust the static first screen stays, and says so.
pub async fn begin() {
    let first = language::kept()
        .filter(|kept| SPOKEN.contains(kept))
        .unwrap_or(Language::German(Register::Formal));
    let (words, platform) = futures_util::join!(language::load(first), assets::platform());
    let (Ok(t), Ok(platform)) = (words, platform) else {
        mount::cannot_begin();
        return;
    };
    let client = Client::new(Browser::default(), platform);
    let phase = match (come_back(&client).await, invited()) {
        (Phase::SignedOut(_), Some(id)) => Phase::Invited(id),
        (phase, _) => phase,
    };
    mount::mount(move || {
        let tongue = Tongue {
            words: RwSignal::new(t),
            language: RwSignal::new(first),
            typed: StoredValue::new(Default::default()),
        };
        view! { <Start client phase tongue /> }
    });
}

/// Whether the operator marked this platform as a demonstration.
pub fn is_demonstration() -> bool {
    document()
        .document_element()
        .is_some_and(|html| html.has_attribute("data-demo"))
}

/// The invitation that the address names. It stays there, so that a reload comes back to it: it opens nothing without
/// the words.
fn invited() -> Option<InvitationId> {
    let hash = window().location().hash().ok()?;
    InvitationId::from_hex(hash.strip_prefix("#invitation=")?).ok()
}

/// What was begun by a link goes on without it.
fn forget_link() {
    let history = window().history();
    // Without a history the address stays; it opens nothing.
    drop(history.and_then(|history| {
        history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some("/team"))
    }));
}

async fn come_back(client: &Client<Browser>) -> Phase {
    let own = is_own(client).await;
    if own {
        // Leptos has no executor before its first mount.
        wasm_bindgen_futures::spawn_local(device::keep_program());
    }
    match account::resume(client).await {
        Ok(Some(session)) if session.kind() == AccountKind::Staff => Phase::of(session),
        // A seeker's session of the same tab stays as it is.
        Ok(_) | Err(Error::Unreachable) if own => Phase::SignedOut(Reason::Own),
        Ok(_) => Phase::SignedOut(Reason::Came),
        Err(error) => Phase::Broken(error),
    }
}

/// Whether the password alone opens this device.
pub async fn is_own(client: &Client<Browser>) -> bool {
    let marked = client::device::find(client).await;
    marked.is_some_and(|marked| marked.opens && marked.kind == AccountKind::Staff)
}

/// The whole program of `/team`.
#[component]
fn Start(client: Client<Browser>, phase: Phase, tongue: Tongue) -> impl IntoView {
    let client = StoredValue::new(client);
    let phase = RwSignal::new(phase);
    provide_context(Entrance(phase));
    provide_context(tongue);
    // Who pastes a link into the address of a page that is open already.
    let pasted = window_event_listener(leptos::ev::hashchange, move |_| {
        let is_out = phase.with_untracked(|phase| matches!(phase, Phase::SignedOut(_)));
        if let Some(id) = invited().filter(|_| is_out) {
            phase.set(Phase::Invited(id));
            focus::rescue("heading");
        }
    });
    on_cleanup(move || pasted.remove());
    let again = move || {
        phase.set(Phase::Opening);
        spawn_local(async move { phase.set(come_back(&client.get_value()).await) });
    };
    // Other words make everything anew; what was written is kept by the tab.
    move || {
        let t = tongue.words.get();
        client.with_value(|client| client.world().ask(ask, t));
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
            Phase::Invited(id) => view! { <Accept client=client.get_value() id=*id t /> }.into_any(),
            Phase::SettingUp(session) => view! { <SetUp session=session.clone() t /> }.into_any(),
            Phase::SignedIn(session) => view! { <Workplace session=session.clone() t /> }.into_any(),
        })
    }
}
