//! The way in: from the first screen to the enquiry. Nothing typed is lost by a reload, and no
//! step is done twice.

mod draft;

pub use draft::{Draft, Form};

use std::rc::Rc;

use domain::Refusal;
use domain::account::{Consent, Secretive, UserName};
use domain::enquiry::EnquiryFields;
use domain::id::ConversationId;
use domain::postcode::Postcode;

use crate::account::{self, NewAccount};
use crate::agency;
use crate::composer;
use crate::enquiry::{self, Enquiry};
use crate::error::Error;
use crate::recovery;
use crate::session::Session;
use crate::world::World;

/// Makes the account that the draft describes. If an earlier try reached the server and only its
/// answer was lost, this signs in to the account that is there.
///
/// # Errors
/// [`Refusal::Malformed`] if the draft names no agency; [`Refusal::ConsentOutdated`] if the consent
/// is missing or another text is in force; [`Refusal::UserNameInvalid`],
/// [`Refusal::UserNameTaken`]; [`Error::Untrusted`] for the agency; or as [`crate::call`].
pub async fn register<W: World>(
    draft: &Draft<W>,
    password: Secretive,
) -> Result<Session<W>, Error> {
    let form = draft.form();
    let user_name = UserName::parse(&form.user_name)?;
    let agency = agency::load(draft.client(), form.agency.ok_or(Refusal::Malformed)?).await?;
    if form.consent != Some(agency.legal().consent_version) {
        return Err(Error::Refused(Refusal::ConsentOutdated));
    }
    let tried_before = draft.note_try(user_name.as_str());
    // A try that cannot be noted is still made: then a lost answer shows as a taken name.
    draft.save().await.ok();
    let new = NewAccount {
        user_name: user_name.clone(),
        password: password.clone(),
        consent: Some(Consent {
            association: agency.association(),
            version: agency.legal().consent_version,
        }),
        invitation: None,
        code: Rc::clone(draft.code_to_be()),
        reference: form.reference,
        pins: agency.pins().clone(),
    };
    match account::register(draft.client(), new).await {
        Err(Error::Refused(Refusal::UserNameTaken)) if tried_before => {
            let found = account::sign_in(draft.client(), &user_name, password.clone()).await;
            let session = match found {
                Err(Error::Refused(Refusal::WrongCredentials)) => {
                    return Err(Error::Refused(Refusal::UserNameTaken));
                }
                other => other?,
            };
            // Before a reload it may have been another one. Without an answer it does not count.
            let replaced = recovery::replace(&session, password, draft.code_to_be()).await;
            draft.code_counts(replaced.is_ok());
            Ok(session)
        }
        made => {
            draft.code_counts(made.is_ok());
            made
        }
    }
}

/// Sends the draft's enquiry; once it can be read back the draft is forgotten. May be repeated
/// after any error.
///
/// If an earlier try had arrived and only its answer was lost, that one counts. A text that was
/// changed since stands in the conversation as what is being written: see [`crate::composer`].
///
/// # Errors
/// As [`enquiry::submit`]; [`Error::Damaged`] if it is said to be stored and is not there.
pub async fn submit<W: World>(
    draft: &Draft<W>,
    session: &Session<W>,
) -> Result<ConversationId, Error> {
    let form = draft.form();
    let typed = form.postcode.trim();
    let postcode = Postcode::parse(typed).ok();
    let enquiry = Enquiry {
        conversation: draft.conversation(),
        agency: form.agency.ok_or(Refusal::Malformed)?,
        link: form.link,
        topic: form.topic.ok_or(Refusal::Malformed)?,
        postcode,
        wish: form.wish,
        fields: EnquiryFields {
            pseudonym: form.pseudonym,
            postcode: postcode.map(Postcode::to_digits),
            answers: form.answers,
        },
        text: form.text,
    };
    // Its id is kept first, so that it is sent once. A try that cannot be kept is still made, as at
    // the registration.
    draft.save().await.ok();
    enquiry::submit(session, &enquiry).await?;
    if enquiry::stored_text(session, enquiry.conversation).await? != enquiry.text {
        composer::keep(session, enquiry.conversation, &enquiry.text)?;
    }
    draft.discard().await;
    Ok(enquiry.conversation)
}
