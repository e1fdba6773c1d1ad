//! One question and its answer.

use domain::Refusal;
use domain::wire::{Call, Envelope, Form, Problem};

use crate::error::Error;
use crate::form::{from_cbor, from_json, to_cbor};
use crate::transport::{Answer, Transport};

/// Sends a call and reads its reply.
///
/// # Errors
/// [`Error::Refused`], [`Error::Incident`] as the server says; [`Error::Unreachable`] without a
/// whole answer or behind a proxy that has none; [`Error::Damaged`] for an answer of another form.
pub async fn call<C: Call>(transport: &impl Transport, request: C) -> Result<C::Reply, Error> {
    let request = Envelope { request };
    // Decided here, where the form is a constant: of each type only one decoder is compiled.
    let body = match C::FORM {
        Form::Json => serde_json::to_vec(&request).map_err(|_| Error::Damaged)?,
        Form::Cbor => to_cbor(&request)?,
    };
    let answer = transport.post(C::PATH, C::FORM, body).await?;
    if answer.status != 200 {
        return Err(problem(&answer));
    }
    match C::FORM {
        Form::Json => from_json(&answer.body),
        Form::Cbor => from_cbor(&answer.body),
    }
}

pub(crate) fn problem(answer: &Answer) -> Error {
    match from_json(&answer.body) {
        Ok(Problem::Refused { refusal }) => Error::Refused(refusal),
        Ok(Problem::Incident { incident }) => Error::Incident(incident),
        // Not said by the application: a proxy or a layer before it.
        Err(_) => match answer.status {
            502..=504 => Error::Unreachable,
            413 => Error::Refused(Refusal::TooLarge),
            429 => Error::Refused(Refusal::TooMany { retry_after: 10 }),
            _ => Error::Incident(String::new()),
        },
    }
}
