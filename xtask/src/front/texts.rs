//! Texts as data: one file a language, in the order of the functions that `app/build.rs` makes of the same catalogue.

use anyhow::{Result, anyhow};

#[path = "../../../locales/catalogue.rs"]
mod catalogue;
#[path = "../../../locales/files.rs"]
mod files;

/// Name (`de-sie`) and content of every file of texts.
pub(crate) fn all() -> Result<Vec<(String, String)>> {
    let catalogue = catalogue::load(&crate::place::root().join("locales"))
        .map_err(|why| anyhow!("locales: {why}"))?;
    Ok(catalogue.files())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of one file, by language.
    fn read(content: &str) -> Result<Vec<String>, String> {
        let folder = std::env::temp_dir().join(format!(
            "beistand-texts-{}-{}",
            std::process::id(),
            content.len()
        ));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("file.toml"), content).unwrap();
        let found = catalogue::load(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        found.map(|catalogue| catalogue.entries[0].texts.clone())
    }

    #[test]
    fn what_a_register_lacks_is_taken_from_another() {
        assert_eq!(
            read("a = { de = 'Ja', en = 'Yes' }").unwrap(),
            ["Ja", "Ja", "Ja", "Yes"]
        );
        assert_eq!(
            read("a = { sie = 'Sie', du = 'Du', en = 'You' }").unwrap(),
            ["Sie", "Du", "Sie", "You"]
        );
        assert_eq!(
            read("a = { sie = '1', du = '2', leicht = '3', en = '4' }").unwrap(),
            ["1", "2", "3", "4"]
        );
        assert_eq!(
            read("a = { de = 'Ja. Nein', en = 'Yes. No' }").unwrap(),
            ["Ja. Nein", "Ja. Nein", "Ja.\nNein", "Yes. No"]
        );
        assert_eq!(
            read("a = { de = { one = '1', other = '2' }, en = { one = '3', other = '4' } }")
                .unwrap(),
            ["1\u{1f}2", "1\u{1f}2", "1\u{1f}2", "3\u{1f}4"]
        );
    }

    #[test]
    fn a_slip_in_a_file_of_texts_is_told() {
        for (content, why) in [
            ("a = { sie = 'Sie', en = 'You' }", "no text for `du`"),
            ("a = { sie = 'Sie', du = 'Du' }", "no text for `en`"),
            ("a = 'Ja'", "no text for `en`"),
            ("a = { de = 'Ja', fr = 'Oui' }", "`fr` is no language"),
            (
                "a = { de = '{n}', en = 'n' }",
                "`en` has other placeholders",
            ),
            (
                "a = { de = '1', en = { one = '1', other = '2' } }",
                "plural in one language only",
            ),
            (
                "a = { de = { one = '1', other = '2' }, en = { other = '2' } }",
                "no form `one`",
            ),
        ] {
            assert_eq!(read(content).unwrap_err(), format!("file.a: {why}"));
        }
    }
}
