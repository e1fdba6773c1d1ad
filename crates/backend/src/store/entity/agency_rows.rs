//! The directory.

/// A signed head.
pub(crate) mod directory_head {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "directory_head")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) seq: i64,
        pub(crate) body: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An association.
pub(crate) mod association {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "association")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Vec<u8>,
        pub(crate) seq: i64,
        pub(crate) entry: Vec<u8>,
        pub(crate) legal: Vec<u8>,
        pub(crate) consent_version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who administers an association, for look-ups.
pub(crate) mod association_admin {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "association_admin")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) association_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) account_id: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An agency.
pub(crate) mod agency {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agency")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Vec<u8>,
        pub(crate) association_id: Vec<u8>,
        pub(crate) seq: i64,
        pub(crate) entry: Vec<u8>,
        pub(crate) manifest_hash: Option<Vec<u8>>,
        pub(crate) profile: Option<Vec<u8>>,
        pub(crate) freshness: Option<Vec<u8>>,
        pub(crate) retention_days: i64,
        pub(crate) freshness_by: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A manifest, kept for ever.
pub(crate) mod manifest {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "manifest")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) agency_id: Vec<u8>,
        pub(crate) association_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) seq: i64,
        pub(crate) hash: Vec<u8>,
        pub(crate) body: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Whom the current manifest lists, for look-ups.
pub(crate) mod listing {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "listing")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) account_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) agency_id: Vec<u8>,
        pub(crate) association_id: Vec<u8>,
        pub(crate) roles: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What the current profile offers, for look-ups.
pub(crate) mod offer {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "offer")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) topic_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) agency_id: Vec<u8>,
        pub(crate) association_id: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An inbox seed for one member.
pub(crate) mod inbox_wrap {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "inbox_wrap")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) agency_id: Vec<u8>,
        pub(crate) association_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) inbox_epoch: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) account_id: Vec<u8>,
        pub(crate) body: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A root seed for one holder.
pub(crate) mod root_wrap {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "root_wrap")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) agency_id: Vec<u8>,
        pub(crate) association_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) key_no: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) account_id: Vec<u8>,
        pub(crate) body: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
