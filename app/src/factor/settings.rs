//! Settings of staff: which factors there are, another one, and taking one away.

use std::rc::Rc;

use crate::reactive::{RwSignal, StoredValue};
use client::factor;
use client::{Error, Session, World};
use domain::Refusal;
use domain::factor::{FactorKind, Factors, ListedFactor};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::codes::Codes;
use super::passkey;
use super::seed::NewSeed;
use crate::account::confirm::{Confirm, Run, Step};
use crate::account::sessions::day;
use crate::browser::Browser;
use crate::screen::fault::focus_id;
use crate::team as workplace;
use crate::texts::{Texts, factor as words, team};

/// Ids of the fields: one a factor.
const REMOVE: [&str; domain::factor::MOST] = [
    "factor-1", "factor-2", "factor-3", "factor-4", "factor-5", "factor-6",
];

/// A handle, to be copied.
#[derive(Clone, Copy)]
struct Shown {
    session: StoredValue<Session<Browser>>,
    listed: RwSignal<Option<Factors>>,
    codes: RwSignal<String>,
    t: Texts,
}

impl Shown {
    async fn load(self) {
        let Some(session) = self.session.try_get_value() else {
            return;
        };
        // Without an answer nothing is offered; the next visit asks again.
        if let Ok(listed) = factor::list(&session).await {
            self.listed.try_set(Some(listed));
        }
    }

    /// Shows new codes, if there are any, and what is there now.
    async fn done(self, codes: String) {
        self.codes.try_set(codes);
        self.load().await;
        focus_id("factor-title");
    }

    fn step(
        self,
        id: &'static str,
        [title, about, button]: [&'static str; 3],
        run: Run,
    ) -> AnyView {
        let step = Step {
            id,
            title,
            about,
            button,
            danger: false,
        };
        view! { <Confirm step t=self.t words=problem run /> }.into_any()
    }

    fn one(self, at: usize, one: ListedFactor, may_go: bool) -> AnyView {
        let t = self.t;
        let (what, remove) = match one.kind {
            FactorKind::App => (team::factor_app(t), words::remove_app(t)),
            FactorKind::Passkey => (team::factor_passkey(t), team::factor_remove_passkey(t)),
        };
        let opens = one
            .opens
            .then(|| view! { <p class="quiet">{team::factor_opens(t)}</p> }.into_any());
        let now = self
            .session
            .with_value(|session| session.client().world().now());
        let run: Run = Rc::new(move |password| {
            Box::pin(async move {
                let session = self.session.get_value();
                factor::remove(&session, password, Some(one.factor)).await?;
                self.done(String::new()).await;
                Ok(())
            })
        });
        let id = REMOVE.get(at).filter(|_| may_go);
        let words = [remove, words::others(t), words::remove_button(t)];
        view! {
            <li>
                <p>{team::factor_since(t, day(t, one.added, now), what)}</p>
                {opens}
                {id.map(|id| self.step(id, words, run))}
            </li>
        }
        .into_any()
    }

    fn add_app(self) -> AnyView {
        let new = self.session.with_value(NewSeed::make);
        let (seed, code) = (Rc::clone(&new.seed), new.code);
        let run: Run = Rc::new(move |password| {
            let seed = Rc::clone(&seed);
            Box::pin(async move {
                let session = self.session.get_value();
                let code = code.get_untracked();
                let added = factor::add_app(&session, Some(password), &seed, &code).await?;
                self.done(added.spare.0).await;
                Ok(())
            })
        });
        let t = self.t;
        let step = Step {
            id: "app-password",
            title: words::add_app(t),
            about: words::others(t),
            button: words::on_button(t),
            danger: false,
        };
        view! { <Confirm step t words=problem run before=Some(new.view(t, new.picture(t))) /> }
            .into_any()
    }

    fn add_passkey(self) -> AnyView {
        let run: Run = Rc::new(move |password| {
            Box::pin(async move {
                let session = self.session.get_value();
                // First, while the press still counts for the browser.
                let made = passkey::set_up(&session).await?;
                let added = factor::add_passkey(&session, Some(password), made).await?;
                self.done(added.spare.0).await;
                Ok(())
            })
        });
        let t = self.t;
        let words = [
            team::factor_add_passkey(t),
            team::factor_add_passkey_text(t),
            words::on_button(t),
        ];
        self.step("passkey-password", words, run)
    }

    fn renew(self) -> AnyView {
        let run: Run = Rc::new(move |password| {
            Box::pin(async move {
                let session = self.session.get_value();
                let codes = factor::renew_spare(&session, password).await?;
                self.done(codes.0).await;
                Ok(())
            })
        });
        let t = self.t;
        let words = [
            team::factor_renew(t),
            team::factor_renew_text(t),
            team::factor_renew_button(t),
        ];
        self.step("renew-password", words, run)
    }
}

/// What went wrong, in words.
fn problem(t: Texts, error: &Error) -> String {
    match error {
        Error::Refused(Refusal::WrongState) => words::passkey_failed(t).to_owned(),
        error => workplace::problem(t, error),
    }
}

/// The section.
#[component]
pub fn SecondFactor(
    /// Whose account.
    session: Session<Browser>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let shown = Shown {
        session: StoredValue::new(session),
        listed: RwSignal::new(None),
        codes: RwSignal::new(String::new()),
        t,
    };
    spawn_local(shown.load());
    let codes = move || {
        let codes = shown.codes.get();
        (!codes.is_empty()).then(|| view! { <Codes codes t /> }.into_any())
    };
    let list = move || {
        shown.listed.get().map(|listed| {
            let count = listed.factors.len();
            let may_go = count > 1;
            let rows = listed.factors.into_iter().enumerate();
            let rows = rows
                .map(|(at, one)| shown.one(at, one, may_go))
                .collect_view();
            view! {
                <ul>{rows}</ul>
                <p>{team::factor_left(t, listed.spare.into())}</p>
                {shown.renew()}
                {shown.add_app()}
                {listed.passkeys.then(|| shown.add_passkey())}
            }
            .into_any()
        })
    };
    view! {
        <section class="settings-part factors" aria-labelledby="factor-title">
            <h2 id="factor-title" tabindex="-1">{words::title(t)}</h2>
            <p>{words::about(t)}</p>
            {codes}
            {list}
        </section>
    }
}
