//! A waiting enquiry: what was written, who can read it, and what accepting means.

use crate::reactive::{Memo, RwSignal};
use client::inbox::Waiting;
use domain::id::ConversationId;
use leptos::prelude::*;

use super::accept::Accept;
use super::assign::Assign;
use super::chip::sentence;
use super::fields::Fields;
use super::heading::EntryHeading;
use super::readers::AgencyReaders;
use crate::team::office::use_office;
use crate::team::place::List;
use crate::team::when;
use crate::texts::{Texts, inbox};
use crate::writing::shown::shown;

/// What became of the open enquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It waits.
    Open,
    /// It is being accepted.
    Accepting,
    /// Somebody else was faster; the name, where it is known.
    Taken(Option<String>),
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Page {
    Loading,
    Enquiry(Box<Waiting>),
    Taken(Option<String>),
    Gone,
}

/// The page of one enquiry.
#[component]
pub fn EnquiryPane(
    /// Which.
    conversation: ConversationId,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let outcome = RwSignal::new(Outcome::Open);
    let current = move || {
        office.waiting.with(|all| {
            all.iter()
                .find(|one| one.conversation == conversation)
                .cloned()
        })
    };
    // While it is being accepted it leaves the list: the page stays until the answer is there.
    let enquiry = Memo::new(move |before: Option<&Option<Waiting>>| {
        current().or_else(|| match outcome.get() {
            Outcome::Accepting => before.cloned().flatten(),
            Outcome::Open | Outcome::Taken(_) => None,
        })
    });
    // Only what changes the page as a whole: while it is being accepted the button must stay.
    let page = Memo::new(move |_| match (outcome.get(), enquiry.get()) {
        (Outcome::Taken(by), _) => Page::Taken(by),
        (_, Some(enquiry)) => Page::Enquiry(Box::new(enquiry)),
        (_, None) if office.loaded.get() => Page::Gone,
        (_, None) => Page::Loading,
    });
    view! {
        <article class="enquiry">
            <a class="back" href=List::Waiting.path()>{inbox::back_waiting(t)}</a>
            {move || match page.get() {
                Page::Taken(by) => view! { <Taken by t /> }.into_any(),
                Page::Enquiry(enquiry) => view! { <Enquiry enquiry=*enquiry outcome t /> }.into_any(),
                Page::Gone => view! { <Gone t /> }.into_any(),
                Page::Loading => view! { <p class="quiet appear-late">{inbox::loading(t)}</p> }.into_any(),
            }}
        </article>
    }
}

#[component]
fn Enquiry(enquiry: Waiting, outcome: RwSignal<Outcome>, t: Texts) -> impl IntoView {
    let office = use_office();
    let Waiting {
        conversation,
        agency,
        agency_name,
        topic,
        received,
        fields,
        text,
        may_accept,
        untrusted,
        assigned,
        again,
        ..
    } = enquiry;
    let is_readable = untrusted.is_none();
    let pseudonym = fields
        .as_ref()
        .map(|fields| fields.pseudonym.clone())
        .unwrap_or_default();
    let offset = when::offset(received);
    view! {
        <header class="entry-head">
            <EntryHeading><bdi>{if is_readable { pseudonym } else { inbox::unreadable(t).to_owned() }}</bdi></EntryHeading>
            <p class="quiet">
                {move || office.topic(topic)} "\u{a0}· " <bdi>{agency_name}</bdi>
            </p>
            <p class="quiet">
                {inbox::received(t, when::moment(t, received))}
                " "
                {move || sentence(t, received, office.now.get(), offset)}
            </p>
        </header>
        {if is_readable {
            view! {
                <section class="enquiry-text" aria-labelledby="enquiry-text-title">
                    <h2 id="enquiry-text-title" class="visually-hidden">{inbox::enquiry_text(t)}</h2>
                    <div class="written writing" dir="auto" use:shown=text></div>
                </section>
                <Fields fields t />
            }.into_any()
        } else {
            view! { <p class="notice notice-problem">{inbox::unreadable_preview(t)}</p> }.into_any()
        }}
        {again.then(|| view! { <p class="notice">{inbox::waits_again(t)}</p> }.into_any())}
        <AgencyReaders agency t />
        <Assign conversation agency assigned t />
        {(is_readable && may_accept).then(|| view! { <Accept conversation agency received outcome t /> }.into_any())}
    }
}

/// Another counsellor has it.
#[component]
fn Taken(by: Option<String>, t: Texts) -> impl IntoView {
    let title = match by {
        Some(name) => inbox::taken_by(t, name),
        None => inbox::taken_by_unknown(t).to_owned(),
    };
    view! {
        <div class="team-empty team-taken" role="alert">
            <EntryHeading>{title}</EntryHeading>
            <p>{inbox::taken_text(t)}</p>
            <Next t />
        </div>
    }
}

/// It is not, or no longer, in the list.
#[component]
fn Gone(t: Texts) -> impl IntoView {
    view! {
        <div class="team-empty">
            <EntryHeading>{inbox::gone_title(t)}</EntryHeading>
            <p>{inbox::gone_text(t)}</p>
            <Next t />
        </div>
    }
}

/// The way on: to the enquiry that waits longest, else to the list.
#[component]
fn Next(t: Texts) -> impl IntoView {
    let office = use_office();
    let next = move || {
        office.waiting.with(|all| {
            all.iter()
                .find(|one| one.may_accept)
                .map(|one| one.conversation)
        })
    };
    view! {
        <p>
            {move || match next() {
                Some(conversation) => view! {
                    <a class="button" href=List::Waiting.entry(conversation)>{inbox::taken_next(t)}</a>
                },
                None => view! { <a class="button" href=List::Waiting.path().to_owned()>{inbox::taken_list(t)}</a> },
            }}
        </p>
    }
}
