//! A password of one's own: shown or hidden, and what is wrong with it in plain words.

use crate::reactive::{RwSignal, Signal};
use domain::password::{PasswordFault, check};
use js_sys::JsString;
use leptos::prelude::*;

use crate::browser::assets;
use crate::mount;
use crate::screen::fault::{Fault, Faults};
use crate::screen::field::Field;
use crate::texts::{self, Texts};

/// The form in which passwords are compared: Unicode NFC (RFC 8265, OpaqueString).
#[must_use]
pub fn normalised(typed: &str) -> String {
    String::from(JsString::from(typed).normalize("NFC"))
}

/// What is wrong with a password. Without the list of common ones, everything else is still checked.
pub async fn faults_of(t: Texts, password: &str, user_name: &str) -> Option<Fault> {
    let common = match mount::asset("common") {
        Some(asset) => assets::load(&asset)
            .await
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok()),
        None => None,
    };
    let why = check(password, user_name, &common.unwrap_or_default()).err()?;
    let text = match why {
        PasswordFault::TooShort if password.is_empty() => {
            texts::account::password_missing(t).to_owned()
        }
        PasswordFault::TooShort => texts::account::password_short(t, password.chars().count()),
        PasswordFault::TooLong => texts::account::password_long(t).to_owned(),
        PasswordFault::UserName => texts::account::password_user_name(t).to_owned(),
        PasswordFault::Common => texts::account::password_common(t).to_owned(),
        PasswordFault::Repetition => texts::account::password_repetition(t).to_owned(),
        PasswordFault::Row => texts::account::password_row(t).to_owned(),
    };
    Some(Fault {
        field: "password",
        text,
    })
}

/// A new password.
#[component]
pub fn OwnPassword(
    /// The screen's faults.
    faults: Faults,
    /// The value.
    value: RwSignal<String>,
    /// The words.
    t: Texts,
    /// What it is called where there is another one.
    #[prop(default = None)]
    label: Option<&'static str>,
) -> impl IntoView {
    view! { <PasswordField faults value t label hint=texts::account::password_hint(t) autocomplete="new-password" /> }
}

/// A password that can be shown.
#[component]
pub fn PasswordField(
    /// The screen's faults.
    faults: Faults,
    /// The value.
    value: RwSignal<String>,
    /// The words.
    t: Texts,
    /// What it is called.
    #[prop(default = None)]
    label: Option<&'static str>,
    /// What helps to fill it.
    #[prop(optional)]
    hint: &'static str,
    /// What a browser may fill in.
    autocomplete: &'static str,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    view! {
        <Field
            id="password"
            label=label.unwrap_or_else(|| texts::account::password(t))
            hint
            faults
            value=Signal::from(value)
            on_input=Callback::new(move |typed| value.set(typed))
            kind=Signal::derive(move || if shown.get() { "text" } else { "password" })
            autocomplete
            maxlength=256
        >
            <button
                type="button"
                class="button-quiet"
                aria-pressed=move || Some(if shown.get() { "true" } else { "false" })
                aria-label=texts::account::password_show(t)
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                {move || if shown.get() { texts::app::hide(t) } else { texts::app::show(t) }}
            </button>
        </Field>
    }
}
