//! One style sheet a face, from `style/` and what it imports.

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Targets};

/// The floor of hardening: Safari 16.4, Chrome and WebView 111, Firefox 128.
fn floor() -> Targets {
    let version = |major: u32, minor: u32| Some(major << 16 | minor << 8);
    Targets::from(Browsers {
        android: version(111, 0),
        chrome: version(111, 0),
        edge: version(111, 0),
        firefox: version(128, 0),
        ios_saf: version(16, 4),
        safari: version(16, 4),
        ..Browsers::default()
    })
}

/// The style sheets: one for each program, and the leaner one of the public pages.
pub(crate) const SHEETS: [&str; 3] = ["seeker.css", "staff.css", "public.css"];

/// A style sheet, small, nesting lowered where the floor needs it.
pub(crate) fn bundle(name: &str) -> Result<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler
        .bundle(&crate::place::root().join("style").join(name))
        .map_err(|error| anyhow!("style: {error}"))?;
    let targets = floor();
    sheet
        .minify(MinifyOptions {
            targets,
            ..MinifyOptions::default()
        })
        .map_err(|error| anyhow!("style: {error}"))?;
    let printed = sheet.to_css(PrinterOptions {
        minify: true,
        targets,
        ..PrinterOptions::default()
    });
    Ok(printed.map_err(|error| anyhow!("style: {error}"))?.code)
}
