//! Bytes given to a person as a file.

use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};
use windrow_protocol::browser::task;

/// How long the browser has to begin a download.
const BEGIN_MS: u64 = 60_000;

/// Offers bytes as a download; says whether the browser took them.
pub fn download(name: &str, media_type: &str, bytes: &[u8]) -> bool {
    let save = || -> Option<()> {
        let document = web_sys::window()?.document()?;
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
        let url = Url::create_object_url_with_blob(&blob).ok()?;
        let anchor: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
        // A download that has begun holds the bytes itself.
        task::later(BEGIN_MS, move || {
            let _ = Url::revoke_object_url(&url);
        });
        Some(())
    };
    save().is_some()
}
