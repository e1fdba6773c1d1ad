//! Fetching, and taking in what the live channel says.

use domain::Refusal;
use domain::conversation::{ConversationRow, ListConversations, LoadConversation, LoadHistory};
use domain::id::ConversationId;
use domain::map::Map;

use crate::call::call;
use crate::composer;
use crate::conversation::case::Case;
use crate::desk::{Change, Connection, Desk, Open, Side};
use crate::error::{Error, Untrusted};
use crate::queue;
use crate::reducer::{self, Need};
use crate::signal::race;
use crate::vault;
use crate::world::World;

/// Messages asked for at once.
pub(super) const PAGE: u32 = 200;

impl<W: World, S: Side> Desk<W, S> {
    /// Follows the live channel and sends what waits, until [`Desk::close`] or the session ends.
    pub async fn run(self) {
        let work = async {
            self.restore().await;
            if self.arrive().await {
                let writing = race(self.send_on(), self.write_on());
                race(self.follow(), race(writing, self.stay_on())).await;
            }
        };
        let keeping = race(self.watch(), self.keep_on());
        race(self.0.closing.heard(), race(work, keeping)).await;
        if self.connection() != Connection::SignedOut {
            self.set_connection(Connection::Closed);
        }
    }

    /// Fetches everything afresh.
    ///
    /// # Errors
    /// As [`call`]. What does not verify is no error: it is shown as exactly that.
    pub async fn refresh(&self) -> Result<(), Error> {
        let transport = self.session().client().transport();
        let rows = call(transport, ListConversations {}).await?;
        for row in &rows {
            self.open_row(row).await?;
        }
        {
            let mut state = self.0.state.borrow_mut();
            let inbox = std::mem::take(&mut state.inbox)
                .into_iter()
                .map(|(_, waiting)| waiting)
                .collect();
            state.put_all(rows, inbox);
            let kept: Vec<_> = state.conversations.keys().copied().collect();
            self.0
                .open
                .borrow_mut()
                .retain(|conversation, _| kept.contains(conversation));
        }
        S::fetch_inbox(self, true).await?;
        self.fulfil().await?;
        self.enter_anew().await;
        self.absorb_all();
        // Pins that are not saved now are saved with the next change.
        vault::save(self.session()).await.ok();
        self.0.loaded.set(true);
        (self.0.changed)(Change::List);
        self.keep_all();
        self.0.queued.ring();
        self.0.typed.ring();
        Ok(())
    }

    /// Loads a conversation's whole history, and keeps it whole from now on.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a conversation that is not one's own, or as [`call`].
    pub async fn show(&self, conversation: ConversationId) -> Result<(), Error> {
        let known = self
            .0
            .state
            .borrow()
            .conversations
            .contains_key(&conversation);
        if !known {
            self.fetch_row(conversation).await?;
        }
        if let Some(held) = self
            .0
            .state
            .borrow_mut()
            .conversations
            .get_mut(&conversation)
        {
            held.shown = true;
        }
        self.complete(conversation).await?;
        self.0.shown.set(Some(conversation));
        if self.load_draft(conversation).await.is_err() {
            self.look_soon();
        }
        self.thread_changed(conversation);
        Ok(())
    }

    /// A row that came with another answer.
    pub(super) async fn take_row(&self, row: ConversationRow) -> Result<(), Error> {
        let conversation = row.conversation;
        self.open_row(&row).await?;
        self.0.state.borrow_mut().put_row(row);
        self.absorb(conversation);
        self.thread_changed(conversation);
        // A new epoch may be one in which what waits can be sent.
        let waits = |open: &Open| open.queue.iter().any(|queued| queued.held.is_none());
        if self.0.open.borrow().get(&conversation).is_some_and(waits) {
            self.0.queued.ring();
        }
        Ok(())
    }

    pub(super) async fn fetch_row(&self, conversation: ConversationId) -> Result<(), Error> {
        let transport = self.session().client().transport();
        let row = call(transport, LoadConversation { conversation }).await?;
        if row.conversation != conversation {
            return Err(Error::Damaged);
        }
        self.take_row(row).await
    }

    /// Loads what is missing of a history.
    pub(super) async fn complete(&self, conversation: ConversationId) -> Result<(), Error> {
        loop {
            let after = {
                let state = self.0.state.borrow();
                let held = state.conversations.get(&conversation);
                let held = held.ok_or(Refusal::NotFound)?;
                (!held.is_complete()).then(|| held.contiguous())
            };
            let Some(after) = after else {
                self.note_withheld(conversation, false);
                break;
            };
            let request = LoadHistory {
                conversation,
                after,
                limit: PAGE,
            };
            let history = call(self.session().client().transport(), request).await?;
            // An answer without progress would be asked for ever.
            let goes_on = history.messages.first().map(|first| first.position) == Some(after + 1);
            self.note_withheld(conversation, !goes_on);
            if !goes_on {
                break;
            }
            self.0
                .state
                .borrow_mut()
                .put_messages(conversation, history.messages);
        }
        self.absorb(conversation);
        Ok(())
    }

    fn note_withheld(&self, conversation: ConversationId, withheld: bool) {
        if let Some(open) = self.0.open.borrow_mut().get_mut(&conversation) {
            open.withheld = withheld;
        }
    }

    pub(super) async fn open_row(&self, row: &ConversationRow) -> Result<(), Error> {
        let session = self.session();
        let mut case = Case::open(session, row).await?;
        let floor = self.0.floors.borrow().get(&row.conversation).copied();
        if floor.is_some_and(|floor| !floor.holds(case.len(), row.count)) {
            case.fault = case.fault.or(Some(Untrusted::Rollback));
        }
        let mut open = self.0.open.borrow_mut();
        match open.get_mut(&row.conversation) {
            // An epoch that was here is another one now: what was told before stays, and nothing
            // is sent any more.
            Some(known) if !case.agrees_with(&known.case) => {
                known.case.fault = Some(Untrusted::Fork);
            }
            Some(known) => {
                // A server that forgets an epoch gets nothing more out of this session.
                if case.len() >= known.case.len() {
                    known.case = case;
                    // Epochs that were here are the same; what did not open may open now.
                    known.read.retain(|_, read| read.is_ok());
                }
            }
            None => {
                let queue = queue::load(session, row.conversation)?;
                let new = Open {
                    case,
                    read: Map::new(),
                    edits: Map::new(),
                    looked_back: 0,
                    queue,
                    writing: composer::load(session, row.conversation),
                    chain: None,
                    marks: Map::new(),
                    seen: 0,
                    marked: None,
                    withheld: false,
                };
                open.insert(row.conversation, new);
            }
        }
        Ok(())
    }

    /// Asks for everything that events left open.
    pub(super) async fn fulfil(&self) -> Result<(), Error> {
        loop {
            let Some(need) = self.0.state.borrow_mut().take_need() else {
                return Ok(());
            };
            if let Err(error) = self.fulfil_one(need).await {
                self.0.state.borrow_mut().ask(need);
                return Err(error);
            }
        }
    }

    async fn fulfil_one(&self, need: Need) -> Result<(), Error> {
        match need {
            Need::Inbox => S::fetch_inbox(self, false).await,
            Need::History(conversation) => match self.complete(conversation).await {
                // It went meanwhile.
                Err(Error::Refused(Refusal::NotFound)) => Ok(()),
                other => {
                    other?;
                    self.thread_changed(conversation);
                    Ok(())
                }
            },
            Need::Row(conversation) => match self.fetch_row(conversation).await {
                Err(Error::Refused(Refusal::NotFound)) => {
                    self.forget(conversation);
                    Ok(())
                }
                other => {
                    other?;
                    // Accepted just now, perhaps, and waiting for the present identity.
                    self.enter_anew().await;
                    Ok(())
                }
            },
        }
    }

    /// Applies an event at its place; one that was seen is passed over, a hole ends the connection
    /// and what is missing comes with the next.
    pub(super) fn take_event(&self, seq: u64, event: domain::live::Event) -> Result<(), Error> {
        let conversation = match &event {
            domain::live::Event::Message { conversation, .. }
            | domain::live::Event::State { conversation, .. }
            | domain::live::Event::Label { conversation, .. }
            | domain::live::Event::Gone { conversation }
            | domain::live::Event::Mark { conversation, .. } => Some(*conversation),
            _ => None,
        };
        let gone;
        {
            let mut state = self.0.state.borrow_mut();
            let cursor = state.cursor.unwrap_or_default();
            if seq <= cursor {
                return Ok(());
            }
            if seq != cursor + 1 {
                return Err(Error::Unreachable);
            }
            gone = matches!(event, domain::live::Event::Gone { .. });
            if let domain::live::Event::Message { conversation, .. } = &event {
                self.has_written(*conversation);
            }
            if event == domain::live::Event::Unknown {
                self.0.outdated.set(true);
            }
            reducer::apply(&mut state, event);
            state.cursor = Some(seq);
        }
        match conversation {
            Some(conversation) if gone => self.forget(conversation),
            Some(conversation) => {
                self.absorb(conversation);
                self.thread_changed(conversation);
                (self.0.changed)(Change::Waiting);
            }
            None => {
                (self.0.changed)(Change::List);
                (self.0.changed)(Change::Waiting);
            }
        }
        Ok(())
    }
}
