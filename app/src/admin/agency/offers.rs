//! What an agency offers: topics, how one comes to it, postcodes, and for whom.

use crate::reactive::RwSignal;
use domain::profile::ranges::{self, RangeFault};
use domain::profile::{Offer, Profile, Restriction};
use domain::topic::{AgencyChoice, Topic, TopicId};
use leptos::prelude::*;

use crate::admin::field::{Line, Lines, id, tick};
use crate::enquiry::answers::answer;
use crate::screen::fault::{Fault, Faults};
use crate::team::office::use_office;
use crate::texts::{Texts, admin as words};

/// One offer as it is being edited; a handle, to be copied.
#[derive(Clone, Copy)]
pub struct Edited {
    /// Which topic.
    pub topic: TopicId,
    choice: RwSignal<AgencyChoice>,
    ranges: RwSignal<String>,
    youngest: RwSignal<String>,
    oldest: RwSignal<String>,
    genders: RwSignal<Vec<String>>,
    relations: RwSignal<Vec<String>>,
}

impl Edited {
    fn of(offer: &Offer) -> Self {
        let only = offer.only.clone().unwrap_or_default();
        let age =
            |age: Option<u8>| RwSignal::new(age.map(|age| age.to_string()).unwrap_or_default());
        Self {
            topic: offer.topic,
            choice: RwSignal::new(offer.choice),
            ranges: RwSignal::new(ranges::write(&offer.ranges)),
            youngest: age(only.ages.map(|(youngest, _)| youngest)),
            oldest: age(only.ages.map(|(_, oldest)| oldest)),
            genders: RwSignal::new(only.genders),
            relations: RwSignal::new(only.relations),
        }
    }

    fn new(topic: TopicId, choice: AgencyChoice) -> Self {
        Self::of(&Offer {
            topic,
            choice,
            ranges: Vec::new(),
            only: None,
        })
    }

    /// The offers of a profile.
    pub fn all(profile: &Profile) -> Vec<Self> {
        profile.topics.iter().map(Self::of).collect()
    }

    /// What was typed, as an offer; what is wrong goes to `faults`.
    pub fn read(self, t: Texts, faults: &mut Vec<Fault>) -> Offer {
        let field = |of: &str| id(of, self.topic.0);
        let choice = self.choice.get_untracked();
        let mut offer = Offer {
            topic: self.topic,
            choice,
            ranges: Vec::new(),
            only: None,
        };
        if choice == AgencyChoice::List {
            match self.ranges.with_untracked(|typed| ranges::parse(typed)) {
                Ok(read) => offer.ranges = read,
                Err(wrong) => faults.push(Fault {
                    field: field("ranges"),
                    text: wrong
                        .iter()
                        .map(|fault| told(t, fault))
                        .collect::<Vec<_>>()
                        .join(" "),
                }),
            }
        }
        let mut age = |typed: RwSignal<String>, of: &str, otherwise: u8| {
            let typed = typed.get_untracked();
            match (typed.trim(), typed.trim().parse::<u8>()) {
                ("", _) => otherwise,
                (_, Ok(age)) if age <= 120 => age,
                _ => {
                    faults.push(Fault {
                        field: field(of),
                        text: words::age_wrong(t).to_owned(),
                    });
                    otherwise
                }
            }
        };
        let ages = (
            age(self.youngest, "youngest", 0),
            age(self.oldest, "oldest", u8::MAX),
        );
        if ages.0 > ages.1 {
            faults.push(Fault {
                field: field("oldest"),
                text: words::ages_wrong(t).to_owned(),
            });
        }
        let only = Restriction {
            ages: (ages != (0, u8::MAX)).then_some(ages),
            genders: self.genders.get_untracked(),
            relations: self.relations.get_untracked(),
        };
        offer.only = (only != Restriction::default()).then_some(only);
        offer
    }
}

/// A wrong range in words.
pub fn told(t: Texts, fault: &RangeFault) -> String {
    match fault {
        RangeFault::NotARange(typed) => words::range_wrong(t, typed),
        RangeFault::Backwards(range) => words::range_backwards(t, range),
        RangeFault::Overlap(one, other) => words::range_overlap(t, one, other),
    }
}

/// The topics, and what belongs to each.
#[component]
pub fn Offers(
    /// Those that are offered.
    offers: RwSignal<Vec<Edited>>,
    /// The form's faults.
    faults: Faults,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let add = move |event| {
        let typed = event_target_value(&event);
        let topics = office.topics();
        let topic = topics.iter().find(|topic| topic.slug == typed);
        if let Some(topic) = topic {
            let new = Edited::new(topic.id, topic.agency_choice);
            offers.update(|all| all.push(new));
            let opened = id("offer", topic.id.0);
            request_animation_frame(move || crate::screen::fault::focus_id(opened));
        }
    };
    let choices = move || {
        let offered: Vec<_> = offers.with(|all| all.iter().map(|one| one.topic).collect());
        let topics = office.topics().into_iter();
        let rest = topics.filter(|topic| !offered.contains(&topic.id));
        rest.map(|topic| view! { <option value=topic.slug>{topic.title}</option> }.into_any())
            .collect_view()
            .into_any()
    };
    let rows = move || {
        let topics = office.topics();
        offers
            .get()
            .into_iter()
            .map(|one| {
                let topic = topics.iter().find(|topic| topic.id == one.topic).cloned();
                view! { <OfferRow one topic offers faults t /> }.into_any()
            })
            .collect_view()
            .into_any()
    };
    view! {
        <fieldset class="admin-part">
            <legend>{words::topics(t)}</legend>
            <p class="hint">{words::topics_hint(t)}</p>
            <div class="admin-offers">{rows}</div>
            <div class="field">
                <label for="offer-add">{words::topic_add(t)}</label>
                <select id="offer-add" prop:value=move || { offers.track(); Some(String::new()) } on:change=add>
                    <option value="">{words::choose(t)}</option>
                    {choices}
                </select>
            </div>
        </fieldset>
    }
}

#[component]
fn OfferRow(
    one: Edited,
    topic: Option<Topic>,
    offers: RwSignal<Vec<Edited>>,
    faults: Faults,
    t: Texts,
) -> impl IntoView {
    let number = one.topic.0;
    let title = topic.as_ref().map_or_else(
        || words::topic_number(t, number),
        |topic| topic.title.clone(),
    );
    let about_title = title.clone();
    let remove = move |_| {
        offers.update(|all| all.retain(|other| other.topic != one.topic));
        crate::screen::fault::focus_id("offer-add");
    };
    let choice = move |choice: AgencyChoice, text: &'static str| {
        view! {
            <label class="tick">
                <input
                    type="radio"
                    name=id("choice", number)
                    prop:checked=move || one.choice.get() == choice
                    on:change=move |_| one.choice.set(choice)
                />
                <span>{text}</span>
            </label>
        }
        .into_any()
    };
    let asked = move |name: &str| {
        let question = topic.as_ref().and_then(|topic| {
            let mut questions = topic.questions.iter();
            questions.find(|question| question.name == name).cloned()
        });
        let options = question
            .map(|question| question.options)
            .unwrap_or_default();
        options
            .into_iter()
            .filter(|word| word != "keine-angabe")
            .collect::<Vec<_>>()
    };
    let ticks = move |name: &'static str, legend: &'static str, options: Vec<String>, value| {
        (!options.is_empty()).then(|| {
            let boxes = options
                .into_iter()
                .map(|word| tick(answer(t, name, &word), value, word));
            view! {
                <fieldset class="ticks">
                    <legend>{legend}</legend>
                    {boxes.collect_view()}
                </fieldset>
            }
            .into_any()
        })
    };
    let (genders, relations) = (asked("gender"), asked("relation"));
    let begun = one.youngest.with_untracked(|typed| !typed.is_empty())
        || one.oldest.with_untracked(|typed| !typed.is_empty())
        || one.genders.with_untracked(|all| !all.is_empty())
        || one.relations.with_untracked(|all| !all.is_empty());
    view! {
        <section class="admin-offer" aria-labelledby=id("offer", number)>
            <header>
                <h3 id=id("offer", number) tabindex="-1">{title}</h3>
                <button type="button" class="button button-quiet" aria-label=words::topic_remove_named(t, about_title) on:click=remove>
                    {words::topic_remove(t)}
                </button>
            </header>
            <fieldset>
                <legend>{words::choice(t)}</legend>
                {choice(AgencyChoice::List, words::choice_list(t))}
                {choice(AgencyChoice::Central, words::choice_central(t))}
                {choice(AgencyChoice::LinkOnly, words::choice_link(t))}
            </fieldset>
            {move || (one.choice.get() == AgencyChoice::List).then(|| view! {
                <Lines id=id("ranges", number) label=words::ranges(t) hint=words::ranges_hint(t) faults value=one.ranges most="20000" />
            }.into_any())}
            <details class="questions" open=begun>
                <summary>{words::only(t)}</summary>
                <p class="hint">{words::only_hint(t)}</p>
                <div class="admin-pair">
                    <Line id=id("youngest", number) label=words::youngest(t) faults value=one.youngest inputmode="numeric" most="3" class="short" />
                    <Line id=id("oldest", number) label=words::oldest(t) faults value=one.oldest inputmode="numeric" most="3" class="short" />
                </div>
                {ticks("gender", words::genders(t), genders, one.genders)}
                {ticks("relation", words::relations(t), relations, one.relations)}
            </details>
        </section>
    }
}
