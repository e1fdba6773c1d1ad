//! The protocol, generic over stretching, context and randomness: bytes in, bytes out.
//!
//! opaque-ke speaks the traits of rand_core 0.6; a small bridge lets any [`CryptoRng`] of today
//! stand in.

use core::marker::PhantomData;

use opaque_ke::generic_array::{ArrayLength, GenericArray};
pub use opaque_ke::ksf::{Identity as Unstretched, Ksf};
use opaque_ke::{
    CipherSuite, ClientLogin, ClientLoginFinishParameters, ClientRegistration,
    ClientRegistrationFinishParameters, CredentialResponse, Identifiers, RegistrationResponse,
    Ristretto255, TripleDh,
};
use zeroize::Zeroizing;

use super::{KE1_LEN, KE2_LEN, KE3_LEN, OpaqueError, RECORD_LEN};
use super::{REGISTRATION_REQUEST_LEN, REGISTRATION_RESPONSE_LEN};
use crate::hazmat::kdf;
use crate::random::CryptoRng;
use crate::secret::Secret;

/// ristretto255, SHA-512, 3DH; `K` stretches.
pub struct Suite<K>(PhantomData<K>);

impl<K: Ksf> CipherSuite for Suite<K> {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2_opaque::Sha512>;
    type Ksf = K;
}

/// Argon2id v1.3, 64 MiB, three passes, one lane, a salt of 16 zeros: the OPRF's output is
/// already different for each account.
#[derive(Debug, Clone, Copy, Default)]
pub struct Argon2id;

impl Ksf for Argon2id {
    fn hash<L: ArrayLength<u8>>(
        &self,
        input: GenericArray<u8, L>,
    ) -> Result<GenericArray<u8, L>, opaque_ke::errors::InternalError> {
        let mut output = GenericArray::default();
        kdf::argon2id(&input, &[0; 16], &mut output)
            .map_err(|_| opaque_ke::errors::InternalError::KsfError)?;
        Ok(output)
    }
}

/// What both sides must agree on beside the password.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The context string.
    pub context: &'a [u8],
    /// The client's identity; its public key if `None`.
    pub client: Option<&'a [u8]>,
    /// The server's identity; its public key if `None`.
    pub server: Option<&'a [u8]>,
}

impl<'a> Setting<'a> {
    pub(super) const fn identifiers(self) -> Identifiers<'a> {
        Identifiers {
            client: self.client,
            server: self.server,
        }
    }
}

/// The first step of a registration: state (64 bytes) and request.
///
/// # Errors
/// [`OpaqueError`] for an empty password or one of 64 KiB.
pub fn registration_start<K: Ksf>(
    rng: &mut impl CryptoRng,
    password: &[u8],
) -> Result<(Secret<64>, [u8; REGISTRATION_REQUEST_LEN]), OpaqueError> {
    let started = ClientRegistration::<Suite<K>>::start(&mut Bridge(rng), password)?;
    let state = Zeroizing::new(started.state.serialize().to_vec());
    Ok((
        Secret::from_slice(&state).ok_or(OpaqueError)?,
        array(&started.message.serialize())?,
    ))
}

/// The last step of a registration: record and export key.
///
/// # Errors
/// [`OpaqueError`] for a malformed or reflected response.
pub fn registration_finish<K: Ksf>(
    rng: &mut impl CryptoRng,
    state: &Secret<64>,
    password: &[u8],
    response: &[u8],
    setting: Setting<'_>,
) -> Result<([u8; RECORD_LEN], Secret<64>), OpaqueError> {
    let state = ClientRegistration::<Suite<K>>::deserialize(state.expose())?;
    let response: [u8; REGISTRATION_RESPONSE_LEN] = array(response)?;
    let response = RegistrationResponse::deserialize(&response)?;
    let parameters = ClientRegistrationFinishParameters::new(setting.identifiers(), None);
    let finished = state.finish(&mut Bridge(rng), password, response, parameters)?;
    Ok((
        array(&finished.message.serialize())?,
        Secret::from_slice(&finished.export_key).ok_or(OpaqueError)?,
    ))
}

/// The first step of a login: state (192 bytes) and KE1.
///
/// # Errors
/// [`OpaqueError`] for an empty password or one of 64 KiB.
pub fn login_start<K: Ksf>(
    rng: &mut impl CryptoRng,
    password: &[u8],
) -> Result<(Secret<192>, [u8; KE1_LEN]), OpaqueError> {
    let started = ClientLogin::<Suite<K>>::start(&mut Bridge(rng), password)?;
    let state = Zeroizing::new(started.state.serialize().to_vec());
    Ok((
        Secret::from_slice(&state).ok_or(OpaqueError)?,
        array(&started.message.serialize())?,
    ))
}

/// What the client has after a login.
pub struct LoginFinished {
    /// KE3, for the server.
    pub finalization: [u8; KE3_LEN],
    /// The same on both sides.
    pub session_key: Secret<64>,
    /// The same as at registration.
    pub export_key: Secret<64>,
    /// The server's public key, as at registration.
    pub server_key: [u8; 32],
}

/// The last step of a login.
///
/// # Errors
/// [`OpaqueError`]: wrong password, unknown account, another server, a malformed response.
pub fn login_finish<K: Ksf>(
    rng: &mut impl CryptoRng,
    state: &Secret<192>,
    password: &[u8],
    response: &[u8],
    setting: Setting<'_>,
) -> Result<LoginFinished, OpaqueError> {
    let state = ClientLogin::<Suite<K>>::deserialize(state.expose())?;
    let response: [u8; KE2_LEN] = array(response)?;
    let response = CredentialResponse::deserialize(&response)?;
    let parameters =
        ClientLoginFinishParameters::new(Some(setting.context), setting.identifiers(), None);
    let finished = state.finish(&mut Bridge(rng), password, response, parameters)?;
    Ok(LoginFinished {
        finalization: array(&finished.message.serialize())?,
        session_key: Secret::from_slice(&finished.session_key).ok_or(OpaqueError)?,
        export_key: Secret::from_slice(&finished.export_key).ok_or(OpaqueError)?,
        server_key: array(&finished.server_s_pk.serialize())?,
    })
}

pub(super) fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], OpaqueError> {
    bytes.try_into().map_err(|_| OpaqueError)
}

/// Today's randomness behind the traits of rand_core 0.6.
pub(super) struct Bridge<'a, R>(pub(super) &'a mut R);

impl<R: CryptoRng> opaque_ke::rand::RngCore for Bridge<'_, R> {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, to: &mut [u8]) {
        self.0.fill_bytes(to);
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), opaque_ke::rand::Error> {
        self.0.fill_bytes(to);
        Ok(())
    }
}

impl<R: CryptoRng> opaque_ke::rand::CryptoRng for Bridge<'_, R> {}
