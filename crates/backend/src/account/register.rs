//! Registration: OPAQUE's two steps, and everything that an account begins with.

use crypto::identity::Identity;
use crypto::keywrap::KeyWrap;
use crypto::opaque::server::Record;
use crypto::vault::Vault;
use crypto::{Signed, Unverified};
use domain::Refusal;
use domain::account::{
    AccountKind, Consent, RegisterFinish, RegisterStart, RegisterStarted, SignedIn, UserName,
};
use domain::id::AssociationId;
use domain::invitation::Accepting;
use domain::work::Purpose;

use super::{password::respond, session};
use crate::Inner;
use crate::actor::{Actor, Begun};
use crate::check::{first, formed, malformed, unbelievable};
use crate::error::Error;
use crate::invitation;
use crate::recovery::{read_code, store_code};
use crate::store::account::{self, Account};
use crate::store::{Tx, agency};
use crate::work::{self, For};

pub(super) async fn start(
    inner: &Inner,
    actor: &Actor,
    request: &RegisterStart,
) -> Result<RegisterStarted, Error> {
    let name = UserName::parse(&request.user_name.0)?;
    // Before anything is looked up: this is where somebody could find out which names are taken.
    let tries = inner.limits.registration(actor.from)?;
    let proof = request.work.as_ref();
    work::check(inner, For::Ask(Purpose::Registration), tries, proof).await?;
    inner.limits.begin_registration(actor.from);
    let lookup = inner.secrets.name_lookup(&name)?;
    if account::find_by_name(inner.store.read(), &lookup)
        .await?
        .is_some()
    {
        return Err(Refusal::UserNameTaken.into());
    }
    Ok(RegisterStarted {
        response: respond(inner, &name, &request.request)?,
        work: work::challenge(inner, For::RegisterFinish, 0)?,
    })
}

/// By what somebody may have an account.
enum Ground {
    Consent(Consent),
    Invitation(Accepting),
}

impl Ground {
    fn of(request: &RegisterFinish) -> Result<Self, Refusal> {
        match (request.consent, request.invitation.clone()) {
            (Some(consent), None) => Ok(Self::Consent(consent)),
            (None, Some(invitation)) => Ok(Self::Invitation(invitation)),
            _ => Err(Refusal::Malformed),
        }
    }

    const fn kind(&self) -> AccountKind {
        match self {
            Self::Consent(_) => AccountKind::Seeker,
            Self::Invitation(_) => AccountKind::Staff,
        }
    }

    /// Checks the ground, and tells the association.
    async fn admit(&self, tx: &Tx) -> Result<Option<AssociationId>, Error> {
        match self {
            Self::Consent(consent) => {
                let association = agency::find_association(tx.db(), consent.association).await?;
                let in_force = association.map(|association| association.consent_version);
                if in_force != Some(consent.version) {
                    return Err(Refusal::ConsentOutdated.into());
                }
                Ok(Some(consent.association))
            }
            Self::Invitation(invitation) => invitation::admit(tx, invitation).await,
        }
    }
}

pub(super) async fn finish(
    inner: &Inner,
    actor: &Actor,
    request: RegisterFinish,
) -> Result<Begun<SignedIn>, Error> {
    let ground = Ground::of(&request)?;
    let name = UserName::parse(&request.user_name.0)?;
    let identity = first_identity(inner, &request)?;
    KeyWrap::decode(request.key_wrap.as_slice()).map_err(malformed)?;
    let vault_version = Vault::decode(request.vault.as_slice())
        .map_err(malformed)?
        .version();
    formed(vault_version == 1)?;
    let record = Record::from_slice(request.record.as_slice())
        .and_then(|record: Record| record.to_secret())
        .map_err(|_| Refusal::Malformed)?;

    let id = identity.account;
    let seal = |column, value: &[u8]| inner.safe.seal("account", column, id.as_bytes(), value);
    let mut new = Account {
        id,
        association: None,
        kind: ground.kind(),
        name_lookup: inner.secrets.name_lookup(&name)?,
        name_sealed: seal("name_sealed", name.as_str().as_bytes())?,
        record_sealed: seal("record_sealed", record.expose())?,
        key_wrap_sealed: seal("key_wrap_sealed", request.key_wrap.as_slice())?,
        identity: identity.as_bytes().to_vec(),
        vault: request.vault.as_slice().to_vec(),
        vault_version,
        last_sign_in: inner.clock.now().day(),
    };
    let kind = new.kind;
    let code = read_code(inner, id, &request.code)?;
    work::check_finish(inner, request.work.as_ref()).await?;
    let (row, given) = session::New::make(inner)?.split();
    let instead_of = actor.subject.account().zip(actor.session);
    inner
        .store
        .write(move |tx| {
            Box::pin(async move {
                if account::find_by_name(tx.db(), &new.name_lookup)
                    .await?
                    .is_some()
                {
                    return Err(Refusal::UserNameTaken.into());
                }
                if account::find(tx.db(), id).await?.is_some() {
                    return Err(Refusal::IdTaken.into());
                }
                new.association = ground.admit(tx).await?;
                let today = new.last_sign_in;
                let inserted = account::insert(tx.db(), &new).await;
                first(inserted, Refusal::UserNameTaken)?;
                store_code(tx, &code).await?;
                match &ground {
                    Ground::Invitation(with) => invitation::keep(tx, with, &identity).await?,
                    Ground::Consent(consent) => {
                        account::insert_consent(tx.db(), id, *consent, today).await?;
                        if let Some(reference) = request.reference {
                            let of = consent.association;
                            account::count_reference(tx.db(), of, &reference, today).await?;
                        }
                    }
                }
                session::begin(tx, row, &new, None, instead_of)
                    .await
                    .map(drop)
            })
        })
        .await?;
    Ok(Begun {
        reply: SignedIn {
            account: id,
            kind,
            key_wrap: request.key_wrap,
            vault: request.vault,
            share: given.share.to_vec().into(),
            previous: None,
            factor_missing: kind == AccountKind::Staff,
        },
        token: given.token,
    })
}

/// The identity with which an account begins: signed by itself, and the first.
fn first_identity(inner: &Inner, request: &RegisterFinish) -> Result<Signed<Identity>, Error> {
    let identity = Unverified::<Identity>::decode(request.identity.as_slice())
        .map_err(malformed)?
        .verify(&inner.trust.platform_id)
        .map_err(unbelievable)?;
    formed(identity.key_no == 1)?;
    Ok(identity)
}
