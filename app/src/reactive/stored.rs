use super::signal::gone;
use super::{Erased, copied, of, of_mut};
use leptos::prelude::{LocalStorage, ReadValue, WriteValue};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

type Inner = leptos::prelude::StoredValue<Erased, LocalStorage>;

/// A value that lives as long as its screen and tells nobody: [`leptos::prelude::StoredValue`].
pub struct StoredValue<T>(Inner, PhantomData<fn() -> T>);

copied!(StoredValue);

#[inline(never)]
fn make(value: Erased) -> Inner {
    Inner::new_local(value)
}

#[inline(never)]
fn read(stored: Inner) -> Option<impl Deref<Target = Erased>> {
    stored.try_read_value()
}

#[inline(never)]
fn write(stored: &Inner) -> Option<impl DerefMut<Target = Erased>> {
    stored.try_write_value()
}

/// What is gone answers `None` to what begins with `try_`, is left alone by what changes it, and must not be read.
impl<T: 'static> StoredValue<T> {
    /// Keeps a value.
    pub fn new(value: T) -> Self {
        Self(make(Box::new(value)), PhantomData)
    }

    /// Looks at the value.
    pub fn with_value<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        match self.try_with_value(look) {
            Some(seen) => seen,
            None => gone(),
        }
    }

    /// Looks at the value.
    pub fn try_with_value<U>(&self, look: impl FnOnce(&T) -> U) -> Option<U> {
        read(self.0).map(|guard| look(of(&**guard)))
    }

    /// Changes the value in its place.
    pub fn update_value<U>(&self, change: impl FnOnce(&mut T) -> U) {
        drop(self.try_update_value(change));
    }

    /// Changes the value in its place.
    pub fn try_update_value<U>(&self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        write(&self.0).map(|mut guard| change(of_mut(&mut **guard)))
    }

    /// Another value.
    pub fn set_value(&self, value: T) {
        drop(self.try_set_value(value));
    }

    /// Another value; given back if there is no place for it any more.
    pub fn try_set_value(&self, value: T) -> Option<T> {
        match write(&self.0) {
            Some(mut guard) => {
                *of_mut(&mut **guard) = value;
                None
            }
            None => Some(value),
        }
    }
}

impl<T: Clone + 'static> StoredValue<T> {
    /// The value.
    pub fn get_value(&self) -> T {
        self.with_value(T::clone)
    }

    /// The value.
    pub fn try_get_value(&self) -> Option<T> {
        self.try_with_value(T::clone)
    }
}
