//! Beginning the next epoch before something is written: an epoch ends after 500 messages or 90
//! days, or when one of its members has left (crypto.md 3.7).

use crypto::Signed;
use crypto::epoch::EpochKey;
use crypto::trust::Manifest;
use crypto::wrap::EpochWrap;
use domain::conversation::{AddressedWrap, RotateEpoch, epoch_is_over};
use domain::id::ConversationId;
use domain::{Blob, Refusal};

use crate::call::call;
use crate::conversation::epochs::rotation_record;
use crate::desk::{Desk, Open, Side};
use crate::error::{Error, Untrusted};
use crate::world::World;

impl<W: World, S: Side> Desk<W, S> {
    /// Whether the newest epoch is over, by what this client has read itself.
    pub(super) fn is_epoch_over(&self, conversation: ConversationId) -> bool {
        let now = self.session().client().world().now();
        let open = self.0.open.borrow();
        open.get(&conversation)
            .filter(|open| open.case.writable().is_some())
            .and_then(Open::written_in_newest)
            .is_some_and(|(messages, began)| epoch_is_over(messages, began.start(), now))
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
        let client = session.client();
        let platform = &client.platform().id;
        let rng = &mut client.world().random();
        let key = EpochKey::make(rng);
        let record = session.with_keys(|keys| Signed::author(record, &key, platform, &keys.sig))?;
        let mut wraps = Vec::with_capacity(record.members.len());
        for member in &record.members {
            let (slot, _) = before.record.find(&member.id).ok_or(Untrusted::Epoch)?;
            let identity = before
                .identity(usize::from(slot))
                .ok_or(Untrusted::Identity)?;
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
