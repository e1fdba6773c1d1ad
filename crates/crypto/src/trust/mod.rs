//! The chain of trust: platform root → admins → directory → agency root → staff.

pub mod admins;
pub mod agency;
pub mod association;
pub mod freshness;
pub mod head;
pub mod manifest;
pub mod merkle;

pub use admins::{Admin, AdminList};
pub use agency::{AgencyEntry, AgencyState};
pub use association::{AssociationAdmin, AssociationEntry};
pub use freshness::Freshness;
pub use head::Head;
pub use manifest::{Manifest, Policy, Staff};
pub use merkle::Directory;
