//! Postcode ranges as people type them: `79098-79117, 79199`, one or several in a line.

use crate::postcode::Postcode;
use crate::profile::Range;

/// What is wrong with typed ranges.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RangeFault {
    /// Not five digits, nor twice five with a dash between.
    #[error("not a range: {0}")]
    NotARange(String),
    /// It ends before it begins.
    #[error("a range ends before it begins: {0}")]
    Backwards(String),
    /// Two share a postcode.
    #[error("two ranges share a postcode: {0} and {1}")]
    Overlap(String, String),
}

/// Reads ranges in any order; gives them sorted, without overlap.
///
/// # Errors
/// Everything that is wrong, in the order in which it stands there.
pub fn parse(typed: &str) -> Result<Vec<Range>, Vec<RangeFault>> {
    let mut ranges: Vec<Range> = Vec::new();
    let mut faults = Vec::new();
    let pieces = typed.split([',', ';', '\n']).map(str::trim);
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        let (from, to) = piece.split_once(['-', '–', '—']).unwrap_or((piece, piece));
        let (Ok(from), Ok(to)) = (Postcode::parse(from), Postcode::parse(to)) else {
            faults.push(RangeFault::NotARange(piece.to_owned()));
            continue;
        };
        let range = Range { from, to };
        if from > to {
            faults.push(RangeFault::Backwards(write_one(&range)));
        } else if let Some(other) = ranges
            .iter()
            .find(|other| other.from <= to && from <= other.to)
        {
            faults.push(RangeFault::Overlap(write_one(other), write_one(&range)));
        } else {
            ranges.push(range);
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    ranges.sort_unstable();
    Ok(ranges)
}

/// Ranges as [`parse`] reads them, a line each.
#[must_use]
pub fn write(ranges: &[Range]) -> String {
    ranges.iter().map(write_one).collect::<Vec<_>>().join("\n")
}

fn write_one(range: &Range) -> String {
    if range.from == range.to {
        return range.from.to_digits();
    }
    [range.from.to_digits(), range.to.to_digits()].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_they_are_written() {
        let typed = "79200\n 79098 – 79117; 01067-01099";
        let ranges = parse(typed).unwrap();
        assert_eq!(write(&ranges), "01067-01099\n79098-79117\n79200");
        assert_eq!(parse(&write(&ranges)), Ok(ranges));
        assert_eq!(parse(" ,\n"), Ok(Vec::new()));
    }

    #[test]
    fn all_that_is_wrong_is_told() {
        let faults = parse("79098-79117, 7909, 20000-10000, 79100, 79117-79118").unwrap_err();
        let told = |a: &str, b: &str| RangeFault::Overlap(a.to_owned(), b.to_owned());
        assert_eq!(
            faults,
            [
                RangeFault::NotARange("7909".to_owned()),
                RangeFault::Backwards("20000-10000".to_owned()),
                told("79098-79117", "79100"),
                told("79098-79117", "79117-79118"),
            ]
        );
    }
}
