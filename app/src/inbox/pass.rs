//! Passing a conversation on: giving it back to the agency, or handing it over once the seeker has agreed.

use client::conversation::{Answer, Asked, ConsentTo, Thread};
use domain::conversation::State;
use domain::id::{AccountId, AgencyId, ConversationId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

use crate::reactive::{Memo, RwSignal, Signal};
use crate::team::announce::use_announcer;
use crate::team::office::use_office;
use crate::team::place::List;
use crate::team::problem;
use crate::texts::{Texts, handover, inbox};

/// What can be done with a conversation of one's own, folded away.
#[component]
pub fn PassOn(
    /// Which.
    conversation: ConversationId,
    /// The conversation.
    thread: Signal<Option<Thread>>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let trouble = RwSignal::new(None::<String>);
    // A new message must not fold it together or take away what is being typed.
    let shown = Memo::new(move |_| {
        thread.with(|thread| {
            let thread = thread.as_ref()?;
            let is_active = thread.summary.state != State::Waiting;
            Some((is_active && thread.can_write, thread.asked.clone()))
        })
    });
    let is_there = Memo::new(move |_| shown.with(|shown| matches!(shown, Some((true, _)))));
    let asked = Memo::new(move |_| shown.with(|shown| shown.as_ref()?.1.clone()));
    move || {
        is_there.get().then(|| {
            view! {
                <Standing conversation asked trouble t />
                <details class="readers pass">
                    <summary>{inbox::pass(t)}</summary>
                    <Hand conversation trouble t />
                    <GiveBack conversation trouble t />
                </details>
                {move || trouble.get().map(|text| view! { <p class="notice notice-problem" role="alert">{text}</p> }.into_any())}
            }
            .into_any()
        })
    }
}

/// How the question to the seeker stands.
#[component]
fn Standing(
    conversation: ConversationId,
    asked: Memo<Option<Asked>>,
    trouble: RwSignal<Option<String>>,
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let announcer = use_announcer();
    let busy = RwSignal::new(false);
    let hand_over = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        trouble.set(None);
        spawn_local(async move {
            match office.desk().hand_over(conversation).await {
                Ok(()) => announcer.say(inbox::handed_over(t)),
                Err(error) => {
                    trouble.try_set(Some(problem(t, &error)));
                }
            }
            busy.try_set(false);
        });
    };
    let told = move || {
        let asked = asked.get()?;
        let name = match asked.target {
            Some(target) => target.name,
            None => return Some(view! { <p>{inbox::hand_unproved(t)}</p> }.into_any()),
        };
        Some(match asked.answer {
            Answer::None if asked.is_late => view! {
                <p>{inbox::hand_asked(t, name)}</p>
                <p>{inbox::hand_late(t)}</p>
            }
            .into_any(),
            Answer::None => view! { <p>{inbox::hand_asked(t, name)}</p> }.into_any(),
            Answer::No => view! { <p>{inbox::hand_no(t, name)}</p> }.into_any(),
            Answer::Yes { whole } => {
                let words = match whole {
                    true => inbox::hand_yes(t, name),
                    false => inbox::hand_yes_new(t, name),
                };
                view! {
                    <p>{words}</p>
                    <p class="quiet">{inbox::hand_over_text(t)}</p>
                    <button type="button" class="button button-primary" aria-disabled=move || busy.get().then_some("true") on:click=hand_over>
                        {inbox::hand_over(t)}
                    </button>
                }
                .into_any()
            }
        })
    };
    view! { <div class="pass-standing" role="status">{told}</div> }
}

/// Whom the seeker may be asked about.
#[derive(Clone, Copy)]
enum To {
    Person(AccountId),
    Agency(AgencyId),
}

#[component]
fn Hand(
    conversation: ConversationId,
    trouble: RwSignal<Option<String>>,
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let announcer = use_announcer();
    let colleagues = office.desk().successors(conversation);
    let chosen = RwSignal::new(None::<usize>);
    let why = RwSignal::new(String::new());
    let agencies = RwSignal::new(Vec::<(AgencyId, String)>::new());
    spawn_local(async move {
        // Without a list of agencies there are still the colleagues.
        if let Ok(cards) = office.desk().other_agencies(conversation).await {
            let named = cards.into_iter();
            let named = named.map(|card| (card.id, [&card.name, ", ", &card.place].concat()));
            agencies.try_set(named.collect());
        }
    });
    let persons: Vec<(AccountId, String)> = colleagues
        .into_iter()
        .map(|one| (one.account, one.name))
        .collect();
    let count = persons.len();
    let accounts: Vec<AccountId> = persons.iter().map(|(account, _)| *account).collect();
    let target = move || {
        let at = chosen.get_untracked()?;
        match accounts.get(at) {
            Some(account) => Some(To::Person(*account)),
            None => {
                let agencies = agencies.get_untracked();
                agencies.get(at - count).map(|(id, _)| To::Agency(*id))
            }
        }
    };
    let ask = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(to) = target() else {
            crate::screen::fault::focus_id("hand-to");
            return;
        };
        trouble.set(None);
        let said = why.get_untracked();
        let to = match to {
            To::Person(account) => ConsentTo::Account(account),
            To::Agency(agency) => ConsentTo::Agency(agency),
        };
        spawn_local(async move {
            match office.desk().ask_handover(conversation, to, &said).await {
                Ok(()) => {
                    why.try_set(String::new());
                    announcer.say(inbox::hand_ask(t));
                }
                Err(error) => {
                    trouble.try_set(Some(problem(t, &error)));
                }
            }
        });
    };
    let option = |(at, name): (usize, String)| {
        view! { <option value=at.to_string()>{name}</option> }.into_any()
    };
    let names: Vec<_> = persons
        .into_iter()
        .map(|(_, name)| name)
        .enumerate()
        .collect();
    view! {
        <form class="pass-form" on:submit=ask>
            <h3>{inbox::hand_title(t)}</h3>
            <p class="quiet">{inbox::hand_text(t)}</p>
            <label for="hand-to">{inbox::hand_to(t)}</label>
            <select id="hand-to" required on:change:target=move |event| chosen.set(event.target().value().parse().ok())>
                <option value="">{inbox::hand_nobody(t)}</option>
                <optgroup label=inbox::hand_colleagues(t)>{names.into_iter().map(option).collect_view()}</optgroup>
                <optgroup label=inbox::hand_agencies(t)>
                    {move || {
                        let all = agencies.get().into_iter().enumerate();
                        all.map(|(at, (_, name))| option((at + count, name))).collect_view()
                    }}
                </optgroup>
            </select>
            <label for="hand-why">{inbox::hand_why(t)}</label>
            <textarea id="hand-why" rows="2" maxlength="2000" autocomplete="off" prop:value=move || why.get() on:input:target=move |event| why.set(event.target().value())></textarea>
            <button type="submit" class="button">{inbox::hand_ask(t)}</button>
        </form>
    }
}

#[component]
fn GiveBack(
    conversation: ConversationId,
    trouble: RwSignal<Option<String>>,
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let announcer = use_announcer();
    let navigate = use_navigate();
    let why = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let give_back = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        trouble.set(None);
        let navigate = navigate.clone();
        let said = why.get_untracked();
        spawn_local(async move {
            let desk = office.desk();
            let said = said.trim();
            if !said.is_empty() && desk.send(conversation, said).is_ok() {
                why.try_set(String::new());
            }
            match desk.give_back(conversation).await {
                Ok(()) => {
                    announcer.say(inbox::given_back(t));
                    navigate(List::Waiting.path(), Default::default());
                }
                Err(error) => {
                    trouble.try_set(Some(problem(t, &error)));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <form class="pass-form" on:submit=give_back>
            <h3>{inbox::give_back_title(t)}</h3>
            <p class="quiet">{inbox::give_back_text(t)}</p>
            <label for="back-why">{inbox::give_back_say(t)}</label>
            <textarea id="back-why" rows="2" maxlength="2000" autocomplete="off" prop:value=move || why.get() on:input:target=move |event| why.set(event.target().value())></textarea>
            <button type="submit" class="button" aria-disabled=move || busy.get().then_some("true")>{inbox::give_back(t)}</button>
        </form>
    }
}

/// What keeps from writing, if something does: somebody is another one than was compared, or one only reads.
#[component]
pub fn Holding(
    /// Which.
    conversation: ConversationId,
    /// The conversation.
    thread: Signal<Option<Thread>>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let me = office.desk().session().account();
    let shown = Memo::new(move |_| {
        thread.with(|thread| {
            let thread = thread.as_ref()?;
            let members = || thread.members.iter();
            let changed = members().filter(|one| thread.changed.contains(&one.account));
            let changed: Vec<_> = changed.map(|one| (one.account, one.name.clone())).collect();
            let mine = members().find(|one| one.account == me).map(|one| one.role);
            let reads = mine == Some(client::conversation::Role::Reader);
            let passed = !thread.can_write && !reads && thread.summary.untrusted.is_none();
            let passed = passed && thread.complete && mine.is_some();
            Some((changed, reads, passed, thread.closed))
        })
    });
    let compare = move |account: AccountId| {
        spawn_local(async move {
            // What cannot be saved now counts until the end of the session.
            drop(office.desk().compare(conversation, account).await);
        });
    };
    move || {
        let (changed, reads, passed, closed) = shown.get()?;
        let changed = changed.into_iter().map(|(account, name)| {
            view! {
                <section class="notice notice-problem">
                    <h3>{handover::changed_title(t, name)}</h3>
                    <p>{handover::changed_text(t)}</p>
                    <button type="button" class="button" on:click=move |_| compare(account)>{handover::compare(t)}</button>
                </section>
            }
            .into_any()
        });
        Some(
            view! {
                {(closed > 0).then(|| view! { <p class="notice">{inbox::closed(t, u64::from(closed))}</p> }.into_any())}
                {changed.collect_view()}
                {reads.then(|| view! { <p class="notice">{inbox::reads_along(t)}</p> }.into_any())}
                {passed.then(|| view! { <p class="notice">{inbox::passed_away(t)}</p> }.into_any())}
            }
            .into_any(),
        )
    }
}
