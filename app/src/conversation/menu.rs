//! What can be done with a message, and the line that shows what an answer is about. Nodes made one by one, when they
//! are asked for: most messages never need them.

use client::conversation::{Author, Body, Item, Quote};
use domain::id::MessageId;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::aim::Act;
use crate::screen::fault::focus_id;
use crate::texts::{
    Texts,
    app::again,
    conversation::{self, fallback_name, own, unverified},
};
use crate::writing::dom::{add, set};
use crate::writing::shown::shown;

/// As of the desk, in milliseconds.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
const EDIT_TIME: f64 = domain::conversation::EDIT_TIME as f64;
/// The open menu: there is one at most.
const MENU: &str = ".more-menu";
const MORE: &str = "more";
const QUOTE: &str = "quote";
const EDIT: &str = "edit";
const DELETE: &str = "delete";
const RETRY: &str = "retry";
/// Deleting is asked once.
const SURE: &str = "sure";

/// The id of a message's element.
#[must_use]
pub fn anchor(id: MessageId) -> String {
    ["m-", &id.to_hex()].concat()
}

/// How an author is called.
#[must_use]
pub fn name(t: Texts, author: &Author) -> String {
    match author {
        Author::Own => own(t).to_owned(),
        Author::Other { name, .. } if !name.is_empty() => name.clone(),
        Author::Other { .. } => fallback_name(t).to_owned(),
        Author::Unknown => unverified(t).to_owned(),
    }
}

/// Shows who says what in a message, above the line that tells when: `<article use:said=(item, follows, t)>`.
pub fn said(article: Element, (item, follows, t): (Box<Item>, bool, Texts)) {
    // An element that cannot be made is no reason to leave the rest away.
    let _ = say(&article, &item, follows, t);
    if item.author == Author::Own {
        // Shown once it was refused.
        let _ = choice(&article, "link retry", RETRY, again(t));
    }
}

fn say(article: &Element, item: &Item, follows: bool, t: Texts) -> Option<()> {
    let is_own = item.author == Author::Own;
    // What was proved to be somebody's can be pointed at.
    if item.author != Author::Unknown {
        set(article, &[("id", &anchor(item.id)), ("tabindex", "-1")]);
    }
    if let Some(position) = item.position.filter(|_| !is_own) {
        set(article, &[("data-at", &position.to_string())]);
    }
    let who = add(article, "p", "")?;
    add(&who, "bdi", &name(t, &item.author))?;
    let hidden = is_own || follows;
    set(
        &who,
        &[(
            "class",
            if hidden {
                "bubble-who visually-hidden"
            } else {
                "bubble-who"
            },
        )],
    );
    if let Some(quote) = &item.quote {
        let place = add(article, "div", "")?;
        set(&place, &[("class", "quoted")]);
        line(&place, quote, t)?;
    }
    let words = match &item.body {
        Body::Text(text) => {
            let place = add(article, "div", "")?;
            set(&place, &[("class", "bubble-text writing"), ("dir", "auto")]);
            shown(place, text.clone());
            let more = choice(article, "more", MORE, "⋯")?;
            let words = conversation::more(t);
            set(&more, &[("aria-expanded", "false"), ("aria-label", words)]);
            return Some(());
        }
        Body::Deleted => conversation::deleted(t),
        Body::Newer => conversation::newer_version(t),
        Body::Unverified(_) | Body::Enquiry(_) => conversation::unreadable(t),
    };
    set(
        &add(article, "p", words)?,
        &[("class", "bubble-text quiet")],
    );
    Some(())
}

fn line(place: &Element, quote: &Quote, t: Texts) -> Option<()> {
    let text = match &quote.body {
        Body::Text(text) => text,
        Body::Deleted => conversation::deleted(t),
        _ => conversation::quote_unreadable(t),
    };
    let is_here = quote.author != Author::Unknown;
    let line = match is_here {
        true => choice(place, "", "go", "")?,
        false => add(place, "p", "")?,
    };
    if is_here {
        set(&line, &[("data-to", &anchor(quote.of))]);
        add(&add(&line, "b", "")?, "bdi", &name(t, &quote.author))?;
    }
    set(&add(&line, "span", text)?, &[("dir", "auto")]);
    Some(())
}

/// A press on something in the log.
pub fn press(event: &MouseEvent, t: Texts, on_act: Callback<(Act, MessageId)>) -> Option<()> {
    let target: Element = event.target()?.unchecked_into();
    let pressed = target.closest("[data-do]").ok()??;
    let what = pressed.get_attribute("data-do")?;
    if what == "go" {
        let to = pressed.get_attribute("data-to")?;
        document().get_element_by_id(&to)?.scroll_into_view();
        focus_id(&to);
        return Some(());
    }
    let article = pressed.closest("article").ok()??;
    let place = article.id();
    let id = MessageId::from_hex(place.strip_prefix("m-")?).ok()?;
    let was_open = pressed.get_attribute("aria-expanded").as_deref() == Some("true");
    let act = match what.as_str() {
        QUOTE => Act::Quote,
        EDIT => Act::Edit,
        SURE => Act::Delete,
        RETRY => Act::Retry,
        DELETE => return ask(&article, t),
        _ => {
            close();
            return if what == MORE && !was_open {
                open(&article, &pressed, t)
            } else {
                Some(())
            };
        }
    };
    close();
    on_act.run((act, id));
    if act == Act::Delete {
        // It is another element now.
        request_animation_frame(move || focus_id(&place));
    }
    Some(())
}

/// Closes the open menu; its button has the focus again.
pub fn close() {
    let _ = close_open();
}

fn close_open() -> Option<()> {
    let menu = document().query_selector(MENU).ok()??;
    let button = menu
        .closest("article")
        .ok()??
        .query_selector(".more")
        .ok()??;
    set(&button, &[("aria-expanded", "false")]);
    menu.remove();
    crate::screen::fault::focus(button.unchecked_ref());
    Some(())
}

fn open(article: &Element, button: &Element, t: Texts) -> Option<()> {
    // What is not allowed any more the desk refuses; here nobody is offered it.
    let is_own = article.class_list().contains("bubble-own");
    let sent = article
        .query_selector("time")
        .ok()??
        .get_attribute("datetime")?;
    let is_new = js_sys::Date::now() - js_sys::Date::parse(&sent) < EDIT_TIME;
    set(button, &[("aria-expanded", "true")]);
    let menu = add(article, "div", "")?;
    // Who listens to the log is not told of buttons.
    set(
        &menu,
        &[
            ("class", "more-menu"),
            ("role", "group"),
            ("aria-live", "off"),
            ("aria-label", conversation::more(t)),
        ],
    );
    for (shown, what, words) in [
        (true, QUOTE, conversation::quote(t)),
        (is_own && is_new, EDIT, conversation::edit(t)),
        (is_own, DELETE, conversation::take_back(t)),
    ] {
        if shown {
            choice(&menu, "button", what, words)?;
        }
    }
    menu.scroll_into_view_with_bool(false);
    Some(())
}

/// Asks in the menu's place.
fn ask(article: &Element, t: Texts) -> Option<()> {
    let menu = article.query_selector(MENU).ok()??;
    let words = conversation::take_back_ask(t);
    menu.set_text_content(None);
    set(&menu, &[("aria-label", words)]);
    add(&menu, "p", words)?;
    choice(
        &menu,
        "button button-danger",
        SURE,
        conversation::take_back(t),
    )?;
    let keep = choice(&menu, "button", "no", conversation::keep(t))?;
    // A key that is held down deletes nothing.
    crate::screen::fault::focus(keep.unchecked_ref());
    Some(())
}

fn choice(menu: &Element, class: &str, what: &str, words: &str) -> Option<Element> {
    let button = add(menu, "button", words)?;
    set(
        &button,
        &[("type", "button"), ("class", class), ("data-do", what)],
    );
    Some(button)
}
