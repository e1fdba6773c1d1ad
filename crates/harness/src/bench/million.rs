//! Years of messages at once: copies of one real conversation, written into the databases while
//! the server is down. Ids, epochs, members and wraps fit together; the ciphertexts are noise, as
//! they are to a server.

use std::path::Path;

use rusqlite::Connection;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use crate::Done;
use crate::server::Place;

/// Messages of a conversation.
const EACH: u32 = 50;

/// Adds `messages`, fifty a conversation.
pub(crate) async fn fill(place: &Place, messages: u32) -> Done {
    let conversations = messages / EACH;
    let model = match &place.database {
        None => {
            let db = Connection::open(place.folder.join("beistand.sqlite"))?;
            db.execute_batch(&script(conversations, &Dialect::SQLITE))?;
            db.query_row(MODEL, [], |row| Ok((row.get(0)?, row.get(1)?)))?
        }
        Some(url) => {
            let mut db = PgConnection::connect(url).await?;
            let script = script(conversations, &Dialect::POSTGRES);
            sqlx::raw_sql(AssertSqlSafe(script))
                .execute(&mut db)
                .await?;
            let row = sqlx::query(MODEL).fetch_one(&mut db).await?;
            db.close().await?;
            (row.try_get(0)?, row.try_get(1)?)
        }
    };
    wraps(&place.folder, conversations, model)
}

/// The copied conversation, and the batch of wraps of its first epoch.
const MODEL: &str = "SELECT model.id, epoch.batch FROM model \
    JOIN epoch ON epoch.conversation_id = model.id AND epoch.epoch = 0";

/// Where the two databases speak differently.
struct Dialect {
    /// A table `counted(i)` of 1 … `{}`.
    counted: &'static str,
    /// Sixteen bytes that are a number.
    number: fn(&str) -> String,
    /// Sixteen bytes that are nobody else's.
    id: &'static str,
    /// 592 bytes.
    body: &'static str,
}

impl Dialect {
    const SQLITE: Self = Self {
        counted: "WITH RECURSIVE counted(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < {}) SELECT i FROM counted",
        number: |of| format!("unhex(printf('%032x', {of}))"),
        id: "randomblob(16)",
        body: "randomblob(592)",
    };
    const POSTGRES: Self = Self {
        counted: "SELECT generate_series(1, {}) AS i",
        number: |of| format!("decode(lpad(to_hex({of}), 32, '0'), 'hex')"),
        id: "decode(md5(c.i || '/' || p.i), 'hex')",
        body: "decode(repeat(md5(c.i || '/' || p.i), 37), 'hex')",
    };
}

fn script(conversations: u32, dialect: &Dialect) -> String {
    let counted = |name: &str, count: u32| {
        let rows = dialect.counted.replace("{}", &count.to_string());
        format!("CREATE TEMPORARY TABLE {name} AS {rows};")
    };
    let id = (dialect.number)("c.i");
    let batch = (dialect.number)("c.i * 2 + e.epoch");
    let Dialect {
        id: message, body, ..
    } = dialect;
    [
        // Two epochs: one that was written in for long has more.
        "CREATE TEMPORARY TABLE model AS SELECT * FROM conversation WHERE state = 2 AND epoch = 1 LIMIT 1;".to_owned(),
        counted("conversations", conversations),
        counted("positions", EACH),
        "BEGIN;".to_owned(),
        format!(
            "INSERT INTO conversation (id, association_id, agency_id, seeker_id, topic_id, state, wish, accepted_by, created, epoch, messages, opening, epoch_began, epoch_after, rotation_due) \
             SELECT {id}, m.association_id, m.agency_id, m.seeker_id, m.topic_id, m.state, m.wish, m.accepted_by, m.created, m.epoch, {EACH}, m.opening, m.epoch_began, {EACH}, 0 \
             FROM conversations c, model m;"
        ),
        format!(
            "INSERT INTO epoch (conversation_id, association_id, epoch, record, batch) \
             SELECT {id}, e.association_id, e.epoch, e.record, {batch} \
             FROM conversations c, epoch e, model m WHERE e.conversation_id = m.id;"
        ),
        format!(
            "INSERT INTO member (conversation_id, association_id, epoch, slot, kind, member_id, role, identity_hash, history_from) \
             SELECT {id}, e.association_id, e.epoch, e.slot, e.kind, e.member_id, e.role, e.identity_hash, e.history_from \
             FROM conversations c, member e, model m WHERE e.conversation_id = m.id;"
        ),
        format!(
            "INSERT INTO message (conversation_id, association_id, position, message_id, epoch, slot, received, body) \
             SELECT {id}, m.association_id, p.i, {message}, 1, p.i % 2, (m.created / 3600000 - 24 * 30) * 3600000, {body} \
             FROM conversations c, positions p, model m;"
        ),
        "COMMIT;".to_owned(),
    ]
    .join("\n")
}

/// Every copy has its wraps, in the batches that its epochs name.
fn wraps(folder: &Path, conversations: u32, model: (Vec<u8>, Vec<u8>)) -> Done {
    let (conversation, first) = model;
    let db = Connection::open(folder.join("wraps.sqlite"))?;
    let counted = Dialect::SQLITE
        .counted
        .replace("{}", &conversations.to_string());
    let id = (Dialect::SQLITE.number)("c.i");
    let batch = (Dialect::SQLITE.number)("c.i * 2 + (w.batch <> ?)");
    let copy = format!(
        "INSERT INTO wrap (conversation_id, kind, member_id, epoch, batch, created, body) \
         SELECT {id}, w.kind, w.member_id, w.epoch, {batch}, w.created, w.body \
         FROM ({counted}) c, wrap w WHERE w.conversation_id = ?"
    );
    db.execute(&copy, (first, conversation))?;
    Ok(())
}
