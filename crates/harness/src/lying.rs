//! A transport that lies: it asks the real server and changes the answers.

use std::cell::RefCell;
use std::rc::Rc;

use client::transport::{Answer, LiveConnection, Transport, Unreachable};
use domain::live::ToClient;
use domain::wire::{Call, Form};

/// Changes an answer of the server: path, body.
pub type Lie = Box<dyn FnMut(&str, Vec<u8>) -> Vec<u8>>;

/// Changes an event.
pub type LiveLie = Box<dyn FnMut(ToClient) -> ToClient>;

/// A transport behind which the server seems to lie.
pub struct Lying<T> {
    inner: T,
    lie: Rc<RefCell<Option<Lie>>>,
    live: Rc<RefCell<Option<LiveLie>>>,
}

impl<T> Lying<T> {
    /// Honest until told otherwise.
    #[must_use]
    pub fn new(inner: T) -> Self {
        Self {
            inner,
            lie: Rc::default(),
            live: Rc::default(),
        }
    }

    /// The transport behind.
    pub const fn inner(&self) -> &T {
        &self.inner
    }

    /// From now on answers to `C` are changed by `lie`.
    pub fn about<C: Call>(&self, mut lie: impl FnMut(&mut C::Reply) + 'static) {
        self.raw(move |path, body| {
            if path != C::PATH {
                return body;
            }
            let Some(mut reply) = read::<C>(&body) else {
                return body;
            };
            lie(&mut reply);
            write::<C>(&reply).unwrap_or(body)
        });
    }

    /// From now on the bytes of answers are changed by `lie`.
    pub fn raw(&self, lie: impl FnMut(&str, Vec<u8>) -> Vec<u8> + 'static) {
        self.lie.replace(Some(Box::new(lie)));
    }

    /// From now on events are changed by `lie`.
    pub fn about_events(&self, lie: impl FnMut(ToClient) -> ToClient + 'static) {
        self.live.replace(Some(Box::new(lie)));
    }

    /// Honest again.
    pub fn honest(&self) {
        self.lie.take();
        self.live.take();
    }
}

impl<T: Transport> Transport for Lying<T> {
    type Live = LyingLive<T::Live>;

    async fn post(&self, path: &str, form: Form, body: Vec<u8>) -> Result<Answer, Unreachable> {
        let mut answer = self.inner.post(path, form, body).await?;
        if answer.status == 200
            && let Some(lie) = &mut *self.lie.borrow_mut()
        {
            answer.body = lie(path, answer.body);
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

fn read<C: Call>(body: &[u8]) -> Option<C::Reply> {
    match C::FORM {
        Form::Json => serde_json::from_slice(body).ok(),
        Form::Cbor => ciborium::from_reader(body).ok(),
    }
}

fn write<C: Call>(reply: &C::Reply) -> Option<Vec<u8>> {
    match C::FORM {
        Form::Json => serde_json::to_vec(reply).ok(),
        Form::Cbor => {
            let mut bytes = Vec::new();
            ciborium::into_writer(reply, &mut bytes).ok()?;
            Some(bytes)
        }
    }
}
