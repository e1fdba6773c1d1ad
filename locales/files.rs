//! The browser's texts: one file a language, once for seekers and once, with more texts, for staff.

use super::catalogue::{Catalogue, Entry, LANGUAGES};

impl Catalogue {
    /// The browser's files: name (`de-sie`, `staff-en`) and content: the hash, then the texts by number, a record
    /// separator of ASCII before each (JSON would cost the browser a decoder).
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
        let mut file = self.hash();
        for entry in entries {
            file.push('\u{1e}');
            file.push_str(entry.texts.get(at).map_or("", String::as_str));
        }
        file
    }
}
