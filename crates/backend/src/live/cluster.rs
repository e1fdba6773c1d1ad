//! Other nodes on the same PostgreSQL: told by `NOTIFY` whose outbox has grown, and whose session has ended.

use std::sync::Arc;
use std::time::Duration;

use domain::id::AccountId;
use sea_orm::DatabaseConnection;
use sea_orm::sqlx::Error as SqlxError;
use sea_orm::sqlx::postgres::PgListener;

use super::hub::Hub;
use crate::actor::SessionId;
use crate::error::OpenError;
use crate::store::CHANNEL;
use crate::store::tx::Delivery;

/// How long to wait before listening again after the connection was lost.
const PAUSE: Duration = Duration::from_secs(1);

/// Starts to listen, for as long as the hub lives.
pub(crate) async fn listen(db: &DatabaseConnection, hub: Arc<Hub>) -> Result<(), OpenError> {
    let unusable = |source| OpenError::Database(Box::new(source));
    let pool = db.get_postgres_connection_pool();
    let mut listener = PgListener::connect_with(pool).await.map_err(unusable)?;
    listener.listen(CHANNEL).await.map_err(unusable)?;
    tokio::spawn(pass_on(listener, Arc::downgrade(&hub)));
    Ok(())
}

async fn pass_on(mut listener: PgListener, hub: std::sync::Weak<Hub>) {
    loop {
        let notice = listener.try_recv().await;
        let Some(hub) = hub.upgrade() else { return };
        match notice {
            Ok(Some(notice)) => {
                for word in notice.payload().split(',') {
                    take(&hub, word);
                }
            }
            // The connection was lost and is made again: something may have been missed.
            Ok(None) => hub.wake_all(),
            // Closing waits for this connection: let it go.
            Err(SqlxError::PoolClosed) => return,
            Err(error) => {
                tracing::warn!(%error, "listening for other nodes");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// A word that no node of this version says is passed over.
fn take(hub: &Hub, word: &str) {
    let (recipient, session) = match word.split_once(':') {
        Some((recipient, session)) => (recipient, SessionId::from_text(session)),
        None => (word, None),
    };
    match (AccountId::from_hex(recipient), session) {
        (Ok(recipient), Some(session)) => {
            hub.deliver(vec![Delivery::Ended { recipient, session }]);
        }
        (Ok(recipient), None) => hub.wake(recipient),
        (Err(_), _) => {}
    }
}
