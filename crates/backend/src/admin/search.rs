//! Agencies in pages: found and sorted in the verified directory, which is in memory; the database
//! is asked for the rows of one page only.

use std::collections::HashMap;

use domain::Refusal;
use domain::admin::{AgencyOrder, FoundAgencies, FoundAgency, PAGE, SearchAgencies};
use domain::fold::{has_words, words};
use domain::id::AgencyId;
use domain::policy::{Action, Object, Subject};

use crate::Inner;
use crate::actor::Actor;
use crate::agency::profile;
use crate::error::Error;
use crate::store::{agency, manifest as manifests, platform};

pub(super) async fn agencies(
    inner: &Inner,
    actor: &Actor,
    request: SearchAgencies,
) -> Result<FoundAgencies, Error> {
    actor.may(Action::Administer, Object::None)?;
    let db = inner.store.read();
    let admins = platform::newest_admin_list(db).await?;
    let admins = admins.ok_or(Refusal::NotFound)?;
    let directory = inner.directory.newest(db, &inner.trust).await?;
    let own = own(actor.subject());
    let words = words(&request.words);
    let order = match request.order {
        AgencyOrder::Name => &directory.by_name,
        AgencyOrder::Place => &directory.by_place,
    };
    let fitting = order.iter().filter(|at| {
        let entry = directory.agencies.get(&at.agency);
        entry.is_some_and(|entry| {
            own(at.agency)
                && request
                    .association
                    .is_none_or(|asked| asked == entry.association)
        }) && has_words(&at.text, &words)
    });
    let fitting: Vec<_> = fitting.map(|at| at.agency).collect();
    let skip = usize::try_from(request.skip).unwrap_or(usize::MAX);
    let page: Vec<_> = fitting.iter().copied().skip(skip).take(PAGE).collect();

    let mut online = HashMap::new();
    for row in agency::some(db, &page).await? {
        let profile = row.profile.as_deref().map(profile).transpose()?;
        online.insert(row.id, profile.is_some_and(|profile| !profile.offline));
    }
    let counsellors: HashMap<_, _> = manifests::counsellors_of(db, &page)
        .await?
        .into_iter()
        .collect();
    let mut holders: HashMap<AgencyId, u32> = HashMap::new();
    for (agency, _) in manifests::holders(db, &page).await? {
        *holders.entry(agency).or_default() += 1;
    }
    let rows = page.iter().filter_map(|id| {
        let entry = directory.agencies.get(id)?;
        Some(FoundAgency {
            entry: entry.as_bytes().into(),
            offline: !online.get(id).copied().unwrap_or_default(),
            counsellors: counsellors.get(id).copied().unwrap_or_default(),
            holders: holders.get(id).copied().unwrap_or_default(),
        })
    });
    Ok(FoundAgencies {
        admins: admins.into(),
        rows: rows.collect(),
        count: u32::try_from(fitting.len()).unwrap_or(u32::MAX),
    })
}

/// Whether an agency is the subject's to look after.
fn own(subject: &Subject) -> impl Fn(AgencyId) -> bool {
    let (all, some) = match subject {
        Subject::Anonymous => (false, Vec::new()),
        Subject::Account {
            platform_admin,
            grants,
            ..
        } => {
            let admins =
                domain::agency::Roles::AGENCY_ADMIN.and(domain::agency::Roles::ASSOCIATION_ADMIN);
            let held = grants.iter().filter(|grant| grant.roles.has_any(admins));
            let mut held: Vec<_> = held.map(|grant| grant.agency).collect();
            held.sort_unstable();
            (*platform_admin, held)
        }
    };
    move |agency| all || some.binary_search(&agency).is_ok()
}
