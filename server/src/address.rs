//! Where browsers find this platform: decides the cookie, the origins and what TLS has to do.

use crate::http::headers::Transport;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// The platform's own address, without a path: `https://beratung.example` or `http://127.0.0.1:3000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    secure: bool,
    host: String,
    port: Option<u16>,
}

/// What `Strict-Transport-Security` says beside its age (RFC 6797).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StrictTransport {
    /// Also all names below ours.
    pub include_subdomains: bool,
    /// Agreed to the browsers' preload list.
    pub preload: bool,
}

/// Why an address cannot be a platform's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// Neither `http://` nor `https://`, no host, or something behind it.
    #[error(
        "the public address is `https://HOST` or, on this machine only, `http://127.0.0.1:PORT`, without a path"
    )]
    Form,
    /// `http` on an address that others reach: passwords and texts would be at the mercy of the network.
    #[error(
        "`http` is allowed on this machine only (127.0.0.1, localhost): give an `https://` address"
    )]
    InsecureElsewhere,
}

impl FromStr for PublicUrl {
    type Err = AddressFault;

    fn from_str(text: &str) -> Result<Self, AddressFault> {
        let (secure, rest) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return Err(AddressFault::Form),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = split_port(rest).ok_or(AddressFault::Form)?;
        let url = Self {
            secure,
            host: host.to_ascii_lowercase(),
            port,
        };
        if !secure && !url.is_loopback() {
            return Err(AddressFault::InsecureElsewhere);
        }
        Ok(url)
    }
}

fn split_port(rest: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, digits)) if !digits.ends_with(']') => (host, Some(digits.parse().ok()?)),
        _ => (rest, None),
    };
    let bracketed = host
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'));
    let fits = match bracketed {
        Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        }
    };
    fits.then_some((host, port))
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin_of(&self.host))
    }
}

impl PublicUrl {
    /// Whether it is `https`.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether the name means this machine only.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.trim_matches(['[', ']']);
        self.host == "localhost"
            || bare
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }

    /// The values of `Origin` that are ours. On this machine its two usual names mean the same.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        let mut hosts = vec![self.host.as_str()];
        if self.is_loopback() {
            hosts.extend(
                ["127.0.0.1", "localhost", "[::1]"]
                    .into_iter()
                    .filter(|host| *host != self.host),
            );
        }
        hosts.into_iter().map(|host| self.origin_of(host)).collect()
    }

    /// How browsers come here, for the headers.
    #[must_use]
    pub fn transport(&self, strict: StrictTransport) -> Transport {
        if self.secure {
            Transport::Https {
                include_subdomains: strict.include_subdomains,
                preload: strict.preload,
            }
        } else {
            Transport::Loopback
        }
    }

    fn origin_of(&self, host: &str) -> String {
        let (scheme, usual) = if self.secure {
            ("https", 443)
        } else {
            ("http", 80)
        };
        match self.port.filter(|port| *port != usual) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<PublicUrl, AddressFault> {
        text.parse()
    }

    #[test]
    fn origins_are_written_as_browsers_do() {
        assert_eq!(
            parse("https://Beratung.example/").unwrap().origins(),
            ["https://beratung.example"]
        );
        assert_eq!(
            parse("https://beratung.example:443").unwrap().to_string(),
            "https://beratung.example"
        );
        assert_eq!(
            parse("https://beratung.example:8443").unwrap().origins(),
            ["https://beratung.example:8443"]
        );
        let here = parse("http://127.0.0.1:3000").unwrap();
        assert_eq!(
            here.origins(),
            [
                "http://127.0.0.1:3000",
                "http://localhost:3000",
                "http://[::1]:3000"
            ]
        );
        assert_eq!(
            parse("http://[::1]:3000").unwrap().to_string(),
            "http://[::1]:3000"
        );
    }

    #[test]
    fn http_stays_on_this_machine() {
        for here in [
            "http://127.0.0.1",
            "http://127.9.9.9:80",
            "http://localhost:3000",
            "http://[::1]",
        ] {
            assert!(parse(here).unwrap().is_loopback(), "{here}");
        }
        for elsewhere in [
            "http://beratung.example",
            "http://10.0.0.1:3000",
            "http://localhost.example",
            "http://0.0.0.0",
        ] {
            assert_eq!(
                parse(elsewhere),
                Err(AddressFault::InsecureElsewhere),
                "{elsewhere}"
            );
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for wrong in [
            "",
            "beratung.example",
            "ftp://x",
            "https://",
            "https://a/b",
            "https://a?b",
            "https://a:b",
            "https://ü",
        ] {
            assert_eq!(parse(wrong), Err(AddressFault::Form), "{wrong}");
        }
    }
}
