//! What this site may keep: small values between visits, and its quota for files.
//!
//! Each may be refused, in a private window or by a policy; then nothing is read and nothing kept, and the page works on.

use super::quota::Quota;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Storage, StorageEstimate, StorageManager};

/// How long a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Until it is deleted, for all tabs.
    Always,
    /// As long as this tab, for this tab.
    Tab,
}

impl Keep {
    fn storage(self) -> Option<Storage> {
        let window = web_sys::window()?;
        match self {
            Self::Always => window.local_storage().ok()?,
            Self::Tab => window.session_storage().ok()?,
        }
    }
}

/// The text under a key.
pub fn read(keep: Keep, key: &str) -> Option<String> {
    keep.storage()?.get_item(key).ok()?
}

/// Puts a text under a key.
pub fn write(keep: Keep, key: &str, text: &str) {
    if let Some(storage) = keep.storage() {
        // A full or refused storage keeps nothing.
        let _ = storage.set_item(key, text);
    }
}

/// The value under a key, kept as JSON. Nothing where it is not of this type.
pub fn read_json<T: DeserializeOwned>(keep: Keep, key: &str) -> Option<T> {
    serde_json::from_str(&read(keep, key)?).ok()
}

/// Puts a value under a key as JSON.
pub fn write_json(keep: Keep, key: &str, value: &impl Serialize) {
    if let Ok(text) = serde_json::to_string(value) {
        write(keep, key, &text);
    }
}

fn manager() -> Option<StorageManager> {
    let navigator = web_sys::window()?.navigator();
    // Undefined outside secure contexts, where the typed binding would throw.
    let storage = js_sys::Reflect::get(&navigator, &JsValue::from_str("storage")).ok()?;
    storage.is_object().then(|| storage.unchecked_into())
}

/// Asks for the quota.
pub async fn quota() -> Option<Quota> {
    let storage = manager()?;
    let estimate: StorageEstimate = JsFuture::from(storage.estimate().ok()?)
        .await
        .ok()?
        .unchecked_into();
    let persisted = match storage.persisted() {
        Ok(promise) => JsFuture::from(promise)
            .await
            .ok()
            .and_then(|persisted| persisted.as_bool()),
        Err(_) => None,
    };
    Some(Quota {
        used: estimate.get_usage().unwrap_or_default() as u64,
        allowed: estimate.get_quota().unwrap_or_default() as u64,
        persisted,
    })
}

/// Asks the browser to keep this site's files under pressure. It may ask the person, and wait as long as they like.
pub async fn persist() -> Option<bool> {
    let promise = manager()?.persist().ok()?;
    JsFuture::from(promise).await.ok()?.as_bool()
}
