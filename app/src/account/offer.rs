//! A user name and a password to take: words from a list, chosen at random on this device.

use crate::reactive::{RwSignal, StoredValue};
use client::{World, account};
use domain::words::Words;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::assets;
use crate::mount;
use crate::screen::App;
use crate::texts::{self, Texts};

/// What is offered; a handle, to be copied.
#[derive(Clone, Copy)]
pub struct Offer {
    app: App,
    words: StoredValue<Option<Words>>,
    failed: RwSignal<bool>,
    taken: RwSignal<bool>,
    said: RwSignal<String>,
}

impl Offer {
    /// Loads the list; offers a user name and a password where there is none yet.
    #[must_use]
    pub fn new(app: App) -> Self {
        let offer = Self {
            app,
            words: StoredValue::new(None),
            failed: RwSignal::new(false),
            // Somebody who has begun to type an own password goes on with it after a change of the language.
            taken: RwSignal::new(app.secret.with_untracked(String::is_empty)),
            said: RwSignal::new(String::new()),
        };
        spawn_local(async move {
            match load().await {
                Some(words) => offer.begin(words),
                None => {
                    offer.failed.set(true);
                    offer.taken.set(false);
                }
            }
        });
        offer
    }

    fn begin(self, words: Words) {
        self.words.set_value(Some(words));
        if self.app.with_untracked(|form| form.user_name.is_empty()) {
            drop(self.new_name());
        }
        if self.app.passphrase.with_untracked(String::is_empty) {
            drop(self.new_password());
        }
    }

    fn new_name(self) -> Option<String> {
        let client = self.app.client();
        let name = self.words.try_with_value(|words| {
            words
                .as_ref()
                .map(|words| account::suggest_user_name(&mut client.world().random(), words))
        })??;
        self.app.edit(|form| form.user_name.clone_from(&name));
        Some(name)
    }

    fn new_password(self) -> Option<String> {
        let client = self.app.client();
        let password = self.words.try_with_value(|words| {
            words
                .as_ref()
                .map(|words| account::suggest_passphrase(&mut client.world().random(), words))
        })??;
        self.app.passphrase.set(password.clone());
        Some(password)
    }

    /// Another user name, and says it.
    pub fn other_name(self) {
        if let Some(name) = self.new_name() {
            self.said
                .set(texts::account::user_name_new(self.app.t(), name));
        }
    }

    /// Whether the offered password is taken.
    #[must_use]
    pub fn is_taken(self) -> bool {
        self.taken.get()
    }

    /// The same, without following it.
    #[must_use]
    pub fn is_taken_now(self) -> bool {
        self.taken.get_untracked()
    }
}

/// The list of words; none without a connection.
pub async fn load() -> Option<Words> {
    let bytes = assets::load(&mount::asset("words")?).await.ok()?;
    domain::words::parse(std::str::from_utf8(&bytes).ok()?).ok()
}

/// The offered password, or an own one.
#[component]
pub fn PasswordKind(
    /// What is offered.
    offer: Offer,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let option = move |offered: bool, title: &'static str, text: &'static str| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="password-kind"
                    prop:checked=move || offer.taken.get() == offered
                    on:change=move |_| offer.taken.set(offered)
                />
                <span class="choice-text">
                    <b>{title}</b>
                    <span class="quiet">{text}</span>
                </span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="choices choices-two">
            <legend>{texts::account::password_kind(t)}</legend>
            {option(true, texts::account::kind_offered(t), texts::account::kind_offered_text(t))}
            {option(false, texts::account::kind_own(t), texts::account::kind_own_text(t))}
        </fieldset>
        {move || offer.failed.get().then(|| view! { <p class="note" role="status">{texts::account::offered_failed(t)}</p> }.into_any())}
        <p class="visually-hidden" role="status">{move || offer.said.get()}</p>
    }
}

/// The offered password, large enough to copy by hand.
#[component]
pub fn OfferedPassword(
    /// The application.
    app: App,
    /// What is offered.
    offer: Offer,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let words = move || {
        let password = app.passphrase.get();
        password
            .split(' ')
            .map(|word| view! { <span>{word.to_owned()}</span> " " }.into_any())
            .collect_view()
            .into_any()
    };
    let other = move |_| {
        if let Some(password) = offer.new_password() {
            offer.said.set(texts::account::offered_new(t, password));
        }
    };
    view! {
        <div class="offered">
            <p class="offered-words" id="password" tabindex="-1" aria-label=texts::account::offered_label(t)>
                {move || if app.passphrase.with(String::is_empty) {
                    texts::account::offered_loading(t).into_any()
                } else {
                    words().into_any()
                }}
            </p>
            <button type="button" class="button-quiet" on:click=other>
                {texts::account::offered_other(t)}
            </button>
        </div>
        <p class="hint">{texts::account::offered_hint(t)}</p>
    }
}
