//! Leptos' signals, memos, stored values and effects, compiled for one type each: the browser loads their code once
//! instead of once for every type of value (docs/adr/0415). They are called as Leptos' own and behave like them.
//!
//! All are local: a value is read in the thread that made it, as everything of a page is.

mod effect;
mod memo;
mod read;
mod signal;
mod stored;

pub use effect::{effect, effect_after};
pub use memo::Memo;
pub use read::Signal;
pub use signal::RwSignal;
pub use stored::StoredValue;

use std::any::Any;

/// A value of a type that only its owner knows.
type Erased = Box<dyn Any>;

/// The value, of the type it was made with.
#[inline(never)]
fn of<T: 'static>(value: &dyn Any) -> &T {
    match value.downcast_ref() {
        Some(value) => value,
        None => unreachable!("each wrapper reads only what it wrote"),
    }
}

/// As [`of`], to change it.
#[inline(never)]
fn of_mut<T: 'static>(value: &mut dyn Any) -> &mut T {
    match value.downcast_mut() {
        Some(value) => value,
        None => unreachable!("each wrapper reads only what it wrote"),
    }
}

/// A handle that is copied, whatever it leads to.
macro_rules! copied {
    ($name:ident) => {
        impl<T> Copy for $name<T> {}
        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }
    };
}
use copied;
