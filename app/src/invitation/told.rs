//! What is passed on of an invitation that was just made: a link in writing, six words by telephone.

use crate::reactive::{RwSignal, StoredValue};
use client::invitation::Made;
use domain::words::parse;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::words::spoken;
use crate::browser::assets;
use crate::mount;
use crate::texts::{Texts, invitation as words};

/// Link and words; shown once.
#[component]
pub fn Told(
    /// The invitation.
    made: Made,
    /// For whom.
    name: String,
    /// Hears that both were passed on.
    on_done: Callback<()>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let origin = window().location().origin().unwrap_or_default();
    let link = [&origin, "/team#invitation=", &made.id.to_hex()].concat();
    let link = StoredValue::new(link);
    let code = RwSignal::new(Vec::<String>::new());
    let failed = RwSignal::new(false);
    let copied = RwSignal::new("");
    spawn_local(async move {
        match list().await {
            Some(list) => drop(code.try_set(spoken(&list, made.code))),
            None => drop(failed.try_set(true)),
        }
    });
    let copy = move |_| {
        spawn_local(async move {
            let clipboard = window().navigator().clipboard();
            let done = link.with_value(|link| clipboard.write_text(link));
            let done = wasm_bindgen_futures::JsFuture::from(done).await;
            copied.try_set(match done {
                Ok(_) => words::made_copied(t),
                Err(_) => words::made_copy_failed(t),
            });
        });
    };
    let word = |word: String| view! { <li>{word}</li> }.into_any();
    view! {
        <section class="card told" aria-labelledby="told-title">
            <h3 id="told-title" tabindex="-1"><bdi>{words::made_title(t, name)}</bdi></h3>
            <p>{words::made_link(t)}</p>
            <p class="link-text">{link.get_value()}</p>
            <div class="buttons">
                <button type="button" class="button button-quiet" on:click=copy>{words::made_copy(t)}</button>
                <span class="quiet" role="status">{move || copied.get()}</span>
            </div>
            <p>{words::made_code(t)}</p>
            {move || failed.get().then(|| view! { <p role="alert">{words::code_list_missing(t)}</p> }.into_any())}
            <ol class="code told-code" aria-label=words::code_words(t)>
                {move || code.get().into_iter().map(word).collect_view()}
            </ol>
            <p class="quiet">{words::made_once(t)}</p>
            <button type="button" class="button button-primary" on:click=move |_| on_done.run(())>{words::made_done(t)}</button>
        </section>
    }
}

/// The list of words; loaded when it is needed.
pub async fn list() -> Option<domain::words::Words> {
    let bytes = assets::load(&mount::asset("words")?).await.ok()?;
    parse(&String::from_utf8(bytes).ok()?).ok()
}
