//! Registration 1: what it is about.

use domain::topic::Topic;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::screen::fault::{Faults, Summary, words};
use crate::screen::history::Screen;
use crate::screen::preset::offered;
use crate::screen::{App, Heading, Note, load_topics};
use crate::texts::{self, Texts};

/// All topics; one tap chooses.
#[component]
pub fn Topics(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let faults = Faults::default();
    let load = move || {
        spawn_local(async move {
            if let Err(error) = load_topics(app).await {
                faults.one("", words(app.t(), &error));
            }
        });
    };
    load();
    let choose = move |topic: Topic| {
        spawn_local(async move {
            app.notice.set(None);
            app.edit(|form| {
                if form.topic != Some(topic.id) {
                    form.topic = Some(topic.id);
                    form.answers.clear();
                    if !form.link {
                        form.agency = None;
                    }
                }
            });
            app.speak(topic.register).await;
            app.places.go(Screen::Agency);
        });
    };
    let row = move |topic: Topic| {
        let id = topic.id;
        let (title, description) = (topic.title.clone(), topic.description.clone());
        view! {
            <li>
                <button
                    type="button"
                    class="topic"
                    aria-current=move || app.with(|form| form.topic == Some(id)).then_some("true")
                    on:click=move |_| choose(topic.clone())
                >
                    <b>{title}</b>
                    <span>{description}</span>
                </button>
            </li>
        }
        .into_any()
    };
    // A link that names an agency, but no topic: only what it offers.
    let shown = move || {
        let linked = app.with(|form| form.link);
        let offered = app
            .chosen
            .good()
            .filter(|_| linked)
            .map(|agency| offered(app, &agency));
        offered
            .filter(|topics| !topics.is_empty())
            .unwrap_or_else(|| app.topics.get())
    };
    let loaded = move || !app.topics.with(Vec::is_empty);
    view! {
        <Heading>{texts::enquiry::topic_title(t)}</Heading>
        <Summary faults t />
        <Note app t />
        <p class="lead">{texts::enquiry::topic_lead(t)}</p>
        {move || match (loaded(), faults.is_empty()) {
            (true, _) => view! { <ul class="topics">{shown().into_iter().map(row).collect_view()}</ul> }.into_any(),
            (false, true) => view! { <p class="waiting">{texts::enquiry::topics_loading(t)}</p> }.into_any(),
            (false, false) => view! {
                <button type="button" class="button" on:click=move |_| { faults.clear(); load(); }>
                    {texts::app::again(t)}
                </button>
            }
            .into_any(),
        }}
        <p class="hint">
            <b>{texts::enquiry::topics_unsure(t)}</b>
            " "
            {texts::enquiry::topics_unsure_text(t)}
        </p>
    }
}
