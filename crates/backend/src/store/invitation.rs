//! Invitations, and who answered them.

use domain::agency::Roles;
use domain::id::{AccountId, AssociationId, InvitationId};
use domain::invitation::{Post, TRIES};
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::convert::{account_id, agency_id, association_id, damaged, u16_of};
use super::entity::{
    account, association_admin, invitation, invitation_answer, listing, platform_admin,
};

/// The operator's own, an association's admin, an agency's staff.
const OPERATOR: i64 = 0;
const ASSOCIATION: i64 = 1;
const AGENCY: i64 = 2;

/// An invitation.
#[derive(Clone)]
pub(crate) struct Invitation {
    pub(crate) id: InvitationId,
    /// The association of the place; none while there is none.
    pub(crate) association: Option<AssociationId>,
    /// None: the operator's own.
    pub(crate) post: Option<Post>,
    pub(crate) account: Option<AccountId>,
    pub(crate) roles: Roles,
    pub(crate) name: String,
    pub(crate) offer: Option<Vec<u8>>,
    /// None while it is prepared.
    pub(crate) expires: Option<Timestamp>,
}

/// Somebody answered.
pub(crate) struct Answer {
    pub(crate) account: AccountId,
    pub(crate) identity: Vec<u8>,
    pub(crate) answer: Vec<u8>,
}

fn read(row: invitation::Model) -> Result<Invitation, DbErr> {
    let association = row.association_id.as_deref().map(association_id);
    let association = association.transpose()?;
    let agency = row.agency_id.as_deref().map(agency_id).transpose()?;
    let post = match (row.kind, association, agency) {
        (OPERATOR, _, None) => None,
        (ASSOCIATION, Some(association), None) => Some(Post::Association(association)),
        (AGENCY, _, Some(agency)) => Some(Post::Agency(agency)),
        _ => return Err(damaged("invitation")),
    };
    Ok(Invitation {
        id: InvitationId::from_bytes(row.id.try_into().map_err(|_| damaged("invitation"))?),
        association,
        post,
        account: row.account_id.as_deref().map(account_id).transpose()?,
        roles: Roles(u16_of(row.roles)?),
        name: row.name,
        offer: row.offer,
        expires: Some(row.expires).filter(|at| *at != 0).map(Timestamp),
    })
}

/// Stores an invitation.
pub(crate) async fn insert(db: &impl ConnectionTrait, new: Invitation) -> Result<(), DbErr> {
    let (kind, agency) = match new.post {
        None => (OPERATOR, None),
        Some(Post::Association(_)) => (ASSOCIATION, None),
        Some(Post::Agency(agency)) => (AGENCY, Some(agency)),
    };
    let row = invitation::ActiveModel {
        id: Set(new.id.as_bytes().to_vec()),
        association_id: Set(new.association.map(|id| id.as_bytes().to_vec())),
        agency_id: Set(agency.map(|id| id.as_bytes().to_vec())),
        account_id: Set(new.account.map(|id| id.as_bytes().to_vec())),
        kind: Set(kind),
        roles: Set(i64::from(new.roles.0)),
        name: Set(new.name),
        offer: Set(new.offer),
        expires: Set(new.expires.map_or(0, |at| at.0)),
    };
    invitation::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The invitation with this id, whether or not it can be answered.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    id: InvitationId,
) -> Result<Option<Invitation>, DbErr> {
    let row = invitation::Entity::find_by_id(id.as_bytes().to_vec())
        .one(db)
        .await?;
    row.map(read).transpose()
}

/// The same, and nobody else answers or changes it until the end of the transaction.
pub(crate) async fn find_locked(
    db: &impl ConnectionTrait,
    id: InvitationId,
) -> Result<Option<Invitation>, DbErr> {
    let row = invitation::Entity::find_by_id(id.as_bytes().to_vec())
        .lock_exclusive()
        .one(db)
        .await?;
    row.map(read).transpose()
}

/// The invitations of a place, by name.
pub(crate) async fn of(db: &impl ConnectionTrait, post: Post) -> Result<Vec<Invitation>, DbErr> {
    let here = match post {
        Post::Association(id) => Condition::all()
            .add(invitation::Column::Kind.eq(ASSOCIATION))
            .add(invitation::Column::AssociationId.eq(id.as_bytes().to_vec())),
        Post::Agency(id) => {
            Condition::all().add(invitation::Column::AgencyId.eq(id.as_bytes().to_vec()))
        }
    };
    let rows = invitation::Entity::find()
        .filter(here)
        .order_by_asc(invitation::Column::Name)
        .order_by_asc(invitation::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// How many may still answer.
pub(crate) async fn tries(db: &impl ConnectionTrait, id: InvitationId) -> Result<u32, DbErr> {
    let answers = invitation_answer::Entity::find()
        .filter(invitation_answer::Column::InvitationId.eq(id.as_bytes().to_vec()))
        .count(db)
        .await?;
    Ok(TRIES.saturating_sub(u32::try_from(answers).unwrap_or(u32::MAX)))
}

/// Who answered these.
pub(crate) async fn answers(
    db: &impl ConnectionTrait,
    ids: &[InvitationId],
) -> Result<Vec<(InvitationId, Answer)>, DbErr> {
    let mut answers = Vec::new();
    for some in ids.chunks(super::ROWS) {
        let some = some.iter().map(|id| id.as_bytes().to_vec());
        let rows = invitation_answer::Entity::find()
            .filter(invitation_answer::Column::InvitationId.is_in(some))
            .order_by_asc(invitation_answer::Column::AccountId)
            .all(db)
            .await?;
        for row in rows {
            let id = row.invitation_id.try_into();
            let answer = Answer {
                account: account_id(&row.account_id)?,
                identity: row.identity,
                answer: row.answer,
            };
            let id = id.map_err(|_| damaged("invitation"))?;
            answers.push((InvitationId::from_bytes(id), answer));
        }
    }
    Ok(answers)
}

/// Stores an answer.
pub(crate) async fn insert_answer(
    db: &impl ConnectionTrait,
    id: InvitationId,
    answer: Answer,
) -> Result<(), DbErr> {
    let row = invitation_answer::ActiveModel {
        invitation_id: Set(id.as_bytes().to_vec()),
        account_id: Set(answer.account.as_bytes().to_vec()),
        identity: Set(answer.identity),
        answer: Set(answer.answer),
    };
    invitation_answer::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Another offer, and another time until which it can be answered.
pub(crate) async fn renew(
    db: &impl ConnectionTrait,
    id: InvitationId,
    offer: Vec<u8>,
    expires: Timestamp,
) -> Result<(), DbErr> {
    invitation::Entity::update_many()
        .set(invitation::ActiveModel {
            offer: Set(Some(offer)),
            expires: Set(expires.0),
            ..Default::default()
        })
        .filter(invitation::Column::Id.eq(id.as_bytes().to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets an invitation and its answers; gives how many there were.
pub(crate) async fn delete(db: &impl ConnectionTrait, id: InvitationId) -> Result<u64, DbErr> {
    forget_answers(db, id).await?;
    let gone = invitation::Entity::delete_by_id(id.as_bytes().to_vec())
        .exec(db)
        .await?;
    Ok(gone.rows_affected)
}

/// Forgets who answered, and the accounts that came with it and that nothing lists: whoever made one without the code
/// is nobody.
pub(crate) async fn forget_answers(
    db: &impl ConnectionTrait,
    id: InvitationId,
) -> Result<(), DbErr> {
    let by_id = invitation_answer::Column::InvitationId.eq(id.as_bytes().to_vec());
    let came = invitation_answer::Entity::find()
        .filter(by_id.clone())
        .all(db)
        .await?;
    invitation_answer::Entity::delete_many()
        .filter(by_id)
        .exec(db)
        .await?;
    for row in came {
        account::Entity::delete_many()
            .filter(account::Column::Id.eq(row.account_id))
            .filter(unlisted())
            .exec(db)
            .await?;
    }
    Ok(())
}

/// That no manifest, no association and no admin list names the account, and nobody else invited it.
fn unlisted() -> Condition {
    macro_rules! named_by {
        ($table:ident) => {
            Query::select()
                .column($table::Column::AccountId)
                .from($table::Entity)
                .to_owned()
        };
    }
    let id = account::Column::Id;
    Condition::all()
        .add(id.not_in_subquery(named_by!(listing)))
        .add(id.not_in_subquery(named_by!(association_admin)))
        .add(id.not_in_subquery(named_by!(platform_admin)))
        .add(id.not_in_subquery(named_by!(invitation_answer)))
}

/// The invitations to an agency that one of these people answered: they are listed now.
pub(crate) async fn answered_by(
    db: &impl ConnectionTrait,
    post: Post,
    listed: &[AccountId],
) -> Result<Vec<InvitationId>, DbErr> {
    let open: Vec<_> = of(db, post).await?.iter().map(|one| one.id).collect();
    let answers = answers(db, &open).await?;
    let mut done: Vec<_> = answers
        .into_iter()
        .filter(|(_, answer)| listed.contains(&answer.account))
        .map(|(id, _)| id)
        .collect();
    done.dedup();
    Ok(done)
}

/// Invitations that could be answered until before `operators`, if they are the operator's, or `others`.
pub(crate) async fn over(
    db: &impl ConnectionTrait,
    operators: Timestamp,
    others: Timestamp,
) -> Result<Vec<InvitationId>, DbErr> {
    let rows = invitation::Entity::find()
        .filter(invitation::Column::Expires.ne(0))
        .filter(
            Condition::any()
                .add(invitation::Column::Expires.lt(others.0))
                .add(
                    Condition::all()
                        .add(invitation::Column::Kind.eq(OPERATOR))
                        .add(invitation::Column::Expires.lt(operators.0)),
                ),
        )
        .all(db)
        .await?;
    let ids = rows.into_iter().map(read);
    ids.map(|one| Ok(one?.id)).collect()
}
