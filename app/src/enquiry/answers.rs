//! The words of a topic's questions and of the answers to them.

use crate::texts::{self, Texts, inbox};

/// A question's short name; one that a newer form asks is shown as it came.
#[must_use]
pub fn question(t: Texts, name: &str) -> String {
    match name {
        "relation" => inbox::field_relation(t),
        "substances" => inbox::field_substances(t),
        "age" => inbox::field_age(t),
        "age_band" => inbox::field_age_band(t),
        "gender" => inbox::field_gender(t),
        "state" => inbox::field_state(t),
        _ => name,
    }
    .to_owned()
}

/// An answer in words; one that a newer form offers is shown as it came.
#[must_use]
pub fn answer(t: Texts, name: &str, word: &str) -> String {
    match name {
        "age" | "age_band" => years(t, word),
        "state" => state(t, word),
        _ => None,
    }
    .unwrap_or_else(|| plain(t, word).to_owned())
}

fn plain(t: Texts, word: &str) -> &str {
    match word {
        "betroffen" => texts::enquiry::answer_betroffen(t),
        "angehoerig" => texts::enquiry::answer_angehoerig(t),
        "anderes" => texts::enquiry::answer_anderes(t),
        "alkohol" => texts::enquiry::answer_alkohol(t),
        "drogen" => texts::enquiry::answer_drogen(t),
        "legal-highs" => texts::enquiry::answer_legal_highs(t),
        "tabak" => texts::enquiry::answer_tabak(t),
        "medikamente" => texts::enquiry::answer_medikamente(t),
        "gluecksspiel" => texts::enquiry::answer_gluecksspiel(t),
        "internet-computer" => texts::enquiry::answer_internet_computer(t),
        "essstoerungen" => texts::enquiry::answer_essstoerungen(t),
        "andere" => texts::enquiry::answer_andere(t),
        "keine-angabe" => texts::enquiry::answer_keine_angabe(t),
        "weiblich" => texts::enquiry::answer_weiblich(t),
        "maennlich" => texts::enquiry::answer_maennlich(t),
        "divers" => texts::enquiry::answer_divers(t),
        _ => word,
    }
}

/// `0-17`, `18-20`, `17`, `60+`.
fn years(t: Texts, word: &str) -> Option<String> {
    if let Some(from) = word.strip_suffix('+') {
        return Some(texts::enquiry::years_from(t, from));
    }
    match word.split_once('-') {
        Some(("0", to)) => {
            let below = to.parse::<u64>().ok()?.saturating_add(1);
            Some(texts::enquiry::years_below(t, below))
        }
        Some((from, to)) if from.parse::<u8>().is_ok() => {
            Some(texts::enquiry::years_between(t, from, to))
        }
        _ => None,
    }
}

/// ISO 3166-2 without the country.
fn state(t: Texts, word: &str) -> Option<String> {
    use texts::enquiry as names;
    let name = match word {
        "BW" => names::state_bw(t),
        "BY" => names::state_by(t),
        "BE" => names::state_be(t),
        "BB" => names::state_bb(t),
        "HB" => names::state_hb(t),
        "HH" => names::state_hh(t),
        "HE" => names::state_he(t),
        "MV" => names::state_mv(t),
        "NI" => names::state_ni(t),
        "NW" => names::state_nw(t),
        "RP" => names::state_rp(t),
        "SL" => names::state_sl(t),
        "SN" => names::state_sn(t),
        "ST" => names::state_st(t),
        "SH" => names::state_sh(t),
        "TH" => names::state_th(t),
        "XX" => names::state_elsewhere(t),
        _ => return None,
    };
    Some(name.to_owned())
}
