//! `sessionStorage`: what dies with the tab.

use client::world::{TabStorage, tab_keys};
use web_sys::Storage;

/// The tab's storage. Where it is forbidden, nothing is kept and a reload asks for the password.
#[derive(Debug, Default, Clone, Copy)]
pub struct SessionStorage;

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

impl TabStorage for SessionStorage {
    fn get(&self, key: &str) -> Option<String> {
        storage()?.get_item(key).ok().flatten()
    }

    fn set(&self, key: &str, value: &str) {
        if let Some(storage) = storage() {
            // A full storage keeps nothing: the text is still on the screen.
            drop(storage.set_item(key, value));
        }
    }

    fn remove(&self, key: &str) {
        if let Some(storage) = storage() {
            drop(storage.remove_item(key));
        }
    }

    fn clear(&self) {
        let Some(storage) = storage() else { return };
        let keys = (0..storage.length().unwrap_or_default())
            .filter_map(|at| storage.key(at).ok().flatten());
        let own: Vec<String> = keys
            .filter(|key| key.starts_with(tab_keys::PREFIX))
            .collect();
        for key in own {
            drop(storage.remove_item(&key));
        }
    }
}
