//! How long somebody has been waiting, in two words and a tone; the whole sentence for who hears it.

use domain::time::Timestamp;
use leptos::prelude::*;

use super::promise::{self, Span, Tone};
use crate::team::office::use_office;
use crate::team::when;
use crate::texts::{Texts, inbox};

/// Somebody waits for an answer.
#[component]
pub fn WaitingChip(
    /// Since when.
    since: Timestamp,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    let offset = when::offset(since);
    let tone = move || match promise::tone(since, office.now.get(), offset) {
        Tone::Calm => "calm",
        Tone::Soon => "soon",
        Tone::Over => "over",
    };
    view! {
        <span class="chip" data-tone=tone>
            <span aria-hidden="true">{move || short(t, promise::span(since, office.now.get()))}</span>
            <span class="visually-hidden">{move || sentence(t, since, office.now.get(), offset)}</span>
        </span>
    }
}

/// The own answer was the last message.
#[component]
pub fn AnsweredChip(
    /// When it was written.
    at: Timestamp,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let office = use_office();
    view! {
        <span class="chip" data-tone="done">
            <span class="visually-hidden">{inbox::answered(t)} ". "</span>
            <span aria-hidden="true">"✓ "</span>
            {move || short(t, promise::span(at, office.now.get()))}
        </span>
    }
}

/// „Wartet seit 3 Stunden. Antwort versprochen bis Dienstag, 24. November.“
pub fn sentence(t: Texts, since: Timestamp, now: Timestamp, offset: i64) -> String {
    let wait = match promise::span(since, now) {
        Span::Now => inbox::since_full_now(t).to_owned(),
        Span::Minutes(count) => inbox::since_full_minutes(t, count),
        Span::Hours(count) => inbox::since_full_hours(t, count),
        Span::Days(count) => inbox::since_full_days(t, count),
    };
    let day = when::day(t, promise::promised(since, offset));
    let promise = match promise::tone(since, now, offset) {
        Tone::Over => inbox::promise_over(t, day),
        Tone::Calm | Tone::Soon => inbox::promise_by(t, day),
    };
    format!("{wait} {promise}")
}

fn short(t: Texts, span: Span) -> String {
    match span {
        Span::Now => inbox::since_now(t).to_owned(),
        Span::Minutes(count) => inbox::since_minutes(t, count),
        Span::Hours(count) => inbox::since_hours(t, count),
        Span::Days(count) => inbox::since_days(t, count),
    }
}
