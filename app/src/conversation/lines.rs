//! The lines of the log, each made once and left alone as long as it stands for the same. Leptos' own list finds the
//! fewest moves for any order, which costs a browser five times the bytes; a log grows at its end.

use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Render};
use web_sys::Element;

use super::rows::{Key, Row};
use crate::reactive::effect;

/// A line that stands in the log.
struct Line {
    key: Key,
    state: AnyViewState,
    /// Of what is reactive in it: it goes with the line.
    _owner: Owner,
}

/// Keeps the lines in `place` as `rows` says; `make` makes one.
pub fn keep_lines(
    place: NodeRef<leptos::html::Div>,
    rows: impl Fn() -> Vec<(Key, Row)> + 'static,
    make: impl Fn(Row) -> AnyView + 'static,
) {
    let parent = Owner::current();
    let mut lines = Vec::new();
    effect(move || {
        let rows = rows();
        if let (Some(place), Some(parent)) = (place.get(), &parent) {
            let build = |key, row| {
                let owner = parent.with(Owner::new);
                let state = owner.with(|| untrack(|| make(row).build()));
                Line {
                    key,
                    state,
                    _owner: owner,
                }
            };
            let before = std::mem::take(&mut lines);
            lines = put(&place, before, rows, &build);
        }
    });
}

fn put(
    place: &Element,
    before: Vec<Line>,
    rows: Vec<(Key, Row)>,
    build: &dyn Fn(Key, Row) -> Line,
) -> Vec<Line> {
    let mut before: Vec<_> = before.into_iter().map(Some).collect();
    let mut lines = Vec::with_capacity(rows.len());
    // Up to here what was there is in its place, or goes.
    let mut passed = 0;
    for (key, row) in rows {
        let is_it = |line: &Option<Line>| line.as_ref().is_some_and(|line| line.key == key);
        let ahead = before.iter().skip(passed).position(is_it);
        let at = ahead
            .map(|at| at + passed)
            .or_else(|| before.iter().position(is_it));
        let known = at.and_then(|at| before.get_mut(at)?.take());
        let stays = ahead.is_some();
        let mut line = known.unwrap_or_else(|| build(key, row));
        if stays {
            passed = at.unwrap_or(passed) + 1;
        } else {
            let next = before.iter().skip(passed).flatten().next();
            let next = next.and_then(|line| line.state.elements().into_iter().next());
            line.state.mount(place, next.as_deref());
        }
        lines.push(line);
    }
    for mut line in before.into_iter().flatten() {
        line.state.unmount();
    }
    lines
}
