//! The chosen agency with its proof.

use std::rc::Rc;

use crate::reactive::RwSignal;
use client::agency::Agency;
use client::{Error, Untrusted, World};
use domain::id::AgencyId;
use domain::postcode::Postcode;

use crate::screen::App;

/// What is known of the chosen agency.
#[derive(Clone)]
pub enum Proof {
    /// None is chosen.
    None,
    /// The proof is on its way.
    Checking(AgencyId),
    /// Every name and key is covered by signatures, and it takes this enquiry, as far as its topic is chosen.
    Good(Rc<Agency>),
    /// It takes no new enquiries for now.
    Closed(Rc<Agency>),
    /// It does not hold, or did not come.
    Bad(AgencyId, Error),
}

impl Proof {
    /// The agency that this is about.
    #[must_use]
    pub fn id(&self) -> Option<AgencyId> {
        match self {
            Self::None => None,
            Self::Checking(id) | Self::Bad(id, _) => Some(*id),
            Self::Good(agency) | Self::Closed(agency) => Some(agency.id()),
        }
    }
}

/// The chosen agency; a handle, to be copied.
#[derive(Clone, Copy)]
pub struct Chosen(RwSignal<Proof>);

impl Chosen {
    /// None is chosen.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new(Proof::None))
    }

    /// What is known now.
    #[must_use]
    pub fn get(self) -> Proof {
        self.0.get()
    }

    /// The same, without following it.
    #[must_use]
    pub fn get_untracked(self) -> Proof {
        self.0.get_untracked()
    }

    /// The agency, if its proof holds and it takes this enquiry.
    #[must_use]
    pub fn good(self) -> Option<Rc<Agency>> {
        match self.0.get() {
            Proof::Good(agency) => Some(agency),
            _ => None,
        }
    }

    /// None is chosen any more.
    pub fn clear(self) {
        self.0.set(Proof::None);
    }

    /// Loads and verifies the agency of the form; tells what came of it.
    pub async fn check(self, app: App) -> Proof {
        let Some(id) = app.with_untracked(|form| form.agency) else {
            self.clear();
            return Proof::None;
        };
        self.0.set(Proof::Checking(id));
        let proof = match client::agency::load(&app.client(), id).await {
            Ok(agency) => judge(app, Rc::new(agency)),
            Err(error) => Proof::Bad(id, error),
        };
        // Another may have been chosen meanwhile.
        if app.with_untracked(|form| form.agency == Some(id)) {
            self.0.set(proof.clone());
        }
        proof
    }
}

impl Default for Chosen {
    fn default() -> Self {
        Self::new()
    }
}

fn judge(app: App, agency: Rc<Agency>) -> Proof {
    let today = app.client().world().now().day();
    let (topic, postcode, answers, link) = app.with_untracked(|form| {
        let postcode = Postcode::parse(&form.postcode).ok();
        (form.topic, postcode, form.answers.clone(), form.link)
    });
    if agency.profile().offline {
        return Proof::Closed(agency);
    }
    let Some(topic) = topic else {
        return Proof::Good(agency);
    };
    match agency.takes(topic, postcode, &answers, link, today) {
        Ok(()) => Proof::Good(agency),
        Err(why) => Proof::Bad(agency.id(), Error::Untrusted(why)),
    }
}

/// Whether a link's agency simply does not fit: then the choice is free again.
#[must_use]
pub fn does_not_fit(error: &Error) -> bool {
    matches!(error, Error::Untrusted(Untrusted::Hint))
}
