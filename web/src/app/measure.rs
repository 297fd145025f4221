//! How large an element is, told whenever it changes.

use super::el::Node;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, ResizeObserver};

/// Calls with width and height in pixels once the element is drawn, and whenever they change.
pub(crate) fn measure(node: Node, call: impl Fn(f64, f64) + 'static) {
    // Of one type, so that what waits for an element is there once.
    let call: Rc<dyn Fn(f64, f64)> = Rc::new(call);
    node.on_load(move |element| {
        let element: HtmlElement = element.unchecked_into();
        let seen = element.clone();
        let call = Closure::<dyn Fn()>::new(move || {
            call(
                f64::from(seen.client_width()),
                f64::from(seen.client_height()),
            );
        });
        if let Ok(observer) = ResizeObserver::new(call.as_ref().unchecked_ref()) {
            observer.observe(&element);
        }
        // Lives as long as the element: the observer is dropped with it by the browser.
        call.forget();
    });
}
