//! Roots of agencies: loading and opening what the signed-in admin holds.

use crypto::SigningKey;
use crypto::wrap::RootWrap;
use domain::admin::LoadRoots;
use domain::id::AccountId;

use crate::admin::AgencyRoot;
use crate::call::call;
use crate::error::{Error, Untrusted};
use crate::session::Session;
use crate::trust::Agency;
use crate::world::World;

/// What is known of an agency's root.
#[derive(Debug, Default)]
pub struct Held {
    /// The root, if the signed-in person holds it.
    pub root: Option<AgencyRoot>,
    /// Who holds it, as the server says.
    pub holders: Vec<AccountId>,
}

/// Loads and opens the root of an agency. What opens must be the root that signed the current
/// manifest; nothing else is given back.
///
/// # Errors
/// [`Error::Untrusted`] if there are wraps for this person and none opens to that root, or as
/// [`call`].
pub async fn root<W: World>(session: &Session<W>, agency: &Agency) -> Result<Held, Error> {
    let client = session.client();
    let request = LoadRoots {
        agency: agency.id(),
    };
    let stored = call(client.transport(), request).await?;
    // The newest first: after a change of root the one before is worth nothing.
    let mut opened = None;
    for wrap in stored.wraps.iter().rev() {
        let wrap = RootWrap::decode(wrap.as_slice()).map_err(|_| Untrusted::Key)?;
        let key: Option<SigningKey> = session.with_keys(|keys| {
            let (platform, root) = (&client.platform().id, &agency.current.root_key);
            let number = wrap.number();
            wrap.open(platform, &agency.id(), number, root, &keys.kem)
                .ok()
        });
        if let Some(key) = key {
            opened = Some(AgencyRoot::held(agency, key, wrap.number()));
            break;
        }
    }
    if opened.is_none() && !stored.wraps.is_empty() {
        return Err(Error::Untrusted(Untrusted::Key));
    }
    Ok(Held {
        root: opened,
        holders: stored.holders,
    })
}
