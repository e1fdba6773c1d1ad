//! Who is writing right now: said and heard over the live channel alone, kept nowhere.

use domain::id::{AccountId, ConversationId};
use domain::time::{SECOND, Timestamp};

use crate::desk::{Connection, Desk, Open, Side};
use crate::settings::{self, Switch};
use crate::world::World;

/// Milliseconds between two words that one is writing.
const BETWEEN: i64 = 3 * SECOND;
/// Milliseconds after which somebody who says nothing more is not writing any more.
const FADES: i64 = 6 * SECOND;

impl<W: World, S: Side> Desk<W, S> {
    /// A key was pressed: the others are told now and then, if the person wants them to be.
    pub(super) fn say_typing(&self, conversation: ConversationId) {
        let now = self.session().client().world().now();
        let often = |(of, at): (ConversationId, Timestamp)| {
            of == conversation && (0..BETWEEN).contains(&now.since(at))
        };
        if self.connection() == Connection::Live
            && !self.0.said.get().is_some_and(often)
            && settings::is_on(self.session(), Switch::Typing)
        {
            self.0.said.set(Some((conversation, now)));
            self.0.says.ring();
        }
    }

    /// Somebody is writing, says the server. Only members are believed to.
    pub(super) fn hear_typing(&self, conversation: ConversationId, account: AccountId) {
        let is_member = |open: &Open| {
            let persons = open.case.persons();
            persons.iter().any(|one| one.account == account && !one.own)
        };
        if !self
            .0
            .open
            .borrow()
            .get(&conversation)
            .is_some_and(is_member)
        {
            return;
        }
        let until = self.session().client().world().now().plus(FADES);
        let mut typists = self.0.typists.borrow_mut();
        typists.insert(conversation, (account, until));
        drop(typists);
        (self.0.changed)(crate::desk::Change::Thread(conversation));
    }

    /// Who writes in a conversation, by name.
    pub(super) fn typing(&self, conversation: ConversationId, open: &Open) -> Option<String> {
        let (account, _) = *self.0.typists.borrow().get(&conversation)?;
        let mut persons = open.case.persons().into_iter();
        persons
            .find(|one| one.account == account)
            .map(|one| one.name)
    }

    /// Milliseconds until somebody will have said nothing for a while.
    pub(super) fn fading(&self) -> Option<u32> {
        let typists = self.0.typists.borrow();
        let first = typists.values().map(|(_, until)| *until).min()?;
        let wait = first.since(self.session().client().world().now());
        u32::try_from(wait.clamp(0, FADES)).ok()
    }

    /// Forgets who has said nothing for a while.
    pub(super) fn forget_typists(&self) {
        let now = self.session().client().world().now();
        let mut typists = self.0.typists.borrow_mut();
        let mut over = Vec::new();
        typists.retain(|conversation, (_, until)| {
            // Also after the clock was set.
            let stays = (1..=FADES).contains(&until.since(now));
            if !stays {
                over.push(*conversation);
            }
            stays
        });
        drop(typists);
        for conversation in over {
            (self.0.changed)(crate::desk::Change::Thread(conversation));
        }
    }

    /// Their message is here: they are not writing it any more.
    pub(super) fn has_written(&self, conversation: ConversationId) {
        self.0.typists.borrow_mut().remove(&conversation);
    }
}
