//! Second factors.

/// A factor.
pub(crate) mod factor {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "factor")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Vec<u8>,
        pub(crate) account_id: Vec<u8>,
        pub(crate) kind: i64,
        pub(crate) secret_sealed: Vec<u8>,
        pub(crate) counter: i64,
        pub(crate) added_day: i64,
        pub(crate) key_wrap_sealed: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A code for a lost factor that was not used yet.
pub(crate) mod spare_code {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "spare_code")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) account_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) hash: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
