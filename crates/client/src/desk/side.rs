//! The two sides of counselling: what staff has is not linked into a seeker's program.

use std::cell::RefCell;
use std::rc::Rc;

use domain::id::{AccountId, ConversationId};
use domain::inbox::{ListInbox, WaitingEnquiry};
use domain::map::Map;

use crate::call::call;
use crate::conversation::epochs::Acceptance;
use crate::desk::{Change, Desk};
use crate::error::{Error, Untrusted};
use crate::freshness;
use crate::inbox::{self, Accepted, Agencies, Attempt, Opened, Waiting};
use crate::trust::Agency;
use crate::world::World;
use domain::Refusal;

/// Seeker or staff.
#[expect(async_fn_in_trait, reason = "single-threaded by design")]
pub trait Side: Sized + 'static {
    /// What this side remembers beside the conversations.
    type Hold: Default;

    /// Fetches what waits, and opens what is new. `afresh` also fetches the own agencies.
    async fn fetch_inbox<W: World>(desk: &Desk<W, Self>, afresh: bool) -> Result<(), Error>;
}

/// The seeker's side: nothing waits.
#[derive(Debug)]
pub enum Seeker {}

/// The side of counsellors and administration.
#[derive(Debug)]
pub enum Staff {}

/// What staff remembers: own agencies with the keys to their inboxes, opened enquiries.
#[derive(Default)]
pub struct StaffHold(RefCell<Inbox>);

impl StaffHold {
    /// One's own agencies.
    pub(super) fn agencies(&self) -> Rc<Agencies> {
        Rc::clone(&self.0.borrow().agencies)
    }
}

#[derive(Default)]
struct Inbox {
    agencies: Rc<Agencies>,
    fault: Option<Untrusted>,
    opened: Map<ConversationId, Result<Rc<Opened>, Untrusted>>,
}

impl Side for Seeker {
    type Hold = ();

    async fn fetch_inbox<W: World>(_: &Desk<W, Self>, _: bool) -> Result<(), Error> {
        Ok(())
    }
}

impl Side for Staff {
    type Hold = StaffHold;

    async fn fetch_inbox<W: World>(desk: &Desk<W, Self>, afresh: bool) -> Result<(), Error> {
        if afresh {
            desk.fetch_agencies().await?;
        }
        let session = desk.session();
        let list = match call(session.client().transport(), ListInbox {}).await {
            // Staff that reads no inbox anywhere.
            Err(Error::Refused(Refusal::NotAllowed)) => Vec::new(),
            other => other?,
        };
        let hold = &desk.0.hold.0;
        // What waits again is another one than before.
        let is_known = |one: &&WaitingEnquiry| match hold.borrow().opened.get(&one.conversation) {
            Some(Ok(opened)) => opened.epochs() == one.epochs.len(),
            Some(Err(_)) => true,
            None => false,
        };
        let new: Vec<_> = list.iter().filter(|one| !is_known(one)).collect();
        let mut renewed = afresh;
        for enquiry in new {
            let mut opened = desk.open_enquiry(enquiry).await;
            // A new agency, or a new inbox key, since the agencies were fetched.
            if matches!(
                opened,
                Err(Error::Untrusted(Untrusted::Agency | Untrusted::Key))
            ) && !renewed
            {
                renewed = true;
                desk.fetch_agencies().await?;
                opened = desk.open_enquiry(enquiry).await;
            }
            let opened = match opened {
                Ok(opened) => Ok(Rc::new(opened)),
                Err(Error::Untrusted(why)) => Err(why),
                Err(Error::Refused(Refusal::NotFound) | Error::Damaged) => Err(Untrusted::Manifest),
                Err(error) => return Err(error),
            };
            hold.borrow_mut()
                .opened
                .insert(enquiry.conversation, opened);
        }
        hold.borrow_mut()
            .opened
            .retain(|conversation, _| list.iter().any(|one| one.conversation == *conversation));
        desk.0.state.borrow_mut().put_inbox(list);
        (desk.0.changed)(Change::Waiting);
        Ok(())
    }
}

impl<W: World> Desk<W, Staff> {
    /// What waits at one's agencies, the longest waiting first.
    #[must_use]
    pub fn waiting(&self) -> Vec<Waiting> {
        let hold = self.0.hold.0.borrow();
        let state = self.0.state.borrow();
        let mut waiting: Vec<_> = state
            .inbox
            .values()
            .map(|enquiry| {
                let opened = match hold.opened.get(&enquiry.conversation) {
                    Some(Ok(opened)) => Ok(&**opened),
                    Some(Err(why)) => Err(*why),
                    None => Err(Untrusted::Key),
                };
                inbox::describe(self.session(), &hold.agencies, enquiry, opened)
            })
            .collect();
        waiting.sort_by_key(|one| (one.received, one.conversation));
        waiting
    }

    /// One's own agencies, verified.
    #[must_use]
    pub fn agencies(&self) -> Vec<Rc<Agency>> {
        self.0.hold.0.borrow().agencies.all().cloned().collect()
    }

    /// Why an own agency could not be verified and is left out, if so.
    #[must_use]
    pub fn agencies_untrusted(&self) -> Option<Untrusted> {
        self.0.hold.0.borrow().fault
    }

    /// Accepts an enquiry: one wins, the other learns who was faster; the lists are right at once
    /// in both cases. `deputy` is a wish, among those listed as deputies.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for what does not wait any more, [`Error::Untrusted`] for what could
    /// not be verified, or as [`call`].
    pub async fn accept(
        &self,
        conversation: ConversationId,
        deputy: Option<AccountId>,
    ) -> Result<Accepted, Error> {
        // Who gave it to a volunteer accompanies them.
        let assigned = {
            let state = self.0.state.borrow();
            let waits = state.inbox.get(&conversation);
            waits.and_then(|waits| waits.assigned)
        };
        let named = Acceptance {
            deputy,
            companion: assigned.map(|assigned| assigned.by),
        };
        for _ in 0..3 {
            let (agencies, opened) = {
                let hold = self.0.hold.0.borrow();
                let opened = hold.opened.get(&conversation).ok_or(Refusal::NotFound)?;
                (Rc::clone(&hold.agencies), opened.clone()?)
            };
            match inbox::accept(self.session(), &agencies, &opened, named).await? {
                Attempt::Renew => self.fetch_agencies().await?,
                Attempt::Taken(by) => {
                    let name = opened
                        .agency()
                        .and_then(|agency| self.name_in(&agencies, agency, by));
                    self.no_longer_waiting(conversation);
                    return Ok(Accepted::Taken { by: name });
                }
                Attempt::Row(row) if row.conversation != conversation => {
                    return Err(Error::Damaged);
                }
                Attempt::Row(row) => {
                    self.take_row(*row).await?;
                    self.check_accepted(conversation)?;
                    self.no_longer_waiting(conversation);
                    // What was read in the inbox is not new.
                    self.mark_read(conversation).await.ok();
                    return Ok(Accepted::Mine);
                }
            }
        }
        Err(Error::Refused(Refusal::ManifestOutdated))
    }

    /// An answer that shows another acceptance than one's own is none.
    fn check_accepted(&self, conversation: ConversationId) -> Result<(), Untrusted> {
        let open = self.0.open.borrow();
        let case = open.get(&conversation).map(|open| &open.case);
        match case {
            Some(case) if case.is_accepted_by_me() => Ok(()),
            Some(case) => Err(case.fault.unwrap_or(Untrusted::Epoch)),
            None => Err(Untrusted::Epoch),
        }
    }

    fn name_in(
        &self,
        agencies: &Agencies,
        agency: domain::id::AgencyId,
        who: AccountId,
    ) -> Option<String> {
        let agency = agencies.all().find(|one| one.id() == agency)?;
        agency.person(who).map(str::to_owned)
    }

    fn no_longer_waiting(&self, conversation: ConversationId) {
        self.0.state.borrow_mut().inbox.remove(&conversation);
        self.0.hold.0.borrow_mut().opened.remove(&conversation);
        (self.0.changed)(Change::Waiting);
    }

    pub(super) async fn fetch_agencies(&self) -> Result<(), Error> {
        let (agencies, fault) = Agencies::load(self.session()).await?;
        for agency in agencies.all() {
            // Said again at the next start; it must not keep anybody from working.
            freshness::report(self.session(), agency).await.ok();
        }
        {
            let mut hold = self.0.hold.0.borrow_mut();
            hold.agencies = Rc::new(agencies);
            hold.fault = fault;
            hold.opened.retain(|_, opened| opened.is_ok());
        }
        crate::vault::save(self.session()).await
    }

    async fn open_enquiry(&self, enquiry: &WaitingEnquiry) -> Result<Opened, Error> {
        let agencies = Rc::clone(&self.0.hold.0.borrow().agencies);
        inbox::open(self.session(), &agencies, enquiry).await
    }
}
