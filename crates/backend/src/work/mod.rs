//! Work instead of a refusal: challenges that this process signs, and proofs that it takes once.
//!
//! The key is made at each start and the proofs that were used are kept in memory: a challenge
//! from before is asked for anew, nothing is written.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crypto::work::{Challenge, WorkKey};
use domain::policy::{Action, Object};
use domain::time::{SECOND, Timestamp};
use domain::work::{AskWork, Purpose, WorkAsked};
use domain::{Blob, Refusal};
use tokio::sync::Semaphore;

use crate::Inner;
use crate::actor::Actor;
use crate::config::{Dice, Random};
use crate::error::Error;
use crate::limits::Table;

/// Proofs looked at together: each takes 1 MiB and some milliseconds of a processor.
const AT_ONCE: usize = 4;
/// The most used proofs that are remembered, about 10 MB; each of them cost work.
const USED_MAX: usize = 200_000;
/// Seconds until it makes sense to come again when there are too many.
const USED_RETRY: u32 = 60;

/// Work instead of a refusal.
#[derive(Debug, Clone, Copy)]
pub struct Works<'a>(pub(crate) &'a Inner);

impl Works<'_> {
    /// Answers [`AskWork`]: for what it costs now. Should it cost more when it is used, the refusal
    /// then brings another challenge.
    ///
    /// # Errors
    /// [`Refusal::TooMany`] where more work would not help either.
    pub async fn ask(&self, actor: &Actor, request: AskWork) -> Result<WorkAsked, Error> {
        actor.may(Action::UsePublic, Object::None)?;
        let limits = &self.0.limits;
        let tries = match request.purpose {
            Purpose::Registration => limits.registration(actor.from)?,
            Purpose::Enquiry => limits.enquiry(actor.subject.account(), actor.from, None)?,
            // Depends on whose: the refusal brings it.
            Purpose::SignIn => 0,
            Purpose::Tab => limits.tab(actor.from),
            Purpose::Recovery => limits.recovery_work(actor.from),
        };
        Ok(WorkAsked {
            challenge: challenge(self.0, For::Ask(request.purpose), tries.max(1))?,
        })
    }
}

/// For what a proof is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// What a client can ask for.
    Ask(Purpose),
    /// The last step of a registration; given with the answer to the first.
    RegisterFinish,
}

impl For {
    const fn number(self) -> u8 {
        match self {
            Self::Ask(Purpose::Registration) => 1,
            Self::Ask(Purpose::Enquiry) => 2,
            Self::Ask(Purpose::SignIn) => 3,
            Self::Ask(Purpose::Tab) => 4,
            Self::RegisterFinish => 5,
            Self::Ask(Purpose::Recovery) => 6,
        }
    }
}

/// What this process signs with, and which proofs were used.
pub(crate) struct Issued {
    key: WorkKey,
    /// How long a challenge is good, in milliseconds.
    time: i64,
    used: Mutex<HashMap<[u8; 16], Timestamp>>,
    looking: Semaphore,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Issued")
    }
}

impl Issued {
    pub(crate) fn new(table: &Table, random: &dyn Random) -> Self {
        Self {
            key: WorkKey::make(&mut Dice(random)),
            time: i64::from(table.work_time) * SECOND,
            used: Mutex::default(),
            looking: Semaphore::new(AT_ONCE),
        }
    }

    /// Forgets proofs that are too old to be used again.
    pub(crate) fn drop_expired(&self, now: Timestamp) {
        self.used().retain(|_, expires| *expires >= now);
    }

    fn used(&self) -> MutexGuard<'_, HashMap<[u8; 16], Timestamp>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the proof would be good if its work was done.
    fn is_fresh(&self, challenge: &Challenge, wanted: For, tries: u32, now: Timestamp) -> bool {
        challenge.purpose == wanted.number()
            && challenge.tries >= tries
            && now <= challenge.expires
            && !self.used().contains_key(&challenge.id)
    }
}

/// A challenge of this many tries.
pub(crate) fn challenge(inner: &Inner, wanted: For, tries: u32) -> Result<Blob, Error> {
    let challenge = Challenge {
        purpose: wanted.number(),
        tries,
        expires: inner.clock.now().plus(inner.works.time),
        id: Dice(inner.random.as_ref()).bytes(),
    };
    let signed = challenge.sign(&inner.works.key);
    let signed = signed.map_err(|source| Error::internal("signing a challenge", source))?;
    Ok(signed.into())
}

/// Takes a proof of at least `tries`; of none, none is asked.
///
/// # Errors
/// [`Refusal::WorkNeeded`] with a challenge, whatever is wrong with the proof.
pub(crate) async fn check(
    inner: &Inner,
    wanted: For,
    tries: u32,
    proof: Option<&Blob>,
) -> Result<(), Error> {
    if tries == 0 {
        return Ok(());
    }
    if let Some(proof) = proof
        && take(inner, wanted, tries, proof).await?
    {
        return Ok(());
    }
    let challenge = challenge(inner, wanted, tries.max(1))?;
    Err(Refusal::WorkNeeded { challenge }.into())
}

/// Takes what the first step of a registration gave for the last one.
///
/// # Errors
/// [`Refusal::WorkNeeded`] with a challenge for the first step.
pub(crate) async fn check_finish(inner: &Inner, proof: Option<&Blob>) -> Result<(), Error> {
    if let Some(proof) = proof
        && take(inner, For::RegisterFinish, 0, proof).await?
    {
        return Ok(());
    }
    let again = For::Ask(Purpose::Registration);
    let challenge = challenge(inner, again, inner.limits.registration(None)?.max(1))?;
    Err(Refusal::WorkNeeded { challenge }.into())
}

async fn take(inner: &Inner, wanted: For, tries: u32, proof: &Blob) -> Result<bool, Error> {
    let works = &inner.works;
    let opened = Challenge::open(&works.key, proof.as_slice());
    let Ok(challenge) = opened else {
        return Ok(false);
    };
    if !works.is_fresh(&challenge, wanted, tries, inner.clock.now()) {
        return Ok(false);
    }
    if challenge.tries > 0 && !is_done(works, proof).await? {
        return Ok(false);
    }
    let mut used = works.used();
    if used.len() >= USED_MAX {
        return Err(Refusal::TooMany {
            retry_after: USED_RETRY,
        }
        .into());
    }
    // Sent twice at once: one was first.
    Ok(used.insert(challenge.id, challenge.expires).is_none())
}

/// Does the searches' sums again, beside the requests of others.
async fn is_done(works: &Issued, proof: &Blob) -> Result<bool, Error> {
    let looking = works.looking.acquire().await;
    let _looking = looking.map_err(|source| Error::internal("checking work", source))?;
    let proof = proof.clone();
    let done = tokio::task::spawn_blocking(move || crypto::work::is_done(proof.as_slice()));
    done.await
        .map_err(|source| Error::internal("checking work", source))
}
