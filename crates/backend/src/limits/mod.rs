//! Limits without stored addresses: one table of numbers, buckets in memory only.
//!
//! Over a limit there is mostly work instead of a refusal ([`crate::work`]): whoever shares an
//! address with an abuser still gets through, and nobody can lock somebody else out.

mod address;
mod buckets;
mod growing;
mod rate;
mod rules;
mod table;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Refusal;
use domain::time::Timestamp;
use zeroize::Zeroizing;

use crate::actor::Actor;
use crate::config::{Clock, Dice, Random};
use crate::error::Error;
use address::DayKey;
use buckets::Buckets;
use growing::{Growing, Tries};

pub use address::AddressKey;
pub use rate::{NoRate, Rate, Rates};
pub use table::Table;

/// Bits of the keys of accounts, sessions and agencies: those who share a bucket are few.
const BITS: u32 = 18;
/// How often an enquiry's limit is exceeded with more work, before there is a wait.
const ENQUIRY_ROOM: u32 = 4;

/// All buckets.
pub struct Limiter {
    table: Table,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    key: Zeroizing<[u8; 32]>,
    day: Mutex<DayKey>,
    sign_in_account: Tries,
    sign_in_pair: Buckets,
    sign_in_address: Vec<Buckets>,
    sign_in_all: Buckets,
    register_address: Vec<Buckets>,
    register_all: Buckets,
    register_most: Buckets,
    enquiry_account: Buckets,
    enquiry_address: Buckets,
    enquiry_inbox: Buckets,
    messages: Vec<Buckets>,
    api: Buckets,
    factor: Tries,
    recovery_code: Buckets,
    recovery_address: Buckets,
    tab: Buckets,
    reports: Buckets,
}

impl std::fmt::Debug for Limiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Limiter")
    }
}

impl Limiter {
    pub(crate) fn new(table: Table, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let several = |rates: &Rates, bits| {
            rates
                .0
                .iter()
                .map(|rate| Buckets::new(*rate, bits))
                .collect()
        };
        let tried = Growing::new(
            table.sign_in_free,
            table.sign_in_longest_wait,
            table.sign_in_fades,
        );
        let shown = Growing::new(
            table.factor_free,
            table.factor_longest_wait,
            table.factor_fades,
        );
        let roomy = |rate: Rate, bits| Buckets::new(rate.with_room(ENQUIRY_ROOM), bits);
        Self {
            day: Mutex::new(DayKey::make(clock.now().day(), random.as_ref())),
            key: Zeroizing::new(Dice(random.as_ref()).bytes()),
            sign_in_account: Tries::new(tried, BITS),
            sign_in_pair: Buckets::new(Rate::new(1, table.sign_in_fades), BITS),
            sign_in_address: several(&table.sign_in_address, address::BITS),
            sign_in_all: Buckets::new(table.sign_in_all, 0),
            register_address: several(&table.register_address, address::BITS),
            register_all: Buckets::new(table.register_all, 0),
            register_most: Buckets::new(table.register_most, 0),
            enquiry_account: roomy(table.enquiry_account, BITS),
            enquiry_address: roomy(table.enquiry_address, address::BITS),
            enquiry_inbox: roomy(table.enquiry_inbox, BITS),
            messages: several(&table.messages, BITS),
            api: Buckets::new(table.api, BITS),
            factor: Tries::new(shown, BITS),
            recovery_code: Buckets::new(table.recovery_code, BITS),
            recovery_address: Buckets::new(table.recovery_address, address::BITS),
            tab: Buckets::new(table.tab, address::BITS),
            reports: Buckets::new(table.reports, address::BITS),
            table,
            clock,
            random,
        }
    }

    /// What stands for an address today. With a new day comes a new secret, and all counts of
    /// addresses begin anew.
    #[must_use]
    pub fn address(&self, address: IpAddr) -> AddressKey {
        self.today().of(address)
    }

    /// A call of a session; without a session each action has limits of its own.
    ///
    /// # Errors
    /// [`Refusal::TooMany`].
    pub fn call(&self, actor: &Actor) -> Result<(), Error> {
        let Some(session) = actor.limiter_key() else {
            return Ok(());
        };
        Ok(self.api.try_take(session, self.now()).map_err(too_many)?)
    }

    /// Whether a report of a broken policy is still read.
    #[must_use]
    pub fn takes_report(&self, from: Option<AddressKey>) -> bool {
        // Who cannot be told apart shares one bucket.
        let AddressKey(key) = from.unwrap_or(AddressKey(0));
        self.reports.try_take(key, self.now()).is_ok()
    }

    /// The most live channels of a session.
    pub(crate) const fn sockets(&self) -> u32 {
        self.table.sockets
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The day's secret, made anew when the day is another.
    fn today(&self) -> MutexGuard<'_, DayKey> {
        let today = self.now().day();
        let mut key = self.day.lock().unwrap_or_else(PoisonError::into_inner);
        if key.day != today {
            *key = DayKey::make(today, self.random.as_ref());
            let of_address = self.sign_in_address.iter().chain(&self.register_address);
            let single = [
                &self.sign_in_pair,
                &self.enquiry_address,
                &self.recovery_address,
                &self.tab,
                &self.reports,
            ];
            for buckets in of_address.chain(single) {
                buckets.clear();
            }
        }
        key
    }
}

pub(crate) const fn too_many(retry_after: u32) -> Refusal {
    Refusal::TooMany { retry_after }
}
