//! The browser's texts: one JSON file a language and register.

use super::catalogue::{Catalogue, REGISTERS};

impl Catalogue {
    /// The browser's files: name (`de-sie`) and content, a JSON array: the hash, then the texts by number.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let file = |(at, register): (usize, &&str)| {
            let mut json = format!("[{}", quoted(&self.hash()));
            for entry in self.shared() {
                json.push_str(",\n");
                json.push_str(&quoted(entry.texts.get(at).map_or("", String::as_str)));
            }
            json.push(']');
            (format!("de-{register}"), json)
        };
        REGISTERS.iter().enumerate().map(file).collect()
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
