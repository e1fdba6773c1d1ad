//! Topics of counselling.

use domain::topic::{ListTopics, Topic};

use crate::{Client, Error, World, call};

/// All topics, in the order in which they are shown. Public data, not signed.
///
/// # Errors
/// As [`call`].
pub async fn list<W: World>(client: &Client<W>) -> Result<Vec<Topic>, Error> {
    call(client.transport(), ListTopics {}).await
}
