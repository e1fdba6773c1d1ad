//! What need not be done again: a step remembers the fingerprint of what went into it.

use crate::place;
use anyhow::Result;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// A fingerprint of files (by path, size and time of change) and of words.
#[derive(Default)]
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Adds all files below `path`, or the file itself; a missing one counts as missing.
    pub(crate) fn files(mut self, path: &Path) -> Result<Self> {
        for file in walk(path)? {
            let about = fs::metadata(&file)?;
            let changed = about
                .modified()?
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default();
            self.0.update(format!(
                "{}\0{}\0{}\0",
                file.display(),
                about.len(),
                changed.as_nanos()
            ));
        }
        self.0.update(path.display().to_string());
        Ok(self)
    }

    /// Adds words: a profile, a compiler's version.
    pub(crate) fn words(mut self, words: &str) -> Self {
        self.0.update(words);
        self.0.update([0]);
        self
    }

    /// The fingerprint as text.
    pub(crate) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Whether `step` last ended with this fingerprint.
pub(crate) fn is_fresh(step: &str, fingerprint: &str) -> bool {
    fs::read_to_string(mark(step)).is_ok_and(|known| known == fingerprint)
}

/// Remembers that `step` ended well with this fingerprint.
pub(crate) fn remember(step: &str, fingerprint: &str) -> Result<()> {
    fs::create_dir_all(place::marks())?;
    fs::write(mark(step), fingerprint)?;
    Ok(())
}

fn mark(step: &str) -> PathBuf {
    place::marks().join(step)
}

/// All files below `path`, sorted; none if there is nothing.
pub(crate) fn walk(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![path.to_owned()];
    while let Some(next) = waiting.pop() {
        if next.is_file() {
            found.push(next);
        } else if next.is_dir() {
            for entry in fs::read_dir(&next)? {
                waiting.push(entry?.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The first 16 hexadecimal digits of SHA-256: the hash in file names.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)).chars().take(16).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_follows_content_and_words() {
        let folder = std::env::temp_dir().join(format!("beistand-fresh-{}", std::process::id()));
        fs::create_dir_all(folder.join("deep")).unwrap();
        fs::write(folder.join("deep/a"), "1").unwrap();
        let print = |words: &str| {
            Fingerprint::default()
                .files(&folder)
                .unwrap()
                .words(words)
                .finish()
        };
        let first = print("ci");
        assert_eq!(first, print("ci"));
        assert_ne!(first, print("release"));
        fs::write(folder.join("deep/b"), "").unwrap();
        assert_ne!(first, print("ci"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn short_hashes_are_the_beginning_of_sha256() {
        assert_eq!(short_hash(b"abc"), "ba7816bf8f01cfea");
    }
}
