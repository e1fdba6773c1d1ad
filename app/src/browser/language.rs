//! The language of the page, and what this tab keeps of the person's choice.

use client::world::TabStorage;
use domain::language::Language;

use super::{SessionStorage, assets};
use crate::mount;
use crate::texts::Texts;

/// Under this key the tab keeps the choice for a reload; the start line reads it too. Begins as `client`'s own keys do,
/// so that the quick exit removes it.
const KEPT: &str = "beistand.language";

/// What was chosen in this tab before.
#[must_use]
pub fn kept() -> Option<Language> {
    Language::from_word(&SessionStorage.get(KEPT)?)
}

/// Keeps a choice for as long as the tab.
pub fn keep(language: Language) {
    SessionStorage.set(KEPT, language.word());
}

/// Loads the words of a language.
///
/// # Errors
/// As [`assets::texts`].
pub async fn load(language: Language) -> Result<Texts, assets::AssetError> {
    let words = assets::texts(language.word()).await?;
    mount::speak(words);
    Ok(words)
}
