//! The services on real databases with real keys: each test on SQLite, and on PostgreSQL where
//! `BEISTAND_TEST_POSTGRES` names a server (in CI it must).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests end where something is not as expected; helpers are no tests to clippy"
)]

#[path = "support/mod.rs"]
mod support;

/// Runs tests on both databases.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let world = crate::support::World::new(crate::support::database::Kind::Sqlite);
                let world = world.await.unwrap();
                super::$test(&world).await;
                world.end().await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let world = crate::support::World::new(crate::support::database::Kind::Postgres);
                let Some(world) = world.await else { return };
                super::$test(&world).await;
                world.end().await;
            })+
        }
    };
}
pub(crate) use on_both;

mod accounts;
mod asking;
mod authorisation;
mod conversations;
mod deletion;
mod directory;
mod drafts;
mod enquiries;
mod factor;
mod factor_alone;
mod factor_passkey;
mod inbox;
mod keys;
mod limits;
mod live;
mod manifests;
mod marks;
mod messages;
mod opening;
mod recovery;
mod renewal;
mod rotation;
mod sessions;
mod theft;
mod twin;
mod work;
