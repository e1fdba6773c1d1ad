//! The budgets in bytes over the wire (brotli) of what browsers fetch.

use crate::front::{Built, read_manifest};
use crate::say;
use anyhow::{Result, bail};

/// A sum of files that must stay below its budget.
struct Budget {
    what: &'static str,
    most: u64,
    /// Where a budget is not kept yet: as large as it may be today. It goes down, and then away; only a feature that the
    /// design asks for may move it up, with its figure in docs/adr/0405.
    debt: Option<u64>,
    files: &'static [&'static str],
}

/// The shell itself is made at start and the same for all, so it is counted as this many bytes: its crisis numbers and
/// few words stand there in three languages.
const SHELL: u64 = 3_300;

const BUDGETS: [Budget; 5] = [
    Budget {
        what: "seeker, until the first screen can be used",
        most: 200_000,
        debt: None,
        // Without the inner part, which arrives while the first screens are read.
        files: &[
            "seeker.wasm",
            "seeker.work.wasm",
            "seeker.shared.wasm",
            "seeker.js",
            "seeker.css",
            "texts.de-sie",
            "icon.svg",
        ],
    },
    Budget {
        what: "seeker, everything",
        most: 300_000,
        // docs/adr/0405 says what each feature costs, and 0413 why the parts are worth their price.
        debt: Some(499_000),
        files: &[
            "seeker.wasm",
            "seeker.inner.wasm",
            "seeker.work.wasm",
            "seeker.shared.wasm",
            "seeker.js",
            "seeker.css",
            "texts.de-sie",
            "texts.de-du",
            "texts.de-leicht",
            "icon.svg",
            "postcodes",
            "words",
            "common",
            "phrases",
        ],
    },
    Budget {
        what: "staff, everything",
        most: 600_000,
        debt: None,
        files: &[
            "staff.wasm",
            "staff.js",
            "staff.css",
            "texts.staff-de-sie",
            "icon.svg",
        ],
    },
    // The page's own text comes on top; the browser tests measure it as it is sent.
    Budget {
        what: "public page, without its text",
        most: 15_000,
        debt: None,
        files: &["public.css", "exit.js", "icon.svg"],
    },
    Budget {
        what: "postcodes",
        most: 25_000,
        debt: None,
        files: &["postcodes"],
    },
];

/// Fails if any budget is exceeded.
pub(crate) fn check() -> Result<()> {
    let built = read_manifest()?;
    let mut over = Vec::new();
    for budget in &BUDGETS {
        let size = size(&built, budget)?;
        say::line(&format!(
            "  {:<44}{:>10} of {:>10}",
            budget.what,
            say::kilobytes(size),
            say::kilobytes(budget.most)
        ));
        if size > budget.most && budget.debt.is_some() {
            say::line("    ! over its budget, a known debt; it must not grow");
        }
        if size > budget.debt.unwrap_or(budget.most) {
            over.push(budget.what);
        }
    }
    if !over.is_empty() {
        bail!("over the budget: {}", over.join(", "));
    }
    Ok(())
}

fn size(built: &Built, budget: &Budget) -> Result<u64> {
    let mut sum = if budget.files.len() > 1 { SHELL } else { 0 };
    for name in budget.files {
        match built.brotli(name) {
            Some(bytes) => sum += bytes,
            None => bail!("{name} was not built"),
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_sum_takes_the_packed_size_and_misses_nothing() {
        let files = [
            ("a", json!({ "bytes": 10, "br": 4 })),
            ("b", json!({ "bytes": 3, "br": null })),
        ];
        let built = Built {
            files: files
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        };
        let budget = |files| Budget {
            what: "",
            most: 0,
            debt: None,
            files,
        };
        assert_eq!(size(&built, &budget(&["a", "b"])).unwrap(), SHELL + 7);
        assert_eq!(size(&built, &budget(&["a"])).unwrap(), 4);
        assert!(size(&built, &budget(&["a", "c"])).is_err());
    }
}
