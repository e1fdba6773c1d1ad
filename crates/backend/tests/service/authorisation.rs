//! The authorisation table: every call × everybody who could ask × own, foreign and unknown
//! objects. A call without a line here fails.

use backend::{Actor, Error};
use crypto::message::ContentType;
use crypto::private_label::PrivateLabel;
use crypto::random::SystemRandom;
use crypto::trust::Freshness;
use crypto::{Digest, Signed};
use domain::Refusal;
use domain::account::ListSessions;
use domain::agency::Roles;
use domain::id::{AgencyId, ConversationId, SessionHandle};
use domain::wire::CALLS;

use crate::asking::{Target, call};
use crate::support::agency::COUNSELLOR;
use crate::support::case::Case;
use crate::support::{Agency, Person, Scene, World, nobody, random};

crate::on_both! {
    everybody_may_do_what_the_table_says,
    staff_without_a_second_factor_may_set_one_up_and_nothing_else,
}

/// The table's columns.
const WHO: [&str; 10] = [
    "nobody",
    "the seeker of the conversation",
    "another seeker",
    "the counsellor of the conversation, lead of the agency",
    "a colleague with the inbox",
    "lead and counsellor of another association's agency",
    "admin of the association",
    "admin of another association",
    "admin of the platform",
    "staff without a role",
];

/// `+` may, `s` is not signed in, `-` is never allowed, `0` does not exist (for this asker).
/// The second column is about an object that nobody has.
const TABLE: &[(&str, &str, &str)] = &[
    ("account/register-start", "++++++++++", ""),
    ("account/register-finish", "++++++++++", ""),
    ("account/sign-in-start", "++++++++++", ""),
    ("account/sign-in-finish", "++++++++++", ""),
    ("account/resume", "s+++++++++", ""),
    ("factor/sign-in", "++++++++++", ""),
    ("factor/confirm", "s+++++++++", ""),
    ("factor/list", "s+++++++++", ""),
    ("factor/start-passkey", "s+++++++++", ""),
    ("factor/start-passkey-sign-in", "++++++++++", ""),
    ("factor/passkey-sign-in", "++++++++++", ""),
    ("factor/add", "s+++++++++", ""),
    ("factor/remove", "s+++++++++", ""),
    ("factor/renew-spare", "s+++++++++", ""),
    ("keys/load-vault", "s+++++++++", ""),
    ("keys/save-vault", "s+++++++++", ""),
    ("keys/renew", "s++-------", ""),
    ("keys/open-tab", "++++++++++", ""),
    ("keys/resume-tab", "++++++++++", ""),
    ("keys/close-tab", "++++++++++", ""),
    ("work/ask", "++++++++++", ""),
    ("topic/list", "++++++++++", ""),
    ("agency/list", "++++++++++", ""),
    ("agency/load", "++++++++++", "0000000000"),
    ("agency/load-manifest", "++++++++++", "0000000000"),
    ("agency/list-mine", "s+++++++++", ""),
    ("agency/publish-freshness", "s--+-0+0--", "s--0-000--"),
    ("admin/publish-directory", "s-------+-", ""),
    ("admin/publish-manifest", "s-----+0--", "s-----00--"),
    ("admin/load-directory", "s-------+-", ""),
    ("admin/load-identity", "s-----+++-", "s-----000-"),
    ("enquiry/submit", "s++-------", "s++-------"),
    ("inbox/list", "s--+++----", ""),
    ("inbox/accept", "s--++0----", "s--000----"),
    ("conversation/list", "s+++++++++", ""),
    ("conversation/load", "s+0+000000", "s000000000"),
    ("conversation/load-history", "s+0+000000", "s000000000"),
    ("conversation/send", "s+0+000000", "s000000000"),
    ("conversation/rotate", "s+0+000000", "s000000000"),
    ("conversation/delete", "s+0-000000", "s000000000"),
    ("conversation/archive", "s-0+000000", "s000000000"),
    ("conversation/save-label", "s+0+000000", "s000000000"),
    ("conversation/save-mark", "s+0+000000", "s000000000"),
    ("conversation/load-draft", "s+0+000000", "s000000000"),
    ("conversation/save-draft", "s+0+000000", "s000000000"),
    ("live/wait", "s+++++++++", ""),
    ("account/stay", "s+++++++++", ""),
    ("account/list-sessions", "s+++++++++", ""),
    // The session of the last one, who asks last.
    ("account/end-sessions", "s00000000+", "s000000000"),
    ("account/sign-out", "++++++++++", ""),
    ("account/delete", "s++-------", ""),
    ("account/change-password-start", "s+++++++++", ""),
    ("account/change-password", "s+++++++++", ""),
    ("recovery/recover", "++++++++++", ""),
    ("recovery/new-password-start", "++++++++++", ""),
    ("recovery/finish", "++++++++++", ""),
    ("recovery/replace", "s+++++++++", ""),
];

async fn everybody_may_do_what_the_table_says(world: &World) {
    let cast = Cast::new(world).await;
    for (path, _) in CALLS {
        assert!(
            TABLE.iter().any(|(entry, ..)| entry == path),
            "{path} is not in the table"
        );
    }
    assert_eq!(TABLE.len(), CALLS.len());
    for (path, on_object, on_nothing) in TABLE {
        for (target, expected) in [(&cast.real, on_object), (&cast.unknown, on_nothing)] {
            for (who, expected) in WHO.iter().zip(expected.chars()) {
                let asker = cast.actor(who);
                let verdict = verdict(call(world, path, &asker, target).await, path, who);
                let known = std::ptr::eq(target, &cast.real);
                assert_eq!(verdict, expected, "{path} by {who}, object exists: {known}");
            }
        }
    }
}

/// What a session is for that has no second factor yet, apart from what everybody may.
const TO_SET_UP: [&str; 5] = [
    "account/resume",
    "account/stay",
    "factor/list",
    "factor/start-passkey",
    "factor/add",
];

async fn staff_without_a_second_factor_may_set_one_up_and_nothing_else(world: &World) {
    let cast = Cast::new(world).await;
    let newcomer = world.newcomer().await;
    for (path, on_object, _) in TABLE {
        let asked = call(world, path, &newcomer.actor, &cast.real).await;
        let public = on_object.starts_with('+');
        let missing = matches!(asked, Err(Error::Refused(Refusal::FactorMissing)));
        assert_eq!(missing, !public && !TO_SET_UP.contains(path), "{path}");
    }
}

fn verdict(result: Result<(), Error>, path: &str, who: &str) -> char {
    match result {
        Err(Error::Refused(Refusal::NotSignedIn)) => 's',
        Err(Error::Refused(Refusal::NotAllowed)) => '-',
        Err(Error::Refused(Refusal::NotFound)) => '0',
        // The request is deliberately no good: it got past the question who asks.
        Ok(()) | Err(Error::Refused(_)) => '+',
        Err(error @ Error::Internal { .. }) => panic!("{path} by {who} broke: {error:?}"),
    }
}

struct Cast {
    askers: Vec<Actor>,
    real: Target,
    unknown: Target,
}

impl Cast {
    async fn new(world: &World) -> Self {
        let mut scene = Scene::new(world).await;
        let mut elsewhere_admin = world.staff().await;
        let mut elsewhere = Agency::publish(world, &mut scene.publisher, &elsewhere_admin).await;
        elsewhere_admin.again(world).await;
        let mut elsewhere_lead = world.staff().await;
        let team = &mut [(&mut elsewhere_lead, COUNSELLOR.and(Roles::LEAD))];
        elsewhere.staff(world, &elsewhere_admin, team).await;
        let other = world.seeker(elsewhere.association).await;
        let newcomer = world.staff().await;
        let case = scene.accepted(world).await;
        let waiting = scene.waiting(world).await;
        let unknown = Agency {
            id: AgencyId::from_bytes(random()),
            ..agency_like(&scene.agency)
        };
        let id = ConversationId::from_bytes(random());
        let accounts = world.backend.accounts();
        let sessions = accounts
            .list_sessions(&newcomer.actor, ListSessions {})
            .await;
        let mut real = Target::new(world, &scene, &scene.agency, &case, case.id, waiting.id);
        real.session = sessions.unwrap()[0].session;
        Self {
            real,
            unknown: Target::new(world, &scene, &unknown, &case, id, id),
            askers: vec![
                nobody(),
                scene.seeker.actor,
                other.actor,
                scene.first.actor,
                scene.second.actor,
                elsewhere_lead.actor,
                scene.admin.actor,
                elsewhere_admin.actor,
                scene.publisher.admin.actor,
                newcomer.actor,
            ],
        }
    }

    fn actor(&self, who: &str) -> Actor {
        let at = WHO.iter().position(|other| *other == who).unwrap();
        self.askers[at].clone()
    }
}

fn agency_like(agency: &Agency) -> Agency {
    Agency {
        id: agency.id,
        association: agency.association,
        root: crypto::SigningKey::from_bytes(*agency.root.expose()),
        inbox: crypto::wrap::KemSeed::from_bytes(*agency.inbox.expose()),
        inbox_epoch: agency.inbox_epoch,
        profile: agency.profile.clone(),
        manifest: agency.manifest.clone(),
        next_serial: 100,
        retention_days: 90,
    }
}

impl Target {
    fn new(
        world: &World,
        scene: &Scene,
        agency: &Agency,
        case: &Case,
        conversation: ConversationId,
        waiting: ConversationId,
    ) -> Self {
        let seeker: &Person = &scene.seeker;
        let exists = agency.id == scene.agency.id;
        let mut message = case.message(world, seeker, ContentType::TEXT, b"Hallo");
        message.0[2..18].copy_from_slice(conversation.as_bytes());
        let mut mark = case.mark(world, seeker, 1);
        mark.0[2..18].copy_from_slice(conversation.as_bytes());
        let (rng, key) = (&mut SystemRandom, &seeker.account_key);
        let label = PrivateLabel::seal(rng, key, &seeker.account, &conversation, 1, b"x");
        let manifest = agency.manifest().digest();
        let fresh = Freshness {
            agency: agency.id,
            seq: 1,
            manifest_hash: if exists { manifest } else { Digest::of(b"x") },
            day: world.now().day(),
            serial: 1,
        };
        let platform = &world.trust.platform_id;
        let fresh = Signed::sign(fresh, platform, &scene.first.keys.sig).unwrap();
        let next = agency.sign(world, agency.next(world, Vec::new()));
        Self {
            agency: agency.id,
            manifest: if exists { manifest } else { Digest::of(b"x") },
            staff: if exists {
                scene.first.account
            } else {
                domain::id::AccountId::from_bytes(random())
            },
            waiting,
            conversation,
            message,
            label: label.unwrap().as_bytes().into(),
            mark,
            freshness: fresh.as_bytes().into(),
            publishing: next.as_bytes().into(),
            session: SessionHandle::from_bytes(random()),
        }
    }
}
