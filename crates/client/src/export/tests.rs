//! What is written is what others read: the archive by the `zip` crate, the data by `serde_json`.

use std::io::{Cursor, Read as _};

use domain::conversation::State;
use domain::id::{AgencyId, ConversationId, MessageId};
use domain::time::Timestamp;
use domain::topic::TopicId;
use proptest::prelude::*;
use zip::ZipArchive;

use super::*;
use crate::conversation::{Author, Body, Delivery, Draft, Item, Role, Summary};
use crate::error::Untrusted;

fn thread(items: Vec<Item>) -> Thread {
    let summary = Summary {
        conversation: ConversationId::from_bytes([1; 16]),
        agency: AgencyId::from_bytes([1; 16]),
        agency_name: "Haus <Dreisam>".to_owned(),
        topic: TopicId(1),
        state: State::Active,
        other: "Frau \"K.\" & Co.".to_owned(),
        preview: None,
        deleted: false,
        newest_own: false,
        newest: Timestamp(0),
        created: Timestamp(7),
        unread: 0,
        being_sent: 0,
        untrusted: None,
        kept_until: None,
    };
    Thread {
        summary,
        members: vec![],
        fields: None,
        items,
        typing: None,
        read: None,
        draft: Draft::default(),
        first_unread: None,
        alerts: vec![],
        can_write: true,
        changed: Vec::new(),
        asked: None,
        is_alone: false,
        passages: Vec::new(),
        closed: 0,
        complete: true,
        withheld: false,
    }
}

fn item(author: Author, body: Body) -> Item {
    Item {
        id: MessageId::from_bytes([1; 16]),
        position: Some(1),
        author,
        time: Timestamp(5),
        body,
        delivery: Delivery::Sent,
        amended: None,
        quote: None,
    }
}

fn named(name: &str) -> Author {
    Author::Other {
        name: name.to_owned(),
        role: Role::Counsellor,
    }
}

fn written(threads: &[Thread]) -> Vec<u8> {
    let words = Words {
        language: "de",
        title: "Meine Unterhaltungen",
        own: "Ich",
        other: "Andere",
        unreadable: "Nicht lesbar",
        moment: &|time| format!("Tag {}", time.0),
        machine: &|time| format!("T{}", time.0),
    };
    archive(threads, &words)
}

/// The names and contents of an archive; the library checks sums and lengths.
fn read(archive: Vec<u8>) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
    let read = |at| {
        let mut file = archive.by_index(at).unwrap();
        let mut content = String::new();
        file.read_to_string(&mut content).unwrap();
        (file.name().unwrap().into_owned(), content)
    };
    (0..2).map(read).collect()
}

#[test]
fn both_files_say_everything_that_can_be_read() {
    let items = vec![
        item(
            Author::Own,
            Body::Text("Guten Tag,\n<b>&\t\"ich\"".to_owned()),
        ),
        item(named("Frau K."), Body::Unverified(Untrusted::Message)),
        item(named(""), Body::Text("Hallo \u{1F33F}".to_owned())),
    ];
    let files = read(written(&[thread(items), thread(vec![])]));
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["beratung.html", "beratung.json"]);
    let (page, data) = (&files[0].1, &files[1].1);
    for shown in [
        "<h2 dir=\"auto\">Haus &lt;Dreisam&gt; · Frau &quot;K.&quot; &amp; Co.</h2>",
        "<b dir=\"auto\">Ich</b> <small>Tag 5</small>",
        "Guten Tag,\n&lt;b&gt;&amp;\t&quot;ich&quot;",
        "Nicht lesbar",
        "<b dir=\"auto\">Andere</b>",
        "Hallo \u{1F33F}",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    let expected = serde_json::json!({ "conversations": [
        {
            "agency": "Haus <Dreisam>", "with": "Frau \"K.\" & Co.", "began": "T7",
            "messages": [
                { "time": "T5", "author": "Ich", "text": "Guten Tag,\n<b>&\t\"ich\"" },
                { "time": "T5", "author": "Andere", "text": "Hallo \u{1F33F}" },
            ],
        },
        { "agency": "Haus <Dreisam>", "with": "Frau \"K.\" & Co.", "began": "T7", "messages": [] },
    ]});
    assert_eq!(data, expected);
}

proptest! {
    /// Whatever somebody wrote: it comes out as it went in, and adds no element to the page.
    #[test]
    fn no_text_breaks_out(text in ".{0,40}", name in ".{0,20}") {
        let items = vec![item(named(&name), Body::Text(text.clone()))];
        let files = read(written(&[thread(items)]));
        let data: serde_json::Value = serde_json::from_str(&files[1].1).unwrap();
        prop_assert_eq!(&data["conversations"][0]["messages"][0]["text"], &text);
        let elements = |page: &str| page.matches('<').count();
        let plain = vec![item(named("a"), Body::Text("b".to_owned()))];
        let plain = read(written(&[thread(plain)]));
        prop_assert_eq!(elements(&files[0].1), elements(&plain[0].1));
    }
}
