//! Beginning the next epoch before something is written: an epoch ends after 500 messages or 90
//! days, or when one of its members has left (crypto.md 3.7).

use crypto::Signed;
use crypto::epoch::{EpochKey, EpochRecord};
use crypto::trust::Manifest;
use crypto::wrap::{EpochWrap, KemPublicKey};
use domain::conversation::{AddressedWrap, RotateEpoch, epoch_is_over};
use domain::id::{AgencyId, ConversationId};
use domain::{Blob, Refusal};

use crate::call::call;
use crate::conversation::epochs::{is_handed_over, return_record, rotation_record, with_identity};
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
            || is_left(open)
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

    /// Enters with the present identity wherever a former one still stands, and alone where somebody has
    /// handed over. What cannot be done now is done the next time, and before anything is written.
    pub(super) async fn enter_anew(&self) {
        let all: Vec<_> = {
            let open = self.0.open.borrow();
            let is_due = |open: &Open| self.is_former(open) || is_left(open);
            let due = open.iter().filter(|(_, open)| is_due(open));
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
        let agency = self.agency_of(conversation)?;
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
        self.begin(open, record, None)
    }

    /// Signs a record that follows the newest epoch, under a new key, and wraps that for its members;
    /// for one who joins also the keys of epochs before.
    pub(super) fn begin(
        &self,
        open: &Open,
        record: EpochRecord,
        joins: Option<Joins<'_>>,
    ) -> Result<RotateEpoch, Error> {
        let session = self.session();
        let before = open.case.newest().ok_or(Untrusted::Epoch)?;
        let was = record.author().ok_or(Untrusted::Epoch)?.identity_hash;
        // Who lets somebody in does nothing else: the present identity enters with the next epoch.
        let record = match joins {
            None => with_identity(record, session.identity().digest()),
            Some(_) => record,
        };
        let client = session.client();
        let platform = &client.platform().id;
        let rng = &mut client.world().random();
        let key = EpochKey::make(rng);
        let record = session.with_identity(&was, |_, keys| {
            Signed::author(record, &key, platform, &keys.sig)
        })??;
        let mut wraps = Vec::with_capacity(record.members.len());
        let mut wrap = |to, record: &Signed<EpochRecord>, key: &EpochKey, kem: &KemPublicKey| {
            let wrap = EpochWrap::seal(rng, platform, record, key, kem)?;
            wraps.push(AddressedWrap {
                to,
                wrap: Blob::from(wrap.as_bytes()),
            });
            Ok::<_, Error>(())
        };
        for member in &record.members {
            let Some((slot, _)) = before.record.find(&member.id) else {
                let joins = joins.as_ref().ok_or(Untrusted::Epoch)?;
                for epoch in open.case.epochs() {
                    let number = epoch.record.epoch;
                    if let Some(key) = epoch.key.as_ref().filter(|_| joins.reads(number)) {
                        wrap(member.id, &epoch.record, key, joins.key)?;
                    }
                }
                wrap(member.id, &record, &key, joins.key)?;
                continue;
            };
            let identity = match member.identity_hash == session.identity().digest() {
                true => session.identity(),
                false => before
                    .identity(usize::from(slot))
                    .ok_or(Untrusted::Identity)?,
            };
            wrap(member.id, &record, &key, &identity.kem_key)?;
        }
        Ok(RotateEpoch {
            conversation: record.conversation,
            epoch: Blob::from(record.as_bytes()),
            wraps,
        })
    }

    /// Asks for an epoch that lets somebody in; whoever was faster is not as good.
    pub(super) async fn let_in(&self, request: RotateEpoch) -> Result<(), Error> {
        let conversation = request.conversation;
        match call(self.session().client().transport(), request).await {
            Ok(row) if row.conversation == conversation => self.take_row(row).await,
            Ok(_) => Err(Error::Damaged),
            Err(Error::Refused(Refusal::EpochOutdated)) => {
                self.fetch_row(conversation).await?;
                Err(Error::Refused(Refusal::EpochOutdated))
            }
            Err(error) => Err(error),
        }
    }

    /// Gives a conversation back to its agency: everybody of the inbox may read the first epoch, and
    /// from `history_from` on; without it only what comes.
    pub(super) async fn put_back(
        &self,
        conversation: ConversationId,
        history_from: Option<u32>,
    ) -> Result<(), Error> {
        let session = self.session();
        let agency = self.agency_of(conversation)?;
        let agency = session.book().renew(session, agency).await?;
        let request = {
            let open = self.0.open.borrow();
            let open = open.get(&conversation).ok_or(Refusal::NotFound)?;
            let (before, ..) = open.case.writable().ok_or(Untrusted::Epoch)?;
            let next = before.record.epoch.saturating_add(1);
            let from = history_from.unwrap_or(next).min(next);
            let me = session.account();
            let record = return_record(&before.record, &agency.current, me, from);
            let joins = Joins {
                key: &agency.current.inbox_key,
                from,
                to: next,
                first: true,
            };
            self.begin(open, record.ok_or(Refusal::WrongState)?, Some(joins))?
        };
        self.let_in(request).await
    }

    /// The agency of a conversation's newest epoch.
    pub(super) fn agency_of(&self, conversation: ConversationId) -> Result<AgencyId, Error> {
        let open = self.0.open.borrow();
        let open = open.get(&conversation).ok_or(Refusal::NotFound)?;
        Ok(open.case.newest().ok_or(Untrusted::Epoch)?.record.agency)
    }
}

/// Who joins, and which epochs before they may read.
pub(super) struct Joins<'a> {
    pub(super) key: &'a KemPublicKey,
    pub(super) from: u32,
    pub(super) to: u32,
    /// The first epoch in any case.
    pub(super) first: bool,
}

impl Joins<'_> {
    fn reads(&self, epoch: u32) -> bool {
        self.first && epoch == 0 || (self.from..=self.to).contains(&epoch)
    }
}

/// Whether somebody has handed over to us or left us behind with somebody else: they read no more once
/// the next epoch begins.
fn is_left(open: &Open) -> bool {
    let writable = open.case.writable();
    writable.is_some_and(|(epoch, ..)| is_handed_over(&epoch.record))
}
