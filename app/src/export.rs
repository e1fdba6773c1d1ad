//! Settings: one's conversations, taken along as a file.

use std::rc::Rc;

use client::export::{Words, archive};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::account::confirm::{Confirm, Run, Step};
use crate::conversation::moment;
use crate::screen::{App, fault};
use crate::texts::{self, Texts, export as words};

/// The file's name: it says nothing of what is inside.
const NAME: &str = "unterhaltungen.zip";

/// Why, a warning, and the way.
#[component]
pub fn Export(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let step = Step {
        id: "export-password",
        title: words::open(t),
        about: words::about(t),
        button: words::button(t),
        danger: false,
    };
    let run: Run = Rc::new(move |password| {
        Box::pin(async move {
            let Some(desk) = app.talks.desk() else {
                return Ok(());
            };
            let threads = desk.everything(password).await?;
            give(&archive(
                &threads,
                &Words {
                    language: texts::app::locale(t),
                    title: words::title(t),
                    own: words::own(t),
                    other: texts::conversation::fallback_name(t),
                    unreadable: texts::conversation::unreadable(t),
                    moment: &|time| moment::written_out(t, time),
                    machine: &moment::machine,
                },
            ));
            Ok(())
        })
    });
    view! {
        <section class="settings-part" aria-labelledby="export-title">
            <h2 id="export-title">{words::title(t)}</h2>
            <p>{words::lead(t)}</p>
            <Confirm step t words=fault::words run />
        </section>
    }
}

/// Hands a file to the browser, which asks or knows where to put it.
fn give(bytes: &[u8]) {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let kind = BlobPropertyBag::new();
    kind.set_type("application/zip");
    let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &kind) else {
        return;
    };
    let link = document().create_element("a").ok();
    let link = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let (Some(link), Ok(url)) = (link, Url::create_object_url_with_blob(&blob)) {
        link.set_href(&url);
        link.set_download(NAME);
        link.click();
        // The browser has the file by now; nothing of it stays in the page.
        set_timeout(
            move || drop(Url::revoke_object_url(&url)),
            std::time::Duration::from_secs(60),
        );
    }
}
