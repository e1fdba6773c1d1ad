//! What all screens share.

use std::rc::Rc;

use crate::reactive::{RwSignal, StoredValue};
use client::registration::{Draft, Form};
use client::{Client, Error, Session, World, account};
use domain::Refusal;
use domain::language::Language;
use domain::time::Day;
use domain::topic::{Register, Topic};
use domain::work::Purpose;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::fault::{self, Faults};
use super::history::{Places, Screen};
use super::inner::Inner;
use crate::account::sessions;
use crate::agency::chosen::Chosen;
use crate::browser::{Browser, language};
use crate::conversation::talks::Talks;
use crate::texts::{self, Texts};

/// Milliseconds after the last keystroke until the form is kept.
const PAUSE: u32 = 400;
/// Something said once on the screen that comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Signed out, as asked for.
    SignedOut,
    /// The account was deleted.
    AccountDeleted,
    /// A conversation was deleted.
    ConversationDeleted,
    /// The session has ended by itself.
    SessionOver,
    /// The session was ended from elsewhere.
    EndedElsewhere,
    /// Signed in; the day of the sign-in before.
    Greeting(Day),
    /// The password was changed elsewhere: this device opens with the new one.
    PasswordChanged,
    /// Nothing of an own device is left.
    Forgotten,
    /// The draft was older than its key.
    DraftLost,
    /// A link named a topic that is not there.
    UnknownTopic,
    /// A link named an agency that is not there, or a counsellor without one.
    UnknownAgency,
    /// A link named a counsellor who is not there.
    UnknownCounsellor,
    /// A link named a group chat.
    Group,
}

/// What was just sent, for the screen that says so.
#[derive(Clone)]
pub struct SentNote {
    /// To whom: the verified name.
    pub agency: String,
    /// What to sign in with, if the account is new.
    pub user_name: String,
    /// The offered password, if it was taken.
    pub passphrase: String,
    /// Which conversation it began.
    pub conversation: domain::id::ConversationId,
}

/// The application's state: a handle, to be copied.
#[derive(Clone, Copy)]
pub struct App {
    /// The words; they change with the language.
    pub(super) words: RwSignal<Texts>,
    /// In which language.
    pub language: RwSignal<Language>,
    /// Whether the person chose it: then no topic changes it.
    is_chosen: StoredValue<bool>,
    /// The inner part, once it is loaded.
    pub(super) inner: RwSignal<Option<Inner>>,
    /// Loading it has failed; it is tried again.
    pub(super) is_stuck: RwSignal<bool>,
    client: StoredValue<Client<Browser>>,
    draft: StoredValue<Rc<Draft<Browser>>>,
    typed: StoredValue<u32>,
    over: RwSignal<bool>,
    form: RwSignal<Form>,
    /// Where the person is.
    pub places: Places,
    /// All topics, once they are there.
    pub topics: RwSignal<Vec<Topic>>,
    /// The agency that was chosen.
    pub chosen: Chosen,
    /// The own conversations, once somebody is signed in.
    pub talks: Talks,
    /// A user name that is being typed to sign in.
    pub name: RwSignal<String>,
    /// A password that is being typed. Only in memory.
    pub secret: RwSignal<String>,
    /// The offered password. Only in memory: the form that the tab keeps holds no password.
    pub passphrase: RwSignal<String>,
    /// A recovery code that was just made. Only in memory, until it is written down.
    pub code: RwSignal<String>,
    /// What was just sent.
    pub sent: RwSignal<Option<SentNote>>,
    /// Said once.
    pub notice: RwSignal<Option<Notice>>,
    /// The password alone opens this device.
    pub own: RwSignal<bool>,
    /// There is a new version of the program.
    pub update: RwSignal<bool>,
    /// Where the quick exit leads.
    pub exit_target: StoredValue<String>,
}

impl App {
    pub(super) fn new(
        (words, chosen): (Texts, Option<Language>),
        client: Client<Browser>,
        draft: Rc<Draft<Browser>>,
        places: Places,
    ) -> Self {
        let form = draft.form();
        Self {
            words: RwSignal::new(words),
            language: RwSignal::new(chosen.unwrap_or(super::start::FIRST)),
            is_chosen: StoredValue::new(chosen.is_some()),
            inner: RwSignal::new(None),
            is_stuck: RwSignal::new(false),
            client: StoredValue::new(client),
            draft: StoredValue::new(draft),
            typed: StoredValue::new(0),
            over: RwSignal::new(false),
            form: RwSignal::new(form),
            places,
            topics: RwSignal::new(Vec::new()),
            chosen: Chosen::new(),
            talks: Talks::new(),
            name: RwSignal::new(String::new()),
            secret: RwSignal::new(String::new()),
            passphrase: RwSignal::new(String::new()),
            code: RwSignal::new(String::new()),
            sent: RwSignal::new(None),
            notice: RwSignal::new(None),
            own: RwSignal::new(false),
            update: RwSignal::new(false),
            exit_target: StoredValue::new(crate::mount::exit_target()),
        }
    }

    /// The words; changes with the language.
    #[must_use]
    pub fn words(self) -> Texts {
        self.words.get()
    }

    /// The words as they are now.
    #[must_use]
    pub fn t(self) -> Texts {
        self.words.get_untracked()
    }

    /// The client.
    #[must_use]
    pub fn client(self) -> Client<Browser> {
        self.client.get_value()
    }

    /// What the tab keeps until there is an account and the first message is sent.
    #[must_use]
    pub fn draft(self) -> Rc<Draft<Browser>> {
        self.draft.get_value()
    }

    /// Part of the form, followed by whoever reads it.
    pub fn with<T>(self, read: impl FnOnce(&Form) -> T) -> T {
        self.form.with(read)
    }

    /// Part of the form as it is now.
    pub fn with_untracked<T>(self, read: impl FnOnce(&Form) -> T) -> T {
        self.form.with_untracked(read)
    }

    /// Changes the form and keeps it, encrypted, once the person pauses.
    pub fn edit(self, change: impl FnOnce(&mut Form)) {
        self.form.update(change);
        let draft = self.draft();
        draft.keep(self.form.get_untracked());
        let turn = self.typed.get_value().wrapping_add(1);
        self.typed.set_value(turn);
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(PAUSE).await;
            if self.typed.get_value() == turn {
                self.save_typed().await;
                self.work_ahead();
            }
        });
    }

    /// Keeps what was typed or chosen so far in the tab, once the inner part is there.
    pub(super) async fn save_typed(self) {
        let typed = self.typed.get_value() > 0;
        if let Some(inner) = self.inner.get_untracked().filter(|_| typed) {
            (inner.save)(self.draft()).await;
        }
    }

    /// Does the work that the next step will cost, so that nobody waits for it.
    pub fn work_ahead(self) {
        let (screen, signed_in) = untrack(|| (self.shown(), self.talks.is_open()));
        let purpose = match (screen, signed_in) {
            (Screen::Topic | Screen::Agency | Screen::Account, false) => Purpose::Registration,
            (Screen::Topic | Screen::Agency | Screen::Message, true) => Purpose::Enquiry,
            _ => return,
        };
        let client = self.client();
        if let Some(inner) = self.inner.get_untracked() {
            spawn_local((inner.work)(client, purpose));
        }
    }

    /// The form is empty again.
    pub fn clear_form(self) {
        self.typed.update_value(|turn| *turn = turn.wrapping_add(1));
        self.form.set(Form::default());
        self.passphrase.set(String::new());
        self.secret.set(String::new());
        self.name.set(String::new());
        self.chosen.clear();
    }

    /// The topic of the form.
    #[must_use]
    pub fn topic(self) -> Option<Topic> {
        let id = self.with(|form| form.topic)?;
        self.topics
            .with(|topics| topics.iter().find(|topic| topic.id == id).cloned())
    }

    /// Speaks as a topic does, unless the person chose otherwise.
    pub async fn speak(self, register: Register) {
        if !self.is_chosen.get_value() {
            self.turn(register.into()).await;
        }
    }

    /// Speaks as the person chose.
    pub async fn choose(self, chosen: Language) {
        self.is_chosen.set_value(true);
        language::keep(chosen);
        self.turn(chosen).await;
    }

    async fn turn(self, to: Language) {
        let before = self.language.get_untracked();
        if before == to {
            return;
        }
        self.language.set(to);
        let words = language::load(to).await;
        if self.language.get_untracked() != to {
            // Chosen again while this one was on its way.
            return;
        }
        let Ok(words) = words else {
            // Without a connection the words stay as they are.
            self.language.set(before);
            return;
        };
        self.words.set(words);
        if !self.topics.with_untracked(Vec::is_empty)
            && let Ok(topics) = client::topic::list(&self.client(), to).await
        {
            self.topics.set(topics);
        }
    }

    /// The verified name of the counsellor whom a personal link names.
    #[must_use]
    pub fn wished(self) -> Option<String> {
        let wish = self.with(|form| form.wish)?;
        Some(self.chosen.good()?.person(wish)?.to_owned())
    }

    /// Whether somebody is signed in who had an account before this enquiry.
    #[must_use]
    pub fn is_known(self) -> bool {
        self.talks.is_open() && self.with(|form| form.user_name.is_empty())
    }

    /// The screen that can be shown: some need what others bring.
    #[must_use]
    pub fn shown(self) -> Screen {
        let signed_in = self.talks.is_open();
        let (topic, agency) = self.with(|form| (form.topic.is_some(), form.agency.is_some()));
        match self.places.current() {
            Screen::Agency | Screen::Account | Screen::Message if !topic => Screen::Topic,
            Screen::Account | Screen::Message if !agency => Screen::Agency,
            Screen::Account | Screen::Message if self.over.get() => Screen::SignIn,
            Screen::Message if !signed_in => Screen::Account,
            Screen::Sent if signed_in && self.sent.with(Option::is_none) => Screen::List,
            Screen::Sent | Screen::List | Screen::Settings | Screen::Conversation(_)
                if !signed_in =>
            {
                Screen::SignIn
            }
            Screen::SignIn if signed_in => Screen::List,
            // Unless the new code is still to be read.
            Screen::Lost if signed_in && self.code.with(String::is_empty) => Screen::List,
            screen => screen,
        }
    }

    /// A session has begun: opens the own conversations.
    pub fn begin(self, session: Session<Browser>) {
        self.over.set(false);
        self.own.set(session.is_own_device());
        if let Some(day) = session.greeting() {
            self.notice.set(Some(Notice::Greeting(day)));
        }
        self.talks
            .open(session, self.update, move || self.session_over());
    }

    /// The session has ended. By itself: the form stays. From elsewhere: nothing does.
    pub fn session_over(self) {
        let elsewhere = self.talks.desk().is_some_and(|desk| desk.ended_elsewhere());
        if elsewhere {
            let (client, draft) = (self.client(), self.draft());
            self.forget();
            self.notice.set(Some(Notice::EndedElsewhere));
            self.places.restart(Screen::SignIn);
            spawn_local(async move {
                draft.discard().await;
                // There is no session; what the browser may still hold of it goes.
                drop(account::sign_out(&client).await);
            });
        } else {
            let locked = self.talks.refused.with_untracked(Option::is_some);
            self.talks.close();
            self.over.set(true);
            // The password that has opened this device is not the account's any more.
            if locked {
                self.own.set(false);
            }
            self.notice.set(Some(match locked {
                true => Notice::PasswordChanged,
                false => Notice::SessionOver,
            }));
        }
    }

    /// Drops every key and every word from memory.
    pub fn forget(self) {
        self.talks.close();
        self.own.set(false);
        self.code.set(String::new());
        self.over.set(false);
        self.sent.set(None);
        self.clear_form();
    }

    /// Says what went wrong at the top of the screen; a session that has ended leads to the sign-in.
    pub fn say(self, faults: Faults, error: &Error) {
        match (error, self.talks.desk()) {
            // Calls `session_over`.
            (Error::Refused(Refusal::NotSignedIn), Some(desk)) => desk.end(),
            (Error::Refused(Refusal::NotSignedIn), None) => self.session_over(),
            _ => faults.one("", fault::words(self.t(), error)),
        }
    }

    /// The notice in words.
    #[must_use]
    pub fn notice_words(self, t: Texts) -> Option<String> {
        let words = match self.notice.get()? {
            Notice::Greeting(day) => {
                let now = self.client().world().now();
                return Some(texts::settings::greeting(t, sessions::day(t, day, now)));
            }
            Notice::EndedElsewhere => texts::settings::ended_elsewhere(t),
            Notice::SignedOut => texts::account::signed_out(t),
            Notice::AccountDeleted => texts::account::deleted(t),
            Notice::ConversationDeleted => texts::conversation::delete_done(t),
            Notice::SessionOver => texts::app::session_over(t),
            Notice::PasswordChanged => texts::device::changed(t),
            Notice::Forgotten => texts::device::forgotten(t),
            Notice::DraftLost => texts::app::draft_expired(t),
            Notice::UnknownTopic => texts::enquiry::topic_unknown(t),
            Notice::UnknownAgency => texts::agency::preset_unknown(t),
            Notice::UnknownCounsellor => texts::agency::preset_counsellor(t),
            Notice::Group => texts::enquiry::group_later(t),
        };
        Some(words.to_owned())
    }
}
