//! What a person has decided for the own account: the same on all devices, in the vault.

use domain::account::AccountKind;

use crate::error::Error;
use crate::session::Session;
use crate::vault;
use crate::world::World;

/// Something that can be turned on and off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// The other side may know what was read. On, until turned off.
    ReadMarks,
    /// The other side may know that one is writing. On for staff, off for seekers, until changed.
    Typing,
}

impl Switch {
    const fn name(self) -> &'static str {
        match self {
            Self::ReadMarks => "read-marks",
            Self::Typing => "typing",
        }
    }
}

/// Whether it is on.
#[must_use]
pub fn is_on<W: World>(session: &Session<W>, switch: Switch) -> bool {
    match session.setting(switch.name()).as_deref() {
        Some(value) => value == ON,
        None => switch == Switch::ReadMarks || session.kind() == AccountKind::Staff,
    }
}

const ON: &str = "on";
const OFF: &str = "off";

/// Turns it on or off, on all devices.
///
/// # Errors
/// As [`vault::save`]; here it is as wanted all the same, and saved with the next change.
pub async fn turn<W: World>(session: &Session<W>, switch: Switch, on: bool) -> Result<(), Error> {
    session.set_setting(switch.name(), if on { ON } else { OFF });
    vault::save(session).await
}
