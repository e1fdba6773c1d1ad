//! Who may do what: one decision for `(subject, action, object)`, never by role alone.
//!
//! Services load the object first (by id *and* what it belongs to), then ask [`authorize`], then
//! act. What is foreign does not exist: [`Refusal::NotFound`].

use crate::Refusal;
use crate::account::AccountKind;
use crate::agency::Roles;
use crate::id::{AccountId, AgencyId};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Nobody signed in.
    Anonymous,
    /// Somebody with a live session.
    Account {
        /// Who.
        id: AccountId,
        /// Which face.
        kind: AccountKind,
        /// Whether the newest admin list names this account.
        platform_admin: bool,
        /// What the current manifests say of this account.
        grants: Vec<Grant>,
        /// Staff who have no second factor yet: until they have one they may do nothing else.
        factor_missing: bool,
    },
}

/// Roles in one agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// Where.
    pub agency: AgencyId,
    /// What.
    pub roles: Roles,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Use what everybody may: register, sign in, look at the directory, keep a tab draft.
    UsePublic,
    /// Keep the own session, and come back to it after a reload.
    KeepSession,
    /// Set up a second factor.
    SetUpFactor,
    /// Have a passkey that opens the own account without the password.
    OpenByPasskey,
    /// Use the own account: vault, sessions, sign-out.
    UseOwnAccount,
    /// Take a new identity without anybody's signature.
    RenewOwnKeys,
    /// Send an enquiry.
    SubmitEnquiry,
    /// Read what waits at an agency.
    ReadInbox,
    /// Accept what waits at an agency.
    AcceptEnquiry,
    /// List the own conversations.
    ListConversations,
    /// Read a conversation.
    ReadConversation,
    /// Write in a conversation.
    WriteConversation,
    /// Put a conversation away or bring it back.
    ArchiveConversation,
    /// Delete a conversation for everybody.
    DeleteConversation,
    /// Delete the own account with everything in it.
    DeleteOwnAccount,
    /// Publish a freshness statement of an agency.
    PublishFreshness,
    /// Publish a manifest of an agency.
    PublishManifest,
    /// Publish or read the whole directory; look at staff identities.
    AdministerPlatform,
}

/// On what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object<'a> {
    /// Nothing in particular.
    None,
    /// An agency.
    Agency(AgencyId),
    /// A conversation: its agency, and whether the subject is a member of its newest epoch.
    Conversation {
        /// Account members of the newest epoch, with whether they may write.
        members: &'a [(AccountId, bool)],
    },
}

impl Subject {
    /// The account, if somebody is signed in.
    #[must_use]
    pub const fn account(&self) -> Option<AccountId> {
        match self {
            Self::Anonymous => None,
            Self::Account { id, .. } => Some(*id),
        }
    }

    /// Whether a second factor has to be set up before anything else.
    #[must_use]
    pub const fn lacks_factor(&self) -> bool {
        matches!(
            self,
            Self::Account {
                factor_missing: true,
                ..
            }
        )
    }

    /// The roles held in `agency`.
    #[must_use]
    pub fn roles_in(&self, agency: AgencyId) -> Roles {
        match self {
            Self::Anonymous => Roles::default(),
            Self::Account { grants, .. } => grants
                .iter()
                .filter(|grant| grant.agency == agency)
                .fold(Roles::default(), |roles, grant| roles.and(grant.roles)),
        }
    }
}

/// Decides.
///
/// # Errors
/// [`Refusal::NotSignedIn`] without a session where one is needed, [`Refusal::FactorMissing`] where
/// a second factor has to be set up first, [`Refusal::NotAllowed`] for an
/// action that this kind of account never has, [`Refusal::NotFound`] for a foreign object.
pub fn authorize(subject: &Subject, action: Action, object: Object<'_>) -> Result<(), Refusal> {
    if action == Action::UsePublic {
        return Ok(());
    }
    let Subject::Account {
        id,
        kind,
        platform_admin,
        grants,
        factor_missing,
    } = subject
    else {
        return Err(Refusal::NotSignedIn);
    };
    if matches!(action, Action::KeepSession | Action::SetUpFactor) {
        return Ok(());
    }
    if action == Action::OpenByPasskey {
        // Its first one is set up before anything else.
        return match kind {
            AccountKind::Staff => Ok(()),
            AccountKind::Seeker => Err(Refusal::NotAllowed),
        };
    }
    if *factor_missing {
        return Err(Refusal::FactorMissing);
    }
    let seeker = *kind == AccountKind::Seeker;
    let when = |allowed, otherwise| if allowed { Ok(()) } else { Err(otherwise) };
    let in_agency = |needed: Roles| match object {
        Object::Agency(agency) => when(subject.roles_in(agency).has_any(needed), Refusal::NotFound),
        _ => when(
            grants.iter().any(|grant| grant.roles.has_any(needed)),
            Refusal::NotAllowed,
        ),
    };
    let admins = Roles::AGENCY_ADMIN.and(Roles::ASSOCIATION_ADMIN);
    match action {
        Action::UsePublic
        | Action::KeepSession
        | Action::SetUpFactor
        | Action::OpenByPasskey
        | Action::UseOwnAccount
        | Action::ListConversations => Ok(()),
        Action::SubmitEnquiry | Action::DeleteOwnAccount | Action::RenewOwnKeys => {
            when(seeker, Refusal::NotAllowed)
        }
        Action::ReadInbox if seeker => Err(Refusal::NotAllowed),
        Action::ReadInbox => in_agency(Roles::INBOX),
        Action::AcceptEnquiry if seeker => Err(Refusal::NotAllowed),
        Action::AcceptEnquiry => in_agency(Roles::INBOX).and(match object {
            Object::Agency(agency) => when(
                subject.roles_in(agency).has(Roles::COUNSELLOR),
                Refusal::NotAllowed,
            ),
            _ => Ok(()),
        }),
        Action::ReadConversation
        | Action::WriteConversation
        | Action::ArchiveConversation
        | Action::DeleteConversation => {
            let Object::Conversation { members } = object else {
                return Err(Refusal::NotFound);
            };
            let member = members.iter().find(|(member, _)| member == id);
            let Some((_, writes)) = member else {
                return Err(Refusal::NotFound);
            };
            let allowed = match action {
                Action::ReadConversation => true,
                Action::ArchiveConversation => *writes && !seeker,
                Action::DeleteConversation => seeker,
                _ => *writes,
            };
            when(allowed, Refusal::NotAllowed)
        }
        Action::PublishFreshness | Action::PublishManifest if seeker => Err(Refusal::NotAllowed),
        Action::PublishFreshness => in_agency(Roles::LEAD.and(admins)),
        Action::PublishManifest => in_agency(admins),
        Action::AdministerPlatform => when(*platform_admin, Refusal::NotAllowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: AccountId = AccountId::from_bytes([1; 16]);
    const OTHER: AccountId = AccountId::from_bytes([2; 16]);
    const HERE: AgencyId = AgencyId::from_bytes([3; 16]);
    const THERE: AgencyId = AgencyId::from_bytes([4; 16]);

    fn account(kind: AccountKind, roles: Roles) -> Subject {
        let grants = vec![Grant {
            agency: HERE,
            roles,
        }];
        Subject::Account {
            id: ME,
            kind,
            platform_admin: false,
            grants,
            factor_missing: false,
        }
    }

    #[test]
    fn without_the_second_factor_staff_may_set_it_up_and_nothing_else() {
        let mut admin = account(AccountKind::Staff, Roles::ALL);
        if let Subject::Account {
            platform_admin,
            factor_missing,
            ..
        } = &mut admin
        {
            (*platform_admin, *factor_missing) = (true, true);
        }
        let own = Object::Conversation {
            members: &[(ME, true)],
        };
        for (action, object) in [
            (Action::UseOwnAccount, Object::None),
            (Action::ReadInbox, Object::Agency(HERE)),
            (Action::ListConversations, Object::None),
            (Action::ReadConversation, own),
            (Action::PublishManifest, Object::Agency(HERE)),
            (Action::AdministerPlatform, Object::None),
        ] {
            assert_eq!(
                authorize(&admin, action, object),
                Err(Refusal::FactorMissing)
            );
        }
        for action in [Action::UsePublic, Action::KeepSession, Action::SetUpFactor] {
            assert_eq!(authorize(&admin, action, Object::None), Ok(()));
        }
    }

    #[test]
    fn nobody_reads_what_is_not_theirs() {
        let everything = account(AccountKind::Staff, Roles::ALL);
        let foreign = Object::Conversation {
            members: &[(OTHER, true)],
        };
        for action in [
            Action::ReadConversation,
            Action::WriteConversation,
            Action::ArchiveConversation,
            Action::DeleteConversation,
        ] {
            assert_eq!(
                authorize(&everything, action, foreign),
                Err(Refusal::NotFound)
            );
        }
        let own = Object::Conversation {
            members: &[(OTHER, true), (ME, false)],
        };
        assert_eq!(
            authorize(&everything, Action::ReadConversation, own),
            Ok(())
        );
        assert_eq!(
            authorize(&everything, Action::WriteConversation, own),
            Err(Refusal::NotAllowed)
        );
    }

    #[test]
    fn roles_count_in_their_agency_only() {
        let inbox = account(AccountKind::Staff, Roles::INBOX.and(Roles::COUNSELLOR));
        for action in [Action::ReadInbox, Action::AcceptEnquiry] {
            assert_eq!(authorize(&inbox, action, Object::Agency(HERE)), Ok(()));
            assert_eq!(
                authorize(&inbox, action, Object::Agency(THERE)),
                Err(Refusal::NotFound)
            );
        }
        let reader = account(AccountKind::Staff, Roles::INBOX);
        let accept = authorize(&reader, Action::AcceptEnquiry, Object::Agency(HERE));
        assert_eq!(accept, Err(Refusal::NotAllowed));
    }

    #[test]
    fn seekers_never_act_as_staff_whatever_a_manifest_says() {
        let seeker = account(AccountKind::Seeker, Roles::ALL);
        for action in [
            Action::ReadInbox,
            Action::AcceptEnquiry,
            Action::PublishFreshness,
            Action::PublishManifest,
            Action::AdministerPlatform,
        ] {
            assert_eq!(
                authorize(&seeker, action, Object::Agency(HERE)),
                Err(Refusal::NotAllowed)
            );
        }
        let own = Object::Conversation {
            members: &[(ME, true)],
        };
        assert_eq!(
            authorize(&seeker, Action::ArchiveConversation, own),
            Err(Refusal::NotAllowed)
        );
        let staff = account(AccountKind::Staff, Roles::ALL);
        assert_eq!(authorize(&staff, Action::ArchiveConversation, own), Ok(()));
        for (action, object) in [
            (Action::SubmitEnquiry, Object::None),
            (Action::DeleteConversation, own),
            (Action::DeleteOwnAccount, Object::None),
        ] {
            assert_eq!(authorize(&staff, action, object), Err(Refusal::NotAllowed));
        }
        assert_eq!(authorize(&seeker, Action::DeleteConversation, own), Ok(()));
    }

    #[test]
    fn without_a_session_only_the_public_part() {
        let nobody = Subject::Anonymous;
        assert_eq!(authorize(&nobody, Action::UsePublic, Object::None), Ok(()));
        for action in [
            Action::UseOwnAccount,
            Action::SubmitEnquiry,
            Action::AdministerPlatform,
        ] {
            assert_eq!(
                authorize(&nobody, action, Object::None),
                Err(Refusal::NotSignedIn)
            );
        }
    }
}
