//! Who asks, as far as limits need it: an address becomes a short key for the day here, and goes no further.

use super::Http;
use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::Response;
use backend::limits::AddressKey;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};

/// The one header that is believed, because the proxy before this program writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ClientAddress(HeaderName);

impl TryFrom<String> for ClientAddress {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse()
            .map(Self)
            .map_err(|_| format!("`{name}` is no name of a header"))
    }
}

/// The other end of the connection.
#[derive(Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

/// Where a visitor's address is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visitors {
    /// In this header.
    Header(HeaderName),
    /// At the other end of the connection.
    Peer,
    /// Nowhere: the other end is a proxy that does not say.
    Unknown,
}

impl Visitors {
    /// In the header that is named; else at the other end, unless a proxy is there.
    #[must_use]
    pub fn new(header: Option<ClientAddress>, behind_proxy: bool) -> Self {
        match header {
            Some(ClientAddress(name)) => Self::Header(name),
            None if behind_proxy => Self::Unknown,
            None => Self::Peer,
        }
    }

    fn find(&self, headers: &mut HeaderMap, peer: Option<&Peer>) -> Option<IpAddr> {
        match self {
            Self::Peer => peer.map(|Peer(address)| *address),
            Self::Unknown => None,
            Self::Header(name) => {
                // What a browser wrote itself stands before what the proxy added.
                let last = headers.get_all(name).iter().next_back();
                let found = last.and_then(|value| read(value.to_str().ok()?));
                while headers.remove(name).is_some() {}
                found
            }
        }
    }
}

/// The last address of a list, with or without a port.
fn read(value: &str) -> Option<IpAddr> {
    let last = value.rsplit(',').next()?.trim();
    let bare = last
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address = bare.unwrap_or(last).parse().ok();
    address.or_else(|| {
        last.parse()
            .ok()
            .map(|with_port: SocketAddr| with_port.ip())
    })
}

/// What stands for the address of the request with these extensions.
pub(super) fn of(extensions: &Extensions) -> Option<AddressKey> {
    extensions.get().copied()
}

/// Puts the key in the address's place.
pub(super) async fn layer(State(http): State<Http>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions_mut().remove::<Peer>();
    if let Some(address) = http.visitors.find(request.headers_mut(), peer.as_ref()) {
        let key = http.backend.limits().address(address);
        request.extensions_mut().insert(key);
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Visitors {
        let name = ClientAddress::try_from("X-Forwarded-For".to_owned());
        Visitors::new(Some(name.unwrap()), true)
    }

    fn found(visitors: &Visitors, values: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let peer = Peer(IpAddr::from([127, 0, 0, 1]));
        let found = visitors.find(&mut headers, Some(&peer));
        let gone = headers.is_empty();
        assert_eq!(
            gone,
            values.is_empty() || matches!(visitors, Visitors::Header(_))
        );
        found.map(|address| address.to_string())
    }

    #[test]
    fn the_last_address_counts_because_the_proxy_wrote_it() {
        let of = |values: &[&'static str]| found(&header(), values);
        assert_eq!(of(&["192.0.2.7"]).as_deref(), Some("192.0.2.7"));
        assert_eq!(
            of(&["203.0.113.9, 192.0.2.7"]).as_deref(),
            Some("192.0.2.7")
        );
        assert_eq!(
            of(&["203.0.113.9", "192.0.2.7"]).as_deref(),
            Some("192.0.2.7")
        );
        assert_eq!(of(&["192.0.2.7:4711"]).as_deref(), Some("192.0.2.7"));
        assert_eq!(of(&["2001:db8::7"]).as_deref(), Some("2001:db8::7"));
        assert_eq!(of(&["[2001:db8::7]"]).as_deref(), Some("2001:db8::7"));
        assert_eq!(of(&["[2001:db8::7]:443"]).as_deref(), Some("2001:db8::7"));
        for nothing in ["", "unknown", "192.0.2.7, _hidden", "192.0.2.300"] {
            assert_eq!(of(&[nothing]), None, "{nothing}");
        }
        assert_eq!(of(&[]), None, "the proxy's own address is nobody's");
    }

    #[test]
    fn without_a_header_nobody_is_believed() {
        let alone = Visitors::new(None, false);
        assert_eq!(found(&alone, &["192.0.2.7"]).as_deref(), Some("127.0.0.1"));
        let behind = Visitors::new(None, true);
        assert_eq!(found(&behind, &["192.0.2.7"]), None);
    }
}
