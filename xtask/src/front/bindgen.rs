//! wasm-bindgen as a library, pinned to the programs' own version.

use super::shrink::shrink;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// A program, ready for hashing.
pub(crate) struct Program {
    /// The WASM.
    pub(crate) wasm: Vec<u8>,
    /// The glue as wasm-bindgen made it, but small: calls nothing.
    pub(crate) glue: String,
}

/// Makes the glue of one program.
pub(crate) fn generate(name: &str, wasm: &Path) -> Result<Program> {
    let folder = crate::place::front_target().join("glue");
    let mut output = Bindgen::new()
        .input_path(wasm)
        .out_name(name)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .web(true)?
        .generate_output()
        .with_context(|| format!("wasm-bindgen could not read {}", wasm.display()))?;
    output.emit(&folder)?;
    let glue = fs::read_to_string(folder.join(format!("{name}.js")))?;
    let glue = shrink(glue, output.wasm_mut())?;
    // The page's integrity covers one file: whatever it imported would come unchecked.
    ensure!(
        !glue.lines().any(|line| line.starts_with("import ")),
        "the glue of {name} imports another file"
    );
    let wasm = output.wasm_mut().emit_wasm();
    Ok(Program { wasm, glue })
}
