//! The seeker's side of who comes and goes: agreeing, refusing, asking the agency for somebody else.

use crypto::Signed;
use crypto::consent::Consent;
use domain::conversation::{CONSENT_DAYS, GiveConsent};
use domain::id::ConversationId;
use domain::time::Day;
use domain::{Blob, Refusal};

use crate::call::call;
use crate::conversation::about;
use crate::desk::{Desk, Open, Seeker};
use crate::error::{Error, Untrusted};
use crate::world::World;

impl<W: World> Desk<W, Seeker> {
    /// Agrees that whom the question names may join: they read everything, or only what comes from
    /// then on.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] without a question; as [`call`].
    pub async fn agree(&self, conversation: ConversationId, whole: bool) -> Result<(), Error> {
        let session = self.session();
        let (consent, question) = {
            let open = self.0.open.borrow();
            let open = open.get(&conversation).ok_or(Refusal::NotFound)?;
            let (read, to) = open.question().ok_or(Refusal::NotFound)?;
            let (epoch, _, slot) = open.case.writable().ok_or(Untrusted::Epoch)?;
            let record = &epoch.record;
            let me = record.member(slot).ok_or(Untrusted::Epoch)?;
            let next = record.epoch.saturating_add(1);
            let today = session.client().world().now().day();
            let consent = Consent {
                conversation,
                to,
                epoch_from: if whole { 0 } else { next },
                epoch_to: if whole { record.epoch } else { next },
                expires: Day(today.0.saturating_add(CONSENT_DAYS)),
            };
            let platform = &session.client().platform().id;
            let consent = session.with_identity(&me.identity_hash, |_, keys| {
                Signed::sign(consent, platform, &keys.sig)
            })??;
            (consent, read.name().ok_or(Refusal::NotFound)?)
        };
        let request = GiveConsent {
            consent: Blob::from(consent.as_bytes()),
        };
        call(session.client().transport(), request).await?;
        self.fetch_row(conversation).await?;
        self.say_step(
            conversation,
            question,
            &about::text(consent.digest().as_bytes()),
        )?;
        Ok(())
    }

    /// Says no to the question; nobody joins.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] without a question.
    pub fn refuse(&self, conversation: ConversationId) -> Result<(), Error> {
        let question = {
            let open = self.0.open.borrow();
            let question = open.get(&conversation).and_then(Open::question);
            question.and_then(|(read, _)| read.name())
        };
        self.say_step(conversation, question.ok_or(Refusal::NotFound)?, "")?;
        Ok(())
    }

    /// Gives the conversation to the agency's team, where nobody who counsels is left: they read
    /// everything, or the first message and what comes.
    ///
    /// # Errors
    /// As [`call`]; [`Refusal::EpochOutdated`] if somebody was faster.
    pub async fn ask_agency(&self, conversation: ConversationId, whole: bool) -> Result<(), Error> {
        self.put_back(conversation, whole.then_some(0)).await
    }
}
