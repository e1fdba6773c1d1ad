use super::signal::gone;
use super::{copied, of};
use leptos::prelude::{ReadUntracked, Track};
use std::any::Any;
use std::marker::PhantomData;
use std::ops::Deref;

/// A memo moves with its computation, which Leptos wants to be able to send.
type Erased = Box<dyn Any + Send + Sync>;
type Inner = leptos::prelude::Memo<Erased>;
type Compute = dyn Fn(Option<&Erased>) -> Erased + Send + Sync;

/// A value computed of others, that tells who reads it when it is another one: [`leptos::prelude::Memo`].
pub struct Memo<T>(Inner, PhantomData<fn() -> T>);

copied!(Memo);

#[inline(never)]
fn make(compute: Box<Compute>, changed: fn(Option<&Erased>, Option<&Erased>) -> bool) -> Inner {
    Inner::new_with_compare(compute, changed)
}

#[inline(never)]
fn track(memo: Inner) {
    memo.track();
}

#[inline(never)]
fn read(memo: Inner) -> Option<impl Deref<Target = Erased>> {
    memo.try_read_untracked()
}

fn changed<T: PartialEq + 'static>(before: Option<&Erased>, now: Option<&Erased>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => of::<T>(&**before) != of::<T>(&**now),
        _ => true,
    }
}

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// Computes when somebody reads, and again after something that it read has changed.
    pub fn new(compute: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        let compute = move |before: Option<&Erased>| -> Erased {
            Box::new(compute(before.map(|before| of::<T>(&**before))))
        };
        Self(make(Box::new(compute), changed::<T>), PhantomData)
    }
}

impl<T: 'static> Memo<T> {
    /// Whoever calls this is told of the next change.
    pub fn track(&self) {
        track(self.0);
    }

    /// Looks at the value; is told of the next change.
    pub fn with<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        track(self.0);
        self.with_untracked(look)
    }

    /// Looks at the value once.
    pub fn with_untracked<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        match read(self.0) {
            Some(guard) => look(of(&**guard)),
            None => gone(),
        }
    }
}

impl<T: Clone + 'static> Memo<T> {
    /// The value; whoever calls this is told of the next change.
    pub fn get(&self) -> T {
        track(self.0);
        self.get_untracked()
    }

    /// The value, once.
    pub fn get_untracked(&self) -> T {
        self.with_untracked(T::clone)
    }
}
