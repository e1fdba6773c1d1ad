//! The list pane: what waits, what is mine, what was put away.

use crate::reactive::Memo;
use leptos::prelude::*;

use super::empty::EmptyList;
use super::row::{CaseRow, Row, rows};
use crate::screen::focus;
use crate::team::keys::{self, Action};
use crate::team::office::use_office;
use crate::team::place::List;
use crate::texts::{Texts, inbox};

/// One of the lists.
#[component]
pub fn ListPane(
    /// Which.
    list: List,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let rows: Memo<Vec<Row>> = Memo::new(move |_| rows(office, list));
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let (title, name) = match list {
        List::Waiting => (inbox::waiting_title(t), inbox::waiting_list(t)),
        List::Mine => (inbox::mine_title(t), inbox::mine_list(t)),
        List::Archive => (inbox::archived(t), inbox::archive_list(t)),
    };
    view! {
        <section class="team-list" id="list" tabindex="-1" aria-label=name>
            <header class="team-list-head">
                <h1 id="list-title" tabindex="-1">{title}</h1>
                <p class="team-list-keys" aria-hidden="true">
                    <kbd>{keys::key(Action::Next)}</kbd>
                    <kbd>{keys::key(Action::Previous)}</kbd>
                </p>
            </header>
            <Show
                when=move || office.loaded.get()
                fallback=move || view! { <Skeleton t /> }
            >
                <Show when=move || !is_empty.get() fallback=move || view! { <EmptyList list t /> }>
                    <ul class="cases">
                        <For each=move || { focus::keep("list-title"); rows.get() } key=|row| row.conversation let:row>
                            {view! { <CaseRow conversation=row.conversation list rows t /> }.into_any()}
                        </For>
                    </ul>
                </Show>
            </Show>
        </section>
    }
}

/// Stands where the rows will be; the style shows it after 300 ms only.
#[component]
fn Skeleton(t: Texts) -> impl IntoView {
    view! {
        <div class="skeleton appear-late" aria-busy="true">
            <p class="visually-hidden">{inbox::loading(t)}</p>
            {(0..5).map(|_| view! { <div class="skeleton-row"></div> }.into_any()).collect_view()}
        </div>
    }
}
