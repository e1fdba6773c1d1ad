//! Passkeys in the browser: what the server asks as JSON, and what the browser says to it. Their form is the server's
//! and the browser's business; nothing here reads it. What a passkey computes never leaves this program.

use std::net::Ipv4Addr;

use client::factor::{
    Made, Output, passkey_input, sign_in_by_passkey, start_passkey, start_passkey_sign_in,
};
use client::{Client, Error, Session};
use domain::Refusal;
use domain::factor::{PasskeyAsked, PasskeyStarted};
use js_sys::{Array, Function, JSON, JsString, Object, Promise, Reflect, Uint8Array};
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

/// Makes a passkey for this account. One that can compute is asked to a second time where it does not at the first.
///
/// # Errors
/// As [`start_passkey`]; [`Refusal::WrongState`] if the person said no, or the browser cannot.
pub async fn set_up(session: &Session<Browser>) -> Result<Made, Error> {
    let PasskeyStarted { state, options } = start_passkey(session).await?;
    let input = passkey_input(session.client());
    let (answer, output) = make(&options, &input).await.map_err(given_up)?;
    Ok(Made {
        state,
        answer,
        output,
    })
}

/// Signs in with a passkey alone.
///
/// # Errors
/// As [`sign_in_by_passkey`]; [`Refusal::WrongState`] if the person said no, or the browser or the passkey cannot.
pub async fn sign_in(client: &Client<Browser>) -> Result<Session<Browser>, Error> {
    let PasskeyAsked { state, options } = start_passkey_sign_in(client).await?;
    let wish =
        Wish::new(&options, "parseRequestOptionsFromJSON").map_err(|_| given_up(NoAnswer))?;
    let given = async {
        wish.compute(&passkey_input(client))?;
        let given = wish.ask("get").await?;
        let output = output(&given)?.ok_or(NoAnswer)?;
        Ok((said(&given)?, output))
    };
    let (answer, output) = given.await.map_err(given_up)?;
    sign_in_by_passkey(client, state, answer, &output).await
}

/// Asks for one that was made.
///
/// # Errors
/// [`NoAnswer`].
pub async fn show(options: &str) -> Result<String, NoAnswer> {
    let wish = Wish::new(options, "parseRequestOptionsFromJSON")?;
    said(&wish.ask("get").await?)
}

/// Whether signing in by one is offered: this browser knows passkeys, and this address is a name.
#[must_use]
pub fn is_offered() -> bool {
    let host = window().location().hostname().unwrap_or_default();
    let is_name = !host.starts_with('[') && host.parse::<Ipv4Addr>().is_err();
    is_name && class().is_ok_and(|class| class.is_function())
}

fn given_up(_: NoAnswer) -> Error {
    Error::Refused(Refusal::WrongState)
}

fn class() -> Result<JsValue, JsValue> {
    Reflect::get(&window(), &"PublicKeyCredential".into())
}

async fn make(options: &str, input: &[u8; 32]) -> Result<(String, Option<Output>), NoAnswer> {
    let wish = Wish::new(options, "parseCreationOptionsFromJSON")?;
    wish.compute(input)?;
    let made = wish.ask("create").await?;
    let answer = said(&made)?;
    if let Some(output) = output(&made)? {
        return Ok((answer, Some(output)));
    }
    // Many compute only when they are shown. Whoever says no to that has a passkey that opens nothing alone.
    let output = match computes(&made)? {
        true => compute(&made, &wish, input).await.unwrap_or_default(),
        false => None,
    };
    Ok((answer, output))
}

/// Has the passkey that was just made compute. Nobody looks at what it signs meanwhile.
async fn compute(
    made: &JsValue,
    wish: &Wish,
    input: &[u8; 32],
) -> Result<Option<Output>, NoAnswer> {
    let this = Object::new();
    Reflect::set(&this, &"type".into(), &"public-key".into())?;
    Reflect::set(&this, &"id".into(), &get(made, "rawId")?)?;
    let shown = Wish(Object::new().into());
    let rp = get(&get(&wish.0, "rp")?, "id")?;
    for (name, value) in [
        ("challenge", get(&wish.0, "challenge")?),
        ("rpId", rp),
        ("allowCredentials", Array::of1(&this).into()),
        ("userVerification", "required".into()),
    ] {
        Reflect::set(&shown.0, &name.into(), &value)?;
    }
    shown.compute(input)?;
    output(&shown.ask("get").await?)
}

/// What the browser is asked for.
struct Wish(JsValue);

impl Wish {
    fn new(options: &str, parse: &str) -> Result<Self, JsValue> {
        Ok(Self(call(&class()?, parse, &JSON::parse(options)?)?))
    }

    /// Has the passkey compute something of this, if it can.
    fn compute(&self, input: &[u8; 32]) -> Result<(), JsValue> {
        let input = Uint8Array::from(&input[..]);
        let mut nested = input.into();
        for name in ["first", "eval", "prf", "extensions"] {
            let around = match name {
                "extensions" => self.0.clone(),
                _ => Object::new().into(),
            };
            Reflect::set(&around, &name.into(), &nested)?;
            nested = around;
        }
        Ok(())
    }

    async fn ask(&self, verb: &str) -> Result<JsValue, JsValue> {
        let wish = Object::new();
        Reflect::set(&wish, &"publicKey".into(), &self.0)?;
        let credentials = get(&window().navigator(), "credentials")?;
        let promise = call(&credentials, verb, &wish)?.dyn_into::<Promise>()?;
        JsFuture::from(promise).await
    }
}

/// What it said, without the results of extensions: among them is what the passkey computed.
fn said(given: &JsValue) -> Result<String, NoAnswer> {
    let plain = call(given, "toJSON", &JsValue::UNDEFINED)?;
    Reflect::set(&plain, &"clientExtensionResults".into(), &Object::new())?;
    Ok(String::from(
        JSON::stringify(&plain)?.unchecked_into::<JsString>(),
    ))
}

fn prf(given: &JsValue) -> Result<JsValue, JsValue> {
    let results = call(given, "getClientExtensionResults", &JsValue::UNDEFINED)?;
    get(&results, "prf")
}

/// Whether it can compute.
fn computes(given: &JsValue) -> Result<bool, JsValue> {
    let prf = prf(given)?;
    Ok(prf.is_object() && get(&prf, "enabled")?.is_truthy())
}

/// What it computed.
fn output(given: &JsValue) -> Result<Option<Output>, NoAnswer> {
    let prf = prf(given)?;
    if !prf.is_object() {
        return Ok(None);
    }
    let results = get(&prf, "results")?;
    if !results.is_object() {
        return Ok(None);
    }
    let bytes = Uint8Array::new(&get(&results, "first")?);
    let mut output = [0; 32];
    if bytes.length() != 32 {
        return Ok(None);
    }
    bytes.copy_to(&mut output);
    Ok(Some(Output::from_bytes(output)))
}

fn get(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &name.into())
}

fn call(of: &JsValue, name: &str, with: &JsValue) -> Result<JsValue, JsValue> {
    let function = get(of, name)?.dyn_into::<Function>()?;
    function.call1(of, with)
}
