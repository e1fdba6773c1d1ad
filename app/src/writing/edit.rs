//! What a tool or a key changes in a text: pure functions over the text and what is selected in it, in bytes.

use std::ops::Range;

use domain::writing::address::SCHEME;
use domain::writing::{Block, Mark, Run, mark, read};

/// What stands in the toolbar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Bold, or not.
    Bold,
    /// Italics, or not.
    Italics,
    /// A list, or none.
    List,
    /// A list with numbers, or none.
    Numbers,
    /// An address behind the selected words.
    Link,
    /// The key: in a list the next item.
    Enter,
}

/// A change of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Where the text is replaced.
    pub from: usize,
    /// Up to here.
    pub to: usize,
    /// By what.
    pub with: String,
    /// What is selected afterwards, counted from `from`.
    pub select: (usize, usize),
}

/// What a tool does to a text of which `at` is selected; `None`: nothing. `begun`: the list there was made by a tool.
#[must_use]
pub fn apply(tool: Tool, text: &str, at: Range<usize>, begun: bool) -> Option<Edit> {
    let Range {
        start: from,
        end: to,
    } = at;
    match tool {
        Tool::Enter if from < to => None,
        Tool::Enter => enter(text, from, begun),
        Tool::Bold => emphasise(text, from, to, 2),
        Tool::Italics => emphasise(text, from, to, 1),
        Tool::List => list(text, from, to, false),
        Tool::Numbers => list(text, from, to, true),
        Tool::Link => link(text, from, to),
    }
}

/// Whether what is selected is bold, and whether it is in italics.
#[must_use]
pub fn style(text: &str, at: &Range<usize>) -> (bool, bool) {
    let has = |kind| styled(text, at.start, at.end, kind).is_some();
    (has(2), has(1))
}

/// Enter in a list begins the next item; in an empty item it ends the list. What a tool has made is a list from its
/// first item on; otherwise two make one.
fn enter(text: &str, at: usize, begun: bool) -> Option<Edit> {
    let start = line_start(text, at);
    let (mark_here, item) = mark(text.get(start..line_end(text, at))?)?;
    let line_before = || {
        let before = start.checked_sub(1)?;
        mark(text.get(line_start(text, before)..before)?)
    };
    if !begun && line_before().map(|(mark, _)| mark.next()) != Some(mark_here) {
        return None;
    }
    let after_mark = line_end(text, at) - item.len();
    if item.trim().is_empty() {
        return Some(edit(start, line_end(text, at), String::new(), 0));
    }
    (at >= after_mark).then(|| {
        let with = ["\n", &written(mark_here.next())].concat();
        let end = with.len();
        edit(at, at, with, end)
    })
}

fn edit(from: usize, to: usize, with: String, caret: usize) -> Edit {
    let select = (caret, caret);
    Edit {
        from,
        to,
        with,
        select,
    }
}

fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |at| at + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    let after = text.get(at..).unwrap_or_default();
    after.find('\n').map_or(text.len(), |end| at + end)
}

fn written(mark: Mark) -> String {
    match mark {
        Mark::Bullet(b'*') => "* ".to_owned(),
        Mark::Bullet(_) => "- ".to_owned(),
        Mark::Number(number) => [&number.to_string(), ". "].concat(),
    }
}

/// `kind`: as many stars as it costs.
fn emphasise(text: &str, from: usize, to: usize, kind: usize) -> Option<Edit> {
    let selected = text.get(from..to)?;
    if selected.contains('\n') {
        return Some(emphasise_lines(text, from, to, kind));
    }
    let (mut a, mut b) = trimmed(selected, from);
    if from == to {
        (a, b) = word(text, from);
    }
    // Selected together with its marks.
    while b - a >= 2 && text.get(a..b)?.starts_with('*') && text.get(a..b)?.ends_with('*') {
        (a, b) = (a + 1, b - 1);
    }
    if let Some(whole) = styled(text, a, b, kind) {
        (a, b) = whole;
    }
    let core = text.get(a..b)?;
    let around = stars_before(text.get(..a)?)
        .min(stars_after(text.get(b..)?))
        .min(3);
    let new = around ^ kind;
    let stars = "*".repeat(new);
    let select = if from == to {
        let caret = new + from.clamp(a, b) - a;
        (caret, caret)
    } else {
        (new, new + core.len())
    };
    Some(Edit {
        from: a - around,
        to: b + around,
        with: [&stars, core, &stars].concat(),
        select,
    })
}

/// Marks do not reach over the end of a line: each line gets its own.
fn emphasise_lines(text: &str, from: usize, to: usize, kind: usize) -> Edit {
    let lines = || {
        text.get(from..to)
            .unwrap_or_default()
            .split('\n')
            .map(content)
    };
    let has = |core: &str| {
        let stars = stars_after(core).min(stars_before(core)).min(3);
        (stars & kind > 0 && core.len() > 2 * stars).then_some(stars)
    };
    let all = lines().all(|(_, core, _)| core.is_empty() || has(core).is_some());
    let line = |(before, core, after): (&str, &str, &str)| {
        let stars = "*".repeat(kind);
        match has(core) {
            _ if core.is_empty() => [before, after].concat(),
            Some(_) if all => {
                let core = core.get(kind..core.len() - kind).unwrap_or_default();
                [before, core, after].concat()
            }
            Some(_) => [before, core, after].concat(),
            None => [before, &stars, core, &stars, after].concat(),
        }
    };
    let with = lines().map(line).collect::<Vec<_>>().join("\n");
    let select = (0, with.len());
    Edit {
        from,
        to,
        with,
        select,
    }
}

/// A line: what stands before what it says (blanks, a list's mark), what it says, and blanks.
fn content(line: &str) -> (&str, &str, &str) {
    let rest = mark(line).map_or(line, |(_, item)| item).trim_start();
    let core = rest.trim_end();
    let before = line.len() - rest.len();
    (
        line.get(..before).unwrap_or_default(),
        core,
        rest.get(core.len()..).unwrap_or_default(),
    )
}

fn trimmed(selected: &str, from: usize) -> (usize, usize) {
    let a = from + selected.len() - selected.trim_start().len();
    (a, a + selected.trim().len())
}

/// The word around a place that is within one, else the place itself.
fn word(text: &str, at: usize) -> (usize, usize) {
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    let a = before.trim_end_matches(char::is_alphanumeric).len();
    let b = text.len() - after.trim_start_matches(char::is_alphanumeric).len();
    if a < at && at < b { (a, b) } else { (at, at) }
}

fn stars_before(text: &str) -> usize {
    text.len() - text.trim_end_matches('*').len()
}

fn stars_after(text: &str) -> usize {
    text.len() - text.trim_start_matches('*').len()
}

/// The whole stretch of this kind in which `from..to` lies.
fn styled(text: &str, from: usize, to: usize, kind: usize) -> Option<(usize, usize)> {
    let is_styled = |run: &Run<'_>| if kind == 2 { run.bold } else { run.italics };
    let holds = |stretch: &Option<(usize, usize)>| {
        stretch.is_some_and(|(begin, end)| begin <= from && to <= end)
    };
    for block in read(text) {
        let lines = match block {
            Block::Paragraph(line) => vec![line],
            Block::List { items, .. } => items,
        };
        for line in lines {
            let mut stretch: Option<(usize, usize)> = None;
            for run in &line {
                let end = run.at + run.text.len();
                stretch = match stretch {
                    _ if is_styled(run) => Some((stretch.map_or(run.at, |(begin, _)| begin), end)),
                    Some(_) if holds(&stretch) => return stretch,
                    _ => None,
                };
            }
            if holds(&stretch) {
                return stretch;
            }
        }
    }
    None
}

fn list(text: &str, from: usize, to: usize, numbered: bool) -> Option<Edit> {
    let start = line_start(text, from);
    // A selection that ends at the beginning of a line does not mean that line.
    let last = if from < to && text.get(..to)?.ends_with('\n') {
        to - 1
    } else {
        to
    };
    let end = line_end(text, last);
    let lines: Vec<&str> = text.get(start..end)?.split('\n').collect();
    let of_kind = |line: &str| {
        let (mark, _) = mark(line)?;
        (matches!(mark, Mark::Number(_)) == numbered).then_some(mark)
    };
    let is_only = lines.len() == 1;
    let says = |line: &str| is_only || !line.trim().is_empty();
    let all = lines
        .iter()
        .all(|line| !says(line) || of_kind(line).is_some());
    let before = start
        .checked_sub(1)
        .and_then(|at| of_kind(text.get(line_start(text, at)..at)?));
    let mut next = match before {
        Some(mark) => mark.next(),
        None if numbered => Mark::Number(1),
        None => Mark::Bullet(b'-'),
    };
    let line = |line: &&str| {
        let item = mark(line).map_or(*line, |(_, item)| item);
        if all || !says(line) {
            return item.to_owned();
        }
        let with = [&written(next), item].concat();
        next = next.next();
        with
    };
    let with = lines.iter().map(line).collect::<Vec<_>>().join("\n");
    let select = if from == to {
        let caret = with.len().saturating_sub(end - from);
        (caret, caret)
    } else {
        (0, with.len())
    };
    Some(Edit {
        from: start,
        to: end,
        with,
        select,
    })
}

fn link(text: &str, from: usize, to: usize) -> Option<Edit> {
    let selected = text.get(from..to)?;
    let (a, b) = trimmed(selected, from);
    let words = text.get(a..b)?;
    if words.contains(['\n', '[', ']']) {
        return None;
    }
    if words.is_empty() {
        return Some(edit(to, to, SCHEME.to_owned(), SCHEME.len()));
    }
    if words.starts_with(SCHEME) {
        return Some(edit(a, b, ["[](", words, ")"].concat(), 1));
    }
    let begin = words.len() + 3;
    Some(Edit {
        from: a,
        to: b,
        with: ["[", words, "](", SCHEME, ")"].concat(),
        select: (begin, begin + SCHEME.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with `‹` and `›` around what is selected, `|` where nothing is.
    fn after(marked: &str, change: impl Fn(&str, usize, usize) -> Option<Edit>) -> String {
        let (text, from, to) = match marked.find('|') {
            Some(at) => (marked.replace('|', ""), at, at),
            None => {
                let (from, to) = (marked.find('‹').unwrap(), marked.find('›').unwrap());
                (marked.replace(['‹', '›'], ""), from, to - '‹'.len_utf8())
            }
        };
        let Some(edit) = change(&text, from, to) else {
            return marked.to_owned();
        };
        let mut with = edit.with.clone();
        let (a, b) = edit.select;
        if a == b {
            with.insert(a, '|');
        } else {
            with.insert(b, '›');
            with.insert(a, '‹');
        }
        [&text[..edit.from], &with, &text[edit.to..]].concat()
    }

    fn used(tool: Tool, marked: &str) -> String {
        after(marked, |text, from, to| apply(tool, text, from..to, false))
    }

    #[test]
    fn emphasis_comes_and_goes() {
        for (tool, before, wanted) in [
            (Tool::Bold, "ein ‹Wort› hier", "ein **‹Wort›** hier"),
            (Tool::Bold, "ein **‹Wort›** hier", "ein ‹Wort› hier"),
            (Tool::Bold, "ein ‹**Wort**› hier", "ein ‹Wort› hier"),
            (Tool::Bold, "ein **Wo|rt** hier", "ein Wo|rt hier"),
            (Tool::Bold, "ein Wo|rt hier", "ein **Wo|rt** hier"),
            (Tool::Bold, "ein ‹Wort ›hier", "ein **‹Wort›** hier"),
            (Tool::Bold, "ein |", "ein **|**"),
            (Tool::Bold, "ein **|**", "ein |"),
            (Tool::Bold, "**ein ‹Wort› hier**", "‹ein Wort hier›"),
            (Tool::Italics, "ein ‹Wort›", "ein *‹Wort›*"),
            (Tool::Italics, "ein *‹Wort›*", "ein ‹Wort›"),
            (Tool::Italics, "ein **‹Wort›**", "ein ***‹Wort›***"),
            (Tool::Bold, "ein ***‹Wort›***", "ein *‹Wort›*"),
            (Tool::Italics, "ä ‹ö› ü", "ä *‹ö›* ü"),
            (Tool::Bold, "**a *b|* c**", "a *b|* c"),
            (Tool::Bold, "‹- a\n- b\n\nc›", "‹- **a**\n- **b**\n\n**c**›"),
            (Tool::Bold, "‹- **a**\n- **b**›", "‹- a\n- b›"),
            (Tool::Italics, "‹*a*\nb›", "‹*a*\n*b*›"),
        ] {
            assert_eq!(used(tool, before), wanted, "{tool:?} {before}");
        }
    }

    #[test]
    fn lists_come_and_go() {
        for (tool, before, wanted) in [
            (Tool::List, "|", "- |"),
            (Tool::List, "- |", "|"),
            (Tool::List, "Br|ot", "- Br|ot"),
            (Tool::List, "x\n‹a\n\nb›\ny", "x\n‹- a\n\n- b›\ny"),
            (Tool::List, "‹a\nb\n›c", "‹- a\n- b›\nc"),
            (Tool::List, "‹- a\n- b›", "‹a\nb›"),
            (Tool::List, "‹1. a\n2. b›", "‹- a\n- b›"),
            (Tool::Numbers, "‹- a\n- b\nc›", "‹1. a\n2. b\n3. c›"),
            (Tool::Numbers, "1. a\nb|", "1. a\n2. b|"),
            (Tool::Numbers, "‹1. a\n2. b›", "‹a\nb›"),
        ] {
            assert_eq!(used(tool, before), wanted, "{tool:?} {before}");
        }
    }

    #[test]
    fn an_address_is_put_behind_words() {
        for (before, wanted) in [
            ("die ‹Seite›.", "die [Seite](‹https://›)."),
            ("die |", "die https://|"),
            ("‹https://a.de/x›", "[|](https://a.de/x)"),
            ("‹a\nb›", "‹a\nb›"),
        ] {
            assert_eq!(used(Tool::Link, before), wanted, "{before}");
        }
    }

    #[test]
    fn enter_goes_on_with_a_list_that_is_one() {
        let entered = |marked: &str, begun| after(marked, |text, at, _| enter(text, at, begun));
        for (begun, before, wanted) in [
            (false, "- a\n- b|", "- a\n- b\n- |"),
            (false, "- a\n- b|c", "- a\n- b\n- |c"),
            (false, "1. a\n2. b|", "1. a\n2. b\n3. |"),
            (false, "* a\n* b|", "* a\n* b\n* |"),
            (false, "- a\n- |", "- a\n|"),
            (true, "- a|", "- a\n- |"),
            (true, "- |", "|"),
            // Not a list yet, and no place to go on.
            (false, "- a|", "- a|"),
            (false, "1. Mai|", "1. Mai|"),
            (false, "a|", "a|"),
            (false, "- a\n|- b", "- a\n|- b"),
            (false, "1. a\n1. b|", "1. a\n1. b|"),
        ] {
            assert_eq!(entered(before, begun), wanted, "{before}");
        }
    }

    #[test]
    fn the_style_of_a_place_is_told() {
        let at = |marked: &str| {
            let at = marked.find('|').unwrap();
            style(&marked.replace('|', ""), &(at..at))
        };
        assert_eq!(at("a **b|c** d"), (true, false));
        assert_eq!(at("a *b|c* d"), (false, true));
        assert_eq!(at("***b|***"), (true, true));
        assert_eq!(at("a| **b**"), (false, false));
        assert_eq!(at("- a\n- *b|*"), (false, true));
        assert_eq!(style("a **b** c", &(0..9)), (false, false));
    }

    /// Wherever it is used on whatever text, it neither fails nor loses a word.
    #[test]
    fn no_tool_loses_what_was_written() {
        let tools = [
            Tool::Bold,
            Tool::Italics,
            Tool::List,
            Tool::Numbers,
            Tool::Link,
            Tool::Enter,
        ];
        for text in [
            "",
            "ä",
            "**ä *ö* ü**",
            "- a\n- *b*\n\n1. c",
            "* *\n**\n- ",
            "[ä](www.a.de)\n9. x",
            "\r\n\r\n",
        ] {
            let letters = |text: &str| {
                text.replace(SCHEME, "")
                    .replace(|c: char| !c.is_alphabetic(), "")
            };
            let places = |from: usize| (from..=text.len()).filter(|at| text.is_char_boundary(*at));
            for from in places(0) {
                for to in places(from) {
                    for edit in tools
                        .map(|tool| apply(tool, text, from..to, true))
                        .into_iter()
                        .flatten()
                    {
                        let new = [&text[..edit.from], &edit.with, &text[edit.to..]].concat();
                        assert_eq!(
                            letters(&new),
                            letters(text),
                            "{text:?} {from} {to} {edit:?}"
                        );
                        assert!(
                            edit.with.get(edit.select.0..edit.select.1).is_some(),
                            "{edit:?}"
                        );
                    }
                }
            }
        }
    }
}
