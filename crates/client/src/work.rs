//! Work that the server asks for instead of refusing: begun before it is needed where that is
//! known, so that nobody waits for it, and done anew where it has become too old.

use std::cell::{Cell, RefCell};

use domain::time::{MINUTE, Timestamp};
use domain::wire::{Call, Envelope, Form};
use domain::work::{AskWork, Purpose};
use domain::{Blob, Refusal};

use crate::call::{call, problem};
use crate::error::Error;
use crate::form::{from_cbor, to_cbor};
use crate::job::{self, Done, Job};
use crate::session::Client;
use crate::signal::Bell;
use crate::transport::{Answer, Transport as _};
use crate::world::World;

/// How long what was done ahead is used, in milliseconds: a minute less than the server takes it.
const GOOD_FOR: i64 = 4 * MINUTE;
/// A wait that a person hardly notices, in seconds.
const SHORT_WAIT: u32 = 8;
/// How often a call is sent again, with work or after a short wait.
const AGAIN: u32 = 5;

/// Work done ahead, of the purposes for which it always is.
#[derive(Default)]
pub(crate) struct Works {
    registration: Slot,
    enquiry: Slot,
    recovery: Slot,
}

#[derive(Default)]
struct Slot {
    at_work: Cell<bool>,
    finished: Bell,
    done: RefCell<Option<(Timestamp, Blob)>>,
}

impl Works {
    fn slot(&self, purpose: Purpose) -> Option<&Slot> {
        match purpose {
            Purpose::Registration => Some(&self.registration),
            Purpose::Enquiry => Some(&self.enquiry),
            Purpose::Recovery => Some(&self.recovery),
            Purpose::SignIn | Purpose::Tab => None,
        }
    }
}

/// Where a request carries its proof.
pub(crate) type Place<C> = fn(&mut C) -> &mut Option<Blob>;

/// Does the work for a purpose that always costs it ahead, unless it is done or being done. What
/// fails here is done when it is needed.
pub async fn prepare<W: World>(client: &Client<W>, purpose: Purpose) {
    let Some(slot) = client.works().slot(purpose) else {
        return;
    };
    let now = client.world().now();
    let good = matches!(&*slot.done.borrow(), Some((since, _)) if is_good(*since, now));
    if good || slot.at_work.replace(true) {
        return;
    }
    let _finish = Finish(slot);
    if let Ok(asked) = call(client.transport(), AskWork { purpose }).await
        && let Ok(proof) = solve(client.world(), asked.challenge).await
    {
        slot.done.replace(Some((now, proof)));
    }
}

/// Sends a call that may cost work: with what was done ahead, and again with what is asked for.
///
/// # Errors
/// As [`call`]; [`Error::Worker`].
pub(crate) async fn call_with_work<W: World, C: Call>(
    client: &Client<W>,
    purpose: Purpose,
    request: C,
    place: Place<C>,
) -> Result<C::Reply, Error> {
    let mut envelope = Envelope { request };
    let mut encode = |proof| {
        *place(&mut envelope.request) = proof;
        to_cbor(&envelope)
    };
    let answer = ask(client, purpose, C::PATH, &mut encode).await?;
    from_cbor(&answer.body)
}

/// The same for all calls, so that it is compiled once.
async fn ask<W: World>(
    client: &Client<W>,
    purpose: Purpose,
    path: &str,
    encode: &mut dyn FnMut(Option<Blob>) -> Result<Vec<u8>, Error>,
) -> Result<Answer, Error> {
    let world = client.world();
    let mut proof = take(client, purpose).await;
    let mut again = 0;
    loop {
        let body = encode(proof.clone())?;
        let answer = client.transport().post(path, Form::Cbor, body).await?;
        if answer.status == 200 {
            return Ok(answer);
        }
        again += 1;
        match problem(&answer) {
            Error::Refused(Refusal::WorkNeeded { challenge }) if again < AGAIN => {
                proof = Some(solve(world, challenge).await?);
            }
            Error::Refused(Refusal::TooMany { retry_after })
                if again < AGAIN && retry_after <= SHORT_WAIT =>
            {
                world.sleep(retry_after.saturating_mul(1000)).await;
            }
            error => return Err(error),
        }
    }
}

/// What was done ahead, once; waits for it if it is being done, and does it if it is not.
async fn take<W: World>(client: &Client<W>, purpose: Purpose) -> Option<Blob> {
    let slot = client.works().slot(purpose)?;
    while slot.at_work.get() {
        slot.finished.heard().await;
    }
    prepare(client, purpose).await;
    Some(slot.done.take()?.1)
}

fn is_good(since: Timestamp, now: Timestamp) -> bool {
    (0..GOOD_FOR).contains(&now.since(since))
}

async fn solve<W: World>(world: &W, challenge: Blob) -> Result<Blob, Error> {
    match job::run(world, &Job::Work { challenge }).await? {
        Done::Worked { proof } => Ok(proof),
        _ => Err(Error::Worker),
    }
}

/// Says that the work is over, in whatever way it ends.
struct Finish<'a>(&'a Slot);

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        self.0.at_work.set(false);
        self.0.finished.ring();
    }
}

#[cfg(test)]
mod tests;
