//! Columns of our kinds, so that both databases hold the same.

use sea_orm_migration::prelude::*;

/// Bytes: ids (16), hashes (32), objects.
pub(crate) fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).binary().not_null().take()
}

/// Bytes that may be missing.
pub(crate) fn maybe_bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).binary().null().take()
}

/// Counters, and times in milliseconds UTC.
pub(crate) fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// Numbers below 2^31: days, epochs, positions, and discriminants.
pub(crate) fn small(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

/// The same where it may be missing.
pub(crate) fn maybe_small(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().null().take()
}

/// Short public text.
pub(crate) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

/// A table, its primary key, its columns.
pub(crate) fn table(
    name: &'static str,
    primary: &[&'static str],
    columns: impl IntoIterator<Item = ColumnDef>,
) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).primary_key(&mut key(primary));
    for column in columns {
        table.col(column);
    }
    table
}

/// Columns of a key.
fn key(columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    for column in columns {
        index.col(*column);
    }
    index.take()
}

/// A named index.
pub(crate) fn index(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    key(columns).name(name).table(table).take()
}

/// Rows go when the row they point to goes.
pub(crate) fn follows(
    column: &'static str,
    table: &'static str,
    its: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from_col(column)
        .to(table, its)
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

/// Rows must not lose the row they point to.
pub(crate) fn needs(
    column: &'static str,
    table: &'static str,
    its: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create().from_col(column).to(table, its).take()
}

/// Makes tables, then indexes.
pub(crate) async fn create(
    manager: &SchemaManager<'_>,
    tables: Vec<TableCreateStatement>,
    indexes: impl IntoIterator<Item = IndexCreateStatement>,
) -> Result<(), DbErr> {
    for table in tables {
        manager.create_table(table).await?;
    }
    for index in indexes {
        manager.create_index(index).await?;
    }
    Ok(())
}

/// Drops tables, the last made first.
pub(crate) async fn drop_all(
    manager: &SchemaManager<'_>,
    tables: Vec<TableCreateStatement>,
) -> Result<(), DbErr> {
    for name in tables
        .iter()
        .rev()
        .filter_map(TableCreateStatement::get_table_name)
    {
        manager
            .drop_table(Table::drop().table(name.clone()).take())
            .await?;
    }
    Ok(())
}
