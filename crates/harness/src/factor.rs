//! Second factors of people who are programs: the app, and signing in with it.

use client::account;
use client::factor::Seed;
use client::transport::Transport;
use client::{Client, Error, Session, World};
use domain::account::{Secretive, UserName};
use domain::factor::{SEED, STEP};
use domain::time::{SECOND, Timestamp};
use totp_rs::{Algorithm, Builder, Secret};

use crate::person::Device;

/// The seed of somebody of the demonstration: as public as the password, of whose last bytes it is made.
#[must_use]
pub fn seed(password: &str) -> [u8; SEED] {
    let mut seed = [b'-'; SEED];
    for (byte, letter) in seed.iter_mut().rev().zip(password.bytes().rev()) {
        *byte = letter;
    }
    seed
}

/// What the app of that seed shows.
#[must_use]
pub fn code(seed: &[u8; SEED], now: Timestamp) -> String {
    let app = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_secret(Secret::new_stack(*seed))
        .build_noncompliant();
    app.generate(seconds(now)).to_string()
}

fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.0 / SECOND).unwrap_or_default()
}

/// Signs in on a device that has the app of this password.
///
/// # Errors
/// As [`account::sign_in`].
pub async fn sign_in<T: Transport + 'static>(
    client: &Client<Device<T>>,
    user_name: &UserName,
    password: Secretive,
) -> Result<Session<Device<T>>, Error> {
    client.world().install(seed(&password.0));
    account::sign_in(client, user_name, password).await
}

/// Milliseconds until the app shows another code.
#[must_use]
pub fn until_next(now: Timestamp) -> u32 {
    let left = STEP - seconds(now) % STEP;
    u32::try_from(left * 1_000).unwrap_or_default()
}

/// Sets up the app of a session that allows nothing else; gives the one that begins with it, and the codes for a lost
/// factor.
///
/// # Errors
/// As [`client::factor::add_app`].
pub async fn set_up<W: World>(
    session: Session<W>,
    password: &Secretive,
) -> Result<(Session<W>, Secretive), Error> {
    let seed = seed(&password.0);
    // An app whose clock is a step behind: the code of now is left for signing in at once.
    let now = session.client().world().now();
    let code = code(&seed, now.plus(-30 * SECOND));
    let added = client::factor::add_app(&session, None, &Seed::from_bytes(seed), &code).await?;
    Ok((added.session.unwrap_or(session), added.spare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_is_the_end_of_the_password() {
        assert_eq!(&seed("vorfuehrung-linde-417"), b"orfuehrung-linde-417");
        assert_eq!(&seed("kurz"), b"----------------kurz");
        // RFC 6238, appendix B.
        let of_rfc = code(b"12345678901234567890", Timestamp(59 * SECOND));
        assert_eq!(of_rfc, "287082");
    }
}
