//! wasm-bindgen as a library, pinned to the programs' own version.

use super::divide::{Divided, LOADER, divide, loads};
use super::shrink::shrink;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// A program, ready for hashing.
pub(crate) struct Program {
    /// The WASM with which it begins.
    pub(crate) wasm: Vec<u8>,
    /// What it loads later, each with its name.
    pub(crate) parts: Vec<(String, Vec<u8>)>,
    /// The glue as wasm-bindgen made it, but small: calls nothing. It loads a part by [`super::divide::load`].
    pub(crate) glue: String,
}

/// Makes the glue of one program.
pub(crate) fn generate(name: &str, wasm: &Path) -> Result<Program> {
    let folder = crate::place::front_target().join("glue");
    let program = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let Divided {
        first,
        loader,
        parts,
    } = divide(name, program, &folder)?;
    let mut output = Bindgen::new()
        .input_bytes(name, first)
        .out_name(name)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        // The table of functions, which the parts share.
        .keep_lld_exports(true)
        .web(true)?
        .generate_output()
        .with_context(|| format!("wasm-bindgen could not read {}", wasm.display()))?;
    output.emit(&folder)?;
    let glue = fs::read_to_string(folder.join(format!("{name}.js")))?;
    let glue = with_loader(&glue, &loader);
    let glue = shrink(glue, &loader, output.wasm_mut())?;
    // The page's integrity covers one file: whatever it imported would come unchecked.
    ensure!(
        !glue.lines().any(|line| line.starts_with("import ")),
        "the glue of {name} imports another file"
    );
    let wasm = output.wasm_mut().emit_wasm();
    Ok(Program { wasm, parts, glue })
}

/// The glue with the loader in it, instead of importing it.
fn with_loader(glue: &str, loader: &str) -> String {
    let loads = loads(loader).join(", ");
    let mut whole = loader.to_owned();
    for line in glue.lines() {
        let imported = line
            .strip_prefix("import * as ")
            .and_then(|line| line.split_once(" from "))
            .filter(|(_, from)| from.trim_matches([';', '"', '\'']) == LOADER);
        match imported {
            Some((name, _)) => whole.push_str(&format!("const {name} = {{ {loads} }};")),
            None => whole.push_str(line),
        }
        whole.push('\n');
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_stands_in_the_glue() {
        let loader = "const __wasm_split_load_inner = load();\n";
        let glue = "import * as import1 from \"./loader.js\"\nlet wasm;\n";
        assert_eq!(
            with_loader(glue, loader),
            "const __wasm_split_load_inner = load();\nconst import1 = { __wasm_split_load_inner };\nlet wasm;\n"
        );
        let other = "import * as import1 from \"./other.js\";\n";
        assert_eq!(with_loader(other, ""), other, "nothing else is let through");
    }
}
