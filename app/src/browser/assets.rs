//! What the shell names, fetched and checked against the hash that it names (`integrity`).

use client::platform::Platform;
use gloo_net::http::Request;
use web_sys::RequestCredentials;

use crate::mount;
use crate::shell::Asset;
use crate::texts::Texts;

/// Why the application cannot begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssetError {
    /// The shell names no such file.
    #[error("the shell does not name it")]
    Missing,
    /// It did not come, or it is not the one that the shell names.
    #[error("not loaded")]
    NotLoaded,
    /// It belongs to another build.
    #[error("of another build")]
    OtherBuild,
}

/// A file's bytes.
///
/// # Errors
/// [`AssetError::NotLoaded`] without an answer, or for other bytes than the shell's hash says.
pub async fn load(asset: &Asset) -> Result<Vec<u8>, AssetError> {
    let response = Request::get(&asset.path)
        .integrity(&asset.integrity)
        .credentials(RequestCredentials::Omit)
        .send()
        .await
        .map_err(|_| AssetError::NotLoaded)?;
    if !response.ok() {
        return Err(AssetError::NotLoaded);
    }
    response.binary().await.map_err(|_| AssetError::NotLoaded)
}

/// The texts of one language, such as `de-sie`.
///
/// # Errors
/// As [`load`]; [`AssetError::OtherBuild`] for texts of another build.
pub async fn texts(name: &str) -> Result<Texts, AssetError> {
    let asset = mount::texts()
        .into_iter()
        .find(|texts| texts.name == name)
        .ok_or(AssetError::Missing)?
        .asset;
    let file = String::from_utf8(load(&asset).await?).map_err(|_| AssetError::OtherBuild)?;
    Texts::load(file).map_err(|_| AssetError::OtherBuild)
}

/// The platform's id and root.
///
/// # Errors
/// As [`load`]; [`AssetError::Missing`] before the platform has been set up.
pub async fn platform() -> Result<Platform, AssetError> {
    let asset = mount::asset("trust").ok_or(AssetError::Missing)?;
    Platform::parse(&load(&asset).await?).map_err(|_| AssetError::OtherBuild)
}
