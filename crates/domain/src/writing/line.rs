//! Bold, italics and links within lines.

use super::address::{self, SCHEME};
use super::part;

/// Text that is shown in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'a> {
    /// Where it stands in the whole text, in bytes.
    pub at: usize,
    /// What is shown.
    pub text: &'a str,
    /// Whether it is bold.
    pub bold: bool,
    /// Whether it is in italics.
    pub italics: bool,
    /// Where it leads: the text itself, or an address behind words, possibly without its `https://`. Empty: nowhere.
    pub address: &'a str,
}

/// Something that is more than text.
#[derive(Clone, Copy)]
enum Cut<'a> {
    Stars {
        at: usize,
        count: usize,
        line: usize,
        /// What it begins and what it ends: [`BOLD`] or [`ITALICS`], both or nothing; as many stars as they cost.
        begins: usize,
        ends: usize,
    },
    Link {
        at: usize,
        end: usize,
        text: (usize, &'a str),
        address: &'a str,
    },
}

const ITALICS: usize = 1;
const BOLD: usize = 2;

/// The runs between two places of a text.
pub(super) fn runs(text: &str, from: usize, to: usize) -> Vec<Run<'_>> {
    let mut cuts = cuts(text, from, to);
    pair(text, to, &mut cuts, BOLD);
    pair(text, to, &mut cuts, ITALICS);
    let mut runs = Vec::new();
    let mut style = 0;
    let mut done = from;
    let mut push = |at: usize, text, style: usize, address| {
        let (bold, italics) = (style & BOLD > 0, style & ITALICS > 0);
        runs.push(Run {
            at,
            text,
            bold,
            italics,
            address,
        });
    };
    for cut in cuts {
        // Stars that do only a part of what they could stay outside of what they do.
        let (at, end, link) = match cut {
            Cut::Stars {
                begins: 0, ends: 0, ..
            } => continue,
            Cut::Stars {
                at,
                ends: 0,
                count,
                begins,
                ..
            } => (at + count - begins, at + count, None),
            Cut::Stars {
                at, begins, ends, ..
            } => (at, at + begins + ends, None),
            Cut::Link {
                at,
                end,
                text,
                address,
            } => (at, end, Some((text, address))),
        };
        if done < at {
            push(done, part(text, done, at), style, "");
        }
        if let Some(((at, shown), address)) = link {
            push(at, shown, style, address);
        }
        if let Cut::Stars { begins, ends, .. } = cut {
            style = (style & !ends) | begins;
        }
        done = end;
    }
    if done < to {
        push(done, part(text, done, to), style, "");
    }
    runs
}

fn cuts(text: &str, from: usize, to: usize) -> Vec<Cut<'_>> {
    let mut cuts = Vec::new();
    let bytes = text.as_bytes().get(..to).unwrap_or_default();
    let (mut at, mut line) = (from, 0);
    // The last bracket that may open a link, and how many cuts came before it.
    let mut bracket = None;
    while let Some(byte) = bytes.get(at) {
        let mut next = at + 1;
        match byte {
            b'\n' => {
                line += 1;
                bracket = None;
            }
            b'*' => {
                let stars = bytes.iter().skip(at).take_while(|byte| **byte == b'*');
                let count = stars.count();
                cuts.push(Cut::Stars {
                    at,
                    count,
                    line,
                    begins: 0,
                    ends: 0,
                });
                next = at + count;
            }
            // A picture stays as it was typed.
            b'[' if at == 0 || bytes.get(at - 1) != Some(&b'!') => bracket = Some((at, cuts.len())),
            b']' => {
                if let Some((open, before)) = bracket.take()
                    && let Some(link) = behind_words(text, to, open, at)
                {
                    // Whatever stood among the words is shown as it is.
                    cuts.truncate(before);
                    if let Cut::Link { end, .. } = link {
                        next = end;
                    }
                    cuts.push(link);
                }
            }
            // Typed once too often: the address begins with the second.
            b'h' if part(text, at, to).starts_with("https://https://") => next = at + SCHEME.len(),
            b'h' if part(text, at, to).starts_with(SCHEME) => {
                let address = part(text, at, at + address::length(part(text, at, to)));
                let begins = part(text, from, at)
                    .chars()
                    .next_back()
                    .is_none_or(|before| !before.is_alphanumeric());
                let end = at + address.len();
                if begins && address::host(address).is_some() {
                    cuts.push(Cut::Link {
                        at,
                        end,
                        text: (at, address),
                        address,
                    });
                }
                next = end.max(next);
            }
            _ => {}
        }
        at = next;
    }
    cuts
}

/// `[words](address)`, with its brackets at `open` and `close`.
fn behind_words(text: &str, to: usize, open: usize, close: usize) -> Option<Cut<'_>> {
    let words = part(text, open + 1, close);
    let rest = part(text, close + 1, to).strip_prefix('(')?;
    if !rest.starts_with(SCHEME) && !rest.starts_with("www.") {
        return None;
    }
    let mut depth = 0;
    // Not over the next bracket: what has been looked at for one link is never looked at for another.
    let end = rest.find(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth < 0 || matches!(c, '[' | ']') || address::ends(c)
    })?;
    let is_closed = rest.get(end..)?.starts_with(')');
    let address = rest.get(..end)?;
    let fine = is_closed
        && !words.trim().is_empty()
        && !address::may_deceive(words)
        && address::host(address).is_some();
    fine.then_some(Cut::Link {
        at: open,
        end: close + 2 + end + 1,
        text: (open + 1, words),
        address,
    })
}

/// Finds what begins and ends with these stars: each end takes the nearest beginning on its line.
///
/// Never within a word: `Berater*innen und Klient*innen` is not in italics (as it would be by CommonMark).
fn pair(text: &str, to: usize, cuts: &mut [Cut<'_>], kind: usize) {
    let mut open = None;
    for index in 0..cuts.len() {
        let Some(Cut::Stars {
            at, count, line, ..
        }) = cuts.get(index)
        else {
            continue;
        };
        let (at, count, line) = (*at, *count, *line);
        if count > 3 || count & kind == 0 {
            continue;
        }
        let before = part(text, 0, at).chars().next_back().unwrap_or(' ');
        let after = part(text, at + count, to).chars().next().unwrap_or(' ');
        let partner = open
            .take_if(|(_, of)| *of != line || !before.is_whitespace() && !after.is_alphanumeric());
        match partner {
            Some((partner, of)) if of == line => {
                if let Some(Cut::Stars { begins, .. }) = cuts.get_mut(partner) {
                    *begins |= kind;
                }
                if let Some(Cut::Stars { ends, .. }) = cuts.get_mut(index) {
                    *ends |= kind;
                }
            }
            _ if !before.is_alphanumeric() && !after.is_whitespace() => open = Some((index, line)),
            _ => {}
        }
    }
}
