//! What a link brought along, behind `#`: read once and removed at once. The part before `#` is the old form.

use domain::id::AgencyId;
use domain::language::Language;
use leptos::prelude::window;

/// What a link asks for. Whether it fits together is seen when it is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preset {
    /// A topic's slug or number.
    pub topic: Option<String>,
    /// An agency.
    pub agency: Option<AgencyId>,
    /// Five digits, unchecked.
    pub postcode: Option<String>,
    /// The language of the page with the link.
    pub language: Option<Language>,
}

impl Preset {
    /// Reads the address; [`super::history::Places::open`] then removes it from there.
    #[must_use]
    pub fn take() -> Option<Self> {
        let location = window().location();
        let after = location.hash().unwrap_or_default();
        let before = location.search().unwrap_or_default();
        let preset = Self::parse(
            before
                .trim_start_matches('?')
                .split('&')
                .chain(after.trim_start_matches('#').split('&')),
        );
        (preset != Self::default()).then_some(preset)
    }

    fn parse<'a>(pairs: impl Iterator<Item = &'a str>) -> Self {
        let mut preset = Self::default();
        for (name, value) in pairs.filter_map(|pair| pair.split_once('=')) {
            match name {
                "topic" => preset.topic = Some(value.to_owned()),
                "agency" => preset.agency = AgencyId::from_hex(value).ok(),
                "lang" => preset.language = Language::from_word(value),
                "postcode" => preset.postcode = Some(value.to_owned()),
                _ => {}
            }
        }
        preset
    }
}
