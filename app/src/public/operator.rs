//! Who runs the platform: what imprint, privacy and accessibility pages are filled from.

use serde::Deserialize;

/// The operator, as the configuration names it. What is missing is shown as missing, never invented.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Operator {
    /// The brand in the head of every page.
    pub name: String,
    /// Where the quick exit leads: an innocuous page.
    pub exit_url: String,
    /// Whether everything here is invented, and says so on every page.
    pub demonstration: bool,
    /// Name, legal form and postal address, one line each.
    pub address: Vec<String>,
    /// Who represents the operator.
    pub represented_by: Option<String>,
    /// E-mail address for everything but counselling.
    pub email: Option<String>,
    /// Telephone number for everything but counselling.
    pub phone: Option<String>,
    /// Court and number of the register of associations or companies.
    pub register: Option<String>,
    /// VAT number.
    pub tax_id: Option<String>,
    /// Responsible for the content (§ 18 (2) MStV), with an address.
    pub editor: Option<String>,
    /// Supervisory body.
    pub supervision: Option<String>,
    /// Data protection officer, with a way to reach them.
    pub privacy_officer: Option<String>,
    /// Data protection authority.
    pub privacy_authority: Option<String>,
    /// The law that applies (DSGVO, KDG, DSG-EKD) and the legal bases.
    pub privacy_basis: Option<String>,
    /// Where the server stands, and who runs it.
    pub host: Option<String>,
    /// How to report a barrier.
    pub accessibility_contact: Option<String>,
    /// Conciliation body for accessibility.
    pub accessibility_authority: Option<String>,
    /// The day these details were last checked, as people write it.
    pub as_of: Option<String>,
    /// Where the source code of exactly this version is (AGPL-3.0, section 13).
    pub source_url: String,
}

impl Operator {
    /// The invented operator of the demonstration (`data/demo/operator.toml`).
    #[must_use]
    pub fn demonstration() -> Self {
        toml::from_str(include_str!("../../../data/demo/operator.toml")).unwrap_or_else(|_| Self {
            demonstration: true,
            ..Self::default()
        })
    }
}

impl Default for Operator {
    fn default() -> Self {
        Self {
            name: "Beistand".to_owned(),
            exit_url: "https://www.dwd.de/".to_owned(),
            demonstration: false,
            address: Vec::new(),
            represented_by: None,
            email: None,
            phone: None,
            register: None,
            tax_id: None,
            editor: None,
            supervision: None,
            privacy_officer: None,
            privacy_authority: None,
            privacy_basis: None,
            host: None,
            accessibility_contact: None,
            accessibility_authority: None,
            as_of: None,
            source_url: "/quelltext".to_owned(),
        }
    }
}
