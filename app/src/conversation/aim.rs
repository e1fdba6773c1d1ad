//! What is written next is about a message: an answer to it, or its new text.

use client::conversation::{Body, Thread};
use domain::id::MessageId;
use domain::writing::plain;
use leptos::prelude::*;

use crate::reactive::{Memo, RwSignal, Signal};
use crate::screen::fault::focus_id;
use crate::texts::{self, Texts};

/// Characters shown of the message.
const SHOWN: usize = 100;

/// What somebody wants with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Answer it.
    Quote,
    /// Give an own one another text.
    Edit,
    /// Take an own one back.
    Delete,
    /// Try again to send an own one that was refused.
    Retry,
}

/// The message that is written about; a handle, to be copied.
#[derive(Clone, Copy)]
pub struct Aim {
    at: RwSignal<Option<(Act, MessageId)>>,
    /// What stood in the field before a message was changed there.
    draft: RwSignal<String>,
}

impl Default for Aim {
    fn default() -> Self {
        Self {
            at: RwSignal::new(None),
            draft: RwSignal::new(String::new()),
        }
    }
}

impl Aim {
    /// What is written about, if anything.
    #[must_use]
    pub fn get(self) -> Option<(Act, MessageId)> {
        self.at.get_untracked()
    }

    /// Whether it is this that is done.
    #[must_use]
    pub fn is(self, act: Act) -> bool {
        self.get().is_some_and(|(done, _)| done == act)
    }

    /// From now on it is this message. One that is changed stands in the field; what stood there
    /// is kept as the draft.
    pub fn take(
        self,
        thread: Signal<Option<Thread>>,
        text: RwSignal<String>,
        to: (Act, MessageId),
    ) {
        self.stop(text);
        if to.0 == Act::Edit
            && let Some(said) = said(thread, to.1)
        {
            self.draft.set(text.get_untracked());
            text.set(said);
        }
        self.at.set(Some(to));
    }

    /// Nothing is written about any more. What was typed of a change is given up for the draft; of
    /// an answer it stays.
    pub fn stop(self, text: RwSignal<String>) {
        if self.is(Act::Edit) {
            text.set(self.draft.get_untracked());
        }
        self.at.set(None);
        focus_id("composer");
    }

    /// It was refused, because the message is gone or too old: what was typed is a message of its own.
    pub fn refused(self) {
        self.at.set(None);
    }

    /// It was sent: after a change the draft stands in the field again.
    pub fn sent(self, text: RwSignal<String>) {
        text.set(String::new());
        self.stop(text);
    }
}

/// The text of a message, as it is now.
fn said(thread: Signal<Option<Thread>>, id: MessageId) -> Option<String> {
    thread.with(|thread| {
        let mut items = thread.as_ref()?.items.iter();
        match &items.find(|item| item.id == id)?.body {
            Body::Text(text) => Some(text.clone()),
            _ => None,
        }
    })
}

/// One line above the field; it goes when the message goes.
#[component]
pub fn AimLine(
    /// What is written about.
    aim: Aim,
    /// The conversation.
    #[prop(into)]
    thread: Signal<Option<Thread>>,
    /// The field.
    text: RwSignal<String>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let shown = Memo::new(move |_| {
        let (_, id) = aim.at.get()?;
        Some(plain(&said(thread, id)?, SHOWN))
    });
    let stop = move |_| aim.stop(text);
    let words = move || match aim.is(Act::Edit) {
        true => texts::conversation::editing(t),
        false => texts::conversation::quoting(t),
    };
    view! {
        <div role="status">
            {move || shown.get().map(|said| view! {
                <div class="aim">
                    <p><b>{words()}</b>" "<span dir="auto">{said}</span></p>
                    <button type="button" class="button-quiet" on:click=stop>{texts::conversation::stop(t)}</button>
                </div>
            }.into_any())}
        </div>
    }
}
