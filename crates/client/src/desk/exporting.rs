//! Everything of the own conversations, to be taken along.

use domain::account::Secretive;

use crate::account::confirm;
use crate::conversation::Thread;
use crate::desk::{Desk, Side};
use crate::error::Error;
use crate::world::World;

impl<W: World, S: Side> Desk<W, S> {
    /// All own conversations with their whole histories, the newest first. The password keeps
    /// whoever finds the page open from taking them.
    ///
    /// # Errors
    /// [`domain::Refusal::WrongCredentials`], or as [`crate::call()`]. A history of which the server keeps
    /// something back is given as it is.
    pub async fn everything(&self, password: Secretive) -> Result<Vec<Thread>, Error> {
        let session = self.session();
        // Only who knows the password, and shows the second factor if there is one, gets further.
        confirm(session, password).await?;
        let list = self.list();
        for one in &list {
            self.complete(one.conversation).await?;
        }
        let threads = list.iter().filter_map(|one| self.thread(one.conversation));
        Ok(threads.collect())
    }
}
