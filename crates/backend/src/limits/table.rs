//! The `[limits]` of the configuration: all numbers, and their defaults (hardening.md 4.5).

use serde::Deserialize;

use super::rate::{Rate, Rates};

/// The numbers. A name that is not one of these stops the start.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Table {
    /// Sign-ins of one account that are begun without a wait.
    pub sign_in_free: u32,
    /// The longest wait between later ones, in seconds.
    pub sign_in_longest_wait: u32,
    /// After how many seconds without a try all are forgotten.
    pub sign_in_fades: u32,
    /// Sign-ins begun from one address; more cost work.
    pub sign_in_address: Rates,
    /// Sign-ins begun by everybody; more cost everybody work.
    pub sign_in_all: Rate,
    /// Accounts made from one address; more cost more work.
    pub register_address: Rates,
    /// Accounts made by everybody; more cost everybody more work.
    pub register_all: Rate,
    /// Accounts that can be made at all: beyond it everybody waits.
    pub register_most: Rate,
    /// First enquiries of one account. Up to four times as many cost more work; then there is a wait.
    pub enquiry_account: Rate,
    /// The same from one address.
    pub enquiry_address: Rate,
    /// The same to one agency.
    pub enquiry_inbox: Rate,
    /// Messages of one account; more wait in the sender's queue.
    pub messages: Rates,
    /// Calls of one session.
    pub api: Rate,
    /// Live channels of one session.
    pub sockets: u32,
    /// Second factors of one account that are tried without a wait.
    pub factor_free: u32,
    /// The longest wait between later ones, in seconds.
    pub factor_longest_wait: u32,
    /// After how many seconds without a try all are forgotten.
    pub factor_fades: u32,
    /// Tries of one recovery code; then there is a wait.
    pub recovery_code: Rate,
    /// Tries of recovery codes from one address; then there is a wait.
    pub recovery_address: Rate,
    /// Keys of tab drafts given to one address; more cost work.
    pub tab: Rate,
    /// Reports of broken policies from one address; more are dropped.
    pub reports: Rate,
    /// Work that is asked where it always is: tries that it takes on average.
    pub work: u32,
    /// The most work that is ever asked: 6 seconds on a slow phone.
    pub work_most: u32,
    /// Seconds for which a challenge can be used.
    pub work_time: u32,
}

impl Default for Table {
    fn default() -> Self {
        const MINUTE: u32 = 60;
        const HOUR: u32 = 60 * MINUTE;
        const DAY: u32 = 24 * HOUR;
        Self {
            sign_in_free: 5,
            sign_in_longest_wait: 300,
            sign_in_fades: HOUR,
            sign_in_address: Rates(vec![Rate::new(20, 10 * MINUTE), Rate::new(100, DAY)]),
            sign_in_all: Rate::new(50, 1),
            register_address: Rates(vec![Rate::new(3, HOUR), Rate::new(10, DAY)]),
            register_all: Rate::new(300, HOUR),
            register_most: Rate::new(3_000, HOUR),
            enquiry_account: Rate::new(3, DAY),
            enquiry_address: Rate::new(5, HOUR),
            enquiry_inbox: Rate::new(60, HOUR),
            messages: Rates(vec![
                Rate::new(5, 1),
                Rate::new(20, MINUTE),
                Rate::new(300, DAY),
            ]),
            api: Rate::new(40, 4),
            sockets: 4,
            factor_free: 5,
            factor_longest_wait: 300,
            factor_fades: HOUR,
            recovery_code: Rate::new(5, DAY),
            recovery_address: Rate::new(20, DAY),
            tab: Rate::new(30, HOUR),
            reports: Rate::new(10, MINUTE),
            work: 16,
            work_most: 64,
            work_time: 5 * MINUTE,
        }
    }
}
