//! What is being written: kept in the tab at once, on the server after a pause.

use std::convert::Infallible;

use domain::Refusal;
use domain::conversation::{LoadDraft, SaveDraft};
use domain::id::ConversationId;
use domain::wire::Empty;

use crate::call::call;
use crate::composer::{self, Choice};
use crate::desk::{Desk, Open, Side};
use crate::error::Error;
use crate::signal::{First, race};
use crate::world::World;

/// Milliseconds without a keystroke after which a draft is saved.
const PAUSE: u32 = 700;
/// Pauses are waited for this often; then it is saved in between.
const LONGEST: u32 = 15;
/// Milliseconds that leaving waits for a save.
const FAREWELL: u32 = 2_000;
/// How often a save is tried against other devices' saves.
const TRIES: usize = 4;

impl<W: World, S: Side> Desk<W, S> {
    /// What is being written in a conversation.
    #[must_use]
    pub fn draft(&self, conversation: ConversationId) -> String {
        match self.0.open.borrow().get(&conversation) {
            Some(open) => open.writing.text().to_owned(),
            None => composer::load(self.session(), conversation)
                .text()
                .to_owned(),
        }
    }

    /// Keeps what is being written: at once in the tab, after a pause on the server.
    ///
    /// # Errors
    /// [`Error::TooLong`].
    pub fn keep_draft(&self, conversation: ConversationId, text: &str) -> Result<(), Error> {
        let mut all = self.0.open.borrow_mut();
        let Some(open) = all.get_mut(&conversation) else {
            return composer::keep(self.session(), conversation, text);
        };
        open.writing.set(text);
        self.0.typed.ring();
        if !text.is_empty() {
            self.say_typing(conversation);
        }
        open.writing.keep(self.session(), conversation)
    }

    /// The person has chosen between what was written here and elsewhere at once.
    ///
    /// # Errors
    /// [`Error::TooLong`] if both together have no room: they stand in the field all the same.
    pub fn settle_draft(&self, conversation: ConversationId, choice: Choice) -> Result<(), Error> {
        let kept = self.with_writing(conversation, |open| {
            open.writing.settle(choice);
            open.writing.keep(self.session(), conversation)
        });
        self.0.typed.ring();
        self.thread_changed(conversation);
        kept.unwrap_or(Ok(()))
    }

    /// Saves what was typed since the last save, now: the page is put aside.
    ///
    /// # Errors
    /// As [`call`]; it is tried again as long as the desk runs.
    pub async fn save_drafts(&self) -> Result<(), Error> {
        let all: Vec<_> = self.0.open.borrow().keys().copied().collect();
        for conversation in all {
            match self.save_draft(conversation).await {
                // Stays in the field, which says so, and is saved once it is shorter.
                Err(Error::TooLong) => {}
                other => other?,
            }
        }
        Ok(())
    }

    /// Saves what was typed, for a short while, and closes the desk: the last thing before signing
    /// out.
    pub async fn leave(&self) {
        self.save_for_a_while().await;
        self.close();
    }

    pub(super) async fn save_for_a_while(&self) {
        let world = self.session().client().world();
        race(self.save_drafts(), world.sleep(FAREWELL)).await;
    }

    /// Loads what other devices have written.
    ///
    /// # Errors
    /// As [`call`].
    pub(super) async fn load_draft(&self, conversation: ConversationId) -> Result<(), Error> {
        let writes = self.with_writing(conversation, |open| open.case.writable().is_some());
        if writes != Some(true) {
            return Ok(());
        }
        let transport = self.session().client().transport();
        let stored = call(transport, LoadDraft { conversation }).await?.draft;
        let taken = self.with_writing(conversation, |open| {
            let session = self.session();
            // Left behind in this tab by the enquiry.
            if open.writing.is_new() {
                open.writing = composer::load(session, conversation);
            }
            open.writing.take(session, conversation, stored.as_ref())?;
            open.writing.keep(session, conversation)
        });
        self.thread_changed(conversation);
        taken.unwrap_or(Ok(()))
    }

    async fn save_draft(&self, conversation: ConversationId) -> Result<(), Error> {
        for _ in 0..TRIES {
            let next = self.with_writing(conversation, |open| {
                // What was sent stays saved until it has arrived.
                if open.writing.is_empty() && !open.queue.is_empty() {
                    return Ok(None);
                }
                open.writing.next(self.session(), conversation)
            });
            let Some(draft) = next.transpose()?.flatten() else {
                return Ok(());
            };
            let request = SaveDraft {
                conversation,
                draft: draft.clone(),
            };
            match call(self.session().client().transport(), request).await {
                Ok(Empty {}) => {
                    self.with_writing(conversation, |open| {
                        open.writing.saved(&draft);
                        open.writing.keep(self.session(), conversation).ok();
                    });
                }
                Err(Error::Refused(Refusal::VersionOutdated)) => {
                    self.load_draft(conversation).await?;
                }
                Err(Error::Refused(Refusal::NotFound | Refusal::NotAllowed)) => {
                    self.with_writing(conversation, |open| open.writing.stop());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Saves after each pause; what could not be saved is tried again after a while.
    pub(super) async fn write_on(&self) -> Infallible {
        let world = self.session().client().world();
        let mut failures = 0;
        loop {
            self.0.typed.heard().await;
            for _ in 0..LONGEST {
                if let First::Left(()) = race(world.sleep(PAUSE), self.0.typed.heard()).await {
                    break;
                }
            }
            let wait = match self.keep_up().await {
                Ok(wait) => {
                    failures = 0;
                    wait
                }
                Err(_) => {
                    failures += 1;
                    Some(self.back_off(failures))
                }
            };
            if let Some(wait) = wait {
                race(world.sleep(wait), self.0.typed.heard()).await;
                self.0.typed.ring();
            }
        }
    }

    /// Saves drafts, tells what was read: everything beside the messages. Gives the milliseconds
    /// until there is more to tell. For programs that do not [`Desk::run`].
    ///
    /// # Errors
    /// As [`call`].
    pub async fn keep_up(&self) -> Result<Option<u32>, Error> {
        self.look().await?;
        self.look_back().await?;
        self.save_drafts().await?;
        self.save_seen().await
    }

    /// Compares with what other devices have written, where somebody looks; soon.
    pub(super) fn look_soon(&self) {
        self.0.looking.set(true);
        self.0.typed.ring();
    }

    async fn look(&self) -> Result<(), Error> {
        let Some(conversation) = self.0.shown.get().filter(|_| self.0.looking.get()) else {
            return Ok(());
        };
        self.load_draft(conversation).await?;
        self.0.looking.set(false);
        Ok(())
    }

    fn with_writing<T>(
        &self,
        conversation: ConversationId,
        with: impl FnOnce(&mut Open) -> T,
    ) -> Option<T> {
        self.0.open.borrow_mut().get_mut(&conversation).map(with)
    }
}
