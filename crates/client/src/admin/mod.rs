//! The admin's side of the chain of trust: entries, heads, manifests. Staff only.

mod change;
mod directory;
mod manifest;
mod office;
mod roots;

pub use change::{Change, StaffChange, change_manifest};
pub use crypto::account::NextRootSecret;
pub use crypto::trust::Policy;
pub use directory::{NewAgency, NewAssociation, publish_directory};
pub use manifest::{AgencyRoot, Listing, NewManifest, publish_manifest};
pub use office::{Listed, Page, agency, association, rights, search};
pub use roots::{Held, root};

use crypto::fingerprint::Code;
use crypto::identity::Identity;
use crypto::{Signed, Unverified};
use domain::admin::LoadIdentity;
use domain::id::AccountId;

use crate::call::call;
use crate::error::{Error, Untrusted};
use crate::session::Session;
use crate::world::World;

/// The eight words of a person's identity, as numbers: what the person reads out, and what the
/// admin's client compares with the record that the server shows.
pub type CodeWords = [u16; 8];

impl<W: World> Session<W> {
    /// One's own code, to be read out to an admin.
    #[must_use]
    pub fn code(&self) -> CodeWords {
        Code::of_identity(self.identity()).words()
    }
}

/// Somebody's identity, compared with the code that was read out.
async fn compared<W: World>(
    session: &Session<W>,
    account: AccountId,
    code: CodeWords,
) -> Result<Signed<Identity>, Error> {
    let identity = stored_identity(session, account).await?;
    if Code::of_identity(&identity).words() == code {
        Ok(identity)
    } else {
        Err(Error::Untrusted(Untrusted::Identity))
    }
}

/// Somebody's identity as the server shows it: whoever uses it compares it with what is signed or
/// was read out.
async fn stored_identity<W: World>(
    session: &Session<W>,
    account: AccountId,
) -> Result<Signed<Identity>, Error> {
    let client = session.client();
    let stored = call(client.transport(), LoadIdentity { account }).await?;
    let identity = Unverified::<Identity>::decode(stored.identity.as_slice())
        .map_err(|_| Untrusted::Identity)?
        .verify(&client.platform().id)
        .map_err(|_| Untrusted::Identity)?;
    if identity.account == account {
        Ok(identity)
    } else {
        Err(Error::Untrusted(Untrusted::Identity))
    }
}
