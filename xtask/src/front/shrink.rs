//! What stands between a program and the browser, made small: a name that ends in a hash weighs as much as a function
//! (docs/adr/0405).

use anyhow::{Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use walrus::Module;

/// What the start line calls.
const ROOT: &str = "__wbg_init";

/// Removes what nobody uses from the program and its glue, and gives both short names for each other. What the `loader`
/// names is the program's parts' too.
pub(crate) fn shrink(mut glue: String, loader: &str, module: &mut Module) -> Result<String> {
    loop {
        let shaken = shake(&glue);
        let named: BTreeSet<&str> = words(&shaken).collect();
        let unused: Vec<_> = module
            .exports
            .iter()
            .filter(|export| !named.contains(export.name.as_str()))
            .map(|export| export.id())
            .collect();
        for export in unused {
            module.exports.delete(export);
        }
        walrus::passes::gc::run(module);
        let imported = module.imports.iter().map(|import| import.name.as_str());
        let less = without_imports(&shaken, &imported.collect());
        if less == glue {
            break;
        }
        glue = less;
    }
    rename(&lines(&glue)?, &words(loader).collect(), module)
}

/// The words of a script: names, and whatever else is made of the same characters.
fn words(script: &str) -> impl Iterator<Item = &str> {
    script
        .split(|character: char| !is_of_word(character))
        .filter(|word| !word.is_empty())
}

fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '$')
}

/// The glue without the classes that dependencies offer to scripts, and without what nothing of the rest calls.
fn shake(glue: &str) -> String {
    let items = items(glue);
    let named: BTreeMap<&str, usize> = items
        .iter()
        .enumerate()
        .filter_map(|(at, item)| Some((name(item)?, at)))
        .collect();
    let is_offered =
        |item: &str| item.starts_with("export ") || item.starts_with("if (Symbol.dispose)");
    let mut open: Vec<usize> = (0..items.len())
        .filter(|at| {
            let item = &items[*at];
            !is_offered(item) && name(item).is_none_or(|name| name == ROOT)
        })
        .collect();
    let mut kept = BTreeSet::new();
    while let Some(at) = open.pop() {
        if kept.insert(at) {
            open.extend(words(&items[at]).filter_map(|word| named.get(word)));
        }
    }
    kept.into_iter().map(|at| items[at].as_str()).collect()
}

/// What stands at the left margin, each with the lines that belong to it.
fn items(glue: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in glue.split_inclusive('\n') {
        match items.last_mut() {
            Some(item) if !line.starts_with(|first: char| first.is_ascii_alphabetic()) => {
                item.push_str(line);
            }
            _ => items.push(line.to_owned()),
        }
    }
    items
}

/// What an item declares, if it is one name.
fn name(item: &str) -> Option<&str> {
    let item = item.strip_prefix("async ").unwrap_or(item);
    let declared = ["function ", "const ", "let "]
        .iter()
        .find_map(|word| item.strip_prefix(word))?;
    let end = declared.find(|character: char| !is_of_word(character))?;
    let (name, rest) = declared.split_at(end);
    (!rest.starts_with(',')).then_some(name)
}

/// The glue without the functions that the program does not import.
fn without_imports(glue: &str, imported: &BTreeSet<&str>) -> String {
    const MARGIN: &str = "        ";
    let mut kept = true;
    let lines = glue.split_inclusive('\n').filter(|line| {
        if let Some(entry) = line.strip_prefix(MARGIN) {
            if entry.starts_with("__wb") && entry.contains(": function(") {
                kept = words(entry)
                    .next()
                    .is_some_and(|name| imported.contains(name));
            }
        } else if line.starts_with("    }") {
            kept = true;
        }
        kept
    });
    lines.collect()
}

/// The glue without margins and comments.
fn lines(glue: &str) -> Result<String> {
    let mut small = String::new();
    for line in glue.lines() {
        ensure!(
            line.matches('`').count() % 2 == 0,
            "a text of the glue goes over several lines: its margins mean something"
        );
        let line = line.trim();
        let is_comment = ["//", "/*", "*"]
            .iter()
            .any(|start| line.starts_with(start));
        if !line.is_empty() && !is_comment {
            small.push_str(line);
            small.push('\n');
        }
    }
    Ok(small)
}

/// Short names, in the order in which they are imported and exported.
fn rename(glue: &str, kept: &BTreeSet<&str>, module: &mut Module) -> Result<String> {
    let mut short: BTreeMap<String, String> = BTreeMap::new();
    let mut source = None;
    for import in module.imports.iter_mut() {
        if kept.contains(import.name.as_str()) {
            continue;
        }
        let count = short.len();
        let name = short
            .entry(import.name.clone())
            .or_insert_with(|| format!("${count}"));
        import.name.clone_from(name);
        source = Some(std::mem::replace(&mut import.module, "$".to_owned()));
    }
    for export in module.exports.iter_mut() {
        // Words of JavaScript stay: only what wasm-bindgen made up stands nowhere else.
        if export.name.contains("__") && !kept.contains(export.name.as_str()) {
            let count = short.len();
            let name = short
                .entry(export.name.clone())
                .or_insert_with(|| format!("${count}"));
            export.name.clone_from(name);
        }
    }
    ensure!(
        !words(glue).any(|word| word.len() > 1 && word.starts_with('$')),
        "a short name of ours is taken"
    );
    let mut small = String::with_capacity(glue.len());
    let mut rest = glue;
    while let Some(start) = rest.find(is_of_word) {
        small.push_str(&rest[..start]);
        let word = &rest[start..];
        let (word, after) = word.split_at(
            word.find(|character: char| !is_of_word(character))
                .unwrap_or(word.len()),
        );
        // What the start line calls keeps its name.
        let renamed = short.get(word).filter(|_| word != ROOT);
        small.push_str(renamed.map_or(word, String::as_str));
        rest = after;
    }
    small.push_str(rest);
    Ok(match source {
        Some(source) => small.replace(&format!("\"{source}\""), "\"$\""),
        None => small,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::FunctionBuilder;

    const GLUE: &str = r#"export class Thing {
    free() {
        wasm.__wbg_thing_free(0);
    }
}
if (Symbol.dispose) Thing.prototype[Symbol.dispose] = Thing.prototype.free;
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_unused_1111111111111111: function() {
            unused();
        },
        __wbg_used_2222222222222222: function() {
            // A remark.
            used(`${1}`);
        },
    };
    return {
        __proto__: null,
        "./x_bg.js": import0,
    };
}
const ThingFinalization = wasm.__wbg_thing_free;
function unused() {
}
function used(text) {
}
let wasm;
async function __wbg_init(module) {
    if (wasm === undefined) {
        __wbg_init.begun = true;
    }
    wasm = __wbg_get_imports();
    wasm.__wbindgen_start();
}
export { __wbg_init as default };
"#;

    const SMALL: &str = r#"function __wbg_get_imports() {
const import0 = {
__proto__: null,
$0: function() {
used(`${1}`);
},
};
return {
__proto__: null,
"$": import0,
};
}
function used(text) {
}
let wasm;
async function __wbg_init(module) {
if (wasm === undefined) {
__wbg_init.begun = true;
}
wasm = __wbg_get_imports();
wasm.$1();
}
"#;

    fn module() -> Module {
        let mut module = Module::default();
        let kind = module.types.add(&[], &[]);
        let mut import = |name| module.add_import_func("./x_bg.js", name, kind).0;
        let used = import("__wbg_used_2222222222222222");
        let unused = import("__wbg_unused_1111111111111111");
        for (name, called) in [("__wbindgen_start", used), ("__wbg_thing_free", unused)] {
            let mut function = FunctionBuilder::new(&mut module.types, &[], &[]);
            function.func_body().call(called);
            let function = function.finish(Vec::new(), &mut module.funcs);
            module.exports.add(name, function);
        }
        module
    }

    #[test]
    fn what_nobody_calls_goes_and_the_rest_has_short_names() {
        let mut module = module();
        assert_eq!(shrink(GLUE.to_owned(), "", &mut module).unwrap(), SMALL);
        let imports: Vec<_> = module
            .imports
            .iter()
            .map(|import| (import.module.as_str(), import.name.as_str()))
            .collect();
        assert_eq!(imports, [("$", "$0")]);
        let exports: Vec<_> = module
            .exports
            .iter()
            .map(|export| export.name.as_str())
            .collect();
        assert_eq!(exports, ["$1"]);
        assert_eq!(module.funcs.iter().count(), 2);
    }

    #[test]
    fn glue_of_another_kind_is_refused() {
        let several = GLUE.replace("`${1}`", "`\n`");
        assert!(shrink(several, "", &mut module()).is_err());
        let taken = GLUE.replace("used(text)", "used($0)");
        assert!(shrink(taken, "", &mut module()).is_err());
    }
}
