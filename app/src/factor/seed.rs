//! What a code app needs: a picture, the same as text, and a link for a phone; and the code that proves that it has it.

use std::rc::Rc;

use crate::reactive::RwSignal;
use client::Session;
use client::factor::Seed;
use domain::account::AccountKind;
use leptos::prelude::*;

use crate::browser::Browser;
use crate::components::picture::picture;
use crate::texts::{Texts, factor as words, team};

/// A seed that is being set up, and the code that somebody types.
#[derive(Clone)]
pub struct NewSeed {
    /// The seed.
    pub seed: Rc<Seed>,
    /// The code.
    pub code: RwSignal<String>,
    link: String,
}

impl NewSeed {
    /// A new one. On a phone that others see, it is shown without the name of somebody who seeks advice.
    #[must_use]
    pub fn make(session: &Session<Browser>) -> Self {
        let seed = Seed::make(session.client());
        let mut shown_as = document().title();
        if session.kind() == AccountKind::Staff {
            shown_as.push_str(": ");
            shown_as.push_str(&session.user_name().0);
        }
        Self {
            link: seed.to_link(&shown_as),
            seed: Rc::new(seed),
            code: RwSignal::new(String::new()),
        }
    }

    /// The seed as a picture for a camera.
    #[must_use]
    pub fn picture(&self, t: Texts) -> Option<AnyView> {
        let picture = picture(&self.link, team::factor_image(t).to_owned())?;
        Some(view! { <p>{team::factor_scan(t)}</p> {picture} }.into_any())
    }

    /// Its fields, below the picture.
    #[must_use]
    pub fn view(&self, t: Texts, picture: Option<AnyView>) -> AnyView {
        let code = self.code;
        let text = self.seed.to_text();
        let groups: Vec<&str> = (0..text.len())
            .step_by(4)
            .filter_map(|at| text.get(at..at + 4))
            .collect();
        view! {
            {picture}
            <p>{words::secret(t)}</p>
            <p class="secret">{groups.join(" ")}</p>
            <p><a href=self.link.clone() rel="external">{words::open(t)}</a></p>
            <div class="field">
                <label for="app-code">{words::app_code(t)}</label>
                <input
                    id="app-code"
                    type="text"
                    class="code-field"
                    autocomplete="one-time-code"
                    inputmode="numeric"
                    maxlength="10"
                    on:input=move |event| code.set(event_target_value(&event))
                />
            </div>
        }
        .into_any()
    }
}
