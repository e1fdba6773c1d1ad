//! The thread that writes.

use std::future::Future;

use tokio::runtime::Handle;

/// Runs a future to its end in a thread of its own: what it does may wait for the disk. Timers and
/// wakers are those of the runtime in which this is called.
///
/// # Errors
/// None but those of a system that has no threads left.
pub(crate) fn spawn(work: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
    let runtime = Handle::current();
    let thread = std::thread::Builder::new().name("sqlite-writer".to_owned());
    thread.spawn(move || runtime.block_on(work)).map(drop)
}
