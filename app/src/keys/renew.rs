//! Everything anew: password, keys, recovery code.

use std::rc::Rc;

use client::recovery;

use crate::account::change::Renew;
use crate::screen::App;
use crate::screen::history::Screen;

/// Renews everything and shows the new code.
pub fn renew(app: App) -> Renew {
    Rc::new(move |before, password| {
        Box::pin(async move {
            let Some(desk) = app.talks.desk() else {
                return Ok(());
            };
            let code = recovery::make(&app.client());
            let session = desk.renew_keys(before, password, &code).await?;
            desk.close();
            app.begin(session);
            app.code.set(code.to_text().to_string());
            app.places.go(Screen::Lost);
            Ok(())
        })
    })
}
