//! The same for programs.

use crate::conversation::{Body, Thread};
use crate::export::{Words, page::author};

/// One object: conversations, and in each the messages that can be read.
pub(super) fn write(threads: &[Thread], words: &Words<'_>) -> String {
    let conversations = threads.iter().map(|thread| {
        let messages = thread.items.iter().filter_map(|item| {
            let Body::Text(text) = &item.body else {
                return None;
            };
            let fields = [
                ("time", (words.machine)(item.time)),
                ("author", author(item, words).to_owned()),
                ("text", text.clone()),
            ];
            Some(object(&fields))
        });
        let messages: Vec<_> = messages.collect();
        let head = object(&[
            ("agency", thread.summary.agency_name.clone()),
            ("with", thread.summary.other.clone()),
            ("began", (words.machine)(thread.summary.created)),
        ]);
        let head = head.trim_end_matches('}');
        [head, ",\"messages\":[", &messages.join(",\n"), "]}"].concat()
    });
    let conversations: Vec<_> = conversations.collect();
    ["{\"conversations\":[", &conversations.join(",\n"), "]}\n"].concat()
}

fn object(fields: &[(&str, String)]) -> String {
    let field = |(name, value): &(&str, String)| [quoted(name), quoted(value)].join(":");
    let fields: Vec<_> = fields.iter().map(field).collect();
    ["{", &fields.join(","), "}"].concat()
}

/// A string (RFC 8259, 7).
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\n' => out.push_str("\\n"),
            '\0'..' ' => {
                let digit = |shift: u32| char::from_digit(u32::from(char) >> shift & 15, 16);
                out.push_str("\\u00");
                out.extend([digit(4), digit(0)].into_iter().flatten());
            }
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}
