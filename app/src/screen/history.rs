//! Where the person is: a list of screens and a place in it. The address never changes, so that the browser's
//! history shows one neutral line; each of its entries carries only a number.

use crate::reactive::{RwSignal, StoredValue};
use client::world::TabStorage;
use domain::id::ConversationId;
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::History;

use crate::browser::SessionStorage;

/// The one address.
pub(crate) const ADDRESS: &str = "/app";
/// Under this key the tab keeps its list of screens for a reload. Begins as `client`'s own keys do, so that the
/// quick exit removes it too.
const KEPT: &str = "beistand.screens";

/// What can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// New here, or here before?
    Start,
    /// Registration 1: what it is about.
    Topic,
    /// Registration 2: who shall read it.
    Agency,
    /// Registration 3: pseudonym, user name, password, consent.
    Account,
    /// Registration 4: the message.
    Message,
    /// The message has arrived.
    Sent,
    /// User name and password.
    SignIn,
    /// A lost password.
    Lost,
    /// The own conversations.
    List,
    /// What can be decided for the own account.
    Settings,
    /// One of them.
    Conversation(ConversationId),
}

/// The list of screens and the place in it.
#[derive(Clone, Copy)]
pub struct Places {
    screens: StoredValue<Vec<Screen>>,
    at: RwSignal<usize>,
}

impl Places {
    /// The screens of this tab: those from before a reload, or `first` alone.
    #[must_use]
    pub fn open(first: Screen) -> Self {
        let kept: Vec<Screen> = SessionStorage
            .get(KEPT)
            .map(|text| text.split(' ').filter_map(read).collect())
            .unwrap_or_default();
        let at = state().filter(|at| *at < kept.len());
        let (screens, at) = at.map_or_else(|| (vec![first], 0), |at| (kept, at));
        let places = Self {
            screens: StoredValue::new(screens),
            at: RwSignal::new(at),
        };
        places.replace_entry();
        places.keep();
        places.listen();
        places
    }

    /// The screen to show.
    #[must_use]
    pub fn current(self) -> Screen {
        let at = self.at.get();
        self.screens
            .with_value(|screens| screens.get(at).copied())
            .unwrap_or(Screen::Start)
    }

    /// The same, without following it.
    #[must_use]
    pub fn now(self) -> Screen {
        untrack(|| self.current())
    }

    /// Whether Back stays inside the application.
    #[must_use]
    pub fn can_go_back(self) -> bool {
        self.at.get() > 0
    }

    /// Shows `screen`; Back leads to the one before.
    pub fn go(self, screen: Screen) {
        let at = self.at.get_untracked();
        if self
            .screens
            .with_value(|screens| screens.get(at) == Some(&screen))
        {
            return;
        }
        self.screens.update_value(|screens| {
            screens.truncate(at + 1);
            screens.push(screen);
        });
        if let Some(history) = history() {
            // A browser that refuses (too many entries in a short time) still shows the screen.
            drop(history.push_state_with_url(&number(at + 1), "", Some(ADDRESS)));
        }
        self.at.set(at + 1);
        self.keep();
    }

    /// Shows `screen` in the place of the current one.
    pub fn replace(self, screen: Screen) {
        let at = self.at.get_untracked();
        self.screens.update_value(|screens| {
            if let Some(slot) = screens.get_mut(at) {
                *slot = screen;
            }
        });
        self.replace_entry();
        self.at.set(at);
        self.keep();
    }

    /// Shows `screen`, and Back leads to `behind` from now on: what was before is over.
    pub fn settle(self, behind: Screen, screen: Screen) {
        self.screens.update_value(|screens| screens.fill(behind));
        self.go(screen);
    }

    /// Everything before is over: shows `screen`, and Back shows it too.
    pub fn restart(self, screen: Screen) {
        self.screens.update_value(|screens| screens.fill(screen));
        self.replace(screen);
    }

    /// As the browser's Back.
    pub fn back(self) {
        if let Some(history) = history() {
            drop(history.back());
        }
    }

    fn replace_entry(self) {
        if let Some(history) = history() {
            drop(history.replace_state_with_url(
                &number(self.at.get_untracked()),
                "",
                Some(ADDRESS),
            ));
        }
    }

    fn keep(self) {
        let text: Vec<String> = self
            .screens
            .with_value(|screens| screens.iter().copied().map(write).collect());
        SessionStorage.set(KEPT, &text.join(" "));
    }

    fn listen(self) {
        let moved = Closure::<dyn Fn()>::new(move || {
            let last = self.screens.with_value(Vec::len).saturating_sub(1);
            self.at.set(state().unwrap_or(0).min(last));
        });
        window().set_onpopstate(Some(moved.into_js_value().unchecked_ref()));
    }
}

fn history() -> Option<History> {
    window().history().ok()
}

fn state() -> Option<usize> {
    let number = history()?.state().ok()?.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small counter of our own; anything else falls out of the list"
    )]
    (number >= 0.0).then_some(number as usize)
}

fn number(at: usize) -> JsValue {
    JsValue::from_f64(f64::from(u32::try_from(at).unwrap_or(0)))
}

fn write(screen: Screen) -> String {
    match screen {
        Screen::Start => "s".to_owned(),
        Screen::Topic => "t".to_owned(),
        Screen::Agency => "a".to_owned(),
        Screen::Account => "k".to_owned(),
        Screen::Message => "m".to_owned(),
        Screen::Sent => "d".to_owned(),
        Screen::SignIn => "i".to_owned(),
        Screen::Lost => "v".to_owned(),
        Screen::List => "l".to_owned(),
        Screen::Settings => "e".to_owned(),
        Screen::Conversation(id) => id.to_hex(),
    }
}

fn read(text: &str) -> Option<Screen> {
    Some(match text {
        "s" => Screen::Start,
        "t" => Screen::Topic,
        "a" => Screen::Agency,
        "k" => Screen::Account,
        "m" => Screen::Message,
        "d" => Screen::Sent,
        "i" => Screen::SignIn,
        "v" => Screen::Lost,
        "l" => Screen::List,
        "e" => Screen::Settings,
        id => Screen::Conversation(ConversationId::from_hex(id).ok()?),
    })
}
