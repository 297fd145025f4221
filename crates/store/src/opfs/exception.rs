//! Exceptions of the browser, as [`StoreError`]s.

use crate::attempt::Attempt;
use crate::error::StoreError;
use js_sys::Reflect;
use wasm_bindgen::JsValue;

impl Attempt {
    pub(super) fn denied(&self, reason: &str) -> StoreError {
        StoreError::Denied {
            path: self.path.clone(),
            reason: reason.to_owned(),
        }
    }

    pub(super) fn locked(&self) -> StoreError {
        StoreError::Locked {
            path: self.path.clone(),
        }
    }

    /// What was thrown. A directory where a file was meant, or the other way round, means that the thing meant is not there;
    /// so does a handle whose file went when the person cleared the site's data, which Chromium calls a state that has changed.
    pub(super) fn js(&self, thrown: &JsValue) -> StoreError {
        let path = self.path.clone();
        let name = text(thrown, "name");
        let message = text(thrown, "message");
        let reason = format!("{name}: {message}");
        match name.as_str() {
            _ if is_gone(thrown) => StoreError::NotFound { path },
            "QuotaExceededError" => StoreError::Full { path, reason },
            "SecurityError" | "NotAllowedError" => StoreError::Denied { path, reason },
            "NoModificationAllowedError" => StoreError::Locked { path },
            _ => self.failed(&reason),
        }
    }
}

/// Whether what was meant is not there, or not any more.
pub(super) fn is_gone(thrown: &JsValue) -> bool {
    matches!(
        text(thrown, "name").as_str(),
        "NotFoundError" | "TypeMismatchError" | "InvalidStateError"
    )
}

/// Whether another handle is in the way.
pub(super) fn is_busy(thrown: &JsValue) -> bool {
    text(thrown, "name") == "NoModificationAllowedError"
}

/// Whether a file is not what it was any more when it was got: a writer has changed it since.
pub(super) fn is_outdated(thrown: &JsValue) -> bool {
    text(thrown, "name") == "NotReadableError"
}

fn text(thrown: &JsValue, key: &str) -> String {
    Reflect::get(thrown, &key.into())
        .ok()
        .and_then(|value| value.as_string())
        .unwrap_or_default()
}
