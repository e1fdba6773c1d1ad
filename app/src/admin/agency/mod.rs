//! One agency's page: a head, and its parts as tabs.

pub mod details;
pub mod keys;
pub mod log;
pub mod offers;
pub mod team;

use std::rc::Rc;

use crate::reactive::{RwSignal, StoredValue};
use client::admin::Held;
use client::trust::{Agency, Association};
use domain::Refusal;
use domain::id::AgencyId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

use super::agencies::Broken;
use super::place::{Room, Tab};
use crate::screen::focus;
use crate::team::office::{Office, use_office};
use crate::team::problem;
use crate::texts::{Texts, admin as words};

/// What is known of the agency, verified.
pub struct Known {
    /// The agency with all of its manifests.
    pub agency: Rc<Agency>,
    /// Its association; none for who does not administer it.
    pub association: Option<Rc<Association>>,
    /// Its root, as far as the signed-in person holds it.
    pub held: Held,
}

/// The agency's page; a handle, to be copied.
#[derive(Clone, Copy)]
pub struct Sheet {
    id: AgencyId,
    office: Office,
    /// What is known, once it is there.
    pub known: RwSignal<Option<Rc<Known>>>,
    /// What was done last, in words; it outlives the form that did it.
    pub said: RwSignal<&'static str>,
    fault: RwSignal<Option<client::Error>>,
    loading: StoredValue<bool>,
}

impl Sheet {
    /// Something was done: says so, and shows how it is now.
    pub fn done(self, said: &'static str) {
        self.said.try_set(said);
        self.load();
    }

    /// Loads everything afresh.
    pub fn load(self) {
        if self.loading.get_value() {
            return;
        }
        self.loading.set_value(true);
        let desk = self.office.desk();
        spawn_local(async move {
            let session = desk.session();
            let known = load(session, self.id).await;
            self.loading.try_set_value(false);
            match known {
                Ok(known) => {
                    self.fault.try_set(None);
                    self.known.try_set(Some(Rc::new(known)));
                    // What had the focus was made anew.
                    focus::rescue("saved");
                }
                Err(error) => drop(self.fault.try_set(Some(error))),
            }
        });
    }
}

async fn load(
    session: &client::Session<crate::browser::Browser>,
    id: AgencyId,
) -> Result<Known, client::Error> {
    let agency = client::admin::agency(session, id).await?;
    let held = match client::admin::root(session, &agency).await {
        // Admins of the platform look at every agency and hold no root.
        Err(client::Error::Refused(Refusal::NotFound | Refusal::NotAllowed)) => Held::default(),
        other => other?,
    };
    let association = match client::admin::association(session, agency.association()).await {
        Err(client::Error::Refused(Refusal::NotFound | Refusal::NotAllowed)) => None,
        other => Some(Rc::new(other?)),
    };
    Ok(Known {
        agency,
        association,
        held,
    })
}

/// The page.
#[component]
pub fn AgencyPage(
    /// Which.
    agency: AgencyId,
    /// Which part.
    tab: Tab,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let sheet = Sheet {
        id: agency,
        office: use_office(),
        known: RwSignal::new(None),
        said: RwSignal::new(""),
        fault: RwSignal::new(None),
        loading: StoredValue::new(false),
    };
    sheet.load();
    let again = Callback::new(move |()| sheet.load());
    let fault = move || {
        sheet.fault.with(|fault| {
            fault.as_ref().map(|fault| {
                let told = match fault {
                    // Entered, and nothing more yet: nobody can be shown what is not signed.
                    client::Error::Refused(Refusal::NotFound) => words::agency_none(t).to_owned(),
                    fault => problem(t, fault),
                };
                view! { <Broken told again t /> }.into_any()
            })
        })
    };
    view! {
        {fault}
        {move || match sheet.known.get() {
            None => view! { <p class="waiting appear-late" role="status">{words::looking(t)}</p> }.into_any(),
            Some(known) => view! {
                <header class="admin-head">
                    <p class="quiet"><bdi>{known.agency.place().to_owned()}</bdi></p>
                    <h1 id="list-title" tabindex="-1"><bdi>{known.agency.name().to_owned()}</bdi></h1>
                </header>
                <Tabs agency tab t />
                {match tab {
                    Tab::Details => view! { <details::Details sheet known t /> }.into_any(),
                    Tab::Team => view! { <team::Team sheet known t /> }.into_any(),
                    Tab::Keys => view! { <keys::Keys sheet known t /> }.into_any(),
                    Tab::Log => view! { <log::Log known t /> }.into_any(),
                }}
            }.into_any(),
        }}
    }
}

/// The parts, as links: each has an address of its own.
#[component]
fn Tabs(agency: AgencyId, tab: Tab, t: Texts) -> impl IntoView {
    let name = move |tab| match tab {
        Tab::Details => words::tab_details(t),
        Tab::Team => words::tab_team(t),
        Tab::Keys => words::tab_keys(t),
        Tab::Log => words::tab_log(t),
    };
    let link = move |one: Tab| {
        view! {
            <li>
                <A href=Room::Agency(agency, one).path() attr:class="admin-tab" attr:data-current=(one == tab).then_some("true")>{name(one)}</A>
            </li>
        }
        .into_any()
    };
    view! {
        <nav class="admin-tabs" aria-label=words::tabs(t)>
            <ul>{Tab::ALL.map(link).into_iter().collect_view()}</ul>
        </nav>
    }
}
