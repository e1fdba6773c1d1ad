//! One typed function a key.

use std::fmt::Write as _;

use super::catalogue::{Catalogue, Entry, FORMS, LANGUAGES};

/// Words that Rust keeps for itself: the function gets an underscore, `self_`.
const KEYWORDS: [&str; 38] = [
    "as", "async", "await", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match",
    "mod", "move", "mut", "pub", "ref", "return", "self", "static", "struct", "super", "trait",
    "true", "try", "type", "use",
];

impl Catalogue {
    /// One function a key, and the server's tables.
    pub(crate) fn code(&self) -> Result<String, std::fmt::Error> {
        let mut out = String::new();
        writeln!(out, "const HASH: &str = {:?};", self.hash())?;
        writeln!(out, "const SHARED: usize = {};", self.shared().count())?;
        let seeker = self.shared().filter(|entry| !entry.is_staff_only());
        writeln!(out, "const SEEKER: usize = {};", seeker.count())?;
        for (at, (language, _)) in LANGUAGES.iter().enumerate() {
            let name = language.to_uppercase();
            writeln!(
                out,
                "#[cfg(feature = \"ssr\")]\nstatic {name}: [&str; {}] = [",
                self.entries.len()
            )?;
            for entry in &self.entries {
                writeln!(
                    out,
                    "    {:?},",
                    entry.texts.get(at).map_or("", String::as_str)
                )?;
            }
            writeln!(out, "];")?;
        }
        let mut open = None;
        for (number, entry) in self.entries.iter().enumerate() {
            if open != Some(&entry.feature) {
                if open.is_some() {
                    writeln!(out, "}}")?;
                }
                if entry.is_server_only() {
                    writeln!(out, "#[cfg(feature = \"ssr\")]")?;
                }
                writeln!(
                    out,
                    "/// `locales/{0}.toml`\npub mod {0} {{\n    use super::Texts;",
                    entry.feature
                )?;
                open = Some(&entry.feature);
            }
            entry.function(number, &mut out)?;
        }
        if open.is_some() {
            writeln!(out, "}}")?;
        }
        Ok(out)
    }
}

impl Entry {
    fn function(&self, number: usize, out: &mut String) -> std::fmt::Result {
        let first = self.texts.first().map_or("", String::as_str);
        let shown = first.replace(['\n', '`'], " ").replace(FORMS, " | ");
        writeln!(
            out,
            "    #[doc = {:?}]\n    #[must_use]",
            format!("`{shown}`")
        )?;
        let names: Vec<_> = self
            .placeholders
            .iter()
            .filter(|name| !(self.plural && *name == "count"))
            .collect();
        let mut parameters = String::from("t: Texts");
        if self.plural {
            parameters.push_str(", count: u64");
        }
        let mut values = String::new();
        for name in names {
            write!(parameters, ", {name}: impl ::std::fmt::Display")?;
            write!(values, "({name:?}, &{name}), ")?;
        }
        let (result, body) = if self.plural {
            ("String", format!("t.plural({number}, count, &[{values}])"))
        } else if values.is_empty() {
            ("&'static str", format!("t.text({number})"))
        } else {
            ("String", format!("t.fill({number}, &[{values}])"))
        };
        let underscore = if KEYWORDS.contains(&self.key.as_str()) {
            "_"
        } else {
            ""
        };
        writeln!(
            out,
            "    pub fn {}{underscore}({parameters}) -> {result} {{ {body} }}",
            self.key
        )
    }
}
