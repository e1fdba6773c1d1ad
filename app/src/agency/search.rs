//! The search for an agency: what it knows, and what it does when something is typed or chosen.

use crate::reactive::{RwSignal, StoredValue};
use client::Error;
use client::agency::{Agency, Found, Topical};
use domain::Refusal;
use domain::agency::Roles;
use domain::id::{AccountId, AgencyId};
use domain::postcode::{Postcode, PostcodeTable};
use domain::topic::{AgencyChoice, Topic, TopicId};
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

/// What is searched: it comes while the postcode is being typed.
struct Kept {
    topical: Topical,
    /// Without the table the list still stands, only without distances.
    table: Option<PostcodeTable>,
}

/// What the search knows.
#[derive(Clone, Copy)]
pub(super) struct Search {
    pub(super) app: App,
    pub(super) faults: Faults,
    pub(super) found: RwSignal<Option<Found>>,
    kept: StoredValue<Option<Kept>>,
    loading: StoredValue<bool>,
    pub(super) busy: RwSignal<bool>,
    pub(super) shown: RwSignal<usize>,
    /// Why a link's agency was not taken.
    pub(super) aside: RwSignal<Option<&'static str>>,
}

impl Search {
    pub(super) fn new(app: App, faults: Faults) -> Self {
        Self {
            app,
            faults,
            found: RwSignal::new(None),
            kept: StoredValue::new(None),
            loading: StoredValue::new(false),
            busy: RwSignal::new(false),
            shown: RwSignal::new(FIRST),
            aside: RwSignal::new(None),
        }
    }

    /// Looks for agencies, if there is enough to look with.
    pub(super) fn start(self, topic: &Topic) {
        // Who waited for the topics or an agency's proof may have left the screen.
        let Some(kept) = self.kept.try_with_value(Option::is_some) else {
            return;
        };
        let list = topic.agency_choice == AgencyChoice::List;
        let wanted = !list || self.postcode().is_some();
        if !wanted {
            self.found.set(None);
            self.app.chosen.clear();
        }
        self.busy.set(wanted);
        if kept {
            spawn_local(self.look());
        } else if !self.loading.get_value() {
            self.loading.set_value(true);
            spawn_local(self.load(topic.id, list));
        }
    }

    fn postcode(self) -> Option<Postcode> {
        Postcode::parse(&self.app.with_untracked(|form| form.postcode.clone())).ok()
    }

    async fn load(self, topic: TopicId, list: bool) {
        let table = if list { load_table().await } else { None };
        let session = self.app.talks.desk().map(|desk| desk.session().clone());
        let topical = match session {
            Some(session) => Topical::load_as(&session, topic).await,
            None => Topical::load(&self.app.client(), topic).await,
        };
        // The screen has gone.
        if self.loading.try_set_value(false).is_some() {
            return;
        }
        match topical {
            Ok(topical) => {
                self.kept.set_value(Some(Kept { topical, table }));
                self.look().await;
            }
            // While nothing is asked for, nothing has failed: the next digit tries again.
            Err(error) if self.busy.get_untracked() => {
                self.busy.set(false);
                self.faults.one("", words(self.app.t(), &error));
            }
            Err(_) => {}
        }
    }

    async fn look(self) {
        if !self.busy.get_untracked() {
            return;
        }
        self.busy.set(false);
        let postcode = self.postcode();
        let found = self.kept.with_value(|kept| {
            let kept = kept.as_ref()?;
            let table = kept.table.as_ref();
            Some(
                self.app
                    .with_untracked(|form| kept.topical.find(postcode, &form.answers, table)),
            )
        });
        if let Some(found) = found {
            self.take(found).await;
        }
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

    /// An answer may change which agencies fit.
    pub(super) fn answered(self) {
        let Some(topic) = untrack(|| self.app.topic()) else {
            return;
        };
        let free = self.app.with_untracked(|form| !form.link);
        if free && topic.agency_choice != AgencyChoice::LinkOnly {
            self.start(&topic);
        }
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
            Proof::Good(agency) => {
                let wish = self.app.with_untracked(|form| form.wish);
                if wish.is_some_and(|wish| !counsels(&agency, wish)) {
                    self.app.edit(|form| form.wish = None);
                    self.aside.set(Some(texts::agency::preset_counsellor(t)));
                }
                return;
            }
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
            form.wish = None;
        });
        self.start(topic);
    }
}

/// Whether somebody counsels there, by the verified manifest.
fn counsels(agency: &Agency, account: AccountId) -> bool {
    agency.roles(account).has(Roles::COUNSELLOR)
}

async fn load_table() -> Option<PostcodeTable> {
    let bytes = assets::load(&mount::asset("postcodes")?).await.ok()?;
    PostcodeTable::unpack(&bytes).ok()
}
