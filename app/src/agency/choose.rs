//! Registration 2: who shall read it. The match runs here; only the chosen agency's id is sent.

use client::agency::{Card, Found};
use client::Error;
use domain::Refusal;
use domain::id::AgencyId;
use domain::postcode::{Postcode, PostcodeTable};
use domain::topic::{AgencyChoice, Topic};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::chosen::{Proof, does_not_fit};
use super::proof::ProofPanel;
use crate::browser::assets;
use crate::mount;
use crate::screen::fault::{Fault, Faults, Summary, focus_id, words};
use crate::screen::field::{Field, Message};
use crate::screen::frame::open_crisis;
use crate::screen::history::Screen;
use crate::screen::{App, Heading, load_topics};
use crate::texts::{self, Texts};

/// How many cards are shown before "more".
const FIRST: usize = 4;

/// What the search knows.
#[derive(Clone, Copy)]
struct Search {
    app: App,
    faults: Faults,
    found: RwSignal<Option<Found>, LocalStorage>,
    table: StoredValue<Option<PostcodeTable>, LocalStorage>,
    busy: RwSignal<bool>,
    turn: StoredValue<u32>,
    shown: RwSignal<usize>,
    /// Why a link's agency was not taken.
    aside: RwSignal<Option<&'static str>>,
}

impl Search {
    fn new(app: App, faults: Faults) -> Self {
        Self {
            app,
            faults,
            found: RwSignal::new_local(None),
            table: StoredValue::new_local(None),
            busy: RwSignal::new(false),
            turn: StoredValue::new(0),
            shown: RwSignal::new(FIRST),
            aside: RwSignal::new(None),
        }
    }

    /// Looks for agencies, if there is enough to look with.
    fn start(self, topic: &Topic) {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        let postcode = Postcode::parse(&self.app.with_untracked(|form| form.postcode.clone())).ok();
        if topic.agency_choice == AgencyChoice::List && postcode.is_none() {
            self.found.set(None);
            return;
        }
        let topic = topic.id;
        self.busy.set(true);
        spawn_local(async move {
            let kept = self.table.get_value();
            let table = match (kept, postcode) {
                (None, Some(_)) => load_table().await,
                (kept, _) => kept,
            };
            // Without the table the list still stands, only without distances.
            self.table.set_value(table.clone());
            let session = self.app.talks.desk().map(|desk| desk.session().clone());
            let found = match session {
                Some(session) => client::agency::find_as(&session, topic, postcode, table.as_ref()).await,
                None => client::agency::find(&self.app.client(), topic, postcode, table.as_ref()).await,
            };
            // Another search has begun, or the screen has gone.
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.busy.set(false);
            match found {
                Ok(found) => self.take(found).await,
                Err(error) => self.faults.one("", words(self.app.t(), &error)),
            }
        });
    }

    async fn take(self, found: Found) {
        self.faults.clear();
        self.shown.set(FIRST);
        let chosen = self.app.with_untracked(|form| form.agency);
        let still = chosen.filter(|id| found.cards.iter().any(|card| card.id == *id));
        let only = (found.cards.len() == 1).then(|| found.cards.first().map(|card| card.id)).flatten();
        self.found.set(Some(found));
        self.choose(still.or(only)).await;
    }

    async fn choose(self, id: Option<AgencyId>) {
        self.app.edit(|form| {
            form.agency = id;
            form.link = false;
        });
        self.app.chosen.check(self.app).await;
    }

    /// Proves the agency of a link; if it does not fit, says why and lets choose freely.
    async fn check_link(self, topic: Topic) {
        let t = self.app.t();
        let why = match self.app.chosen.check(self.app).await {
            Proof::Closed(_) => texts::agency::preset_closed(t),
            Proof::Bad(_, Error::Refused(Refusal::NotFound)) => texts::agency::preset_unknown(t),
            Proof::Bad(_, error) if does_not_fit(&error) => texts::agency::preset_topic(t),
            _ => return,
        };
        self.aside.set(Some(why));
        self.app.chosen.clear();
        self.free(&topic);
    }

    fn free(self, topic: &Topic) {
        self.app.edit(|form| {
            form.agency = None;
            form.link = false;
        });
        self.start(topic);
    }
}

async fn load_table() -> Option<PostcodeTable> {
    let bytes = assets::load(&mount::asset("postcodes")?).await.ok()?;
    PostcodeTable::unpack(&bytes).ok()
}

/// The second screen.
#[component]
pub fn Choose(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let faults = Faults::new();
    let search = Search::new(app, faults);
    let load = move || {
        spawn_local(async move {
            if let Err(error) = load_topics(app).await {
                faults.one("", words(app.t(), &error));
                return;
            }
            let Some(topic) = app.topic() else { return };
            if app.with_untracked(|form| form.link && form.agency.is_some()) {
                search.check_link(topic).await;
            } else {
                search.start(&topic);
            }
        });
    };
    load();
    let onward = move |_| go_on(app, t, faults);
    let linked = Memo::new(move |_| app.with(|form| form.link && form.agency.is_some()));
    view! {
        <Heading>{texts::agency::title(t)}</Heading>
        <Summary faults t />
        {move || match app.topic() {
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
                    {move || search.aside.get().map(|why| view! { <p class="note" role="status">{why}</p> })}
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
                    {(choice != AgencyChoice::LinkOnly || linked.get()).then(|| view! {
                        <ProofPanel app t />
                        <button type="button" class="button button-main" on:click=onward>
                            {texts::app::next(t)}
                        </button>
                    })}
                }
                .into_any()
            }
        }}
    }
}

/// On to the next screen, if an agency is chosen and proved.
fn go_on(app: App, t: Texts, faults: Faults) {
    let Some(topic) = app.topic() else { return };
    let postcode = app.with_untracked(|form| form.postcode.clone());
    let needs = topic.agency_choice == AgencyChoice::List && !app.with_untracked(|form| form.link);
    let fault = |field, text: &str| Fault { field, text: text.to_owned() };
    let wrong = if needs && postcode.trim().is_empty() {
        fault("postcode", texts::agency::postcode_missing(t))
    } else if needs && Postcode::parse(&postcode).is_err() {
        fault("postcode", texts::agency::postcode_invalid(t))
    } else {
        match app.chosen.get() {
            Proof::Good(_) => {
                faults.clear();
                app.places.go(if app.is_known() { Screen::Message } else { Screen::Account });
                return;
            }
            Proof::Checking(_) => fault("agencies", texts::agency::checking(t)),
            Proof::None => fault("agencies", texts::agency::choose(t)),
            Proof::Closed(_) => fault("agencies", texts::enquiry::closed(t)),
            Proof::Bad(_, error) => Fault { field: "agencies", text: super::proof::bad_words(t, &error) },
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
        let whole = digits.len() == 5;
        app.edit(|form| form.postcode = digits);
        if whole {
            search.start(&of_field);
        } else {
            search.found.set(None);
        }
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
        let cards = move || found.cards.iter().take(search.shown.get()).cloned().map(|card| choice(search, t, central, card)).collect_view();
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
            })}
            {(refused > 0).then(|| view! { <p class="note">{texts::agency::refused_rows(t, refused as u64)}</p> })}
        }
    };
    view! {
        <div class="results" aria-busy=move || search.busy.get().to_string()>
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
fn choice(search: Search, t: Texts, central: bool, card: Card) -> impl IntoView {
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
            </span>
        </label>
    }
}

/// The agency of a link.
#[component]
fn Linked(search: Search, t: Texts, topic: Topic) -> impl IntoView {
    view! {
        <p class="lead">{texts::agency::preset(t)}</p>
        <div id="agencies" tabindex="-1">
            {move || search.app.chosen.good().map(|agency| view! {
                <div class="choice choice-only">
                    <span class="choice-text">
                        <b><bdi>{agency.name().to_owned()}</bdi></b>
                        <span class="quiet"><bdi>{agency.place().to_owned()}</bdi></span>
                    </span>
                </div>
            })}
        </div>
        <button type="button" class="button-quiet" on:click=move |_| { search.app.chosen.clear(); search.free(&topic); }>
            {texts::agency::preset_other(t)}
        </button>
    }
}

/// A topic that is reached through links only.
#[component]
fn LinkOnly(t: Texts, topic: Topic) -> impl IntoView {
    view! {
        <section class="card">
            <h2>{texts::agency::link_title(t)}</h2>
            <p>{texts::agency::link_text(t)}</p>
            <div class="buttons">
                <a class="button" href=["/themen/", &topic.slug].concat()>{texts::agency::link_page(t)}</a>
                <button type="button" class="button-quiet" on:click=move |_| open_crisis()>{texts::agency::none_call(t)}</button>
            </div>
        </section>
    }
}

/// No agency serves this postcode: where else to turn.
#[component]
fn Nobody(app: App, t: Texts, topic: Topic) -> impl IntoView {
    let general = app.topics.with_untracked(|topics| topics.iter().find(|other| other.slug == "allgemeine-soziale-beratung" && other.id != topic.id).cloned());
    let ask = general.map(|general| {
        view! {
            <button
                type="button"
                class="button"
                on:click=move |_| {
                    let general = general.clone();
                    spawn_local(async move {
                        app.edit(|form| form.topic = Some(general.id));
                        app.speak(general.register).await;
                    });
                }
            >
                {texts::agency::none_general(t)}
            </button>
        }
    });
    view! {
        <section class="card" id="agencies" tabindex="-1">
            <h2>{texts::agency::none_title(t)}</h2>
            <p>{texts::agency::none_text(t)}</p>
            <div class="buttons">
                <a class="button" href=["/themen/", &topic.slug].concat()>{texts::agency::none_topic(t)}</a>
                {ask}
                <button type="button" class="button-quiet" on:click=move |_| focus_id("postcode")>{texts::agency::none_postcode(t)}</button>
                <button type="button" class="button-quiet" on:click=move |_| open_crisis()>{texts::agency::none_call(t)}</button>
            </div>
        </section>
    }
}
