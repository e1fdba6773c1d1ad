//! Against a server that signs challenges and counts who asks.

use std::cell::RefCell;
use std::rc::Rc;

use crypto::work::{Challenge, WorkKey};
use domain::account::{RegisterStart, RegisterStarted, Secretive};
use domain::time::SECOND;
use domain::wire::Problem;
use domain::work::WorkAsked;

use super::*;
use crate::platform::Platform;
use crate::sample::world::{Never, Tab, now};
use crate::sample::{PLATFORM, key};
use crate::transport::{Transport, Unreachable};
use crate::world::{NoDevice, TabStorage, WorkerFailed};

/// A server, and a browser before it.
struct Fake {
    key: WorkKey,
    clock: Cell<i64>,
    asked: Cell<u32>,
    worked: Cell<u32>,
    slept: Cell<u32>,
    /// Purpose and time of each challenge that was proven.
    proven: RefCell<Vec<(u8, i64)>>,
    /// Says no this often before it looks at anything.
    refusals: RefCell<Vec<Refusal>>,
    cut: Cell<bool>,
}

impl Fake {
    fn challenge(&self) -> Blob {
        let challenge = Challenge {
            purpose: 1,
            tries: 2,
            expires: Timestamp(self.clock.get()).plus(5 * MINUTE),
            id: [u8::try_from(self.asked.get()).unwrap(); 16],
        };
        Blob(challenge.sign(&self.key).unwrap())
    }

    fn refuse(refusal: Refusal) -> Answer {
        let problem = Problem::from(refusal);
        Answer {
            status: problem.status(),
            body: serde_json::to_vec(&problem).unwrap(),
        }
    }

    fn register(&self, request: &RegisterStart) -> Answer {
        if let Some(refusal) = self.refusals.borrow_mut().pop() {
            return Self::refuse(refusal);
        }
        let proof = request.work.as_ref().map(Blob::as_slice);
        match Challenge::verify(&self.key, proof.unwrap_or_default()) {
            Ok(challenge) if challenge.expires.0 >= self.clock.get() => {
                let proven = (challenge.purpose, challenge.expires.0);
                self.proven.borrow_mut().push(proven);
                let started = RegisterStarted {
                    response: Blob::default(),
                    work: Blob::default(),
                };
                Answer {
                    status: 200,
                    body: to_cbor(&started).unwrap(),
                }
            }
            _ => {
                let challenge = self.challenge();
                Self::refuse(Refusal::WorkNeeded { challenge })
            }
        }
    }
}

impl Transport for Rc<Fake> {
    type Live = Never;

    async fn post(&self, path: &str, _: Form, body: Vec<u8>) -> Result<Answer, Unreachable> {
        if self.cut.get() {
            return Err(Unreachable);
        }
        if path == RegisterStart::PATH {
            let asked: Envelope<RegisterStart> = from_cbor(&body).unwrap();
            return Ok(self.register(&asked.request));
        }
        assert_eq!(path, AskWork::PATH);
        self.asked.set(self.asked.get() + 1);
        let challenge = self.challenge();
        Ok(Answer {
            status: 200,
            body: to_cbor(&WorkAsked { challenge }).unwrap(),
        })
    }

    async fn connect(&self) -> Result<Never, Unreachable> {
        Err(Unreachable)
    }
}

struct Browser(Rc<Fake>, Tab);

impl World for Browser {
    type Transport = Rc<Fake>;
    type Device = NoDevice;

    fn device(&self) -> &NoDevice {
        &NoDevice
    }

    fn transport(&self) -> &Rc<Fake> {
        &self.0
    }

    fn tab(&self) -> &dyn TabStorage {
        &self.1
    }

    fn now(&self) -> Timestamp {
        Timestamp(self.0.clock.get())
    }

    async fn sleep(&self, milliseconds: u32) {
        self.0.slept.set(self.0.slept.get() + milliseconds);
    }

    async fn work(&self, job: Vec<u8>) -> Result<Vec<u8>, WorkerFailed> {
        self.0.worked.set(self.0.worked.get() + 1);
        let Ok(Job::Work { challenge }) = from_cbor(&job) else {
            return Err(WorkerFailed::Broken);
        };
        let proof = crypto::work::solve(challenge.as_slice()).map(Blob);
        let done = proof.map_or(Done::Failed, |proof| Done::Worked { proof });
        Ok(to_cbor(&done).unwrap())
    }
}

fn begin() -> (Rc<Fake>, Client<Browser>) {
    let server = Rc::new(Fake {
        key: WorkKey::from_bytes([3; 32]),
        clock: Cell::new(1_789_000_000_000),
        asked: Cell::new(0),
        worked: Cell::new(0),
        slept: Cell::new(0),
        proven: RefCell::default(),
        refusals: RefCell::default(),
        cut: Cell::new(false),
    });
    let platform = Platform {
        id: PLATFORM,
        root: key(9).verifying_key(),
    };
    let world = Browser(Rc::clone(&server), Tab::default());
    (server, Client::new(world, platform))
}

fn register(client: &Client<Browser>) -> Result<(), Error> {
    let request = RegisterStart {
        user_name: Secretive("stiller-bach27".to_owned()),
        request: Blob::default(),
        work: None,
    };
    let place: Place<RegisterStart> = |request| &mut request.work;
    now(call_with_work(
        client,
        Purpose::Registration,
        request,
        place,
    ))
    .map(drop)
}

#[test]
fn what_was_done_ahead_is_used_once_and_nobody_waits() {
    let (server, client) = begin();
    for _ in 0..3 {
        now(prepare(&client, Purpose::Registration));
    }
    assert_eq!((server.asked.get(), server.worked.get()), (1, 1));
    register(&client).unwrap();
    assert_eq!(server.worked.get(), 1, "nothing more to do");
    register(&client).unwrap();
    assert_eq!(server.worked.get(), 2, "the second time it is asked for");
}

#[test]
fn what_has_become_too_old_is_done_anew() {
    let (server, client) = begin();
    now(prepare(&client, Purpose::Registration));
    let first = server.clock.get();
    server.clock.set(first + 4 * MINUTE);
    now(prepare(&client, Purpose::Registration));
    register(&client).unwrap();
    assert_eq!(server.proven.borrow()[0].1, first + 9 * MINUTE);
    // Too old where nobody prepared either: the server asks, and the call is sent again.
    now(prepare(&client, Purpose::Registration));
    server.clock.set(first + 20 * MINUTE);
    register(&client).unwrap();
    assert_eq!(server.proven.borrow()[1].1, first + 25 * MINUTE);
}

#[test]
fn without_a_connection_it_is_done_when_it_is_needed() {
    let (server, client) = begin();
    server.cut.set(true);
    now(prepare(&client, Purpose::Registration));
    assert_eq!(register(&client), Err(Error::Unreachable));
    server.cut.set(false);
    register(&client).unwrap();
    assert_eq!(server.worked.get(), 1);
}

#[test]
fn a_short_wait_is_waited_and_a_long_one_is_said() {
    let (server, client) = begin();
    let wait = |retry_after| Refusal::TooMany { retry_after };
    server.refusals.replace(vec![wait(2), wait(1)]);
    register(&client).unwrap();
    assert_eq!(server.slept.get(), 3_000);
    server.refusals.replace(vec![wait(60)]);
    assert_eq!(register(&client), Err(Error::Refused(wait(60))));
    assert_eq!(server.slept.get(), 3_000);
}

#[test]
fn a_server_that_is_never_content_is_given_up() {
    let (server, client) = begin();
    let challenge = server.challenge();
    server
        .refusals
        .replace(vec![Refusal::WorkNeeded { challenge }; 100]);
    let given_up = register(&client);
    assert!(matches!(
        given_up,
        Err(Error::Refused(Refusal::WorkNeeded { .. }))
    ));
    assert!(server.worked.get() < 10, "{}", server.worked.get());
}

#[test]
fn nobody_works_for_hours_because_a_server_says_so() {
    let (server, client) = begin();
    let challenge = Challenge {
        purpose: 1,
        tries: crypto::work::TRIES_MOST + 1,
        expires: Timestamp(server.clock.get() + SECOND),
        id: [1; 16],
    };
    let challenge = Blob(challenge.sign(&server.key).unwrap());
    server
        .refusals
        .replace(vec![Refusal::WorkNeeded { challenge }]);
    assert_eq!(register(&client), Err(Error::Worker));
}
