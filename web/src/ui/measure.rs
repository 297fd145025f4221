//! How wide an element is, told whenever it changes.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver, ResizeObserverEntry};

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
pub(crate) fn measure(node: NodeRef<html::Div>, call: impl Fn(f64, f64) + 'static) {
    let watch = StoredValue::new_local(None::<Watch>);
    let call = StoredValue::new_local(call);
    node.on_load(move |element| {
        let called = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let entry: ResizeObserverEntry = entries.get(0).unchecked_into();
            let element: Element = entry.target();
            call.try_with_value(|call| {
                call(
                    f64::from(element.client_width()),
                    f64::from(element.client_height()),
                );
            });
        });
        if let Ok(observer) = ResizeObserver::new(called.as_ref().unchecked_ref()) {
            observer.observe(&element);
            // A view that is gone already holds nothing.
            watch.try_set_value(Some(Watch {
                observer,
                _call: called,
            }));
        }
    });
}
