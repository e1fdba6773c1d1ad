//! Whether somebody may join: the question of who counsels, and the seeker's answer, both signed
//! messages of type 6 in the conversation. The server learns of it by the statement alone.

use crypto::consent::ConsentTo;
use crypto::epoch::{MemberRole, Reason};
use crypto::message::ContentType;
use crypto::{Digest, Signed};
use domain::conversation::{CONSENT_WAIT_DAYS, ConversationRow};
use domain::id::{AccountId, AgencyId, ConversationId, MessageId};
use domain::time::DAY;

use crate::conversation::case::Read;
use crate::conversation::epochs::may_write;
use crate::conversation::sealing::new_message;
use crate::conversation::{Answer, Asked, Target};
use crate::desk::{Desk, Open, Side};
use crate::error::Error;
use crate::queue::Queued;
use crate::world::World;

/// What a question says it is about.
const PERSON: &str = "person";
const AGENCY: &str = "agency";

impl<W: World, S: Side> Desk<W, S> {
    /// The newest question that is still of use, and how it stands.
    pub(super) fn asked(&self, row: &ConversationRow, open: &Open) -> Option<Asked> {
        let (read, to) = open.question()?;
        let (_, shown) = read.about?;
        let world = self.session().client().world();
        let answer = match open.answer(read) {
            None => Answer::None,
            Some("") => Answer::No,
            Some(_) => {
                let today = world.now().day();
                let mut agreed = open.case.agreed(self.session(), &row.consents);
                match agreed.find(|consent| consent.to == to && today <= consent.expires) {
                    Some(consent) => Answer::Yes {
                        whole: consent.epoch_from == 0,
                    },
                    // Withheld, used or too old: it is as if nothing had been said.
                    None => Answer::None,
                }
            }
        };
        let asked = read.sent.start();
        Some(Asked {
            target: self.target(row.agency, to, shown),
            to,
            answer,
            asked,
            is_late: answer == Answer::None && world.now().since(asked) >= CONSENT_WAIT_DAYS * DAY,
        })
    }

    /// Whom a question names, if the agency's signed list says the same as whoever asked was shown.
    fn target(&self, agency: AgencyId, to: ConsentTo, shown: Digest) -> Option<Target> {
        let book = self.session().book();
        match to {
            ConsentTo::Account(account) => {
                let known = book.known(agency)?;
                let staff = known.current.staff(&account)?;
                (staff.identity_hash == shown).then(|| Target {
                    name: staff.name.clone(),
                    readers: Vec::new(),
                })
            }
            ConsentTo::Agency(agency) => {
                let known = book.known(agency)?;
                (root_digest(&known) == shown).then(|| Target {
                    name: known.name().to_owned(),
                    readers: known.readers().map(str::to_owned).collect(),
                })
            }
        }
    }

    /// Loads the agency that the question names, so that it can be shown.
    ///
    /// # Errors
    /// As [`crate::call`]; [`Error::Untrusted`] if it does not verify.
    pub async fn look_up(&self, conversation: ConversationId) -> Result<(), Error> {
        let agency = {
            let open = self.0.open.borrow();
            let question = open.get(&conversation).and_then(Open::question);
            match question {
                Some((_, ConsentTo::Agency(agency))) => agency,
                _ => return Ok(()),
            }
        };
        let session = self.session();
        session.book().agency(session, agency).await?;
        self.thread_changed(conversation);
        Ok(())
    }

    /// Sends a step of a handover, as [`Desk::send`] sends.
    pub(super) fn say_step(
        &self,
        conversation: ConversationId,
        about: (MessageId, Digest),
        text: &str,
    ) -> Result<MessageId, Error> {
        let session = self.session();
        let written = session.client().world().now();
        let queued = Queued {
            kind: ContentType::CONSENT,
            about: Some(about),
            ..Queued::new(new_message(session), text.to_owned(), written)
        };
        self.enqueue(conversation, queued)
    }
}

/// What stands for an agency in a question: its root.
pub(super) fn root_digest(agency: &crate::trust::Agency) -> Digest {
    Digest::of(agency.current.root_key.as_bytes())
}

/// A question's fields: whom it is about, and the word for what that is.
pub(super) fn question(to: ConsentTo) -> (MessageId, &'static str) {
    match to {
        ConsentTo::Account(account) => (MessageId::from_bytes(*account.as_bytes()), PERSON),
        ConsentTo::Agency(agency) => (MessageId::from_bytes(*agency.as_bytes()), AGENCY),
    }
}

impl Open {
    fn steps(&self) -> impl Iterator<Item = &Read> {
        let read = self.read.values().rev();
        let read = read.filter_map(|read| read.as_ref().ok());
        read.filter(|read| read.kind == ContentType::CONSENT)
    }

    /// The newest question of somebody who still counsels here, if nobody came since.
    pub(super) fn question(&self) -> Option<(&Read, ConsentTo)> {
        let newest = &self.case.newest()?.record;
        let asks = |read: &&Read| {
            let id = domain::conversation::MemberId::Account(read.sender);
            newest
                .find(&id)
                .is_some_and(|(_, member)| may_write(member) && member.role != MemberRole::Seeker)
        };
        let read = self.steps().find(asks)?;
        let (id, _) = read.about?;
        let to = match &read.body {
            crate::conversation::Body::Text(text) if text == PERSON => {
                ConsentTo::Account(AccountId::from_bytes(*id.as_bytes()))
            }
            crate::conversation::Body::Text(text) if text == AGENCY => {
                ConsentTo::Agency(AgencyId::from_bytes(*id.as_bytes()))
            }
            _ => return None,
        };
        let mut since = self.case.epochs().iter().rev();
        let mut since = since
            .by_ref()
            .take_while(|epoch| epoch.record.epoch > read.epoch);
        let passed = since.any(|epoch| {
            matches!(
                epoch.record.reason,
                Reason::Handover | Reason::Return | Reason::Accept
            )
        });
        (!passed).then_some((read, to))
    }

    /// What the seeker answered to a question; nothing stands for no.
    fn answer(&self, question: &Read) -> Option<&str> {
        let seeker = self.case.newest()?.record.seeker()?.id;
        let mut steps = self.steps();
        let answer = steps.find(|read| {
            domain::conversation::MemberId::Account(read.sender) == seeker
                && read.about == question.name()
        })?;
        match &answer.body {
            crate::conversation::Body::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The seeker's statement about whom a question names.
    pub(super) fn statement<W: World>(
        &self,
        session: &crate::Session<W>,
        row: &ConversationRow,
    ) -> Option<Signed<crypto::consent::Consent>> {
        let (_, to) = self.question()?;
        let today = session.client().world().now().day();
        let mut agreed = self.case.agreed(session, &row.consents);
        agreed.find(|consent| consent.to == to && today <= consent.expires)
    }
}
