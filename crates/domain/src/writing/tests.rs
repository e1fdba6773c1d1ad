use super::*;
use proptest::prelude::*;

/// The tree in one line: `<b>`, `<i>`, `<a address>`, `<ul>`, `<ol n>`, `<li>`, `¶` between paragraphs.
fn shown(text: &str) -> String {
    let run = |run: &Run<'_>| {
        let mut shown = run.text.to_owned();
        if !run.address.is_empty() {
            shown = match run.address {
                address if address == run.text => format!("<a>{shown}</a>"),
                address => format!("<a {address}>{shown}</a>"),
            };
        }
        if run.italics {
            shown = format!("<i>{shown}</i>");
        }
        if run.bold {
            shown = format!("<b>{shown}</b>");
        }
        shown
    };
    let runs = |runs: &[Run<'_>]| runs.iter().map(run).collect::<String>();
    let block = |block: Block<'_>| match block {
        Block::Paragraph(paragraph) => runs(&paragraph),
        Block::List { first, items } => {
            let items = items.iter().map(|item| format!("<li>{}", runs(item)));
            let name = first.map_or("ul".to_owned(), |first| format!("ol {first}"));
            format!("<{name}>{}", items.collect::<String>())
        }
    };
    let blocks = read(text).into_iter().map(block);
    blocks.collect::<Vec<_>>().join("¶")
}

#[test]
fn bold_and_italics() {
    for (text, tree) in [
        ("**fett**", "<b>fett</b>"),
        ("*schräg*", "<i>schräg</i>"),
        ("***beides***", "<b><i>beides</i></b>"),
        (
            "ganz **fett und** *schräg*.",
            "ganz <b>fett und</b> <i>schräg</i>.",
        ),
        ("**a *b* c**", "<b>a </b><b><i>b</i></b><b> c</b>"),
        ("***a** b*", "<b><i>a</i></b><i> b</i>"),
        ("**a *b***", "<b>a </b><b><i>b</i></b>"),
        ("(*a*), „**b**“", "(<i>a</i>), „<b>b</b>“"),
        // Only what has a partner does something.
        ("***a**", "*<b>a</b>"),
        ("**a***", "<b>a</b>*"),
    ] {
        assert_eq!(shown(text), tree, "{text}");
    }
}

/// What people write without thinking of any markup.
#[test]
fn plain_writing_stays_as_it_is() {
    for text in [
        "Berater*innen und Klient*innen",
        "Kolleg*in, Freund*in und Nachbar*in",
        "*",
        "**",
        "* *",
        "** **",
        "****",
        "*****laut*****",
        "5 * 3 * 2 = 30",
        "2*3*4",
        "Sch***e, f*** das",
        "hab dich lieb :* bis bald :*",
        "Preis* und Zins* \n* gilt bis Mai",
        "*1990 in Ulm, *1992 in Köln",
        "*eine Zeile\nnoch eine*",
        "**eine Zeile\nnoch eine**",
        "_unten_ und __doppelt__ mein_name_hier",
        "# Überschrift",
        "> sagte er",
        "`code` und ~~weg~~",
        "```\nx\n```",
        "| a | b |",
        "---",
        "-- \nAnna",
        "-",
        "- ",
        "- Liebe Grüße, Anna",
        "1. Mai war frei.",
        "1.",
        "12.03. und 13.03.",
        "1999. Das war ein Jahr",
        "01. a\n02. b",
        "1. a\n1. b\n1. c",
        "1. a\n3. b",
        "- a\n* b",
        "-a\n-b",
        "– a\n– b",
        "1) a\n2) b",
        "[ ] Termin\n[x] Anruf",
        "[Klammer](daneben) und [noch](eine",
        "\\*kein Zeichen\\\\",
        "<b>fett</b><script>alert(1)</script>",
        "&amp; &lt; &#42;",
        "   eingerückt",
    ] {
        assert_eq!(shown(text), text, "{text}");
    }
}

#[test]
fn lists() {
    for (text, tree) in [
        ("- a\n- b", "<ul><li>a<li>b"),
        ("* a\n* b", "<ul><li>a<li>b"),
        ("1. a\n2. b\n3. c", "<ol 1><li>a<li>b<li>c"),
        ("17. a\n18. b", "<ol 17><li>a<li>b"),
        ("99. a\n100. b", "<ol 99><li>a<li>b"),
        ("999. a\n1000. b", "999. a\n1000. b"),
        ("- **a**\n- *b* c", "<ul><li><b>a</b><li><i>b</i> c"),
        ("-   a  \n- b", "<ul><li>a<li>b"),
        ("Mit:\n- a\n- b\n\nDanke", "Mit:\n¶<ul><li>a<li>b¶\nDanke"),
        ("- a\n- b\nohne", "<ul><li>a<li>b¶ohne"),
        ("- a\n- b\n1. c\n2. d", "<ul><li>a<li>b¶<ol 1><li>c<li>d"),
        ("- a\n- \n- b", "- a\n- \n- b"),
        ("- a\r\n- b\r\n", "<ul><li>a<li>b"),
        // A mark does not reach from one item into the next.
        ("- *a\n- b*", "<ul><li>*a<li>b*"),
    ] {
        assert_eq!(shown(text), tree, "{text}");
    }
}

#[test]
fn paragraphs_keep_what_is_between_them() {
    for (text, tree) in [
        ("", ""),
        ("a\nb", "a\nb"),
        ("a\n\nb", "a\n\n¶b"),
        ("a\n\n\n \nb\n\nc", "a\n\n\n \n¶b\n\n¶c"),
        ("\n\na", "\n\na"),
        ("  \n ", "  \n "),
    ] {
        assert_eq!(shown(text), tree, "{text:?}");
    }
}

#[test]
fn addresses_become_links_and_sentences_stay_whole() {
    for (text, tree) in [
        (
            "Siehe https://www.nora-notruf.de/start?a=1. Oder ruf an.",
            "Siehe <a>https://www.nora-notruf.de/start?a=1</a>. Oder ruf an.",
        ),
        ("(https://a.de)", "(<a>https://a.de</a>)"),
        ("https://a.de:8443/ü", "<a>https://a.de:8443/ü</a>"),
        (
            "https://a.de\nhttps://b.de",
            "<a>https://a.de</a>\n<a>https://b.de</a>",
        ),
        ("https://https://a.de", "https://<a>https://a.de</a>"),
        ("https://a.de: dort", "<a>https://a.de</a>: dort"),
        ("**https://a.de**", "<b><a>https://a.de</a></b>"),
        ("https://a.de/*x*y", "<a>https://a.de/*x*y</a>"),
        ("[Seite](https://a.de/x)", "<a https://a.de/x>Seite</a>"),
        ("[Seite](www.a.de/x).", "<a www.a.de/x>Seite</a>."),
        (
            "**[Seite](https://a.de)**",
            "<b><a https://a.de>Seite</a></b>",
        ),
        ("[a **b** c](https://a.de)", "<a https://a.de>a **b** c</a>"),
        ("**a [b** c](https://a.de)", "**a <a https://a.de>b** c</a>"),
        (
            "[x](https://de.a.org/B_(C)) d",
            "<a https://de.a.org/B_(C)>x</a> d",
        ),
        ("[[a](https://a.de)]", "[<a https://a.de>a</a>]"),
        (
            "- [a](https://a.de)\n- b",
            "<ul><li><a https://a.de>a</a><li>b",
        ),
    ] {
        assert_eq!(shown(text), tree, "{text}");
    }
}

#[test]
fn what_could_deceive_stays_text() {
    for text in [
        "http://a.de",
        "javascript:alert(1)",
        "https://bank.de@evil.example",
        "https://bänk.de",
        "https://xn--bnk-qla.de",
        "https://localhost",
        "https://",
        "https://.de",
        "https://a.de:/",
        "https://a.de:x",
        "xhttps://a.de",
        "https://a.de\\@bank.de",
        "https://\u{202e}ed.knab",
        "www.a.de",
        "[Seite](javascript:alert(1))",
        "[Seite](javascript://www.a.de/%0aalert(1))",
        "[Seite](data:text/html,x)",
        "[Seite](http://a.de)",
        "[Seite](//a.de)",
        "[Seite](a.de)",
        "[Seite](https://bank.de@evil.example)",
        "[Seite](https://xn--bnk-qla.de)",
        "[Seite](www.a.de@evil.example)",
        "[](https://a.de@b)",
        "[https://bank.de](https://evil.example)",
        "![Bild](www.a.de)",
        "[\u{202e}ed](www.a.de)",
        "[bank.de](www.evil.example)",
        "[bank。de](www.evil.example)",
        "[ich@bank](www.evil.example)",
        "[ ](www.a.de)",
        "[a\nb](www.a.de)",
        "[a](www.a.de b)",
        "[a](www.a.de\"onclick=x)",
    ] {
        assert_eq!(shown(text), text, "{text}");
    }
    // The words are not taken for an address, the address is.
    assert_eq!(
        shown("[bank.de](https://evil.example/x)"),
        "[bank.de](<a>https://evil.example/x</a>)"
    );
    assert_eq!(address::host("https://a.de:80/x"), Some("a.de:80"));
    assert_eq!(address::host("www.a.de?x"), Some("www.a.de"));
}

#[test]
fn previews_show_no_marks() {
    let text =
        "**Hallo** Frau K.,\n\nich brauche:\n- *Ruhe*\n- [Rat](https://a.de/x)\n\n1. a\n2. b";
    assert_eq!(
        plain(text, 99),
        "Hallo Frau K., ich brauche: • Ruhe • Rat 1. a 2. b"
    );
    assert_eq!(plain(text, 7), "Hallo F");
    assert_eq!(plain("äöü  ß", 3), "äöü");
    assert_eq!(plain(" \n ", 9), "");
}

/// 32 kB of whatever could make a reader look again and again; a quadratic one would need minutes in a debug build.
#[test]
fn nasty_texts_are_read_at_once() {
    let most = 32_000;
    for piece in [
        "*",
        "**",
        "* ",
        "*a ",
        "**a*",
        "a**",
        "[",
        "[[",
        "]",
        "[a](",
        "[a](https://",
        "](https://",
        "](",
        "[a](www.",
        "[x](https://\"",
        "(",
        "https://",
        "https://@",
        "https://a.de(",
        "- ",
        "- a\n",
        "1. a\n",
        "\n",
        " \n",
        "- a\n\n",
        "*\n",
        "a\n\n",
        "\u{202e}",
        "ä",
        "*[*](",
        "1",
        "- *\n- *\n\n",
        "[\n",
        "***a** ",
    ] {
        let text = piece.repeat(most / piece.len());
        let begun = std::time::Instant::now();
        let blocks = read(&text);
        let preview = plain(&text, 140);
        assert!(
            begun.elapsed().as_millis() < 500,
            "{piece:?}: {:?}",
            begun.elapsed()
        );
        assert!(!blocks.is_empty() && preview.chars().count() <= 140);
    }
}

fn all_runs<'a>(blocks: &[Block<'a>]) -> Vec<Run<'a>> {
    let runs = |block: &Block<'a>| match block {
        Block::Paragraph(runs) => runs.clone(),
        Block::List { items, .. } => items.concat(),
    };
    blocks.iter().flat_map(runs).collect()
}

/// Made of what means something, so that it often does.
fn writing() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "*", "**", "***", "[", "](", ")", "https://", "a.de", "www.b.de", "/x", "- ", "1. ", "2. ",
        "\n", "\n\n", " ", "ä", "wort", "!", "\u{202e}", "\r\n", "@", "* ",
    ]);
    prop_oneof![
        3 => prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Runs are pieces of the text in its order; between them stand nothing but marks that did something, and blanks.
    #[test]
    fn whatever_is_typed_can_be_read(text in writing()) {
        let blocks = read(&text);
        let mut done = 0;
        for run in all_runs(&blocks) {
            prop_assert!(run.at >= done && !run.text.is_empty());
            let dropped = &text[done..run.at];
            let is_mark = |c: char| c.is_whitespace() || c.is_ascii_digit() || "*[-.".contains(c);
            prop_assert!(dropped.chars().all(is_mark), "{dropped:?} of {text:?}");
            prop_assert_eq!(&text[run.at..run.at + run.text.len()], run.text);
            done = run.at + run.text.len();
            if run.text != run.address && !run.address.is_empty() {
                let behind = format!("]({})", run.address);
                prop_assert!(text[done..].starts_with(&behind));
                done += run.address.len() + 3;
            }
        }
        let rest = &text[done..];
        prop_assert!(rest.chars().all(|c| c.is_whitespace() || c == '*'), "{rest:?} of {text:?}");
    }

    /// Whatever is a link leads to a plain host over https, and every list has two items.
    #[test]
    fn nothing_leads_astray(text in writing()) {
        let blocks = read(&text);
        for run in all_runs(&blocks).iter().filter(|run| !run.address.is_empty()) {
            let host = address::host(run.address);
            prop_assert!(host.is_some_and(|host| host.is_ascii() && !host.contains('@')), "{run:?}");
            prop_assert!(!run.address.contains(address::ends), "{run:?}");
            prop_assert!(run.text == run.address || !address::may_deceive(run.text), "{run:?}");
        }
        for block in &blocks {
            if let Block::List { items, .. } = block {
                prop_assert!(items.len() > 1 && items.iter().all(|item| !item.is_empty()));
            }
        }
    }

    /// A text without marks is one run a paragraph, and all of it.
    #[test]
    fn words_without_marks_are_words(text in "[a-zäöü ,.?!\n]{0,60}") {
        let whole: String = all_runs(&read(&text)).iter().map(|run| run.text).collect();
        prop_assert_eq!(whole, text);
    }
}
