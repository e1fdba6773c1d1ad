//! Somebody is invited, answers, is listed, leaves; and a server that would like to be in their place.

use std::cell::RefCell;
use std::rc::Rc;

use client::admin::{self, Change, StaffChange, change_manifest};
use client::desk::{Desk, Staff};
use client::invitation::{self, Invitation, Looked, Made, NewInvitee, Standing, Welcome};
use client::trust::Agency;
use client::{Client, Error, Session, SystemRandom, Untrusted, make_id, recovery};
use domain::account::{Secretive, UserName};
use domain::agency::{ListMine, Roles};
use domain::id::AgencyId;
use domain::invitation::{Invited, ListInvitations, LookAtInvitation, OpenInvitation, Post};
use domain::{Blob, Refusal};
use harness::factor;

use crate::lies::flip;
use crate::support::{Founded, Machine, Served, desk, device, found, run, staff};

const COUNSELLOR: Roles = Roles::COUNSELLOR.and(Roles::INBOX);

fn password() -> Secretive {
    Secretive("ein langes wort und noch eins".to_owned())
}

/// An agency that Hannah administers, with its root in her hands.
async fn agency(served: &Served) -> (Session<Machine>, Founded, AgencyId) {
    let (_, hannah) = staff(served, "hannah.brandt").await;
    let roles = COUNSELLOR.and(Roles::AGENCY_ADMIN);
    let founded = found(&hannah, &[(&hannah, "Hannah Brandt", roles)]).await;
    let id = founded.root.agency();
    (hannah, founded, id)
}

fn invitee(agency: AgencyId, name: &str) -> NewInvitee {
    NewInvitee {
        post: Post::Agency(agency),
        place: "Beratungsstelle der Probe".to_owned(),
        roles: COUNSELLOR,
        name: name.to_owned(),
        account: None,
    }
}

async fn invite(admin: &Session<Machine>, new: &NewInvitee) -> Made {
    match invitation::invite(admin, new, None).await {
        // The tab has been open for a while.
        Err(Error::Refused(Refusal::ConfirmationNeeded)) => {
            let password = Secretive("vorfuehrung-linde-417".to_owned());
            let world = admin.client().world();
            world.install(factor::seed(&password.0));
            invitation::invite(admin, new, Some(password))
                .await
                .unwrap()
        }
        made => made.unwrap(),
    }
}

async fn open(client: &Client<Machine>, made: &Made) -> Result<Welcome, Error> {
    match invitation::look(client, made.id).await? {
        Looked::Code(offer) => invitation::open(client, made.id, &offer, made.code).await,
        Looked::Operator(_) => panic!("an admin's invitation asks for the code"),
    }
}

/// Answers on a device of one's own, and sets up the second factor.
async fn answer(served: &Served, made: &Made) -> Session<Machine> {
    let client = device(served);
    let welcome = open(&client, made).await.unwrap();
    register(&client, &welcome).await
}

async fn register(client: &Client<Machine>, welcome: &Welcome) -> Session<Machine> {
    let number = u32::from_be_bytes(make_id(&mut SystemRandom));
    let name = UserName::parse(&format!("neu-{number:010}")).unwrap();
    let code = recovery::make(client);
    let session = invitation::register(client, welcome, name, password(), code, false).await;
    let (session, _) = factor::set_up(session.unwrap(), &password()).await.unwrap();
    session
}

async fn list(admin: &Session<Machine>, agency: AgencyId) -> Vec<Invitation> {
    let post = Post::Agency(agency);
    invitation::list(admin, post).await.unwrap()
}

async fn admit(admin: &Session<Machine>, one: &Invitation, agency: AgencyId) -> Result<(), Error> {
    let seen = admin::agency(admin, agency).await?;
    let held = admin::root(admin, &seen).await?;
    invitation::admit(admin, &held.root.unwrap(), &seen, one).await
}

fn named(agency: &Agency) -> Vec<String> {
    let all = agency.everybody().into_iter();
    all.map(|one| one.name).collect()
}

#[test]
fn somebody_is_invited_listed_and_leaves() {
    let served = Served::get();
    run(async {
        let (hannah, _, id) = agency(&served).await;
        let made = invite(&hannah, &invitee(id, "Nele Neu")).await;
        let open = &list(&hannah, id).await[0];
        assert!(matches!(open.standing, Standing::Waiting(0)));
        let early = admit(&hannah, open, id).await;
        assert_eq!(early, Err(Error::Refused(Refusal::InvitationInvalid)));

        // The device of who is invited checks the words before it asks for anything.
        let client = device(&served);
        let mut wrong = made;
        wrong.code[5] ^= 1;
        let refused = self::open(&client, &wrong).await.map(drop);
        assert_eq!(refused, Err(Error::Refused(Refusal::WrongCode)));
        let welcome = self::open(&client, &made).await.unwrap();
        assert_eq!(welcome.place.as_deref(), Some("Beratungsstelle der Probe"));
        assert_eq!((&*welcome.name, welcome.roles), ("Nele Neu", COUNSELLOR));
        let nele = register(&client, &welcome).await;
        let before: Desk<Machine, Staff> = desk(&nele).await;
        assert!(before.agencies().is_empty());

        let open = &list(&hannah, id).await[0];
        assert!(matches!(open.standing, Standing::Answered(_)));
        admit(&hannah, open, id).await.unwrap();
        assert!(list(&hannah, id).await.is_empty());
        let own: Desk<Machine, Staff> = desk(&nele).await;
        assert_eq!(named(&own.agencies()[0]), ["Hannah Brandt", "Nele Neu"]);

        // Two admins at once: what was decided on what is no longer so is not done.
        let seen = admin::agency(&hannah, id).await.unwrap();
        let held = admin::root(&hannah, &seen).await.unwrap();
        let root = held.root.unwrap();
        let leave = Change {
            staff: vec![StaffChange::Leave {
                account: nele.account(),
            }],
            ..Change::default()
        };
        change_manifest(&hannah, &root, &seen, &leave)
            .await
            .unwrap();
        let second = change_manifest(&hannah, &root, &seen, &leave).await;
        assert_eq!(second, Err(Error::Refused(Refusal::VersionOutdated)));
        // Who has left is signed out at once.
        let asked = client::call(nele.client().transport(), ListMine {}).await;
        assert_eq!(asked.err(), Some(Error::Refused(Refusal::NotSignedIn)));
    });
}

type Lie = (&'static str, Box<dyn Fn(&mut OpenInvitation)>);

/// Whatever the server shows of answers: nobody is listed who does not know the words.
#[test]
fn no_server_takes_an_invitation_over() {
    let served = Served::get();
    run(async {
        let (hannah, _, id) = agency(&served).await;
        let (made, other) = (
            invite(&hannah, &invitee(id, "Nele Neu")).await,
            invite(&hannah, &invitee(id, "Otto Neu")).await,
        );
        answer(&served, &made).await;
        answer(&served, &other).await;
        let seen = Rc::new(RefCell::new(Vec::<OpenInvitation>::new()));
        let net = hannah.client().world().net();
        let kept = Rc::clone(&seen);
        net.about::<ListInvitations>(move |all| kept.replace(all.clone()).clear());
        assert_eq!(list(&hannah, id).await.len(), 2);
        let of = |which: &Made| {
            let all = seen.borrow();
            all.iter().find(|one| one.id == which.id).unwrap().clone()
        };
        let (nele, otto) = (of(&made), of(&other));
        let foreign = otto.answers[0].clone();
        let (swapped, replayed, moved) = (foreign.clone(), foreign.clone(), otto.clone());
        let lies: Vec<Lie> = vec![
            (
                "another identity",
                Box::new(move |one| {
                    one.answers[0].identity = swapped.identity.clone();
                }),
            ),
            (
                "an answer of another invitation",
                Box::new(move |one| {
                    one.answers = vec![replayed.clone()];
                }),
            ),
            (
                "an identity changed",
                Box::new(|one| flip(&mut one.answers[0].identity, 200)),
            ),
            (
                "an answer changed",
                Box::new(|one| flip(&mut one.answers[0].answer, 3)),
            ),
            (
                "an answer invented",
                Box::new(|one| one.answers[0].answer = Blob(vec![0; 32])),
            ),
            (
                "no answer at all",
                Box::new(|one| one.answers[0].answer = Blob::default()),
            ),
            (
                "the offer changed",
                Box::new(|one| {
                    if let Some(offer) = &mut one.offer {
                        flip(offer, 36);
                    }
                }),
            ),
            (
                "the offer of another invitation",
                Box::new(move |one| one.offer = moved.offer.clone()),
            ),
            ("said to be prepared", Box::new(|one| one.offer = None)),
        ];
        for (name, lie) in lies {
            let mut shown = nele.clone();
            lie(&mut shown);
            net.about::<ListInvitations>(move |all| *all = vec![shown.clone()]);
            let one = &list(&hannah, id).await[0];
            assert!(!matches!(one.standing, Standing::Answered(_)), "{name}");
            let refused = admit(&hannah, one, id).await;
            assert_eq!(
                refused,
                Err(Error::Refused(Refusal::InvitationInvalid)),
                "{name}"
            );
        }
        // What the server says beside the offer is not what is listed.
        let mut more = nele.clone();
        more.roles = Roles::ALL;
        more.name = "Jemand anders".to_owned();
        net.about::<ListInvitations>(move |all| *all = vec![more.clone()]);
        let one = &list(&hannah, id).await[0];
        assert_eq!((&*one.name, one.roles), ("Nele Neu", COUNSELLOR));
        admit(&hannah, one, id).await.unwrap();
        // Taken up once, it is not taken up again, whatever is shown.
        net.about::<ListInvitations>(move |all| *all = vec![nele.clone()]);
        let again = &list(&hannah, id).await[0];
        assert!(matches!(again.standing, Standing::Elsewhere));
        net.honest();
        let agency = admin::agency(&hannah, id).await.unwrap();
        assert_eq!(named(&agency), ["Hannah Brandt", "Nele Neu"]);
    });
}

/// Whatever the server shows of an offer: nobody makes an account for something else than was meant.
#[test]
fn no_server_changes_what_somebody_is_invited_to() {
    let served = Served::get();
    run(async {
        let (hannah, _, id) = agency(&served).await;
        let made = invite(&hannah, &invitee(id, "Nele Neu")).await;
        let other = invite(&hannah, &invitee(id, "Otto Neu")).await;
        let client = device(&served);
        let net = client.world().net();
        let Looked::Code(foreign) = invitation::look(&client, other.id).await.unwrap() else {
            panic!("no offer");
        };
        type Lie = Box<dyn Fn(&mut Invited)>;
        let lies: [Lie; 4] = [
            Box::new(move |invited| invited.offer = Some(foreign.clone())),
            Box::new(|invited| flip(invited.offer.as_mut().unwrap(), 20)),
            Box::new(|invited| flip(invited.offer.as_mut().unwrap(), 36)),
            Box::new(|invited| invited.offer.as_mut().unwrap().0.truncate(60)),
        ];
        for lie in lies {
            net.about::<LookAtInvitation>(lie);
            let refused = open(&client, &made).await.map(drop);
            assert_eq!(refused, Err(Error::Refused(Refusal::WrongCode)));
        }
        net.honest();
        // The place is proven from the root down as everywhere.
        net.about::<domain::agency::LoadAgency>(|chain| flip(&mut chain.entry, 160));
        let refused = open(&client, &made).await.map(drop);
        assert_eq!(refused, Err(Error::Untrusted(Untrusted::Agency)));
        net.honest();
        // Said to ask no code: an account comes of it with which nobody can do anything.
        net.about::<LookAtInvitation>(|invited| invited.offer = None);
        let Looked::Operator(welcome) = invitation::look(&client, made.id).await.unwrap() else {
            panic!("an offer");
        };
        let name = UserName::parse("neu-ohne-worte").unwrap();
        let code = recovery::make(&client);
        let made = invitation::register(&client, &welcome, name, password(), code, false).await;
        assert_eq!(made.map(drop), Err(Error::Refused(Refusal::Malformed)));
    });
}
