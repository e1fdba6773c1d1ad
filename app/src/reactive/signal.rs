use super::{Erased, copied, of, of_mut};
use leptos::prelude::{LocalStorage, ReadUntracked, Track, Write};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

type Inner = leptos::prelude::RwSignal<Erased, LocalStorage>;

/// A value that tells who reads it when it changes: [`leptos::prelude::RwSignal`].
pub struct RwSignal<T>(Inner, PhantomData<fn() -> T>);

copied!(RwSignal);

#[inline(never)]
fn make(value: Erased) -> Inner {
    Inner::new_local(value)
}

#[inline(never)]
fn track(signal: Inner) {
    signal.track();
}

#[inline(never)]
fn read(signal: Inner) -> Option<impl Deref<Target = Erased>> {
    signal.try_read_untracked()
}

/// Tells the readers when it is dropped.
#[inline(never)]
fn write(signal: &Inner) -> Option<impl DerefMut<Target = Erased>> {
    signal.try_write()
}

/// What is gone answers `None` to what begins with `try_`, is left alone by what changes it, and must not be read.
impl<T: 'static> RwSignal<T> {
    /// A signal with its first value.
    pub fn new(value: T) -> Self {
        Self(make(Box::new(value)), PhantomData)
    }

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
        match self.try_with_untracked(look) {
            Some(seen) => seen,
            None => gone(),
        }
    }

    /// Looks at the value once.
    pub fn try_with_untracked<U>(&self, look: impl FnOnce(&T) -> U) -> Option<U> {
        read(self.0).map(|guard| look(of(&**guard)))
    }

    /// Changes the value in its place.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        if let Some(mut guard) = write(&self.0) {
            change(of_mut(&mut **guard));
        }
    }

    /// Another value.
    pub fn set(&self, value: T) {
        drop(self.try_set(value));
    }

    /// Another value; given back if the signal is gone.
    pub fn try_set(&self, value: T) -> Option<T> {
        match write(&self.0) {
            Some(mut guard) => {
                *of_mut(&mut **guard) = value;
                None
            }
            None => Some(value),
        }
    }
}

impl<T: Clone + 'static> RwSignal<T> {
    /// The value; whoever calls this is told of the next change.
    pub fn get(&self) -> T {
        track(self.0);
        self.get_untracked()
    }

    /// The value, once.
    pub fn get_untracked(&self) -> T {
        self.with_untracked(T::clone)
    }

    /// The value, once.
    pub fn try_get_untracked(&self) -> Option<T> {
        self.try_with_untracked(T::clone)
    }
}

#[cold]
#[inline(never)]
pub(super) fn gone() -> ! {
    unreachable!("a value is read after its screen is gone")
}
