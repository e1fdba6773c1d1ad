//! The first message to an agency.

use crypto::epoch::EpochKey;
use crypto::message::ContentType;
use crypto::wrap::EpochWrap;
use crypto::{Digest, Signed};
use domain::conversation::{AddressedWrap, LoadConversation, MemberId};
use domain::enquiry::{EnquiryFields, EnquiryReceipt, SubmitEnquiry};
use domain::id::{AccountId, AgencyId, ConversationId};
use domain::postcode::Postcode;
use domain::topic::TopicId;
use domain::work::Purpose;
use domain::{Blob, Refusal};

use crate::call::call;
use crate::conversation::Body;
use crate::conversation::case::Case;
use crate::conversation::epochs::enquiry_record;
use crate::conversation::sealing::{Chain, Desk, new_message, seal};
use crate::error::Error;
use crate::session::Session;
use crate::trust::Agency;
use crate::vault;
use crate::work::{Place, call_with_work};
use crate::world::World;

pub use crate::conversation::sealing::new_conversation;

/// An enquiry to be sent.
#[derive(Debug, Clone)]
pub struct Enquiry {
    /// Made once by [`new_conversation`]: sending again with it sends once.
    pub conversation: ConversationId,
    /// To whom.
    pub agency: AgencyId,
    /// Whether the person came by the agency's own link, and may therefore be out of its list.
    pub link: bool,
    /// About what.
    pub topic: TopicId,
    /// For the match with the signed profile; not sent (but perhaps a field of the enquiry).
    pub postcode: Option<Postcode>,
    /// The counsellor wished for, from a personal link.
    pub wish: Option<AccountId>,
    /// Pseudonym and answers.
    pub fields: EnquiryFields,
    /// The message.
    pub text: String,
}

/// How often an enquiry is sealed anew because the agency changed meanwhile.
const TRIES: usize = 4;

/// Sends an enquiry: verifies the agency afresh, makes epoch 0 for oneself and the agency's
/// inbox, encrypts. If the agency has a new manifest or inbox key meanwhile, it is verified and
/// everything is sealed anew.
///
/// # Errors
/// [`Error::Untrusted`], [`Refusal::AgencyClosed`], [`Error::TooLong`], or as [`call`]. Sending it
/// again after any error is safe.
pub async fn submit<W: World>(
    session: &Session<W>,
    enquiry: &Enquiry,
) -> Result<EnquiryReceipt, Error> {
    let mut tries = 0;
    loop {
        tries += 1;
        let agency = session.book().renew(session, enquiry.agency).await?;
        let today = session.client().world().now().day();
        let answers = &enquiry.fields.answers;
        agency.takes(
            enquiry.topic,
            enquiry.postcode,
            answers,
            enquiry.link,
            today,
        )?;
        let request = build(session, enquiry, &agency)?;
        let place: Place<SubmitEnquiry> = |request| &mut request.work;
        match call_with_work(session.client(), Purpose::Enquiry, request, place).await {
            Err(Error::Refused(Refusal::ManifestOutdated | Refusal::InboxKeyOutdated))
                if tries < TRIES => {}
            Err(error) => return Err(error),
            Ok(receipt) => {
                // Pins that are not saved now are saved with the next change.
                vault::save(session).await.ok();
                return Ok(receipt);
            }
        }
    }
}

/// The text with which an enquiry is stored: an earlier try may have arrived, whatever is sent now,
/// or none at all, whatever the server says.
pub(crate) async fn stored_text<W: World>(
    session: &Session<W>,
    conversation: ConversationId,
) -> Result<String, Error> {
    let request = LoadConversation { conversation };
    let row = match call(session.client().transport(), request).await {
        Err(Error::Refused(Refusal::NotFound)) => return Err(Error::Damaged),
        row => row?,
    };
    if row.conversation != conversation {
        return Err(Error::Damaged);
    }
    let case = Case::open(session, &row).await?;
    if let Some(fault) = case.fault {
        return Err(Error::Untrusted(fault));
    }
    let mut opening = row.opening.iter();
    opening
        .find_map(
            |stored| match case.read(session, &stored.message).ok()?.body {
                Body::Text(text) => Some(text),
                _ => None,
            },
        )
        .ok_or(Error::Damaged)
}

fn build<W: World>(
    session: &Session<W>,
    enquiry: &Enquiry,
    agency: &Agency,
) -> Result<SubmitEnquiry, Error> {
    let client = session.client();
    let platform = &client.platform().id;
    let rng = &mut client.world().random();
    let me = session.identity();
    let key = EpochKey::make(rng);
    let record = enquiry_record(
        enquiry.conversation,
        enquiry.agency,
        agency.current.digest(),
        session.account(),
        me.digest(),
    );
    let record = session.with_keys(|keys| Signed::author(record, &key, platform, &keys.sig))?;
    let own = EpochWrap::seal(rng, platform, &record, &key, &me.kem_key)?;
    let inbox = EpochWrap::seal(rng, platform, &record, &key, &agency.current.inbox_key)?;
    let addressed = |to, wrap: &EpochWrap| AddressedWrap {
        to,
        wrap: Blob::from(wrap.as_bytes()),
    };
    let desk = Desk {
        record: &record,
        key: &key,
        slot: 0,
        seen: Digest::ZERO,
    };
    let fields = serde_json::to_vec(&enquiry.fields).map_err(|_| Error::Damaged)?;
    let text = enquiry.text.clone().into_bytes();
    let mut chain = Chain::begin(session, Digest::ZERO);
    let mut messages = Vec::with_capacity(2);
    for (kind, body) in [(ContentType::ENQUIRY, fields), (ContentType::TEXT, text)] {
        let message = seal(session, desk, &chain, new_message(session), kind, body)?;
        chain.advance(message.digest());
        messages.push(Blob::from(message.as_bytes()));
    }
    Ok(SubmitEnquiry {
        conversation: enquiry.conversation,
        agency: enquiry.agency,
        topic: enquiry.topic,
        wish: enquiry.wish,
        epoch: Blob::from(record.as_bytes()),
        wraps: vec![
            addressed(MemberId::Account(session.account()), &own),
            addressed(MemberId::Inbox(enquiry.agency), &inbox),
        ],
        messages,
        work: None,
    })
}
