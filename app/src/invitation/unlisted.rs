//! What somebody sees who has an account and is listed nowhere yet: whom to call, and the own eight words.

use crate::reactive::{RwSignal, StoredValue};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::told::list;
use super::words::spoken;
use crate::team::office::use_office;
use crate::texts::{Texts, invitation as words};

/// Nothing for whoever works somewhere or administers something.
#[component]
pub fn Unlisted(
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let shown = move || {
        office.loaded.get()
            && office.rights.with(Option::is_none)
            && office.desk().agencies().is_empty()
    };
    let code = RwSignal::new(Vec::<String>::new());
    let asked = StoredValue::new(false);
    let ask = move || {
        if !asked.get_value() {
            asked.set_value(true);
            spawn_local(async move {
                if let Some(list) = list().await {
                    code.try_set(spoken(&list, office.desk().session().code()));
                }
            });
        }
    };
    let look = move |_| {
        office.look_for_rights();
        let desk = office.desk();
        // Without a connection the line above the lists says so.
        spawn_local(async move { drop(desk.refresh().await) });
    };
    let word = |word: String| view! { <li>{word}</li> }.into_any();
    move || {
        shown().then(|| {
            ask();
            view! {
                <section class="card unlisted" aria-labelledby="unlisted-title">
                    <h2 id="unlisted-title">{words::unlisted_title(t)}</h2>
                    <p>{words::unlisted_text(t)}</p>
                    <p>{words::own_code(t)}</p>
                    <ol class="code told-code">{move || code.get().into_iter().map(word).collect_view()}</ol>
                    <button type="button" class="button" on:click=look>{words::look_again(t)}</button>
                </section>
            }
            .into_any()
        })
    }
}
