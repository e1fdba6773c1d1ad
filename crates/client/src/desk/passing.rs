//! Passing a conversation on: giving it back, asking the seeker, handing over. Staff only.

use crypto::consent::ConsentTo;
use domain::Refusal;
use domain::agency::Roles;
use domain::conversation::MemberId;
use domain::id::{AccountId, ConversationId};
use domain::inbox::AssignEnquiry;

use crate::agency::{Card, Topical};
use crate::call::call;
use crate::conversation::epochs::handover_record;
use crate::desk::handing::{question, root_digest};
use crate::desk::rotating::Joins;
use crate::desk::{Desk, Staff};
use crate::error::{Error, Untrusted};
use crate::trust::Colleague;
use crate::world::World;

impl<W: World> Desk<W, Staff> {
    /// Gives a conversation back to the agency's inbox: its members may read the first message and what
    /// comes from now on.
    ///
    /// # Errors
    /// [`Refusal::WrongState`] while it waits; [`Refusal::EpochOutdated`] if somebody was faster; as
    /// [`call`].
    pub async fn give_back(&self, conversation: ConversationId) -> Result<(), Error> {
        // What was said before still goes out under the key of before.
        self.flush().await?;
        self.put_back(conversation, None).await
    }

    /// Colleagues to whom a conversation can be handed over: they counsel, and are no members of it.
    #[must_use]
    pub fn successors(&self, conversation: ConversationId) -> Vec<Colleague> {
        let open = self.0.open.borrow();
        let newest = open.get(&conversation).and_then(|open| open.case.newest());
        let Some(record) = newest.map(|epoch| &epoch.record) else {
            return Vec::new();
        };
        let hold = self.0.hold.agencies();
        let mut agencies = hold.all();
        let Some(agency) = agencies.find(|agency| agency.id() == record.agency) else {
            return Vec::new();
        };
        let mut all = agency.colleagues();
        all.retain(|one| {
            one.roles.has(Roles::COUNSELLOR)
                && !one.roles.has(Roles::PEER)
                && record.find(&MemberId::Account(one.account)).is_none()
        });
        all
    }

    /// Other agencies of the same association for the topic of a conversation.
    ///
    /// # Errors
    /// As [`call`]; [`Error::Untrusted`] if the directory does not verify.
    pub async fn other_agencies(&self, conversation: ConversationId) -> Result<Vec<Card>, Error> {
        let topic = {
            let state = self.0.state.borrow();
            let held = state.conversations.get(&conversation);
            held.ok_or(Refusal::NotFound)?.row.topic
        };
        let session = self.session();
        let own = self.agency_of(conversation)?;
        let own = session.book().agency(session, own).await?;
        let topical = Topical::load_as(session, topic).await?;
        let mut cards = topical.of(own.association());
        cards.retain(|card| card.id != own.id());
        Ok(cards)
    }

    /// Asks the seeker whether somebody may take over, and says why.
    ///
    /// # Errors
    /// [`Error::Untrusted`] if whom it is about does not verify; [`Error::TooLong`]; as [`call`].
    pub async fn ask_handover(
        &self,
        conversation: ConversationId,
        to: ConsentTo,
        why: &str,
    ) -> Result<(), Error> {
        let session = self.session();
        let shown = match to {
            ConsentTo::Account(account) => {
                let agency = self.agency_of(conversation)?;
                let agency = session.book().renew(session, agency).await?;
                let staff = agency.current.staff(&account);
                staff.ok_or(Refusal::NotFound)?.identity_hash
            }
            ConsentTo::Agency(agency) => {
                root_digest(&*session.book().renew(session, agency).await?)
            }
        };
        let (id, word) = question(to);
        self.say_step(conversation, (id, shown), word)?;
        if !why.trim().is_empty() {
            self.send(conversation, why)?;
        }
        Ok(())
    }

    /// Hands over to whom the seeker agreed.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] without a statement of the seeker's that holds; [`Refusal::EpochOutdated`]
    /// if somebody was faster; as [`call`].
    pub async fn hand_over(&self, conversation: ConversationId) -> Result<(), Error> {
        self.flush().await?;
        let session = self.session();
        let consent = {
            let (open, state) = (self.0.open.borrow(), self.0.state.borrow());
            let open = open.get(&conversation).ok_or(Refusal::NotFound)?;
            let held = state.conversations.get(&conversation);
            let row = &held.ok_or(Refusal::NotFound)?.row;
            open.statement(session, row).ok_or(Refusal::NotFound)?
        };
        // Whose identities these are, the newest list says.
        self.fetch_agencies().await?;
        let agency = self.agency_of(conversation)?;
        let agency = session.book().renew(session, agency).await?;
        let (person, inbox);
        let key = match consent.to {
            ConsentTo::Account(account) => {
                let staff = agency.current.staff(&account).ok_or(Refusal::NotFound)?;
                let hold = self.0.hold.agencies();
                person = hold
                    .identity(agency.id(), &staff.identity_hash)
                    .filter(|identity| identity.account == account)
                    .ok_or(Untrusted::Identity)?;
                &person.kem_key
            }
            ConsentTo::Agency(agency) => {
                inbox = session.book().renew(session, agency).await?;
                &inbox.current.inbox_key
            }
        };
        let request = {
            let open = self.0.open.borrow();
            let open = open.get(&conversation).ok_or(Refusal::NotFound)?;
            let (before, ..) = open.case.writable().ok_or(Untrusted::Epoch)?;
            let me = session.account();
            let record = handover_record(&before.record, &agency.current, me, &consent);
            let joins = Joins {
                key,
                from: consent.epoch_from,
                to: consent.epoch_to,
                first: false,
            };
            self.begin(open, record.ok_or(Refusal::WrongState)?, Some(joins))?
        };
        self.let_in(request).await
    }

    /// Says who is to take what waits, or nobody.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for what does not wait; [`Refusal::NotAllowed`] for somebody who cannot
    /// take it; as [`call`].
    pub async fn assign(
        &self,
        conversation: ConversationId,
        to: Option<AccountId>,
    ) -> Result<(), Error> {
        let transport = self.session().client().transport();
        call(transport, AssignEnquiry { conversation, to }).await?;
        <Staff as super::Side>::fetch_inbox(self, false).await
    }
}
