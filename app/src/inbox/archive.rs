//! Putting a conversation away, and bringing it back: one button, which is its own undo.

use crate::reactive::{Memo, RwSignal};
use client::Error;
use client::conversation::Summary;
use domain::Refusal;
use domain::conversation::State;
use domain::id::ConversationId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::conversation::moment;
use crate::team::keys::{self, Action};
use crate::team::office::use_office;
use crate::team::problem;
use crate::texts::{Texts, inbox};

/// The button, and what came of it.
#[component]
pub fn ArchiveButton(
    /// Which.
    conversation: ConversationId,
    /// How it stands.
    summary: Memo<Option<Summary>>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let busy = RwSignal::new(false);
    let fault = RwSignal::new(String::new());
    let is_archived = Memo::new(move |_| {
        summary.with(|one| one.as_ref().is_some_and(|one| one.state == State::Archived))
    });
    let turn = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let wanted = !is_archived.get_untracked();
        spawn_local(async move {
            let said = match office.desk().archive(conversation, wanted).await {
                Ok(()) => String::new(),
                Err(Error::Refused(Refusal::VersionOutdated)) => inbox::archive_new(t).to_owned(),
                Err(error) => problem(t, &error),
            };
            fault.try_set(said);
            busy.try_set(false);
        });
    };
    let kept = Memo::new(move |_| summary.with(|one| one.as_ref().and_then(|one| one.kept_until)));
    let says = move || match (fault.get(), is_archived.get(), kept.get()) {
        (fault, true, Some(day)) if fault.is_empty() => {
            let until = inbox::kept_until(t, moment::date_of(t, day));
            [inbox::archive_done(t), " ", &until].concat()
        }
        (fault, true, None) if fault.is_empty() => inbox::archive_done(t).to_owned(),
        (fault, ..) => fault,
    };
    view! {
        <div class="entry-archive">
            <button
                type="button"
                class="button button-quiet"
                data-archive=""
                aria-disabled=move || busy.get().then_some("true")
                on:click=move |_| turn()
            >
                {move || if is_archived.get() { inbox::reopen(t) } else { inbox::archive(t) }}
                " "
                <kbd aria-hidden="true">{keys::key(Action::PutAway)}</kbd>
            </button>
            <p class="quiet" role="status">{says}</p>
        </div>
    }
}
