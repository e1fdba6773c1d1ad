//! Registration 2: who shall read it. The match runs here; only the chosen agency's id is sent.

use crate::reactive::{Memo, RwSignal, Signal, StoredValue, effect};
use client::agency::{Card, Found};
use domain::id::AgencyId;
use domain::postcode::Postcode;
use domain::profile::Restriction;
use domain::topic::{AgencyChoice, Topic};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::chosen::Proof;
use super::elsewhere::{LinkOnly, Nobody};
use super::proof::{ProofPanel, bad_words};
use super::search::Search;
use crate::enquiry::answers::answer;
use crate::enquiry::questions::{Questions, missing};
use crate::screen::fault::{Fault, Faults, Summary, words};
use crate::screen::field::{Field, Message};
use crate::screen::history::Screen;
use crate::screen::{App, Heading, Note, load_topics};
use crate::texts::{self, Texts};

/// The second screen.
#[component]
pub fn Choose(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let faults = Faults::default();
    let search = Search::new(app, faults);
    let load = move || {
        spawn_local(async move {
            if let Err(error) = load_topics(app).await {
                faults.one("", words(app.t(), &error));
                return;
            }
            let Some(topic) = untrack(|| app.topic()) else {
                return;
            };
            if app.with_untracked(|form| form.link && form.agency.is_some()) {
                search.check_link(topic).await;
            } else {
                search.start(&topic);
            }
        });
    };
    load();
    // Pressed while the proof is on its way: it goes on by itself with that agency, once it is proved.
    let waiting = RwSignal::new(None::<AgencyId>);
    let onward = move |_| match app.chosen.get_untracked() {
        Proof::Checking(id) => waiting.set(Some(id)),
        _ => go_on(app, t, faults),
    };
    effect(move || match (app.chosen.get(), waiting.get()) {
        (Proof::Checking(id), Some(waited)) if id == waited => {}
        (_, None) => {}
        (proof, Some(waited)) => {
            waiting.set(None);
            if proof.id() == Some(waited) {
                go_on(app, t, faults);
            }
        }
    });
    // Typing changes the form, but not the topic: the field keeps its focus.
    let topic = Memo::new(move |_| app.topic());
    let linked = Memo::new(move |_| app.with(|form| form.link && form.agency.is_some()));
    view! {
        <Heading>{texts::agency::title(t)}</Heading>
        <Summary faults t />
        <Note app t />
        {move || match topic.get() {
            None => view! { <button type="button" class="button" on:click=move |_| { faults.clear(); load(); }>{texts::app::again(t)}</button> }.into_any(),
            Some(topic) => {
                let choice = topic.agency_choice;
                let of_topic = StoredValue::new(topic.clone());
                view! {
                    <p class="chosen-topic">
                        <span>{texts::agency::topic(t)}</span>
                        " "
                        <b>{topic.title.clone()}</b>
                        <button type="button" class="link" on:click=move |_| app.places.go(Screen::Topic)>
                            {texts::app::change(t)}
                        </button>
                    </p>
                    {(choice != AgencyChoice::LinkOnly || linked.get_untracked()).then(|| view! {
                        <Questions app t topic=topic.clone() faults answered=Callback::new(move |()| search.answered()) />
                    }.into_any())}
                    <div class="note-place" role="status">{move || search.aside.get().map(|why| view! { <p class="note">{why}</p> }.into_any())}</div>
                    {move || match (linked.get(), choice) {
                        (true, _) => view! { <Linked search t topic=of_topic.get_value() /> }.into_any(),
                        (false, AgencyChoice::LinkOnly) => view! { <LinkOnly t topic=of_topic.get_value() /> }.into_any(),
                        (false, AgencyChoice::List) => view! { <ByPostcode search t topic=of_topic.get_value() /> }.into_any(),
                        (false, AgencyChoice::Central) => view! {
                            <p class="lead">{texts::agency::central_lead(t)}</p>
                            <Results search t topic=of_topic.get_value() />
                        }
                        .into_any(),
                    }}
                    {move || (choice != AgencyChoice::LinkOnly || linked.get()).then(|| view! {
                        <ProofPanel app t />
                        <button
                            type="button"
                            class="button button-main"
                            aria-disabled=move || waiting.get().is_some().then_some("true")
                            on:click=onward
                        >
                            {move || if waiting.get().is_some() { texts::agency::checking(t) } else { texts::app::next(t) }}
                        </button>
                    }.into_any())}
                }
                .into_any()
            }
        }}
    }
}

/// On to the next screen, if an agency is chosen and proved.
fn go_on(app: App, t: Texts, faults: Faults) {
    let Some(topic) = untrack(|| app.topic()) else {
        return;
    };
    let unanswered = missing(app, t, &topic);
    if !unanswered.is_empty() {
        faults.set(unanswered);
        return;
    }
    let postcode = app.with_untracked(|form| form.postcode.clone());
    let needs = topic.agency_choice == AgencyChoice::List && !app.with_untracked(|form| form.link);
    let fault = |field, text: &str| Fault {
        field,
        text: text.to_owned(),
    };
    let wrong = if needs && postcode.trim().is_empty() {
        fault("postcode", texts::agency::postcode_missing(t))
    } else if needs && Postcode::parse(&postcode).is_err() {
        fault("postcode", texts::agency::postcode_invalid(t))
    } else {
        match app.chosen.get_untracked() {
            Proof::Good(_) => {
                faults.clear();
                app.notice.set(None);
                app.places.go(if untrack(|| app.is_known()) {
                    Screen::Message
                } else {
                    Screen::Account
                });
                return;
            }
            Proof::Checking(_) => fault("agencies", texts::agency::checking(t)),
            Proof::None => fault("agencies", texts::agency::choose(t)),
            Proof::Closed(_) => fault("agencies", texts::enquiry::closed(t)),
            Proof::Bad(_, error) => Fault {
                field: "agencies",
                text: bad_words(t, &error),
            },
        }
    };
    faults.set(vec![wrong]);
}

/// A postcode, and what is near it.
#[component]
fn ByPostcode(search: Search, t: Texts, topic: Topic) -> impl IntoView {
    let app = search.app;
    let of_field = topic.clone();
    let typed = Callback::new(move |value: String| {
        let digits: String = value.chars().filter(char::is_ascii_digit).take(5).collect();
        app.edit(|form| form.postcode = digits);
        search.start(&of_field);
    });
    view! {
        <p class="lead">{texts::agency::lead(t)}</p>
        <Field
            id="postcode"
            label=texts::agency::postcode(t)
            hint=texts::agency::postcode_hint(t)
            faults=search.faults
            value=Signal::derive(move || app.with(|form| form.postcode.clone()))
            on_input=typed
            inputmode="numeric"
            maxlength=5
            class="short"
        />
        <Results search t topic />
    }
}

/// The agencies that were found, to choose one.
#[component]
fn Results(search: Search, t: Texts, topic: Topic) -> impl IntoView {
    let app = search.app;
    let fault = Signal::derive(move || search.faults.at("agencies"));
    let central = topic.agency_choice == AgencyChoice::Central;
    let topic = StoredValue::new(topic);
    let list = move |found: Found| {
        let all = found.cards.len();
        let refused = found.refused;
        let rest = move || all.saturating_sub(search.shown.get());
        let cards = move || {
            found
                .cards
                .iter()
                .take(search.shown.get())
                .cloned()
                .map(|card| choice(search, t, central, card))
                .collect_view()
                .into_any()
        };
        view! {
            <fieldset class="choices" id="agencies" tabindex="-1" aria-describedby="agencies-fault">
                <legend>{texts::agency::found(t, all as u64)}</legend>
                <Message id="agencies" fault />
                {cards}
            </fieldset>
            {move || (rest() > 0).then(|| view! {
                <button type="button" class="button-quiet" on:click=move |_| search.shown.set(usize::MAX)>
                    {texts::agency::more(t, rest() as u64)}
                </button>
            }.into_any())}
            {(refused > 0).then(|| view! { <p class="note">{texts::agency::refused_rows(t, refused as u64)}</p> }.into_any())}
        }
    };
    view! {
        <div class="results" aria-busy=move || search.busy.get().then_some("true")>
            <p class="visually-hidden" role="status">
                {move || search.found.with(|found| found.as_ref().map(|found| texts::agency::found(t, found.cards.len() as u64)))}
            </p>
            {move || match search.found.get() {
                Some(found) if found.cards.is_empty() => view! { <Nobody app t topic=topic.get_value() /> }.into_any(),
                Some(found) => list(found).into_any(),
                None if search.busy.get() => view! { <p class="waiting">{texts::agency::loading(t)}</p> }.into_any(),
                None => ().into_any(),
            }}
        </div>
    }
}

/// One agency as a choice.
fn choice(search: Search, t: Texts, central: bool, card: Card) -> AnyView {
    let id = card.id;
    let app = search.app;
    let far = match card.kilometres {
        _ if central => texts::agency::central(t).to_owned(),
        Some(0..=2) => texts::agency::near(t).to_owned(),
        Some(kilometres) => texts::agency::kilometres(t, u64::from(kilometres)),
        None => String::new(),
    };
    view! {
        <label class="choice">
            <input
                type="radio"
                name="agency"
                prop:checked=move || app.with(|form| form.agency == Some(id))
                on:change=move |_| spawn_local(search.choose(Some(id)))
            />
            <span class="choice-text">
                <b><bdi>{card.name}</bdi></b>
                <span class="quiet"><bdi>{card.place}</bdi> {(!far.is_empty()).then(|| [" · ", &far].concat())}</span>
                {card.only.map(|only| view! { <span class="quiet">{for_whom(t, &only)}</span> }.into_any())}
            </span>
        </label>
    }
    .into_any()
}

/// For whom an agency is, in words.
fn for_whom(t: Texts, only: &Restriction) -> String {
    let said = |name: &str, words: &[String]| {
        let words: Vec<_> = words.iter().map(|word| answer(t, name, word)).collect();
        words.join(", ")
    };
    let ages = only.ages.map(|(from, to)| match (from, to) {
        (0, to) => texts::enquiry::years_below(t, u64::from(to) + 1),
        (from, u8::MAX) => texts::enquiry::years_from(t, from),
        (from, to) => texts::enquiry::years_between(t, from, to),
    });
    let parts = [
        ages.unwrap_or_default(),
        said("gender", &only.genders),
        said("relation", &only.relations),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    texts::agency::only_for(t, parts.join(" · "))
}

/// The agency of a link.
#[component]
fn Linked(search: Search, t: Texts, topic: Topic) -> impl IntoView {
    view! {
        <p class="lead">{move || if search.app.wished().is_some() { texts::agency::preset_person(t) } else { texts::agency::preset(t) }}</p>
        <div id="agencies" tabindex="-1">
            {move || search.app.chosen.good().map(|agency| {
                let place = view! { <span class="quiet"><bdi>{agency.place().to_owned()}</bdi></span> };
                let text = match search.app.wished() {
                    Some(person) => view! {
                        <b><bdi>{person}</bdi></b>
                        <span><bdi>{agency.name().to_owned()}</bdi></span>
                        {place}
                    }
                    .into_any(),
                    None => view! {
                        <b><bdi>{agency.name().to_owned()}</bdi></b>
                        {place}
                    }
                    .into_any(),
                };
                view! { <div class="choice choice-only"><span class="choice-text">{text}</span></div> }.into_any()
            })}
        </div>
        <button type="button" class="button-quiet" on:click=move |_| { search.app.chosen.clear(); search.free(&topic); }>
            {texts::agency::preset_other(t)}
        </button>
    }
}
