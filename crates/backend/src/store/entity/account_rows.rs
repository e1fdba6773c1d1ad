//! Accounts and sessions.

/// An account.
pub(crate) mod account {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Vec<u8>,
        pub(crate) association_id: Option<Vec<u8>>,
        pub(crate) kind: i64,
        pub(crate) name_lookup: Vec<u8>,
        pub(crate) name_sealed: Vec<u8>,
        pub(crate) record_sealed: Vec<u8>,
        pub(crate) key_wrap_sealed: Vec<u8>,
        pub(crate) identity: Vec<u8>,
        pub(crate) vault: Vec<u8>,
        pub(crate) vault_version: i64,
        pub(crate) created_day: i64,
        pub(crate) last_sign_in_day: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An identity that an account had before.
pub(crate) mod former_identity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "former_identity")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) account_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) identity_hash: Vec<u8>,
        pub(crate) identity: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A consent that was given.
pub(crate) mod consent {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "consent")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) account_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) association_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) version: i64,
        pub(crate) day: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How many registrations came by which link, a month.
pub(crate) mod reference {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reference")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) association_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) reference: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) month: i64,
        pub(crate) count: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A session; its id is the hash of the token.
pub(crate) mod session {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "session")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Vec<u8>,
        pub(crate) account_id: Vec<u8>,
        pub(crate) association_id: Option<Vec<u8>>,
        pub(crate) started: i64,
        pub(crate) last_active: i64,
        pub(crate) share_sealed: Vec<u8>,
        pub(crate) kind: i64,
        pub(crate) previous_day: Option<i64>,
        pub(crate) raised: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A sign-in that was finished.
pub(crate) mod used_login {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "used_login")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Vec<u8>,
        pub(crate) expires: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What is kept of a recovery code.
pub(crate) mod recovery {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) account_id: Vec<u8>,
        pub(crate) code_id: Vec<u8>,
        pub(crate) proof_hash: Vec<u8>,
        pub(crate) key_wrap_sealed: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
