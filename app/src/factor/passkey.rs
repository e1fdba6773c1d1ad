//! Passkeys in the browser: what the server asks as JSON, and what the browser says to it. Their form is the server's
//! and the browser's business; nothing here reads it.

use client::factor::start_passkey;
use client::{Error, Session};
use domain::factor::PasskeyStarted;
use domain::{Blob, Refusal};
use js_sys::{Function, JSON, JsString, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::browser::Browser;

/// Why there is no answer: the person said no, or the browser cannot.
pub struct NoAnswer;

impl From<JsValue> for NoAnswer {
    fn from(_: JsValue) -> Self {
        Self
    }
}

/// Makes a passkey for this account: the server's state, and what the browser said.
///
/// # Errors
/// As [`start_passkey`]; [`Refusal::WrongState`] if the person said no, or the browser cannot.
pub async fn set_up(session: &Session<Browser>) -> Result<(Blob, String), Error> {
    let PasskeyStarted { state, options } = start_passkey(session).await?;
    match ask(&options, "parseCreationOptionsFromJSON", "create").await {
        Ok(said) => Ok((state, said)),
        Err(NoAnswer) => Err(Error::Refused(Refusal::WrongState)),
    }
}

/// Asks for one that was made.
///
/// # Errors
/// [`NoAnswer`].
pub async fn show(options: &str) -> Result<String, NoAnswer> {
    ask(options, "parseRequestOptionsFromJSON", "get").await
}

async fn ask(options: &str, parse: &str, verb: &str) -> Result<String, NoAnswer> {
    let class = Reflect::get(&window(), &"PublicKeyCredential".into())?;
    let parsed = call(&class, parse, &JSON::parse(options)?)?;
    let wish = Object::new();
    Reflect::set(&wish, &"publicKey".into(), &parsed)?;
    let credentials = Reflect::get(&window().navigator(), &"credentials".into())?;
    let promise = call(&credentials, verb, &wish)?.dyn_into::<Promise>()?;
    let given = JsFuture::from(promise).await?;
    let plain = call(&given, "toJSON", &JsValue::UNDEFINED)?;
    Ok(String::from(
        JSON::stringify(&plain)?.unchecked_into::<JsString>(),
    ))
}

fn call(of: &JsValue, name: &str, with: &JsValue) -> Result<JsValue, JsValue> {
    let function = Reflect::get(of, &name.into())?.dyn_into::<Function>()?;
    function.call1(of, with)
}
