//! The addresses of the staff's workplace.

use domain::id::ConversationId;

use crate::admin::place::Room;

/// Which of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum List {
    /// Enquiries that nobody has taken.
    Waiting,
    /// The own conversations.
    Mine,
    /// The own conversations that were put away.
    Archive,
}

/// What an address shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A list, and perhaps one of its entries.
    In(List, Option<ConversationId>),
    /// What can be decided for the own account.
    Settings,
    /// Links and codes of the own agencies.
    Links,
    /// Administration.
    Admin(Room),
    /// Nothing that exists.
    Unknown,
}

impl List {
    /// The list's address.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Waiting => "/team/waiting",
            Self::Mine => "/team/mine",
            Self::Archive => "/team/archive",
        }
    }

    /// Its word in the address; the style knows it by this, too.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.path().rsplit('/').next().unwrap_or_default()
    }

    /// The address of one entry.
    #[must_use]
    pub fn entry(self, conversation: ConversationId) -> String {
        format!("{}/{}", self.path(), conversation.to_hex())
    }
}

impl Place {
    /// The address of [`Place::Settings`].
    pub const SETTINGS: &str = "/team/settings";
    /// The address of [`Place::Links`].
    pub const LINKS: &str = "/team/links";

    /// Reads a path; `/team` itself is the list of what waits.
    #[must_use]
    pub fn read(path: &str) -> Self {
        let mut words = path.split('/').filter(|word| !word.is_empty());
        if words.next() != Some("team") {
            return Self::Unknown;
        }
        let list = match words.next() {
            None | Some("waiting") => List::Waiting,
            Some("mine") => List::Mine,
            Some("archive") => List::Archive,
            Some("settings") if words.next().is_none() => return Self::Settings,
            Some("links") if words.next().is_none() => return Self::Links,
            Some("admin") => return Room::read(words).map_or(Self::Unknown, Self::Admin),
            Some(_) => return Self::Unknown,
        };
        match (words.next().map(ConversationId::from_hex), words.next()) {
            (None, _) => Self::In(list, None),
            (Some(Ok(conversation)), None) => Self::In(list, Some(conversation)),
            _ => Self::Unknown,
        }
    }

    /// The list, if there is one.
    #[must_use]
    pub const fn list(self) -> Option<List> {
        match self {
            Self::In(list, _) => Some(list),
            Self::Settings | Self::Links | Self::Admin(_) | Self::Unknown => None,
        }
    }

    /// The open entry, if there is one.
    #[must_use]
    pub const fn entry(self) -> Option<ConversationId> {
        match self {
            Self::In(_, entry) => entry,
            Self::Settings | Self::Links | Self::Admin(_) | Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_read_as_it_is_written() {
        let conversation = ConversationId::from_bytes([7; 16]);
        for list in [List::Waiting, List::Mine, List::Archive] {
            assert_eq!(Place::read(list.path()), Place::In(list, None));
            assert_eq!(
                Place::read(&list.entry(conversation)),
                Place::In(list, Some(conversation))
            );
        }
        assert_eq!(Place::read(Place::SETTINGS), Place::Settings);
        assert_eq!(Place::read("/team/settings/x"), Place::Unknown);
        assert_eq!(Place::read("/team"), Place::In(List::Waiting, None));
        assert_eq!(Place::read(Place::LINKS), Place::Links);
        assert_eq!(Place::read(Room::PATH), Place::Admin(Room::Agencies));
        assert_eq!(Place::read("/team/"), Place::In(List::Waiting, None));
    }

    #[test]
    fn other_addresses_are_unknown() {
        let long = format!("/team/mine/{}/x", "07".repeat(16));
        for path in [
            "/",
            "/app",
            "/team/admin/7",
            "/team/mine/7",
            "/team/links/7",
            "/team/mine/G",
            &long,
        ] {
            assert_eq!(Place::read(path), Place::Unknown, "{path}");
        }
    }
}
