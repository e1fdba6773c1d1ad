//! The browser's texts: one JSON file a language, once for seekers and once, with more texts, for staff.

use super::catalogue::{Catalogue, Entry, LANGUAGES};

impl Catalogue {
    /// The browser's files: name (`de-sie`, `staff-en`) and content, a JSON array: the hash, then the texts by number.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for (at, (register, name)) in LANGUAGES.iter().enumerate() {
            let seeker = self.shared().filter(|entry| !entry.is_staff_only());
            files.push(((*name).to_owned(), self.file(at, seeker)));
            // Staff is addressed in one way.
            if ["sie", "en"].contains(register) {
                files.push((format!("staff-{name}"), self.file(at, self.shared())));
            }
        }
        files
    }

    fn file<'a>(&self, at: usize, entries: impl Iterator<Item = &'a Entry>) -> String {
        let mut json = format!("[{}", quoted(&self.hash()));
        for entry in entries {
            json.push_str(",\n");
            json.push_str(&quoted(entry.texts.get(at).map_or("", String::as_str)));
        }
        json.push(']');
        json
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
