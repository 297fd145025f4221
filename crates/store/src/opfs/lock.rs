//! The writer lock of a directory: a Web Lock, or an exclusive handle where the browser has none or refuses them.
//!
//! Invariant: released on drop, by the tab's end at the latest.
//! `web-sys` hides Web Locks behind an unstable flag, so the one function needed is bound here.

use super::OpfsStore;
use super::handle::Handle;
use super::wait::{TRIES, pause};
use crate::attempt::Attempt;
use crate::error::StoreError;
use crate::path::LOCK_NAME;
use js_sys::{Array, Function, Object, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone, Debug)]
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        granted: &JsValue,
    ) -> Result<Promise, JsValue>;
}

/// Held while one writer works below a directory; released on drop.
#[derive(Debug)]
pub struct OpfsLock(#[expect(dead_code, reason = "held for what its drop does")] Held);

#[derive(Debug)]
#[expect(dead_code, reason = "held for what their drops do")]
enum Held {
    Web(WebLock),
    File(Handle),
}

impl OpfsLock {
    pub(super) async fn take(store: &OpfsStore, prefix: &str) -> Result<Self, StoreError> {
        let attempt = Attempt::new(prefix, "locking");
        if let Some(manager) = lock_manager() {
            let name = format!("windrow:{}:{prefix}", store.name);
            match WebLock::take(&manager, &name, &attempt).await {
                Err(StoreError::Denied { .. }) => {}
                taken => return Ok(Self(Held::Web(taken?))),
            }
        }
        let file = format!("{prefix}/{LOCK_NAME}");
        let file = file.trim_start_matches('/');
        let handle = store.open_to_write(file, &attempt).await?;
        Ok(Self(Held::File(handle)))
    }
}

fn lock_manager() -> Option<LockManager> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

/// The state of a request for a lock.
#[derive(Debug)]
enum Stage {
    /// Neither granted nor refused yet.
    Pending,
    /// The requester was dropped: a grant is released at once.
    Dropped,
    /// Held until this is called.
    Granted(Function),
}

/// A Web Lock, requested or held.
#[derive(Debug)]
struct WebLock(Rc<RefCell<Stage>>);

impl WebLock {
    async fn take(
        manager: &LockManager,
        name: &str,
        attempt: &Attempt,
    ) -> Result<Self, StoreError> {
        for tried in 1..=TRIES {
            match Self::request(manager, name).await {
                Ok(Some(lock)) => return Ok(lock),
                Ok(None) if tried < TRIES => pause().await,
                Ok(None) => {}
                Err(error) => return Err(attempt.js(&error)),
            }
        }
        Err(attempt.locked())
    }

    /// Requests once; `None` if somebody else holds it.
    async fn request(manager: &LockManager, name: &str) -> Result<Option<Self>, JsValue> {
        let options = Object::new();
        Reflect::set(&options, &"ifAvailable".into(), &true.into())?;
        let lock = Self(Rc::new(RefCell::new(Stage::Pending)));
        let stage = Rc::clone(&lock.0);
        let mut answer = None;
        let answered = Promise::new(&mut |resolve, _| answer = Some(resolve));
        // The browser calls this once, with the lock or with null, and holds the lock until the promise it gets is settled.
        let granted = Closure::once_into_js(move |given: JsValue| {
            let held = if given.is_null() || matches!(*stage.borrow(), Stage::Dropped) {
                Promise::resolve(&JsValue::NULL)
            } else {
                Promise::new(&mut |release, _| *stage.borrow_mut() = Stage::Granted(release))
            };
            if let Some(answer) = &answer {
                // Calling a promise's own resolver cannot throw.
                let _ = answer.call0(&JsValue::NULL);
            }
            held
        });
        let over = manager.request(name, &options, &granted)?;
        // The request itself settles when the lock is released, or at once if it is refused or fails.
        let either = Array::of2(&answered, &over);
        Promise::race(&either).await?;
        let is_held = matches!(*lock.0.borrow(), Stage::Granted(_));
        Ok(is_held.then_some(lock))
    }
}

impl Drop for WebLock {
    fn drop(&mut self) {
        let stage = self.0.replace(Stage::Dropped);
        if let Stage::Granted(release) = stage {
            // Calling a promise's own resolver cannot throw.
            let _ = release.call0(&JsValue::NULL);
        }
    }
}
