//! Parts are put into the private file system and asked.

use super::questions::{Question, ask_all};
use super::timed::precise_ms;
use std::rc::Rc;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use windrow_engine::list_datasets;
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

/// Asks the questions, as JSON. Gives each with its name, seconds and answer.
#[wasm_bindgen]
pub async fn ask(questions: String) -> Result<JsValue, JsError> {
    let questions: Vec<Question> = serde_json::from_str(&questions)?;
    let store = Rc::new(OpfsStore::open(None).await?);
    let cached = list_datasets(&*store).await?.into_iter().find_map(|info| {
        // All of it was cached at once, so it is one range.
        info.dataset.zip(info.coverage.ranges().first().copied())
    });
    let (dataset, window) = cached.ok_or_else(|| JsError::new("nothing is cached"))?;
    let seconds = || precise_ms() / 1000.0;
    let answered = ask_all(
        &questions,
        &store,
        &dataset,
        window,
        windrow_worker::DECODED_BYTES,
        seconds,
    )
    .await;
    let answered = answered.map_err(|error| JsError::new(&error.to_string()))?;
    let lines = answered.into_iter().map(|(name, seconds, answer)| {
        serde_json::json!({"name": name, "seconds": seconds, "answer": answer})
    });
    Ok(JsValue::from_str(
        &serde_json::Value::from_iter(lines).to_string(),
    ))
}
