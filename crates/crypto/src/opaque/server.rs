//! The server's half: set-up once, one step a registration, two steps a login.

use opaque_ke::ksf::Ksf;
use opaque_ke::{
    CredentialFinalization, CredentialRequest, RegistrationRequest, RegistrationUpload,
    ServerLogin, ServerLoginParameters, ServerRegistration, ServerSetup,
};
use zeroize::Zeroizing;

use super::core::{Argon2id, Bridge, Setting, Suite, array};
use super::{
    KE1_LEN, KE2_LEN, KE3_LEN, OpaqueError, Parties, RECORD_LEN, REGISTRATION_REQUEST_LEN,
    REGISTRATION_RESPONSE_LEN, SessionKey,
};
use crate::random::CryptoRng;
use crate::secret::Secret;

/// Bytes of a [`Setup`].
pub const SETUP_LEN: usize = 128;
/// Bytes of a [`LoginState`].
pub const LOGIN_STATE_LEN: usize = 128;

/// The server's long-term secrets: OPRF seed, key pair, a stand-in key for unknown names.
///
/// Generic over the stretching only for the published vectors; the server itself never stretches.
pub struct Setup<K: Ksf = Argon2id>(ServerSetup<Suite<K>>);

/// What the server keeps of an account, 192 bytes. Sealed wherever it is stored.
pub struct Record<K: Ksf = Argon2id>(ServerRegistration<Suite<K>>);

/// What the server must remember between the two steps of a login; sealed and given away.
pub struct LoginState<K: Ksf = Argon2id>(ServerLogin<Suite<K>>);

impl Setup {
    /// New secrets, once in a platform's life.
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self(ServerSetup::new(&mut Bridge(rng)))
    }

    /// The second step of a login: the state to seal, and KE2 for the client.
    ///
    /// The same work is done for an unknown name (`record` `None`), and the answer looks alike.
    ///
    /// # Errors
    /// [`OpaqueError`] for a malformed request.
    pub fn login(
        &self,
        rng: &mut impl CryptoRng,
        record: Option<Record>,
        request: &[u8],
        credential_identifier: &[u8],
        parties: Parties<'_>,
    ) -> Result<(LoginState, [u8; KE2_LEN]), OpaqueError> {
        self.login_in(
            rng,
            record,
            request,
            credential_identifier,
            parties.setting(),
        )
    }
}

impl<K: Ksf> Setup<K> {
    /// The 128 bytes, to be sealed.
    ///
    /// # Errors
    /// None with today's library.
    pub fn to_secret(&self) -> Result<Secret<SETUP_LEN>, OpaqueError> {
        let bytes = Zeroizing::new(self.0.serialize().to_vec());
        Secret::from_slice(&bytes).ok_or(OpaqueError)
    }

    /// Reads what [`Setup::to_secret`] gave.
    ///
    /// # Errors
    /// [`OpaqueError`] for other bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, OpaqueError> {
        let bytes = Zeroizing::new(array::<SETUP_LEN>(bytes)?);
        Ok(Self(ServerSetup::deserialize(&bytes[..])?))
    }

    /// The one step of a registration: the response for the client. Nothing is remembered.
    ///
    /// # Errors
    /// [`OpaqueError`] for a malformed request.
    pub fn register(
        &self,
        request: &[u8],
        credential_identifier: &[u8],
    ) -> Result<[u8; REGISTRATION_RESPONSE_LEN], OpaqueError> {
        let request: [u8; REGISTRATION_REQUEST_LEN] = array(request)?;
        let request = RegistrationRequest::deserialize(&request)?;
        let started = ServerRegistration::start(&self.0, request, credential_identifier)?;
        array(&started.message.serialize())
    }

    /// [`Setup::login`] with any context and identities.
    ///
    /// # Errors
    /// [`OpaqueError`] for a malformed request.
    pub fn login_in(
        &self,
        rng: &mut impl CryptoRng,
        record: Option<Record<K>>,
        request: &[u8],
        credential_identifier: &[u8],
        setting: Setting<'_>,
    ) -> Result<(LoginState<K>, [u8; KE2_LEN]), OpaqueError> {
        let request: [u8; KE1_LEN] = array(request)?;
        let started = ServerLogin::start(
            &mut Bridge(rng),
            &self.0,
            record.map(|record| record.0),
            CredentialRequest::deserialize(&request)?,
            credential_identifier,
            ServerLoginParameters {
                context: Some(setting.context),
                identifiers: setting.identifiers(),
            },
        )?;
        let message = array(&started.message.serialize())?;
        Ok((LoginState(started.state), message))
    }
}

impl<K: Ksf> Record<K> {
    /// Reads an uploaded or stored record.
    ///
    /// # Errors
    /// [`OpaqueError`] for bytes that are none.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, OpaqueError> {
        let bytes: [u8; RECORD_LEN] = array(bytes)?;
        let upload = RegistrationUpload::deserialize(&bytes)?;
        Ok(Self(ServerRegistration::finish(upload)))
    }

    /// The 192 bytes, to be sealed.
    ///
    /// # Errors
    /// None with today's library.
    pub fn to_secret(&self) -> Result<Secret<RECORD_LEN>, OpaqueError> {
        let bytes = Zeroizing::new(self.0.serialize().to_vec());
        Secret::from_slice(&bytes).ok_or(OpaqueError)
    }
}

impl<K: Ksf> LoginState<K> {
    /// The 128 bytes, to be sealed.
    ///
    /// # Errors
    /// None with today's library.
    pub fn to_secret(&self) -> Result<Secret<LOGIN_STATE_LEN>, OpaqueError> {
        let bytes = Zeroizing::new(self.0.serialize().to_vec());
        Secret::from_slice(&bytes).ok_or(OpaqueError)
    }

    /// Reads what [`LoginState::to_secret`] gave.
    ///
    /// # Errors
    /// [`OpaqueError`] for other bytes.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, OpaqueError> {
        let bytes = Zeroizing::new(array::<LOGIN_STATE_LEN>(bytes)?);
        Ok(Self(ServerLogin::deserialize(&bytes[..])?))
    }

    /// The last step: whether the client knew the password.
    ///
    /// # Errors
    /// [`OpaqueError`] if it did not, or for malformed bytes.
    pub fn finish(self, finalization: &[u8]) -> Result<SessionKey, OpaqueError> {
        let finalization: [u8; KE3_LEN] = array(finalization)?;
        let message = CredentialFinalization::deserialize(&finalization)?;
        // Context and identities went into the state; the last step compares one MAC.
        let finished = self.0.finish(message, ServerLoginParameters::default())?;
        Secret::from_slice(&finished.session_key).ok_or(OpaqueError)
    }
}
