//! What a server function knows of its request: who asks, and how a session's cookie is written.

use backend::limits::AddressKey;
use backend::{Actor, Backend, Begun};
use http::HeaderValue;
use http::header::{HeaderName, SET_COOKIE};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::error::AppError;

/// Given to every server function by the server.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The platform.
    pub backend: Backend,
    /// The cookie's value, if one came.
    pub token: Option<String>,
    /// How cookies are written here.
    pub cookie: Cookie,
    /// What stands for the visitor's address.
    pub from: Option<AddressKey>,
    /// The request's number: the incident's too, should there be one.
    pub number: String,
}

/// The session cookie: its form is decided by the platform's public address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// `http` on this machine.
    Loopback,
    /// `https`.
    Secure,
}

impl Cookie {
    /// Its name. `__Host-` binds it to one host, the path `/` and TLS, in every browser.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loopback => "s",
            Self::Secure => "__Host-s",
        }
    }

    /// The session's token in the values of the `Cookie` headers.
    pub fn find<'a>(self, headers: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        headers
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == self.name())
            .map(|(_, value)| value)
    }

    /// The header that begins a session; it ends with the browser (no `Max-Age`).
    #[must_use]
    pub fn begin(self, token: &str) -> String {
        format!(
            "{}={token}; Path=/; {}HttpOnly; SameSite=Strict",
            self.name(),
            self.secure()
        )
    }

    /// The header that takes the cookie away.
    #[must_use]
    pub fn end(self) -> String {
        format!(
            "{}=; Path=/; Max-Age=0; {}HttpOnly; SameSite=Strict",
            self.name(),
            self.secure()
        )
    }

    const fn secure(self) -> &'static str {
        match self {
            Self::Loopback => "",
            Self::Secure => "Secure; ",
        }
    }
}

/// The platform, and who asks.
///
/// # Errors
/// A refusal if the session made too many calls; an incident if it cannot be looked up.
pub async fn request() -> Result<(Backend, Actor), AppError> {
    let caller = caller()?;
    let actor = caller
        .backend
        .sessions()
        .resolve(caller.token.as_deref())
        .await?
        .at(caller.from);
    caller.backend.limits().call(&actor)?;
    Ok((caller.backend, actor))
}

fn caller() -> Result<Caller, AppError> {
    use_context::<Caller>()
        .ok_or_else(|| AppError::incident("a server function ran outside a request", None))
}

/// Gives the cookie to the browser, and hands the reply on.
pub fn begin_session<R>(begun: Begun<R>) -> R {
    if let Some(caller) = use_context::<Caller>() {
        set(SET_COOKIE, &caller.cookie.begin(begun.token.as_str()));
    }
    begun.reply
}

/// Takes the cookie away, and everything else that a foreign device may have kept; `keep` says that
/// it is an own one, whose program empties it.
pub fn end_session(keep: bool) {
    if let Some(caller) = use_context::<Caller>() {
        set(SET_COOKIE, &caller.cookie.end());
        set(
            HeaderName::from_static("clear-site-data"),
            match keep {
                true => r#""cookies""#,
                false => r#""cache", "cookies", "storage""#,
            },
        );
    }
}

fn set(name: HeaderName, value: &str) {
    if let (Some(options), Ok(value)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(value),
    ) {
        options.insert_header(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_carry_every_attribute() {
        assert_eq!(
            Cookie::Secure.begin("abc"),
            "__Host-s=abc; Path=/; Secure; HttpOnly; SameSite=Strict"
        );
        assert_eq!(
            Cookie::Loopback.begin("abc"),
            "s=abc; Path=/; HttpOnly; SameSite=Strict"
        );
        assert_eq!(
            Cookie::Secure.end(),
            "__Host-s=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict"
        );
    }

    #[test]
    fn only_the_own_cookie_is_found() {
        let headers = ["a=1; ss=2; s=token", "s=later"];
        assert_eq!(Cookie::Loopback.find(headers.into_iter()), Some("token"));
        assert_eq!(Cookie::Secure.find(headers.into_iter()), None);
        assert_eq!(Cookie::Secure.find(["__Host-s=x"].into_iter()), Some("x"));
    }
}
