//! Days and times in the person's own time zone, in the words of a calendar.

use domain::time::{DAY, Day, MINUTE, Timestamp};
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::texts::{self, Texts};

/// The last time that a calendar of ECMA-262 can show, in milliseconds; the first is its negative.
const LATEST: i64 = 8_640_000_000_000_000;

fn date(time: Timestamp) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    let milliseconds = time.0.clamp(-LATEST, LATEST) as f64;
    Date::new(&JsValue::from_f64(milliseconds))
}

/// The number of the day in the person's time zone.
#[must_use]
pub fn day_number(time: Timestamp) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole minutes, at most 14 hours"
    )]
    let offset = date(time).get_timezone_offset() as i64;
    time.0.saturating_sub(offset * MINUTE).div_euclid(DAY)
}

/// "14:05"
#[must_use]
pub fn clock(time: Timestamp) -> String {
    let date = date(time);
    let two = |number: u32| {
        if number < 10 {
            ["0", &number.to_string()].concat()
        } else {
            number.to_string()
        }
    };
    [two(date.get_hours()), two(date.get_minutes())].join(":")
}

/// "Heute", "Gestern", "Montag, 16. November"
#[must_use]
pub fn day(t: Texts, time: Timestamp, now: Timestamp) -> String {
    match day_number(now) - day_number(time) {
        0 => texts::conversation::today(t).to_owned(),
        1 => texts::conversation::yesterday(t).to_owned(),
        _ => written(
            t,
            time,
            now,
            &[("weekday", "long"), ("day", "numeric"), ("month", "long")],
        ),
    }
}

/// In a list: the time today, "Gestern", else the date.
#[must_use]
pub fn short(t: Texts, time: Timestamp, now: Timestamp) -> String {
    match day_number(now) - day_number(time) {
        0 => clock(time),
        1 => texts::conversation::yesterday(t).to_owned(),
        _ => written(t, time, now, &[("day", "numeric"), ("month", "short")]),
    }
}

/// "16. März 2027, 14:05"
#[must_use]
pub fn written_out(t: Texts, time: Timestamp) -> String {
    let parts = [("day", "numeric"), ("month", "long")];
    [written(t, time, Timestamp(0), &parts), clock(time)].join(", ")
}

/// "16. März 2027"
#[must_use]
pub fn date_of(t: Texts, day: Day) -> String {
    // At noon, which is on the same day wherever people live.
    let noon = Timestamp(i64::from(day.0) * DAY + DAY / 2);
    let parts = [("day", "numeric"), ("month", "long")];
    // Seen from another year, so that the year is said.
    written(t, noon, Timestamp(0), &parts)
}

/// As `<time datetime>` wants it.
#[must_use]
pub fn machine(time: Timestamp) -> String {
    String::from(date(time).to_iso_string())
}

fn written(t: Texts, time: Timestamp, now: Timestamp, parts: &[(&str, &str)]) -> String {
    let options = Object::new();
    let set = |name: &str, value: &str| drop(Reflect::set(&options, &name.into(), &value.into()));
    for (name, value) in parts {
        set(name, value);
    }
    if date(time).get_full_year() != date(now).get_full_year() {
        set("year", "numeric");
    }
    String::from(date(time).to_locale_date_string(texts::app::locale(t), &options))
}
