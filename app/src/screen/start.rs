//! How the application begins, and its first screen.

use std::rc::Rc;

use crate::reactive::{RwSignal, StoredValue};
use client::registration::Draft;
use client::{Client, Error, Session};
use domain::language::Language;
use domain::topic::Register;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::fault::{self, Faults, Summary, focus_id};
use super::frame::open_crisis;
use super::history::{Places, Screen};
use super::inner::{Inner, Load, load_into};
use super::preset::Preset;
use super::state::{App, Notice};
use super::{Heading, Seeker};
use crate::browser::{Browser, assets, device, language};
use crate::device::update::watch;
use crate::mount;
use crate::texts::{self, Texts};

/// What a link says that leads to the crisis numbers.
const CRISIS: &str = "#crisis";

/// Spoken until a topic, or the person, says otherwise.
pub(super) const FIRST: Language = Language::German(Register::Formal);

/// Loads words and trust, comes back to what this tab had, and shows the application.
pub async fn begin(load: Load) {
    // As a home screen's shortcut opens it: the shell's dialog is there already.
    if window().location().hash().is_ok_and(|hash| hash == CRISIS) {
        open_crisis();
    }
    let mut preset = Preset::take();
    let asked = preset.as_mut().and_then(|preset| preset.language.take());
    if let Some(asked) = asked {
        language::keep(asked);
    }
    let chosen = asked.or_else(language::kept);
    // A link with a language alone presets nothing.
    let preset = preset.filter(|preset| *preset != Preset::default());
    let (words, platform) =
        futures_util::join!(language::load(chosen.unwrap_or(FIRST)), assets::platform());
    let (Ok(words), Ok(platform)) = (words, platform) else {
        mount::cannot_begin();
        return;
    };
    let client = Client::new(Browser::default(), platform);
    let had = come_back(&client, load).await;
    mount::mount(move || match had {
        Ok(had) => view! { <Opened words chosen client had preset load /> }.into_any(),
        Err(error) => view! { <Again words chosen client error preset load /> }.into_any(),
    });
}

/// What this tab had before a reload.
struct Had {
    draft: Rc<Draft<Browser>>,
    session: Option<Session<Browser>>,
    /// Without anything kept nothing of it was needed yet.
    inner: Option<Inner>,
    /// The password alone opens this device.
    own: bool,
}

/// Asks the server only if the tab kept something.
async fn come_back(client: &Client<Browser>, load: Load) -> Result<Had, Error> {
    if !client.has_kept() && !device::is_there().await {
        return Ok(Had {
            draft: Rc::new(Draft::new(client)),
            session: None,
            inner: None,
            own: false,
        });
    }
    let inner = load().await?;
    let (draft, session, own) = (inner.come_back)(client.clone()).await?;
    Ok(Had {
        draft: Rc::new(draft),
        session,
        inner: Some(inner),
        own,
    })
}

/// The application as it was left.
#[component]
fn Opened(
    words: Texts,
    chosen: Option<Language>,
    client: Client<Browser>,
    had: Had,
    preset: Option<Preset>,
    load: Load,
) -> impl IntoView {
    let first = match (&had.session, had.own) {
        (Some(_), _) => Screen::List,
        (None, true) => Screen::SignIn,
        (None, false) => Screen::Start,
    };
    let app = App::new((words, chosen), client, had.draft, Places::open(first));
    if app.draft().lost() {
        app.notice.set(Some(Notice::DraftLost));
    }
    app.inner.set(had.inner);
    app.own.set(had.own);
    watch(app.update);
    if let (Some(session), Some(inner)) = (had.session, had.inner) {
        (inner.begin)(app, session);
    }
    spawn_local(take_preset(app, preset, load));
    view! { <Seeker app /> }
}

/// Without a connection the tab still has everything: it asks again when told to.
#[component]
fn Again(
    words: Texts,
    chosen: Option<Language>,
    client: Client<Browser>,
    error: Error,
    preset: Option<Preset>,
    load: Load,
) -> impl IntoView {
    let had = StoredValue::new(None::<Had>);
    let here = RwSignal::new(false);
    let told = RwSignal::new(fault::words(words, &error));
    let preset = StoredValue::new(preset);
    let client = StoredValue::new(client);
    let retry = move |_| {
        let client = client.get_value();
        spawn_local(async move {
            match come_back(&client, load).await {
                Ok(found) => {
                    had.set_value(Some(found));
                    here.set(true);
                }
                Err(error) => told.set(fault::words(words, &error)),
            }
        });
    };
    move || {
        match here
        .get()
        .then(|| had.try_update_value(Option::take).flatten())
        .flatten()
    {
        Some(had) => {
            view! { <Opened words chosen client=client.get_value() had preset=preset.get_value() load /> }
                .into_any()
        }
        None => view! {
            <main class="app again" id="main">
                <p role="alert">{move || told.get()}</p>
                <button type="button" class="button" on:click=retry>
                    {texts::app::again(words)}
                </button>
            </main>
        }
        .into_any(),
    }
    }
}

/// Uses what a link brought along; after a reload the words are those of the topic again.
async fn take_preset(app: App, preset: Option<Preset>, load: Load) {
    match preset {
        Some(preset) => (load_into(app, load).await.preset)(app, preset).await,
        None => {
            let words = async {
                // The screen that needs the topics says so if they do not come.
                load_topics(app).await.ok();
                if let Some(topic) = untrack(|| app.topic()) {
                    app.speak(topic.register).await;
                }
            };
            let inner = async {
                load_into(app, load).await;
                app.save_typed().await;
            };
            futures_util::join!(words, inner);
        }
    }
}

/// Loads the topics, once.
///
/// # Errors
/// As [`client::call`].
pub async fn load_topics(app: App) -> Result<(), Error> {
    if app.topics.with_untracked(Vec::is_empty) {
        app.topics
            .set(client::topic::list(&app.client(), app.language.get_untracked()).await?);
    }
    Ok(())
}

/// New here, or here before?
#[component]
pub fn Start(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let faults = Faults::default();
    let begun = move || app.with(|form| form.topic.is_some() || !form.text.is_empty());
    let new = move |_| {
        app.notice.set(None);
        app.places.go(Screen::Topic);
    };
    let known = move |_| {
        app.notice.set(None);
        app.places.go(Screen::SignIn);
    };
    let discard = move |_| {
        let draft = app.draft();
        app.clear_form();
        focus_id("heading");
        // Before it is there nothing was kept that could be discarded.
        if let Some(inner) = app.inner.get_untracked() {
            spawn_local((inner.discard)(draft));
        }
    };
    let onward = move |_| {
        app.places
            .go(if app.with_untracked(|form| form.agency.is_some()) {
                Screen::Message
            } else {
                Screen::Agency
            });
    };
    let fact = |title: &'static str, text: &'static str| {
        view! {
            <li>
                <b>{title}</b>
                <p>{text}</p>
            </li>
        }
        .into_any()
    };
    view! {
        <Heading>{texts::app::start_title(t)}</Heading>
        <Summary faults t />
        <Note app t />
        <p class="lead">{texts::app::start_lead(t)}</p>
        {move || {
            begun().then(|| {
                view! {
                    <section class="card begun" aria-labelledby="begun-title">
                        <h2 id="begun-title">{texts::app::start_draft(t)}</h2>
                        <p>{texts::app::start_draft_text(t)}</p>
                        <div class="buttons">
                            <button type="button" class="button" on:click=onward>
                                {texts::app::start_draft(t)}
                            </button>
                            <button type="button" class="button-quiet" on:click=discard>
                                {texts::app::start_discard(t)}
                            </button>
                        </div>
                    </section>
                }.into_any()
            })
        }}
        <div class="doors">
            <button type="button" class="door door-main" on:click=new>
                <b>{texts::app::start_new(t)}</b>
                <span>{texts::app::start_new_text(t)}</span>
            </button>
            <button type="button" class="door" on:click=known>
                <b>{texts::app::start_known(t)}</b>
                <span>{texts::app::start_known_text(t)}</span>
            </button>
        </div>
        <ul class="facts">
            {fact(texts::app::fact_anonymous(t), texts::app::fact_anonymous_text(t))}
            {fact(texts::app::fact_locked(t), texts::app::fact_locked_text(t))}
            {fact(texts::app::fact_answer(t), texts::app::fact_answer_text(t))}
        </ul>
    }
}

/// What is said once.
#[component]
pub fn Note(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    view! {
        <div class="note-place" role="status">
            {move || app.notice_words(t).map(|words| view! { <p class="note">{words}</p> }.into_any())}
        </div>
    }
}
