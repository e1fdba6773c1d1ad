//! Agencies and manifests that this session has verified.

use std::cell::RefCell;
use std::rc::Rc;

use crypto::trust::Manifest;
use crypto::{Digest, Signed};
use domain::agency::{AgencyChain, LoadAgency, LoadManifest};
use domain::id::AgencyId;
use domain::map::Map;
use domain::{Blob, Refusal};

use crate::call::call;
use crate::error::{Error, Untrusted};
use crate::session::{Client, Session};
use crate::trust::chain::{Agency, verify_agency, verify_manifest};
use crate::trust::pins::Pins;
use crate::world::World;

/// What has been verified; grows for as long as the session lives.
#[derive(Debug, Default)]
pub(crate) struct Book {
    agencies: RefCell<Map<AgencyId, Rc<Agency>>>,
}

impl Book {
    /// An agency as it was verified last; loads it the first time.
    pub(crate) async fn agency<W: World>(
        &self,
        session: &Session<W>,
        agency: AgencyId,
    ) -> Result<Rc<Agency>, Error> {
        let known = self.known(agency);
        match known {
            Some(known) => Ok(known),
            None => self.renew(session, agency).await,
        }
    }

    /// An agency as it is now, with its manifests from `seq` on.
    pub(crate) async fn renew_from<W: World>(
        &self,
        session: &Session<W>,
        agency: AgencyId,
        seq: u64,
    ) -> Result<Rc<Agency>, Error> {
        let loaded = load_agency(session.client(), agency, &session.pins(), Some(seq)).await?;
        self.keep(session, loaded)
    }

    /// An agency as it is now.
    pub(crate) async fn renew<W: World>(
        &self,
        session: &Session<W>,
        agency: AgencyId,
    ) -> Result<Rc<Agency>, Error> {
        let oldest = self
            .known(agency)
            .and_then(|known| known.manifests.first().map(|manifest| manifest.seq));
        let loaded = load_agency(session.client(), agency, &session.pins(), oldest).await?;
        self.keep(session, loaded)
    }

    /// Takes over a chain that came with another answer.
    pub(crate) fn take<W: World>(
        &self,
        session: &Session<W>,
        agency: AgencyId,
        chain: &AgencyChain,
    ) -> Result<Rc<Agency>, Error> {
        let client = session.client();
        let today = client.world().now().day();
        let verified = verify_agency(client.platform(), chain, agency, &session.pins(), today)?;
        // An answer without older links must not shorten what is known.
        match self.known(agency) {
            Some(known) if known.current.digest() == verified.current.digest() => Ok(known),
            _ => self.keep(session, verified),
        }
    }

    /// Takes back what was verified and kept on this device: by what it was then, not by the pins of
    /// today, which the server is held to.
    pub(crate) fn restore<W: World>(
        &self,
        session: &Session<W>,
        agency: AgencyId,
        chain: &AgencyChain,
    ) -> Result<(), Error> {
        let client = session.client();
        let today = client.world().now().day();
        let verified = verify_agency(client.platform(), chain, agency, &Pins::default(), today)?;
        self.keep(session, verified).map(drop)
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<Rc<Agency>> {
        self.agencies.borrow().values().cloned().collect()
    }

    /// The manifest that an epoch names: one of the chain that leads to the current one.
    pub(crate) async fn manifest<W: World>(
        &self,
        session: &Session<W>,
        agency: AgencyId,
        hash: Digest,
    ) -> Result<Rc<Signed<Manifest>>, Error> {
        // Once more if a newer answer without the older links came in between.
        for _ in 0..2 {
            if let Some(found) = self.find_or_load(session, agency, hash).await? {
                return Ok(found);
            }
        }
        // Well signed, but not of the chain that leads to now.
        Err(Error::Untrusted(Untrusted::Fork))
    }

    async fn find_or_load<W: World>(
        &self,
        session: &Session<W>,
        agency: AgencyId,
        hash: Digest,
    ) -> Result<Option<Rc<Signed<Manifest>>>, Error> {
        let known = self.agency(session, agency).await?;
        if let Some(found) = find(&known, hash) {
            return Ok(Some(found));
        }
        let client = session.client();
        let request = LoadManifest {
            agency,
            hash: Blob::from(&hash.as_bytes()[..]),
        };
        let stored = call(client.transport(), request).await?;
        let named = verify_manifest(client.platform(), agency, &stored.manifest)?;
        if named.digest() != hash {
            return Err(Error::Untrusted(Untrusted::Manifest));
        }
        let oldest = known
            .manifests
            .first()
            .map_or(named.seq, |manifest| manifest.seq);
        let from = named.seq.min(oldest);
        let loaded = load_agency(client, agency, &session.pins(), Some(from)).await?;
        Ok(find(&*self.keep(session, loaded)?, hash))
    }

    /// An agency that was verified before.
    pub(crate) fn known(&self, agency: AgencyId) -> Option<Rc<Agency>> {
        self.agencies.borrow().get(&agency).cloned()
    }

    fn keep<W: World>(&self, session: &Session<W>, agency: Agency) -> Result<Rc<Agency>, Error> {
        session.pin(agency.pins())?;
        let mut agencies = self.agencies.borrow_mut();
        if let Some(known) = agencies.get(&agency.id())
            && is_newer(&known.manifests, &agency.current)?
        {
            return Ok(Rc::clone(known));
        }
        let agency = Rc::new(agency);
        agencies.insert(agency.id(), Rc::clone(&agency));
        Ok(agency)
    }
}

/// Whether a known chain goes on behind `current`: then that came with an answer that was long on
/// its way. It must not say otherwise at its place.
fn is_newer(known: &[Rc<Signed<Manifest>>], current: &Signed<Manifest>) -> Result<bool, Untrusted> {
    let same = known.iter().find(|one| one.seq == current.seq);
    if same.is_some_and(|one| one.digest() != current.digest()) {
        return Err(Untrusted::Fork);
    }
    Ok(known.last().is_some_and(|last| last.seq > current.seq))
}

fn find(agency: &Agency, hash: Digest) -> Option<Rc<Signed<Manifest>>> {
    let found = agency.manifests.iter().find(|one| one.digest() == hash);
    found.cloned()
}

/// Loads and verifies an agency. With a pin, or asked for older manifests (`from` this `seq` on),
/// every link from there to now comes too.
pub(crate) async fn load_agency<W: World>(
    client: &Client<W>,
    agency: AgencyId,
    pins: &Pins,
    from: Option<u64>,
) -> Result<Agency, Error> {
    let pinned = pins.manifests.get(&agency).map(|pin| pin.seq);
    let oldest = match (from, pinned) {
        (Some(from), Some(pinned)) => Some(from.min(pinned)),
        (from, pinned) => from.or(pinned),
    };
    // "After the one before it", so that the pinned object itself comes first and is compared.
    let request = LoadAgency {
        agency,
        manifest_after: oldest.map(|seq| seq.saturating_sub(1)),
        head_after: pins.head.map(|pin| pin.seq.saturating_sub(1)),
    };
    let chain = match call(client.transport(), request).await {
        // What was seen once stays in the directory, closed or not.
        Err(Error::Refused(Refusal::NotFound)) if pinned.is_some() => {
            return Err(Error::Untrusted(Untrusted::Rollback));
        }
        answer => answer?,
    };
    let today = client.world().now().day();
    Ok(verify_agency(
        client.platform(),
        &chain,
        agency,
        pins,
        today,
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::manifest;

    #[test]
    fn a_late_answer_neither_takes_back_nor_says_otherwise() {
        let known: Vec<_> = [5, 6].map(|seq| Rc::new(manifest(seq, 0, &[]))).into();
        assert_eq!(is_newer(&known, &known[0]), Ok(true));
        assert_eq!(is_newer(&known, &known[1]), Ok(false));
        assert_eq!(is_newer(&known, &manifest(4, 0, &[])), Ok(true));
        assert_eq!(is_newer(&known, &manifest(7, 0, &[])), Ok(false));
        for seq in [5, 6] {
            let other = manifest(seq, 1, &[]);
            assert_eq!(is_newer(&known, &other), Err(Untrusted::Fork));
        }
    }
}
