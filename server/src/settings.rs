//! Configuration: the command line, else the environment, else `beistand.toml` in the data folder, else defaults.

use crate::address::{PublicUrl, StrictTransport};
use crate::fault::Fault;
use crate::folder::Folder;
use crate::http::ClientAddress;
use crate::log::Format;
use crate::running::Front;
use app::public::Operator;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::Path;

/// Where a server listens if nothing else is said.
const LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 3000);
/// The neutral word in titles if the operator has none.
const TITLE: &str = "Beratung";

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where browsers find the platform.
    pub public_url: Option<String>,
    /// Where this program listens: an address of this machine only; a proxy stands before it.
    pub listen: Option<SocketAddr>,
    /// Where health, readiness and metrics are told; nowhere if not set.
    pub operations: Option<SocketAddr>,
    /// `postgres://…`; the file in the data folder if not set.
    pub database_url: Option<String>,
    /// The one header in which the proxy tells who asks; without one, the connection's other end counts.
    pub client_address: Option<ClientAddress>,
    /// How much of everything, and how fast.
    pub limits: backend::limits::Table,
    /// How strictly browsers keep to TLS.
    pub strict_transport: StrictTransport,
    /// The operator's neutral word in titles.
    pub title: Option<String>,
    /// How the log is written.
    pub log: Format,
    /// Who runs the platform, for imprint, privacy and accessibility pages.
    pub operator: Operator,
}

impl Settings {
    /// Reads the folder's file, if there is one, and what the environment says.
    ///
    /// # Errors
    /// If the file cannot be read or says something unknown.
    pub fn read(folder: &Folder) -> Result<Self, Fault> {
        let path = folder.settings();
        let mut settings: Self = match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&path, &text)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::default(),
            Err(error) => return Err(Fault::file(&path, &error)),
        };
        settings.database_url = std::env::var("DATABASE_URL").ok().or(settings.database_url);
        Ok(settings)
    }

    /// Reads the text of the file at `path`.
    ///
    /// # Errors
    /// If it says something unknown.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Fault> {
        toml::from_str(text).map_err(|error| {
            Fault::new(
                format!("{} cannot be read: {}.", path.display(), error.message()),
                "Correct that line, or take it out.",
            )
        })
    }

    /// Where to listen.
    ///
    /// # Errors
    /// If others could reach it: TLS is a proxy's.
    pub fn listen(&self, asked: Option<SocketAddr>) -> Result<SocketAddr, Fault> {
        let address = asked.or(self.listen).unwrap_or(LISTEN);
        if address.ip().is_loopback() {
            return Ok(address);
        }
        Err(Fault::new(
            format!(
                "{address} can be reached from other machines, and this program speaks plain HTTP."
            ),
            "Listen on 127.0.0.1 and put a proxy with TLS before it.",
        ))
    }

    /// Where browsers find the platform; this machine's address if nothing is said.
    ///
    /// # Errors
    /// If what is said is no address of a platform.
    pub fn public_url(&self, asked: Option<&str>, listen: SocketAddr) -> Result<PublicUrl, Fault> {
        let said = asked.or(self.public_url.as_deref());
        Ok(said.map_or_else(|| format!("http://{listen}").parse(), str::parse)?)
    }

    /// What the platform's faces are made from.
    #[must_use]
    pub fn front(&self, folder: &Folder) -> Front {
        Front {
            site: folder.site(),
            title: self.title.clone().unwrap_or_else(|| TITLE.to_owned()),
            operator: self.operator.clone(),
            strict_transport: self.strict_transport,
            client_address: self.client_address.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_listened_on() {
        let settings = Settings::default();
        assert_eq!(settings.listen(None).unwrap(), LISTEN);
        assert!(settings.listen(Some("[::1]:80".parse().unwrap())).is_ok());
        assert!(
            settings
                .listen(Some("0.0.0.0:3000".parse().unwrap()))
                .is_err()
        );
    }

    #[test]
    fn the_address_is_said_or_this_machine() {
        let settings = Settings {
            public_url: Some("https://b.example".into()),
            ..Settings::default()
        };
        assert_eq!(
            settings.public_url(None, LISTEN).unwrap().to_string(),
            "https://b.example"
        );
        assert_eq!(
            settings
                .public_url(Some("https://c.example"), LISTEN)
                .unwrap()
                .to_string(),
            "https://c.example"
        );
        assert_eq!(
            Settings::default()
                .public_url(None, LISTEN)
                .unwrap()
                .to_string(),
            "http://127.0.0.1:3000"
        );
        assert!(
            settings
                .public_url(Some("http://b.example"), LISTEN)
                .is_err()
        );
    }

    #[test]
    fn unknown_settings_are_not_passed_over() {
        assert!(toml::from_str::<Settings>("public_uri = 'x'").is_err());
        assert!(toml::from_str::<Settings>("[limits]\nmesages = '1/s'").is_err());
        assert!(toml::from_str::<Settings>("[limits]\nmessages = 'off'").is_err());
        assert!(toml::from_str::<Settings>("client_address = 'no header'").is_err());
        assert_eq!(
            toml::from_str::<Settings>("log = 'json'").unwrap().log,
            Format::Json
        );
    }

    #[test]
    fn limits_that_are_not_said_are_the_defaults() {
        let settings: Settings = toml::from_str("[limits]\nsockets = 9").unwrap();
        let expected = backend::limits::Table {
            sockets: 9,
            ..Default::default()
        };
        assert_eq!(settings.limits, expected);
    }
}
