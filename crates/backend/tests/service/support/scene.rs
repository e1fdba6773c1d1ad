//! An agency with a team and a seeker: where most conversations begin.

use domain::agency::Roles;
use domain::enquiry::SubmitEnquiry;

use super::agency::COUNSELLOR;
use super::case::Case;
use super::{Agency, Person, Publisher, World};

pub(crate) struct Scene {
    pub(crate) publisher: Publisher,
    pub(crate) admin: Person,
    pub(crate) agency: Agency,
    pub(crate) first: Person,
    pub(crate) second: Person,
    pub(crate) deputy: Person,
    pub(crate) seeker: Person,
}

impl Scene {
    pub(crate) async fn new(world: &World) -> Self {
        let mut publisher = Publisher::new(world).await;
        let mut admin = world.staff().await;
        let mut agency = Agency::publish(world, &mut publisher, &admin).await;
        admin.again(world).await;
        let mut first = world.staff().await;
        let mut second = world.staff().await;
        let mut deputy = world.staff().await;
        let team = &mut [
            (&mut first, COUNSELLOR.and(Roles::LEAD)),
            (&mut second, COUNSELLOR.and(Roles::DEPUTY)),
            (&mut deputy, Roles::DEPUTY),
        ];
        agency.staff(world, &admin, team).await;
        let seeker = world.seeker(agency.association).await;
        Self {
            publisher,
            admin,
            agency,
            first,
            second,
            deputy,
            seeker,
        }
    }

    /// Publishes another manifest with a new inbox key.
    pub(crate) async fn change_inbox(&mut self, world: &World) {
        let team = &mut [
            (&mut self.first, COUNSELLOR.and(Roles::LEAD)),
            (&mut self.second, COUNSELLOR.and(Roles::DEPUTY)),
            (&mut self.deputy, Roles::DEPUTY),
        ];
        self.agency.staff(world, &self.admin, team).await;
    }

    pub(crate) fn enquiry(&self, world: &World) -> (Case, SubmitEnquiry) {
        Case::enquiry(world, &self.seeker, &self.agency)
    }

    /// An enquiry that waits.
    pub(crate) async fn waiting(&self, world: &World) -> Case {
        let (case, request) = self.enquiry(world);
        let enquiries = world.backend.enquiries();
        enquiries.submit(&self.seeker.actor, request).await.unwrap();
        case
    }

    /// A conversation that the first counsellor has accepted.
    pub(crate) async fn accepted(&self, world: &World) -> Case {
        let case = self.waiting(world).await;
        let (case, request) = case.acceptance(world, &self.seeker, &self.first, &self.agency);
        world
            .backend
            .inbox()
            .accept(&self.first.actor, request)
            .await
            .unwrap();
        case
    }
}
