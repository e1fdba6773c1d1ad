//! Rows as SeaORM sees them. They do not leave `store`.

mod account_rows;
mod agency_rows;
mod conversation_rows;
mod factor_rows;
mod invitation_rows;
mod live_rows;
mod note_rows;
mod platform_rows;
mod wrap_rows;

pub(crate) use account_rows::{
    account, consent, former_identity, recovery, reference, session, used_login,
};
pub(crate) use agency_rows::{
    agency, association, association_admin, directory_head, inbox_wrap, listing, manifest, offer,
    root_wrap,
};
pub(crate) use conversation_rows::{
    conversation, deletion, epoch, handover, label, member, message, wrap_purge,
};
pub(crate) use factor_rows::{factor, spare_code};
pub(crate) use invitation_rows::{invitation, invitation_answer};
pub(crate) use live_rows::{event, outbox};
pub(crate) use note_rows::{draft, mark};
pub(crate) use platform_rows::{admin_list, platform, platform_admin};
pub(crate) use wrap_rows::wrap;
