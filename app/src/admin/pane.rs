//! The frame of administration: where to go, and what the address shows.

use leptos::prelude::*;
use leptos_router::components::A;

use super::agencies::Agencies;
use super::agency::AgencyPage;
use super::place::Room;
use crate::team::office::use_office;
use crate::team::place::List;
use crate::texts::{Texts, admin as words, inbox};

/// Everything below `/team/admin`.
#[component]
pub fn Administration(
    /// What the address shows.
    room: Room,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let inside = move || match room {
        Room::Agencies => view! { <Agencies t /> }.into_any(),
        Room::Agency(agency, tab) => view! { <AgencyPage agency tab t /> }.into_any(),
        _ => view! { <p>{words::nothing_here(t)}</p> }.into_any(),
    };
    view! {
        <article class="admin">
            <a class="back" href=List::Mine.path()>{inbox::back_mine(t)}</a>
            <Ways room t />
            {move || match office.rights.with(Option::is_some) {
                true => inside(),
                false => view! { <p class="waiting appear-late" role="status">{words::looking(t)}</p> }.into_any(),
            }}
        </article>
    }
}

/// The ways inside administration.
#[component]
fn Ways(room: Room, t: Texts) -> impl IntoView {
    let way = move |to: Room, name: &'static str, here: bool| {
        view! {
            <li>
                <A href=to.path() attr:class="admin-way" attr:data-current=here.then_some("true")>{name}</A>
            </li>
        }
        .into_any()
    };
    let agencies = matches!(room, Room::Agencies | Room::Agency(..) | Room::NewAgency);
    view! {
        <nav class="admin-ways" aria-label=words::title(t)>
            <ul>
                {way(Room::Agencies, words::agencies(t), agencies)}
            </ul>
        </nav>
    }
}
