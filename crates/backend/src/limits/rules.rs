//! The rules, one a feature: what is asked of whoever wants it now, and what counts.
//!
//! Looking and counting are two steps: between them the work is checked, and work that was not
//! done must not count against somebody else.

use domain::Refusal;
use domain::id::{AccountId, AgencyId};

use super::address::shorten;
use super::buckets::Buckets;
use super::{AddressKey, ENQUIRY_ROOM, Limiter, too_many};

impl Limiter {
    /// The work that beginning a sign-in costs now: tries on average, 0 for none. `name` is what
    /// the database looks a name up by, alike for names that do not exist.
    ///
    /// From an address from which this name was not tried within the hour, one try is always
    /// possible, for the most work: whoever keeps trying elsewhere locks nobody out.
    pub(crate) fn sign_in(
        &self,
        name: &[u8; 32],
        from: Option<AddressKey>,
    ) -> Result<u32, Refusal> {
        let (now, key) = (self.now(), self.key_of(name));
        let wait = self.sign_in_account.wait(key, now);
        if wait > 0 {
            return match from {
                Some(from) if !self.sign_in_pair.is_full(self.pair(name, from), now) => {
                    Ok(self.work_most())
                }
                _ => Err(too_many(wait)),
            };
        }
        let over = if self.sign_in_account.is_over(key, now) {
            2
        } else {
            0
        };
        let all = u32::from(self.sign_in_all.is_full(0, now));
        Ok(self.work(over + self.over(&self.sign_in_address, from) + all))
    }

    /// A sign-in begins.
    pub(crate) fn begin_sign_in(
        &self,
        name: &[u8; 32],
        from: Option<AddressKey>,
    ) -> Result<(), Refusal> {
        let (now, key) = (self.now(), self.key_of(name));
        let pair = from.map(|from| self.pair(name, from));
        if let Err(wait) = self.sign_in_account.try_take(key, now) {
            match pair {
                Some(pair) if self.sign_in_pair.try_take(pair, now).is_ok() => {
                    self.sign_in_account.take(key, now);
                }
                _ => return Err(too_many(wait)),
            }
        } else if let Some(pair) = pair {
            self.sign_in_pair.take(pair, now);
        }
        self.count(&self.sign_in_address, from);
        self.sign_in_all.take(0, now);
        Ok(())
    }

    /// A sign-in was finished with the right password: it does not count against its name.
    pub(crate) fn signed_in(&self, name: &[u8; 32]) {
        self.sign_in_account.give_back(self.key_of(name));
    }

    /// A second factor is being tried. Only who knows the password comes this far, so nobody else can make the owner
    /// wait.
    pub(crate) fn begin_factor(&self, account: AccountId) -> Result<(), Refusal> {
        let key = self.key_of(account.as_bytes());
        self.factor.try_take(key, self.now()).map_err(too_many)
    }

    /// It was the right one: it does not count.
    pub(crate) fn factor_passed(&self, account: AccountId) {
        self.factor.give_back(self.key_of(account.as_bytes()));
    }

    /// Somebody wants to sign in by a passkey alone. There is nothing to guess: only an address that went wrong too
    /// often waits, for its own sake.
    pub(crate) fn passkey(&self, from: Option<AddressKey>) -> Result<(), Refusal> {
        let Some(AddressKey(key)) = from else {
            return Ok(());
        };
        let waits = self
            .sign_in_address
            .iter()
            .map(|rule| rule.wait(key, self.now()));
        match waits.max() {
            None | Some(0) => Ok(()),
            Some(wait) => Err(too_many(wait)),
        }
    }

    /// It went wrong.
    pub(crate) fn passkey_failed(&self, from: Option<AddressKey>) {
        self.count(&self.sign_in_address, from);
    }

    /// The work that an account costs now.
    pub(crate) fn registration(&self, from: Option<AddressKey>) -> Result<u32, Refusal> {
        let now = self.now();
        match self.register_most.wait(0, now) {
            0 => {}
            wait => return Err(too_many(wait)),
        }
        let all = u32::from(self.register_all.is_full(0, now));
        Ok(self.work(1 + self.over(&self.register_address, from) + 2 * all))
    }

    /// An account is being made.
    pub(crate) fn begin_registration(&self, from: Option<AddressKey>) {
        self.count(&self.register_address, from);
        self.register_all.take(0, self.now());
        self.register_most.take(0, self.now());
    }

    /// The work that a first enquiry costs now. Without an agency: the least.
    pub(crate) fn enquiry(
        &self,
        account: Option<AccountId>,
        from: Option<AddressKey>,
        agency: Option<AgencyId>,
    ) -> Result<u32, Refusal> {
        let now = self.now();
        let mut doublings = u32::from(from.is_none());
        for (buckets, key) in self.of_enquiry(account, from, agency).into_iter().flatten() {
            match buckets.wait(key, now) {
                0 => {}
                wait => return Err(too_many(wait)),
            }
            let part = buckets.room() / ENQUIRY_ROOM;
            doublings = doublings.max(match buckets.used(key, now) {
                used if used < part => 0,
                used if used < part.saturating_mul(2) => 1,
                _ => 2,
            });
        }
        Ok(self.work(1 + doublings))
    }

    /// An enquiry is being sent.
    pub(crate) fn begin_enquiry(
        &self,
        account: AccountId,
        from: Option<AddressKey>,
        agency: AgencyId,
    ) {
        let now = self.now();
        for (buckets, key) in self
            .of_enquiry(Some(account), from, Some(agency))
            .into_iter()
            .flatten()
        {
            buckets.take(key, now);
        }
    }

    fn of_enquiry(
        &self,
        account: Option<AccountId>,
        from: Option<AddressKey>,
        agency: Option<AgencyId>,
    ) -> [Option<(&Buckets, u32)>; 3] {
        [
            account.map(|account| (&self.enquiry_account, self.key_of(account.as_bytes()))),
            from.map(|AddressKey(key)| (&self.enquiry_address, key)),
            agency.map(|agency| (&self.enquiry_inbox, self.key_of(agency.as_bytes()))),
        ]
    }

    /// A message is being sent.
    pub(crate) fn message(&self, account: AccountId) -> Result<(), Refusal> {
        let (now, key) = (self.now(), self.key_of(account.as_bytes()));
        let waits = self.messages.iter().map(|buckets| buckets.wait(key, now));
        match waits.max() {
            None | Some(0) => {
                for buckets in &self.messages {
                    buckets.take(key, now);
                }
                Ok(())
            }
            Some(wait) => Err(too_many(wait)),
        }
    }

    /// The work that trying a recovery code costs now. `code` is its id, alike for codes that nobody
    /// has: nobody else can use up the tries of a code, because only its owner knows the id.
    pub(crate) fn recovery(
        &self,
        code: &[u8; 16],
        from: Option<AddressKey>,
    ) -> Result<u32, Refusal> {
        let now = self.now();
        let mut wait = self.recovery_code.wait(self.key_of(code), now);
        if let Some(AddressKey(key)) = from {
            wait = wait.max(self.recovery_address.wait(key, now));
        }
        match wait {
            0 => Ok(self.recovery_work(from)),
            wait => Err(too_many(wait)),
        }
    }

    /// The least work for it: most for addresses that are not known, because they share no bucket.
    pub(crate) fn recovery_work(&self, from: Option<AddressKey>) -> u32 {
        self.work(if from.is_some() { 1 } else { 3 })
    }

    /// A recovery code is being tried.
    pub(crate) fn begin_recovery(&self, code: &[u8; 16], from: Option<AddressKey>) {
        let now = self.now();
        self.recovery_code.take(self.key_of(code), now);
        if let Some(AddressKey(key)) = from {
            self.recovery_address.take(key, now);
        }
    }

    /// The work that a key for a tab's draft costs now.
    pub(crate) fn tab(&self, from: Option<AddressKey>) -> u32 {
        let over = match from {
            Some(AddressKey(key)) => self.tab.is_full(key, self.now()),
            None => true,
        };
        self.work(over.into())
    }

    /// A key for a tab's draft is being given.
    pub(crate) fn begin_tab(&self, from: Option<AddressKey>) {
        if let Some(AddressKey(key)) = from {
            self.tab.take(key, self.now());
        }
    }

    /// Work after this many steps: none, the usual, twice as much, four times …
    fn work(&self, steps: u32) -> u32 {
        let Some(doublings) = steps.checked_sub(1) else {
            return 0;
        };
        let times = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
        self.table.work.saturating_mul(times).min(self.work_most())
    }

    /// The most work; browsers do no more than their own limit, whatever is said here.
    fn work_most(&self) -> u32 {
        self.table.work_most.min(crypto::work::TRIES_MOST)
    }

    /// How many of these limits an address is over; an address that is not known counts as over one.
    fn over(&self, rules: &[Buckets], from: Option<AddressKey>) -> u32 {
        let Some(AddressKey(key)) = from else {
            return 1;
        };
        let full = rules.iter().filter(|rule| rule.is_full(key, self.now()));
        full.fold(0, |count, _| count + 1)
    }

    fn count(&self, rules: &[Buckets], from: Option<AddressKey>) {
        if let Some(AddressKey(key)) = from {
            for rule in rules {
                rule.take(key, self.now());
            }
        }
    }

    fn key_of(&self, id: &[u8]) -> u32 {
        shorten(&self.key, &[id])
    }

    fn pair(&self, name: &[u8; 32], from: AddressKey) -> u32 {
        self.today().of_pair(name, from)
    }
}
