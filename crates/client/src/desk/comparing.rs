//! Who can read a conversation, and the words by which people compare whom they have before them.

use crypto::Digest;
use crypto::epoch::MemberId;
use crypto::fingerprint::Code;
use domain::Refusal;
use domain::id::{AccountId, ConversationId};

use crate::conversation::about;
use crate::conversation::case::Case;
use crate::conversation::{Compared, Reader, Seen};
use crate::desk::{Desk, Open, Side};
use crate::error::Error;
use crate::session::Session;
use crate::vault;
use crate::world::World;

impl<W: World, S: Side> Desk<W, S> {
    /// Who can read a conversation, since when, and the eight words of each; the words take a moment.
    #[must_use]
    pub fn readers(&self, conversation: ConversationId) -> Vec<Reader> {
        let all = self.0.open.borrow();
        let Some((open, epoch)) = all
            .get(&conversation)
            .and_then(|open| Some((open, open.case.newest()?)))
        else {
            return Vec::new();
        };
        let persons = open.case.persons().into_iter();
        let readers = persons.filter_map(|person| {
            let (slot, member) = epoch.record.find(&MemberId::Account(person.account))?;
            let identity = epoch.identity(slot.into())?;
            Some(Reader {
                words: Code::of_identity(identity).words(),
                compared: compared(self.session(), person.account, member.identity_hash),
                whole: member.history_from == 0,
                since: open.joined(person.account),
                person,
            })
        });
        readers.collect()
    }

    /// Notes that the words of somebody were compared and are right; what was compared before counts no
    /// more.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for who is no member; as [`crate::call`] if it could not be saved: then it
    /// counts until the end of the session.
    pub async fn compare(
        &self,
        conversation: ConversationId,
        account: AccountId,
    ) -> Result<(), Error> {
        let hash = {
            let open = self.0.open.borrow();
            let case = open.get(&conversation).map(|open| &open.case);
            let epoch = case.and_then(Case::newest).ok_or(Refusal::NotFound)?;
            let (_, member) = epoch
                .record
                .find(&MemberId::Account(account))
                .ok_or(Refusal::NotFound)?;
            member.identity_hash
        };
        let session = self.session();
        session.set_setting(&setting(account), &about::text(hash.as_bytes()));
        self.thread_changed(conversation);
        self.0.queued.ring();
        vault::save(session).await
    }

    /// What this account has seen of the platform: for comparing with somebody else's.
    #[must_use]
    pub fn connection_proof(&self, conversation: ConversationId) -> Option<Seen> {
        let agency = self.agency_of(conversation).ok()?;
        let agency = self.session().book().known(agency)?;
        let (seq, digest, day) = agency.head();
        Some(Seen {
            seq,
            digest: *digest.as_bytes(),
            day,
            words: Code::of_agency(&agency.id(), &agency.current.root_key).words(),
            agency: agency.name().to_owned(),
        })
    }
}

impl Open {
    /// When somebody could read for the first time, as far as messages tell: the first that was written
    /// under a key that they were given.
    fn joined(&self, account: AccountId) -> Option<domain::time::Timestamp> {
        let id = MemberId::Account(account);
        let mut epochs = self.case.epochs().iter();
        let first = epochs.find(|epoch| epoch.record.find(&id).is_some())?;
        let mut read = self.read.values().filter_map(|read| read.as_ref().ok());
        let read = read.find(|read| read.epoch >= first.record.epoch)?;
        Some(read.sent.start())
    }

    /// Members whom this account has compared, and who are others now: nothing is sent to them until
    /// the person has compared again.
    pub(super) fn changed<W: World>(&self, session: &Session<W>) -> Vec<AccountId> {
        let newest = self.case.newest();
        let members = newest.map(|epoch| epoch.record.members.as_slice());
        let members = members.unwrap_or_default().iter();
        let changed = members.filter_map(|member| match member.id {
            MemberId::Account(account)
                if compared(session, account, member.identity_hash) == Compared::Changed =>
            {
                Some(account)
            }
            _ => None,
        });
        changed.collect()
    }
}

fn compared<W: World>(session: &Session<W>, account: AccountId, now: Digest) -> Compared {
    match session.setting(&setting(account)) {
        None => Compared::No,
        Some(before) if before == about::text(now.as_bytes()) => Compared::Yes,
        Some(_) => Compared::Changed,
    }
}

fn setting(account: AccountId) -> String {
    ["compared-", &account.to_hex()].concat()
}
