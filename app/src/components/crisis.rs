//! Crisis numbers: data that an operator edits (`data/crisis.toml`), one tap away on every page.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::texts::{self, Texts};

/// What a number is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// A life is at risk.
    Emergency,
    /// Somebody listens.
    Talk,
}

/// One number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrisisLine {
    /// A stable word for it.
    pub id: String,
    /// What it is for.
    pub kind: LineKind,
    /// As people read it: `116 123`.
    pub number: String,
    /// As a telephone dials it: `116123`.
    pub tel: String,
    /// Who answers.
    pub name: String,
    /// What for, in a few words.
    pub about: String,
    /// When.
    pub hours: String,
    /// Further numbers that lead to the same people.
    #[serde(default)]
    pub also: Vec<Number>,
    /// The organisation's own page.
    #[serde(default)]
    pub url: Option<String>,
    /// Whether it stands in the line at the foot of every page.
    #[serde(default)]
    pub bar: bool,
}

/// A telephone number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// As people read it.
    pub number: String,
    /// As a telephone dials it.
    pub tel: String,
}

/// The line of numbers at the foot of every page.
#[component]
pub fn CrisisBar(
    /// All numbers; those marked `bar` are shown.
    lines: Vec<CrisisLine>,
    /// The words.
    t: Texts,
) -> impl IntoView {
    let shown = lines.into_iter().filter(|line| line.bar).map(|line| {
        view! {
            <li>
                <a href=format!("tel:{}", line.tel)>
                    <b>{line.number}</b>
                    " "
                    <span>{line.name}</span>
                </a>
            </li>
        }
        .into_any()
    });
    view! {
        <aside class="crisis-bar" aria-labelledby="crisis-bar-title">
            <h2 id="crisis-bar-title">{texts::crisis::bar_title(t)}</h2>
            <ul>
                {shown.collect_view()}
                <li>
                    <a href=texts::app::page(t, "/notfall")>{texts::crisis::bar_all(t)}</a>
                </li>
            </ul>
        </aside>
    }
}

/// Numbers as large cards: the crisis page, and topics where they come first.
#[component]
pub fn CrisisCards(
    /// The numbers to show, in order.
    lines: Vec<CrisisLine>,
) -> impl IntoView {
    let card = |line: CrisisLine| {
        let class = match line.kind {
            LineKind::Emergency => "call call-urgent",
            LineKind::Talk => "call",
        };
        let also = line.also.into_iter().map(|Number { number, tel }| {
            view! {
                <a class="call-also" href=format!("tel:{tel}")>
                    {number}
                </a>
            }
            .into_any()
        });
        view! {
            // Marked: those that the box shows while somebody writes (`writing::crisis`).
            <li class=class class:call-first=line.bar>
                <a class="call-number" href=format!("tel:{}", line.tel)>
                    {line.number}
                </a>
                <div>
                    <b>{line.name}</b>
                    <p>{line.about}</p>
                    <p class="quiet">{line.hours}</p>
                    {also.collect_view()}
                </div>
            </li>
        }
        .into_any()
    };
    view! { <ul class="calls">{lines.into_iter().map(card).collect_view()}</ul> }
}
