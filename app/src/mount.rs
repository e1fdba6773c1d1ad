//! Puts the application in the place of the static first screen, and reads what the shell names.

use crate::shell::{Asset, Texts};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlMetaElement};

/// Replaces the static first screen by `view`; it stays for as long as the page does.
pub fn mount<V, F>(view: F)
where
    F: FnOnce() -> V + 'static,
    V: IntoView + 'static,
{
    if let Some(first) = document().get_element_by_id("first-screen") {
        first.remove();
    }
    leptos::mount::mount_to_body(view);
}

/// Says in which language the page is from now on: to who reads it aloud, and to the shell's own words.
pub fn speak(words: crate::texts::Texts) {
    if let Some(root) = document().document_element() {
        // `lang` takes any value.
        drop(root.set_attribute("lang", crate::texts::app::language(words)));
    }
}

/// Without words or without trust there is no application: the static first screen says so.
pub fn cannot_begin() {
    if let Some(told) = document().get_element_by_id("first-failed") {
        // A shell without that line still shows its own.
        drop(told.remove_attribute("hidden"));
    }
}

/// Where the quick exit leads: the operator's setting, else an empty page.
#[must_use]
pub fn exit_target() -> String {
    let target = metas("exit").into_iter().next().map(|meta| meta.content());
    target
        .filter(|target| !target.is_empty())
        .unwrap_or_else(|| "about:blank".to_owned())
}

/// The asset that the shell names for `what` (`trust`, `worker`, `postcodes`).
#[must_use]
pub fn asset(what: &str) -> Option<Asset> {
    metas(what).into_iter().next().map(|meta| named(&meta))
}

/// All files of texts.
#[must_use]
pub fn texts() -> Vec<Texts> {
    let name = |meta: &HtmlMetaElement| meta.get_attribute("data-name").unwrap_or_default();
    metas("texts")
        .iter()
        .map(|meta| Texts {
            name: name(meta),
            asset: named(meta),
        })
        .collect()
}

fn named(meta: &HtmlMetaElement) -> Asset {
    Asset {
        path: meta.content(),
        integrity: meta.get_attribute("data-integrity").unwrap_or_default(),
    }
}

fn metas(what: &str) -> Vec<HtmlMetaElement> {
    let found = document().get_elements_by_tag_name("meta");
    let name = format!("beistand:{what}");
    (0..found.length())
        .filter_map(|index| found.item(index)?.dyn_into::<HtmlMetaElement>().ok())
        .filter(|meta| meta.name() == name)
        .collect()
}

fn document() -> Document {
    leptos::prelude::document()
}
