//! What people write: hour by hour, and in each hour everybody at once.
//!
//! A seeker signs in for each sitting and out after it. Counsellors sign in once, before the clock
//! is set back: a session that began later than now does not expire, and a desk that stays open
//! opens each key once.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use client::desk::{Desk, Seeker as SeekerSide, Side, Staff as StaffSide};
use client::inbox::Accepted;
use client::registration::{self, Draft, Form};
use domain::id::{AccountId, ConversationId};
use domain::topic::AgencyChoice;
use futures_util::future::try_join_all;

use super::actor::Machine;
use super::data::Seeker;
use super::{Actor, Agencies, Colleagues, DemoError, Operator, Show};

/// Hours before now, the longest ago first.
type Hour = Reverse<u32>;

/// What somebody writes in one sitting: seeker and message, by their places in the data.
type Sitting = Vec<(usize, usize)>;

/// Who sits down when: seekers and staff by key.
pub(super) fn sittings(seekers: &[Seeker]) -> BTreeMap<Hour, BTreeMap<Writer, Sitting>> {
    let mut hours = BTreeMap::<_, BTreeMap<_, Sitting>>::new();
    for (at, seeker) in seekers.iter().enumerate() {
        for (message, written) in seeker.messages.iter().enumerate() {
            let writer = match written.from.as_str() {
                "seeker" => Writer::Seeker(at),
                key => Writer::Staff(key.to_owned()),
            };
            let hour = hours.entry(Reverse(written.hours_ago)).or_default();
            hour.entry(writer).or_default().push((at, message));
        }
    }
    hours
}

/// Somebody who writes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Writer {
    /// By place in the data.
    Seeker(usize),
    /// By key.
    Staff(String),
}

/// A seeker after the enquiry.
struct Talk {
    actor: Actor,
    conversation: ConversationId,
}

type Talks = BTreeMap<usize, Talk>;

/// The counsellors' desks by key.
type Desks = BTreeMap<String, Desk<Machine, StaffSide>>;

/// What is there while people write.
struct Scene<'a> {
    staff: &'a Colleagues,
    desks: Desks,
    agencies: &'a Agencies,
    talks: Talks,
}

impl<O: Operator> Show<'_, O> {
    pub(super) async fn talk(
        &self,
        hours: BTreeMap<Hour, BTreeMap<Writer, Sitting>>,
        staff: &Colleagues,
        agencies: &Agencies,
    ) -> Result<(), DemoError> {
        self.set_hours_ago(0);
        let mut scene = Scene {
            staff,
            desks: open_desks(staff).await?,
            agencies,
            talks: Talks::new(),
        };
        for (Reverse(hours_ago), writers) in hours {
            self.set_hours_ago(hours_ago);
            let sitting = writers
                .iter()
                .map(|(writer, what)| self.sit(writer, what, &scene));
            let begun = try_join_all(sitting).await?;
            scene.talks.extend(begun.into_iter().flatten());
        }
        self.set_hours_ago(0);
        for colleague in staff.values() {
            colleague.actor.leave().await?;
        }
        Ok(())
    }

    /// One person's sitting; gives the talk if it begins with it.
    async fn sit(
        &self,
        writer: &Writer,
        what: &Sitting,
        scene: &Scene<'_>,
    ) -> Result<Option<(usize, Talk)>, DemoError> {
        match writer {
            Writer::Seeker(at) => match scene.talks.get(at) {
                None => {
                    let talk = self.enquire(self.seeker(*at)?, scene.agencies).await?;
                    Ok(Some((*at, talk)))
                }
                Some(talk) => {
                    let desk = talk.actor.desk::<SeekerSide>().await?;
                    for (_, message) in what {
                        let text = self.seeker(*at)?.text(*message);
                        write(&desk, talk.conversation, text).await?;
                    }
                    talk.actor.leave().await?;
                    Ok(None)
                }
            },
            Writer::Staff(key) => {
                let missing = || DemoError::Data(format!("no such counsellor: {key}"));
                let desk = scene.desks.get(key).ok_or_else(missing)?;
                desk.refresh().await?;
                for (at, message) in what {
                    let talk = scene.talks.get(at).ok_or(DemoError::NotThere)?;
                    let seeker = self.seeker(*at)?;
                    if desk.thread(talk.conversation).is_none() {
                        self.assign(key, seeker, talk.conversation, scene).await?;
                        desk.refresh().await?;
                    }
                    self.answer(desk, key, seeker, talk.conversation, *message, scene.staff)
                        .await?;
                }
                Ok(None)
            }
        }
    }

    fn seeker(&self, at: usize) -> Result<&Seeker, DemoError> {
        let missing = || DemoError::Data("a seeker is missing".to_owned());
        self.data.seekers.get(at).ok_or_else(missing)
    }

    /// The way of a seeker from the first screen to the enquiry.
    async fn enquire(&self, seeker: &Seeker, agencies: &Agencies) -> Result<Talk, DemoError> {
        let actor = Actor::new(&self.stage, &seeker.user_name, &seeker.password)?;
        let missing = || DemoError::Data(format!("no such agency: {}", seeker.agency));
        let agency = *agencies.get(&seeker.agency).ok_or_else(missing)?;
        let shown = client::agency::load(&actor.client, agency).await?;
        let draft = Draft::open(&actor.client).await?;
        draft.keep(Form {
            topic: Some(seeker.topic),
            postcode: seeker.postcode.clone(),
            agency: Some(agency),
            // Agencies that are in no list are reached by their links.
            link: shown
                .profile()
                .offer(seeker.topic)
                .is_some_and(|offer| offer.choice == AgencyChoice::LinkOnly),
            pseudonym: seeker.pseudonym.clone(),
            user_name: seeker.user_name.clone(),
            consent: Some(shown.legal().consent_version),
            answers: seeker.answers.clone(),
            text: seeker.text(0).to_owned(),
            ..Form::default()
        });
        draft.save().await?;
        let session = registration::register(&draft, actor.password().clone()).await?;
        let conversation = registration::submit(&draft, &session).await?;
        actor.leave().await?;
        Ok(Talk {
            actor,
            conversation,
        })
    }

    /// A counsellor's message: the first one follows the acceptance, the last one may put the
    /// conversation away.
    async fn answer(
        &self,
        desk: &Desk<Machine, StaffSide>,
        counsellor: &str,
        seeker: &Seeker,
        conversation: ConversationId,
        message: usize,
        staff: &Colleagues,
    ) -> Result<(), DemoError> {
        if desk.thread(conversation).is_none() {
            // Whoever stands in for a volunteer accompanies them already.
            let deputy = self.deputy(counsellor, seeker, staff);
            let deputy = deputy.filter(|_| !self.is_peer(counsellor, seeker));
            match desk.accept(conversation, deputy).await? {
                Accepted::Mine => {}
                Accepted::Taken { .. } => return Err(DemoError::NotThere),
            }
        }
        write(desk, conversation, seeker.text(message)).await?;
        if seeker.ends_with(message) {
            desk.archive(conversation, true).await?;
        }
        Ok(())
    }

    /// A volunteer's deputy gives them what they are to take.
    async fn assign(
        &self,
        counsellor: &str,
        seeker: &Seeker,
        conversation: ConversationId,
        scene: &Scene<'_>,
    ) -> Result<(), DemoError> {
        if !self.is_peer(counsellor, seeker) {
            return Ok(());
        }
        let people = &self.data.directory.staff;
        let volunteer = people.iter().find(|one| one.key == counsellor);
        let lead = volunteer.and_then(|one| one.deputy.as_ref());
        let desk = lead.and_then(|lead| scene.desks.get(lead));
        let desk = desk.ok_or(DemoError::NotThere)?;
        let to = scene.staff.get(counsellor).map(|one| one.account);
        Ok(desk.assign(conversation, to).await?)
    }

    /// Whether somebody volunteers in the agency that a seeker wrote to.
    fn is_peer(&self, counsellor: &str, seeker: &Seeker) -> bool {
        let people = &self.data.directory.staff;
        let mut people = people.iter().filter(|one| one.key == counsellor);
        people.any(|one| one.holds("peer", &seeker.agency))
    }

    /// Who stands in for a counsellor, where the agency lists both.
    fn deputy(&self, counsellor: &str, seeker: &Seeker, staff: &Colleagues) -> Option<AccountId> {
        let people = &self.data.directory.staff;
        let named = |key: &str| people.iter().find(|one| one.key == key);
        let deputy = named(named(counsellor)?.deputy.as_ref()?)?;
        let listed = deputy.is_deputy_in(&seeker.agency);
        let known = listed.then(|| staff.get(&deputy.key)).flatten()?;
        Some(known.account)
    }
}

async fn open_desks(staff: &Colleagues) -> Result<Desks, DemoError> {
    let opening = staff.iter().map(|(key, colleague)| async move {
        let session = colleague.actor.session().await?;
        Ok::<_, DemoError>((key.clone(), Desk::open(session, |_| {})))
    });
    Ok(try_join_all(opening).await?.into_iter().collect())
}

/// Writes in a conversation.
async fn write<S: Side>(
    desk: &Desk<Machine, S>,
    conversation: ConversationId,
    text: &str,
) -> Result<(), DemoError> {
    desk.send(conversation, text)?;
    desk.flush().await?;
    let thread = desk.thread(conversation);
    match thread.filter(|thread| thread.summary.being_sent == 0) {
        Some(_) => Ok(()),
        None => Err(DemoError::NotSent),
    }
}
