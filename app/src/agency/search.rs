//! The search for an agency: what it knows, and what it does when something is typed or chosen.

use client::Error;
use client::agency::Found;
use domain::Refusal;
use domain::id::AgencyId;
use domain::postcode::{Postcode, PostcodeTable};
use domain::topic::{AgencyChoice, Topic};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::chosen::{Proof, does_not_fit};
use crate::browser::assets;
use crate::mount;
use crate::screen::App;
use crate::screen::fault::{Faults, words};
use crate::texts;

/// How many cards are shown before "more".
const FIRST: usize = 4;

/// What the search knows.
#[derive(Clone, Copy)]
pub(super) struct Search {
    pub(super) app: App,
    pub(super) faults: Faults,
    pub(super) found: RwSignal<Option<Found>, LocalStorage>,
    table: StoredValue<Option<PostcodeTable>, LocalStorage>,
    pub(super) busy: RwSignal<bool>,
    turn: StoredValue<u32>,
    pub(super) shown: RwSignal<usize>,
    /// Why a link's agency was not taken.
    pub(super) aside: RwSignal<Option<&'static str>>,
}

impl Search {
    pub(super) fn new(app: App, faults: Faults) -> Self {
        Self {
            app,
            faults,
            found: RwSignal::new_local(None),
            table: StoredValue::new_local(None),
            busy: RwSignal::new(false),
            turn: StoredValue::new(0),
            shown: RwSignal::new(FIRST),
            aside: RwSignal::new(None),
        }
    }

    /// Looks for agencies, if there is enough to look with.
    pub(super) fn start(self, topic: &Topic) {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        let postcode = Postcode::parse(&self.app.with_untracked(|form| form.postcode.clone())).ok();
        if topic.agency_choice == AgencyChoice::List && postcode.is_none() {
            // Whatever is still on its way belongs to another postcode.
            self.busy.set(false);
            self.found.set(None);
            self.app.chosen.clear();
            return;
        }
        let topic = topic.id;
        self.busy.set(true);
        spawn_local(async move {
            let kept = self.table.get_value();
            let table = match (kept, postcode) {
                (None, Some(_)) => load_table().await,
                (kept, _) => kept,
            };
            // Without the table the list still stands, only without distances.
            self.table.set_value(table.clone());
            let session = self.app.talks.desk().map(|desk| desk.session().clone());
            let found = match session {
                Some(session) => {
                    client::agency::find_as(&session, topic, postcode, table.as_ref()).await
                }
                None => {
                    client::agency::find(&self.app.client(), topic, postcode, table.as_ref()).await
                }
            };
            // Another search has begun, or the screen has gone.
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.busy.set(false);
            match found {
                Ok(found) => self.take(found).await,
                Err(error) => self.faults.one("", words(self.app.t(), &error)),
            }
        });
    }

    async fn take(self, found: Found) {
        self.faults.clear();
        self.shown.set(FIRST);
        let chosen = self.app.with_untracked(|form| form.agency);
        let still = chosen.filter(|id| found.cards.iter().any(|card| card.id == *id));
        let only = (found.cards.len() == 1)
            .then(|| found.cards.first().map(|card| card.id))
            .flatten();
        self.found.set(Some(found));
        self.choose(still.or(only)).await;
    }

    pub(super) async fn choose(self, id: Option<AgencyId>) {
        self.app.edit(|form| {
            form.agency = id;
            form.link = false;
        });
        self.app.chosen.check(self.app).await;
    }

    /// Proves the agency of a link; if it does not fit, says why and lets choose freely.
    pub(super) async fn check_link(self, topic: Topic) {
        let t = self.app.t();
        let why = match self.app.chosen.check(self.app).await {
            Proof::Closed(_) => texts::agency::preset_closed(t),
            Proof::Bad(_, Error::Refused(Refusal::NotFound)) => texts::agency::preset_unknown(t),
            Proof::Bad(_, error) if does_not_fit(&error) => texts::agency::preset_topic(t),
            _ => return,
        };
        self.aside.set(Some(why));
        self.app.chosen.clear();
        self.free(&topic);
    }

    pub(super) fn free(self, topic: &Topic) {
        self.app.edit(|form| {
            form.agency = None;
            form.link = false;
        });
        self.start(topic);
    }
}

async fn load_table() -> Option<PostcodeTable> {
    let bytes = assets::load(&mount::asset("postcodes")?).await.ok()?;
    PostcodeTable::unpack(&bytes).ok()
}
