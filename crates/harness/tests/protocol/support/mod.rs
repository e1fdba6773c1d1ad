//! A server with the demonstration, and people before it.

mod founded;
mod listen;
mod server;

use std::collections::BTreeMap;
use std::future::Future;

use client::account;
use client::agency::{Found, Topical};
use client::desk::{Desk, Side};
use client::registration::{self, Draft, Form};
use client::{Client, Session, SystemRandom, make_id};
use domain::account::{Secretive, UserName};
use domain::id::{AgencyId, ConversationId};
use domain::postcode::Postcode;
use domain::topic::TopicId;
use harness::lying::Lying;
use harness::net::Net;
use harness::person::Device;
use harness::{demo, factor};
use tokio::sync::Mutex;

pub(crate) use founded::{Founded, HEADS, enter, enter_alone, found};
pub(crate) use listen::{last, listen};
pub(crate) use server::Served;

/// A device behind which the server may lie.
pub(crate) type Machine = Device<Lying<Net>>;

/// Addiction.
pub(crate) const TOPIC: TopicId = TopicId(0);

/// Runs a test's future, which stays on this thread.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, test)
}

/// A fresh device.
pub(crate) fn device(served: &Served) -> Client<Machine> {
    let net = Net::new(&served.authority);
    Client::new(Device::new(Lying::new(net)), served.platform)
}

/// The same tab after a reload.
pub(crate) fn reloaded(client: &Client<Machine>) -> Client<Machine> {
    let world = client.world();
    let net = Lying::new(world.net().inner().again());
    Client::new(world.reloaded(net), *client.platform())
}

/// Signs in as somebody of the demonstration.
pub(crate) async fn demo_session(
    client: &Client<Machine>,
    user_name: &str,
) -> Result<Session<Machine>, client::Error> {
    let accounts = demo::accounts().unwrap();
    let account = accounts.iter().find(|one| one.user_name == user_name);
    let password = Secretive(account.unwrap().password.clone());
    factor::sign_in(client, &UserName::parse(user_name).unwrap(), password).await
}

/// A browser in which somebody is signed in: its cookie, and what lies in the tab.
type SignedIn = (Option<String>, Vec<(String, String)>);

/// The staff's browsers, by the server's address and the user name. A code of the app counts once in half a minute:
/// whoever is signed in stays so, and each test opens the same tab once more.
static SIGNED_IN: Mutex<BTreeMap<(String, String), SignedIn>> = Mutex::const_new(BTreeMap::new());

/// Somebody of the demonstration's staff, in a tab of their own.
pub(crate) async fn staff(served: &Served, user_name: &str) -> (Client<Machine>, Session<Machine>) {
    let mut known = SIGNED_IN.lock().await;
    let name = (served.authority.clone(), user_name.to_owned());
    if let Some((cookie, tab)) = known.get(&name) {
        let net = Net::new(&served.authority).with_cookie(cookie.clone());
        let device = Device::new(Lying::new(net)).with_tab(tab);
        let client = Client::new(device, served.platform);
        if let Some(session) = account::resume(&client).await.unwrap() {
            return (client, session);
        }
    }
    let client = device(served);
    let session = demo_session(&client, user_name).await.unwrap();
    let world = client.world();
    known.insert(name, (world.net().inner().cookie(), world.tab_entries()));
    (client, session)
}

/// A desk with everything fetched.
pub(crate) async fn desk<S: Side>(session: &Session<Machine>) -> Desk<Machine, S> {
    let desk = Desk::open(session.clone(), |_| {});
    desk.refresh().await.unwrap();
    desk
}

/// Somebody new who has just written to an agency.
pub(crate) struct NewSeeker {
    pub(crate) client: Client<Machine>,
    pub(crate) session: Session<Machine>,
    pub(crate) user_name: UserName,
    pub(crate) password: Secretive,
    pub(crate) conversation: ConversationId,
}

/// What a seeker in `postcode` is shown.
pub(crate) async fn find(client: &Client<Machine>, postcode: &str) -> Result<Found, client::Error> {
    let topical = Topical::load(client, TOPIC).await?;
    Ok(topical.find(Postcode::parse(postcode).ok(), &Default::default(), None))
}

/// The agency of a place, found as a seeker finds it.
pub(crate) async fn agency_in(client: &Client<Machine>, postcode: &str, place: &str) -> AgencyId {
    let cards = find(client, postcode).await.unwrap().cards;
    let card = cards.iter().find(|card| card.place.starts_with(place));
    card.unwrap().id
}

impl NewSeeker {
    pub(crate) fn new(
        user_name: &str,
        session: Session<Machine>,
        conversation: ConversationId,
    ) -> Self {
        Self {
            client: session.client().clone(),
            session,
            user_name: UserName::parse(user_name).unwrap(),
            password: password(),
            conversation,
        }
    }

    /// Another device of the same person.
    pub(crate) async fn elsewhere(&self, served: &Served) -> (Client<Machine>, Session<Machine>) {
        let client = device(served);
        let session = account::sign_in(&client, &self.user_name, self.password.clone()).await;
        (client, session.unwrap())
    }
}

/// A second enquiry of somebody who has an account and lives in Freiburg.
pub(crate) async fn second_draft(
    session: &Session<Machine>,
    agency: AgencyId,
    text: &str,
) -> Draft<Machine> {
    let draft = Draft::open(session.client()).await.unwrap();
    draft.keep(Form {
        topic: Some(TOPIC),
        agency: Some(agency),
        postcode: "79104".to_owned(),
        text: text.to_owned(),
        ..Form::default()
    });
    draft
}

/// Somebody who has just written to Freiburg.
pub(crate) async fn seeker(served: &Served, text: &str) -> NewSeeker {
    let draft = new_draft(&device(served), None, text).await;
    write_to(&draft).await
}

/// Registers and writes.
pub(crate) async fn write_to(draft: &Draft<Machine>) -> NewSeeker {
    let user_name = draft.form().user_name;
    let session = register(draft).await.unwrap();
    let conversation = registration::submit(draft, &session).await.unwrap();
    NewSeeker::new(&user_name, session, conversation)
}

/// The form of somebody new, filled in: to Freiburg, or by the link of another agency.
pub(crate) async fn new_draft(
    client: &Client<Machine>,
    link: Option<AgencyId>,
    text: &str,
) -> Draft<Machine> {
    let agency = match link {
        Some(agency) => agency,
        None => agency_in(client, "79104", "Freiburg").await,
    };
    let shown = client::agency::load(client, agency).await.unwrap();
    let number = u32::from_be_bytes(make_id(&mut SystemRandom));
    let draft = Draft::open(client).await.unwrap();
    draft.keep(Form {
        topic: Some(TOPIC),
        postcode: "79104".to_owned(),
        agency: Some(agency),
        link: link.is_some(),
        pseudonym: "Probe".to_owned(),
        user_name: format!("probe-{number:010}"),
        consent: Some(shown.legal().consent_version),
        text: text.to_owned(),
        ..Form::default()
    });
    draft
}

/// Makes the account of a form.
pub(crate) async fn register(draft: &Draft<Machine>) -> Result<Session<Machine>, client::Error> {
    registration::register(draft, password()).await
}

fn password() -> Secretive {
    Secretive("ein langes wort und noch eins".to_owned())
}

/// Lets a desk follow the live channel in the background.
pub(crate) fn follow<S: Side>(desk: &Desk<Machine, S>) {
    tokio::task::spawn_local(desk.clone().run());
}

/// Waits until something holds, at most ten seconds.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("not within ten seconds: {what}");
}
