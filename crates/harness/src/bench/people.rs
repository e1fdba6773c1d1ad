//! Who writes to whom: seekers with the demonstration's counsellors, each in an accepted
//! conversation, made through `client`.

use std::cell::RefCell;
use std::rc::Rc;

use client::account::{self, NewAccount};
use client::desk::{Desk, Seeker, Staff};
use client::enquiry::{self, Enquiry};
use client::inbox::Accepted;
use client::trust::Agency;
use client::{Client, Session, SystemRandom, make_id};
use domain::account::{Consent, Secretive, UserName};
use domain::agency::Roles;
use domain::conversation::SendMessage;
use domain::enquiry::EnquiryFields;
use domain::id::ConversationId;
use domain::wire::Envelope;
use harness::{demo, factor};

use crate::Done;
use crate::quick::{Machine, quick, stretching};
use crate::server::Server;
use crate::wire::{Line, find};

/// What is written, about as long as people write: 1,104 bytes as ciphertext.
const TEXT: &str = "Guten Abend, ich habe lange überlegt, ob ich schreibe. Seit dem Sommer schlafe ich \
schlecht und werde wegen Kleinigkeiten laut. Gestern hat mein Sohn gesagt, dass er lieber bei der Oma wäre. \
Ich weiß, dass er es nicht so meint, aber es geht mir nicht aus dem Kopf. Meine Frau sagt, ich soll mit \
jemandem reden, der mich nicht kennt. Also versuche ich es hier. Was kann ein erster Schritt sein, den ich \
auch dann schaffe, wenn ich müde bin? Ich arbeite in Schichten und kann selten zu festen Zeiten.";

/// Begins every id that is made here, so that it is found in a frame.
const MARK: [u8; 4] = [0xBE, 0x15, 0x7A, 0x4D];

/// Two who write to each other.
pub(crate) struct Pair {
    pub(crate) conversation: ConversationId,
    /// The session of who writes, as `name=value`.
    pub(crate) writer: String,
    /// The session of who hears.
    pub(crate) hearer: String,
    desk: Desk<Machine, Seeker>,
    template: RefCell<Template>,
}

/// A whole request with a message of the writer's.
struct Template {
    sealed: Vec<u8>,
    /// Where the message's id stands in it.
    id_at: usize,
}

/// Everybody.
pub(crate) struct People {
    pub(crate) pairs: Vec<Pair>,
    /// To register with.
    agency: Rc<Agency>,
}

/// A message's id that tells who sent it as the how manieth, and when.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Tag {
    pub(crate) pair: u16,
    pub(crate) number: u32,
    /// Since the measurement began.
    pub(crate) micros: u64,
}

impl Tag {
    fn bytes(self) -> [u8; 16] {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&MARK);
        id[4..6].copy_from_slice(&self.pair.to_be_bytes());
        id[6..10].copy_from_slice(&self.number.to_be_bytes());
        id[10..].copy_from_slice(&self.micros.to_be_bytes()[2..]);
        id
    }

    /// The tag in a frame or a message, if there is one.
    pub(crate) fn find(bytes: &[u8]) -> Option<Self> {
        let at = find(bytes, &MARK)?;
        let id = bytes.get(at..at + 16)?;
        let mut micros = [0; 8];
        micros[2..].copy_from_slice(&id[10..]);
        Some(Self {
            pair: u16::from_be_bytes(id[4..6].try_into().ok()?),
            number: u32::from_be_bytes(id[6..10].try_into().ok()?),
            micros: u64::from_be_bytes(micros),
        })
    }
}

impl Pair {
    /// Sends the message with another id: to the server another message. When an epoch is over,
    /// `client` begins the next one, as browsers do.
    pub(crate) async fn send(&self, line: &mut Line, tag: Tag) -> Done {
        let request = self.request(tag);
        match line.post("conversation/send", &request).await {
            Err(fault) if fault.to_string().contains("\"epoch-due\"") => {
                self.write_one().await?;
                line.post("conversation/send", &self.request(tag)).await?;
            }
            other => {
                other?;
            }
        }
        Ok(())
    }

    fn request(&self, tag: Tag) -> Vec<u8> {
        let Template { sealed, id_at } = &*self.template.borrow();
        let mut request = sealed.clone();
        request[*id_at..*id_at + 16].copy_from_slice(&tag.bytes());
        request
    }

    /// Writes with `client`; the message is the pattern of those that follow.
    async fn write_one(&self) -> Done {
        let template = write_one(&self.desk, self.conversation).await?;
        self.template.replace(template);
        Ok(())
    }
}

async fn write_one(desk: &Desk<Machine, Seeker>, conversation: ConversationId) -> Done<Template> {
    desk.send(conversation, TEXT)?;
    desk.flush().await?;
    let net = desk.session().client().world().net();
    let request = net.asked::<SendMessage>().pop().ok_or("nothing was sent")?;
    let mut sealed = Vec::new();
    ciborium::into_writer(&Envelope { request }, &mut sealed)?;
    // The message's header (crypto.md 3.6): conversation 16, epoch 4, then the id.
    let at = find(&sealed, conversation.as_bytes()).ok_or("no header")?;
    Ok(Template {
        sealed,
        id_at: at + 20,
    })
}

/// A counsellor at work.
struct Counsellor {
    client: Client<Machine>,
    desk: Desk<Machine, Staff>,
    agency: Rc<Agency>,
}

impl People {
    /// As many conversations, spread over the counsellors.
    pub(crate) async fn make(server: &Server, pairs: usize) -> Done<Self> {
        let counsellors = counsellors(server, pairs).await?;
        let first = counsellors.first().ok_or("no counsellors")?;
        let mut made = Self {
            pairs: Vec::new(),
            agency: Rc::clone(&first.agency),
        };
        for (_, counsellor) in (0..pairs).zip(counsellors.iter().cycle()) {
            let pair = talk(server, counsellor).await?;
            made.pairs.push(pair);
        }
        Ok(made)
    }

    /// Registers somebody new; gives name, password, and the session.
    pub(crate) async fn register(
        &self,
        server: &Server,
    ) -> Done<(UserName, Secretive, Session<Machine>)> {
        register(server, &self.agency).await
    }
}

async fn counsellors(server: &Server, most: usize) -> Done<Vec<Counsellor>> {
    let mut counsellors = Vec::new();
    let accounts = demo::accounts()?;
    for account in accounts.iter().filter(|account| account.staff) {
        if counsellors.len() == most {
            break;
        }
        let client = stretching(&server.authority, server.platform);
        let name = UserName::parse(&account.user_name)?;
        let password = Secretive(account.password.clone());
        let session = factor::sign_in(&client, &name, password).await?;
        let desk = Desk::open(session, |_| {});
        desk.refresh().await?;
        // Volunteers take only what they are given.
        let me = desk.session().account();
        let takes = |agency: &&Rc<Agency>| !agency.roles(me).has(Roles::PEER);
        let Some(agency) = desk.agencies().iter().find(takes).cloned() else {
            continue;
        };
        counsellors.push(Counsellor {
            client,
            desk,
            agency,
        });
    }
    Ok(counsellors)
}

async fn register(
    server: &Server,
    agency: &Agency,
) -> Done<(UserName, Secretive, Session<Machine>)> {
    let client = quick(&server.authority, server.platform);
    let number = u64::from_be_bytes(make_id(&mut SystemRandom));
    let user_name = UserName::parse(&format!("messung-{number:020}"))?;
    let password = Secretive("ein langes wort und noch eins".to_owned());
    let new = NewAccount {
        user_name: user_name.clone(),
        password: password.clone(),
        consent: Some(Consent {
            association: agency.association(),
            version: agency.legal().consent_version,
        }),
        invitation: None,
        reference: None,
        code: client::recovery::make(&client),
        pins: agency.pins().clone(),
    };
    let session = account::register(&client, new).await?;
    Ok((user_name, password, session))
}

/// From the registration to the first message after the acceptance.
async fn talk(server: &Server, counsellor: &Counsellor) -> Done<Pair> {
    let agency = &counsellor.agency;
    let (_, _, session) = register(server, agency).await?;
    let offer = agency.profile().topics.first().ok_or("no topic")?;
    let conversation = enquiry::new_conversation(&mut SystemRandom);
    let enquiry = Enquiry {
        conversation,
        agency: agency.id(),
        link: true,
        topic: offer.topic,
        postcode: None,
        wish: None,
        fields: EnquiryFields {
            pseudonym: "Messung".to_owned(),
            postcode: None,
            answers: [("age", "19"), ("state", "MV")]
                .map(|(field, answer)| (field.to_owned(), vec![answer.to_owned()]))
                .into(),
        },
        text: TEXT.to_owned(),
    };
    enquiry::submit(&session, &enquiry).await?;
    counsellor.desk.refresh().await?;
    match counsellor.desk.accept(conversation, None).await? {
        Accepted::Mine => {}
        Accepted::Taken { .. } => return Err("somebody else accepted".into()),
    }
    let desk = Desk::<_, Seeker>::open(session, |_| {});
    desk.refresh().await?;
    let template = write_one(&desk, conversation).await?;
    let cookie = |client: &Client<Machine>| client.world().net().inner().cookie();
    Ok(Pair {
        conversation,
        writer: cookie(desk.session().client()).ok_or("no session")?,
        hearer: cookie(&counsellor.client).ok_or("no session")?,
        template: RefCell::new(template),
        desk,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_again() {
        let tag = Tag {
            pair: 49,
            number: 123_456,
            micros: 98_765_432_100,
        };
        let frame = [&[1, 2, 3][..], &tag.bytes(), &[4; 40]].concat();
        assert_eq!(Tag::find(&frame), Some(tag));
        assert_eq!(Tag::find(&frame[4..]), None);
    }
}
