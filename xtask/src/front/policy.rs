//! What stands before and after the glue: the Trusted Types policy of the shells, and the start line.

/// The whole script of a program. `worker` is the worker's path for a shell, none for the worker itself.
pub(crate) fn script(
    glue: &str,
    wasm_path: &str,
    wasm_integrity: &str,
    worker: Option<&str>,
) -> String {
    let policy = worker.map(policy).unwrap_or_default();
    let name = wasm_path.rsplit('/').next().unwrap_or(wasm_path);
    format!(
        "{policy}{glue}\n__wbg_init({{module_or_path: fetch(new URL(\"./{name}\", import.meta.url), {{integrity: \"{wasm_integrity}\"}})}});\n"
    )
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
        assert!(!script("", "/pkg/worker.2.wasm", "sha256-x", None).contains("trustedTypes"));
    }
}
