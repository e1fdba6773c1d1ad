//! Every call once, for the authorisation table.

use backend::{Actor, Error};
use crypto::Digest;
use domain::account::{
    ChangePassword, ChangePasswordStart, Confirmation, DeleteAccount, EndSessions, ListSessions,
    RegisterFinish, RegisterStart, ResumeSession, Secretive, SignInFinish, SignInStart, SignOut,
    StaySignedIn,
};
use domain::admin::{LoadDirectory, LoadIdentity, PublishDirectory, PublishManifest};
use domain::agency::{ListAgencies, ListMine, LoadAgency, LoadManifest, PublishFreshness};
use domain::conversation::{
    ArchiveConversation, DeleteConversation, ListConversations, LoadConversation, LoadDraft,
    LoadHistory, RotateEpoch, SaveDraft, SaveLabel, SaveMark, SendMessage,
};
use domain::enquiry::SubmitEnquiry;
use domain::factor::{
    AddFactor, Answer, Confirm, FinishSignIn, ListFactors, NewFactor, PasskeySignIn, RemoveFactor,
    RenewSpare, Shown, StartPasskey, StartPasskeySignIn,
};
use domain::id::{AgencyId, ConversationId, SessionHandle, TabId};
use domain::inbox::{AcceptEnquiry, ListInbox};
use domain::keys::{CloseTab, LoadVault, OpenTab, RenewKeys, ResumeTab, SaveVault};
use domain::live::WaitLive;
use domain::recovery::{FinishRecovery, NewCode, NewPasswordStart, Recover, ReplaceCode};
use domain::topic::{ListTopics, TopicId};
use domain::work::{AskWork, Purpose};

use crate::support::{World, random};

/// What is asked for.
pub(crate) struct Target {
    pub(crate) agency: AgencyId,
    pub(crate) manifest: Digest,
    /// Whose identity.
    pub(crate) staff: domain::id::AccountId,
    pub(crate) waiting: ConversationId,
    pub(crate) conversation: ConversationId,
    pub(crate) message: domain::Blob,
    pub(crate) label: domain::Blob,
    pub(crate) mark: domain::Blob,
    pub(crate) freshness: domain::Blob,
    pub(crate) publishing: domain::Blob,
    pub(crate) session: SessionHandle,
}

/// Asks. The requests are well formed where a service must read them to know what they are about.
pub(crate) async fn call(world: &World, path: &str, by: &Actor, on: &Target) -> Result<(), Error> {
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
        "factor/start-passkey-sign-in" => {
            let factors = backend.factors();
            factors
                .start_passkey_sign_in(by, StartPasskeySignIn {})
                .map(drop)
        }
        "factor/passkey-sign-in" => {
            let request = PasskeySignIn {
                state: bytes(),
                answer: name(),
            };
            backend
                .factors()
                .passkey_sign_in(by, request)
                .await
                .map(drop)
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
