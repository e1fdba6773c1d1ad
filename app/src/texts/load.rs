//! Taking a fetched file of texts into use.

use super::{HASH, SEEKER, SHARED, Texts};

/// Why a file of texts is not the one of this build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextsError {
    /// Not an array of strings.
    Malformed,
    /// Made for another list of keys: the page is older or newer than the file.
    OtherBuild,
}

impl Texts {
    /// Reads a file that xtask made (a JSON array: hash of the key list, then the texts by number).
    ///
    /// The texts stay in memory for the life of the page: a few kilobytes for each change of register.
    ///
    /// # Errors
    /// [`TextsError`], if the file is damaged or belongs to another build.
    pub fn load(json: &str) -> Result<Self, TextsError> {
        let strings: Vec<String> = serde_json::from_str(json).map_err(|_| TextsError::Malformed)?;
        let mut strings = strings.into_iter();
        let hash = strings.next().ok_or(TextsError::Malformed)?;
        // Seekers get the beginning: what only staff reads is numbered after it.
        if hash != HASH || ![SEEKER, SHARED].contains(&strings.len()) {
            return Err(TextsError::OtherBuild);
        }
        let texts: Vec<&'static str> = strings.map(|text| &*text.leak()).collect();
        Ok(Self(texts.leak()))
    }
}
