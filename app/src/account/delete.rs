//! Settings: deleting the account, with everything in it.

use std::rc::Rc;

use client::{World, account};
use leptos::prelude::*;

use super::confirm::{Confirm, Run, Step};
use crate::screen::fault;
use crate::screen::history::Screen;
use crate::screen::{App, Notice};
use crate::texts::{Texts, account as words};

/// What goes without anybody's asking, and the way to delete it all now.
#[component]
pub fn DeleteAccount(
    /// The application.
    app: App,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let step = Step {
        id: "delete-password",
        title: words::delete(t),
        about: words::delete_text(t),
        button: words::delete_button(t),
        danger: true,
    };
    let run: Run = Rc::new(move |password| {
        Box::pin(async move {
            let Some(desk) = app.talks.desk() else {
                return Ok(());
            };
            account::delete(desk.session(), password).await?;
            let (client, draft) = (app.client(), app.draft());
            app.forget();
            app.notice.set(Some(Notice::AccountDeleted));
            app.places.restart(Screen::Start);
            draft.discard().await;
            // Where one is, is kept, too.
            client.world().tab().clear();
            Ok(())
        })
    });
    view! {
        <section class="settings-part" aria-labelledby="delete-title">
            <h2 id="delete-title">{words::delete_title(t)}</h2>
            <p>{words::delete_when(t)}</p>
            <Confirm step t words=fault::words run />
        </section>
    }
}
