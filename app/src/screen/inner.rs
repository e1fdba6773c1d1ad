//! The inner part of the application: all that the first two screens do without. It is a file of its own, which the
//! browser loads while they are read (docs/adr/0413). What stands outside reaches it only through [`Inner`].

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use client::registration::Draft;
use client::{Client, Error, Session, account, work};
use domain::account::AccountKind;
use domain::work::Purpose;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;

use super::history::Screen;
use super::preset::Preset;
use super::state::App;
use super::{Heading, fault, focus};
use crate::account::change::ChangePassword;
use crate::account::credentials::Account;
use crate::account::delete::DeleteAccount;
use crate::account::sessions::Sessions;
use crate::agency::choose::Choose;
use crate::browser::{Browser, device};
use crate::conversation::list::List;
use crate::conversation::talk::Talk;
use crate::device::open::Door;
use crate::device::setting::{OwnDevice, Owned};
use crate::enquiry::message::Message;
use crate::enquiry::sent::Sent;
use crate::export::Export;
use crate::factor::ask::ask;
use crate::factor::offered::Offered;
use crate::keys::renew::renew;
use crate::recovery::lost::Lost;
use crate::recovery::replace::ReplaceCode;
use crate::settings::Switches;
use crate::texts::{self, Texts};

/// Milliseconds until loading is tried again.
const PAUSE: u32 = 2_000;

/// Something that is there later.
pub type Later<T> = Pin<Box<dyn Future<Output = T>>>;

/// Loads the inner part; once it is there, at once. It fails as [`client::call`] does without a connection.
pub type Load = fn() -> Later<Result<Inner, Error>>;

/// What a tab keeps through a reload: the form, and the session if there is one; and whether the password alone opens
/// this device.
pub(super) type Kept = (Draft<Browser>, Option<Session<Browser>>, bool);

/// What the inner part can do.
#[derive(Clone, Copy)]
pub struct Inner {
    /// Every screen but the first two.
    pub(super) screen: fn(App, Texts, Screen) -> AnyView,
    /// What the tab kept before a reload; the tab's key is asked of the server.
    pub(super) come_back: fn(Client<Browser>) -> Later<Result<Kept, Error>>,
    /// Opens the own conversations.
    pub(super) begin: fn(App, Session<Browser>),
    /// Uses what a link brought along.
    pub(super) preset: fn(App, Preset) -> Later<()>,
    /// Does the proof of work that the next step will cost.
    pub(super) work: fn(Client<Browser>, Purpose) -> Later<()>,
    /// Keeps the form in the tab, encrypted.
    pub(super) save: fn(Rc<Draft<Browser>>) -> Later<()>,
    /// Forgets the form, here and at the server.
    pub(super) discard: fn(Rc<Draft<Browser>>) -> Later<()>,
}

impl Inner {
    /// All of it: who names this function needs the whole program.
    #[must_use]
    pub fn new() -> Self {
        Self {
            screen,
            come_back: |client| Box::pin(async move { come_back(&client).await }),
            begin: App::begin,
            preset: |app, preset| Box::pin(preset.apply(app)),
            work: |client, purpose| Box::pin(async move { work::prepare(&client, purpose).await }),
            // Without a connection the next keystroke tries again; memory has it all the same.
            save: |draft| Box::pin(async move { drop(draft.save().await) }),
            discard: |draft| Box::pin(async move { draft.discard().await }),
        }
    }
}

impl Default for Inner {
    fn default() -> Self {
        Self::new()
    }
}

/// Loads the inner part while the first screens are read, however often it takes.
pub(super) async fn load_into(app: App, load: Load) -> Inner {
    if let Some(inner) = app.inner.get_untracked() {
        return inner;
    }
    loop {
        if let Ok(inner) = load().await {
            app.inner.set(Some(inner));
            if !matches!(untrack(|| app.shown()), Screen::Start | Screen::Topic) {
                // Whoever waited for a screen goes on at its beginning.
                focus::rescue("heading");
            }
            return inner;
        }
        app.is_stuck.set(true);
        TimeoutFuture::new(PAUSE).await;
    }
}

/// A screen of the inner part, or what is said until it is there.
pub(super) fn show(app: App, t: Texts, screen: Screen) -> AnyView {
    let Some(inner) = app.inner.get() else {
        let told = move || {
            if app.is_stuck.get() {
                texts::app::loading_stuck(t)
            } else {
                texts::app::wait(t)
            }
        };
        return view! { <p class="waiting" role="status">{told}</p> }.into_any();
    };
    (inner.screen)(app, t, screen)
}

async fn come_back(client: &Client<Browser>) -> Result<Kept, Error> {
    let marked = client::device::find(client).await;
    let own = marked.is_some_and(|marked| marked.opens && marked.kind == AccountKind::Seeker);
    if own {
        // Leptos has no executor before its first mount.
        wasm_bindgen_futures::spawn_local(device::keep_program());
    }
    let (draft, session) = futures_util::join!(Draft::open(client), account::resume(client));
    let session = match session {
        // The password opens it all the same.
        Err(Error::Unreachable) if own => None,
        other => other?,
    };
    Ok((draft?, session, own))
}

fn screen(app: App, t: Texts, screen: Screen) -> AnyView {
    app.client().world().ask(ask, t);
    match screen {
        // These two stand outside.
        Screen::Start | Screen::Topic => ().into_any(),
        Screen::Agency => view! { <Choose app t /> }.into_any(),
        Screen::Account => view! { <Account app t /> }.into_any(),
        Screen::Message => view! { <Message app t /> }.into_any(),
        Screen::Sent => view! { <Sent app t /> }.into_any(),
        Screen::SignIn => view! { <Door app t /> }.into_any(),
        Screen::Lost => view! { <Lost app t /> }.into_any(),
        Screen::List => view! { <List app t /> }.into_any(),
        Screen::Settings => settings(app, t),
        Screen::Conversation(id) => view! { <Talk app t id /> }.into_any(),
    }
}

/// What can be decided for the own account.
fn settings(app: App, t: Texts) -> AnyView {
    app.talks
        .desk()
        .map(|desk| {
            view! {
                <Heading>{texts::settings::title(t)}</Heading>
                <Switches session=desk.session().clone() t words=fault::words />
                <ChangePassword session=desk.session().clone() t problem=fault::words renew=Some(renew(app)) />
                <ReplaceCode session=desk.session().clone() t words=fault::words />
                <OwnDevice owned=Owned::by(desk.clone(), move |own| app.own.set(own)) t />
                <Offered session=desk.session().clone() t />
                <Sessions session=desk.session().clone() t words=fault::words />
                <Export app t />
                <DeleteAccount app t />
            }
            .into_any()
        })
        .into_any()
}
