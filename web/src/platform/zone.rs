//! The browser's time zone.

/// Minutes east of UTC at an instant in epoch milliseconds.
pub fn offset_minutes(ms: i64) -> i64 {
    let west = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(ms as f64)).get_timezone_offset();
    if west.is_finite() { -(west as i64) } else { 0 }
}
