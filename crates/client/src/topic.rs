//! Topics of counselling.

use domain::language::Language;
use domain::topic::{ListTopics, Topic};

use crate::{Client, Error, World, call};

/// All topics in the words of `language`, in the order in which they are shown. Public data, not signed.
///
/// # Errors
/// As [`call`].
pub async fn list<W: World>(client: &Client<W>, language: Language) -> Result<Vec<Topic>, Error> {
    let language = language.word().to_owned();
    call(client.transport(), ListTopics { language }).await
}
