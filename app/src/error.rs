//! The one error that server functions put on the wire: [`Problem`], as JSON, with its status.

use domain::Refusal;
use domain::wire::Problem;
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// Why a server function did not answer. Never carries text that somebody typed, nor any error's own text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppError(pub Problem);

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Refusal::Malformed.into(),
            _ => Self::incident("a server function did not run", None),
        }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::answered(refusal.into())
    }
}

#[cfg(feature = "ssr")]
impl From<backend::Error> for AppError {
    fn from(error: backend::Error) -> Self {
        match error {
            backend::Error::Refused(refusal) => refusal.into(),
            backend::Error::Internal { during, source } => Self::incident(during, Some(&*source)),
        }
    }
}

type Cause = dyn std::error::Error + Send + Sync;

#[cfg(feature = "ssr")]
impl AppError {
    /// Something broke: logged here, once, under the number that the person sees.
    pub(crate) fn incident(during: &'static str, cause: Option<&Cause>) -> Self {
        let number =
            leptos::prelude::use_context::<crate::context::Caller>().map(|caller| caller.number);
        let incident = number.unwrap_or_default();
        tracing::error!(request = incident, cause = cause.map(chain), "{during}");
        Self::answered(Problem::Incident { incident })
    }

    /// Gives the answer that is being made its status.
    fn answered(problem: Problem) -> Self {
        use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
        let options = leptos::prelude::use_context::<leptos_axum::ResponseOptions>();
        if let (Some(options), Ok(status)) = (options, StatusCode::from_u16(problem.status())) {
            options.set_status(status);
            if let Problem::Refused {
                refusal: Refusal::TooMany { retry_after },
            } = &problem
            {
                options.insert_header(RETRY_AFTER, HeaderValue::from(*retry_after));
            }
        }
        Self(problem)
    }
}

#[cfg(not(feature = "ssr"))]
impl AppError {
    fn incident(_: &'static str, _: Option<&Cause>) -> Self {
        Self(Problem::Incident {
            incident: String::new(),
        })
    }

    fn answered(problem: Problem) -> Self {
        Self(problem)
    }
}

/// An error and what caused it, in one line.
#[cfg(feature = "ssr")]
fn chain(cause: &Cause) -> String {
    let mut line = cause.to_string();
    let mut next = cause.source();
    while let Some(error) = next {
        line.push_str(": ");
        line.push_str(&error.to_string());
        next = error.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_malformed_and_tells_nothing() {
        let error =
            AppError::from_server_fn_error(ServerFnErrorErr::Deserialization("geheimnis".into()));
        assert_eq!(error.0.status(), 400);
        assert!(!serde_json::to_string(&error).unwrap().contains("geheimnis"));
    }

    #[test]
    fn the_wire_form_is_a_problem() {
        let error = AppError::from(Refusal::NotFound);
        assert_eq!(
            serde_json::to_string(&error).unwrap(),
            serde_json::to_string(&error.0).unwrap()
        );
    }
}
