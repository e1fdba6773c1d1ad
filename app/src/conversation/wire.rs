//! The connection, for who seeks advice: in calm words, and none at all while everything is fine.

use leptos::prelude::*;

use crate::components::standing::{Standing, steady};
use crate::device::arrival::Arrival;
use crate::screen::App;
use crate::texts::{self, Texts};

/// One line, read out politely.
#[component]
pub fn Wire(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let said = steady(Standing::Live, move || app.talks.connection.get());
    view! {
        <p class="wire" role="status">
            {move || match said.get() {
                Standing::Live => "",
                Standing::Back => texts::conversation::back(t),
                Standing::Crowded => texts::conversation::crowded(t),
                Standing::CatchingUp => texts::conversation::catching_up(t),
                Standing::Connecting => texts::conversation::connecting(t),
                Standing::Off => texts::conversation::offline(t),
            }}
        </p>
        <Arrival
            refused=move || app.talks.refused.get()
            again=move || if let Some(desk) = app.talks.desk() { desk.nudge() }
            t
        />
    }
}
