//! Reads `locales/*.toml`. `code.rs` makes typed functions of it (`app/build.rs`), `files.rs` the browser's files (xtask).
//!
//! One file a feature, one table a key:
//!
//! ```toml
//! close = { de = "Schließen", en = "Close" }              # `de`: the same in every register of German
//! [send]                                                  # one text a register
//! sie = "Schreiben Sie {name}"
//! du = "Schreib {name}"
//! en = "Write to {name}"
//! [unread]                                                # plural forms of CLDR, chosen by `{count}`
//! de = { one = "{count} neue Nachricht", other = "{count} neue Nachrichten" }
//! en = { one = "{count} new message", other = "{count} new messages" }
//! ```
//!
//! A register that is missing is taken from `de`, `leicht` also from `sie`. Everything else that is missing does not
//! compile. Texts of staff have no `leicht`: `app/src/texts/rules.rs` says what is right where.
//!
//! Every language of a key has the same placeholders. A function takes them in alphabetical order, so that
//! a reworded sentence cannot silently swap two arguments.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::{Table, Value};

/// Features that only the server shows; the browser's files leave them out.
const SERVER_ONLY: [&str; 3] = ["legal", "public", "shell"];

/// Features that only the staff's program shows; the seekers' files leave them out.
pub(crate) const STAFF_ONLY: [&str; 4] = ["admin", "inbox", "invitation", "team"];

/// The languages, German once a register, in the order of the generated tables: name in `locales/*.toml`, name of
/// the browser's file.
pub(crate) const LANGUAGES: [(&str, &str); 4] = [
    ("sie", "de-sie"),
    ("du", "de-du"),
    ("leicht", "de-leicht"),
    ("en", "en"),
];

/// Where a text is taken from that a register does not have itself, in this order.
fn instead(language: &str) -> &'static [&'static str] {
    match language {
        "leicht" => &["de", "sie"],
        "en" => &[],
        // „Sie“ instead of „Du“ would be a slip of the pen.
        _ => &["de"],
    }
}

/// Between the plural forms of one text, in the order one, other.
pub(crate) const FORMS: char = '\u{1f}';

/// All texts, in the order of their numbers: first what every browser gets, then what only staff gets, then what only
/// the server shows.
pub(crate) struct Catalogue {
    pub(crate) entries: Vec<Entry>,
}

/// One key.
pub(crate) struct Entry {
    pub(crate) feature: String,
    pub(crate) key: String,
    pub(crate) plural: bool,
    pub(crate) placeholders: BTreeSet<String>,
    /// One text a language, in the order of [`LANGUAGES`].
    pub(crate) texts: Vec<String>,
}

/// Reads all files of `folder`.
pub(crate) fn load(folder: &Path) -> Result<Catalogue, String> {
    let listed = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut features = BTreeMap::new();
    for path in listed.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let named = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
        let content = std::fs::read_to_string(&path).map_err(|e| named(&e))?;
        let table: Table = content.parse().map_err(|e| named(&e))?;
        let feature = path.file_stem().unwrap_or_default().to_string_lossy();
        features.insert(feature.into_owned(), table);
    }
    catalogue(&features)
}

fn catalogue(features: &BTreeMap<String, Table>) -> Result<Catalogue, String> {
    let mut entries = Vec::new();
    for (feature, table) in features {
        for (key, value) in table {
            entries
                .push(entry(feature, key, value).map_err(|why| format!("{feature}.{key}: {why}"))?);
        }
    }
    entries.sort_by_key(|e: &Entry| {
        let audience = (e.is_server_only(), e.is_staff_only());
        (audience, e.feature.clone(), e.key.clone())
    });
    Ok(Catalogue { entries })
}

fn entry(feature: &str, key: &str, value: &Value) -> Result<Entry, String> {
    if !is_word(feature) || !is_word(key) {
        return Err("a key is a-z, 0-9 and _".to_owned());
    }
    let of_language = |language: &str| match value {
        Value::Table(table) if !is_plural(table) => table.get(language),
        german => (language == "de").then_some(german),
    };
    if let Value::Table(table) = value
        && !is_plural(table)
        && let Some(stranger) = table.keys().find(|name| !is_language(name))
    {
        return Err(format!("`{stranger}` is no language"));
    }
    let mut texts = Vec::new();
    let mut kinds = BTreeSet::new();
    let mut placeholders = BTreeSet::new();
    for (language, _) in LANGUAGES {
        let found = of_language(language).or_else(|| {
            instead(language)
                .iter()
                .find_map(|other| of_language(other))
        });
        let (plural, text) = text(found.ok_or_else(|| format!("no text for `{language}`"))?)?;
        let text = if language == "leicht" {
            lines(&text)
        } else {
            text
        };
        let named = names(&text)?;
        if !texts.is_empty() && named != placeholders {
            return Err(format!("`{language}` has other placeholders"));
        }
        kinds.insert(plural);
        placeholders = named;
        texts.push(text);
    }
    if kinds.len() != 1 {
        return Err("plural in one language only".to_owned());
    }
    let plural = kinds.contains(&true);
    Ok(Entry {
        feature: feature.to_owned(),
        key: key.to_owned(),
        plural,
        placeholders,
        texts,
    })
}

fn text(value: &Value) -> Result<(bool, String), String> {
    match value {
        Value::String(text) => Ok((false, text.clone())),
        Value::Table(forms) if is_plural(forms) => {
            let form = |name: &str| {
                forms
                    .get(name)
                    .and_then(Value::as_str)
                    .ok_or_else(|| format!("no form `{name}`"))
            };
            Ok((true, format!("{}{FORMS}{}", form("one")?, form("other")?)))
        }
        _ => Err("neither a text nor plural forms".to_owned()),
    }
}

/// Leichte Sprache: each sentence begins a line. The style sheet keeps these breaks.
fn lines(text: &str) -> String {
    text.replace(". ", ".\n")
        .replace("! ", "!\n")
        .replace("? ", "?\n")
}

fn is_language(name: &str) -> bool {
    name == "de" || LANGUAGES.iter().any(|(language, _)| *language == name)
}

fn is_plural(table: &Table) -> bool {
    table.contains_key("other")
}

fn is_word(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(plain)
}

fn names(text: &str) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeSet::new();
    for piece in text.split('{').skip(1) {
        let Some((name, _)) = piece.split_once('}') else {
            return Err("`{` without `}`".to_owned());
        };
        if !is_word(name) {
            return Err(format!("`{{{name}}}` is no placeholder"));
        }
        found.insert(name.to_owned());
    }
    Ok(found)
}

impl Entry {
    pub(crate) fn is_server_only(&self) -> bool {
        SERVER_ONLY.contains(&self.feature.as_str())
    }

    pub(crate) fn is_staff_only(&self) -> bool {
        STAFF_ONLY.contains(&self.feature.as_str())
    }
}

impl Catalogue {
    /// What staff's browsers get; seekers' get the beginning of it, without [`STAFF_ONLY`].
    pub(crate) fn shared(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.is_server_only())
    }

    /// FNV-1a (64 bit) over names and placeholders: tells a file of texts that belongs to another build.
    pub(crate) fn hash(&self) -> String {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for entry in self.shared() {
            let line = format!(
                "{}.{} {} {:?}\n",
                entry.feature, entry.key, entry.plural, entry.placeholders
            );
            for byte in line.bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        format!("{hash:016x}")
    }
}
