//! Links in what people write: only `https`, only with a plain host, so that what is shown is where it leads.

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Shown as it is.
    Text(&'a str),
    /// An address, shown as it is.
    Link(&'a str),
}

const SCHEME: &str = "https://";

/// Cuts a text into pieces; together they are the whole text.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(next) = text
        .get(at..)
        .and_then(|rest| rest.find(SCHEME))
        .map(|offset| at + offset)
    {
        let rest = text.get(next..).unwrap_or_default();
        let begins = text
            .get(..next)
            .and_then(|before| before.chars().next_back())
            .is_none_or(|before| !before.is_alphanumeric());
        let length = address_length(rest);
        if begins && has_plain_host(rest.get(..length).unwrap_or_default()) {
            push_text(&mut found, text.get(from..next));
            found.extend(rest.get(..length).map(Piece::Link));
            from = next + length;
        }
        at = next + length.max(SCHEME.len());
    }
    push_text(&mut found, text.get(from..));
    found
}

fn push_text<'a>(found: &mut Vec<Piece<'a>>, text: Option<&'a str>) {
    found.extend(text.filter(|text| !text.is_empty()).map(Piece::Text));
}

/// Bytes up to the first blank, without punctuation that ends a sentence.
fn address_length(text: &str) -> usize {
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '„' | '“' | '»' | '«'))
        .unwrap_or(text.len());
    let address = text.get(..end).unwrap_or_default();
    address
        .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '…'])
        .len()
}

/// No user name before the host, no letters that look like others: what is read is where it leads.
fn has_plain_host(address: &str) -> bool {
    let rest = address.strip_prefix(SCHEME).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    name.split('.').count() >= 2
        && name.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
        && !name
            .to_ascii_lowercase()
            .split('.')
            .any(|label| label.starts_with("xn--"))
        && !port.is_empty()
        && port.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::Piece::{Link, Text};
    use super::*;

    #[test]
    fn addresses_become_links_and_sentences_stay_whole() {
        assert_eq!(
            pieces("Siehe https://www.nora-notruf.de/start?a=1. Oder ruf an."),
            [
                Text("Siehe "),
                Link("https://www.nora-notruf.de/start?a=1"),
                Text(". Oder ruf an.")
            ]
        );
        assert_eq!(
            pieces("(https://a.de)"),
            [Text("("), Link("https://a.de"), Text(")")]
        );
        assert_eq!(pieces("https://a.de:8443/ü"), [Link("https://a.de:8443/ü")]);
        assert_eq!(
            pieces("https://a.de\nhttps://b.de"),
            [Link("https://a.de"), Text("\n"), Link("https://b.de")]
        );
        assert_eq!(
            pieces("https://a.de: dort"),
            [Link("https://a.de"), Text(": dort")]
        );
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn what_could_deceive_stays_text() {
        for text in [
            "http://a.de",
            "javascript:alert(1)",
            "https://bank.de@evil.example",
            "https://bänk.de",
            "https://xn--bnk-qla.de",
            "https://localhost",
            "https://",
            "https://.de",
            "https://a.de:/",
            "https://a.de:x",
            "xhttps://a.de",
        ] {
            assert_eq!(pieces(text), [Text(text)], "{text}");
        }
    }

    #[test]
    fn pieces_are_the_whole_text() {
        let text = "a https://x.y https://@ https://bank.de@e.de, https://c.de…";
        let whole: String = pieces(text)
            .into_iter()
            .map(|piece| match piece {
                Text(text) | Link(text) => text,
            })
            .collect();
        assert_eq!(whole, text);
    }
}
