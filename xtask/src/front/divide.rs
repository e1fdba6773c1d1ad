//! A program in parts: one to begin with, and others that it loads when it needs them (docs/adr/0413).

use anyhow::{Context, Result, anyhow, ensure};
use std::fs;
use std::path::Path;
use walrus::ModuleConfig;
use wasm_split_cli_support::{Options, transform};

/// So begin the names of the functions that load a part, as `wasm_split_helpers` makes them.
const MARK: &[u8] = b"__wasm_split_load_";
/// The script of the functions that load the parts; wasm-bindgen's glue would import it.
pub(crate) const LOADER: &str = "./loader.js";

/// A program and its parts.
pub(crate) struct Divided {
    /// With what a page begins; without glue yet.
    pub(crate) first: Vec<u8>,
    /// The functions that load the parts, to stand in the glue; they say [`load`] for a part's file.
    pub(crate) loader: String,
    /// The parts, each with its name.
    pub(crate) parts: Vec<(String, Vec<u8>)>,
}

/// Divides a program at the places that it names; one without any stays whole.
pub(crate) fn divide(name: &str, program: Vec<u8>, folder: &Path) -> Result<Divided> {
    if !program.windows(MARK.len()).any(|bytes| bytes == MARK) {
        return Ok(Divided {
            first: program,
            loader: String::new(),
            parts: Vec::new(),
        });
    }
    let folder = folder.join(name);
    let first = folder.join("first.wasm");
    let mut options = Options::new(&program);
    options.output_dir = &folder;
    options.main_out_path = &first;
    options.link_name = LOADER;
    let divided =
        transform(options).map_err(|error| anyhow!("{name} cannot be divided: {error:#}"))?;
    let mut loader = loader(&fs::read_to_string(folder.join(LOADER))?)?;
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for path in divided.split_modules {
        let stem = path.file_stem().context("a part without a name")?;
        let stem = stem.to_string_lossy();
        // The tool numbers what several parts need; the number changes with the program.
        let part = stem.strip_prefix("split_").unwrap_or("shared");
        ensure!(
            parts.iter().all(|(other, _)| other != part),
            "{name} has two parts named {part}"
        );
        loader = loader.replace(&load(&stem), &load(part));
        parts.push((part.to_owned(), small(&fs::read(&path)?)?));
    }
    Ok(Divided {
        first: fs::read(&first)?,
        loader,
        parts,
    })
}

/// As the glue loads a part.
pub(crate) fn load(part: &str) -> String {
    format!("part(\"{part}\")")
}

/// Written anew: the linker leaves room in every number, for other addresses.
fn small(part: &[u8]) -> Result<Vec<u8>> {
    let mut config = ModuleConfig::new();
    config
        .generate_name_section(false)
        .generate_producers_section(false);
    Ok(config.parse(part)?.emit_wasm())
}

/// The script as a piece of the glue: `wasm` is what the first part exports, and nothing is imported or exported.
fn loader(script: &str) -> Result<String> {
    const IMPORT: &str = "import { initSync } from ";
    const EXPORTS: &str = "initSync(undefined, undefined)";
    const FETCH: (&str, &str) = ("fetch(new URL(\"./", ".wasm\", import.meta.url))");
    /// The page says it, in words.
    const TOLD: &str = "console.error(e);";
    ensure!(
        [EXPORTS, FETCH.0, FETCH.1, TOLD]
            .iter()
            .all(|known| script.contains(known))
            && script.starts_with(IMPORT),
        "the script that loads parts is not the one that is known"
    );
    let (_, script) = script.split_once('\n').unwrap_or_default();
    let script = script
        .replace(EXPORTS, "wasm")
        .replace("export const ", "const ")
        .replace(TOLD, "")
        .replace(FETCH.0, "part(\"")
        .replace(FETCH.1, "\")");
    Ok(script)
}

/// The names of the loader's functions that the program imports.
pub(crate) fn loads(loader: &str) -> Vec<&str> {
    loader
        .lines()
        .filter_map(|line| line.strip_prefix("const ")?.split_once(" = "))
        .map(|(name, _)| name)
        .filter(|name| name.as_bytes().starts_with(MARK))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = r#"import { initSync } from "./main.js";

function getSharedImports() {
    const { memory } = initSync(undefined, undefined);
}
function wrapAsyncCb() {
    console.error(e);
}
export const __wasm_split_load_inner = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_inner.wasm", import.meta.url));
}, []));
"#;

    #[test]
    fn the_script_becomes_a_piece_of_the_glue() {
        let loader = loader(SCRIPT).unwrap();
        assert!(!loader.contains("import") && !loader.contains("export"));
        assert!(!loader.contains("console"));
        assert!(loader.contains("const { memory } = wasm;"));
        assert!(loader.contains(r#"const src = part("split_inner");"#));
        assert_eq!(loads(&loader), ["__wasm_split_load_inner"]);
    }

    #[test]
    fn a_script_of_another_kind_is_refused() {
        assert!(super::loader(&SCRIPT.replace("initSync", "begin")).is_err());
        assert!(super::loader(&SCRIPT.replace("fetch(", "get(")).is_err());
    }

    #[test]
    fn a_program_without_places_stays_whole() {
        let whole = divide("x", vec![0, 97, 115, 109], Path::new("/nowhere")).unwrap();
        assert_eq!(whole.first, [0, 97, 115, 109]);
        assert!(whole.parts.is_empty() && whole.loader.is_empty());
    }
}
