//! The agencies that somebody administers, in pages: found by words, sorted by name or place.

use crate::reactive::{RwSignal, StoredValue, effect};
use client::admin::{Listed, Page, search};
use domain::admin::{AgencyOrder, PAGE, SearchAgencies};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::place::{Room, Tab};
use crate::screen::fault::focus_id;
use crate::team::office::use_office;
use crate::team::problem;
use crate::texts::{Texts, admin as words, team};

/// How long somebody may pause between two letters, in milliseconds.
const PAUSE: u32 = 200;

#[derive(Clone, Copy)]
struct Shown {
    asked: RwSignal<SearchAgencies>,
    page: RwSignal<Option<Page>>,
    fault: RwSignal<String>,
    /// Counts the questions: the answer to an older one is not shown.
    count: StoredValue<u32>,
    t: Texts,
}

impl Shown {
    fn look(self, pause: u32) {
        let asked = self.asked.get_untracked();
        self.count.update_value(|count| *count += 1);
        let mine = self.count.get_value();
        let desk = use_office().desk();
        spawn_local(async move {
            use client::World as _;
            let session = desk.session();
            session.client().world().sleep(pause).await;
            if self.count.try_get_value() != Some(mine) {
                return;
            }
            let found = search(session, asked).await;
            if self.count.try_get_value() != Some(mine) {
                return;
            }
            match found {
                Ok(page) => {
                    self.fault.set(String::new());
                    self.page.set(Some(page));
                }
                Err(error) => self.fault.set(problem(self.t, &error)),
            }
        });
    }

    fn said(self) -> String {
        let fault = self.fault.get();
        if !fault.is_empty() {
            return fault;
        }
        self.page.with(|page| match page {
            None => String::new(),
            Some(page) => words::found(self.t, page.count.into()),
        })
    }
}

/// The list.
#[component]
pub fn Agencies(
    /// The words.
    t: Texts,
) -> impl IntoView {
    let shown = Shown {
        asked: RwSignal::new(SearchAgencies::default()),
        page: RwSignal::new(None),
        fault: RwSignal::new(String::new()),
        count: StoredValue::new(0),
        t,
    };
    let asked = shown.asked;
    let first = StoredValue::new(true);
    effect(move || {
        asked.track();
        let pause = if first.get_value() { 0 } else { PAUSE };
        first.set_value(false);
        shown.look(pause);
    });
    let order = move |order: AgencyOrder, name: &'static str| {
        view! {
            <label class="admin-order">
                <input
                    type="radio"
                    name="agency-order"
                    prop:checked=move || asked.with(|asked| asked.order == order)
                    on:change=move |_| asked.update(|asked| {
                        asked.order = order;
                        asked.skip = 0;
                    })
                />
                <span>{name}</span>
            </label>
        }
        .into_any()
    };
    let rows = move || {
        shown.page.with(|page| {
            let rows = page.as_ref().map(|page| page.rows.clone());
            rows.unwrap_or_default()
                .into_iter()
                .map(|row| view! { <AgencyRow row t /> }.into_any())
                .collect_view()
                .into_any()
        })
    };
    let untrusted = move || {
        let some = shown
            .page
            .with(|page| page.as_ref().is_some_and(|page| page.untrusted > 0));
        some.then(|| view! { <p class="fault">{words::untrusted_rows(t)}</p> }.into_any())
    };
    view! {
        <header class="admin-head">
            <h1 id="list-title" tabindex="-1">{words::agencies(t)}</h1>
        </header>
        <form class="admin-search" role="search" on:submit=move |event| event.prevent_default()>
            <div class="field">
                <label for="agency-words">{words::search(t)}</label>
                <input
                    id="agency-words"
                    type="search"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="80"
                    prop:value=move || asked.with(|asked| asked.words.clone())
                    on:input=move |event| asked.update(|asked| {
                        asked.words = event_target_value(&event);
                        asked.skip = 0;
                    })
                />
            </div>
            <fieldset class="admin-orders">
                <legend>{words::order(t)}</legend>
                {order(AgencyOrder::Name, words::by_name(t))}
                {order(AgencyOrder::Place, words::by_place(t))}
            </fieldset>
        </form>
        <p id="agency-count" tabindex="-1" role="status">{move || shown.said()}</p>
        {untrusted}
        <ul class="admin-rows">{rows}</ul>
        <Pages shown t />
    }
}

#[component]
fn AgencyRow(row: Listed, t: Texts) -> impl IntoView {
    let tag = |show: bool, class: &'static str, text: &'static str| {
        show.then(|| view! { <span class=class>{text}</span> }.into_any())
    };
    view! {
        <li class="admin-row">
            <a href=Room::Agency(row.agency, Tab::Details).path()><bdi>{row.name}</bdi></a>
            <span class="admin-row-place"><bdi>{row.place}</bdi></span>
            <span class="admin-row-tags">
                {tag(row.closed, "tag tag-wrong", words::closed(t))}
                {tag(row.offline && !row.closed, "tag", words::offline(t))}
                {tag(row.holders < 2, "tag tag-wrong", words::one_holder(t))}
                <span class="quiet">{words::counsellors(t, row.counsellors.into())}</span>
            </span>
        </li>
    }
}

/// Back and forth between pages.
#[component]
fn Pages(shown: Shown, t: Texts) -> impl IntoView {
    let step = u32::try_from(PAGE).unwrap_or(u32::MAX);
    let turn = move |back: bool| {
        shown.asked.update(|asked| {
            asked.skip = match back {
                true => asked.skip.saturating_sub(step),
                false => asked.skip.saturating_add(step),
            };
        });
        // The rows are others now: reading begins above them.
        focus_id("agency-count");
    };
    let count = move || {
        shown
            .page
            .with(|page| page.as_ref().map_or(0, |page| page.count))
    };
    let skip = move || shown.asked.with(|asked| asked.skip);
    move || {
        (count() > step).then(|| {
            let (at, of) = (skip() / step + 1, count().div_ceil(step));
            view! {
                <nav class="admin-pages" aria-label=words::pages(t)>
                    <button type="button" class="button" aria-disabled=(at == 1).then_some("true") on:click=move |_| { if at > 1 { turn(true); } }>
                        {words::page_back(t)}
                    </button>
                    <span>{words::page_of(t, at, of)}</span>
                    <button type="button" class="button" aria-disabled=(at >= of).then_some("true") on:click=move |_| { if at < of { turn(false); } }>
                        {words::page_on(t)}
                    </button>
                </nav>
            }
            .into_any()
        })
    }
}

/// What could not be loaded, with a way to try again.
#[component]
pub fn Broken(
    /// What went wrong, in words.
    told: String,
    /// Tries again.
    again: Callback<()>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    view! {
        <div class="notice notice-problem" role="alert">
            <p>{told}</p>
            <button type="button" class="button" on:click=move |_| again.run(())>{team::try_again(t)}</button>
        </div>
    }
}
