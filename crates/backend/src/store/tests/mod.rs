//! Group commit on a real file.

mod full_disk;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::Refusal;
use domain::time::{SECOND, Timestamp};
use migrations::Migrator;

use tokio::sync::mpsc;

use super::batch::Writer;
use super::{Engine, Store, WAITING_WRITES, connect, platform, thread};
use crate::config::{Clock, SystemClock};
use crate::error::Error;
use crate::live::hub::Hub;

struct Place(PathBuf);

impl Place {
    fn make() -> Self {
        let id: [u8; 8] = crypto::random::make_bytes(&mut crypto::random::SystemRandom);
        let name = format!("beistand_store_{:x}", u64::from_le_bytes(id));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn store(place: &Place) -> Store {
    let file = place.0.join("main.sqlite");
    let (writer, readers) = connect::sqlite::<Migrator>(&file).await.unwrap();
    let (clock, hub) = (Arc::new(SystemClock), Arc::<Hub>::default());
    Store::single(writer, readers, clock, hub).unwrap()
}

/// The same with a writer that takes in for so long that a slow machine cannot change a test.
async fn patient_store(place: &Place) -> Store {
    let mut store = store(place).await;
    if let Engine::Single { jobs, connection } = &mut store.engine {
        let (sender, waiting) = mpsc::channel(WAITING_WRITES);
        *jobs = sender;
        let writer = Writer {
            connection: connection.clone(),
            clock: Arc::clone(&store.clock),
            hub: Arc::clone(&store.hub),
            batch_time: Duration::from_secs(60),
        };
        thread::spawn(writer.run(waiting)).unwrap();
    }
    store
}

const NAMES: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

async fn stored(store: &Store) -> Vec<&'static str> {
    let mut found = Vec::new();
    for name in NAMES {
        if platform::value(store.read(), name).await.unwrap().is_some() {
            found.push(name);
        }
    }
    found
}

/// Holds the writer up, so that what is sent meanwhile is taken together.
fn hold_up(store: &Store) -> tokio::task::JoinHandle<Result<(), Error>> {
    let store = store.clone();
    tokio::spawn(async move {
        store
            .write(|_| {
                Box::pin(async {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    Ok(())
                })
            })
            .await
    })
}

/// Writes all names at once; what becomes of each, and how many uncommitted rows each could see.
async fn write_all(
    store: &Store,
    fate: fn(usize) -> Result<(), Error>,
) -> Vec<Result<(usize, usize), Error>> {
    let held = hold_up(store);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let mut tasks = Vec::new();
    for (at, name) in NAMES.into_iter().enumerate() {
        let reader = store.clone();
        let writer = store.clone();
        tasks.push(tokio::spawn(async move {
            writer
                .write(move |tx| {
                    Box::pin(async move {
                        let mut inside = 0;
                        for other in NAMES {
                            inside += usize::from(platform::value(tx.db(), other).await?.is_some());
                        }
                        let outside = stored(&reader).await.len();
                        platform::insert(tx.db(), vec![(name, vec![1])]).await?;
                        fate(at)?;
                        Ok((inside, outside))
                    })
                })
                .await
        }));
        tokio::task::yield_now().await;
    }
    held.await.unwrap().unwrap();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_or_a_panic_undoes_only_its_own() {
    let place = Place::make();
    let store = patient_store(&place).await;
    let results = write_all(&store, |at| match at {
        3 => Err(Refusal::WrongState.into()),
        5 => panic!("on purpose"),
        7 => Err(Error::internal("testing", "on purpose")),
        _ => Ok(()),
    })
    .await;
    for (at, result) in results.iter().enumerate() {
        match at {
            3 => assert!(matches!(result, Err(Error::Refused(Refusal::WrongState)))),
            5 | 7 => assert!(matches!(result, Err(Error::Internal { .. }))),
            _ => assert!(result.is_ok(), "{at}: {result:?}"),
        }
    }
    let names = stored(&store).await;
    assert_eq!(names, ["a", "b", "c", "e", "g", "i", "j", "k", "l"]);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_that_wait_share_a_transaction_and_readers_see_none_of_it_before_the_commit() {
    let place = Place::make();
    let store = patient_store(&place).await;
    let results = write_all(&store, |_| Ok(())).await;
    // Threads may queue in another order than they were begun in.
    let mut seen: Vec<_> = results.into_iter().map(Result::unwrap).collect();
    seen.sort_unstable();
    let expected: Vec<_> = (0..NAMES.len()).map(|before| (before, 0)).collect();
    assert_eq!(seen, expected, "all before it, none of them committed");
    assert_eq!(stored(&store).await.len(), NAMES.len());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_leaves_nothing_half_done() {
    let place = Place::make();
    let store = store(&place).await;
    let slow = store.write(|tx| {
        Box::pin(async move {
            platform::insert(tx.db(), vec![("a", vec![1])]).await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
            platform::insert(tx.db(), vec![("b", vec![1])]).await?;
            Ok(())
        })
    });
    let gone = tokio::time::timeout(Duration::from_millis(20), slow).await;
    assert!(gone.is_err());
    store
        .write(|tx| Box::pin(async { Ok(platform::insert(tx.db(), vec![("c", vec![1])]).await?) }))
        .await
        .unwrap();
    assert_eq!(stored(&store).await, ["a", "b", "c"]);
    store.close().await;
}

#[tokio::test]
async fn nothing_is_written_past_the_writer() {
    let place = Place::make();
    let store = store(&place).await;
    let past = platform::insert(store.read(), vec![("a", vec![1])]).await;
    assert!(past.is_err(), "readers cannot write");
    store.close().await;
    let late = store.write(|_| Box::pin(async { Ok(()) })).await;
    assert!(matches!(late, Err(Error::Internal { .. })), "closed");
}

#[test]
fn the_system_clock_is_of_this_century() {
    let now = SystemClock.now();
    assert!(now > Timestamp(1_700_000_000 * SECOND));
}
