//! What outlives a browser's tabs, in memory: entries that are written whole or not at all, and a
//! key that only computes.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use client::world::{DeviceStorage, StorageFailed};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Nothing, until it is made.
#[derive(Debug, Default)]
pub struct Disk {
    made: RefCell<Option<Made>>,
    /// Milliseconds that a write takes: it can be cut off before and after it counts.
    slow: Cell<u64>,
}

#[derive(Debug, Default)]
struct Made {
    entries: BTreeMap<String, Vec<u8>>,
    key: [u8; 32],
}

impl Disk {
    /// Writes take so many milliseconds from now on, before they count and after.
    pub fn slow(&self, milliseconds: u64) {
        self.slow.set(milliseconds);
    }

    /// Everything that lies there, as somebody finds it who takes the device.
    #[must_use]
    pub fn entries(&self) -> Vec<(String, Vec<u8>)> {
        let made = self.made.borrow();
        let entries = made.iter().flat_map(|made| &made.entries);
        entries
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    async fn pause(&self) {
        match self.slow.get() {
            0 => {}
            slow => tokio::time::sleep(Duration::from_millis(slow)).await,
        }
    }
}

impl DeviceStorage for Disk {
    async fn create(&self) -> Result<(), StorageFailed> {
        let key = client::make_id(&mut client::SystemRandom);
        self.made.replace(Some(Made {
            key,
            ..Made::default()
        }));
        Ok(())
    }

    async fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.made.borrow().as_ref()?.entries.get(name).cloned()
    }

    async fn all(&self) -> Result<Vec<(String, Vec<u8>)>, StorageFailed> {
        Ok(self.entries())
    }

    async fn write(&self, changes: &[(String, Option<Vec<u8>>)]) -> Result<(), StorageFailed> {
        self.pause().await;
        {
            let mut made = self.made.borrow_mut();
            let entries = &mut made.as_mut().ok_or(StorageFailed::Gone)?.entries;
            for (name, value) in changes {
                match value {
                    Some(value) => entries.insert(name.clone(), value.clone()),
                    None => entries.remove(name),
                };
            }
        }
        self.pause().await;
        Ok(())
    }

    async fn own_key(&self, input: &[u8]) -> Result<[u8; 32], StorageFailed> {
        let made = self.made.borrow();
        let made = made.as_ref().ok_or(StorageFailed::Gone)?;
        let mac = Hmac::<Sha256>::new_from_slice(&made.key);
        let mut mac = mac.map_err(|_| StorageFailed::Refused)?;
        mac.update(input);
        Ok(mac.finalize().into_bytes().into())
    }

    async fn destroy(&self) {
        self.made.take();
    }
}
