//! The consent, in the words of the body that is responsible: covered by the association's signed entry.

use crate::reactive::Signal;
use leptos::prelude::*;

use crate::screen::App;
use crate::screen::fault::Faults;
use crate::screen::field::Message;
use crate::texts::{self, Texts};

/// The text and the tick.
#[component]
pub fn ConsentText(
    /// The application.
    app: App,
    /// The screen's faults.
    faults: Faults,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let fault = Signal::derive(move || faults.at("consent"));
    let paragraphs = |text: &str| {
        text.split("\n\n")
            .map(|paragraph| view! { <p>{paragraph.trim().replace('\n', " ")}</p> }.into_any())
            .collect_view()
    };
    view! {
        <fieldset class="consent">
            <legend>{texts::account::consent(t)}</legend>
            {move || match app.chosen.good() {
                None => view! { <p class="waiting">{texts::agency::checking(t)}</p> }.into_any(),
                Some(agency) => {
                    let legal = agency.legal();
                    let lines = legal.responsible.lines().map(|line| view! { {line.to_owned()} <br /> }.into_any()).collect_view();
                    view! {
                        <div class="consent-text" lang="de" tabindex="0" role="region" aria-label=texts::account::consent(t)>
                            {paragraphs(&legal.consent)}
                            <p>
                                <b>{texts::account::consent_responsible(t)}</b>
                                <br />
                                {lines}
                            </p>
                            <p class="quiet">{texts::account::consent_version(t, legal.consent_version)}</p>
                        </div>
                    }
                    .into_any()
                }
            }}
            <Message id="consent" fault />
            <label class="tick">
                <input
                    type="checkbox"
                    id="consent"
                    aria-describedby="consent-fault"
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")
                    prop:checked=move || app.with(|form| form.consent.is_some())
                    on:change=move |event| {
                        let ticked = event_target_checked(&event);
                        let version = untrack(|| app.chosen.good()).map(|agency| agency.legal().consent_version);
                        app.edit(|form| form.consent = version.filter(|_| ticked));
                    }
                />
                <span>{texts::account::consent_check(t)}</span>
            </label>
        </fieldset>
    }
}
