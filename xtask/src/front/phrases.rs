//! Words of a crisis as browsers get them: one phrase a line, in the form in which they are compared.

use anyhow::{Context, Result, bail};
use domain::crisis;
use std::collections::BTreeSet;
use toml::{Table, Value};

/// `data/crisis_phrases.toml` as lines.
pub(crate) fn packed() -> Result<String> {
    let path = crate::place::root().join("data/crisis_phrases.toml");
    let content = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    pack(&content).with_context(|| format!("{}", path.display()))
}

fn pack(content: &str) -> Result<String> {
    let mut table: Table = content.parse()?;
    let sentences = table.remove("sentences");
    let mut lines = BTreeSet::new();
    for (language, kinds) in &table {
        for (kind, phrases) in kinds.as_table().context("a language is a table of lists")? {
            for phrase in texts(phrases) {
                let phrase =
                    phrase.with_context(|| format!("{language}.{kind}: no list of texts"))?;
                lines.insert(
                    crisis::line(phrase).with_context(|| format!("no word in \"{phrase}\""))?,
                );
            }
        }
    }
    let lines: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    for (key, expected) in [("found", true), ("harmless", false)] {
        let tried = sentences.as_ref().and_then(|sentences| sentences.get(key));
        for sentence in tried.into_iter().flat_map(texts) {
            let sentence = sentence.context("a sentence is a text")?;
            if crisis::speaks_of_crisis(&lines, sentence) != expected {
                bail!("sentences.{key}: \"{sentence}\" would be told wrongly");
            }
        }
    }
    Ok(lines)
}

/// The texts of a list; `None` for whatever is none.
fn texts(value: &Value) -> Vec<Option<&str>> {
    match value {
        Value::Array(all) => all.iter().map(Value::as_str).collect(),
        _ => vec![None],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_tells_its_own_sentences_rightly() {
        let lines = packed().unwrap();
        assert!(lines.lines().count() > 200);
        assert!(lines.len() < 16_000, "{}", lines.len());
    }

    #[test]
    fn a_list_that_would_mislead_is_refused() {
        let refused = |content: &str| pack(content).unwrap_err().to_string();
        assert_eq!(pack("[de]\na = [\"Über  uns*\"]").unwrap(), "ueber uns*\n");
        assert!(refused("[de]\na = [\"*\"]").contains("no word"));
        assert!(refused("[de]\na = [1]").contains("de.a"));
        assert!(refused("[de]\na = [\"x\"]\n[sentences]\nfound = [\"y\"]").contains("found"));
        assert!(refused("[de]\na = [\"x\"]\n[sentences]\nharmless = [\"x\"]").contains("harmless"));
    }
}
