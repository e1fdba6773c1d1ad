//! The wrap store.

/// An epoch wrap.
pub(crate) mod wrap {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "wrap")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) conversation_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) kind: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) member_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) epoch: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) batch: Vec<u8>,
        pub(crate) created: i64,
        pub(crate) body: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
