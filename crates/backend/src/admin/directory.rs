//! The directory's next head, with the entries that it brings.

use crypto::trust::{AdminList, AgencyEntry, AssociationEntry, Directory, Head};
use crypto::{Digest, Signed, Unverified};
use domain::Refusal;
use domain::admin::{PublishDirectory, SignedAssociation};
use domain::agency::Legal;
use domain::invitation::Post;
use sea_orm::ConnectionTrait;

use crate::Inner;
use crate::agency::is_about;
use crate::check::{
    admin_list, agrees, counts, first, formed, malformed, platform_fault, unbelievable,
};
use crate::error::Error;
use crate::invitation;
use crate::platform::Trust;
use crate::store::{Tx, agency};

pub(super) async fn publish(inner: &Inner, request: PublishDirectory) -> Result<(), Error> {
    let trust = inner.trust;
    inner
        .store
        .write(move |tx| Box::pin(async move { Publishing::begin(tx, &trust, request).await }))
        .await
}

/// A head that is about to be published.
struct Publishing<'a> {
    tx: &'a Tx,
    trust: &'a Trust,
    admins: Signed<AdminList>,
    head: Signed<Head>,
}

impl<'a> Publishing<'a> {
    async fn begin(tx: &'a Tx, trust: &'a Trust, request: PublishDirectory) -> Result<(), Error> {
        let admins = admin_list(tx.db(), trust).await?;
        let admins = admins.ok_or(Refusal::NotAllowed)?;
        let head = Unverified::<Head>::decode(request.head.as_slice())
            .map_err(malformed)?
            .verify(&trust.platform_id, &admins)
            .map_err(unbelievable)?;
        let this = Self {
            tx,
            trust,
            admins,
            head,
        };
        this.check_place().await?;
        for association in request.associations {
            this.put_association(association).await?;
        }
        for entry in request.agencies {
            this.put_agency(entry.as_slice()).await?;
        }
        this.check_tree().await?;
        let head = this.head.as_bytes().to_vec();
        let appended = agency::append_head(tx.db(), this.head.seq, head).await;
        first(appended, Refusal::VersionOutdated)
    }

    /// The head follows the newest one, and is of today.
    async fn check_place(&self) -> Result<(), Error> {
        let (seq, prev_hash) = match agency::newest_head(self.tx.db()).await? {
            Some((seq, head)) => (seq, Digest::of(&head)),
            None => (0, Digest::ZERO),
        };
        if self.head.seq != seq + 1 {
            return Err(Refusal::VersionOutdated.into());
        }
        agrees(self.head.prev_hash == prev_hash)?;
        agrees(is_about(self.head.day, self.tx.now().day()))
    }

    async fn put_association(&self, new: SignedAssociation) -> Result<(), Error> {
        let entry = Unverified::<AssociationEntry>::decode(new.entry.as_slice())
            .map_err(malformed)?
            .verify(&self.trust.platform_id, &self.admins)
            .map_err(unbelievable)?;
        self.check_signer(entry.admin_serial)?;
        agrees(Digest::of(new.legal.as_slice()) == entry.legal_hash)?;
        let legal: Legal =
            serde_json::from_slice(new.legal.as_slice()).map_err(|_| Refusal::Malformed)?;
        formed(legal.consent_version > 0)?;
        counts(legal.consent_version)?;
        counts(entry.seq)?;
        let before = agency::find_association(self.tx.db(), entry.association).await?;
        if let Some(before) = before {
            agrees(entry.seq > before.seq && legal.consent_version >= before.consent_version)?;
        }
        let admins: Vec<_> = entry.admins.iter().map(|admin| admin.account).collect();
        let row = agency::Association {
            id: entry.association,
            seq: entry.seq,
            entry: entry.as_bytes().to_vec(),
            legal: new.legal.into_vec(),
            consent_version: legal.consent_version,
        };
        agency::put_association(self.tx.db(), row, admins.clone()).await?;
        let post = Post::Association(entry.association);
        invitation::take_up(self.tx, post, &admins).await
    }

    async fn put_agency(&self, entry: &[u8]) -> Result<(), Error> {
        let entry = Unverified::<AgencyEntry>::decode(entry)
            .map_err(malformed)?
            .verify(&self.trust.platform_id, &self.admins)
            .map_err(unbelievable)?;
        self.check_signer(entry.admin_serial)?;
        counts(entry.seq)?;
        let db = self.tx.db();
        let association = agency::find_association(db, entry.association).await?;
        agrees(association.is_some())?;
        if let Some(before) = agency::find(db, entry.agency).await? {
            agrees(entry.seq > before.seq && entry.association == before.association)?;
        }
        let body = entry.as_bytes().to_vec();
        agency::put_entry(db, entry.agency, entry.association, entry.seq, body).await?;
        Ok(())
    }

    /// A *new* entry is signed by somebody who is an admin now, at this head.
    fn check_signer(&self, serial: u32) -> Result<(), Error> {
        let signer = self.admins.admin(serial);
        agrees(signer.is_some_and(|admin| admin.may_sign(self.head.seq)))
    }

    /// The head is over exactly the entries that are stored now.
    async fn check_tree(&self) -> Result<(), Error> {
        let tree = tree(self.tx.db(), self.trust, &self.admins).await?;
        let count = u32::try_from(tree.count()).ok();
        agrees(tree.root() == self.head.merkle_root && count == Some(self.head.count))
    }
}

async fn tree(
    db: &impl ConnectionTrait,
    trust: &Trust,
    admins: &Signed<AdminList>,
) -> Result<Directory, Error> {
    let mut tree = Directory::default();
    for row in agency::associations(db).await? {
        let entry = Unverified::<AssociationEntry>::decode(&row.entry)
            .map_err(platform_fault)?
            .verify(&trust.platform_id, admins)
            .map_err(platform_fault)?;
        tree.put_association(&entry);
    }
    for row in agency::agencies(db).await? {
        let entry = Unverified::<AgencyEntry>::decode(&row.entry)
            .map_err(platform_fault)?
            .verify(&trust.platform_id, admins)
            .map_err(platform_fault)?;
        tree.put_agency(&entry);
    }
    Ok(tree)
}
