//! Texts as data: one JSON object (key → string) per language and register, from `locales/*.toml`.
//!
//! A value is a string (the same in every register), or a table with `sie`, `du`, `leicht`; a register that is not
//! written falls back to `sie`. Keys of nested tables are joined by dots.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use toml::{Table, Value};

/// One file of texts.
pub(crate) struct Texts {
    /// Language and register: `de-sie`.
    pub(crate) name: String,
    /// The JSON object.
    pub(crate) json: Vec<u8>,
}

const REGISTERS: [&str; 3] = ["sie", "du", "leicht"];

/// All files of texts.
pub(crate) fn all() -> Result<Vec<Texts>> {
    let folder = crate::place::root().join("locales");
    let mut tables = BTreeMap::new();
    for path in crate::fresh::walk(&folder)? {
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            let content = fs::read_to_string(&path)?;
            let table: Table = content
                .parse()
                .with_context(|| format!("cannot read {}", path.display()))?;
            let feature = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            tables.insert(feature, table);
        }
    }
    REGISTERS
        .iter()
        .map(|register| file(&tables, register))
        .collect()
}

fn file(tables: &BTreeMap<String, Table>, register: &str) -> Result<Texts> {
    let mut texts = BTreeMap::new();
    for (feature, table) in tables {
        collect(feature, table, register, &mut texts)?;
    }
    Ok(Texts {
        name: format!("de-{register}"),
        json: serde_json::to_vec(&texts)?,
    })
}

fn collect(
    prefix: &str,
    table: &Table,
    register: &str,
    texts: &mut BTreeMap<String, String>,
) -> Result<()> {
    for (name, value) in table {
        let key = format!("{prefix}.{name}");
        match value {
            Value::String(text) => drop(texts.insert(key, text.clone())),
            Value::Table(forms) if is_leaf(forms) => {
                let text = forms.get(register).or_else(|| forms.get("sie"));
                let Some(text) = text.and_then(Value::as_str) else {
                    bail!("{key} has no text for `sie`")
                };
                texts.insert(key, text.to_owned());
            }
            Value::Table(deeper) => collect(&key, deeper, register, texts)?,
            _ => bail!("{key} is neither a text nor a table of registers"),
        }
    }
    Ok(())
}

fn is_leaf(table: &Table) -> bool {
    table
        .iter()
        .any(|(name, value)| REGISTERS.contains(&name.as_str()) && value.is_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(register: &str, toml: &str) -> Result<BTreeMap<String, String>> {
        let mut texts = BTreeMap::new();
        collect("inbox", &toml.parse()?, register, &mut texts)?;
        Ok(texts)
    }

    const EXAMPLE: &str = "title = \"Postfach\"\nhelp = { sie = \"Schreiben Sie.\", du = \"Schreib.\" }\n[empty]\nhint = { sie = \"Nichts.\" }\n";

    #[test]
    fn each_register_gets_its_form_and_falls_back_to_sie() {
        let du = of("du", EXAMPLE).unwrap();
        assert_eq!(du["inbox.title"], "Postfach");
        assert_eq!(du["inbox.help"], "Schreib.");
        assert_eq!(du["inbox.empty.hint"], "Nichts.");
        assert_eq!(
            of("leicht", EXAMPLE).unwrap()["inbox.help"],
            "Schreiben Sie."
        );
    }

    #[test]
    fn a_text_without_sie_and_a_number_are_refused() {
        assert!(of("leicht", "a = { du = \"x\" }").is_err());
        assert!(of("sie", "a = 1").is_err());
    }
}
