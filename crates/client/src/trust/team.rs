//! Whom an agency lists, as staff sees them before accepting an enquiry.

use domain::agency::Roles;
use domain::id::AccountId;

use crate::trust::Agency;

/// Somebody whom the current manifest lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub account: AccountId,
    /// The verified name.
    pub name: String,
    /// What the person is in this agency.
    pub roles: Roles,
}

impl Agency {
    /// Everybody whom the current manifest lists, in the order in which they came.
    #[must_use]
    pub fn everybody(&self) -> Vec<Colleague> {
        self.listed(|_| true)
    }

    /// Who can read what waits.
    #[must_use]
    pub fn inbox_team(&self) -> Vec<Colleague> {
        self.listed(|roles| roles.has(Roles::INBOX))
    }

    /// Whom `author` can name as deputy at an acceptance; the first is named without a wish.
    /// Empty where the agency's rules name none.
    #[must_use]
    pub fn deputies(&self, author: AccountId) -> Vec<Colleague> {
        if !self.current.policy.named_deputy {
            return Vec::new();
        }
        let mut deputies: Vec<_> = self
            .current
            .staff_with(Roles::DEPUTY)
            .filter(|staff| staff.account != author)
            .collect();
        let own = self.current.staff(&author).map_or(0, |staff| staff.serial);
        // The next after oneself, then round: so that not everybody names the same.
        deputies.sort_by_key(|staff| (staff.serial <= own, staff.serial));
        deputies.into_iter().map(colleague).collect()
    }

    /// Everybody.
    #[must_use]
    pub fn colleagues(&self) -> Vec<Colleague> {
        self.listed(|_| true)
    }

    /// Who reads along in every conversation, visibly: the team or supervision, by the rules.
    #[must_use]
    pub fn along(&self) -> Vec<Colleague> {
        let policy = self.current.policy;
        self.listed(|roles| {
            policy.team_reading && roles.has(Roles::COUNSELLOR)
                || policy.supervision && roles.has(Roles::SUPERVISOR)
        })
    }

    fn listed(&self, counts: impl Fn(Roles) -> bool) -> Vec<Colleague> {
        let all = self.current.staff.iter();
        all.filter(|staff| counts(staff.roles))
            .map(colleague)
            .collect()
    }
}

fn colleague(staff: &crypto::trust::Staff) -> Colleague {
    Colleague {
        account: staff.account,
        name: staff.name.clone(),
        roles: staff.roles,
    }
}
