//! Tasks, timers and the wall clock: nothing else spawns a future or sets a timer.
//!
//! A task returns nothing: an error inside it ends as state of the page or as a reply.

use js_sys::Array;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Runs a future on this thread until it ends.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one module that starts tasks"
)]
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}

/// Waits. Dropping the future leaves a timer behind that does nothing.
pub async fn sleep_ms(wait_ms: u64) {
    let wait_ms = i32::try_from(wait_ms).unwrap_or(i32::MAX);
    let promise = js_sys::Promise::new(&mut |resolve, _| after_ms(&resolve, wait_ms));
    // The promise of a timer is never rejected.
    let _ = JsFuture::from(promise).await;
}

/// Calls a function later; works in windows and workers alike.
fn after_ms(call: &js_sys::Function, wait_ms: i32) {
    let timer = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("setTimeout"));
    if let Some(timer) = timer
        .ok()
        .and_then(|timer| timer.dyn_into::<js_sys::Function>().ok())
    {
        // Every global scope has `setTimeout`, which does not throw.
        let _ = timer.call2(&JsValue::NULL, call, &JsValue::from(wait_ms));
    }
}

/// Waits until messages that have come meanwhile were handed over. A timer would do, but browsers make short ones longer.
pub async fn next_turn() {
    let channel = js_sys::Reflect::get(&js_sys::global(), &"MessageChannel".into())
        .and_then(wasm_bindgen::JsCast::dyn_into)
        .and_then(|class: js_sys::Function| js_sys::Reflect::construct(&class, &Array::new()));
    let Ok(channel) = channel else {
        return sleep_ms(0).await;
    };
    let port = |name: &str| js_sys::Reflect::get(&channel, &name.into()).unwrap_or_default();
    let (here, there) = (port("port1"), port("port2"));
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        // A port takes any handler and any message.
        let _ = js_sys::Reflect::set(&here, &"onmessage".into(), &resolve);
        let _ = call(&there, "postMessage", &JsValue::NULL);
    });
    let _ = JsFuture::from(promise).await;
    let _ = call(&here, "close", &JsValue::UNDEFINED);
}

fn call(of: &JsValue, name: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    let method = js_sys::Reflect::get(of, &name.into())?;
    method.dyn_into::<js_sys::Function>()?.call1(of, argument)
}

/// Calls a function once, later.
pub fn later(wait_ms: u64, call: impl FnOnce() + 'static) {
    let call = Closure::once_into_js(call);
    if let Some(call) = call.dyn_ref::<js_sys::Function>() {
        after_ms(call, i32::try_from(wait_ms).unwrap_or(i32::MAX));
    }
}

/// The wall clock, epoch milliseconds.
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// Eight random hex digits, to name a run.
pub fn random_id() -> String {
    let half = || (js_sys::Math::random() * 65_536.0) as u32;
    format!("{:04x}{:04x}", half(), half())
}
