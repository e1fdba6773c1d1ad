//! A disk that is full for a while. A limit on the size of files makes SQLite's writes fail where
//! a full disk does; it holds for a whole process, so the test runs itself again in one of its own.

use std::process::{Command, Output};

use super::{Place, platform, store, stored};
use crate::error::Error;
use crate::store::Store;

/// Set in the process whose files may be limited.
const INSIDE: &str = "BEISTAND_TEST_FULL_DISK";
const NAME: &str = "store::tests::full_disk::what_is_confirmed_after_a_full_disk_is_durable";

async fn write(store: &Store, name: &'static str) -> Result<(), Error> {
    store
        .write(move |tx| {
            Box::pin(async move { Ok(platform::insert(tx.db(), vec![(name, vec![1])]).await?) })
        })
        .await
}

/// No file of this process may grow past so many bytes.
fn limit(bytes: &str) {
    let process = std::process::id().to_string();
    let status = Command::new("prlimit")
        .args(["--pid", &process, &format!("--fsize={bytes}:unlimited")])
        .status()
        .unwrap();
    assert!(status.success());
}

/// The test in a process that outlives the signal of a file grown too large.
fn again() -> Output {
    Command::new("sh")
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture"])
        .env(INSIDE, "yes")
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_confirmed_after_a_full_disk_is_durable() {
    if std::env::var_os(INSIDE).is_none() {
        let output = again();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}");
        assert!(said.contains("1 passed"), "{said}");
        return;
    }
    let place = Place::make();
    let store = store(&place).await;
    write(&store, "a").await.unwrap();
    limit("1");
    for name in ["b", "c", "d"] {
        let refused = write(&store, name).await;
        assert!(matches!(refused, Err(Error::Internal { .. })), "{name}");
    }
    limit("unlimited");
    write(&store, "e").await.unwrap();
    assert_eq!(stored(&store).await, ["a", "e"], "readers see what is");
    // Not closed: what was confirmed must survive a killed process.
    let other = super::store(&place).await;
    assert_eq!(stored(&other).await, ["a", "e"]);
}
