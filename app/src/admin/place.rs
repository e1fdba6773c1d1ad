//! The addresses of administration, below `/team/admin`.

use domain::id::{AgencyId, AssociationId};

/// What an address of administration shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// The agencies.
    Agencies,
    /// One agency.
    Agency(AgencyId, Tab),
    /// A new agency.
    NewAgency,
    /// Agencies and people from a table.
    Import,
    /// The associations.
    Associations,
    /// One association; none: a new one.
    Association(Option<AssociationId>),
    /// What waits for whom.
    Requests,
    /// The topics.
    Topics,
    /// Who did what.
    Log,
}

/// A part of an agency's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tab {
    /// What it says of itself, and whom it serves.
    Details,
    /// Who works there.
    Team,
    /// Who signs for it.
    Keys,
    /// Who did what.
    Log,
}

impl Tab {
    /// All, in their order.
    pub const ALL: [Self; 4] = [Self::Details, Self::Team, Self::Keys, Self::Log];

    const fn word(self) -> &'static str {
        match self {
            Self::Details => "details",
            Self::Team => "team",
            Self::Keys => "keys",
            Self::Log => "log",
        }
    }
}

impl Room {
    /// Before every address.
    pub const PATH: &str = "/team/admin";

    /// Reads the words after `/team/admin`.
    pub fn read<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<Self> {
        let room = match (words.next(), words.next()) {
            (None, _) => Self::Agencies,
            (Some("new-agency"), None) => Self::NewAgency,
            (Some("import"), None) => Self::Import,
            (Some("associations"), None) => Self::Associations,
            (Some("association"), Some("new")) => Self::Association(None),
            (Some("association"), Some(id)) => {
                Self::Association(Some(AssociationId::from_hex(id).ok()?))
            }
            (Some("requests"), None) => Self::Requests,
            (Some("topics"), None) => Self::Topics,
            (Some("log"), None) => Self::Log,
            (Some("agency"), Some(id)) => {
                let tab = match words.next() {
                    None => Tab::Details,
                    Some(word) => Tab::ALL.into_iter().find(|tab| tab.word() == word)?,
                };
                Self::Agency(AgencyId::from_hex(id).ok()?, tab)
            }
            _ => return None,
        };
        words.next().is_none().then_some(room)
    }

    /// Its address.
    #[must_use]
    pub fn path(self) -> String {
        let rest = match self {
            Self::Agencies => return Self::PATH.to_owned(),
            Self::Agency(agency, Tab::Details) => ["agency/", &agency.to_hex()].concat(),
            Self::Agency(agency, tab) => ["agency/", &agency.to_hex(), "/", tab.word()].concat(),
            Self::NewAgency => "new-agency".to_owned(),
            Self::Import => "import".to_owned(),
            Self::Associations => "associations".to_owned(),
            Self::Association(None) => "association/new".to_owned(),
            Self::Association(Some(id)) => ["association/", &id.to_hex()].concat(),
            Self::Requests => "requests".to_owned(),
            Self::Topics => "topics".to_owned(),
            Self::Log => "log".to_owned(),
        };
        [Self::PATH, "/", &rest].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> Option<Room> {
        let rest = path.strip_prefix(Room::PATH)?;
        Room::read(rest.split('/').filter(|word| !word.is_empty()))
    }

    #[test]
    fn every_address_is_read_as_it_is_written() {
        let agency = AgencyId::from_bytes([7; 16]);
        let association = AssociationId::from_bytes([8; 16]);
        let mut rooms = vec![
            Room::Agencies,
            Room::NewAgency,
            Room::Import,
            Room::Associations,
            Room::Association(None),
            Room::Association(Some(association)),
            Room::Requests,
            Room::Topics,
            Room::Log,
        ];
        rooms.extend(Tab::ALL.map(|tab| Room::Agency(agency, tab)));
        for room in rooms {
            assert_eq!(read(&room.path()), Some(room));
        }
        for path in ["/team/admin/x", "/team/admin/agency", "/team/admin/log/x"] {
            assert_eq!(read(path), None, "{path}");
        }
    }
}
