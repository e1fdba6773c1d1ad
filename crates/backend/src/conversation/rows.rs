//! Conversations as lists show them.

use std::collections::{BTreeSet, HashMap};

use domain::Refusal;
use domain::conversation::{ConversationRow, MemberId};
use domain::id::{AccountId, ConversationId};

use crate::Inner;
use crate::error::Error;
use crate::store::conversation::{self, Conversation};
use crate::store::{epoch, handover, identity, message, note, wraps};

/// Conversations asked for at once: databases count the parameters of a statement.
const AT_ONCE: usize = 100;

/// One conversation of the asker's.
pub(crate) async fn one(
    inner: &Inner,
    asker: AccountId,
    id: ConversationId,
) -> Result<ConversationRow, Error> {
    let found = conversation::find(inner.store.read(), id).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    let row = all(inner, asker, vec![found]).await?.pop();
    Ok(row.ok_or(Refusal::NotFound)?)
}

/// Conversations of the asker's, in the order given.
pub(crate) async fn all(
    inner: &Inner,
    asker: AccountId,
    found: Vec<Conversation>,
) -> Result<Vec<ConversationRow>, Error> {
    let mut rows = Vec::with_capacity(found.len());
    for some in found.chunks(AT_ONCE) {
        rows.extend(gather(inner, asker, some).await?);
    }
    Ok(rows)
}

async fn gather(
    inner: &Inner,
    asker: AccountId,
    found: &[Conversation],
) -> Result<Vec<ConversationRow>, Error> {
    let db = inner.store.read();
    let ids: Vec<_> = found.iter().map(|found| found.id).collect();
    let mut epochs = HashMap::<_, Vec<_>>::new();
    let mut batches = BTreeSet::new();
    for epoch in epoch::of(db, &ids).await? {
        batches.insert(epoch.batch);
        epochs
            .entry(epoch.conversation)
            .or_default()
            .push(epoch.record);
    }
    let mut given = HashMap::<_, Vec<_>>::new();
    for wrap in wraps::of_member(&inner.wraps, MemberId::Account(asker), &ids).await? {
        // Wraps of a batch that no epoch names were refused, or are not written yet.
        if batches.contains(&wrap.batch) {
            given
                .entry(wrap.conversation)
                .or_default()
                .push((wrap.epoch, wrap.body));
        }
    }
    let persons = epoch::persons(db, &ids).await?;
    let accounts: BTreeSet<_> = persons.iter().map(|(_, account)| *account).collect();
    let mut identities = HashMap::<_, Vec<_>>::new();
    for (id, identity) in identity::all(db, accounts).await? {
        identities.entry(id).or_default().push(identity);
    }
    let mut consents = HashMap::<_, Vec<_>>::new();
    for (id, consent) in handover::all(db, &ids).await? {
        consents.entry(id).or_default().push(consent.into());
    }
    let mut outlines = HashMap::<_, Vec<_>>::new();
    for (id, message) in message::outlines(db, &ids).await? {
        outlines.entry(id).or_default().push(message);
    }
    let mut labels: HashMap<_, _> = conversation::labels(db, asker, &ids)
        .await?
        .into_iter()
        .collect();
    let mut marks = HashMap::<_, Vec<_>>::new();
    for (id, mark) in note::marks(db, &ids).await? {
        marks.entry(id).or_default().push(mark);
    }

    let row = |found: &Conversation| {
        let mut opening = outlines.remove(&found.id).unwrap_or_default();
        let newest = opening.last().cloned();
        opening.retain(|message| message.position <= found.opening);
        let members = persons.iter().filter(|(id, _)| *id == found.id);
        // The seeker may have been given the first key twice, once by who accepted: only the
        // seeker can tell which of the two opens.
        let mut wraps = given.remove(&found.id).unwrap_or_default();
        wraps.sort_by_key(|(epoch, _)| *epoch);
        let count = newest.as_ref().map_or(0, |newest| newest.position);
        ConversationRow {
            conversation: found.id,
            agency: found.agency,
            topic: found.topic,
            state: found.state,
            created: found.created,
            epochs: epochs
                .remove(&found.id)
                .unwrap_or_default()
                .into_iter()
                .map(Into::into)
                .collect(),
            wraps: wraps.into_iter().map(|(_, wrap)| wrap.into()).collect(),
            identities: members
                .filter_map(|(_, account)| identities.get(account))
                .flatten()
                .map(|identity| identity.as_slice().into())
                .collect(),
            opening,
            newest,
            count,
            label: labels.remove(&found.id).map(Into::into),
            marks: marks.remove(&found.id).unwrap_or_default(),
            closed: found.closed,
            consents: consents.remove(&found.id).unwrap_or_default(),
        }
    };
    Ok(found.iter().map(row).collect())
}
