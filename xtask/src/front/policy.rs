//! What stands before and after the glue: the Trusted Types policy of the pages, and the start line.

/// Appended by `watch` only: an open page looks whether the shell names other files, and reloads.
const RELOAD: &str = r#"
let known;
setInterval(async () => {
  try {
    const shell = await (await fetch(location.pathname, { cache: "no-store" })).text();
    if (known && shell !== known) location.reload();
    known = shell;
  } catch {}
}, 1000);
"#;

/// The language of the page, before the program is here: the first screen says everything in all of them.
const LANGUAGE: &str = r##"try {
  const kept = sessionStorage.getItem("beistand.language");
  const word = /[#&?]lang=([a-z-]+)/.exec(location.hash)?.[1] ?? kept;
  const tag = { en: "en", "de-leicht": "de-simple" }[word];
  if (tag) document.documentElement.lang = tag;
} catch {
  // Storage may be forbidden; then the page begins in German.
}
"##;

/// Where the program cannot start (no WASM, other bytes), the first screen says so; the error stays an error.
const BLOCKED: &str = r##".catch((error) => {
  document.querySelector("#first-screen .first-words")?.remove();
  document.getElementById("first-failed")?.removeAttribute("hidden");
  throw error;
})"##;

/// Loads a file that stands beside the script: these bytes, or none.
pub(crate) fn load(path: &str, integrity: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    format!(r#"fetch(new URL("./{name}", import.meta.url), {{integrity: "{integrity}"}})"#)
}

/// What an own device keeps, for `app::browser::device`.
const DEVICE: &str = include_str!("../../../frontend/src/device.js");

/// Without the lines that explain it.
fn bare(script: &str) -> String {
    let lines = script.lines().map(str::trim_start);
    let lines = lines.filter(|line| !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The whole script of a program: of its page, and of its worker, which gets the page's program as its first message.
pub(crate) fn script(glue: &str, load: &str, watched: bool) -> String {
    let reload = if watched { RELOAD } else { "" };
    let device = bare(DEVICE);
    format!(
        r#"const page = globalThis.document;
let device;
if (page) {{
{LANGUAGE}{POLICY}}}
{device}{glue}
if (page) {{
__wbg_init({{module_or_path: {load}}}){BLOCKED};
{reload}}} else {{
onmessage = (first) => __wbg_init({{module_or_path: first.data}});
}}
"#
    )
}

/// Leptos makes templates through `innerHTML`: the policy lets plain markup pass and nothing that could run. A worker has
/// none: the headers of its script forbid every policy there.
const POLICY: &str = r#"if (globalThis.trustedTypes) {
  const refused = /<\s*(script|iframe|object|embed|base|meta|link)|[\s"'\/]on\w+\s*=|javascript:|srcdoc/i;
  trustedTypes.createPolicy("default", {
    createHTML: (markup) => {
      if (refused.test(markup)) throw new TypeError("markup refused");
      return markup;
    },
    createScriptURL: (url) => {
      if (url !== new URL(import.meta.url).pathname && url !== "/sw.js") throw new TypeError("script refused");
      return url;
    },
    createScript: () => {
      throw new TypeError("script refused");
    },
  });
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn made(watched: bool) -> String {
        script(
            "const glue = 1;",
            &load("/pkg/seeker.1.wasm", "sha256-x"),
            watched,
        )
    }

    #[test]
    fn a_script_has_policy_glue_and_start() {
        let script = made(false);
        let policy = script.find("createPolicy").unwrap();
        let glue = script.find("const glue").unwrap();
        let start = script.find("__wbg_init({").unwrap();
        assert!(policy < glue && glue < start);
        assert!(
            script.contains(
                r#"new URL("./seeker.1.wasm", import.meta.url), {integrity: "sha256-x"}"#
            )
        );
    }

    #[test]
    fn a_worker_makes_no_policy_and_loads_nothing() {
        let script = made(true);
        let (page, rest) = script.split_once("const glue").unwrap();
        assert!(page.contains("\nif (page) {\n") && page.ends_with("}\n"));
        let (start, worker) = rest.split_once("} else {").unwrap();
        assert!(start.contains("\nif (page) {\n") && start.contains("fetch("));
        assert!(!worker.contains("fetch(") && !worker.contains("trustedTypes"));
        assert!(worker.contains("first.data"));
    }

    #[test]
    fn only_a_watched_page_reloads_itself() {
        assert!(made(true).contains("location.reload"));
        assert!(!made(false).contains("location.reload"));
    }
}
