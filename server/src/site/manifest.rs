//! `manifest.json`: what `xtask` built, by logical name.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One built file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Path on our own host, with the hash in its name unless the name has to stay.
    pub path: String,
    /// `sha256-…`, base64.
    pub integrity: String,
    /// The content type.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Bytes as they are.
    pub bytes: u64,
    /// Bytes with brotli, if such a variant lies beside it.
    #[serde(default)]
    pub br: Option<u64>,
    /// Bytes with gzip, if such a variant lies beside it.
    #[serde(default)]
    pub gz: Option<u64>,
}

/// All built files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Logical name (`seeker.js`, `seeker.css`, `texts.de-sie`, `texts.staff-en`, `quick-exit.js`) → file.
    pub files: BTreeMap<String, File>,
}

impl Manifest {
    /// The file of a logical name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.get(name)
    }

    /// The file that is served under `path`.
    #[must_use]
    pub fn by_path(&self, path: &str) -> Option<&File> {
        self.files.values().find(|file| file.path == path)
    }
}
