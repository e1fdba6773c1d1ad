//! A row of a list.

use crate::reactive::Memo;
use client::conversation::Summary;
use client::inbox::Waiting;
use domain::conversation::State;
use domain::id::ConversationId;
use domain::time::Timestamp;
use domain::topic::TopicId;
use domain::writing::plain;
use leptos::prelude::*;

use super::chip::{AnsweredChip, WaitingChip};
use crate::team::Whereabouts;
use crate::team::office::{Office, use_office};
use crate::team::place::List;
use crate::texts::{Texts, conversation, inbox};

/// Characters of a preview.
const PREVIEW: usize = 160;

/// What a row shows. Words inside were decrypted here; names are verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub conversation: ConversationId,
    /// The pseudonym; `None`: not readable.
    title: Option<String>,
    preview: Option<String>,
    /// Whether the newest message was taken back.
    deleted: bool,
    /// Whether the newest message is one's own.
    own: bool,
    topic: TopicId,
    agency: String,
    at: Timestamp,
    unread: u32,
    wish: Option<Wish>,
    assigned: Option<(bool, String)>,
}

/// Whom the seeker asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wish {
    You,
    Other(String),
}

/// The rows of a list, in its order.
pub fn rows(office: Office, list: List) -> Vec<Row> {
    match list {
        List::Waiting => office.waiting.with(|all| {
            let me = office.desk().session().account();
            let for_me = |one: &&Waiting| one.assigned.is_some_and(|it| it.to == me);
            // What is meant for oneself stands first.
            let (mine, others): (Vec<_>, Vec<_>) = all.iter().partition(for_me);
            let all = mine.into_iter().chain(others);
            all.map(|one| waiting(office, one)).collect()
        }),
        List::Mine => own(office, State::Active),
        List::Archive => own(office, State::Archived),
    }
}

fn own(office: Office, state: State) -> Vec<Row> {
    office.mine.with(|all| {
        all.iter()
            .filter(|one| one.state == state)
            .map(|one| mine(office, one))
            .collect()
    })
}

fn waiting(office: Office, one: &Waiting) -> Row {
    let is_readable = one.untrusted.is_none();
    Row {
        conversation: one.conversation,
        title: one
            .fields
            .as_ref()
            .map(|fields| fields.pseudonym.clone())
            .filter(|_| is_readable),
        preview: is_readable.then(|| plain(&one.text, PREVIEW)),
        deleted: false,
        own: false,
        topic: one.topic,
        agency: office
            .place(one.agency)
            .unwrap_or_else(|| one.agency_name.clone()),
        at: one.received,
        unread: 0,
        wish: if one.for_me {
            Some(Wish::You)
        } else {
            one.wish.clone().map(Wish::Other)
        },
        assigned: assigned(office, one),
    }
}

/// For whom it is meant, and by whom; whether for oneself.
fn assigned(office: Office, one: &Waiting) -> Option<(bool, String)> {
    let assigned = one.assigned?;
    let agency = office.agency(one.agency)?;
    let name = |account| agency.person(account).map(str::to_owned);
    if assigned.to == office.desk().session().account() {
        Some((true, name(assigned.by)?))
    } else {
        Some((false, name(assigned.to)?))
    }
}

fn mine(office: Office, one: &Summary) -> Row {
    let is_readable = one.untrusted.is_none();
    Row {
        conversation: one.conversation,
        title: is_readable.then(|| one.other.clone()),
        preview: one.preview.clone().filter(|_| is_readable),
        deleted: one.deleted && is_readable,
        own: one.newest_own,
        topic: one.topic,
        agency: office
            .place(one.agency)
            .unwrap_or_else(|| one.agency_name.clone()),
        at: one.newest,
        unread: one.unread,
        wish: None,
        assigned: None,
    }
}

/// One row: a link to what it stands for.
#[component]
pub fn CaseRow(
    /// Which.
    conversation: ConversationId,
    /// In which list.
    list: List,
    /// The rows of the list.
    rows: Memo<Vec<Row>>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let place = expect_context::<Whereabouts>();
    let row = Memo::new(move |_| {
        rows.with(|all| {
            all.iter()
                .find(|row| row.conversation == conversation)
                .cloned()
        })
    });
    let is_open = move || place.get().entry() == Some(conversation);
    let of =
        move |read: fn(&Row) -> String| row.with(|row| row.as_ref().map(read).unwrap_or_default());
    let title = move || row.with(|row| row.as_ref().and_then(|row| row.title.clone()));
    let preview = move || {
        row.with(|row| {
            let row = row.as_ref()?;
            if row.deleted {
                return Some(conversation::deleted(t).to_owned());
            }
            let text = row.preview.clone()?;
            Some(if row.own {
                inbox::preview_own(t, text)
            } else {
                text
            })
        })
    };
    let unread = move || row.with(|row| row.as_ref().map_or(0, |row| row.unread));
    let wish = move || {
        row.with(|row| {
            let (is_mine, text) = match row.as_ref()?.wish.as_ref()? {
                Wish::You => (true, inbox::wish_you(t).to_owned()),
                Wish::Other(name) => (false, inbox::wish_other(t, name)),
            };
            Some(view! { <span class="tag" class:tag-mine=is_mine>{text}</span> })
        })
    };
    let meant = move || {
        row.with(|row| {
            let (is_mine, name) = row.as_ref()?.assigned.as_ref()?;
            let text = match is_mine {
                true => inbox::assigned_you(t, name),
                false => inbox::assigned_other(t, name),
            };
            let is_mine = *is_mine;
            Some(view! { <span class="tag" class:tag-mine=is_mine>{text}</span> })
        })
    };
    let chip = move || {
        row.with(|row| row.as_ref().map(|row| (row.at, row.own)))
            .map(|(at, own)| {
                if own {
                    view! { <AnsweredChip at t /> }.into_any()
                } else {
                    view! { <WaitingChip since=at t /> }.into_any()
                }
            })
    };
    view! {
        <li class="case">
            <a
                id=["row-", &conversation.to_hex()].concat()
                class="case-link"
                class:case-unread=move || { unread() > 0 }
                href=list.entry(conversation)
                aria-current=move || is_open().then_some("true")
            >
                <span class="case-top">
                    <b class="case-name">
                        <bdi>{move || title().unwrap_or_else(|| inbox::unreadable(t).to_owned())}</bdi>
                    </b>
                    {chip}
                </span>
                <span class="case-preview" dir="auto">
                    {move || preview().unwrap_or_else(|| inbox::unreadable_preview(t).to_owned())}
                </span>
                <span class="case-foot">
                    <span class="case-about">
                        {move || row.with(|row| row.as_ref().map(|row| office.topic(row.topic)))}
                        " · "
                        <bdi>{move || of(|row| row.agency.clone())}</bdi>
                    </span>
                    {wish}
                    {meant}
                    {move || (unread() > 0).then(|| view! {
                        <span class="badge" aria-hidden="true">{unread()}</span>
                        <span class="visually-hidden">{inbox::unread(t, u64::from(unread()))}</span>
                    }.into_any())}
                </span>
            </a>
        </li>
    }
}
