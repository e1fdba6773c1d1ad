//! The web application manifest (W3C): only an own device asks for it, so a foreign one offers nobody to install anything.

use app::shell::Face;
use app::texts;
use domain::language::Language;
use domain::topic::Register;
use serde_json::{Value, json};

/// The address of the seekers' one.
pub(super) const INSTALL_SEEKER: &str = "/app.webmanifest";
/// The address of the staff's one.
pub(super) const INSTALL_STAFF: &str = "/team.webmanifest";
/// Both, by address.
pub(super) const PATHS: [(&str, Face); 2] =
    [(INSTALL_SEEKER, Face::Seeker), (INSTALL_STAFF, Face::Staff)];

/// `title` is the operator's neutral word: nothing on a home screen says what this is.
pub(super) fn manifest(face: Face, title: &str) -> String {
    let place = match face {
        Face::Seeker => "/app",
        Face::Staff => "/team",
    };
    let words = texts::all(Language::German(Register::Formal));
    let icon = |name: &str, size: u32, purpose: &str| -> Value {
        json!({
            "src": format!("/icons/{name}-{size}.png"),
            "sizes": format!("{size}x{size}"),
            "type": "image/png",
            "purpose": purpose,
        })
    };
    let shortcuts = match face {
        Face::Seeker => json!([{ "name": texts::app::crisis(words), "url": "/app#crisis" }]),
        Face::Staff => json!([]),
    };
    json!({
        "id": place,
        "start_url": place,
        "scope": place,
        "name": title,
        "short_name": title,
        "lang": "de",
        "display": "standalone",
        "background_color": "#f8f2e7",
        "theme_color": "#0d3f40",
        "icons": [
            icon("icon", 192, "any"),
            icon("icon", 512, "any"),
            icon("maskable", 512, "maskable"),
            icon("monochrome", 512, "monochrome"),
        ],
        "shortcuts": shortcuts,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_screen_says_only_the_neutral_word() {
        for (path, face) in PATHS {
            let manifest: Value = serde_json::from_str(&manifest(face, "Notizen")).unwrap();
            let place = path.strip_suffix(".webmanifest").unwrap();
            for key in ["id", "start_url", "scope"] {
                assert_eq!(manifest[key], place);
            }
            assert_eq!(manifest["name"], "Notizen");
            assert_eq!(manifest["icons"].as_array().unwrap().len(), 4);
            assert!(!manifest.to_string().to_lowercase().contains("berat"));
        }
    }
}
