//! The demonstration: made through `client` against a running server, as browsers would, so that
//! every signature and every ciphertext is real.

mod actor;
mod data;

use std::collections::BTreeMap;
use std::rc::Rc;

use client::admin::{
    AgencyRoot, CodeWords, NewAgency, NewAssociation, NewManifest, publish_directory,
    publish_manifest,
};
use client::desk::{Seeker as SeekerSide, Staff as StaffSide};
use client::inbox::Accepted;
use client::registration::{self, Draft, Form};
use client::{Platform, SystemRandom, make_id};
use domain::id::{AccountId, AgencyId, AssociationId, ConversationId, InvitationId};
use domain::time::{HOUR, Timestamp};

use crate::demo::actor::{Actor, Colleague, Stage};
use crate::demo::data::{Data, Seeker};
use crate::person::{Clock, system_time};

/// What only the operator's command line may do.
#[expect(async_fn_in_trait, reason = "the demonstration runs on one thread")]
pub trait Operator {
    /// Invites somebody to a staff account; of no association while there is none.
    ///
    /// # Errors
    /// In the operator's words.
    async fn invite(&self, association: Option<AssociationId>) -> Result<InvitationId, String>;

    /// Lists a platform admin, with the root's signature, after comparing the identity's code.
    ///
    /// # Errors
    /// In the operator's words.
    async fn certify_admin(&self, account: AccountId, code: CodeWords) -> Result<(), String>;

    /// Sets the server's clock, so that the conversations began days ago; `None`: the system's
    /// again. A server that cannot stays in the present: then only the messages' own times, which
    /// their authors' devices tell, lie in the past.
    fn set_clock(&self, now: Option<Timestamp>) {
        let _ = now;
    }

    /// Tells how far it is, in a few words.
    fn progress(&self, what: &str);
}

/// Why the demonstration could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The data contradict themselves.
    #[error("the demonstration's data: {0}")]
    Data(String),
    /// A step of the protocol failed.
    #[error("a step of the protocol: {0}")]
    Client(#[from] client::Error),
    /// The operator's part failed.
    #[error("the operator's part: {0}")]
    Operator(String),
    /// The server took an enquiry away before it was accepted.
    #[error("an enquiry is not there")]
    NotThere,
    /// A message was not sent.
    #[error("a message was not sent")]
    NotSent,
}

/// An account to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whether it belongs to `/team`.
    pub staff: bool,
    /// The user name.
    pub user_name: String,
    /// The password, which everybody may know.
    pub password: String,
    /// What to say about it, in German.
    pub about: String,
}

/// The accounts of the demonstration, staff first.
///
/// # Errors
/// [`DemoError::Data`].
pub fn accounts() -> Result<Vec<Account>, DemoError> {
    let data = Data::read()?;
    let staff = data.directory.staff.into_iter().map(|staff| Account {
        staff: true,
        user_name: staff.user_name,
        password: staff.password,
        about: staff.about,
    });
    let seekers = data.seekers.into_iter().map(|seeker| Account {
        staff: false,
        about: seeker.pseudonym,
        user_name: seeker.user_name,
        password: seeker.password,
    });
    Ok(staff.chain(seekers).collect())
}

/// Makes the demonstration on an empty platform that is being served at `authority` (`host:port`).
///
/// The future is not `Send`: run it with `block_on` of a runtime, or on a `LocalSet`.
///
/// # Errors
/// The first step that fails; what was made until then stays.
pub async fn make(
    authority: &str,
    platform: Platform,
    operator: &impl Operator,
) -> Result<(), DemoError> {
    let data = Data::read()?;
    let stage = Stage {
        authority: authority.to_owned(),
        platform,
        clock: Rc::new(Clock::default()),
    };
    let show = Show {
        data,
        stage,
        operator,
        start: system_time(),
    };
    let done = show.run().await;
    operator.set_clock(None);
    done
}

struct Show<'a, O> {
    data: Data,
    stage: Stage,
    operator: &'a O,
    start: Timestamp,
}

/// A moment of a conversation.
struct Moment {
    hours_ago: u32,
    seeker: usize,
    /// Which of its messages.
    message: usize,
}

impl<O: Operator> Show<'_, O> {
    async fn run(&self) -> Result<(), DemoError> {
        let moments = self.moments();
        let first = moments.first().map_or(0, |moment| moment.hours_ago);
        self.set_hours_ago(first.saturating_add(24));
        let association = AssociationId::from_bytes(make_id(&mut SystemRandom));
        let staff = self.staff(association).await?;
        let agencies = self.directory(association, &staff).await?;
        self.operator.progress("Conversations");
        let mut talks: BTreeMap<usize, (Actor, ConversationId)> = BTreeMap::new();
        for moment in &moments {
            self.set_hours_ago(moment.hours_ago);
            let seeker = self.seeker(moment.seeker)?;
            match talks.get(&moment.seeker) {
                None => {
                    let talk = self.enquire(seeker, &agencies).await?;
                    talks.insert(moment.seeker, talk);
                }
                Some((actor, conversation)) => {
                    self.reply(seeker, moment.message, actor, *conversation, &staff)
                        .await?;
                }
            }
        }
        Ok(())
    }

    /// All messages of all conversations in the order of time.
    fn moments(&self) -> Vec<Moment> {
        let mut moments = Vec::new();
        for (at, seeker) in self.data.seekers.iter().enumerate() {
            for (message, written) in seeker.messages.iter().enumerate() {
                moments.push(Moment {
                    hours_ago: written.hours_ago,
                    seeker: at,
                    message,
                });
            }
        }
        moments.sort_by_key(|moment| {
            (
                std::cmp::Reverse(moment.hours_ago),
                moment.seeker,
                moment.message,
            )
        });
        moments
    }

    fn set_hours_ago(&self, hours: u32) {
        let now = self.start.plus(-i64::from(hours) * HOUR);
        self.stage.clock.set(Some(now));
        self.operator.set_clock(Some(now));
    }

    fn seeker(&self, at: usize) -> Result<&Seeker, DemoError> {
        let missing = || DemoError::Data("a seeker is missing".to_owned());
        self.data.seekers.get(at).ok_or_else(missing)
    }

    /// Registers the staff: first the platform admin, whom the root certifies.
    async fn staff(
        &self,
        association: AssociationId,
    ) -> Result<BTreeMap<String, Colleague>, DemoError> {
        let mut staff = BTreeMap::new();
        let mut people: Vec<_> = self.data.directory.staff.iter().collect();
        people.sort_by_key(|one| !one.platform_admin);
        for one in people {
            self.operator.progress(&one.display);
            // The association is there once an admin has entered it.
            let known = (!one.platform_admin).then_some(association);
            let invitation = self
                .operator
                .invite(known)
                .await
                .map_err(DemoError::Operator)?;
            let actor = Actor::new(&self.stage, &one.user_name, &one.password)?;
            let session = actor.register(invitation).await?;
            let colleague = Colleague {
                account: session.account(),
                code: session.code(),
                actor,
            };
            if one.platform_admin {
                self.operator
                    .certify_admin(colleague.account, colleague.code)
                    .await
                    .map_err(DemoError::Operator)?;
                self.enter_association(association, &colleague, one).await?;
            }
            staff.insert(one.key.clone(), colleague);
        }
        Ok(staff)
    }

    async fn enter_association(
        &self,
        association: AssociationId,
        admin: &Colleague,
        person: &data::Staff,
    ) -> Result<(), DemoError> {
        let entered = &self.data.directory.association;
        let mut admins = Vec::new();
        if person.administers_association() {
            admins.push((admin.account, admin.code, person.display.clone()));
        }
        let new = NewAssociation {
            association,
            name: entered.name.clone(),
            legal: entered.legal(),
            admins,
        };
        let session = admin.actor.session().await?;
        Ok(publish_directory(&session, &[new], &[]).await?)
    }

    /// Enters the agencies, and lists who works where.
    async fn directory(
        &self,
        association: AssociationId,
        staff: &BTreeMap<String, Colleague>,
    ) -> Result<BTreeMap<String, AgencyId>, DemoError> {
        self.operator.progress("Agencies");
        let directory = &self.data.directory;
        let mut people = directory.staff.iter();
        let admin = people.find(|one| one.platform_admin);
        let admin = admin.and_then(|admin| staff.get(&admin.key));
        let missing = || DemoError::Data("nobody is platform admin".to_owned());
        let session = admin.ok_or_else(missing)?.actor.session().await?;
        let rng = &mut SystemRandom;
        let paper = client::admin::NextRootSecret::make(rng);
        let mut roots = Vec::with_capacity(directory.agencies.len());
        for _ in &directory.agencies {
            roots.push(AgencyRoot::make(rng, &paper)?);
        }
        let both = || directory.agencies.iter().zip(&roots);
        let new: Vec<_> = both()
            .map(|(agency, root)| NewAgency {
                association,
                root,
                place: agency.place.clone(),
                name: agency.name.clone(),
            })
            .collect();
        publish_directory(&session, &[], &new).await?;
        for (agency, root) in both() {
            let mut listings = Vec::new();
            for one in &directory.staff {
                if let (Some(roles), Some(known)) = (one.roles(&agency.key)?, staff.get(&one.key)) {
                    listings.push(one.listing(known.account, known.code, roles));
                }
            }
            let manifest = NewManifest {
                profile: agency.profile()?,
                policy: data::Agency::policy(),
                staff: listings,
            };
            publish_manifest(&session, root, &manifest).await?;
        }
        let ids = both().map(|(agency, root)| (agency.key.clone(), root.agency()));
        Ok(ids.collect())
    }

    /// The way of a seeker from the first screen to the enquiry.
    async fn enquire(
        &self,
        seeker: &Seeker,
        agencies: &BTreeMap<String, AgencyId>,
    ) -> Result<(Actor, ConversationId), DemoError> {
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
                .is_some_and(|offer| offer.choice == domain::topic::AgencyChoice::LinkOnly),
            pseudonym: seeker.pseudonym.clone(),
            user_name: seeker.user_name.clone(),
            consent: Some(shown.legal().consent_version),
            answers: seeker.answers.clone(),
            text: seeker
                .messages
                .first()
                .map_or("", |first| first.text())
                .to_owned(),
            ..Form::default()
        });
        draft.save().await?;
        let session = registration::register(&draft, actor.password().clone()).await?;
        let conversation = registration::submit(&draft, &session).await?;
        Ok((actor, conversation))
    }

    /// A message after the first: the counsellor's first one follows the acceptance.
    async fn reply(
        &self,
        seeker: &Seeker,
        message: usize,
        actor: &Actor,
        conversation: ConversationId,
        staff: &BTreeMap<String, Colleague>,
    ) -> Result<(), DemoError> {
        let missing = || DemoError::Data("a message is missing".to_owned());
        let ends = seeker.ends_with(message);
        let message = seeker.messages.get(message).ok_or_else(missing)?;
        if message.from == "seeker" {
            return actor
                .write::<SeekerSide>(conversation, message.text())
                .await;
        }
        let counsellor = staff.get(&message.from).ok_or_else(missing)?;
        let desk = counsellor.actor.desk::<StaffSide>().await?;
        if desk.thread(conversation).is_none() {
            let people = &self.data.directory.staff;
            let named = |key: &str| people.iter().find(|one| one.key == key);
            let deputy = named(&message.from)
                .and_then(|person| named(person.deputy.as_ref()?))
                .filter(|deputy| deputy.is_deputy_in(&seeker.agency))
                .and_then(|deputy| staff.get(&deputy.key))
                .map(|deputy| deputy.account);
            match desk.accept(conversation, deputy).await? {
                Accepted::Mine => {}
                Accepted::Taken { .. } => return Err(DemoError::NotThere),
            }
        }
        counsellor
            .actor
            .write::<StaffSide>(conversation, message.text())
            .await?;
        if ends {
            let desk = counsellor.actor.desk::<StaffSide>().await?;
            desk.archive(conversation, true).await?;
        }
        Ok(())
    }
}
