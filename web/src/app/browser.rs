//! The few things the page asks of the browser: memory, address, clipboard, downloads, storage.
//!
//! Each may be refused, in a private window or by a policy; then it says so or does nothing, and the page goes on.

use super::record::Record;
use crate::state::place::{Place, Recent, Remembered};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Event, HtmlAnchorElement, Request, Response, Storage, StorageEstimate,
    Url,
};

use wasm_bindgen::JsCast;

const REMEMBERED: &str = "windrow.remembered";
const TOKEN: &str = "windrow.token";

fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

fn local() -> Option<Storage> {
    window()?.local_storage().ok()?
}

fn session() -> Option<Storage> {
    window()?.session_storage().ok()?
}

/// What the last visit left; nothing where it cannot be read.
pub(crate) fn remembered() -> Option<Remembered> {
    let read = || -> Option<Remembered> {
        let text = local()?.get_item(REMEMBERED).ok()??;
        let held = Record::parse(&text)?;
        let recent = held.list("recent");
        Some(Remembered {
            local_time: held.flag("local_time"),
            messages_only: held.flag("messages_only"),
            theme: held.text("theme"),
            recent: recent
                .iter()
                .map(|recent| Recent {
                    log: recent.text("log"),
                    name: recent.text("name"),
                    query: recent.text("query"),
                    from: recent.text("from"),
                    to: recent.text("to"),
                })
                .collect(),
        })
    };
    read()
}

/// Leaves it for the next visit.
pub(crate) fn remember(remembered: &Remembered) {
    let write = || -> Option<()> {
        let recent = remembered.recent.iter().map(|recent| {
            Record::new()
                .with("log", &recent.log)
                .with("name", &recent.name)
                .with("query", &recent.query)
                .with("from", &recent.from)
                .with("to", &recent.to)
        });
        let held = Record::new()
            .with("local_time", remembered.local_time)
            .with("messages_only", remembered.messages_only)
            .with("theme", &remembered.theme)
            .with_list("recent", recent);
        local()?.set_item(REMEMBERED, &held.to_text()?).ok()
    };
    // Without storage the page works and forgets.
    let _ = write();
}

/// Asks the companion with one header: the status, and the JSON object it answered with. Nothing where there was no answer.
pub(crate) async fn get(path: &str, header: &str, value: &str) -> Option<(u16, Option<Record>)> {
    let request = Request::new_with_str(path).ok()?;
    request.headers().set(header, value).ok()?;
    let answer = JsFuture::from(window()?.fetch_with_request(&request)).await;
    let answer: Response = answer.ok()?.unchecked_into();
    let said = match answer.json() {
        Ok(said) => JsFuture::from(said).await.ok(),
        Err(_) => None,
    };
    Some((answer.status(), said.and_then(Record::of)))
}

/// Reads the address, takes the token out of it, and gives it back; a reload finds it in this tab's memory.
pub(crate) fn arrive() -> Place {
    let fragment = window()
        .and_then(|window| window.location().hash().ok())
        .unwrap_or_default();
    let mut place = Place::from_fragment(&fragment);
    if let Some(token) = &place.token {
        if let Some(storage) = session() {
            let _ = storage.set_item(TOKEN, token);
        }
        show_place(&place);
    } else {
        place.token = session().and_then(|storage| storage.get_item(TOKEN).ok()?);
    }
    place
}

/// Puts a place into the address, without the token.
pub(crate) fn show_place(place: &Place) {
    let show = || -> Option<()> {
        let window = window()?;
        let path = window.location().pathname().ok()?;
        let address = format!("{path}{}", place.fragment());
        let history = window.history().ok()?;
        history
            .replace_state_with_url(&JsValue::NULL, "", Some(&address))
            .ok()
    };
    let _ = show();
}

/// Minutes east of UTC at an instant, in the browser's zone.
pub(crate) fn local_offset(ms: i64) -> i64 {
    let west = js_sys::Date::new(&JsValue::from_f64(ms as f64)).get_timezone_offset();
    if west.is_finite() { -(west as i64) } else { 0 }
}

/// A character in lower case, as [`Lower`](crate::state::escape::Lower) asks.
pub(crate) fn lower(character: char) -> String {
    js_sys::JsString::from(character).to_lower_case().into()
}

/// Sets the theme: `light`, `dark`, or the system's where empty.
pub(crate) fn set_theme(theme: &str) {
    let root = window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    if let Some(root) = root {
        let _ = if theme.is_empty() {
            root.remove_attribute("data-theme")
        } else {
            root.set_attribute("data-theme", theme)
        };
    }
}

/// Copies text; whether it went.
pub(crate) async fn copy(text: &str) -> bool {
    let Some(window) = window() else {
        return false;
    };
    // Undefined outside secure contexts, where the typed binding would throw.
    let clipboard = js_sys::Reflect::get(&window.navigator(), &JsValue::from_str("clipboard"));
    match clipboard {
        Ok(clipboard) if clipboard.is_object() => {
            let clipboard: web_sys::Clipboard = clipboard.unchecked_into();
            JsFuture::from(clipboard.write_text(text)).await.is_ok()
        }
        _ => false,
    }
}

/// Gives bytes to the person as a file; whether the browser took them.
pub(crate) fn download(name: &str, kind: &str, bytes: &[u8]) -> bool {
    let save = || -> Option<()> {
        let document = window()?.document()?;
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let options = BlobPropertyBag::new();
        options.set_type(kind);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
        let url = Url::create_object_url_with_blob(&blob).ok()?;
        let anchor: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
        // The download has its own hold on the bytes once it has begun.
        crate::task::later(60_000, move || {
            let _ = Url::revoke_object_url(&url);
        });
        Some(())
    };
    save().is_some()
}

/// Calls when the page is put aside as it is, and when it comes back: the browser may keep it for the Back button.
pub(crate) fn on_leaving(left: impl Fn() + 'static, back: impl Fn() + 'static) {
    let Some(window) = window() else {
        return;
    };
    let call = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let is_kept = js_sys::Reflect::get(&event, &JsValue::from_str("persisted"));
        if is_kept.is_ok_and(|kept| kept.is_truthy()) {
            if event.type_() == "pagehide" {
                left();
            } else {
                back();
            }
        }
    });
    for name in ["pagehide", "pageshow"] {
        // A window takes listeners of every name.
        let _ = window.add_event_listener_with_callback(name, call.as_ref().unchecked_ref());
    }
    call.forget();
}

/// What this site may keep, and whether it is kept under pressure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quota {
    /// Bytes used.
    pub used: u64,
    /// Bytes allowed.
    pub allowed: u64,
    /// Whether the browser may not clear it by itself; nothing where it does not say.
    pub persisted: Option<bool>,
}

fn storage_manager() -> Option<web_sys::StorageManager> {
    let navigator = window()?.navigator();
    let storage = js_sys::Reflect::get(&navigator, &JsValue::from_str("storage")).ok()?;
    storage.is_object().then(|| storage.unchecked_into())
}

/// Asks for the quota.
pub(crate) async fn quota() -> Option<Quota> {
    let storage = storage_manager()?;
    let estimate: StorageEstimate = JsFuture::from(storage.estimate().ok()?)
        .await
        .ok()?
        .unchecked_into();
    let persisted = match storage.persisted() {
        Ok(promise) => JsFuture::from(promise)
            .await
            .ok()
            .and_then(|held| held.as_bool()),
        Err(_) => None,
    };
    Some(Quota {
        used: estimate.get_usage().unwrap_or_default() as u64,
        allowed: estimate.get_quota().unwrap_or_default() as u64,
        persisted,
    })
}

/// Asks the browser to keep this site's storage. It may ask the person, and wait for as long as they like.
pub(crate) async fn persist() -> Option<bool> {
    let promise = storage_manager()?.persist().ok()?;
    JsFuture::from(promise).await.ok()?.as_bool()
}

/// Eight hex digits for a run.
pub(crate) fn run_id() -> String {
    let high = (js_sys::Math::random() * 65_536.0) as u32;
    let low = (js_sys::Math::random() * 65_536.0) as u32;
    format!("{high:04x}{low:04x}")
}

/// The element with an id.
pub(crate) fn element(id: &str) -> Option<web_sys::HtmlElement> {
    window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Keeps the focus on the page while something is drawn anew: where the element that has it goes, the one with the id `next` takes it.
pub(crate) fn keep_focus(next: &'static str) {
    let focused = || window()?.document()?.active_element();
    let Some(held) = focused() else {
        return;
    };
    // Everything that follows a change is drawn before any timer.
    crate::task::later(0, move || {
        let is_free = focused().is_none_or(|now| now.tag_name() == "BODY");
        if let (false, true, Some(next)) = (held.is_connected(), is_free, element(next)) {
            let _ = next.focus();
        }
    });
}

/// Says below everything that the page itself ended; nothing of it answers any more.
pub(crate) fn say_it_ended(place: &str) {
    let say = || -> Option<()> {
        let document = window()?.document()?;
        let text = document.create_element("p").ok()?;
        text.set_class_name("boot-failed");
        text.set_attribute("role", "alert").ok()?;
        text.set_text_content(Some(&format!(
            "The page ended at {place}. Reload it. If it ends again, report this line."
        )));
        let body = document.body()?;
        body.insert_before(&text, body.first_child().as_ref())
            .ok()?;
        Some(())
    };
    // Without a document there is nobody to tell.
    let _ = say();
}
