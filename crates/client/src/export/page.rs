//! A page for people: it needs nothing but a browser, and asks nobody for anything.

use crate::conversation::{Author, Body, Item, Thread};
use crate::export::Words;

const STYLE: &str = "body{font:17px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}\
    h2{margin-top:3rem}article{margin:1.25rem 0}p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}\
    small{color:#555}";

pub(super) fn write(threads: &[Thread], words: &Words<'_>) -> String {
    let mut page = [
        "<!doctype html>\n<html lang=\"",
        &escaped(words.language),
        "\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        "<title>",
        &escaped(words.title),
        "</title><style>",
        STYLE,
        "</style><main><h1>",
        &escaped(words.title),
        "</h1>\n",
    ]
    .concat();
    for thread in threads {
        let summary = &thread.summary;
        let heading = [summary.agency_name.as_str(), summary.other.as_str()];
        let heading: Vec<_> = heading.into_iter().filter(|one| !one.is_empty()).collect();
        page += &[
            "<h2 dir=\"auto\">",
            &escaped(&heading.join(" · ")),
            "</h2>\n",
        ]
        .concat();
        for item in &thread.items {
            let text = match &item.body {
                Body::Text(text) => text.as_str(),
                // What was taken back is not taken along.
                Body::Enquiry(_) | Body::Deleted => continue,
                _ => words.unreadable,
            };
            page += &[
                "<article><b dir=\"auto\">",
                &escaped(author(item, words)),
                "</b> <small>",
                &escaped(&(words.moment)(item.time)),
                "</small><p dir=\"auto\">",
                &escaped(text),
                "</p></article>\n",
            ]
            .concat();
        }
    }
    page += "</main>\n";
    page
}

/// Who wrote it, by name.
pub(super) fn author<'a>(item: &'a Item, words: &Words<'a>) -> &'a str {
    match &item.author {
        Author::Own => words.own,
        Author::Other { name, .. } if !name.is_empty() => name,
        Author::Other { .. } | Author::Unknown => words.other,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
