//! Heavy work as bytes, so that it can be done in a worker that ends afterwards.

use domain::Blob;
use domain::account::Secretive;
use domain::id::PlatformId;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::form::{from_cbor, to_cbor};
use crate::world::World;

/// What the worker is asked: the client's four steps of OPAQUE (RFC 9807), and proof of work.
#[derive(Debug, Serialize, Deserialize)]
pub enum Job {
    /// First step of a registration.
    RegisterStart {
        /// The password, NFC.
        password: Secretive,
    },
    /// Last step of a registration; about 0.2 s of Argon2id.
    RegisterFinish(Finish),
    /// First step of a sign-in.
    SignInStart {
        /// The password, NFC.
        password: Secretive,
    },
    /// Last step of a sign-in; about 0.2 s of Argon2id.
    SignInFinish(Finish),
    /// What opens an own device, at the same cost: Argon2id of password and salt.
    Stretch {
        /// The password, NFC.
        password: Secretive,
        /// 16 random bytes.
        salt: Blob,
    },
    /// Proof of work.
    Work {
        /// What the server asks.
        challenge: Blob,
    },
}

/// What a last step needs.
#[derive(Debug, Serialize, Deserialize)]
pub struct Finish {
    /// The password, NFC.
    pub password: Secretive,
    /// What the first step gave to keep.
    pub state: Blob,
    /// What the server answered.
    pub response: Blob,
    /// The user name.
    pub user_name: Secretive,
    /// The server's identity.
    pub platform: PlatformId,
}

/// What the worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Done {
    /// A first step.
    Started {
        /// To keep for the last step. Secret.
        state: Blob,
        /// For the server.
        request: Blob,
    },
    /// A last step.
    Finished {
        /// For the server: the record, or KE3.
        upload: Blob,
        /// Opens the key wrap of purpose `pw`, 64 bytes. Secret.
        export_key: Blob,
    },
    /// The password is stretched.
    Stretched {
        /// 32 bytes. Secret.
        key: Blob,
    },
    /// The work is done.
    Worked {
        /// For the server.
        proof: Blob,
    },
    /// The step did not work out: wrong password, unknown name, another server.
    Failed,
}

/// Has a job done.
pub(crate) async fn run<W: World>(world: &W, job: &Job) -> Result<Done, Error> {
    let answer = Zeroizing::new(world.work(to_cbor(job)?).await?);
    from_cbor(&answer)
}
