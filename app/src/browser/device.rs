//! IndexedDB, a key that stays there, and the program that is kept: what outlives the tab on an own device. The steps
//! are `frontend/src/device.js`, because they are a tenth as large there as through `web-sys` (docs/adr/0432).

use client::world::{DeviceStorage, StorageFailed};
use js_sys::{Array, JsString, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = device, catch)]
    async fn there() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = device, catch)]
    async fn create() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = device, catch)]
    async fn get(name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = device, catch)]
    async fn all() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = device, catch)]
    async fn write(entries: Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = device, catch)]
    async fn sign(input: Uint8Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = device, catch)]
    async fn install() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = device, catch)]
    async fn destroy() -> Result<JsValue, JsValue>;
}

/// What outlives the tab.
#[derive(Debug, Default, Clone, Copy)]
pub struct BrowserDevice;

/// Whether somebody calls this device their own. Asking leaves no trace.
pub async fn is_there() -> bool {
    there().await.is_ok_and(|there| there.is_truthy())
}

/// Has the browser keep the program, and offer to put it among the others of this device.
pub async fn keep_program() {
    // Without it everything else works, with a connection.
    drop(install().await);
}

/// Removes everything, without waiting for it: the page is going away.
pub async fn destroy_all() {
    drop(destroy().await);
}

/// `null` says that there is no storage, anything else why it refuses.
fn failed(why: JsValue) -> StorageFailed {
    if why.is_null() {
        StorageFailed::Gone
    } else {
        StorageFailed::Refused
    }
}

fn bytes(value: JsValue) -> Option<Vec<u8>> {
    value.dyn_into::<Uint8Array>().ok().map(|it| it.to_vec())
}

impl DeviceStorage for BrowserDevice {
    async fn create(&self) -> Result<(), StorageFailed> {
        create().await.map(drop).map_err(failed)
    }

    async fn get(&self, name: &str) -> Option<Vec<u8>> {
        bytes(get(name).await.ok()?)
    }

    async fn all(&self) -> Result<Vec<(String, Vec<u8>)>, StorageFailed> {
        let found = all().await.map_err(failed)?;
        let found: Array = found.dyn_into().map_err(failed)?;
        let entry = |at: u32| {
            let name = found.get(at).dyn_into::<JsString>().ok()?;
            Some((String::from(name), bytes(found.get(at + 1))?))
        };
        Ok((0..found.length()).step_by(2).filter_map(entry).collect())
    }

    async fn write(&self, changes: &[(String, Option<Vec<u8>>)]) -> Result<(), StorageFailed> {
        let entries = Array::new();
        for (name, value) in changes {
            entries.push(&JsValue::from_str(name));
            entries.push(&match value {
                Some(value) => Uint8Array::from(value.as_slice()).into(),
                None => JsValue::NULL,
            });
        }
        write(entries).await.map(drop).map_err(failed)
    }

    async fn own_key(&self, input: &[u8]) -> Result<[u8; 32], StorageFailed> {
        let mac = sign(Uint8Array::from(input)).await.map_err(failed)?;
        let mac = bytes(mac).ok_or(StorageFailed::Refused)?;
        mac.try_into().map_err(|_| StorageFailed::Refused)
    }

    async fn destroy(&self) {
        drop(destroy().await);
    }
}
