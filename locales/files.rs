//! The browser's texts: one JSON file a language.

use super::catalogue::{Catalogue, LANGUAGES};

impl Catalogue {
    /// The browser's files: name (`de-sie`, `en`) and content, a JSON array: the hash, then the texts by number.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let file = |(at, (_, name)): (usize, &(&str, &str))| {
            let mut json = format!("[{}", quoted(&self.hash()));
            for entry in self.shared() {
                json.push_str(",\n");
                json.push_str(&quoted(entry.texts.get(at).map_or("", String::as_str)));
            }
            json.push(']');
            ((*name).to_owned(), json)
        };
        LANGUAGES.iter().enumerate().map(file).collect()
    }
}

/// A JSON string (RFC 8259).
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
