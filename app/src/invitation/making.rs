//! The open invitations of an agency, and making one.

use std::rc::Rc;

use crate::reactive::{RwSignal, Signal, StoredValue};
use client::invitation::{self, Invitation, Made, NewInvitee, Standing};
use client::{Error, Session};
use domain::Refusal;
use domain::account::Secretive;
use domain::agency::Roles;
use domain::id::InvitationId;
use domain::invitation::Post;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::roles::{RoleChoice, in_words};
use super::told::Told;
use crate::account::password::normalised;
use crate::admin::agency::Known;
use crate::browser::Browser;
use crate::screen::fault::{Faults, Summary, focus_id};
use crate::screen::field::Field;
use crate::team::problem;
use crate::team::when;
use crate::texts::{Texts, account, invitation as words};

/// The most bytes of a name (crypto.md 3.4).
const NAME_MOST: usize = 48;

/// What waits for the password.
#[derive(Clone)]
struct Pending {
    /// An invitation that is there already: new words for it.
    renews: Option<InvitationId>,
    new: NewInvitee,
}

/// This part of the page; a handle, to be copied.
#[derive(Clone, Copy)]
struct Part {
    session: StoredValue<Session<Browser>>,
    known: StoredValue<Rc<Known>>,
    open: RwSignal<Option<Vec<Invitation>>>,
    made: RwSignal<Option<(Made, String)>>,
    pending: RwSignal<Option<Pending>>,
    busy: RwSignal<bool>,
    faults: Faults,
    said: RwSignal<&'static str>,
    on_changed: Callback<&'static str>,
    t: Texts,
}

/// Open invitations, and a form for another one.
#[component]
pub fn Invitations(
    /// Whose session.
    session: Session<Browser>,
    /// Where.
    known: Rc<Known>,
    /// Hears of somebody who was taken in, in words; and of a team that somebody else has changed.
    on_changed: Callback<&'static str>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let part = Part {
        session: StoredValue::new(session),
        known: StoredValue::new(known),
        open: RwSignal::new(None),
        made: RwSignal::new(None),
        pending: RwSignal::new(None),
        busy: RwSignal::new(false),
        faults: Faults::default(),
        said: RwSignal::new(""),
        on_changed,
        t,
    };
    part.load();
    let rows = move || match part.open.get() {
        None => view! { <p class="waiting appear-late">{words::wait(t)}</p> }.into_any(),
        Some(open) if open.is_empty() => {
            view! { <p class="quiet">{words::open_none(t)}</p> }.into_any()
        }
        Some(open) => {
            let rows = open
                .into_iter()
                .map(|one| view! { <Row part one /> }.into_any());
            view! { <ul class="admin-rows">{rows.collect_view()}</ul> }.into_any()
        }
    };
    view! {
        <section class="invitations" aria-labelledby="invitations-title">
            <h2 id="invitations-title" tabindex="-1">{words::open_title(t)}</h2>
            <Summary faults=part.faults t />
            <p role="status">{move || part.said.get()}</p>
            {rows}
            {move || part.made.get().map(|(made, name)| {
                let on_done = Callback::new(move |()| {
                    part.made.set(None);
                    focus_id("invitations-title");
                });
                view! { <Told made name on_done t /> }.into_any()
            })}
            {move || part.pending.with(Option::is_some).then(|| view! { <Password part /> }.into_any())}
            <Form part />
        </section>
    }
}

impl Part {
    fn load(self) {
        let (session, agency) = (self.session.get_value(), self.known.get_value().agency.id());
        spawn_local(async move {
            match invitation::list(&session, Post::Agency(agency)).await {
                Ok(open) => drop(self.open.try_set(Some(open))),
                Err(error) => self.faults.one("", problem(self.t, &error)),
            }
        });
    }

    fn invitee(self, name: String, roles: Roles) -> NewInvitee {
        let agency = Rc::clone(&self.known.get_value().agency);
        NewInvitee {
            post: Post::Agency(agency.id()),
            place: agency.name().to_owned(),
            roles,
            name,
            account: None,
        }
    }

    /// Invites, or makes new words. Asks for the password where that is needed.
    fn make(self, pending: Pending, password: Option<Secretive>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.faults.clear();
        self.said.set("");
        let session = self.session.get_value();
        spawn_local(async move {
            let Pending { renews, new } = &pending;
            let made = match renews {
                None => invitation::invite(&session, new, password).await,
                Some(id) => invitation::renew(&session, *id, new, password).await,
            };
            self.busy.try_set(false);
            match made {
                Ok(made) => {
                    self.pending.try_set(None);
                    self.made.try_set(Some((made, pending.new.name)));
                    request_animation_frame(|| focus_id("told-title"));
                    self.load();
                }
                Err(Error::Refused(Refusal::ConfirmationNeeded)) => {
                    self.pending.try_set(Some(pending));
                    request_animation_frame(|| focus_id("again-password"));
                }
                Err(Error::Refused(Refusal::WrongCredentials)) => {
                    let told = crate::texts::recovery::wrong_password(self.t);
                    self.faults.one("again-password", told);
                }
                Err(error) => self.faults.one("", problem(self.t, &error)),
            }
        });
    }

    fn revoke(self, id: InvitationId) {
        self.faults.clear();
        let session = self.session.get_value();
        spawn_local(async move {
            match invitation::revoke(&session, id).await {
                Ok(()) => {
                    self.said.try_set(words::revoked(self.t));
                    focus_id("invitations-title");
                    self.load();
                }
                Err(error) => self.faults.one("", problem(self.t, &error)),
            }
        });
    }

    /// Takes somebody in who answered with the words.
    fn admit(self, one: Invitation) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.faults.clear();
        let (session, known) = (self.session.get_value(), self.known.get_value());
        spawn_local(async move {
            let Some(root) = &known.held.root else { return };
            let done = invitation::admit(&session, root, &known.agency, &one).await;
            self.busy.try_set(false);
            match done {
                Ok(()) => self.on_changed.run(words::admitted(self.t)),
                Err(Error::Refused(Refusal::VersionOutdated)) => {
                    self.on_changed.run(words::newer(self.t));
                }
                Err(error) => self.faults.one("", problem(self.t, &error)),
            }
        });
    }
}

/// One invitation, and what can be done with it.
#[component]
fn Row(part: Part, one: Invitation) -> impl IntoView {
    let t = part.t;
    let holds = part.known.with_value(|known| known.held.root.is_some());
    let state = state(t, &one);
    let answered = matches!(one.standing, Standing::Answered(_));
    let of = |label: &'static str| {
        let name = one.name.clone();
        view! { {label}<span class="visually-hidden">" "{name}</span> }.into_any()
    };
    let renewed = Pending {
        renews: Some(one.id),
        new: NewInvitee {
            account: one.account,
            ..part.invitee(one.name.clone(), one.roles)
        },
    };
    let (id, name) = (one.id, one.name.clone());
    let labels = [
        of(words::admit(t)),
        of(words::new_code(t)),
        of(words::revoke(t)),
    ];
    let roles = in_words(t, one.roles);
    let [admit, new_code, revoke] = labels;
    view! {
        <li class="admin-row">
            <b><bdi>{name}</bdi></b>
            <span class="quiet">{roles}</span>
            <span class="tag" class:tag-good=answered>{state}</span>
            <div class="buttons">
                {(answered && holds).then(move || view! {
                    <button type="button" class="button button-primary" on:click=move |_| part.admit(one.clone())>{admit}</button>
                }.into_any())}
                <button type="button" class="button" on:click=move |_| part.make(renewed.clone(), None)>{new_code}</button>
                <button type="button" class="button button-quiet" on:click=move |_| part.revoke(id)>{revoke}</button>
            </div>
        </li>
    }
}

fn state(t: Texts, one: &Invitation) -> String {
    let until = || one.expires.map_or(String::new(), |at| when::moment(t, at));
    match &one.standing {
        Standing::Prepared => words::state_prepared(t).to_owned(),
        Standing::Waiting(0) => words::state_waiting(t, until()),
        Standing::Waiting(wrong) => {
            let wrong = words::state_wrong(t, u64::try_from(*wrong).unwrap_or(u64::MAX));
            [words::state_waiting(t, until()), wrong].join("; ")
        }
        Standing::Over => words::state_over(t).to_owned(),
        Standing::Answered(_) => words::state_answered(t).to_owned(),
        Standing::Elsewhere => words::state_elsewhere(t).to_owned(),
        Standing::Untrusted => words::state_untrusted(t).to_owned(),
    }
}

/// The password, where it was not shown a moment ago.
#[component]
fn Password(part: Part) -> impl IntoView {
    let t = part.t;
    let typed = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(pending) = part.pending.get_untracked() {
            let password = Secretive(normalised(&typed.get_untracked()));
            part.make(pending, Some(password));
        }
    };
    view! {
        <form class="form" on:submit=submit novalidate>
            <Field
                id="again-password"
                label=words::password_again(t)
                hint=words::password_again_hint(t)
                faults=part.faults
                value=Signal::from(typed)
                on_input=Callback::new(move |value| typed.set(value))
                kind=Signal::derive(|| "password")
                autocomplete="current-password"
                maxlength=256
            />
            <div class="buttons">
                <button type="submit" class="button button-primary" aria-disabled=move || part.busy.get().then_some("true")>
                    {words::next(t)}
                </button>
                <button type="button" class="button button-quiet" on:click=move |_| part.pending.set(None)>
                    {words::cancel(t)}
                </button>
            </div>
        </form>
    }
}

/// Somebody new.
#[component]
fn Form(part: Part) -> impl IntoView {
    let t = part.t;
    let name = RwSignal::new(String::new());
    let roles = RwSignal::new(Roles::COUNSELLOR.and(Roles::INBOX));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = name.get_untracked().trim().to_owned();
        let told = match (typed.is_empty(), typed.len() > NAME_MOST) {
            (true, _) => Some(("invite-name", words::invite_name_missing(t))),
            (_, true) => Some(("invite-name", words::invite_name_long(t))),
            _ if roles.get_untracked() == Roles::default() => {
                Some(("invite-roles", words::roles_none(t)))
            }
            _ => None,
        };
        if let Some((field, told)) = told {
            return part.faults.one(field, told);
        }
        let new = part.invitee(normalised(&typed), roles.get_untracked());
        name.set(String::new());
        part.make(Pending { renews: None, new }, None);
    };
    view! {
        <details class="invite">
            <summary>{words::invite(t)}</summary>
            <form class="form" on:submit=submit novalidate>
                <Field
                    id="invite-name"
                    label=words::invite_name(t)
                    hint=words::invite_name_hint(t)
                    faults=part.faults
                    value=Signal::from(name)
                    on_input=Callback::new(move |value| name.set(value))
                    maxlength=NAME_MOST as u32
                />
                <RoleChoice id="invite-roles" legend=words::invite_roles(t).to_owned() roles t />
                <button type="submit" class="button button-primary" aria-disabled=move || part.busy.get().then_some("true")>
                    {move || if part.busy.get() { words::invite_busy(t) } else { words::invite_button(t) }}
                </button>
                <p class="visually-hidden" role="status">
                    {move || if part.busy.get() { account::working(t) } else { "" }}
                </p>
            </form>
        </details>
    }
}
