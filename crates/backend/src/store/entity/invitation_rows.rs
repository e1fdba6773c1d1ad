//! Invitations and who answered them.

/// An invitation that is open.
pub(crate) mod invitation {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "invitation")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Vec<u8>,
        pub(crate) association_id: Option<Vec<u8>>,
        pub(crate) agency_id: Option<Vec<u8>>,
        pub(crate) account_id: Option<Vec<u8>>,
        pub(crate) kind: i64,
        pub(crate) roles: i64,
        pub(crate) name: String,
        pub(crate) offer: Option<Vec<u8>>,
        pub(crate) expires: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Somebody who answered.
pub(crate) mod invitation_answer {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "invitation_answer")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) invitation_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) account_id: Vec<u8>,
        pub(crate) identity: Vec<u8>,
        pub(crate) answer: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
