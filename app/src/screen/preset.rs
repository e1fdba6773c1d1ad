//! What a link brought along, behind `#`: read once and removed at once. The part before `#` is the old form.

use client::Error;
use client::agency::Agency;
use domain::Refusal;
use domain::account::Reference;
use domain::id::{AccountId, AgencyId};
use domain::language::Language;
use domain::topic::Topic;
use leptos::prelude::*;

use super::history::Screen;
use super::start::load_topics;
use super::state::{App, Notice};
use crate::agency::chosen::Proof;

/// What a link asks for. Whether it fits together is seen when it is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preset {
    /// A topic's slug or number.
    topic: Option<String>,
    agency: Asked<AgencyId>,
    counsellor: Asked<AccountId>,
    /// Five digits, unchecked.
    postcode: Option<String>,
    group: bool,
    reference: Option<Reference>,
    /// The language of the page with the link.
    pub language: Option<Language>,
}

/// Something that a link names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Asked<T> {
    #[default]
    Nothing,
    /// It is no id of this platform.
    Wrong,
    Id(T),
}

impl<T> Asked<T> {
    fn of<E>(read: Result<T, E>) -> Self {
        read.map_or(Self::Wrong, Self::Id)
    }
}

impl Preset {
    /// Reads the address; [`super::history::Places::open`] then removes it from there.
    #[must_use]
    pub fn take() -> Option<Self> {
        let location = window().location();
        let after = location.hash().unwrap_or_default();
        let before = location.search().unwrap_or_default();
        let preset = Self::parse(
            before
                .trim_start_matches('?')
                .split('&')
                .chain(after.trim_start_matches('#').split('&')),
        );
        (preset != Self::default()).then_some(preset)
    }

    fn parse<'a>(pairs: impl Iterator<Item = &'a str>) -> Self {
        let mut preset = Self::default();
        for (name, value) in pairs.filter_map(|pair| pair.split_once('=')) {
            match name {
                "topic" | "tid" => preset.topic = Some(value.to_owned()),
                "agency" | "aid" => preset.agency = Asked::of(AgencyId::from_hex(value)),
                "counsellor" | "cid" => preset.counsellor = Asked::of(AccountId::from_hex(value)),
                "lang" => preset.language = Language::from_word(value),
                "postcode" => preset.postcode = Some(value.to_owned()),
                "group" | "gcid" => preset.group = true,
                "ref" => preset.reference = Reference::parse(value),
                _ => {}
            }
        }
        preset
    }

    /// Uses it. What does not fit is explained, and leads to the free choice.
    pub async fn apply(self, app: App) {
        let known = load_topics(app).await.is_ok();
        let mut topic = self.topic.as_deref().and_then(|wanted| find(app, wanted));
        if known && self.topic.is_some() && topic.is_none() {
            app.notice.set(Some(Notice::UnknownTopic));
        }
        if self.group {
            app.notice.set(Some(Notice::Group));
        }
        let (agency, wish) = match (self.agency, self.counsellor) {
            (Asked::Id(agency), Asked::Id(counsellor)) => (Some(agency), Some(counsellor)),
            (Asked::Id(agency), Asked::Nothing) => (Some(agency), None),
            (Asked::Id(agency), Asked::Wrong) => {
                app.notice.set(Some(Notice::UnknownCounsellor));
                (Some(agency), None)
            }
            (Asked::Nothing, Asked::Nothing) => (None, None),
            _ => {
                app.notice.set(Some(Notice::UnknownAgency));
                (None, None)
            }
        };
        app.edit(|form| {
            form.topic = topic.as_ref().map(|topic| topic.id);
            form.agency = agency;
            form.link = agency.is_some();
            form.wish = wish;
            form.reference = self.reference;
            form.answers.clear();
            if let Some(postcode) = self.postcode {
                form.postcode = postcode;
            }
        });
        if topic.is_none() && agency.is_some() {
            topic = only_topic(app).await;
            app.edit(|form| form.topic = topic.as_ref().map(|topic| topic.id));
        }
        match topic {
            Some(topic) => {
                app.speak(topic.register).await;
                app.places.replace(Screen::Agency);
            }
            None => app.places.replace(Screen::Topic),
        }
    }
}

/// A topic by its slug or number.
fn find(app: App, wanted: &str) -> Option<Topic> {
    app.topics.with_untracked(|topics| {
        let fits = |topic: &&Topic| topic.slug == wanted || wanted.parse() == Ok(topic.id.0);
        topics.iter().find(fits).cloned()
    })
}

/// The agency of a link that names no topic: if it has only one, that is it; without any it is no way in.
async fn only_topic(app: App) -> Option<Topic> {
    let agency = match app.chosen.check(app).await {
        Proof::Good(agency) | Proof::Closed(agency) => agency,
        Proof::Bad(_, Error::Refused(Refusal::NotFound)) => {
            app.notice.set(Some(Notice::UnknownAgency));
            app.edit(|form| {
                form.agency = None;
                form.link = false;
                form.wish = None;
            });
            return None;
        }
        // The next screens show what is wrong with it, and how to try again.
        _ => return None,
    };
    let mut offered = offered(app, &agency);
    (offered.len() == 1).then(|| offered.remove(0))
}

/// The topics of an agency.
#[must_use]
pub fn offered(app: App, agency: &Agency) -> Vec<Topic> {
    let all = app.topics.get_untracked();
    let offers = |topic: &Topic| agency.profile().offer(topic.id).is_some();
    all.into_iter().filter(offers).collect()
}
