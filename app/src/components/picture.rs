//! Texts as pictures for cameras: QR codes (ISO/IEC 18004).

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around a code: scanners need them (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;

/// A QR code as one path, dark on white in both themes: scanners expect it so. None for a text that is too long.
#[must_use]
pub fn picture(text: &str, title: String) -> Option<AnyView> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    let side = width + 2 * QUIET;
    Some(view! {
        <svg class="link-code" viewBox=format!("0 0 {side} {side}") role="img" aria-label=title shape-rendering="crispEdges">
            <path class="link-code-ground" d=format!("M0 0h{side}v{side}H0z") />
            <path class="link-code-ink" d=path />
        </svg>
    }.into_any())
}
