//! `beistand init`: makes a platform's keys, database and trust file.

use super::{say, trust};
use crate::address::PublicUrl;
use crate::fault::Fault;
use crate::folder::Folder;
use crate::settings::Settings;
use backend::Purpose;
use std::path::Path;

pub(super) async fn run(data: &Path, public_url: &str) -> Result<(), Fault> {
    let address: PublicUrl = public_url.parse()?;
    let folder = Folder::new(data);
    let settings = Settings::read(&folder)?;
    folder
        .make_platform(Purpose::Real, settings.database_url.as_deref())
        .await?;
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
    say("");
    trust::invite(data).await?;
    Ok(())
}
