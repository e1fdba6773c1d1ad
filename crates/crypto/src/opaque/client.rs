//! The client's four steps. Between two steps the state may wait as bytes: the steps run in a
//! worker that may be ended in between.

use super::core::{self, Argon2id, Ksf};
use super::{
    ExportKey, KE1_LEN, KE3_LEN, OpaqueError, Parties, RECORD_LEN, REGISTRATION_REQUEST_LEN,
    SessionKey,
};
use crate::random::CryptoRng;
use crate::secret::Secret;

/// A registration between its two steps.
#[derive(Debug)]
pub struct Registration(Secret<64>);

impl Registration {
    /// The first step: what to keep, and the request for the server.
    ///
    /// # Errors
    /// [`OpaqueError`] for an empty password.
    pub fn start(
        rng: &mut impl CryptoRng,
        password: &str,
    ) -> Result<(Self, [u8; REGISTRATION_REQUEST_LEN]), OpaqueError> {
        let (state, request) = core::registration_start::<Argon2id>(rng, password.as_bytes())?;
        Ok((Self(state), request))
    }

    /// The last step, about 0.2 s of Argon2id: the record for the server, and the export key.
    ///
    /// # Errors
    /// [`OpaqueError`] for a malformed response.
    pub fn finish(
        self,
        rng: &mut impl CryptoRng,
        password: &str,
        response: &[u8],
        parties: Parties<'_>,
    ) -> Result<([u8; RECORD_LEN], ExportKey), OpaqueError> {
        self.finish_with::<Argon2id>(rng, password, response, parties)
    }

    /// The same with another stretch than everybody's: for programs that measure a server, which
    /// cannot see the difference.
    ///
    /// # Errors
    /// As [`Registration::finish`].
    pub fn finish_with<K: Ksf>(
        self,
        rng: &mut impl CryptoRng,
        password: &str,
        response: &[u8],
        parties: Parties<'_>,
    ) -> Result<([u8; RECORD_LEN], ExportKey), OpaqueError> {
        let setting = parties.setting();
        core::registration_finish::<K>(rng, &self.0, password.as_bytes(), response, setting)
    }

    /// The state, to wait elsewhere. Secret.
    pub fn into_secret(self) -> Secret<64> {
        self.0
    }

    /// The state that [`Registration::into_secret`] gave.
    pub const fn from_secret(state: Secret<64>) -> Self {
        Self(state)
    }
}

/// A login between its two steps.
#[derive(Debug)]
pub struct Login(Secret<192>);

/// A login that succeeded.
#[derive(Debug)]
pub struct LoggedIn {
    /// KE3, for the server.
    pub finalization: [u8; KE3_LEN],
    /// The same on both sides.
    pub session_key: SessionKey,
    /// Opens the key wrap of purpose `pw`.
    pub export_key: ExportKey,
}

impl Login {
    /// The first step: what to keep, and KE1 for the server.
    ///
    /// # Errors
    /// [`OpaqueError`] for an empty password.
    pub fn start(
        rng: &mut impl CryptoRng,
        password: &str,
    ) -> Result<(Self, [u8; KE1_LEN]), OpaqueError> {
        let (state, request) = core::login_start::<Argon2id>(rng, password.as_bytes())?;
        Ok((Self(state), request))
    }

    /// The last step, about 0.2 s of Argon2id.
    ///
    /// # Errors
    /// [`OpaqueError`]: wrong password, unknown name, another server.
    pub fn finish(
        self,
        rng: &mut impl CryptoRng,
        password: &str,
        response: &[u8],
        parties: Parties<'_>,
    ) -> Result<LoggedIn, OpaqueError> {
        self.finish_with::<Argon2id>(rng, password, response, parties)
    }

    /// The same with the stretch of [`Registration::finish_with`].
    ///
    /// # Errors
    /// As [`Login::finish`].
    pub fn finish_with<K: Ksf>(
        self,
        rng: &mut impl CryptoRng,
        password: &str,
        response: &[u8],
        parties: Parties<'_>,
    ) -> Result<LoggedIn, OpaqueError> {
        let finished = core::login_finish::<K>(
            rng,
            &self.0,
            password.as_bytes(),
            response,
            parties.setting(),
        )?;
        Ok(LoggedIn {
            finalization: finished.finalization,
            session_key: finished.session_key,
            export_key: finished.export_key,
        })
    }

    /// The state, to wait elsewhere. Secret.
    pub fn into_secret(self) -> Secret<192> {
        self.0
    }

    /// The state that [`Login::into_secret`] gave.
    pub const fn from_secret(state: Secret<192>) -> Self {
        Self(state)
    }
}
