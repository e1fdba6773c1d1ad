//! What a topic asks beside the message. The answers are encrypted with it; some decide which agencies fit.

use crate::reactive::{Signal, StoredValue};
use domain::topic::{Question, Topic};
use leptos::prelude::*;

use super::answers::answer;
use crate::screen::App;
use crate::screen::fault::{Fault, Faults};
use crate::screen::field::Message;
use crate::texts::{self, Texts};

/// The questions: what has to be answered is open, what may be is one tap away.
#[component]
pub fn Questions(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
    /// Whose questions.
    topic: Topic,
    /// The screen's faults.
    faults: Faults,
    /// Hears of every answer.
    answered: Callback<()>,
) -> impl IntoView {
    let (needed, voluntary): (Vec<_>, Vec<_>) = topic
        .questions
        .into_iter()
        .filter(|question| !id(&question.name).is_empty())
        .partition(|question| question.required);
    let list = move |questions: Vec<Question>| {
        questions
            .into_iter()
            .map(|question| ask(app, t, faults, question, answered))
            .collect_view()
    };
    let begun = app.with_untracked(|form| {
        voluntary
            .iter()
            .any(|question| form.answers.contains_key(&question.name))
    });
    let voluntary = (!voluntary.is_empty()).then(|| {
        view! {
            <details class="questions" open=begun>
                <summary>{texts::enquiry::ask_voluntary(t)}</summary>
                <p class="hint">{texts::enquiry::ask_voluntary_hint(t)}</p>
                {list(voluntary)}
            </details>
        }
        .into_any()
    });
    view! {
        {list(needed)}
        {voluntary}
    }
}

/// What is missing of the answers that the topic needs.
pub fn missing(app: App, t: Texts, topic: &Topic) -> Vec<Fault> {
    let given = |question: &Question| {
        app.with_untracked(|form| {
            let answers = form.answers.get(&question.name);
            answers.is_some_and(|answers| !answers.is_empty())
        })
    };
    topic
        .questions
        .iter()
        .filter(|question| question.required && !given(question))
        .filter_map(|question| {
            let text = match question.name.as_str() {
                "age" => texts::enquiry::ask_age_missing(t),
                "state" => texts::enquiry::ask_state_missing(t),
                _ => texts::enquiry::ask_missing(t),
            };
            let field = id(&question.name);
            (!field.is_empty()).then(|| Fault {
                field,
                text: text.to_owned(),
            })
        })
        .collect()
}

/// The field's id; empty for a question that this version cannot ask.
fn id(name: &str) -> &'static str {
    match name {
        "relation" => "ask-relation",
        "substances" => "ask-substances",
        "age_band" => "ask-age-band",
        "age" => "ask-age",
        "state" => "ask-state",
        "gender" => "ask-gender",
        _ => "",
    }
}

fn label(t: Texts, name: &str) -> &'static str {
    match name {
        "relation" => texts::enquiry::ask_relation(t),
        "substances" => texts::enquiry::ask_substances(t),
        "state" => texts::enquiry::ask_state(t),
        "gender" => texts::enquiry::ask_gender(t),
        _ => texts::enquiry::ask_age(t),
    }
}

fn ask(app: App, t: Texts, faults: Faults, question: Question, answered: Callback<()>) -> AnyView {
    let id = id(&question.name);
    let label = label(t, &question.name);
    let Question {
        name,
        options,
        many,
        required,
    } = question;
    let name = StoredValue::new(name);
    let holds = move |word: &str| {
        app.with(|form| {
            let given = name.with_value(|name| form.answers.get(name));
            given.is_some_and(|given| given.iter().any(|one| one == word))
        })
    };
    let shown = move |word: &str| name.with_value(|name| answer(t, name, word));
    if many {
        let boxes = options.into_iter().map(|word| {
            let text = shown(&word);
            let checked = word.clone();
            view! {
                <label class="tick">
                    <input
                        type="checkbox"
                        prop:checked=move || holds(&checked)
                        on:change=move |event| {
                            let on = event_target_checked(&event);
                            change(app, name, |given| {
                                given.retain(|one| *one != word);
                                if on {
                                    given.push(word.clone());
                                }
                            });
                            answered.run(());
                        }
                    />
                    <span>{text}</span>
                </label>
            }
            .into_any()
        });
        return view! {
            <fieldset class="field ticks" id=id>
                <legend>{label}</legend>
                {boxes.collect_view()}
            </fieldset>
        }
        .into_any();
    }
    let fault = Signal::derive(move || faults.at(id));
    // Giving none is the first choice already.
    let options = options.into_iter().filter(|word| word != "keine-angabe");
    let choices = options.map(|word| {
        let (text, selected) = (shown(&word), word.clone());
        view! { <option value=word prop:selected=move || holds(&selected)>{text}</option> }
            .into_any()
    });
    view! {
        <div class="field" class:field-wrong=move || fault.with(Option::is_some)>
            <label for=id>{label}</label>
            <Message id fault />
            <select
                id=id
                autocomplete="off"
                aria-invalid=move || fault.with(Option::is_some).then_some("true")
                aria-describedby=move || fault.with(Option::is_some).then(|| [id, "-fault"].concat())
                on:change=move |event| {
                    let word = event_target_value(&event);
                    change(app, name, |given| {
                        given.clear();
                        if !word.is_empty() {
                            given.push(word.clone());
                        }
                    });
                    answered.run(());
                }
            >
                <option value="">{if required { texts::enquiry::ask_choose(t) } else { texts::enquiry::ask_none(t) }}</option>
                {choices.collect_view()}
            </select>
        </div>
    }
    .into_any()
}

/// Changes the answers to one question; none at all leaves no trace of it.
fn change(app: App, name: StoredValue<String>, edit: impl FnOnce(&mut Vec<String>)) {
    let name = name.get_value();
    app.edit(|form| {
        let mut given = form.answers.remove(&name).unwrap_or_default();
        edit(&mut given);
        if !given.is_empty() {
            form.answers.insert(name, given);
        }
    });
}
