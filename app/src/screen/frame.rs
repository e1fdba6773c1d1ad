//! What stands around every screen: head, quick exit, way back, progress, crisis numbers, legal links.

use crate::reactive::Memo;
use domain::language::Language;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::App;
use super::exit::Exit;
use super::history::Screen;
use super::inner::Later;
use crate::account::stay::StayDialog;
use crate::components::exit::EXIT_ID;
use crate::components::language::LanguageChoice;
use crate::device::update::Update;
use crate::texts;

/// The dialog that the shell holds: it is there before any script, and without one.
const CRISIS_ID: &str = "crisis";

/// Opens the crisis numbers; without the shell's dialog, the page of them.
pub fn open_crisis() {
    let dialog = document()
        .get_element_by_id(CRISIS_ID)
        .and_then(|element| element.dyn_into::<HtmlDialogElement>().ok());
    if dialog.is_none_or(|dialog| dialog.show_modal().is_err()) {
        drop(window().location().set_href("/notfall"));
    }
}

/// The frame.
#[component]
pub fn Frame(
    /// The application.
    app: App,
    /// The screen that is shown.
    shown: Memo<Screen>,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let brand = document().title();
    let demo = document()
        .document_element()
        .is_some_and(|root| root.has_attribute("data-demo"));
    let wide = move || matches!(shown.get(), Screen::Conversation(_));
    view! {
        <div class="app" class:app-talk=wide>
            {move || {
                let t = app.words();
                view! {
                    <nav class="skip-links" aria-label=texts::app::skip(t)>
                        <a class="skip" href="#main" on:click=move |event| { event.prevent_default(); super::fault::focus_id("main"); }>
                            {texts::app::skip(t)}
                        </a>
                        <a class="skip" href=format!("#{EXIT_ID}") on:click=move |event| { event.prevent_default(); super::fault::focus_id(EXIT_ID); }>
                            {texts::app::exit_skip(t)}
                        </a>
                    </nav>
                }.into_any()
            }}
            <header class="top">
                <a class="brand" href=move || Some(texts::app::page(app.words(), "/"))>{brand}</a>
                <button type="button" class="button-quiet help-now" on:click=move |_| open_crisis()>
                    {move || texts::app::crisis(app.words())}
                </button>
                <LanguageChoice
                    offered=&Language::ALL
                    current=app.language
                    words=app.words
                    on_choose=Callback::new(move |chosen| spawn_local(app.choose(chosen)))
                />
                <Exit app />
            </header>
            {demo.then_some(move || view! { <aside class="demo">{texts::app::demo(app.words())}</aside> }.into_any())}
            <Way app shown />
            {move || {
                let t = app.words();
                let save = move || -> Later<()> {
                    Box::pin(async move {
                        if let Some(desk) = app.talks.desk() {
                            // What cannot be saved lies in the tab.
                            drop(desk.save_drafts().await);
                        }
                        app.save_typed().await;
                    })
                };
                view! { <Update found=app.update save t /> }.into_any()
            }}
            <main id="main" tabindex="-1">{children()}</main>
            {move || {
                let t = app.words();
                let stay = Callback::new(move |()| {
                    if let Some(desk) = app.talks.desk() {
                        desk.stay();
                    }
                });
                let exit = view! {
                    <button type="button" class="exit" on:click=move |_| super::exit::leave(app)>{texts::exit::link(t)}</button>
                };
                view! { <StayDialog warning=app.talks.warning stay t exit=Some(exit.into_any()) /> }.into_any()
            }}
            {move || {
                let t = app.words();
                view! {
                    <footer class="app-foot">
                        <nav aria-label=texts::app::legal(t)>
                            <a href=texts::app::page(t, "/impressum")>{texts::app::imprint(t)}</a>
                            <a href=texts::app::page(t, "/datenschutz")>{texts::app::privacy(t)}</a>
                            <a href=texts::app::page(t, "/barrierefreiheit")>{texts::app::accessibility(t)}</a>
                        </nav>
                    </footer>
                }.into_any()
            }}
        </div>
    }
}

/// The way back, and how far it is.
#[component]
fn Way(app: App, shown: Memo<Screen>) -> impl IntoView {
    let known = Memo::new(move |_| app.is_known());
    move || {
        let t = app.words();
        let screen = shown.get();
        let step = step(screen, known.get());
        // Before the list lies the sign-in, which leads to the list.
        let back = app.places.can_go_back()
            && !matches!(screen, Screen::Sent | Screen::Start | Screen::List);
        (back || step.is_some()).then(|| {
            view! {
                <nav class="way" aria-label=texts::app::steps(t)>
                    {back.then(|| {
                        view! {
                            <button type="button" class="back" on:click=move |_| app.places.back()>
                                {texts::app::back(t)}
                            </button>
                        }.into_any()
                    })}
                    {step.map(|(at, of)| {
                        view! {
                            <p class="steps">
                                <span>{texts::app::step(t, at, of)}</span>
                                <progress max=of.to_string() value=at.to_string() aria-label=texts::app::steps(t)></progress>
                            </p>
                        }.into_any()
                    })}
                </nav>
            }.into_any()
        })
    }
}

/// Which step of how many; somebody who had an account before skips the third.
fn step(screen: Screen, known: bool) -> Option<(u8, u8)> {
    let of = if known { 3 } else { 4 };
    Some(match screen {
        Screen::Topic => (1, of),
        Screen::Agency => (2, of),
        Screen::Account => (3, of),
        Screen::Message => (of, of),
        _ => return None,
    })
}
