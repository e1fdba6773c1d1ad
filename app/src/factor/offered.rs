//! Settings of seekers: one switch. Whoever wants new codes turns it off and on again.

use std::rc::Rc;

use crate::reactive::{RwSignal, StoredValue};
use client::{Session, factor};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::codes::Codes;
use super::seed::NewSeed;
use crate::account::confirm::{Confirm, Run, Step};
use crate::browser::Browser;
use crate::screen::fault;
use crate::texts::{Texts, factor as words};

/// The section.
#[component]
pub fn Offered(
    /// Whose account.
    session: Session<Browser>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    // None: not known yet.
    let is_on = RwSignal::new(None);
    let codes = RwSignal::new(String::new());
    let session = StoredValue::new(session);
    spawn_local(async move {
        if let Ok(listed) = factor::list(&session.get_value()).await {
            is_on.try_set(Some(!listed.factors.is_empty()));
        }
    });
    let switch = move |on: bool| {
        let new = (!on).then(|| Rc::new(session.with_value(NewSeed::make)));
        let before = new.as_ref().map(|new| new.view(t, None));
        let run: Run = Rc::new(move |password| {
            let new = new.clone();
            Box::pin(async move {
                let session = session.get_value();
                if let Some(new) = new {
                    let code = new.code.get_untracked();
                    let added = factor::add_app(&session, Some(password), &new.seed, &code).await?;
                    codes.try_set(added.spare.0);
                } else {
                    factor::remove(&session, password, None).await?;
                }
                is_on.try_set(Some(!on));
                fault::focus_id("factor-title");
                Ok(())
            })
        });
        let step = Step {
            id: "factor-password",
            title: if on {
                words::remove_app(t)
            } else {
                words::add_app(t)
            },
            about: words::others(t),
            button: if on {
                words::remove_button(t)
            } else {
                words::on_button(t)
            },
            danger: false,
        };
        view! { <Confirm step t words=fault::words run before /> }.into_any()
    };
    let shown = move || {
        let codes = codes.get();
        (!codes.is_empty()).then(|| view! { <Codes codes t /> }.into_any())
    };
    view! {
        <section class="settings-part" aria-labelledby="factor-title">
            <h2 id="factor-title" tabindex="-1">{words::title(t)}</h2>
            <p>{words::about(t)}</p>
            {shown}
            {move || is_on.get().map(switch)}
        </section>
    }
}
