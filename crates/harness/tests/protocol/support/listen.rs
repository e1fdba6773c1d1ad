//! Hearing what an honest server says, so that it can be said again elsewhere.

use std::cell::RefCell;
use std::rc::Rc;

use client::Client;
use domain::wire::Call;

use crate::support::Machine;

/// Everything that the server answered to `C` from now on.
pub(crate) type Heard<C> = Rc<RefCell<Vec<<C as Call>::Reply>>>;

/// Listens to answers to `C`; the newest is the last.
pub(crate) fn listen<C: Call>(client: &Client<Machine>) -> Heard<C>
where
    C::Reply: Clone,
{
    let heard: Heard<C> = Rc::default();
    let keep = Rc::clone(&heard);
    client
        .world()
        .net()
        .about::<C>(move |reply| keep.borrow_mut().push(reply.clone()));
    heard
}

/// The last that was heard.
pub(crate) fn last<T: Clone>(heard: &Rc<RefCell<Vec<T>>>) -> T {
    heard.borrow().last().cloned().unwrap()
}
