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
    let model: Vec<Batch> = match &place.database {
        None => {
            let db = Connection::open(place.folder.join("beistand.sqlite"))?;
            db.execute_batch(&script(conversations, &Dialect::SQLITE))?;
            db.prepare(MODEL)?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect::<Result<_, _>>()?
        }
        Some(url) => {
            let mut db = PgConnection::connect(url).await?;
            let script = script(conversations, &Dialect::POSTGRES);
            sqlx::raw_sql(AssertSqlSafe(script))
                .execute(&mut db)
                .await?;
            let rows = sqlx::query(MODEL).fetch_all(&mut db).await?;
            db.close().await?;
            rows.iter()
                .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
                .collect::<Result<_, sqlx::Error>>()?
        }
    };
    if model.is_empty() {
        return Err("there is no conversation to copy".into());
    }
    wraps(&place.folder, conversations, &model)
}

/// The copied conversation, one of its epochs, and the batch of wraps that this epoch names.
type Batch = (Vec<u8>, i64, Vec<u8>);

const MODEL: &str = "SELECT model.id, CAST(epoch.epoch AS BIGINT), epoch.batch FROM model \
    JOIN epoch ON epoch.conversation_id = model.id";

/// More than a conversation has epochs: a copy's batches are numbered by copy and epoch.
const EPOCHS: u32 = 1_000;

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
    let batch = (dialect.number)(&format!("c.i * {EPOCHS} + e.epoch"));
    let Dialect {
        id: message, body, ..
    } = dialect;
    [
        // Few epochs: after the measurements the pairs' conversations have many.
        "CREATE TEMPORARY TABLE model AS SELECT * FROM conversation WHERE state = 2 ORDER BY epoch LIMIT 1;".to_owned(),
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
             SELECT {id}, m.association_id, p.i, {message}, m.epoch, p.i % 2, (m.created / 3600000 - 24 * 30) * 3600000, {body} \
             FROM conversations c, positions p, model m;"
        ),
        "COMMIT;".to_owned(),
    ]
    .join("\n")
}

/// Every copy has its wraps, in the batches that its epochs name.
fn wraps(folder: &Path, conversations: u32, model: &[Batch]) -> Done {
    let db = Connection::open(folder.join("wraps.sqlite"))?;
    db.execute_batch(
        "CREATE TEMPORARY TABLE model (conversation_id BLOB, epoch INTEGER, batch BLOB);",
    )?;
    for batch in model {
        db.execute(
            "INSERT INTO model VALUES (?, ?, ?)",
            (&batch.0, batch.1, &batch.2),
        )?;
    }
    let counted = Dialect::SQLITE
        .counted
        .replace("{}", &conversations.to_string());
    let id = (Dialect::SQLITE.number)("c.i");
    let batch = (Dialect::SQLITE.number)(&format!("c.i * {EPOCHS} + m.epoch"));
    let copy = format!(
        "INSERT INTO wrap (conversation_id, kind, member_id, epoch, batch, created, body) \
         SELECT {id}, w.kind, w.member_id, w.epoch, {batch}, w.created, w.body \
         FROM ({counted}) c, model m \
         JOIN wrap w ON w.conversation_id = m.conversation_id AND w.batch = m.batch"
    );
    db.execute(&copy, ())?;
    Ok(())
}
