//! A world for tests: a tab in memory, and a server that stores messages and fails when told to.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crypto::account::AccountKey;
use crypto::message::Message;
use crypto::random::SystemRandom;
use domain::account::{AccountKind, SignedIn};
use domain::conversation::{History, LoadHistory, SendMessage, Sent, StoredMessage};
use domain::factor::PasskeySignIn;
use domain::time::{Day, Timestamp};
use domain::wire::{Call, Envelope, Form, Problem};
use domain::{Blob, Refusal};

use super::{PLATFORM, account, key};
use crate::form::{from_cbor, to_cbor};
use crate::platform::Platform;
use crate::session::{Client, Session};
use crate::transport::{Answer, LiveConnection, Transport, Unreachable};
use crate::vault::Content;
use crate::world::{TabStorage, WorkerFailed, World, tab_keys};

/// Nothing here waits: one poll is enough.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("something waits"),
    }
}

/// What happens to the next message that is sent, instead of being stored and confirmed.
#[derive(Debug, Clone)]
pub(crate) enum Fate {
    /// Stored and confirmed.
    Arrives,
    /// Never arrives.
    Lost,
    /// Stored, and the answer is lost.
    AnswerLost,
    /// Refused.
    Refused(Refusal),
}

/// The server of one conversation.
#[derive(Default)]
pub(crate) struct Server {
    pub(crate) stored: RefCell<Vec<StoredMessage>>,
    /// Every message that was sent, as it was sent.
    pub(crate) asked: RefCell<Vec<Blob>>,
    /// Fates of the next messages; afterwards they arrive.
    pub(crate) fates: RefCell<VecDeque<Fate>>,
    /// No answers at all.
    pub(crate) cut: Cell<bool>,
    /// What whoever signs in by a passkey is told.
    pub(crate) signed_in: RefCell<Option<SignedIn>>,
}

/// What lies in a tab.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tab(pub(crate) RefCell<BTreeMap<String, String>>);

pub(crate) struct Fake {
    server: Rc<Server>,
    pub(crate) tab: Rc<Tab>,
}

/// A session of an account, always with the same key, in a tab.
pub(crate) fn session(server: &Rc<Server>, tab: &Rc<Tab>, who: u8) -> Session<Fake> {
    let world = Fake {
        server: Rc::clone(server),
        tab: Rc::clone(tab),
    };
    let platform = Platform {
        id: PLATFORM,
        root: key(9).verifying_key(),
    };
    let own = || AccountKey::from_bytes([who; 32]);
    let vault = vault(&platform, who);
    let kind = AccountKind::Seeker;
    let client = Client::new(world, platform);
    Session::open(client, account(who), kind, own(), &vault).unwrap()
}

/// The vault of an account, always with the same keys.
pub(crate) fn vault(platform: &Platform, who: u8) -> Blob {
    let content = Content {
        former: Vec::new(),
        keys: crypto::identity::IdentityKeys {
            sig: key(who),
            kem: crypto::wrap::KemSeed::from_bytes([who; 32]),
        },
        created: Day(1),
        key_no: 1,
        user_name: domain::account::Secretive("probe".into()),
        changing: crate::vault::Changing::default(),
    };
    let key = AccountKey::from_bytes([who; 32]);
    let vault = content.seal(&mut SystemRandom, &key, platform, account(who), 1);
    vault.unwrap()
}

impl Server {
    fn answer<C: Call>(reply: Result<C::Reply, Refusal>) -> Answer {
        match reply {
            Ok(reply) => Answer {
                status: 200,
                body: to_cbor(&reply).unwrap(),
            },
            Err(refusal) => {
                let problem = Problem::from(refusal);
                Answer {
                    status: problem.status(),
                    body: serde_json::to_vec(&problem).unwrap(),
                }
            }
        }
    }

    /// Stores a message, or finds it stored: its id says which it is.
    fn store(&self, message: &Blob) -> Sent {
        let mut stored = self.stored.borrow_mut();
        let id = |message: &Blob| Message::decode(message.as_slice()).unwrap().id();
        let before = stored.iter().find(|one| id(&one.message) == id(message));
        let at = match before {
            Some(before) => before.clone(),
            None => {
                let new = StoredMessage {
                    position: u32::try_from(stored.len()).unwrap() + 1,
                    received: Timestamp(0),
                    message: message.clone(),
                };
                stored.push(new.clone());
                new
            }
        };
        Sent {
            position: at.position,
            received: at.received,
        }
    }

    fn send(&self, request: &SendMessage) -> Result<Answer, Unreachable> {
        self.asked.borrow_mut().push(request.message.clone());
        match self.fates.borrow_mut().pop_front() {
            None | Some(Fate::Arrives) => Ok(Self::answer::<SendMessage>(Ok(
                self.store(&request.message)
            ))),
            Some(Fate::Lost) => Err(Unreachable),
            Some(Fate::AnswerLost) => {
                self.store(&request.message);
                Err(Unreachable)
            }
            Some(Fate::Refused(refusal)) => Ok(Self::answer::<SendMessage>(Err(refusal))),
        }
    }

    fn history(&self, request: &LoadHistory) -> Answer {
        let stored = self.stored.borrow();
        let after = stored.iter().filter(|one| one.position > request.after);
        let limit = usize::try_from(request.limit).unwrap();
        let messages = after.take(limit).cloned().collect();
        Self::answer::<LoadHistory>(Ok(History {
            messages,
            more: false,
        }))
    }
}

impl Transport for Fake {
    type Live = Never;

    async fn post(&self, path: &str, _: Form, body: Vec<u8>) -> Result<Answer, Unreachable> {
        if self.server.cut.get() {
            return Err(Unreachable);
        }
        if path == SendMessage::PATH {
            let asked: Envelope<SendMessage> = from_cbor(&body).unwrap();
            return self.server.send(&asked.request);
        }
        if path == PasskeySignIn::PATH {
            let signed_in = self.server.signed_in.borrow().clone();
            return Ok(Server::answer::<PasskeySignIn>(Ok(signed_in.unwrap())));
        }
        assert_eq!(path, LoadHistory::PATH);
        let asked: Envelope<LoadHistory> = from_cbor(&body).unwrap();
        Ok(self.server.history(&asked.request))
    }

    async fn connect(&self) -> Result<Never, Unreachable> {
        Err(Unreachable)
    }
}

/// No live channel.
pub(crate) enum Never {}

impl LiveConnection for Never {
    async fn send(&mut self, _: Vec<u8>) -> Result<(), Unreachable> {
        match *self {}
    }

    async fn receive(&mut self) -> Result<Vec<u8>, Unreachable> {
        match *self {}
    }
}

impl World for Fake {
    type Transport = Self;

    fn transport(&self) -> &Self {
        self
    }

    fn tab(&self) -> &dyn TabStorage {
        &*self.tab
    }

    fn now(&self) -> Timestamp {
        Timestamp(1_700_000_000_000)
    }

    async fn sleep(&self, _: u32) {}

    async fn work(&self, _: Vec<u8>) -> Result<Vec<u8>, WorkerFailed> {
        Err(WorkerFailed::Broken)
    }
}

impl TabStorage for Tab {
    fn get(&self, key: &str) -> Option<String> {
        self.0.borrow().get(key).cloned()
    }

    fn set(&self, key: &str, value: &str) {
        self.0.borrow_mut().insert(key.to_owned(), value.to_owned());
    }

    fn remove(&self, key: &str) {
        self.0.borrow_mut().remove(key);
    }

    fn clear(&self) {
        let mut all = self.0.borrow_mut();
        all.retain(|key, _| !key.starts_with(tab_keys::PREFIX));
    }
}
