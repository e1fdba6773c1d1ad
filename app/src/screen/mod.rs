//! The application of people who seek advice: which screen is shown, and what all screens share.
//!
//! It holds no step of the protocol: it shows what `client` knows and tells it what the person wants.

pub mod exit;
pub mod fault;
pub mod field;
pub mod focus;
pub mod frame;
pub mod history;
pub mod inner;
pub mod preset;
pub mod start;
pub mod state;

use crate::reactive::{Memo, effect, effect_after};
use leptos::prelude::*;

use crate::topic::choose::Topics;
use frame::Frame;
use history::Screen;
use start::Start;

pub use start::{Note, begin, load_topics};
pub use state::{App, Notice};

/// The whole application.
#[component]
pub fn Seeker(
    /// The application.
    app: App,
) -> impl IntoView {
    let shown = Memo::new(move |_| app.shown());
    focus_heading_after(app, shown);
    effect(move || {
        shown.track();
        app.inner.track();
        app.work_ahead();
    });
    let screen = move || {
        let screen = shown.get();
        // Another register makes every word of the screen anew; what was typed lies in the form.
        let t = app.words();
        match screen {
            Screen::Start => view! { <Start app t /> }.into_any(),
            Screen::Topic => view! { <Topics app t /> }.into_any(),
            screen => inner::show(app, t, screen),
        }
    };
    view! { <Frame app shown>{screen}</Frame> }
}

/// A new screen begins at its top, and its heading is read aloud; not so the first one, which the browser reads.
fn focus_heading_after(app: App, shown: Memo<Screen>) {
    effect_after(move |before: Option<Screen>| {
        let now = shown.get();
        if before.is_some_and(|before| before != now) {
            // What was typed for one screen's password is not another's.
            app.secret.set(String::new());
            request_animation_frame(|| {
                window().scroll_to_with_x_and_y(0.0, 0.0);
                fault::focus_id("heading");
            });
        }
        now
    });
}

/// The heading of a screen; takes the focus when the screen appears.
#[component]
pub fn Heading(
    /// What it holds.
    children: Children,
) -> impl IntoView {
    view! {
        <h1 id="heading" tabindex="-1">
            {children()}
        </h1>
    }
}
