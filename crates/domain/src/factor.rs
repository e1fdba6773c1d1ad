//! The second factor: what is asked for after the password, and how it is set up. Obligatory for staff, offered to
//! seekers.

use serde::{Deserialize, Serialize};

use crate::Blob;
use crate::account::{Confirmation, Secretive, SignedIn};
use crate::id::FactorId;
use crate::time::Day;

/// Random bytes of an app's seed (RFC 4226, 4: R6).
pub const SEED: usize = 20;
/// Digits of an app's code.
pub const DIGITS: usize = 6;
/// Seconds for which an app shows a code (RFC 6238, 5.2).
pub const STEP: u64 = 30;
/// Codes for a lost factor that are made at once.
pub const SPARE: usize = 8;
/// The most factors of an account.
pub const MOST: usize = 6;

/// What somebody has besides the password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Six digits of an app, or a code for a lost factor.
    Code(Secretive),
    /// What a passkey said: `AuthenticationResponseJSON` (WebAuthn Level 3, 5.1), as text.
    Passkey(Secretive),
}

/// An answer to [`crate::Refusal::FactorNeeded`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Shown {
    /// The refusal's state, unchanged.
    pub state: Blob,
    /// The factor.
    pub answer: Answer,
}

/// Last step of a sign-in whose password was right; a session begins.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FinishSignIn {
    /// The factor.
    pub shown: Shown,
}

/// Confirms a dangerous step of the own account: first with the password, and then, if [`crate::Refusal::FactorNeeded`]
/// is the answer, with the factor.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confirm {
    /// The password, typed just now.
    Password(Confirmation),
    /// The factor.
    Factor(Shown),
}

/// The person is here, with all that the account asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Confirmed {
    /// For one [`Confirmation`], without its finish, within five minutes.
    pub state: Blob,
}

/// Asks which factors the own account has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListFactors {}

/// The factors of the own account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Factors {
    /// Those that were set up, the oldest first.
    pub factors: Vec<ListedFactor>,
    /// Codes for a lost factor that were not used yet.
    pub spare: u32,
    /// Whether passkeys can be used at this address: they belong to a name, not to a number.
    pub passkeys: bool,
}

/// One of them. No name: what somebody calls it would be a text about them in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedFactor {
    /// To remove it by.
    pub factor: FactorId,
    /// What it is.
    pub kind: FactorKind,
    /// Since when.
    pub added: Day,
    /// A passkey that also opens the account, without the password.
    #[serde(default)]
    pub opens: bool,
}

/// What a factor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactorKind {
    /// An app that shows six digits (TOTP, RFC 6238).
    App,
    /// A passkey (WebAuthn).
    Passkey,
}

/// Asks what a browser needs to make a passkey.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StartPasskey {}

/// Answer to [`StartPasskey`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PasskeyStarted {
    /// The server's state, sealed under its key, for five minutes.
    pub state: Blob,
    /// `PublicKeyCredentialCreationOptionsJSON` (WebAuthn Level 3, 5.1), as text.
    pub options: String,
}

/// Asks what a browser needs to sign in with a passkey alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StartPasskeySignIn {}

/// Answer to [`StartPasskeySignIn`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PasskeyAsked {
    /// The server's state, sealed under its key, for five minutes.
    pub state: Blob,
    /// `PublicKeyCredentialRequestOptionsJSON` (WebAuthn Level 3, 5.1), as text; it names no account.
    pub options: String,
}

/// Signs in with a passkey that has looked whose finger or PIN it is: that is two factors in one. A session begins;
/// [`SignedIn::key_wrap`] is the passkey's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PasskeySignIn {
    /// [`PasskeyAsked::state`], unchanged.
    pub state: Blob,
    /// `AuthenticationResponseJSON` (WebAuthn Level 3, 5.1), as text, without the results of extensions.
    pub answer: Secretive,
}

/// A factor to be set up.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewFactor {
    /// An app; the browser has made the seed.
    App {
        /// [`SEED`] bytes.
        seed: Blob,
        /// What the app shows.
        code: Secretive,
    },
    /// A passkey.
    Passkey {
        /// [`PasskeyStarted::state`], unchanged.
        state: Blob,
        /// `RegistrationResponseJSON` (WebAuthn Level 3, 5.1), as text.
        answer: Secretive,
        /// The account key under what only this passkey computes (its PRF; WebAuthn Level 3, 10.1.4), where it can: key
        /// wrap (type 02). Staff only: a passkey that finds its account by itself tells everybody who holds it that
        /// there is one.
        #[serde(default)]
        key_wrap: Option<Blob>,
    },
}

/// Sets a factor up. All other sessions end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddFactor {
    /// The person is here. None in a session that allows nothing but this: the
    /// password began it.
    pub confirmation: Option<Confirmation>,
    /// Which.
    pub new: NewFactor,
}

/// It is set up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FactorAdded {
    /// With the first factor: [`SPARE`] codes for a lost one, with spaces between them. Told once. Else empty.
    pub spare: Secretive,
    /// Instead of a session that allowed nothing but this.
    pub session: Option<SignedIn>,
}

/// Takes a factor away. All other sessions end. Staff keep at least one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveFactor {
    /// The person is here.
    pub confirmation: Confirmation,
    /// Which; without it, all.
    pub factor: Option<FactorId>,
}

/// Makes new codes for a lost factor; those before count no more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RenewSpare {
    /// The person is here.
    pub confirmation: Confirmation,
}

/// New codes for a lost factor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SpareCodes {
    /// [`SPARE`] of them, with spaces between them. Told once.
    pub spare: Secretive,
}
