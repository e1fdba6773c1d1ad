//! The bytes of the built files, each in up to three encodings.

use super::manifest::{File, Manifest};
use rust_embed::RustEmbed;
use std::borrow::Cow;

/// Everything under `target/site`; empty while nothing has been built.
#[derive(RustEmbed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Built;

/// How the bytes of an answer are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Brotli, quality 11.
    Brotli,
    /// Gzip.
    Gzip,
    /// As they are.
    Identity,
}

impl Encoding {
    /// The token of `Content-Encoding`, none for identity.
    #[must_use]
    pub fn token(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }

    /// The best of what `file` has and `accepted` (the value of `Accept-Encoding`) allows.
    #[must_use]
    pub fn choose(file: &File, accepted: &str) -> Self {
        [
            (Self::Brotli, file.br.is_some()),
            (Self::Gzip, file.gz.is_some()),
        ]
        .into_iter()
        .find(|(encoding, there)| *there && encoding.is_accepted(accepted))
        .map_or(Self::Identity, |(encoding, _)| encoding)
    }

    /// Whether `accepted` (the value of `Accept-Encoding`) names it.
    #[must_use]
    pub fn is_accepted(self, accepted: &str) -> bool {
        accepted.split(',').any(|entry| {
            let mut parts = entry.split(';').map(str::trim);
            let named = parts.next() == self.token();
            named && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    }
}

/// Bytes to send, and how they are packed.
#[derive(Clone, Debug)]
pub struct Found {
    /// The body.
    pub bytes: Cow<'static, [u8]>,
    /// Its encoding.
    pub encoding: Encoding,
}

/// Reads the manifest; an empty one while nothing has been built.
///
/// # Errors
/// If it is there and cannot be read.
pub(super) fn manifest() -> Result<Manifest, serde_json::Error> {
    match Built::get("manifest.json") {
        Some(file) => serde_json::from_slice(&file.data),
        None => Ok(Manifest::default()),
    }
}

/// The bytes of one encoding of a file.
pub(super) fn read(file: &File, encoding: Encoding) -> Option<Found> {
    let name = format!("{}{}", file.path.trim_start_matches('/'), encoding.suffix());
    Built::get(&name).map(|found| Found {
        bytes: found.data,
        encoding,
    })
}
