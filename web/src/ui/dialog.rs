//! A modal sheet: the browser's own `dialog`, closed by Escape.

use crate::platform::focus;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// Opens the sheet with an id.
pub(crate) fn open(id: &str) {
    let sheet = focus::element(id).and_then(|sheet| sheet.dyn_into::<HtmlDialogElement>().ok());
    if let Some(sheet) = sheet {
        // One that is open already stays so.
        let _ = sheet.show_modal();
    }
}
