//! `beistand init`: makes a platform's keys, database and trust file.

use super::say;
use crate::address::PublicUrl;
use crate::fault::Fault;
use crate::folder::Folder;
use crate::settings::Settings;
use crate::site;
use backend::{Purpose, platform};
use domain::trust::TrustFile;
use std::path::Path;

pub(super) async fn run(data: &Path, public_url: &str) -> Result<(), Fault> {
    let address: PublicUrl = public_url.parse()?;
    let folder = Folder::new(data);
    make(&folder, Purpose::Real).await?;
    let settings = format!("public_url = \"{address}\"\n");
    let path = folder.settings();
    std::fs::write(&path, settings).map_err(|error| Fault::file(&path, &error))?;

    let seed = folder.root_seed();
    say(&format!("The platform is made, in {}.", data.display()));
    say(&format!(
        "Take {} offline now: whoever has it can name the platform's admins.",
        seed.display()
    ));
    say("Keep a paper copy of it, and one of the server key; neither is in any backup.");
    say(&format!("Then: beistand serve --data {}", data.display()));
    Ok(())
}

/// Makes folder, server key, database, root and trust file.
pub(super) async fn make(
    folder: &Folder,
    purpose: Purpose,
) -> Result<platform::Initialised, Fault> {
    let settings = Settings::read(folder)?;
    folder.create()?;
    let config = folder.new_config(purpose, settings.database_url.as_deref())?;
    let made = platform::init(&config).await?;
    let seed = folder.root_seed();
    backend::config::write_new_private(&seed, made.root_seed.expose())
        .map_err(|error| Fault::file(&seed, &error))?;
    let trust = TrustFile::new(
        made.trust.platform_id,
        made.trust.root_public_key.as_bytes(),
    );
    let trust = serde_json::to_vec(&trust).map_err(|error| {
        Fault::new(
            format!("The trust file was not made: {error}."),
            "Report this.",
        )
    })?;
    site::write_trust(&folder.site(), &trust)?;
    Ok(made)
}
