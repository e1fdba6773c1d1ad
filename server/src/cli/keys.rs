//! `beistand keys`: the server key for paper, and its exchange.

use super::say;
use crate::fault::Fault;
use crate::folder::Folder;
use crate::settings::Settings;
use backend::{Purpose, ServerKey, platform};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::path::Path;

/// The key as it is written down: its bytes in groups, and the beginning of its SHA-256.
pub(super) fn show(data: &Path) -> Result<(), Fault> {
    let folder = Folder::new(data);
    let path = folder.server_key();
    ServerKey::read(&path)?;
    let bytes = fs::read(&path).map_err(|error| Fault::file(&path, &error))?;
    tell(&bytes);
    Ok(())
}

fn tell(bytes: &[u8]) {
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02X}")).collect() };
    say("The server key, for paper. Whoever has it and the database can guess weak passwords.");
    for line in bytes.chunks(8) {
        let groups: Vec<_> = line.chunks(2).map(hex).collect();
        say(&format!("  {}", groups.join(" ")));
    }
    let check = Sha256::digest(bytes);
    say(&format!("Check: {}", hex(&check[..4]).to_lowercase()));
}

/// Makes a new key, seals everything under it, and puts it in the place of the one before. Cut off at any point, the next
/// call finishes it: the new key lies beside the old one until the database knows it.
pub(super) async fn rotate(data: &Path) -> Result<(), Fault> {
    let folder = Folder::new(data);
    let _alone = folder.lock()?;
    let settings = Settings::read(&folder)?;
    let database = settings.database_url.as_deref();
    let (key, next) = (folder.own_server_key()?, folder.next_server_key()?);
    let put = || fs::rename(&next, &key).map_err(|error| Fault::file(&next, &error));
    if next.exists() {
        let begun = folder.config_with(ServerKey::read(&next)?, Purpose::Real, database);
        if platform::is_key(&begun).await? {
            put()?;
            say("The exchange that was interrupted is finished.");
            return show(data);
        }
        fs::remove_file(&next).map_err(|error| Fault::file(&next, &error))?;
    }
    let config = folder.config_with(ServerKey::read(&key)?, Purpose::Real, database);
    if !platform::is_key(&config).await? {
        return Err(backend::OpenError::WrongKey.into());
    }
    let new = ServerKey::create(&next, &backend::SystemRandom)?;
    let count = platform::rotate_key(&config, &new).await?;
    put()?;
    say(&format!(
        "The server key is exchanged: {count} values are sealed anew. The key before opens nothing in this database; keep \
         its paper for as long as there are backups from before."
    ));
    show(data)
}
