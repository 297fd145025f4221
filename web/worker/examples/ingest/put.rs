//! Parts are put into the private file system.

use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;
use windrow_store::{BlobStore, BlobWriter, OpfsStore};

/// Writes a part as it is.
#[wasm_bindgen]
pub async fn put(path: String, bytes: Vec<u8>) -> Result<(), JsError> {
    let store = OpfsStore::open(None).await?;
    let mut writer = store.create(&path).await?;
    writer.append(bytes.into()).await?;
    writer.finish().await?;
    Ok(())
}
