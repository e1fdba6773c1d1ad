use super::{Memo, RwSignal, StoredValue, copied};
use std::rc::Rc;

/// Something to read that changes, wherever it comes from: [`leptos::prelude::Signal`].
pub enum Signal<T> {
    /// It is set.
    Set(RwSignal<T>),
    /// It is computed, and kept.
    Computed(Memo<T>),
    /// It is computed again each time.
    Derived(StoredValue<Rc<dyn Fn() -> T>>),
}

copied!(Signal);

impl<T: Clone + 'static> Signal<T> {
    /// What this computes of others.
    pub fn derive(compute: impl Fn() -> T + 'static) -> Self {
        Self::Derived(StoredValue::new(Rc::new(compute)))
    }

    /// The value; whoever calls this is told of the next change.
    pub fn get(&self) -> T {
        match self {
            Self::Set(signal) => signal.get(),
            Self::Computed(memo) => memo.get(),
            Self::Derived(compute) => compute.get_value()(),
        }
    }

    /// The value, once.
    pub fn get_untracked(&self) -> T {
        match self {
            Self::Set(signal) => signal.get_untracked(),
            Self::Computed(memo) => memo.get_untracked(),
            Self::Derived(compute) => {
                let compute = compute.get_value();
                leptos::prelude::untrack(|| compute())
            }
        }
    }

    /// Looks at the value; is told of the next change.
    pub fn with<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        match self {
            Self::Set(signal) => signal.with(look),
            Self::Computed(memo) => memo.with(look),
            Self::Derived(compute) => look(&compute.get_value()()),
        }
    }

    /// Looks at the value once.
    pub fn with_untracked<U>(&self, look: impl FnOnce(&T) -> U) -> U {
        match self {
            Self::Set(signal) => signal.with_untracked(look),
            Self::Computed(memo) => memo.with_untracked(look),
            Self::Derived(_) => look(&self.get_untracked()),
        }
    }
}

impl<T> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self::Set(signal)
    }
}

impl<T> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Self {
        Self::Computed(memo)
    }
}
