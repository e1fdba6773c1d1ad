//! The same bytes as `ciborium` writes, the same values as it and `serde_json` read.
use domain::Blob;
use domain::id::AgencyId;
use domain::map::Map;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::{from_cbor, from_json, to_cbor};
use crate::error::Error;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Plain,
    Holding(u16),
    Pair(bool, i32),
    Named { one: String, two: Option<u64> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct All {
    yes: bool,
    small: u8,
    signed: i64,
    large: u64,
    text: String,
    bytes: Blob,
    id: AgencyId,
    maybe: Option<Box<Kind>>,
    kinds: Vec<Kind>,
    tuple: (u32, String),
    map: Map<String, Vec<u8>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left_out: Option<i8>,
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Plain),
        any::<u16>().prop_map(Kind::Holding),
        any::<(bool, i32)>().prop_map(|(yes, number)| Kind::Pair(yes, number)),
        (any::<String>(), any::<Option<u64>>()).prop_map(|(one, two)| Kind::Named { one, two }),
    ]
}

prop_compose! {
    fn all()(
        (yes, small, signed, large, text) in any::<(bool, u8, i64, u64, String)>(),
        bytes in vec(any::<u8>(), 0..300),
        id: [u8; 16],
        maybe in option::of(kind()),
        kinds in vec(kind(), 0..30),
        tuple: (u32, String),
        map in vec((any::<String>(), vec(any::<u8>(), 0..4)), 0..4),
        left_out: Option<i8>,
    ) -> All {
        All {
            yes, small, signed, large, text, kinds, tuple, left_out,
            bytes: Blob(bytes),
            id: AgencyId::from_bytes(id),
            maybe: maybe.map(Box::new),
            map: map.into_iter().collect(),
        }
    }
}

fn theirs(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

proptest! {
    #[test]
    fn what_is_written_is_what_the_server_writes(value in all()) {
        let bytes = to_cbor(&value).unwrap();
        prop_assert_eq!(&bytes, &theirs(&value));
        prop_assert_eq!(from_cbor::<All>(&bytes), Ok(value));
    }

    #[test]
    fn json_is_read_as_elsewhere(value in all()) {
        let plain = serde_json::to_vec(&value).unwrap();
        prop_assert_eq!(from_json::<All>(&plain), Ok(value.clone()));
        let spaced = serde_json::to_vec_pretty(&value).unwrap();
        prop_assert_eq!(from_json::<All>(&spaced), Ok(value));
    }

    #[test]
    fn what_is_cut_off_or_followed_is_refused(value in all(), cut: prop::sample::Index) {
        let mut bytes = to_cbor(&value).unwrap();
        let cut = cut.index(bytes.len());
        prop_assert_eq!(from_cbor::<All>(&bytes[..cut]), Err(Error::Damaged));
        bytes.push(0);
        prop_assert_eq!(from_cbor::<All>(&bytes), Err(Error::Damaged));
        let json = serde_json::to_string(&value).unwrap();
        let cut = (0..=cut.min(json.len() - 1)).rev().find(|at| json.is_char_boundary(*at)).unwrap_or(0);
        prop_assert_eq!(from_json::<All>(&json.as_bytes()[..cut]), Err(Error::Damaged));
        prop_assert_eq!(from_json::<All>(format!("{json},").as_bytes()), Err(Error::Damaged));
    }

    #[test]
    fn damage_is_told_or_harmless(value in all(), at: prop::sample::Index, byte: u8) {
        let mut bytes = to_cbor(&value).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(read) = from_cbor::<All>(&bytes) {
            // What is read is what the server would read.
            prop_assert_eq!(ciborium::from_reader::<All, _>(bytes.as_slice()).ok(), Some(read));
        }
    }

    #[test]
    fn anything_is_read_as_json_or_refused_as_elsewhere(text in r#"[\[\]{}",:\\u0-9a-f.eE+\- tru]{0,12}"#) {
        let told = from_json::<serde::de::IgnoredAny>(text.as_bytes()).is_ok();
        prop_assert_eq!(told, serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "{}", text);
    }
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap())
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

#[test]
fn the_examples_of_the_standard() {
    // RFC 8949, appendix A.
    for (number, bytes) in [
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (1000, "1903e8"),
        (1_000_000, "1a000f4240"),
        (u64::MAX, "1bffffffffffffffff"),
    ] {
        assert_eq!(to_cbor(&number), Ok(hex(bytes)));
        assert_eq!(from_cbor(&hex(bytes)), Ok(number));
    }
    for (number, bytes) in [(-1_i64, "20"), (-1000, "3903e7")] {
        assert_eq!(to_cbor(&number), Ok(hex(bytes)));
        assert_eq!(from_cbor(&hex(bytes)), Ok(number));
    }
    assert_eq!(
        from_cbor::<i64>(&hex("3bffffffffffffffff")),
        Err(Error::Damaged)
    );
    assert_eq!(from_cbor(&hex("6161")), Ok("a".to_owned()));
    assert_eq!(from_cbor(&hex("9f0102ff")), Ok(vec![1_u8, 2]));
    assert_eq!(
        from_cbor(&hex("bf616101ff")),
        Ok(Map::from([("a".to_owned(), 1_u8)]))
    );
    // Numbers may be written longer than they must be; strings in pieces are not ours.
    assert_eq!(from_cbor(&hex("1900ff")), Ok(255_u8));
    assert_eq!(from_cbor::<u8>(&hex("190100")), Err(Error::Damaged));
    assert_eq!(from_cbor::<String>(&hex("7f6161ff")), Err(Error::Damaged));
    assert_eq!(from_cbor::<(u8, u8)>(&hex("83010203")), Err(Error::Damaged));
    assert_eq!(from_cbor::<(u8, u8)>(&hex("8101")), Err(Error::Damaged));
}

#[test]
fn what_a_later_version_adds_is_passed_over() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Known {
        z: u8,
    }
    // Beside `z`: a float, a tagged date, lists and maps of either length, null.
    for added in [
        "fb3ff199999999999a",
        "c06a323031332d30332d3231",
        "8201f6",
        "9f01ff",
        "bf616101ff",
        "a1616182f5f4",
        "f6",
    ] {
        let bytes = hex(&format!("a26178{added}617a05"));
        assert_eq!(from_cbor(&bytes), Ok(Known { z: 5 }), "{added}");
    }
    let json = br#" {"x": [1.5e3, -0, {"a": [null, true]}, "\u00e4\ud83d\ude00\n"], "z": 5} "#;
    assert_eq!(from_json(json), Ok(Known { z: 5 }));
    assert_eq!(from_json::<Known>(br#"{"z": 5.0}"#), Err(Error::Damaged));
    assert_eq!(
        from_json::<Known>(br#"{"z": 5, "z": 5}"#),
        Err(Error::Damaged)
    );
    assert_eq!(from_json::<Known>(b"{}"), Err(Error::Damaged));
}

#[test]
fn a_tower_of_lists_is_refused() {
    let towers = [
        vec![0x81; 100_000],
        vec![0x9f; 100_000],
        vec![0xc0; 100_000],
    ];
    for tower in towers {
        assert!(from_cbor::<serde::de::IgnoredAny>(&tower).is_err());
    }
    assert!(from_json::<serde::de::IgnoredAny>(&[b'['; 100_000]).is_err());
    // And a list that says it is longer than anything is refused at its end, without the memory.
    assert!(from_cbor::<Vec<u64>>(&hex("9bffffffffffffffff00")).is_err());
    assert!(from_cbor::<Blob>(&hex("5bffffffffffffffff00")).is_err());
}

#[test]
fn escapes_of_json() {
    for text in [
        r#""\ud83d\ude00""#,
        r#""\"\\\/\b\f\n\r\t\u0041""#,
        r#""ä\u0000""#,
    ] {
        assert_eq!(
            from_json::<String>(text.as_bytes()).ok(),
            serde_json::from_str(text).ok(),
            "{text}"
        );
        assert!(serde_json::from_str::<String>(text).is_ok());
    }
    for text in [
        r#""\ud83d""#,
        r#""\ud83dx""#,
        r#""\ude00""#,
        r#""\ud83d\u0041""#,
        r#""\x""#,
        "\"\n\"",
        "\"",
        "\"\u{7f}",
    ] {
        assert_eq!(
            from_json::<String>(text.as_bytes()),
            Err(Error::Damaged),
            "{text}"
        );
        assert!(serde_json::from_str::<String>(text).is_err());
    }
    assert_eq!(from_json::<String>(b"\"\xff\""), Err(Error::Damaged));
}

/// What a later version tells has its place, and is passed over whole; nothing else becomes lenient.
#[test]
fn a_later_versions_event_is_passed_over() {
    use ciborium::cbor;
    use domain::live::{Event, ToClient};
    let newer = cbor!({ "newer" => { "a" => [1, { "b" => "c" }] } }).unwrap();
    let frame = cbor!({ "event" => { "seq" => 7, "event" => newer.clone() } }).unwrap();
    let bytes = |value: &ciborium::Value| {
        let mut bytes = Vec::new();
        ciborium::into_writer(value, &mut bytes).unwrap();
        bytes
    };
    let passed = ToClient::Event {
        seq: 7,
        event: Event::Unknown,
    };
    assert_eq!(from_cbor::<ToClient>(&bytes(&frame)), Ok(passed));
    assert_eq!(from_cbor::<ToClient>(&bytes(&newer)), Ok(ToClient::Unknown));
    let both = cbor!([newer, "newer"]).unwrap();
    let all = from_cbor::<Vec<ToClient>>(&bytes(&both));
    assert_eq!(all, Ok(vec![ToClient::Unknown, ToClient::Unknown]));
    let known = cbor!({ "event" => { "seq" => 7, "event" => { "gone" => { "x" => 1 } } } });
    assert!(from_cbor::<ToClient>(&bytes(&known.unwrap())).is_err());
    let cut = bytes(&frame);
    assert!(from_cbor::<ToClient>(&cut[..cut.len() - 1]).is_err());
}
