//! A new code: written down, and checked by typing two of its groups. It is nowhere but on this screen and on paper.

use crate::reactive::{RwSignal, StoredValue};
use client::make_id;
use client::recovery::is_same_group;
use leptos::prelude::*;

use crate::screen::fault::focus_id;
use crate::texts::{Texts, recovery};

/// Groups of a code.
const GROUPS: u8 = 7;

/// The code, large enough to copy by hand.
#[component]
pub fn WriteDown(
    /// Seven groups with `-` between them.
    code: String,
    /// The words.
    t: Texts,
    /// Heard once two groups were typed right.
    on_noted: Callback<()>,
) -> impl IntoView {
    let step = RwSignal::new(Step::Read);
    let asked = two_groups();
    let groups: Vec<String> = code.split('-').map(str::to_owned).collect();
    let groups = StoredValue::new(groups);
    let typed = [RwSignal::new(String::new()), RwSignal::new(String::new())];
    let wrong = RwSignal::new(false);
    let check = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let same = groups.with_value(|groups| {
            let is_same = |(typed, at): (&RwSignal<String>, usize)| {
                let group = groups.get(at);
                group.is_some_and(|group| typed.with_untracked(|typed| is_same_group(typed, group)))
            };
            typed.iter().zip(asked).all(is_same)
        });
        wrong.set(!same);
        if same {
            step.set(Step::Checked);
            on_noted.run(());
            focus_id("code-title");
        } else {
            focus_id("code-0");
        }
    };
    let field = move |at: usize| {
        let id = ["code-", &at.to_string()].concat();
        view! {
            <div class="field">
                <label for=id.clone()>{recovery::group(t, asked[at] + 1)}</label>
                <input
                    id=id
                    type="text"
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    maxlength="9"
                    aria-describedby="code-wrong"
                    on:input=move |event| typed[at].set(event_target_value(&event))
                />
            </div>
        }
        .into_any()
    };
    let next = move || {
        match step.get() {
        Step::Read => view! {
            <div class="buttons no-print">
                <button type="button" class="button" on:click=move |_| drop(window().print())>{recovery::print(t)}</button>
                <button
                    type="button"
                    class="button button-main"
                    on:click=move |_| {
                        step.set(Step::Check);
                        request_animation_frame(|| focus_id("code-0"));
                    }
                >
                    {recovery::noted(t)}
                </button>
            </div>
        }
        .into_any(),
        Step::Check => view! {
            <form class="no-print" on:submit=check novalidate>
                <p>{recovery::check(t)}</p>
                <div class="code-check">{field(0)}{field(1)}</div>
                <p class="fault" id="code-wrong" role="alert">{move || if wrong.get() { recovery::check_wrong(t) } else { "" }}</p>
                <div class="buttons">
                    <button type="submit" class="button button-main">{recovery::check_button(t)}</button>
                    <button type="button" class="button button-quiet" on:click=move |_| {
                        wrong.set(false);
                        step.set(Step::Read);
                        request_animation_frame(|| focus_id("code-title"));
                    }>{recovery::check_back(t)}</button>
                </div>
            </form>
        }
        .into_any(),
        Step::Checked => ().into_any(),
    }
    };
    // Whoever is asked for two groups shall look at the paper.
    let shown = move || {
        let group = |group: String| view! { <li>{group}</li> }.into_any();
        let groups = groups.with_value(|groups| groups.iter().cloned().map(group).collect_view());
        (step.get() != Step::Check).then(|| {
            view! {
                <ol class="code" aria-label=recovery::groups(t)>{groups}</ol>
                <p class="only-print">{recovery::printed(t)}</p>
            }
            .into_any()
        })
    };
    view! {
        <section class="card code-card" aria-labelledby="code-title">
            <h2 id="code-title" tabindex="-1">{recovery::title(t)}</h2>
            <p class="no-print">{recovery::why(t)}</p>
            {shown}
            {next}
            <p role="status">{move || if step.get() == Step::Checked { recovery::checked(t) } else { "" }}</p>
        </section>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Read,
    Check,
    Checked,
}

/// Two different groups, in order; never the first, which everybody types right.
fn two_groups() -> [usize; 2] {
    let [first, second] = make_id::<2>(&mut client::SystemRandom);
    let first = 1 + first % (GROUPS - 2);
    let second = first + 1 + second % (GROUPS - 1 - first);
    [first.into(), second.into()]
}
