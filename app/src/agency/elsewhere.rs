//! Where to turn when no agency can be chosen here.

use domain::topic::Topic;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::screen::App;
use crate::screen::fault::focus_id;
use crate::screen::frame::open_crisis;
use crate::texts::{self, Texts};

/// A topic that is reached through links only.
#[component]
pub fn LinkOnly(
    /// The words.
    t: Texts,
    /// The topic.
    topic: Topic,
) -> impl IntoView {
    view! {
        <section class="card">
            <h2>{texts::agency::link_title(t)}</h2>
            <p>{texts::agency::link_text(t)}</p>
            <div class="buttons">
                <a class="button" href=texts::app::page(t, ["/themen/", &topic.slug].concat())>{texts::agency::link_page(t)}</a>
                <button type="button" class="button-quiet" on:click=move |_| open_crisis()>{texts::agency::none_call(t)}</button>
            </div>
        </section>
    }
}

/// No agency serves this postcode: where else to turn.
#[component]
pub fn Nobody(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
    /// The topic.
    topic: Topic,
) -> impl IntoView {
    let general = app.topics.with_untracked(|topics| {
        topics
            .iter()
            .find(|other| other.slug == "allgemeine-soziale-beratung" && other.id != topic.id)
            .cloned()
    });
    let ask = general.map(|general| {
        view! {
            <button
                type="button"
                class="button"
                on:click=move |_| {
                    let general = general.clone();
                    spawn_local(async move {
                        app.edit(|form| {
                            form.topic = Some(general.id);
                            form.answers.clear();
                        });
                        app.speak(general.register).await;
                    });
                }
            >
                {texts::agency::none_general(t)}
            </button>
        }
        .into_any()
    });
    view! {
        <section class="card" id="agencies" tabindex="-1">
            <h2>{texts::agency::none_title(t)}</h2>
            <p>{texts::agency::none_text(t)}</p>
            <div class="buttons">
                <a class="button" href=texts::app::page(t, ["/themen/", &topic.slug].concat())>{texts::agency::none_topic(t)}</a>
                {ask}
                <button type="button" class="button-quiet" on:click=move |_| focus_id("postcode")>{texts::agency::none_postcode(t)}</button>
                <button type="button" class="button-quiet" on:click=move |_| open_crisis()>{texts::agency::none_call(t)}</button>
            </div>
        </section>
    }
}
