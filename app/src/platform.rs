//! What the running platform says about itself.

use crate::error::AppError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::Cbor;

/// The build that answers: an open tab compares it with its own and offers to reload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// The server's version (`major.minor.patch`).
    pub version: String,
    /// Whether the asking tab was built from another version.
    pub outdated: bool,
}

/// The version of this build, of the tab in the browser and of the server on the server.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Tells which version runs; `version` is the asking tab's own.
#[server(endpoint = "platform/running", input = Cbor, output = Cbor)]
pub async fn running_version(version: String) -> Result<Running, AppError> {
    Ok(Running {
        outdated: version != VERSION,
        version: VERSION.to_owned(),
    })
}
