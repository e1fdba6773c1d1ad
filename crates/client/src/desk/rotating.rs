//! Beginning the next epoch before something is written: an epoch ends after 500 messages or 90
//! days, or when one of its members has left (crypto.md 3.7).

use crypto::Signed;
use crypto::epoch::EpochKey;
use crypto::trust::Manifest;
use crypto::wrap::EpochWrap;
use domain::conversation::{AddressedWrap, MemberId, RotateEpoch, epoch_is_over};
use domain::id::ConversationId;
use domain::{Blob, Refusal};

use crate::call::call;
use crate::conversation::epochs::{rotation_record, with_identity};
use crate::desk::{Desk, Open, Side};
use crate::error::{Error, Untrusted};
use crate::world::World;

impl<W: World, S: Side> Desk<W, S> {
    /// Whether the newest epoch is over, by what this client has read itself.
    pub(super) fn is_epoch_over(&self, conversation: ConversationId) -> bool {
        let now = self.session().client().world().now();
        let all = self.0.open.borrow();
        let Some(open) = all
            .get(&conversation)
            .filter(|open| open.case.writable().is_some())
        else {
            return false;
        };
        self.is_former(open)
            || open
                .written_in_newest()
                .is_some_and(|(messages, began)| epoch_is_over(messages, began.start(), now))
    }

    /// Whether the newest epoch knows us under an identity that we had before. An enquiry that
    /// waits goes on under it until somebody accepts.
    fn is_former(&self, open: &Open) -> bool {
        let Some((epoch, _, slot)) = open.case.writable() else {
            return false;
        };
        let me = epoch.record.member(slot).map(|me| me.identity_hash);
        !epoch.record.has_inbox() && me != Some(self.session().identity().digest())
    }

    /// Enters with the present identity wherever a former one still stands. What cannot be done now
    /// is done the next time, and before anything is written.
    pub(super) async fn enter_anew(&self) {
        let all: Vec<_> = {
            let open = self.0.open.borrow();
            let due = open.iter().filter(|(_, open)| self.is_former(open));
            due.map(|(conversation, _)| *conversation).collect()
        };
        for conversation in all {
            self.rotate(conversation).await.ok();
        }
    }

    /// Begins the next epoch with those who are still listed. Somebody who was faster is as good.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] if nobody who counsels would be left; as [`call`].
    pub(super) async fn rotate(&self, conversation: ConversationId) -> Result<(), Error> {
        let agency = {
            let open = self.0.open.borrow();
            let open = open.get(&conversation).ok_or(Refusal::NotFound)?;
            open.case.newest().ok_or(Untrusted::Epoch)?.record.agency
        };
        let session = self.session();
        let agency = session.book().renew(session, agency).await?;
        let request = self.next_epoch(conversation, &agency.current)?;
        match call(session.client().transport(), request).await {
            Ok(row) if row.conversation == conversation => self.take_row(row).await,
            Ok(_) => Err(Error::Damaged),
            Err(Error::Refused(Refusal::EpochOutdated)) => self.fetch_row(conversation).await,
            Err(error) => Err(error),
        }
    }

    fn next_epoch(
        &self,
        conversation: ConversationId,
        manifest: &Signed<Manifest>,
    ) -> Result<RotateEpoch, Error> {
        let session = self.session();
        let open = self.0.open.borrow();
        let open = open.get(&conversation).ok_or(Refusal::NotFound)?;
        let (before, ..) = open.case.writable().ok_or(Untrusted::Epoch)?;
        let record = rotation_record(&before.record, manifest, session.account())
            .ok_or(Refusal::WrongState)?;
        let was = record.author().ok_or(Untrusted::Epoch)?.identity_hash;
        let record = with_identity(record, session.identity().digest());
        let client = session.client();
        let platform = &client.platform().id;
        let rng = &mut client.world().random();
        let key = EpochKey::make(rng);
        let record = session.with_identity(&was, |_, keys| {
            Signed::author(record, &key, platform, &keys.sig)
        })??;
        let mut wraps = Vec::with_capacity(record.members.len());
        for member in &record.members {
            let (slot, _) = before.record.find(&member.id).ok_or(Untrusted::Epoch)?;
            let identity = match member.id == MemberId::Account(session.account()) {
                true => session.identity(),
                false => before
                    .identity(usize::from(slot))
                    .ok_or(Untrusted::Identity)?,
            };
            let wrap = EpochWrap::seal(rng, platform, &record, &key, &identity.kem_key)?;
            wraps.push(AddressedWrap {
                to: member.id,
                wrap: Blob::from(wrap.as_bytes()),
            });
        }
        Ok(RotateEpoch {
            conversation,
            epoch: Blob::from(record.as_bytes()),
            wraps,
        })
    }
}
