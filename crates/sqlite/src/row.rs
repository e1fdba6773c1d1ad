//! Between SeaORM's values and SQLite's.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use rusqlite::{ErrorCode, Row, Statement as Prepared};
use sea_orm::sqlx::Error as SqlxError;
use sea_orm::sqlx::error::{DatabaseError, ErrorKind};
use sea_orm::{DbErr, ProxyRow, QueryResult, RuntimeErr, Statement, Value};

use super::failed;

/// A result's column.
pub(super) struct Column {
    /// By which a place finds it: before every name, in the order of the statement.
    place: String,
    name: String,
    kind: Kind,
}

/// Of which type a column is: what is missing has one for SeaORM.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Text,
    Bytes,
}

/// Binds a statement's values.
pub(super) fn bind(prepared: &mut Prepared<'_>, statement: &Statement) -> Result<(), DbErr> {
    let values = statement.values.iter().flat_map(|values| &values.0);
    for (at, value) in values.enumerate() {
        prepared
            .raw_bind_parameter(at + 1, bound(value)?)
            .map_err(failed)?;
    }
    Ok(())
}

fn bound(value: &Value) -> Result<ToSqlOutput<'_>, DbErr> {
    let number =
        |number: Option<i64>| ToSqlOutput::Owned(number.map_or(Stored::Null, Stored::Integer));
    Ok(match value {
        Value::Bool(value) => number(value.map(i64::from)),
        Value::SmallInt(value) => number(value.map(i64::from)),
        Value::Int(value) => number(value.map(i64::from)),
        Value::BigInt(value) => number(*value),
        // LIMIT and OFFSET.
        Value::BigUnsigned(value) => {
            number(value.map(|value| i64::try_from(value).unwrap_or(i64::MAX)))
        }
        Value::String(Some(text)) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        Value::Bytes(Some(bytes)) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        Value::String(None) | Value::Bytes(None) => ToSqlOutput::Owned(Stored::Null),
        _ => return Err(DbErr::Type("no value of our tables".to_owned())),
    })
}

/// The columns of a statement's result.
pub(super) fn columns(prepared: &Prepared<'_>) -> Vec<Column> {
    let columns = prepared.columns().into_iter().enumerate();
    columns
        .map(|(at, column)| Column {
            place: format!("\0{at:03}"),
            name: column.name().to_owned(),
            kind: match column.decl_type() {
                Some("text") => Kind::Text,
                Some(kind) if kind.starts_with("blob") => Kind::Bytes,
                _ => Kind::Number,
            },
        })
        .collect()
}

/// A row, for SeaORM: found by place and by name.
pub(super) fn read(row: &Row<'_>, columns: &[Column]) -> Result<QueryResult, DbErr> {
    let mut values = BTreeMap::new();
    for (at, column) in columns.iter().enumerate() {
        let value = match (row.get_ref(at).map_err(failed)?, column.kind) {
            (ValueRef::Integer(value), _) => Value::BigInt(Some(value)),
            (ValueRef::Text(text), _) => {
                let text = str::from_utf8(text).map_err(|_| wrong(column))?;
                Value::String(Some(text.to_owned()))
            }
            (ValueRef::Blob(bytes), _) => Value::Bytes(Some(bytes.to_vec())),
            (ValueRef::Null, Kind::Number) => Value::BigInt(None),
            (ValueRef::Null, Kind::Text) => Value::String(None),
            (ValueRef::Null, Kind::Bytes) => Value::Bytes(None),
            (ValueRef::Real(_), _) => return Err(wrong(column)),
        };
        values.insert(column.place.clone(), value.clone());
        values.insert(column.name.clone(), value);
    }
    Ok(ProxyRow::new(values).into())
}

fn wrong(column: &Column) -> DbErr {
    DbErr::Type(format!("{} is damaged", column.name))
}

/// What SQLite says went wrong, in the form in which SeaORM's other drivers say it.
#[derive(Debug)]
pub(super) struct Fault {
    source: rusqlite::Error,
    message: String,
}

impl From<rusqlite::Error> for Fault {
    fn from(source: rusqlite::Error) -> Self {
        let message = source.to_string();
        Self { source, message }
    }
}

impl From<Fault> for DbErr {
    fn from(fault: Fault) -> Self {
        let source = SqlxError::Database(Box::new(fault));
        Self::Exec(RuntimeErr::SqlxError(Arc::new(source)))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Fault {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.source)
    }
}

impl DatabaseError for Fault {
    fn message(&self) -> &str {
        &self.message
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        let error = self.source.sqlite_error()?;
        Some(error.extended_code.to_string().into())
    }

    fn kind(&self) -> ErrorKind {
        use rusqlite::ffi;
        match self.source.sqlite_error() {
            Some(error) if error.code == ErrorCode::ConstraintViolation => {
                match error.extended_code {
                    ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                        ErrorKind::UniqueViolation
                    }
                    ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ErrorKind::ForeignKeyViolation,
                    _ => ErrorKind::Other,
                }
            }
            _ => ErrorKind::Other,
        }
    }

    fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
        self
    }
}
