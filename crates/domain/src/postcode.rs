//! German postcodes, where they are, and how far apart.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Five digits, the first may be 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Postcode(u32);

/// Not five digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a postcode is five digits")]
pub struct NotAPostcode;

impl Postcode {
    /// Reads what a person typed; spaces around it are dropped.
    ///
    /// # Errors
    /// [`NotAPostcode`] for anything but five ASCII digits.
    pub fn parse(typed: &str) -> Result<Self, NotAPostcode> {
        let digits = typed.trim();
        if digits.len() != 5 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAPostcode);
        }
        digits.parse().map(Self).map_err(|_| NotAPostcode)
    }

    /// Five digits.
    #[must_use]
    pub fn to_digits(self) -> String {
        format!("{:05}", self.0)
    }
}

/// A seeker's postcode stays out of logs.
impl std::fmt::Debug for Postcode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postcode([redacted])")
    }
}

impl Serialize for Postcode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_digits())
    }
}

impl<'de> Deserialize<'de> for Postcode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Centre of a postcode's area in hundredths of a degree (WGS 84): about a kilometre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// North.
    pub latitude: i16,
    /// East.
    pub longitude: i16,
}

/// Metres in a hundredth of a degree of latitude.
const METRES: u64 = 1_112;

/// All postcodes with their places, sorted. Always fetched whole, so that fetching tells nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostcodeTable(Vec<(Postcode, Place)>);

/// The packed table is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("packed postcodes are damaged")]
pub struct Damaged;

impl PostcodeTable {
    /// A table of these rows, in any order; of doubles the first counts.
    #[must_use]
    pub fn new(mut rows: Vec<(Postcode, Place)>) -> Self {
        rows.sort_by_key(|(postcode, _)| *postcode);
        rows.dedup_by_key(|(postcode, _)| *postcode);
        Self(rows)
    }

    /// Reads `postcode,lat,lon` lines with a header.
    ///
    /// # Errors
    /// [`Damaged`] at the first line that does not fit.
    pub fn from_csv(csv: &str) -> Result<Self, Damaged> {
        let hundredths = |degrees: &str| {
            let value: f64 = degrees.parse().map_err(|_| Damaged)?;
            format!("{:.0}", value * 100.0)
                .parse::<i16>()
                .map_err(|_| Damaged)
        };
        csv.lines()
            .skip(1)
            .map(|line| {
                let mut cells = line.split(',');
                let mut cell = || cells.next().ok_or(Damaged);
                let postcode = Postcode::parse(cell()?).map_err(|_| Damaged)?;
                let latitude = hundredths(cell()?)?;
                let longitude = hundredths(cell()?)?;
                Ok((
                    postcode,
                    Place {
                        latitude,
                        longitude,
                    },
                ))
            })
            .collect::<Result<Vec<_>, _>>()
            .map(Self::new)
    }

    /// Packs the table: three columns of differences as LEB128 (zigzag where signed), which
    /// compress well.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let column = |of: fn(&(Postcode, Place)) -> i32| {
            let mut before = 0;
            let mut out = Vec::new();
            for row in &self.0 {
                let value = of(row);
                write_varint(&mut out, zigzag(value - before));
                before = value;
            }
            out
        };
        let mut out = Vec::new();
        write_varint(&mut out, u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        out.extend(column(|(postcode, _)| {
            i32::try_from(postcode.0).unwrap_or(0)
        }));
        out.extend(column(|(_, place)| place.latitude.into()));
        out.extend(column(|(_, place)| place.longitude.into()));
        out
    }

    /// Reads what [`Self::pack`] writes.
    ///
    /// # Errors
    /// [`Damaged`] for anything else.
    pub fn unpack(mut packed: &[u8]) -> Result<Self, Damaged> {
        let length = read_varint(&mut packed)?;
        if length > 100_000 {
            return Err(Damaged);
        }
        let mut column = || {
            let mut before = 0i32;
            (0..length)
                .map(|_| {
                    let step = unzigzag(read_varint(&mut packed)?);
                    before = before.checked_add(step).ok_or(Damaged)?;
                    Ok(before)
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let (postcodes, latitudes, longitudes) = (column()?, column()?, column()?);
        if !packed.is_empty() || postcodes.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(Damaged);
        }
        postcodes
            .into_iter()
            .zip(latitudes.into_iter().zip(longitudes))
            .map(|(postcode, (latitude, longitude))| {
                let postcode = u32::try_from(postcode).map_err(|_| Damaged)?;
                if postcode > 99_999 {
                    return Err(Damaged);
                }
                let latitude = latitude.try_into().map_err(|_| Damaged)?;
                let longitude = longitude.try_into().map_err(|_| Damaged)?;
                Ok((
                    Postcode(postcode),
                    Place {
                        latitude,
                        longitude,
                    },
                ))
            })
            .collect::<Result<Vec<_>, _>>()
            .map(Self)
    }

    /// Where a postcode is; for one that is not listed, the nearest listed number with the same
    /// first two digits (post boxes and big customers have own numbers).
    #[must_use]
    pub fn place(&self, postcode: Postcode) -> Option<Place> {
        let at = self.0.partition_point(|(listed, _)| *listed < postcode);
        [
            self.0.get(at),
            at.checked_sub(1).and_then(|before| self.0.get(before)),
        ]
        .into_iter()
        .flatten()
        .filter(|(listed, _)| listed.0 / 1000 == postcode.0 / 1000)
        .min_by_key(|(listed, _)| listed.0.abs_diff(postcode.0))
        .map(|(_, place)| *place)
    }

    /// Whole kilometres between two postcodes, on a flat map (exact to a percent within
    /// Germany). In whole numbers: the browser then loads no code for fractions.
    #[must_use]
    pub fn kilometres(&self, a: Postcode, b: Postcode) -> Option<u32> {
        let (a, b) = (self.place(a)?, self.place(b)?);
        let apart = |a: i16, b: i16| u64::from(a.abs_diff(b));
        let north = apart(a.latitude, b.latitude) * METRES;
        // A thousandth of the cosine: between 47 and 55 degrees it is nearly a line.
        let middle =
            (u64::from(a.latitude.unsigned_abs()) + u64::from(b.latitude.unsigned_abs())) / 2;
        let narrowing = 682_u64.saturating_sub(middle.saturating_sub(4_700) * 135 / 1_000);
        let east = apart(a.longitude, b.longitude) * METRES * narrowing / 1_000;
        let metres = (north * north + east * east).isqrt();
        u32::try_from((metres + 500) / 1_000).ok()
    }

    /// How many postcodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

const fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)).cast_unsigned()
}

const fn unzigzag(value: u32) -> i32 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

fn write_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn read_varint(input: &mut &[u8]) -> Result<u32, Damaged> {
    let mut value = 0u32;
    for shift in (0..35).step_by(7) {
        let (&byte, rest) = input.split_first().ok_or(Damaged)?;
        *input = rest;
        let bits = u32::from(byte & 0x7f);
        value |= bits
            .checked_shl(shift)
            .filter(|v| v >> shift == bits)
            .ok_or(Damaged)?;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all() -> PostcodeTable {
        PostcodeTable::from_csv(include_str!("../../../data/postcodes_de.csv")).unwrap()
    }

    fn postcode(digits: &str) -> Postcode {
        Postcode::parse(digits).unwrap()
    }

    #[test]
    fn the_whole_table_round_trips() {
        let table = all();
        assert_eq!(table.len(), 8168);
        assert_eq!(PostcodeTable::unpack(&table.pack()).unwrap(), table);
    }

    #[test]
    fn distances_are_plausible() {
        let table = all();
        let between = |a, b| table.kilometres(postcode(a), postcode(b)).unwrap();
        assert!(
            (495..=515).contains(&between("10115", "80331")),
            "Berlin – Munich"
        );
        assert!(
            (350..=365).contains(&between("20095", "50667")),
            "Hamburg – Cologne"
        );
        assert_eq!(between("79098", "79098"), 0);
    }

    #[test]
    fn unlisted_numbers_lie_with_their_neighbours() {
        let table = all();
        assert!(table.place(postcode("79099")).is_some());
        assert!(table.place(postcode("00000")).is_none());
    }

    #[test]
    fn only_five_digits_are_a_postcode() {
        assert_eq!(postcode(" 01067 ").to_digits(), "01067");
        for wrong in ["", "1067", "010677", "0106a", "٠١٠٦٧", "+1067"] {
            assert_eq!(Postcode::parse(wrong), Err(NotAPostcode), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn damage_never_panics(bytes: Vec<u8>) {
            if let Ok(table) = PostcodeTable::unpack(&bytes) {
                prop_assert_eq!(PostcodeTable::unpack(&table.pack()).unwrap(), table);
            }
        }
    }
}
