//! A new version while a page is open: said calmly, and loaded when the person wants it. What was typed lies in the tab.

use std::cell::Cell;

use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{RequestCache, RequestCredentials};

use crate::mount;
use crate::reactive::RwSignal;
use crate::screen::inner::Later;
use crate::texts::{Texts, device as words};

/// Milliseconds between two looks.
const PAUSE: f64 = 20_000.0;

/// Looks whether the shell names another script than the one that runs here. Whoever publishes the site answers, which
/// need not be who keeps the data.
async fn is_outdated() -> Option<bool> {
    let script = mount::asset("worker")?.path;
    let path = if window().location().pathname().ok()?.starts_with("/team") {
        "/team"
    } else {
        "/app"
    };
    let shell = Request::get(path)
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::Omit)
        .send()
        .await
        .ok()
        .filter(|answer| answer.ok())?;
    let shell = shell.text().await.ok()?;
    // Something that is no shell says nothing.
    Some(shell.contains("beistand:worker") && !shell.contains(&script))
}

thread_local! {
    /// When it was looked last, and whether somebody waits to look.
    static LOOKED: Cell<(f64, bool)> = Cell::new((js_sys::Date::now(), false));
}

/// Looks soon, but never more often than once in [`PAUSE`].
pub fn look(found: RwSignal<bool>) {
    let (last, waits) = LOOKED.get();
    if waits || found.get_untracked() {
        return;
    }
    LOOKED.set((last, true));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between nothing and the pause"
    )]
    let wait = (last + PAUSE - js_sys::Date::now()).clamp(0.0, PAUSE) as u32;
    spawn_local(async move {
        TimeoutFuture::new(wait).await;
        LOOKED.set((js_sys::Date::now(), false));
        if is_outdated().await == Some(true) {
            found.try_set(true);
        }
    });
}

/// Looks whenever somebody comes back to this page; for as long as the page.
pub fn watch(found: RwSignal<bool>) {
    drop(window_event_listener(
        leptos::ev::visibilitychange,
        move |_| {
            if !document().hidden() {
                look(found);
            }
        },
    ));
}

/// The line, and the button that loads it anew once `save` is done.
#[component]
pub fn Update(
    /// There is a new version.
    found: RwSignal<bool>,
    /// Keeps what was typed.
    save: impl Fn() -> Later<()> + Copy + Send + 'static,
    /// The words.
    t: Texts,
) -> impl IntoView {
    move || {
        found.get().then(|| {
            let reload = move |_| {
                spawn_local(async move {
                    save().await;
                    // A browser that refuses leaves the page as it is.
                    drop(window().location().reload());
                });
            };
            view! {
                <aside class="update" aria-label=words::update_now(t)>
                    <p role="status">{words::update(t)}</p>
                    <button type="button" class="button" on:click=reload>{words::update_now(t)}</button>
                </aside>
            }
            .into_any()
        })
    }
}
