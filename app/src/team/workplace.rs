//! The frame: navigation, list, what is open. Three panes on a wide screen, two on a tablet, one on a phone.

use crate::reactive::{Memo, StoredValue, effect, effect_after};
use client::desk::Connection;
use client::{Session, account};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::{StaticSegment, WildcardSegment};

use super::announce::{Announcements, Announcer};
use super::connection::ConnectionBanner;
use super::greeting::Greeting;
use super::help::{Help, provide_keys};
use super::navigation::Navigation;
use super::office::{Office, use_office};
use super::place::{List, Place};
use super::problem;
use super::start::{Entrance, Reason, TeamLanguage};
use crate::account::change::ChangePassword;
use crate::account::sessions::Sessions;
use crate::account::stay::StayDialog;
use crate::admin::Administration;
use crate::admin::place::Room;
use crate::agency::links::Links;
use crate::browser::Browser;
use crate::device::arrival::Arrival;
use crate::device::setting::{OwnDevice, Owned};
use crate::device::update::Update;
use crate::factor::settings::SecondFactor;
use crate::inbox::{ConversationPane, EnquiryPane, ListPane, NothingOpen};
use crate::invitation::unlisted::Unlisted;
use crate::recovery::replace::ReplaceCode;
use crate::screen::focus;
use crate::screen::inner::Later;
use crate::settings::Switches;
use crate::texts::{Texts, admin, inbox, settings, team};

/// Where the person is, in every view below [`Workplace`].
pub type Whereabouts = Memo<Place>;

/// Ends the session, from anywhere in the workplace.
#[derive(Clone, Copy)]
pub struct SignOut(Callback<()>);

impl SignOut {
    /// Signs out; answers at once, the rest follows.
    pub fn run(self) {
        self.0.run(());
    }
}

/// Everything behind the sign-in.
#[component]
pub fn Workplace(
    /// Whose session.
    session: Session<Browser>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let entrance = expect_context::<Entrance>();
    let client = StoredValue::new(session.client().clone());
    let announcer = Announcer::new();
    provide_context(announcer);
    let office = Office::open(session, announcer, t);
    provide_context(office);
    provide_context(t);
    provide_context(SignOut(Callback::new(move |()| {
        let (desk, client) = (office.desk(), client.get_value());
        spawn_local(async move {
            desk.leave().await;
            // The tab has forgotten, whether or not the server heard of it.
            drop(account::sign_out(&client).await);
            entrance.signed_out(Reason::SignedOut);
        });
    })));
    effect(move || {
        if office.connection.get() != Connection::SignedOut {
            return;
        }
        if office.desk().ended_elsewhere() {
            let client = client.get_value();
            // There is no session; what the browser may still hold of it goes.
            spawn_local(async move { drop(account::sign_out(&client).await) });
            entrance.signed_out(Reason::Elsewhere);
        } else if office.refused.get_untracked().is_some() {
            entrance.signed_out(Reason::PasswordChanged);
        } else {
            entrance.signed_out(Reason::Ended);
        }
    });
    view! {
        <Router>
            <Routes fallback=move || view! { <Frame t /> }>
                <Route path=(StaticSegment("team"), WildcardSegment("place")) view=move || view! { <Frame t /> } />
            </Routes>
        </Router>
    }
}

#[component]
fn Frame(t: Texts) -> impl IntoView {
    let path = use_location().pathname;
    let place: Whereabouts = Memo::new(move |_| Place::read(&path.read()));
    provide_context(place);
    provide_keys();
    title(t);
    let office = use_office();
    let list = Memo::new(move |_| place.get().list());
    let entry = Memo::new(move |_| place.get());
    // A first look begins at the top of the page.
    effect_after(move |before: Option<()>| {
        place.track();
        if before.is_some() {
            focus::rescue("list-title");
        }
    });
    let save = move || -> Later<()> {
        Box::pin(async move {
            // What cannot be saved lies in the tab.
            drop(office.desk().save_drafts().await);
        })
    };
    view! {
        <div class="team" data-open=move || if matches!(place.get(), Place::In(_, None)) { "list" } else { "entry" }>
            <nav class="skip-links" aria-label=team::skip(t)>
                <a class="skip-link" href="#list">{team::skip_list(t)}</a>
                <a class="skip-link" href="#entry">{team::skip_detail(t)}</a>
            </nav>
            <Navigation t />
            <div class="team-banners">
                <ConnectionBanner t />
                <Greeting t />
                <Update found=office.update save t />
                <Arrival refused=move || office.refused.get() again=move || office.desk().nudge() t />
                <Unlisted t />
            </div>
            {move || match list.get() {
                Some(list) => view! { <ListPane list t /> }.into_any(),
                None => ().into_any(),
            }}
            <main class="team-entry" id="entry" tabindex="-1">
                {move || match entry.get() {
                    Place::In(List::Waiting, Some(conversation)) => view! { <EnquiryPane conversation t /> }.into_any(),
                    Place::In(list, Some(conversation)) => view! { <ConversationPane conversation list t /> }.into_any(),
                    Place::In(list, None) => view! { <NothingOpen list t /> }.into_any(),
                    Place::Settings => view! {
                        <article class="team-settings">
                            <a class="back" href=List::Mine.path()>{inbox::back_mine(t)}</a>
                            <h1>{settings::title(t)}</h1>
                            <Switches session=use_office().desk().session().clone() t words=problem />
                            <TeamLanguage />
                            <p><a href=Place::LINKS>{team::links(t)}</a></p>
                            {move || use_office().rights.with(Option::is_some).then(|| view! {
                                <p><a href=Room::PATH>{admin::title(t)}</a></p>
                            }.into_any())}
                            <ChangePassword session=use_office().desk().session().clone() t problem />
                            <ReplaceCode session=use_office().desk().session().clone() t words=problem />
                            <OwnDevice owned=Owned::by(use_office().desk(), |_| {}) t />
                            <SecondFactor session=use_office().desk().session().clone() t />
                            <Sessions session=use_office().desk().session().clone() t words=problem />
                        </article>
                    }.into_any(),
                    Place::Admin(room) => view! { <Administration room t /> }.into_any(),
                    Place::Links => view! { <Links t /> }.into_any(),
                    Place::Unknown => view! {
                        <div class="team-empty">
                            <h1>{team::not_found(t)}</h1>
                            <p><a href=List::Waiting.path()>{team::not_found_link(t)}</a></p>
                        </div>
                    }.into_any(),
                }}
            </main>
            <Announcements />
            <StayDialog warning=office.warning stay=Callback::new(move |()| office.desk().stay()) t exit=None />
            <Help t />
        </div>
    }
}

/// The operator's neutral word, with a count of what waits and what is unread.
fn title(t: Texts) {
    let office = use_office();
    let neutral = StoredValue::new(document().title());
    effect(move || {
        let count = office.count(List::Waiting) + office.count(List::Mine);
        let title = neutral.get_value();
        document().set_title(&if count == 0 {
            title
        } else {
            team::document_title(t, count, title)
        });
    });
    on_cleanup(move || {
        if let Some(title) = neutral.try_get_value() {
            document().set_title(&title);
        }
    });
}
