//! Taking a fetched file of texts into use.

use super::{HASH, SEEKER, SHARED, Texts};

/// Between two texts of a file (ASCII's record separator).
const BETWEEN: char = '\u{1e}';

/// A file of texts that is not the one of this build: the page is older or newer than it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherBuild;

impl Texts {
    /// Reads a file that xtask made: hash of the key list, then the texts by number.
    ///
    /// The texts stay in memory for the life of the page: a few kilobytes for each change of register.
    ///
    /// # Errors
    /// [`OtherBuild`], if the file is damaged or belongs to another build.
    pub fn load(file: String) -> Result<Self, OtherBuild> {
        // Seekers get the beginning: what only staff reads is numbered after it.
        let is_own = file.split(BETWEEN).next() == Some(HASH)
            && [SEEKER, SHARED].contains(&file.matches(BETWEEN).count());
        if !is_own {
            return Err(OtherBuild);
        }
        let file: &'static str = file.leak();
        let texts: Vec<_> = file.split(BETWEEN).skip(1).collect();
        Ok(Self(texts.leak()))
    }
}
