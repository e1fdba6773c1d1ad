//! The words that people read: one typed function a key, made from `locales/*.toml` at build time.
//!
//! Texts are data. The browser fetches one file for its language; the server holds all.

mod language;
mod load;
#[cfg(test)]
#[cfg(feature = "ssr")]
pub(crate) mod rules;
#[cfg(all(test, feature = "ssr"))]
mod tests;

use std::fmt::Display;

#[cfg(feature = "ssr")]
pub use language::all;
pub use load::OtherBuild;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// All texts of one language. As small as a reference; lives as long as the page.
#[derive(Clone, Copy, Debug)]
pub struct Texts(&'static [&'static str]);

impl Texts {
    fn text(self, number: usize) -> &'static str {
        // Numbers come from the same build as the table, and `load` counts the table.
        self.0.get(number).copied().unwrap_or_default()
    }

    fn fill(self, number: usize, values: &[(&str, &dyn Display)]) -> String {
        fill(self.text(number), values)
    }

    fn plural(self, number: usize, count: u64, values: &[(&str, &dyn Display)]) -> String {
        let mut forms = self.text(number).split('\u{1f}');
        let (one, other) = (forms.next().unwrap_or_default(), forms.next());
        // German and English: `one` for exactly 1 (CLDR).
        let form = if count == 1 {
            one
        } else {
            other.unwrap_or(one)
        };
        let mut all: Vec<(&str, &dyn Display)> = vec![("count", &count)];
        all.extend_from_slice(values);
        fill(form, &all)
    }
}

fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            out.push_str(&value.to_string());
        }
        rest = after;
    }
    out.push_str(rest);
    out
}
