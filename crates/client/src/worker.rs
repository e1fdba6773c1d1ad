//! Does the jobs. Runs only in a worker and in native programs: it takes long, and 64 MiB of
//! memory must end with the worker.

pub use crypto::opaque::core::{Argon2id, Unstretched};

use crypto::Secret;
use crypto::hazmat::kdf::argon2id;
use crypto::invitation::{CODE_WORDS, InvitationCode};
use crypto::opaque::Parties;
use crypto::opaque::client::{Login, Registration};
use crypto::opaque::core::Ksf;
use crypto::random::SystemRandom;
use domain::Blob;
use domain::id::InvitationId;

use crate::form::{from_cbor, to_cbor};
use crate::invitation::StaffJob;
use crate::job::{Done, Finish, Job};

/// Reads a job, does it, writes the answer. Bytes that are no job give [`Done::Failed`].
#[must_use]
pub fn answer(question: &[u8]) -> Vec<u8> {
    answer_with::<Argon2id>(question)
}

/// The same for staff, who also invite.
#[must_use]
pub fn answer_staff(question: &[u8]) -> Vec<u8> {
    match from_cbor(question) {
        Ok(StaffJob::StretchInvitation { words, invitation }) => {
            let key = stretch(words.as_slice(), &invitation).unwrap_or_default();
            to_cbor(&key).unwrap_or_default()
        }
        Err(_) => answer(question),
    }
}

fn stretch(words: &[u8], invitation: &InvitationId) -> Option<Blob> {
    let mut code = [0; CODE_WORDS];
    let pairs = words.chunks_exact(2);
    if pairs.len() != code.len() || !pairs.remainder().is_empty() {
        return None;
    }
    for (word, pair) in code.iter_mut().zip(pairs) {
        *word = u16::from_be_bytes(pair.try_into().ok()?);
    }
    let key = InvitationCode::from_words(code).stretch(invitation).ok()?;
    Some(Blob::from(&key.expose()[..]))
}

/// The same as [`answer`] with another stretch than everybody's: [`Unstretched`] for programs that measure a
/// server by thousands of accounts. The server cannot see the difference.
#[must_use]
pub fn answer_with<K: Ksf>(question: &[u8]) -> Vec<u8> {
    let done =
        from_cbor(question).map_or(Done::Failed, |job| run::<K>(job).unwrap_or(Done::Failed));
    to_cbor(&done).unwrap_or_default()
}

fn run<K: Ksf>(job: Job) -> Option<Done> {
    let rng = &mut SystemRandom;
    match job {
        Job::RegisterStart { password } => {
            let (state, request) = Registration::start(rng, &password.0).ok()?;
            Some(started(state.into_secret().expose(), &request))
        }
        Job::SignInStart { password } => {
            let (state, request) = Login::start(rng, &password.0).ok()?;
            Some(started(state.into_secret().expose(), &request))
        }
        Job::RegisterFinish(finish) => {
            let state = Registration::from_secret(Secret::from_slice(finish.state.as_slice())?);
            let (record, export_key) = state
                .finish_with::<K>(
                    rng,
                    &finish.password.0,
                    finish.response.as_slice(),
                    parties(&finish),
                )
                .ok()?;
            Some(finished(&record, export_key.expose()))
        }
        Job::SignInFinish(finish) => {
            let state = Login::from_secret(Secret::from_slice(finish.state.as_slice())?);
            let done = state
                .finish_with::<K>(
                    rng,
                    &finish.password.0,
                    finish.response.as_slice(),
                    parties(&finish),
                )
                .ok()?;
            Some(finished(&done.finalization, done.export_key.expose()))
        }
        Job::Stretch { password, salt } => {
            let mut key = [0; 32];
            argon2id(password.0.as_bytes(), salt.as_slice(), &mut key).ok()?;
            Some(Done::Stretched {
                key: Blob::from(key),
            })
        }
        Job::Work { challenge } => {
            let proof = Blob(crypto::work::solve(challenge.as_slice())?);
            Some(Done::Worked { proof })
        }
    }
}

fn parties(finish: &Finish) -> Parties<'_> {
    Parties {
        user_name: &finish.user_name.0,
        platform: &finish.platform,
    }
}

fn started(state: &[u8], request: &[u8]) -> Done {
    Done::Started {
        state: Blob::from(state),
        request: Blob::from(request),
    }
}

fn finished(upload: &[u8], export_key: &[u8]) -> Done {
    Done::Finished {
        upload: Blob::from(upload),
        export_key: Blob::from(export_key),
    }
}
