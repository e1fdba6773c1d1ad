//! The first message to an agency, until somebody takes it.

mod submit;

use domain::enquiry::{EnquiryReceipt, SubmitEnquiry};
use domain::policy::{Action, Object};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;

/// First messages to an agency.
#[derive(Debug, Clone, Copy)]
pub struct Enquiries<'a>(pub(crate) &'a Inner);

impl Enquiries<'_> {
    /// Answers [`SubmitEnquiry`]; again with the same conversation id and record: alike.
    ///
    /// # Errors
    /// [`domain::Refusal`]: `NotAllowed` for staff; `NotFound` for an agency that is not there or does
    /// not serve the topic; `AgencyClosed`; `InboxKeyOutdated` and `ManifestOutdated` for what was
    /// sealed against an older manifest; `IdTaken`; `Malformed`; `SignatureInvalid`; `TooLarge`;
    /// `WorkNeeded` and `TooMany`, once everything else is in order.
    pub async fn submit(
        &self,
        actor: &Actor,
        request: SubmitEnquiry,
    ) -> Result<EnquiryReceipt, Error> {
        actor.may(Action::SubmitEnquiry, Object::None)?;
        submit::submit(self.0, actor, request).await
    }
}
