//! What a client and the server say to each other: one [`Call`] an endpoint.
//!
//! A call is `POST /api/<PATH>` with the body `{"request": …}`, the form of a server function
//! with the one argument `request`. An answer is `200` with the [`Call::Reply`], or a status of
//! [`Problem::status`] with a [`Problem`] as JSON.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Refusal, account, admin, agency, conversation, enquiry, factor, inbox, keys, live, recovery,
    topic, work,
};

/// Before every call's path.
pub const PREFIX: &str = "/api";

/// Where the live channel is.
pub const LIVE_PATH: &str = "/live";

/// How the bodies of a call are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON: commands without ciphertext.
    Json,
    /// CBOR (RFC 8949) with byte strings: whatever carries ciphertext or signed objects.
    Cbor,
}

impl Form {
    /// The media type.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Cbor => "application/cbor",
        }
    }
}

/// The request of one endpoint.
pub trait Call: Serialize + DeserializeOwned + 'static {
    /// `feature/verb`.
    const PATH: &'static str;
    /// Both bodies' form.
    const FORM: Form;
    /// What is answered.
    type Reply: Serialize + DeserializeOwned + 'static;
}

/// The body of a request.
#[derive(Debug, Serialize, Deserialize)]
pub struct Envelope<C> {
    /// The server function's one argument.
    pub request: C,
}

/// The reply of a call that only does something: an empty map, which a later version may fill.
/// Not `()`, whose CBOR is not the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Empty {}

/// Why there was no reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// A rule said no.
    #[error("refused: {refusal}")]
    Refused {
        /// The reason.
        refusal: Refusal,
    },
    /// Something broke on the server; it was logged under this number.
    #[error("incident {incident}")]
    Incident {
        /// What the person can tell and the operator can look up.
        incident: String,
    },
}

impl Problem {
    /// The HTTP status (RFC 9110) that goes with it.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Refused { refusal } => refusal.status(),
            Self::Incident { .. } => 500,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { refusal }
    }
}

/// Declares calls: type, path, form, reply; and lists them in `CALLS`.
macro_rules! calls {
    ($($call:path => $path:literal, $form:ident, $reply:ty;)+) => {
        $(impl Call for $call {
            const PATH: &'static str = $path;
            const FORM: Form = Form::$form;
            type Reply = $reply;
        })+

        /// Path and form of every call. A test compares this list with the server's endpoints
        /// and with the authorisation table.
        pub const CALLS: &[(&str, Form)] = &[$(($path, Form::$form)),+];
    };
}

calls! {
    account::RegisterStart => "account/register-start", Cbor, account::RegisterStarted;
    account::RegisterFinish => "account/register-finish", Cbor, account::SignedIn;
    account::SignInStart => "account/sign-in-start", Cbor, account::SignInStarted;
    account::SignInFinish => "account/sign-in-finish", Cbor, account::SignedIn;
    account::ResumeSession => "account/resume", Cbor, account::Resumed;
    account::SignOut => "account/sign-out", Json, Empty;
    account::StaySignedIn => "account/stay", Json, account::Stays;
    account::ListSessions => "account/list-sessions", Json, Vec<account::ListedSession>;
    account::EndSessions => "account/end-sessions", Json, Empty;
    account::ChangePasswordStart => "account/change-password-start", Cbor, account::ChangePasswordStarted;
    account::ChangePassword => "account/change-password", Cbor, Empty;
    account::DeleteAccount => "account/delete", Cbor, Empty;
    recovery::Recover => "recovery/recover", Cbor, recovery::Recovered;
    recovery::NewPasswordStart => "recovery/new-password-start", Cbor, recovery::NewPasswordStarted;
    recovery::FinishRecovery => "recovery/finish", Cbor, account::SignedIn;
    recovery::ReplaceCode => "recovery/replace", Cbor, Empty;
    factor::FinishSignIn => "factor/sign-in", Cbor, account::SignedIn;
    factor::Confirm => "factor/confirm", Cbor, factor::Confirmed;
    factor::ListFactors => "factor/list", Cbor, factor::Factors;
    factor::StartPasskey => "factor/start-passkey", Cbor, factor::PasskeyStarted;
    factor::StartPasskeySignIn => "factor/start-passkey-sign-in", Cbor, factor::PasskeyAsked;
    factor::PasskeySignIn => "factor/passkey-sign-in", Cbor, account::SignedIn;
    factor::AddFactor => "factor/add", Cbor, factor::FactorAdded;
    factor::RemoveFactor => "factor/remove", Cbor, Empty;
    factor::RenewSpare => "factor/renew-spare", Cbor, factor::SpareCodes;
    keys::LoadVault => "keys/load-vault", Cbor, keys::StoredVault;
    keys::SaveVault => "keys/save-vault", Cbor, Empty;
    keys::RenewKeys => "keys/renew", Cbor, account::SignedIn;
    keys::OpenTab => "keys/open-tab", Cbor, keys::TabKey;
    keys::ResumeTab => "keys/resume-tab", Cbor, keys::TabKey;
    keys::CloseTab => "keys/close-tab", Cbor, Empty;
    work::AskWork => "work/ask", Cbor, work::WorkAsked;
    topic::ListTopics => "topic/list", Json, Vec<topic::Topic>;
    agency::ListAgencies => "agency/list", Cbor, agency::TopicDirectory;
    agency::LoadAgency => "agency/load", Cbor, agency::AgencyChain;
    agency::LoadManifest => "agency/load-manifest", Cbor, agency::StoredManifest;
    agency::ListMine => "agency/list-mine", Cbor, Vec<agency::OwnAgency>;
    agency::PublishFreshness => "agency/publish-freshness", Cbor, Empty;
    admin::PublishDirectory => "admin/publish-directory", Cbor, Empty;
    admin::PublishManifest => "admin/publish-manifest", Cbor, Empty;
    admin::LoadDirectory => "admin/load-directory", Cbor, admin::DirectoryState;
    admin::LoadIdentity => "admin/load-identity", Cbor, admin::StoredIdentity;
    enquiry::SubmitEnquiry => "enquiry/submit", Cbor, enquiry::EnquiryReceipt;
    inbox::ListInbox => "inbox/list", Cbor, Vec<inbox::WaitingEnquiry>;
    inbox::AcceptEnquiry => "inbox/accept", Cbor, conversation::ConversationRow;
    conversation::ListConversations => "conversation/list", Cbor, Vec<conversation::ConversationRow>;
    conversation::LoadConversation => "conversation/load", Cbor, conversation::ConversationRow;
    conversation::LoadHistory => "conversation/load-history", Cbor, conversation::History;
    conversation::SendMessage => "conversation/send", Cbor, conversation::Sent;
    conversation::RotateEpoch => "conversation/rotate", Cbor, conversation::ConversationRow;
    conversation::ArchiveConversation => "conversation/archive", Cbor, Empty;
    conversation::DeleteConversation => "conversation/delete", Cbor, Empty;
    conversation::SaveLabel => "conversation/save-label", Cbor, conversation::LabelSaved;
    conversation::SaveMark => "conversation/save-mark", Cbor, Empty;
    conversation::LoadDraft => "conversation/load-draft", Cbor, conversation::StoredDraft;
    conversation::SaveDraft => "conversation/save-draft", Cbor, Empty;
    live::WaitLive => "live/wait", Cbor, Vec<live::ToClient>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AccountId, AgencyId, ConversationId};
    use crate::live::{Event, ToClient};

    #[test]
    fn paths_are_feature_and_verb_and_unique() {
        let mut paths: Vec<_> = CALLS.iter().map(|(path, _)| *path).collect();
        assert!(paths.iter().all(|path| path.split('/').count() == 2));
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), CALLS.len());
    }

    #[test]
    fn ids_inside_enums_survive_cbor() {
        let frame = ToClient::Event {
            seq: 7,
            event: Event::EnquiryTaken {
                conversation: ConversationId::from_bytes([1; 16]),
                by: AccountId::from_bytes([2; 16]),
            },
        };
        let mut bytes = Vec::new();
        ciborium::into_writer(&frame, &mut bytes).unwrap();
        assert_eq!(
            ciborium::from_reader::<ToClient, _>(&bytes[..]).unwrap(),
            frame
        );
        let member = crate::conversation::MemberId::Inbox(AgencyId::from_bytes([3; 16]));
        bytes.clear();
        ciborium::into_writer(&member, &mut bytes).unwrap();
        let back: crate::conversation::MemberId = ciborium::from_reader(&bytes[..]).unwrap();
        assert_eq!(back, member);
    }

    #[test]
    fn problems_survive_json() {
        let problem = Problem::from(Refusal::AlreadyAccepted {
            by: AccountId::from_bytes([9; 16]),
        });
        let json = serde_json::to_string(&problem).unwrap();
        assert_eq!(serde_json::from_str::<Problem>(&json).unwrap(), problem);
        assert_eq!(problem.status(), 409);
    }
}
