//! The authorisation table: every call × everybody who could ask × own, foreign and unknown
//! objects. A call without a line here fails.

use backend::{Actor, Error};
use crypto::message::ContentType;
use crypto::private_label::PrivateLabel;
use crypto::random::SystemRandom;
use crypto::trust::Freshness;
use crypto::{Digest, Signed};
use domain::Refusal;
use domain::account::{
    ChangePassword, ChangePasswordStart, Confirmation, DeleteAccount, EndSessions, ListSessions,
    RegisterFinish, RegisterStart, ResumeSession, Secretive, SignInFinish, SignInStart, SignOut,
    StaySignedIn,
};
use domain::admin::{LoadDirectory, LoadIdentity, PublishDirectory, PublishManifest};
use domain::agency::{ListAgencies, ListMine, LoadAgency, LoadManifest, PublishFreshness, Roles};
use domain::conversation::{
    ArchiveConversation, DeleteConversation, ListConversations, LoadConversation, LoadDraft,
    LoadHistory, RotateEpoch, SaveDraft, SaveLabel, SaveMark, SendMessage,
};
use domain::enquiry::SubmitEnquiry;
use domain::factor::{
    AddFactor, Answer, Confirm, FinishSignIn, ListFactors, NewFactor, RemoveFactor, RenewSpare,
    Shown, StartPasskey,
};
use domain::id::{AgencyId, ConversationId, SessionHandle, TabId};
use domain::inbox::{AcceptEnquiry, ListInbox};
use domain::keys::{CloseTab, LoadVault, OpenTab, RenewKeys, ResumeTab, SaveVault};
use domain::live::WaitLive;
use domain::recovery::{FinishRecovery, NewCode, NewPasswordStart, Recover, ReplaceCode};
use domain::topic::{ListTopics, TopicId};
use domain::wire::CALLS;
use domain::work::{AskWork, Purpose};

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

/// What is asked for.
struct Target {
    agency: AgencyId,
    manifest: Digest,
    /// Whose identity.
    staff: domain::id::AccountId,
    waiting: ConversationId,
    conversation: ConversationId,
    message: domain::Blob,
    label: domain::Blob,
    mark: domain::Blob,
    freshness: domain::Blob,
    publishing: domain::Blob,
    session: SessionHandle,
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

/// Asks. The requests are well formed where a service must read them to know what they are about.
async fn call(world: &World, path: &str, by: &Actor, on: &Target) -> Result<(), Error> {
    let backend = &world.backend;
    let accounts = backend.accounts();
    let keys = backend.keys();
    let agencies = backend.agencies();
    let admin = backend.admin();
    let conversations = backend.conversations();
    let bytes = || domain::Blob::from(vec![0; 8]);
    let name = || Secretive("name-0815".to_owned());
    let code = || NewCode {
        id: bytes(),
        proof_hash: bytes(),
        key_wrap: bytes(),
    };
    let confirmation = || Confirmation {
        state: bytes(),
        finish: bytes(),
    };
    let (agency, conversation, tab) = (on.agency, on.conversation, TabId::from_bytes([1; 16]));
    match path {
        "account/register-start" => {
            let request = RegisterStart {
                user_name: name(),
                request: bytes(),
                work: None,
            };
            accounts.register_start(by, request).await.map(drop)
        }
        "account/register-finish" => {
            let request = RegisterFinish {
                user_name: name(),
                record: bytes(),
                identity: bytes(),
                key_wrap: bytes(),
                vault: bytes(),
                consent: None,
                invitation: None,
                work: None,
                code: code(),
                reference: None,
            };
            accounts.register_finish(by, request).await.map(drop)
        }
        "account/sign-in-start" => {
            let request = SignInStart {
                user_name: name(),
                request: bytes(),
                work: None,
            };
            accounts.sign_in_start(by, request).await.map(drop)
        }
        "account/sign-in-finish" => {
            let request = SignInFinish {
                state: bytes(),
                finish: bytes(),
            };
            accounts.sign_in_finish(by, request).await.map(drop)
        }
        "account/change-password-start" => {
            let request = ChangePasswordStart { request: bytes() };
            accounts.change_password_start(by, request).await.map(drop)
        }
        "account/delete" => {
            let confirmation = confirmation();
            accounts.delete(by, DeleteAccount { confirmation }).await
        }
        "account/change-password" => {
            let request = ChangePassword {
                confirmation: confirmation(),
                record: bytes(),
                key_wrap: bytes(),
            };
            accounts.change_password(by, request).await
        }
        "recovery/recover" => {
            let request = Recover {
                id: vec![0; 16].into(),
                proof: vec![0; 32].into(),
                work: None,
                factor: None,
            };
            backend.recoveries().recover(by, request).await.map(drop)
        }
        "recovery/new-password-start" => {
            let request = NewPasswordStart {
                state: bytes(),
                request: bytes(),
            };
            let recoveries = backend.recoveries();
            recoveries.new_password_start(by, request).await.map(drop)
        }
        "recovery/finish" => {
            let request = FinishRecovery {
                state: bytes(),
                record: bytes(),
                key_wrap: bytes(),
                code: code(),
            };
            backend.recoveries().finish(by, request).await.map(drop)
        }
        "recovery/replace" => {
            let request = ReplaceCode {
                confirmation: confirmation(),
                code: code(),
            };
            backend.recoveries().replace(by, request).await
        }
        "factor/sign-in" => {
            let shown = Shown {
                state: bytes(),
                answer: Answer::Code(name()),
            };
            let factors = backend.factors();
            factors.sign_in(by, FinishSignIn { shown }).await.map(drop)
        }
        "factor/confirm" => {
            let request = Confirm::Password(confirmation());
            backend.factors().confirm(by, request).await.map(drop)
        }
        "factor/list" => backend.factors().list(by, ListFactors {}).await.map(drop),
        "factor/start-passkey" => {
            let factors = backend.factors();
            factors.start_passkey(by, StartPasskey {}).await.map(drop)
        }
        "factor/add" => {
            let new = NewFactor::App {
                seed: bytes(),
                code: name(),
            };
            let confirmation = Some(confirmation());
            let request = AddFactor { confirmation, new };
            backend.factors().add(by, request).await.map(drop)
        }
        "factor/remove" => {
            let request = RemoveFactor {
                confirmation: confirmation(),
                factor: None,
            };
            backend.factors().remove(by, request).await
        }
        "factor/renew-spare" => {
            let confirmation = confirmation();
            let factors = backend.factors();
            let request = RenewSpare { confirmation };
            factors.renew_spare(by, request).await.map(drop)
        }
        "account/resume" => accounts.resume(by, ResumeSession {}).await.map(drop),
        "account/stay" => accounts.stay(by, StaySignedIn { idle: 0 }).await.map(drop),
        "account/list-sessions" => accounts.list_sessions(by, ListSessions {}).await.map(drop),
        "account/end-sessions" => {
            let session = Some(on.session);
            accounts.end_sessions(by, EndSessions { session }).await
        }
        "account/sign-out" => accounts.sign_out(by, SignOut {}).await,
        "keys/load-vault" => keys.load_vault(by, LoadVault {}).await.map(drop),
        "keys/save-vault" => {
            let account = by.subject().account();
            let account = account.unwrap_or(domain::id::AccountId::from_bytes([1; 16]));
            let vault = bytes();
            keys.save_vault(by, SaveVault { account, vault }).await
        }
        "keys/renew" => {
            let request = RenewKeys {
                confirmation: confirmation(),
                record: bytes(),
                key_wrap: bytes(),
                identity: bytes(),
                vault: bytes(),
                code: code(),
                labels: vec![],
                drafts: vec![],
            };
            keys.renew(by, request).await.map(drop)
        }
        "work/ask" => {
            let purpose = Purpose::Registration;
            backend.works().ask(by, AskWork { purpose }).await.map(drop)
        }
        "keys/open-tab" => keys.open_tab(by, OpenTab::default()).await.map(drop),
        "keys/resume-tab" => keys.resume_tab(by, ResumeTab { tab }).await.map(drop),
        "keys/close-tab" => keys.close_tab(by, CloseTab { tab }).await,
        "topic/list" => backend
            .topics()
            .list(
                by,
                ListTopics {
                    language: String::new(),
                },
            )
            .await
            .map(drop),
        "agency/list" => agencies
            .list(by, ListAgencies { topic: TopicId(0) })
            .await
            .map(drop),
        "agency/load" => {
            let request = LoadAgency {
                agency,
                manifest_after: None,
                head_after: None,
            };
            agencies.load(by, request).await.map(drop)
        }
        "agency/load-manifest" => {
            let hash = on.manifest.as_bytes().to_vec().into();
            agencies
                .load_manifest(by, LoadManifest { agency, hash })
                .await
                .map(drop)
        }
        "agency/list-mine" => agencies.list_mine(by, ListMine {}).await.map(drop),
        "agency/publish-freshness" => {
            let statement = on.freshness.clone();
            agencies
                .publish_freshness(by, PublishFreshness { statement })
                .await
        }
        "admin/publish-directory" => {
            let request = PublishDirectory {
                associations: Vec::new(),
                agencies: Vec::new(),
                head: bytes(),
            };
            admin.publish_directory(by, request).await
        }
        "admin/publish-manifest" => {
            let request = PublishManifest {
                manifest: on.publishing.clone(),
                profile: bytes(),
                inbox_wraps: Vec::new(),
                root_wraps: Vec::new(),
            };
            admin.publish_manifest(by, request).await
        }
        "admin/load-directory" => admin.load_directory(by, LoadDirectory {}).await.map(drop),
        "admin/load-identity" => admin
            .load_identity(by, LoadIdentity { account: on.staff })
            .await
            .map(drop),
        "enquiry/submit" => {
            let request = SubmitEnquiry {
                conversation: ConversationId::from_bytes(random()),
                agency,
                topic: TopicId(0),
                wish: None,
                epoch: bytes(),
                wraps: Vec::new(),
                messages: Vec::new(),
                work: None,
            };
            backend.enquiries().submit(by, request).await.map(drop)
        }
        "inbox/list" => backend.inbox().list(by, ListInbox {}).await.map(drop),
        "inbox/accept" => {
            let request = AcceptEnquiry {
                conversation: on.waiting,
                epoch: bytes(),
                wraps: Vec::new(),
            };
            backend.inbox().accept(by, request).await.map(drop)
        }
        "conversation/list" => conversations.list(by, ListConversations {}).await.map(drop),
        "conversation/load" => conversations
            .load(by, LoadConversation { conversation })
            .await
            .map(drop),
        "conversation/load-history" => {
            let request = LoadHistory {
                conversation,
                after: 0,
                limit: 10,
            };
            conversations.load_history(by, request).await.map(drop)
        }
        "conversation/send" => {
            let message = on.message.clone();
            conversations
                .send(by, SendMessage::new(message))
                .await
                .map(drop)
        }
        "conversation/rotate" => {
            let request = RotateEpoch {
                conversation,
                epoch: bytes(),
                wraps: Vec::new(),
            };
            conversations.rotate(by, request).await.map(drop)
        }
        "conversation/delete" => {
            let request = DeleteConversation {
                conversation,
                confirmation: confirmation(),
            };
            conversations.delete(by, request).await
        }
        "conversation/archive" => {
            let request = ArchiveConversation {
                conversation,
                archived: false,
                count: 0,
            };
            conversations.archive(by, request).await
        }
        "conversation/save-label" => {
            let label = on.label.clone();
            conversations
                .save_label(
                    by,
                    SaveLabel {
                        conversation,
                        label,
                    },
                )
                .await
                .map(drop)
        }
        "conversation/save-mark" => {
            let mark = on.mark.clone();
            conversations.save_mark(by, SaveMark { mark }).await
        }
        "conversation/load-draft" => conversations
            .load_draft(by, LoadDraft { conversation })
            .await
            .map(drop),
        "conversation/save-draft" => {
            let draft = bytes();
            conversations
                .save_draft(
                    by,
                    SaveDraft {
                        conversation,
                        draft,
                    },
                )
                .await
        }
        "live/wait" => {
            let account = by.subject().account();
            let request = WaitLive {
                account: account.unwrap_or(domain::id::AccountId::from_bytes([1; 16])),
                after: None,
                channel: domain::id::ChannelId::from_bytes(random()),
                wait: false,
                typing: Some(conversation),
            };
            backend.live().wait(by, request).await.map(drop)
        }
        other => panic!("{other} has no request here"),
    }
}
