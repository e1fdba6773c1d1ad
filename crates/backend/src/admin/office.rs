//! What an admin finds: rights, an association, the roots that are held.

use domain::Refusal;
use domain::admin::{AssociationChain, LoadAssociation, LoadRoots, Rights, Roots};
use domain::agency::Roles;
use domain::policy::{Action, Object, Subject};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;
use crate::store::{agency, identity, manifest as manifests, platform};

/// What the subject administers itself.
pub(super) fn rights(subject: &Subject) -> Rights {
    let Subject::Account {
        platform_admin,
        grants,
        associations,
        ..
    } = subject
    else {
        return Rights {
            platform: false,
            associations: Vec::new(),
            agencies: Vec::new(),
        };
    };
    let listed = grants
        .iter()
        .filter(|grant| grant.roles.has(Roles::AGENCY_ADMIN));
    Rights {
        platform: *platform_admin,
        associations: associations.clone(),
        agencies: listed.map(|grant| grant.agency).collect(),
    }
}

pub(super) async fn association(
    inner: &Inner,
    actor: &Actor,
    request: LoadAssociation,
) -> Result<AssociationChain, Error> {
    let asked = Object::Association(request.association);
    if actor.may(Action::AdministerPlatform, Object::None).is_err() {
        actor.may(Action::AdministerAssociation, Object::None)?;
        actor.may(Action::AdministerAssociation, asked)?;
    }
    let db = inner.store.read();
    let directory = inner.directory.newest(db, &inner.trust).await?;
    let found = directory.associations.get(&request.association);
    let found = found.ok_or(Refusal::NotFound)?;
    let proof = directory.tree.prove_association(&request.association);
    let last = directory.seq - 1;
    let after = request.head_after.unwrap_or(last).min(last);
    let heads = agency::heads(db, after, directory.seq).await?;
    let named = found.entry.admins.iter().map(|admin| admin.account);
    let identities = identity::present(db, named).await?;
    let admins = platform::admin_lists(db).await?;
    Ok(AssociationChain {
        admins: admins.into_iter().map(Into::into).collect(),
        heads: heads.into_iter().map(Into::into).collect(),
        entry: found.entry.as_bytes().into(),
        proof: proof.ok_or(Refusal::NotFound)?,
        legal: found.legal.clone().into(),
        identities: identities
            .into_iter()
            .map(|(_, _, record)| record.into())
            .collect(),
    })
}

pub(super) async fn roots(
    inner: &Inner,
    actor: &Actor,
    request: LoadRoots,
) -> Result<Roots, Error> {
    actor.may(Action::PublishManifest, Object::None)?;
    actor.may(Action::PublishManifest, Object::Agency(request.agency))?;
    let db = inner.store.read();
    let wraps = manifests::root_wraps(db, request.agency, actor.account()?).await?;
    let holders = manifests::holders(db, &[request.agency]).await?;
    Ok(Roots {
        wraps: wraps.into_iter().map(Into::into).collect(),
        holders: holders.into_iter().map(|(_, holder)| holder).collect(),
    })
}
