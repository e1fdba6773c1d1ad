//! The question whether somebody is still there, shortly before the session ends by itself.

use crate::reactive::{RwSignal, effect};
use client::desk::Warning;
use leptos::html;
use leptos::prelude::*;

use crate::texts::{self, Texts};

/// A dialog that opens with the warning and closes with it. It takes the focus and gives it back; the time
/// that is left is said in steps, not in a running number.
#[component]
pub fn StayDialog(
    /// The warning, as long as it stands.
    warning: RwSignal<Option<Warning>>,
    /// The person is here.
    stay: Callback<()>,
    /// The words.
    t: Texts,
    /// What must be in reach all the same.
    exit: Option<AnyView>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        let stands = warning.with(Option::is_some);
        if let Some(dialog) = dialog.get().filter(|dialog| dialog.open() != stands) {
            if stands {
                // Throws only for a dialog that is open already.
                drop(dialog.show_modal());
            } else {
                dialog.close();
            }
        }
    });
    let last = move || warning.get().is_some_and(|warning| warning.last);
    let text = move || {
        let warning = warning.get()?;
        let time = match warning.seconds {
            120 => texts::settings::stay_two(t),
            60 => texts::settings::stay_one(t),
            _ => texts::settings::stay_half(t),
        };
        Some(if warning.last {
            texts::settings::stay_last(t, time)
        } else {
            texts::settings::stay_left(t, time)
        })
    };
    view! {
        <dialog
            class="stay"
            role="alertdialog"
            aria-labelledby="stay-title"
            aria-describedby="stay-text stay-kept"
            node_ref=dialog
            // A press beside the button leaves the focus on it: Enter goes on meaning to stay.
            on:mousedown=move |event| event.prevent_default()
            // The button closes it, and so does Escape: both mean to stay.
            on:close=move |_| {
                if warning.with_untracked(Option::is_some) {
                    // The words may just have changed, and the dialog with them.
                    stay.try_run(());
                }
            }
        >
            <h2 id="stay-title">{texts::settings::stay_title(t)}</h2>
            <p id="stay-text" role="status">{text}</p>
            <p id="stay-kept" class="quiet">{texts::settings::stay_kept(t)}</p>
            <form method="dialog" class="buttons">
                <button class="button button-main" autofocus>
                    {move || if last() { texts::settings::stay_read(t) } else { texts::account::stay(t) }}
                </button>
                {exit}
            </form>
        </dialog>
    }
}
