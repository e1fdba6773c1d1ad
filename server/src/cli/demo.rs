//! `beistand demo`: a platform in an empty folder, filled by `harness` through a real server, as browsers would.

use super::say;
use crate::address::PublicUrl;
use crate::fault::Fault;
use crate::folder::Folder;
use crate::settings::Settings;
use backend::Purpose;
use std::path::Path;

pub(super) async fn run(data: &Path) -> Result<(), Fault> {
    let folder = Folder::new(data);
    let settings = Settings::read(&folder)?;
    folder
        .make_platform(Purpose::Demonstration, settings.database_url.as_deref())
        .await?;
    Ok(())
}

/// What a person who starts a demonstration wants to know.
pub(super) fn greet(address: &PublicUrl) {
    say(&format!("Ready on {address}"));
}
