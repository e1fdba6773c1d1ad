//! Invitations: who may make them, how often they can be answered, and what goes with them.

use backend::Actor;
use crypto::identity::Identity;
use crypto::invitation::{InvitationKey, Offer};
use domain::Refusal;
use domain::agency::Roles;
use domain::id::{AgencyId, InvitationId};
use domain::invitation::{
    Accepting, CreateInvitations, ListInvitations, LookAtInvitation, NewInvitation, OpenInvitation,
    Post, RenewInvitation, RevokeInvitation,
};
use domain::time::{HOUR, MINUTE};

use crate::directory::{Scene, scene};
use crate::support::agency::COUNSELLOR;
use crate::support::person::{New, any_record, confirmation};
use crate::support::{Person, World, nobody, random, refused};

crate::on_both! {
    three_may_answer_and_listing_one_of_them_ends_it,
    a_new_code_forgets_who_answered_and_begins_anew,
    an_offer_says_what_its_row_says,
    prepared_ones_lead_nowhere_and_none_lasts,
    inviting_asks_who_sits_here,
}

fn key(of: InvitationId) -> InvitationKey {
    InvitationKey::from_bytes(std::array::from_fn(|at| of.as_bytes()[at % 16] ^ 0x55))
}

fn new(world: &World, agency: AgencyId, name: &str) -> NewInvitation {
    let id = InvitationId::from_bytes(random());
    let (post, roles) = (Post::Agency(agency), COUNSELLOR);
    let offer = Offer {
        invitation: id,
        post,
        roles,
        account: None,
        place: "Beratungsstelle".to_owned(),
        name: name.to_owned(),
    };
    let offer = key(id).seal(&world.trust.platform_id, &offer).unwrap();
    NewInvitation {
        id,
        post,
        roles,
        name: name.to_owned(),
        account: None,
        offer: Some(offer.into()),
    }
}

async fn create(world: &World, by: &Actor, new: NewInvitation) -> Result<(), backend::Error> {
    let request = CreateInvitations {
        confirmation: None,
        invitations: vec![new],
    };
    world.backend.invitations().create(by, request).await
}

/// An invitation to counsel, for other tests.
pub(crate) async fn invited(world: &World, by: &Actor, to: AgencyId) -> InvitationId {
    let new = new(world, to, "Frau N.");
    let id = new.id;
    create(world, by, new).await.unwrap();
    id
}

async fn list(world: &World, scene: &Scene) -> Vec<OpenInvitation> {
    let post = Post::Agency(scene.agency.id);
    let listed = world.backend.invitations();
    let listed = listed.list(&scene.admin.actor, ListInvitations { post });
    listed.await.unwrap()
}

async fn look(world: &World, id: InvitationId) -> Result<bool, Refusal> {
    let looked = world.backend.invitations();
    match looked.look(&nobody(), LookAtInvitation { id }).await {
        Ok(invited) => Ok(invited.offer.is_some()),
        Err(error) => Err(refused::<()>(Err(error))),
    }
}

/// Answers, under this key or any other.
async fn answer(world: &World, id: InvitationId, with: &InvitationKey) -> Result<Person, Refusal> {
    let name = format!("neu-{:?}", random::<4>()).replace([',', ' ', '[', ']'], "");
    let mut new = New::make(world, &name);
    let answer = with.answer(&new.identity).unwrap();
    let mut request = new.finish(any_record(), b"no password", None, None);
    request.invitation = Some(Accepting {
        id,
        answer: answer.to_vec().into(),
    });
    match new.begin(world, &nobody(), request).await {
        Ok(person) => Ok(person),
        Err(error) => Err(refused::<()>(Err(error))),
    }
}

/// Everybody has shown password and factor just now.
async fn shown_again(world: &World) {
    let now = world.now().0;
    let raise = format!("UPDATE session SET raised = {now} RETURNING 'x'");
    assert!(!world.place.rows(&raise).await.is_empty());
}

async fn accounts(world: &World) -> usize {
    world.place.rows("SELECT 'x' FROM account").await.len()
}

async fn three_may_answer_and_listing_one_of_them_ends_it(world: &World) {
    let mut scene = scene(world).await;
    let before = accounts(world).await;
    let id = invited(world, &scene.admin.actor, scene.agency.id).await;
    assert_eq!(look(world, id).await, Ok(true));
    let (right, wrong) = (key(id), key(InvitationId::from_bytes([9; 16])));
    // Whoever found the link and not the code comes first; who is meant is not locked out.
    answer(world, id, &wrong).await.unwrap();
    let mut meant = answer(world, id, &right).await.unwrap();
    answer(world, id, &wrong).await.unwrap();
    assert_eq!(look(world, id).await, Err(Refusal::InvitationInvalid));
    let late = answer(world, id, &right).await.map(drop);
    assert_eq!(late, Err(Refusal::InvitationInvalid));

    let listed = list(world, &scene).await;
    assert_eq!((listed[0].tries, listed[0].answers.len()), (0, 3));
    let knows = listed[0].answers.iter().filter(|one| {
        let identity = crypto::Unverified::<Identity>::decode(one.identity.as_slice()).unwrap();
        let identity = identity.verify(&world.trust.platform_id).unwrap();
        right
            .verify_answer(&identity, one.answer.as_slice())
            .is_ok()
    });
    let knows: Vec<_> = knows.map(|one| one.identity.clone()).collect();
    assert_eq!(knows, [meant.identity.as_bytes().into()]);

    meant.set_up(world).await;
    let mut team = [
        (&mut scene.counsellor, COUNSELLOR.and(Roles::LEAD)),
        (&mut meant, COUNSELLOR),
    ];
    scene.agency.staff(world, &scene.admin, &mut team).await;
    assert!(list(world, &scene).await.is_empty());
    // The other two are nobody any more.
    assert_eq!(accounts(world).await, before + 1);
    assert_eq!(look(world, id).await, Err(Refusal::InvitationInvalid));
}

async fn a_new_code_forgets_who_answered_and_begins_anew(world: &World) {
    let scene = scene(world).await;
    let before = accounts(world).await;
    let id = invited(world, &scene.admin.actor, scene.agency.id).await;
    let person = answer(world, id, &key(id)).await.unwrap();
    world.pass(50 * HOUR);
    let mut again = new(world, scene.agency.id, "Frau N.");
    let mut offer = Offer {
        invitation: id,
        post: again.post,
        roles: again.roles,
        account: None,
        place: "Beratungsstelle".to_owned(),
        name: again.name.clone(),
    };
    let other = InvitationKey::from_bytes([1; 32]);
    let mut sealed = |offer: &Offer| {
        again.offer = None;
        other.seal(&world.trust.platform_id, offer).unwrap()
    };
    shown_again(world).await;
    let admin = scene.admin.actor.clone();
    let renew = async |offer: Vec<u8>| {
        let request = RenewInvitation {
            confirmation: None,
            id,
            offer: offer.into(),
        };
        world.backend.invitations().renew(&admin, request).await
    };
    let good = sealed(&offer);
    offer.roles = Roles::ALL;
    let more = sealed(&offer);
    assert_eq!(refused(renew(more).await), Refusal::SignatureInvalid);
    renew(good).await.unwrap();
    assert_eq!(accounts(world).await, before);
    let token = Some(person.token.as_str());
    let gone = world.backend.sessions().resolve(token).await.unwrap();
    assert_eq!(gone.subject().account(), None);
    world.pass(50 * HOUR);
    assert_eq!(look(world, id).await, Ok(true));
    answer(world, id, &other).await.unwrap();
    world.pass(23 * HOUR);
    assert_eq!(look(world, id).await, Err(Refusal::InvitationInvalid));

    let revoke = RevokeInvitation { id };
    let invitations = world.backend.invitations();
    invitations.revoke(&admin, revoke.clone()).await.unwrap();
    let twice = invitations.revoke(&admin, revoke).await;
    assert_eq!(refused(twice), Refusal::NotFound);
    assert_eq!(accounts(world).await, before);
}

async fn an_offer_says_what_its_row_says(world: &World) {
    let scene = scene(world).await;
    let by = &scene.admin.actor;
    let good = || new(world, scene.agency.id, "Frau N.");
    let mut roles = good();
    roles.roles = Roles::AGENCY_ADMIN;
    let mut name = good();
    name.name = "Herr N.".to_owned();
    let mut other = good();
    other.offer = good().offer;
    for wrong in [roles, name, other] {
        let refusal = refused(create(world, by, wrong).await);
        assert_eq!(refusal, Refusal::SignatureInvalid);
    }
    let mut unknown = good();
    unknown.roles = Roles(1 << 12);
    let mut long = good();
    long.name = "x".repeat(49);
    for wrong in [unknown, long] {
        assert_eq!(refused(create(world, by, wrong).await), Refusal::Malformed);
    }
    let twice = good();
    create(world, by, twice.clone()).await.unwrap();
    assert_eq!(refused(create(world, by, twice).await), Refusal::IdTaken);
    // Somebody whom this agency does not list has no keys here that could be lost.
    let mut foreign = good();
    foreign.account = Some(scene.admin.account);
    assert_eq!(refused(create(world, by, foreign).await), Refusal::NotFound);
}

async fn prepared_ones_lead_nowhere_and_none_lasts(world: &World) {
    let scene = scene(world).await;
    let mut prepared = new(world, scene.agency.id, "Frau N.");
    prepared.offer = None;
    let id = prepared.id;
    create(world, &scene.admin.actor, prepared).await.unwrap();
    let open = invited(world, &scene.admin.actor, scene.agency.id).await;
    assert_eq!(look(world, id).await, Err(Refusal::InvitationInvalid));
    let refusal = answer(world, id, &key(id)).await.map(drop);
    assert_eq!(refusal, Err(Refusal::InvitationInvalid));
    let before = accounts(world).await;
    answer(world, open, &key(open)).await.unwrap();
    let count = async || world.place.rows("SELECT 'x' FROM invitation").await.len();
    world.pass(73 * HOUR);
    world.backend.run_due(world.now()).await.unwrap();
    assert_eq!((count().await, accounts(world).await), (2, before + 1));
    world.pass(30 * 24 * HOUR);
    world.backend.run_due(world.now()).await.unwrap();
    // What waits to be handed out waits on; who answered and was never listed is gone.
    assert_eq!((count().await, accounts(world).await), (1, before));
}

async fn inviting_asks_who_sits_here(world: &World) {
    let mut scene = scene(world).await;
    let password = "ein langes wort und noch eins";
    let mut lead = Person::colleague(world, "leitung", password).await;
    let mut team = [
        (&mut scene.counsellor, COUNSELLOR.and(Roles::LEAD)),
        (&mut lead, Roles::AGENCY_ADMIN),
    ];
    scene.agency.staff(world, &scene.admin, &mut team).await;
    let by = lead.actor.clone();
    let good = || new(world, scene.agency.id, "Frau N.");
    create(world, &by, good()).await.unwrap();
    world.pass(5 * MINUTE + 1);
    let refusal = refused(create(world, &by, good()).await);
    assert_eq!(refusal, Refusal::ConfirmationNeeded);
    // The password alone is not enough.
    let typed = confirmation(world, "leitung", password).await;
    let request = |confirmation| CreateInvitations {
        confirmation: Some(confirmation),
        invitations: vec![good()],
    };
    let invitations = world.backend.invitations();
    let asked = refused(invitations.create(&by, request(typed)).await);
    let Refusal::FactorNeeded { state, .. } = asked else {
        panic!("the factor is not asked for");
    };
    let shown = domain::factor::Shown {
        state,
        answer: lead.shows(world),
    };
    let confirmed = world.backend.factors();
    let confirmed = confirmed.confirm(&by, domain::factor::Confirm::Factor(shown));
    let confirmation = domain::account::Confirmation {
        state: confirmed.await.unwrap().state,
        finish: domain::Blob::default(),
    };
    invitations
        .create(&by, request(confirmation))
        .await
        .unwrap();
    // And for the next five minutes nothing more.
    world.pass(4 * MINUTE);
    create(world, &by, good()).await.unwrap();
    world.pass(2 * MINUTE);
    let refusal = refused(create(world, &by, good()).await);
    assert_eq!(refusal, Refusal::ConfirmationNeeded);
}
