//! First messages to an agency.

use domain::enquiry::{EnquiryReceipt, SubmitEnquiry};

use crate::Inner;
use crate::actor::Actor;
use crate::error::Error;

/// First messages to an agency.
#[derive(Debug, Clone, Copy)]
pub struct Enquiries<'a>(pub(crate) &'a Inner);

impl Enquiries<'_> {
    /// Answers [`SubmitEnquiry`].
    ///
    /// # Errors
    /// [`Error::Refused`] where a rule says no.
    pub async fn submit(&self, _actor: &Actor, _request: SubmitEnquiry) -> Result<EnquiryReceipt, Error> {
        Err(domain::Refusal::NotFound.into())
    }

}
