//! One question and its answer.

use domain::Refusal;
use domain::wire::{Call, Envelope, Form, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
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
        Form::Json => serde_json::from_slice(&answer.body).map_err(|_| Error::Damaged),
        Form::Cbor => from_cbor(&answer.body),
    }
}

pub(crate) fn problem(answer: &Answer) -> Error {
    match serde_json::from_slice(&answer.body) {
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

/// CBOR bytes of a value.
pub(crate) fn to_cbor(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    minicbor_serde::to_vec(value).map_err(|_| Error::Damaged)
}

/// Reads CBOR; nothing may follow.
pub(crate) fn from_cbor<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let mut reader = minicbor_serde::Deserializer::new(bytes);
    let value = T::deserialize(&mut reader).map_err(|_| Error::Damaged)?;
    if reader.decoder().position() == bytes.len() {
        Ok(value)
    } else {
        Err(Error::Damaged)
    }
}
