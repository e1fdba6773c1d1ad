//! What an agency says of itself: its profile and its rules, as a form; saving signs the next version.

use std::rc::Rc;

use crate::reactive::{RwSignal, StoredValue};
use client::Error;
use client::admin::{Change, Policy, change_manifest};
use domain::Refusal;
use domain::agency::Roles;
use domain::postcode::Postcode;
use domain::profile::{NotOnline, Profile};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::offers::{Edited, Offers};
use super::{Known, Sheet};
use crate::admin::field::{Line, Lines, id, tick};
use crate::enquiry::answers::answer;
use crate::screen::fault::{Fault, Faults, Summary};
use crate::screen::field::Message;
use crate::team::office::{StaffDesk, use_office};
use crate::team::problem;
use crate::texts::{Texts, admin as words, app};

/// The federal states, ISO 3166-2 without the country.
const STATES: [&str; 16] = [
    "BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH",
];

/// Languages to tick, each in its own words.
const LANGUAGES: [(&str, &str); 15] = [
    ("de", "Deutsch"),
    ("en", "English"),
    ("tr", "Türkçe"),
    ("ar", "العربية"),
    ("uk", "Українська"),
    ("ru", "Русский"),
    ("fa", "فارسی"),
    ("pl", "Polski"),
    ("ro", "Română"),
    ("fr", "Français"),
    ("es", "Español"),
    ("it", "Italiano"),
    ("hr", "Hrvatski"),
    ("sq", "Shqip"),
    ("vi", "Tiếng Việt"),
];

/// The form; a handle, to be copied.
#[derive(Clone, Copy)]
struct Form {
    postcode: RwSignal<String>,
    place: RwSignal<String>,
    state: RwSignal<String>,
    description: RwSignal<String>,
    hours: RwSignal<String>,
    languages: RwSignal<Vec<String>>,
    offers: RwSignal<Vec<Edited>>,
    online: RwSignal<bool>,
    absence: RwSignal<String>,
    deputy: RwSignal<bool>,
    team: RwSignal<bool>,
    supervision: RwSignal<bool>,
    retention: RwSignal<String>,
    faults: Faults,
    busy: RwSignal<bool>,
    t: Texts,
}

impl Form {
    fn of(profile: &Profile, policy: Policy, t: Texts) -> Self {
        Self {
            postcode: RwSignal::new(profile.postcode.to_digits()),
            place: RwSignal::new(profile.place.clone()),
            state: RwSignal::new(profile.state.clone()),
            description: RwSignal::new(profile.description.clone()),
            hours: RwSignal::new(profile.hours.clone()),
            languages: RwSignal::new(profile.languages.clone()),
            offers: RwSignal::new(Edited::all(profile)),
            online: RwSignal::new(!profile.offline),
            absence: RwSignal::new(profile.absence.clone()),
            deputy: RwSignal::new(policy.named_deputy),
            team: RwSignal::new(policy.team_reading),
            supervision: RwSignal::new(policy.supervision),
            retention: RwSignal::new(policy.retention_days.to_string()),
            faults: Faults::default(),
            busy: RwSignal::new(false),
            t,
        }
    }

    /// What was typed; or what is wrong with it.
    fn read(self, known: &Known) -> Result<(Profile, Policy), Vec<Fault>> {
        let t = self.t;
        let mut faults = Vec::new();
        let mut wrong = |field: &'static str, text: &str| {
            faults.push(Fault {
                field,
                text: text.to_owned(),
            });
        };
        let typed =
            |signal: RwSignal<String>| signal.with_untracked(|typed| typed.trim().to_owned());
        let before = known.agency.profile();
        let postcode = Postcode::parse(&typed(self.postcode)).unwrap_or_else(|_| {
            wrong("postcode", words::postcode_wrong(t));
            before.postcode
        });
        if typed(self.place).is_empty() {
            wrong("place", words::place_missing(t));
        }
        let state = typed(self.state);
        if !STATES.contains(&state.as_str()) {
            wrong("state", words::state_missing(t));
        }
        let retention_days = typed(self.retention).parse::<u16>().ok();
        let retention_days = retention_days.filter(|days| (1..=90).contains(days));
        if retention_days.is_none() {
            wrong("retention", words::retention_wrong(t));
        }
        let offers = self.offers.get_untracked();
        let topics = offers
            .into_iter()
            .map(|one| one.read(t, &mut faults))
            .collect();
        let profile = Profile {
            postcode,
            place: typed(self.place),
            state,
            offline: !self.online.get_untracked(),
            absence: typed(self.absence),
            topics,
            languages: self.languages.get_untracked(),
            hours: typed(self.hours),
            description: typed(self.description),
        };
        if faults.is_empty() && !profile.offline {
            let counselling = known.agency.everybody();
            let both = Roles::COUNSELLOR.and(Roles::INBOX);
            let counselling = counselling.iter().filter(|one| one.roles.has(both));
            if let Err(why) = profile.may_be_online(counselling.count()) {
                faults.push(not_online(t, why));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let policy = Policy {
            named_deputy: self.deputy.get_untracked(),
            team_reading: self.team.get_untracked(),
            supervision: self.supervision.get_untracked(),
            retention_days: retention_days.unwrap_or(known.agency.policy().retention_days),
        };
        Ok((profile, policy))
    }

    async fn save(self, desk: StaffDesk, sheet: Sheet, known: Rc<Known>) {
        let t = self.t;
        let (profile, policy) = match self.read(&known) {
            Ok(read) => read,
            Err(faults) => return self.faults.set(faults),
        };
        if profile == *known.agency.profile() && policy == known.agency.policy() {
            sheet.said.set(words::nothing_changed(t));
            return;
        }
        let Some(root) = &known.held.root else {
            return self.faults.one("", words::no_root(t));
        };
        let change = Change {
            profile: Some(profile),
            policy: Some(policy),
            ..Change::default()
        };
        match change_manifest(desk.session(), root, &known.agency, &change).await {
            Ok(()) => sheet.done(words::saved(t)),
            Err(Error::Refused(Refusal::VersionOutdated)) => {
                self.faults.one("", words::changed_meanwhile(t));
            }
            Err(error) => self.faults.one("", problem(t, &error)),
        }
    }
}

fn not_online(t: Texts, why: NotOnline) -> Fault {
    let (field, text) = match why {
        NotOnline::NoCounsellor => ("online", words::online_nobody(t)),
        NotOnline::NoTopic => ("offer-add", words::online_no_topic(t)),
        NotOnline::NoRange(topic) => (id("ranges", topic.0), words::online_no_range(t)),
    };
    Fault {
        field,
        text: text.to_owned(),
    }
}

/// The form.
#[component]
pub fn Details(
    /// The page.
    sheet: Sheet,
    /// What is known of the agency.
    known: Rc<Known>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let form = Form::of(known.agency.profile(), known.agency.policy(), t);
    let faults = form.faults;
    let holds = known.held.root.is_some();
    let known = StoredValue::new(known);
    let office = use_office();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if form.busy.get_untracked() {
            return;
        }
        form.busy.set(true);
        faults.clear();
        sheet.said.set("");
        let (desk, known) = (office.desk(), known.get_value());
        spawn_local(async move {
            form.save(desk, sheet, known).await;
            form.busy.try_set(false);
        });
    };
    let switch =
        move |id: &'static str, label: &'static str, about: &'static str, value: RwSignal<bool>| {
            let about_id = [id, "-about"].concat();
            view! {
                <div class="switch">
                    <input
                        type="checkbox"
                        role="switch"
                        id=id
                        aria-describedby=about_id.clone()
                        prop:checked=move || value.get()
                        on:change=move |event| value.set(event_target_checked(&event))
                    />
                    <label for=id>{label}</label>
                    <p class="quiet" id=about_id>{about}</p>
                </div>
            }
            .into_any()
        };
    let states = STATES.map(|word| {
        let name = answer(t, "state", word);
        view! { <option value=word prop:selected=move || form.state.with(|state| state == word)>{name}</option> }
            .into_any()
    });
    let languages = LANGUAGES
        .map(|(tag, name)| tick(name.to_owned(), form.languages, tag.to_owned()))
        .into_iter()
        .collect_view();
    view! {
        <form class="form admin-form" on:submit=submit novalidate>
            <p id="saved" tabindex="-1" role="status">{move || sheet.said.get()}</p>
            <Summary faults t />
            {(!holds).then(|| view! { <p class="notice">{words::no_root(t)}</p> }.into_any())}
            <fieldset class="admin-part">
                <legend>{words::open_title(t)}</legend>
                <div class="field" class:field-wrong=move || faults.at("online").is_some()>
                    <Message id="online" fault=crate::reactive::Signal::derive(move || faults.at("online")) />
                    {switch("online", words::online(t), words::online_about(t), form.online)}
                </div>
                <Lines id="absence" label=words::absence(t) hint=words::absence_hint(t) faults value=form.absence rows="3" most="500" />
            </fieldset>
            <fieldset class="admin-part">
                <legend>{words::about_title(t)}</legend>
                <div class="admin-pair">
                    <Line id="postcode" label=words::postcode(t) faults value=form.postcode inputmode="numeric" most="5" class="short" />
                    <Line id="place" label=words::place(t) faults value=form.place most="40" />
                </div>
                <div class="field" class:field-wrong=move || faults.at("state").is_some()>
                    <label for="state">{words::state(t)}</label>
                    <Message id="state" fault=crate::reactive::Signal::derive(move || faults.at("state")) />
                    <select id="state" on:change=move |event| form.state.set(event_target_value(&event))>
                        {states.into_iter().collect_view()}
                    </select>
                </div>
                <Lines id="description" label=words::description(t) hint=words::description_hint(t) faults value=form.description most="1000" />
                <Lines id="hours" label=words::hours(t) faults value=form.hours rows="2" most="300" />
                <fieldset class="ticks">
                    <legend>{words::languages(t)}</legend>
                    {languages}
                </fieldset>
            </fieldset>
            <Offers offers=form.offers faults t />
            <fieldset class="admin-part">
                <legend>{words::rules(t)}</legend>
                {switch("deputy", words::rule_deputy(t), words::rule_deputy_about(t), form.deputy)}
                {switch("team-reading", words::rule_team(t), words::rule_team_about(t), form.team)}
                {switch("supervision", words::rule_supervision(t), words::rule_supervision_about(t), form.supervision)}
                <Line id="retention" label=words::retention(t) hint=words::retention_hint(t) faults value=form.retention inputmode="numeric" most="2" class="short" />
            </fieldset>
            <div class="admin-save">
                <button type="submit" class="button button-primary" aria-disabled=move || form.busy.get().then_some("true")>
                    {move || if form.busy.get() { app::wait(t) } else { words::save(t) }}
                </button>
                <p class="quiet">{words::save_about(t)}</p>
            </div>
        </form>
    }
}
