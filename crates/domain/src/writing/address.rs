//! Which addresses become links: only `https`, only with a plain host, so that what is shown is where it leads.

/// What an address begins with.
pub const SCHEME: &str = "https://";

/// Bytes of the address at the beginning of `text`: up to the first blank, without punctuation that ends a sentence.
#[must_use]
pub fn length(text: &str) -> usize {
    let end = text.find(ends).unwrap_or(text.len());
    text.get(..end)
        .unwrap_or_default()
        .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '…', '*'])
        .len()
}

/// Whether an address ends before this: blanks, quotation marks, and what would be there without being seen.
#[must_use]
pub fn ends(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '>' | '"' | '„' | '“' | '»' | '«') || is_hidden(c)
}

/// What cannot be seen, or turns the direction of what can.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

/// The host of an address that begins with [`SCHEME`] or with `www.`, if it is plain: no user name before it, no
/// letters that look like others.
#[must_use]
pub fn host(address: &str) -> Option<&str> {
    let rest = match address.strip_prefix(SCHEME) {
        Some(rest) => rest,
        None if address.starts_with("www.") => address,
        None => return None,
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    let plain = name.contains('.')
        && name.split('.').all(|label| {
            !label.is_empty()
                && !label
                    .get(..4)
                    .is_some_and(|start| start.eq_ignore_ascii_case("xn--"))
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
        && !port.is_empty()
        && port.bytes().all(|b| b.is_ascii_digit());
    plain.then_some(host)
}

/// Whether words over an address could be taken for another address. The host is shown beside them all the same.
#[must_use]
pub fn may_deceive(label: &str) -> bool {
    let dotted = || {
        label.char_indices().any(|(at, c)| {
            matches!(c, '.' | '․' | '。' | '．' | '｡')
                && label
                    .get(at + c.len_utf8()..)
                    .is_some_and(|after| after.starts_with(char::is_alphanumeric))
        })
    };
    label.contains("//") || label.contains('@') || label.chars().any(is_hidden) || dotted()
}
