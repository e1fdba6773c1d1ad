//! Deleting a conversation, and noticing that one was deleted.

use domain::Refusal;
use domain::account::Secretive;
use domain::conversation::{DeleteConversation, retention};
use domain::id::ConversationId;
use domain::time::Day;

use crate::account::confirm;
use crate::call::call;
use crate::composer;
use crate::desk::{Change, Desk, Open, Side};
use crate::error::Error;
use crate::queue;
use crate::world::World;

impl<W: World, S: Side> Desk<W, S> {
    /// Deletes a conversation at once, for everybody. Its seeker's to do, with the password.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`]; [`Refusal::NotAllowed`] for staff; or as [`call`]. One that is
    /// gone already is no error.
    pub async fn delete(
        &self,
        conversation: ConversationId,
        password: Secretive,
    ) -> Result<(), Error> {
        let session = self.session();
        let request = DeleteConversation {
            conversation,
            confirmation: confirm(session, password).await?,
        };
        match call(session.client().transport(), request).await {
            Ok(_) | Err(Error::Refused(Refusal::NotFound)) => {
                self.forget(conversation);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// There is no such conversation any more, or it is not ours: nothing of it stays here.
    pub(super) fn forget(&self, conversation: ConversationId) {
        self.0.state.borrow_mut().forget(conversation);
        self.0.open.borrow_mut().remove(&conversation);
        queue::keep(self.session(), conversation, &[]).ok();
        composer::forget(self.session(), conversation);
        self.thread_changed(conversation);
        (self.0.changed)(Change::Waiting);
    }
}

impl Open {
    /// The day on which a conversation that was put away on `closed` is deleted, as its agency has
    /// signed.
    pub(super) fn kept_until(&self, closed: Day) -> Option<Day> {
        let days = self.case.newest()?.manifest.policy.retention_days;
        Some(Day(closed.0.saturating_add(retention(days).into())))
    }
}
