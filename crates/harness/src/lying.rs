//! A transport that lies: it asks the real server and changes the answers, answers in its place,
//! or loses what it said.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use client::transport::{Answer, LiveConnection, Transport, Unreachable};
use domain::Refusal;
use domain::live::ToClient;
use domain::wire::{Call, Envelope, Form, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Changes an answer of the server: path, body.
pub type Lie = Box<dyn FnMut(&str, Vec<u8>) -> Vec<u8>>;

/// Answers a request in the server's place, or lets it through.
pub type Instead = Box<dyn FnMut(&[u8]) -> Option<Answer>>;

/// Changes an event.
pub type LiveLie = Box<dyn FnMut(ToClient) -> ToClient>;

/// A transport behind which the server seems to lie.
pub struct Lying<T> {
    inner: T,
    lies: RefCell<Lies>,
    live: Rc<RefCell<Option<LiveLie>>>,
    asked: RefCell<Vec<(String, Vec<u8>)>>,
}

/// By path, so that several calls can be lied about at once.
#[derive(Default)]
struct Lies {
    about: BTreeMap<&'static str, Lie>,
    instead: BTreeMap<&'static str, Instead>,
    /// How many answers are lost.
    lost: BTreeMap<&'static str, Cell<u32>>,
    raw: Option<Lie>,
}

impl<T> Lying<T> {
    /// Honest until told otherwise.
    #[must_use]
    pub fn new(inner: T) -> Self {
        Self {
            inner,
            lies: RefCell::default(),
            live: Rc::default(),
            asked: RefCell::default(),
        }
    }

    /// The transport behind.
    pub const fn inner(&self) -> &T {
        &self.inner
    }

    /// From now on answers to `C` are changed by `lie`.
    pub fn about<C: Call>(&self, mut lie: impl FnMut(&mut C::Reply) + 'static) {
        let lie = move |_: &str, body: Vec<u8>| {
            let Some(mut reply) = read(C::FORM, &body) else {
                return body;
            };
            lie(&mut reply);
            write(C::FORM, &reply).unwrap_or(body)
        };
        let about = &mut self.lies.borrow_mut().about;
        about.insert(C::PATH, Box::new(lie));
    }

    /// From now on `answer` says what the server would have; what it leaves open the server is
    /// asked, and otherwise never hears of it.
    pub fn instead_of<C: Call>(
        &self,
        mut answer: impl FnMut(C) -> Option<Result<C::Reply, Refusal>> + 'static,
    ) {
        let instead = move |body: &[u8]| {
            let asked: Envelope<C> = read(C::FORM, body)?;
            match answer(asked.request)? {
                Ok(reply) => Some(Answer {
                    status: 200,
                    body: write(C::FORM, &reply)?,
                }),
                Err(refusal) => {
                    let problem = Problem::from(refusal);
                    Some(Answer {
                        status: problem.status(),
                        body: write(Form::Json, &problem)?,
                    })
                }
            }
        };
        let all = &mut self.lies.borrow_mut().instead;
        all.insert(C::PATH, Box::new(instead));
    }

    /// The server does what the next calls `C` ask, and its answers are lost on the way.
    pub fn lose<C: Call>(&self, answers: u32) {
        let lost = &mut self.lies.borrow_mut().lost;
        lost.insert(C::PATH, Cell::new(answers));
    }

    /// From now on the bytes of all answers are changed by `lie`.
    pub fn raw(&self, lie: impl FnMut(&str, Vec<u8>) -> Vec<u8> + 'static) {
        self.lies.borrow_mut().raw = Some(Box::new(lie));
    }

    /// From now on events are changed by `lie`.
    pub fn about_events(&self, lie: impl FnMut(ToClient) -> ToClient + 'static) {
        self.live.replace(Some(Box::new(lie)));
    }

    /// Honest again.
    pub fn honest(&self) {
        self.lies.take();
        self.live.take();
    }

    /// Every `C` that was asked so far, whoever answered.
    #[must_use]
    pub fn asked<C: Call>(&self) -> Vec<C> {
        let asked = self.asked.borrow();
        let these = asked.iter().filter(|(path, _)| path == C::PATH);
        these
            .filter_map(|(_, body)| read::<Envelope<C>>(C::FORM, body))
            .map(|envelope| envelope.request)
            .collect()
    }
}

impl Lies {
    fn answer(&mut self, path: &str, request: &[u8]) -> Option<Answer> {
        self.instead.get_mut(path)?(request)
    }

    fn loses(&self, path: &str) -> bool {
        let Some(lost) = self.lost.get(path) else {
            return false;
        };
        lost.replace(lost.get().saturating_sub(1)) > 0
    }

    fn change(&mut self, path: &str, mut body: Vec<u8>) -> Vec<u8> {
        if let Some(lie) = self.about.get_mut(path) {
            body = lie(path, body);
        }
        match &mut self.raw {
            Some(lie) => lie(path, body),
            None => body,
        }
    }
}

impl<T: Transport> Transport for Lying<T> {
    type Live = LyingLive<T::Live>;

    async fn post(&self, path: &str, form: Form, body: Vec<u8>) -> Result<Answer, Unreachable> {
        self.asked
            .borrow_mut()
            .push((path.to_owned(), body.clone()));
        if let Some(answer) = self.lies.borrow_mut().answer(path, &body) {
            return Ok(answer);
        }
        let mut answer = self.inner.post(path, form, body).await?;
        let mut lies = self.lies.borrow_mut();
        if answer.status == 200 {
            if lies.loses(path) {
                return Err(Unreachable);
            }
            answer.body = lies.change(path, answer.body);
        }
        Ok(answer)
    }

    async fn connect(&self) -> Result<Self::Live, Unreachable> {
        Ok(LyingLive {
            inner: self.inner.connect().await?,
            lie: Rc::clone(&self.live),
        })
    }
}

/// A live channel whose events may be changed.
pub struct LyingLive<L> {
    inner: L,
    lie: Rc<RefCell<Option<LiveLie>>>,
}

impl<L: LiveConnection> LiveConnection for LyingLive<L> {
    async fn send(&mut self, frame: Vec<u8>) -> Result<(), Unreachable> {
        self.inner.send(frame).await
    }

    async fn receive(&mut self) -> Result<Vec<u8>, Unreachable> {
        let frame = self.inner.receive().await?;
        let Some(lie) = &mut *self.lie.borrow_mut() else {
            return Ok(frame);
        };
        let Ok(told) = ciborium::from_reader(frame.as_slice()) else {
            return Ok(frame);
        };
        let mut changed = Vec::new();
        let written = ciborium::into_writer(&lie(told), &mut changed);
        Ok(if written.is_ok() { changed } else { frame })
    }
}

fn read<V: DeserializeOwned>(form: Form, body: &[u8]) -> Option<V> {
    match form {
        Form::Json => serde_json::from_slice(body).ok(),
        Form::Cbor => ciborium::from_reader(body).ok(),
    }
}

fn write(form: Form, value: &impl Serialize) -> Option<Vec<u8>> {
    match form {
        Form::Json => serde_json::to_vec(value).ok(),
        Form::Cbor => {
            let mut bytes = Vec::new();
            ciborium::into_writer(value, &mut bytes).ok()?;
            Some(bytes)
        }
    }
}
