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
}

/// The message that is written about; a handle, to be copied.
#[derive(Clone, Copy)]
pub struct Aim(RwSignal<Option<(Act, MessageId)>>);

impl Default for Aim {
    fn default() -> Self {
        Self(RwSignal::new(None))
    }
}

impl Aim {
    /// What is written about, if anything.
    #[must_use]
    pub fn get(self) -> Option<(Act, MessageId)> {
        self.0.get_untracked()
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
        self.stop(thread, text);
        if to.0 == Act::Edit
            && let Some(said) = said(thread, to.1)
        {
            text.set(said);
        }
        self.0.set(Some(to));
    }

    /// Nothing is written about any more. What was typed of a change is given up for the draft; of
    /// an answer it stays.
    pub fn stop(self, thread: Signal<Option<Thread>>, text: RwSignal<String>) {
        if self.is(Act::Edit) {
            thread.with(|thread| {
                if let Some(thread) = thread {
                    text.set(thread.draft.text.clone());
                }
            });
        }
        self.0.set(None);
        focus_id("composer");
    }

    /// It was sent: the draft stands in the field again, if there is one.
    pub fn sent(self, thread: Signal<Option<Thread>>, text: RwSignal<String>) {
        text.set(String::new());
        self.stop(thread, text);
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
        let (_, id) = aim.0.get()?;
        Some(plain(&said(thread, id)?, SHOWN))
    });
    let stop = move |_| aim.stop(thread, text);
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
