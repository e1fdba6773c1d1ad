//! Points in time as people read them, in the device's own time zone.

use domain::time::{DAY, Day, Timestamp};
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::texts::{Texts, app};

/// Milliseconds that the device's time is east of UTC at that moment.
#[must_use]
pub fn offset(at: Timestamp) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a day")]
    let minutes = -(date(at).get_timezone_offset() as i64);
    minutes * domain::time::MINUTE
}

/// „Dienstag, 24. November“.
#[must_use]
pub fn day(t: Texts, day: Day) -> String {
    // Noon in UTC falls on the same day in every German time zone.
    let noon = Timestamp(i64::from(day.0) * DAY + DAY / 2);
    format(
        t,
        noon,
        &[("weekday", "long"), ("day", "numeric"), ("month", "long")],
    )
}

/// „heute, 14:05“ is not said: „24. November, 14:05“, without the year.
#[must_use]
pub fn moment(t: Texts, at: Timestamp) -> String {
    format(
        t,
        at,
        &[
            ("day", "numeric"),
            ("month", "long"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
        ],
    )
}

fn format(t: Texts, at: Timestamp, parts: &[(&str, &str)]) -> String {
    let options = Object::new();
    for (name, value) in parts {
        // A plain object takes every property.
        drop(Reflect::set(
            &options,
            &JsValue::from_str(name),
            &JsValue::from_str(value),
        ));
    }
    date(at).to_locale_string(app::locale(t), &options).into()
}

fn date(at: Timestamp) -> Date {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of this age, far below 2^53"
    )]
    let milliseconds = at.0 as f64;
    Date::new(&JsValue::from_f64(milliseconds))
}
