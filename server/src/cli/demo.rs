//! `beistand demo`: a platform in an empty folder, filled by `harness` through a real server, as browsers would.

use super::{init, say};
use crate::address::PublicUrl;
use crate::fault::Fault;
use crate::folder::Folder;
use backend::Purpose;
use std::path::Path;

pub(super) async fn run(data: &Path) -> Result<(), Fault> {
    let folder = Folder::new(data);
    init::make(&folder, Purpose::Demonstration).await?;
    Ok(())
}

/// What a person who starts a demonstration wants to know.
pub(super) fn greet(address: &PublicUrl) {
    say(&format!("Ready on {address}"));
}
