//! How large an element is, told whenever it changes.

use super::el::Node;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, ResizeObserver, ResizeObserverEntry};

/// Ends with the view that asked for it: what is observed would stay in memory after it has left the document.
struct Watch {
    observer: ResizeObserver,
    _call: Closure<dyn Fn(js_sys::Array)>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Calls with width and height in pixels once the element is drawn, and whenever they change.
pub(crate) fn measure(node: Node, call: impl Fn(f64, f64) + 'static) {
    // Of one type, so that what waits for an element is there once.
    let call: Rc<dyn Fn(f64, f64)> = Rc::new(call);
    let watch = StoredValue::new_local(None::<Watch>);
    node.on_load(move |element| {
        let call = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let entry: ResizeObserverEntry = entries.get(0).unchecked_into();
            let element: HtmlElement = entry.target().unchecked_into();
            call(
                f64::from(element.client_width()),
                f64::from(element.client_height()),
            );
        });
        if let Ok(observer) = ResizeObserver::new(call.as_ref().unchecked_ref()) {
            observer.observe(element.unchecked_ref());
            // A view that is gone already holds nothing.
            watch.try_set_value(Some(Watch {
                observer,
                _call: call,
            }));
        }
    });
}
