//! Conversations.

/// A conversation.
pub(crate) mod conversation {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "conversation")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Vec<u8>,
        pub(crate) association_id: Vec<u8>,
        pub(crate) agency_id: Vec<u8>,
        pub(crate) seeker_id: Vec<u8>,
        pub(crate) topic_id: i64,
        pub(crate) state: i64,
        pub(crate) wish: Option<Vec<u8>>,
        pub(crate) accepted_by: Option<Vec<u8>>,
        pub(crate) created: i64,
        pub(crate) epoch: i64,
        pub(crate) messages: i64,
        pub(crate) opening: i64,
        pub(crate) epoch_began: i64,
        pub(crate) epoch_after: i64,
        pub(crate) rotation_due: i64,
        pub(crate) closed: i64,
        pub(crate) inbox_id: Option<Vec<u8>>,
        pub(crate) assigned_to: Option<Vec<u8>>,
        pub(crate) assigned_by: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An epoch record.
pub(crate) mod epoch {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "epoch")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) conversation_id: Vec<u8>,
        pub(crate) association_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) epoch: i64,
        pub(crate) record: Vec<u8>,
        pub(crate) batch: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Something whose deletion has begun.
pub(crate) mod deletion {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deletion")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) kind: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Vec<u8>,
        pub(crate) association_id: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a seeker has agreed to.
pub(crate) mod handover {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "handover")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) conversation_id: Vec<u8>,
        pub(crate) association_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) hash: Vec<u8>,
        pub(crate) body: Vec<u8>,
        pub(crate) epoch: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A member of an epoch, for look-ups.
pub(crate) mod member {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "member")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) conversation_id: Vec<u8>,
        pub(crate) association_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) epoch: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) slot: i64,
        pub(crate) kind: i64,
        pub(crate) member_id: Vec<u8>,
        pub(crate) role: i64,
        pub(crate) identity_hash: Vec<u8>,
        pub(crate) history_from: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A message.
pub(crate) mod message {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "message")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) conversation_id: Vec<u8>,
        pub(crate) association_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) position: i64,
        pub(crate) message_id: Vec<u8>,
        pub(crate) epoch: i64,
        pub(crate) slot: i64,
        pub(crate) received: i64,
        pub(crate) body: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A private label.
pub(crate) mod label {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "label")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) account_id: Vec<u8>,
        pub(crate) association_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) conversation_id: Vec<u8>,
        pub(crate) version: i64,
        pub(crate) body: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Wraps that are still to be deleted.
pub(crate) mod wrap_purge {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "wrap_purge")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) conversation_id: Vec<u8>,
        pub(crate) association_id: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) kind: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) member_id: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
