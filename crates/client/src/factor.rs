//! The second factor: what confirms a dangerous step, setting one up, removing one. The server is who asks for it; a
//! server that lies about it deceives itself, because no key of this program hangs on it (docs/adr/0420).

use crypto::account::AccountKey;
use crypto::keywrap::{KeyWrap, Purpose};
use domain::account::Secretive;
use domain::factor::{
    AddFactor, FactorAdded, Factors, ListFactors, NewFactor, PasskeyAsked, PasskeySignIn,
    PasskeyStarted, RemoveFactor, RenewSpare, SEED, Shown, StartPasskey, StartPasskeySignIn,
};
use domain::id::FactorId;
use domain::{Blob, Refusal};

use crate::account::{begin, confirm};
use crate::call::call;
use crate::error::Error;
use crate::session::{Client, Session};
use crate::world::{Asked, World};

/// Asks the person for the second factor if that is what `first` says, until it is right.
pub(crate) async fn pass<W: World, T>(
    client: &Client<W>,
    first: Result<T, Error>,
    again: impl AsyncFn(Shown) -> Result<T, Error>,
) -> Result<T, Error> {
    let Err(Error::Refused(Refusal::FactorNeeded {
        state,
        app,
        passkey,
    })) = first
    else {
        return first;
    };
    let mut asked = Asked {
        passkey,
        again: false,
    };
    loop {
        let Some(answer) = client.world().factor(asked.clone()).await else {
            let passkey = asked.passkey;
            return Err(Error::Refused(Refusal::FactorNeeded {
                state,
                app,
                passkey,
            }));
        };
        let state = state.clone();
        match again(Shown { state, answer }).await {
            Err(Error::Refused(Refusal::WrongFactor)) => asked.again = true,
            other => return other,
        }
    }
}

/// The seed of an app that is being set up.
pub struct Seed([u8; SEED]);

impl Seed {
    /// A new one.
    #[must_use]
    pub fn make<W: World>(client: &Client<W>) -> Self {
        Self(crypto::random::make_bytes(&mut client.world().random()))
    }

    /// One that is known: the demonstration's.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; SEED]) -> Self {
        Self(bytes)
    }

    /// As apps read it: base 32 (RFC 4648, 6), 32 letters and digits.
    #[must_use]
    pub fn to_text(&self) -> String {
        const SYMBOLS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let bit = |at: usize| self.0[at / 8] >> (7 - at % 8) & 1;
        (0..SEED * 8 / 5)
            .map(|at| (0..5).fold(0, |symbol, of| symbol << 1 | bit(at * 5 + of)))
            .map(|symbol| char::from(SYMBOLS[usize::from(symbol)]))
            .collect()
    }

    /// The address that apps open, or read from a picture: what they show it as, and the seed.
    #[must_use]
    pub fn to_link(&self, shown_as: &str) -> String {
        let mut link = String::from("otpauth://totp/");
        for byte in shown_as.bytes() {
            if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
                link.push(char::from(byte));
            } else {
                link.push('%');
                for digit in [byte >> 4, byte & 15] {
                    link.extend(char::from_digit(digit.into(), 16));
                }
            }
        }
        link.push_str("?secret=");
        link.push_str(&self.to_text());
        link
    }
}

/// A factor was set up.
pub struct Added<W> {
    /// Codes for a lost factor, with spaces between them, if it is the first. Nobody is told them again.
    pub spare: Secretive,
    /// Instead of a session that allowed nothing but this.
    pub session: Option<Session<W>>,
}

/// The factors of the own account.
///
/// # Errors
/// As [`call`].
pub async fn list<W: World>(session: &Session<W>) -> Result<Factors, Error> {
    call(session.client().transport(), ListFactors {}).await
}

/// Sets up an app that has this seed and shows this code. Without a password only where staff have no factor yet.
///
/// # Errors
/// [`Refusal::WrongFactor`] for another code, also of another time; or as [`confirm`].
pub async fn add_app<W: World>(
    session: &Session<W>,
    password: Option<Secretive>,
    seed: &Seed,
    code: &str,
) -> Result<Added<W>, Error> {
    let new = NewFactor::App {
        seed: Blob::from(seed.0),
        code: Secretive(code.to_owned()),
    };
    add(session, password, new).await
}

/// What a browser needs to make a passkey.
///
/// # Errors
/// As [`call`].
pub async fn start_passkey<W: World>(session: &Session<W>) -> Result<PasskeyStarted, Error> {
    call(session.client().transport(), StartPasskey {}).await
}

/// What a passkey has computed (PRF; WebAuthn Level 3, 10.1.4): it opens the account, so nobody but this program may see it.
pub type Output = crypto::Secret<32>;

/// What a passkey that was made said.
pub struct Made {
    /// [`PasskeyStarted::state`], unchanged.
    pub state: Blob,
    /// What the browser said to [`PasskeyStarted::options`], without the results of extensions.
    pub answer: String,
    /// What the passkey computed of [`passkey_input`], if it can.
    pub output: Option<Output>,
}

/// Sets up a passkey. One that computes something also opens the account, without the password; seekers leave [`Made::output`] away.
///
/// # Errors
/// [`Refusal::WrongFactor`], or as [`confirm`].
pub async fn add_passkey<W: World>(
    session: &Session<W>,
    password: Option<Secretive>,
    made: Made,
) -> Result<Added<W>, Error> {
    let rng = &mut session.client().world().random();
    let key_wrap = match made.output {
        Some(output) => {
            let (account, key) = (session.account(), session.key());
            let wrap = KeyWrap::seal(rng, Purpose::Passkey, &account, output.expose(), key)?;
            Some(Blob::from(&wrap.as_bytes()[..]))
        }
        None => None,
    };
    let new = NewFactor::Passkey {
        state: made.state,
        answer: Secretive(made.answer),
        key_wrap,
    };
    add(session, password, new).await
}

/// What every passkey of this platform is asked to compute something of. The server does not choose it.
#[must_use]
pub fn passkey_input<W: World>(client: &Client<W>) -> [u8; 32] {
    crypto::keywrap::passkey_input(&client.platform().id)
}

/// What a browser needs to sign in with a passkey alone.
///
/// # Errors
/// [`Refusal::WrongState`] where the platform's address is a number; or as [`call`].
pub async fn start_passkey_sign_in<W: World>(client: &Client<W>) -> Result<PasskeyAsked, Error> {
    call(client.transport(), StartPasskeySignIn {}).await
}

/// Signs in with a passkey alone: what it said to [`PasskeyAsked::options`], without the results of extensions, and what
/// it computed of [`passkey_input`].
///
/// # Errors
/// [`Refusal::WrongFactor`] for a passkey that opens no account; [`Error::Damaged`] if what the server keeps was not
/// made with this passkey; or as [`call`].
pub async fn sign_in_by_passkey<W: World>(
    client: &Client<W>,
    state: Blob,
    answer: String,
    output: &Output,
) -> Result<Session<W>, Error> {
    let answer = Secretive(answer);
    let signed_in = call(client.transport(), PasskeySignIn { state, answer }).await?;
    let wrap = KeyWrap::decode(signed_in.key_wrap.as_slice())?;
    let key = wrap.open(Purpose::Passkey, &signed_in.account, output.expose())?;
    begin(client, signed_in, key)
}

async fn add<W: World>(
    session: &Session<W>,
    password: Option<Secretive>,
    new: NewFactor,
) -> Result<Added<W>, Error> {
    let client = session.client();
    let confirmation = match password {
        Some(password) => Some(confirm(session, password).await?),
        None => None,
    };
    let request = AddFactor { confirmation, new };
    let FactorAdded {
        spare,
        session: begun,
    } = call(client.transport(), request).await?;
    let session = match begun {
        Some(begun) if begun.account == session.account() => {
            let key = AccountKey::from_bytes(*session.key().expose());
            Some(begin(client, begun, key)?)
        }
        Some(_) => return Err(Error::Damaged),
        None => None,
    };
    Ok(Added { spare, session })
}

/// Takes one factor away, or all.
///
/// # Errors
/// [`Refusal::NotAllowed`] for the last one of staff; or as [`confirm`].
pub async fn remove<W: World>(
    session: &Session<W>,
    password: Secretive,
    factor: Option<FactorId>,
) -> Result<(), Error> {
    let request = RemoveFactor {
        confirmation: confirm(session, password).await?,
        factor,
    };
    call(session.client().transport(), request).await.map(drop)
}

/// New codes for a lost factor, with spaces between them.
///
/// # Errors
/// As [`confirm`].
pub async fn renew_spare<W: World>(
    session: &Session<W>,
    password: Secretive,
) -> Result<Secretive, Error> {
    let request = RenewSpare {
        confirmation: confirm(session, password).await?,
    };
    let codes = call(session.client().transport(), request).await?;
    Ok(codes.spare)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use domain::account::{AccountKind, SignedIn};

    use super::*;
    use crate::sample::account;
    use crate::sample::world::{Server, Tab, now, session, vault};
    use crate::world::tab_keys;

    /// What opens is this passkey's wrap of this account's key, and nothing else that a server may give.
    #[test]
    fn a_passkey_opens_what_was_made_with_it_and_nothing_else() {
        let (server, tab) = (Rc::new(Server::default()), Rc::new(Tab::default()));
        let client = session(&server, &tab, 1).client().clone();
        let output = Output::from_bytes([5; 32]);
        let wrap = |purpose, of, output: &Output, key| {
            let key = AccountKey::from_bytes([key; 32]);
            let rng = &mut client.world().random();
            let wrap = KeyWrap::seal(rng, purpose, &account(of), output.expose(), &key);
            Blob::from(&wrap.unwrap().as_bytes()[..])
        };
        let told = |of, key_wrap| SignedIn {
            account: account(of),
            kind: AccountKind::Staff,
            key_wrap,
            vault: vault(client.platform(), of),
            share: Blob::from([6; 32]),
            previous: None,
            factor_missing: false,
        };
        let sign_in = |signed_in| {
            server.signed_in.replace(Some(signed_in));
            let (state, answer) = (Blob::default(), String::new());
            now(sign_in_by_passkey(&client, state, answer, &output)).err()
        };
        let (passkey, other) = (Purpose::Passkey, Output::from_bytes([7; 32]));
        let mut flipped = wrap(passkey, 1, &output, 1);
        flipped.0[100] ^= 1;
        for (lie, why) in [
            (told(1, wrap(passkey, 1, &other, 1)), "another passkey's"),
            (told(1, wrap(passkey, 2, &output, 1)), "another account's"),
            (told(2, wrap(passkey, 1, &output, 1)), "for another account"),
            (
                told(1, wrap(Purpose::Password, 1, &output, 1)),
                "another purpose",
            ),
            (told(1, wrap(passkey, 1, &output, 2)), "another key"),
            (told(1, flipped), "a changed bit"),
        ] {
            assert_eq!(sign_in(lie), Some(Error::Damaged), "{why}");
            assert!(tab.0.borrow().get(tab_keys::UNLOCK).is_none(), "{why}");
        }
        assert_eq!(sign_in(told(1, wrap(passkey, 1, &output, 1))), None);
        assert!(tab.0.borrow().get(tab_keys::UNLOCK).is_some());
    }

    /// RFC 4648, 10, and the form that apps read.
    #[test]
    fn seeds_are_written_as_apps_read_them() {
        let seed = Seed::from_bytes(*b"12345678901234567890");
        assert_eq!(seed.to_text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            seed.to_link("Beistand: jörg"),
            "otpauth://totp/Beistand%3a%20j%c3%b6rg?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        );
    }
}
