//! What people write: a small part of Markdown, read into a tree that can be shown without any markup.
//!
//! Paragraphs keep their line breaks; `**bold**` and `*italics*` within a line; lists of at least two lines that
//! begin with `- `, `* ` or with numbers that follow each other; links (see [`address`]). Everything else stays as it
//! was typed. Reading takes time linear in the length of the text and knows no error.

pub mod address;
mod line;
#[cfg(test)]
mod tests;

pub use line::Run;

/// A part of a text. Together the parts are the whole text, without the marks that did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block<'a> {
    /// Lines with the breaks as they were typed, those after the last line included.
    Paragraph(Vec<Run<'a>>),
    /// A list; each item is one line.
    List {
        /// The number of the first item; `None`: no numbers.
        first: Option<u16>,
        /// At least two.
        items: Vec<Vec<Run<'a>>>,
    },
}

/// What a line of a list begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `-` or `*`.
    Bullet(u8),
    /// Up to three digits and a full stop, without a leading zero.
    Number(u16),
}

impl Mark {
    /// The mark of the item after this one.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Bullet(_) => self,
            Self::Number(number) => Self::Number(number + 1),
        }
    }
}

/// The mark at the beginning of a line, and what stands after it and its blank.
#[must_use]
pub fn mark(line: &str) -> Option<(Mark, &str)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (mark, length) = match line.as_bytes() {
        [bullet @ (b'-' | b'*'), ..] => (Mark::Bullet(*bullet), 1),
        [b'1'..=b'9', ..] if digits <= 3 && line.as_bytes().get(digits) == Some(&b'.') => {
            (Mark::Number(line.get(..digits)?.parse().ok()?), digits + 1)
        }
        _ => return None,
    };
    Some((mark, line.get(length..)?.strip_prefix(' ')?))
}

/// Reads a text.
#[must_use]
pub fn read(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    // Where the paragraph that is being read begins, whether it says something, and whether a blank line has ended it.
    let (mut from, mut says, mut ended) = (0, false, false);
    let mut at = 0;
    while let Some(line) = from_here(text, at) {
        if let Some((list, end)) = list(text, at) {
            push_paragraph(&mut blocks, text, from, at);
            blocks.push(list);
            (from, says, ended, at) = (end, false, false, end);
            continue;
        }
        let is_blank = line.trim().is_empty();
        if ended && !is_blank {
            push_paragraph(&mut blocks, text, from, at);
            (from, says) = (at, false);
        }
        says |= !is_blank;
        ended = says && is_blank;
        at += line.len();
    }
    push_paragraph(&mut blocks, text, from, text.len());
    blocks
}

fn push_paragraph<'a>(blocks: &mut Vec<Block<'a>>, text: &'a str, from: usize, to: usize) {
    if from < to {
        blocks.push(Block::Paragraph(line::runs(text, from, to)));
    }
}

/// The list that begins at `at`, and where the line after it begins.
fn list(text: &str, at: usize) -> Option<(Block<'_>, usize)> {
    let mut items = Vec::new();
    let mut end = at;
    let mut first = None;
    let mut expected = None;
    while let Some(line) = from_here(text, end) {
        let Some((mark, item)) = mark(line) else {
            break;
        };
        if expected.is_some_and(|expected| expected != mark) || item.trim().is_empty() {
            break;
        }
        first = first.or(Some(mark));
        expected = Some(mark.next());
        items.push((end + line.len() - item.trim_start().len(), item.trim()));
        end += line.len();
    }
    if items.len() < 2 {
        return None;
    }
    let first = match first? {
        Mark::Bullet(_) => None,
        Mark::Number(number) => Some(number),
    };
    let items = items
        .into_iter()
        .map(|(from, item)| line::runs(text, from, from + item.len()))
        .collect();
    Some((Block::List { first, items }, end))
}

/// The text in one line, without marks, shortened to so many characters: for previews.
#[must_use]
pub fn plain(text: &str, most: usize) -> String {
    let mut all = String::new();
    for block in read(text) {
        match block {
            Block::Paragraph(runs) => push(&mut all, &runs),
            Block::List { first, items } => {
                let mut number = first;
                for runs in items {
                    match &mut number {
                        Some(number) => {
                            all.push_str(&number.to_string());
                            all.push_str(". ");
                            *number += 1;
                        }
                        None => all.push_str("• "),
                    }
                    push(&mut all, &runs);
                    all.push(' ');
                }
            }
        }
    }
    let mut line = String::new();
    for word in all.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if let Some((end, _)) = line.char_indices().nth(most) {
        line.truncate(end);
    }
    line
}

fn push(all: &mut String, runs: &[Run<'_>]) {
    for run in runs {
        all.push_str(run.text);
    }
}

/// The line that begins at `at`, with its break; `None` at the end.
fn from_here(text: &str, at: usize) -> Option<&str> {
    text.get(at..)?.split_inclusive('\n').next()
}

/// A part of a text; nothing where the limits are not between characters.
fn part(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}
