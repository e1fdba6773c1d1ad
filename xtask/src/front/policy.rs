//! What stands before and after the glue: the Trusted Types policy of the shells, and the start line.

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
  document.querySelector("#first-screen .wait")?.remove();
  document.getElementById("first-failed")?.removeAttribute("hidden");
  throw error;
})"##;

/// The whole script of a program. `worker` is the worker's path for a shell, none for the worker itself.
pub(crate) fn script(
    glue: &str,
    wasm_path: &str,
    wasm_integrity: &str,
    worker: Option<&str>,
    watched: bool,
) -> String {
    let policy = worker.map(policy).unwrap_or_default();
    let reload = if watched && worker.is_some() {
        RELOAD
    } else {
        ""
    };
    let name = wasm_path.rsplit('/').next().unwrap_or(wasm_path);
    let (language, blocked) = if worker.is_some() {
        (LANGUAGE, BLOCKED)
    } else {
        ("", "")
    };
    let start = format!(
        "__wbg_init({{module_or_path: fetch(new URL(\"./{name}\", import.meta.url), {{integrity: \"{wasm_integrity}\"}})}}){blocked};"
    );
    format!("{language}{policy}{glue}\n{start}\n{reload}")
}

/// Leptos makes templates through `innerHTML`: the policy lets plain markup pass and nothing that could run.
fn policy(worker: &str) -> String {
    const TEMPLATE: &str = r#"if (globalThis.trustedTypes) {
  const refused = /<\s*(script|iframe|object|embed|base|meta|link)|[\s"'\/]on\w+\s*=|javascript:|srcdoc/i;
  trustedTypes.createPolicy("default", {
    createHTML: (markup) => {
      if (refused.test(markup)) throw new TypeError("markup refused");
      return markup;
    },
    createScriptURL: (url) => {
      if (url !== "WORKER" && url !== "/sw.js") throw new TypeError("script refused");
      return url;
    },
    createScript: () => {
      throw new TypeError("script refused");
    },
  });
}
"#;
    TEMPLATE.replace("WORKER", worker)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shells_script_has_policy_glue_and_start() {
        let script = script(
            "export default 1;",
            "/pkg/seeker.1.wasm",
            "sha256-x",
            Some("/pkg/worker.2.js"),
            false,
        );
        let policy = script.find("createPolicy").unwrap();
        let glue = script.find("export default").unwrap();
        let start = script.find("__wbg_init({").unwrap();
        assert!(policy < glue && glue < start);
        assert!(script.contains(r#"url !== "/pkg/worker.2.js""#));
        assert!(
            script.contains(
                r#"new URL("./seeker.1.wasm", import.meta.url), {integrity: "sha256-x"}"#
            )
        );
    }

    #[test]
    fn a_worker_makes_no_policy() {
        assert!(!script("", "/pkg/worker.2.wasm", "sha256-x", None, true).contains("trustedTypes"));
    }

    #[test]
    fn only_a_watched_shell_reloads_itself() {
        let shell = |watched| {
            script(
                "",
                "/pkg/seeker.1.wasm",
                "sha256-x",
                Some("/pkg/worker.2.js"),
                watched,
            )
        };
        assert!(shell(true).contains("location.reload"));
        assert!(!shell(false).contains("location.reload"));
        assert!(
            !script("", "/pkg/worker.2.wasm", "sha256-x", None, true).contains("location.reload")
        );
    }
}
