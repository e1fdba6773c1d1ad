//! What was written, as nodes. No text ever becomes markup.

use domain::writing::address::{self, SCHEME};
use domain::writing::{Block, Run, read};
use web_sys::Element;

use super::dom::{add, say, set};

/// Shows a text in an element: `<div class="writing" use:shown=text></div>`. Line breaks are kept by the style sheet.
pub fn shown(place: Element, text: String) {
    for part in read(&text) {
        // An element that cannot be made is no reason to leave the rest away.
        let _ = block(&place, &part);
    }
}

fn block(place: &Element, block: &Block<'_>) -> Option<()> {
    match block {
        Block::Paragraph(runs) => line(&add(place, "p", "")?, runs),
        Block::List { first, items } => {
            let list = add(place, if first.is_some() { "ol" } else { "ul" }, "")?;
            if let Some(first) = first {
                set(&list, &[("start", &first.to_string())]);
            }
            for item in items {
                line(&add(&list, "li", "")?, item)?;
            }
            Some(())
        }
    }
}

fn line(place: &Element, runs: &[Run<'_>]) -> Option<()> {
    for run in runs {
        let mut at = place.clone();
        if run.bold {
            at = add(&at, "strong", "")?;
        }
        if run.italics {
            at = add(&at, "em", "")?;
        }
        if run.address.is_empty() {
            say(&at, run.text);
        } else {
            link(&at, run)?;
        }
    }
    Some(())
}

/// Behind words the host is shown too; an address keeps its own direction, so that it reads as it leads.
fn link(place: &Element, run: &Run<'_>) -> Option<()> {
    let link = add(place, "a", run.text)?;
    let scheme = if run.address.starts_with(SCHEME) {
        ""
    } else {
        SCHEME
    };
    let href = [scheme, run.address].concat();
    set(
        &link,
        &[
            ("href", &href),
            ("target", "_blank"),
            ("rel", "noopener noreferrer"),
        ],
    );
    let is_bare = run.text == run.address;
    let mut own_direction = link.clone();
    if !is_bare {
        say(&link, " ");
        own_direction = add(
            &link,
            "bdi",
            &["(", address::host(run.address)?, ")"].concat(),
        )?;
    }
    set(&own_direction, &[("dir", "ltr")]);
    Some(())
}
