//! The worker's timer, and retrying while another tab holds a handle.

use super::exception::is_busy;
use crate::attempt::Attempt;
use crate::error::StoreError;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

/// How often something is tried, a tenth of a second apart: about three seconds.
pub(super) const TRIES: u32 = 30;
const PAUSE_MS: i32 = 100;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(then: &Function, wait_ms: i32) -> JsValue;
}

/// Waits a tenth of a second.
pub(super) async fn pause() {
    let waited = Promise::new(&mut |resolve, _| {
        set_timeout(&resolve, PAUSE_MS);
    });
    // This promise is never rejected.
    let _ = waited.await;
}

/// Retries while another handle is open; at last [`StoreError::Locked`].
pub(super) async fn retried(
    attempt: &Attempt,
    start: impl Fn() -> Promise,
) -> Result<JsValue, StoreError> {
    for tried in 1..=TRIES {
        match start().await {
            Err(error) if is_busy(&error) => {
                if tried < TRIES {
                    pause().await;
                }
            }
            outcome => return outcome.map_err(|error| attempt.js(&error)),
        }
    }
    Err(attempt.locked())
}
