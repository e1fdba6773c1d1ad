//! Devices whose worker does not stretch passwords: the browser's time is not the server's.

use client::worker::{Unstretched, answer_with};
use client::{Client, Platform};
use harness::lying::Lying;
use harness::net::Net;
use harness::person::Device;

/// A device; `Lying`, which here says the truth, keeps what was asked.
pub(crate) type Machine = Device<Lying<Net>>;

/// For accounts made here.
pub(crate) fn quick(authority: &str, platform: Platform) -> Client<Machine> {
    let device = Device::new(Lying::new(Net::new(authority)));
    Client::new(device.with_worker(answer_with::<Unstretched>), platform)
}

/// For accounts of the demonstration, which were made with Argon2id and need it.
pub(crate) fn stretching(authority: &str, platform: Platform) -> Client<Machine> {
    Client::new(Device::new(Lying::new(Net::new(authority))), platform)
}
