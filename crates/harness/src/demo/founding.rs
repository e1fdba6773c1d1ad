//! Before anybody writes: staff, association, agencies, and who works where.

use client::admin::{
    AgencyRoot, NewAgency, NewAssociation, NewManifest, publish_directory, publish_manifest,
};
use client::{SystemRandom, admin};
use domain::id::AssociationId;
use futures_util::future::try_join_all;

use super::{Actor, Agencies, Colleague, Colleagues, DemoError, Operator, Show, data};

impl<O: Operator> Show<'_, O> {
    /// Registers the staff: first the platform admin, whom the root certifies, then all others at
    /// once.
    pub(super) async fn staff(&self, association: AssociationId) -> Result<Colleagues, DemoError> {
        let people = &self.data.directory.staff;
        let (admins, others): (Vec<_>, Vec<_>) = people.iter().partition(|one| one.platform_admin);
        let mut staff = Colleagues::new();
        for one in admins {
            self.operator.progress(&one.display);
            // The association is there once an admin has entered it.
            let colleague = self.join(one, None).await?;
            self.operator
                .certify_admin(colleague.account, colleague.code)
                .await
                .map_err(DemoError::Operator)?;
            self.enter_association(association, &colleague, one).await?;
            staff.insert(one.key.clone(), colleague);
        }
        self.operator
            .progress(&format!("{} colleagues", others.len()));
        let joining = others.iter().map(|one| self.join(one, Some(association)));
        let joined = try_join_all(joining).await?;
        let keys = others.iter().map(|one| one.key.clone());
        staff.extend(keys.zip(joined));
        Ok(staff)
    }

    /// Somebody accepts an invitation.
    async fn join(
        &self,
        one: &data::Staff,
        association: Option<AssociationId>,
    ) -> Result<Colleague, DemoError> {
        let invitation = self.operator.invite(association).await;
        let invitation = invitation.map_err(DemoError::Operator)?;
        let actor = Actor::new(&self.stage, &one.user_name, &one.password)?;
        let session = actor.register(invitation).await?;
        Ok(Colleague {
            account: session.account(),
            code: session.code(),
            actor,
        })
    }

    async fn enter_association(
        &self,
        association: AssociationId,
        admin: &Colleague,
        person: &data::Staff,
    ) -> Result<(), DemoError> {
        let entered = &self.data.directory.association;
        let mut admins = Vec::new();
        if person.administers_association() {
            admins.push((admin.account, admin.code, person.display.clone()));
        }
        let new = NewAssociation {
            association,
            name: entered.name.clone(),
            legal: entered.legal(),
            admins,
        };
        let session = admin.actor.session().await?;
        Ok(publish_directory(&session, &[new], &[]).await?)
    }

    /// Enters the agencies, and lists who works where.
    pub(super) async fn directory(
        &self,
        association: AssociationId,
        staff: &Colleagues,
    ) -> Result<Agencies, DemoError> {
        let directory = &self.data.directory;
        self.operator
            .progress(&format!("{} agencies", directory.agencies.len()));
        let mut people = directory.staff.iter();
        let admin = people.find(|one| one.platform_admin);
        let admin = admin.and_then(|admin| staff.get(&admin.key));
        let missing = || DemoError::Data("nobody is platform admin".to_owned());
        let session = admin.ok_or_else(missing)?.actor.session().await?;
        let rng = &mut SystemRandom;
        let paper = admin::NextRootSecret::make(rng);
        let mut roots = Vec::with_capacity(directory.agencies.len());
        for _ in &directory.agencies {
            roots.push(AgencyRoot::make(rng, &paper)?);
        }
        let both = || directory.agencies.iter().zip(&roots);
        let new: Vec<_> = both()
            .map(|(agency, root)| NewAgency {
                association,
                root,
                place: agency.place.clone(),
                name: agency.name.clone(),
            })
            .collect();
        publish_directory(&session, &[], &new).await?;
        for (agency, root) in both() {
            let mut listings = Vec::new();
            for one in &directory.staff {
                if let (Some(roles), Some(known)) = (one.roles(&agency.key)?, staff.get(&one.key)) {
                    listings.push(one.listing(known.account, known.code, roles));
                }
            }
            let manifest = NewManifest {
                profile: agency.profile()?,
                policy: data::Agency::policy(),
                staff: listings,
                association: Some(association),
            };
            publish_manifest(&session, root, &manifest).await?;
        }
        let ids = both().map(|(agency, root)| (agency.key.clone(), root.agency()));
        Ok(ids.collect())
    }
}
