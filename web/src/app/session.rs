//! What the companion says of itself: how the log API is reached and who holds the key.
//!
//! Takes the token that came in the address, gives a [`Session`] or why there is none. Without one the page still shows what is cached.

use gloo_net::http::Request;
use serde::Deserialize;

/// The companion's answer. What an older or newer one leaves out has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Session {
    /// Its version.
    pub version: String,
    /// Region or base URL it relays to.
    pub base_url: String,
    /// Whether it adds the API key.
    pub key_held: bool,
    /// Whether it serves made-up logs.
    pub demo: bool,
}

/// Whether the companion is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum SessionState {
    /// Not answered yet.
    #[default]
    Asking,
    /// Here.
    Here(Session),
    /// It refused the token, or there is none.
    Refused,
    /// No answer.
    Gone,
}

/// Asks the companion.
pub(crate) async fn ask(token: Option<&str>) -> SessionState {
    let Some(token) = token else {
        return SessionState::Refused;
    };
    let answer = Request::get("/api/session")
        .header("x-windrow-token", token)
        .send()
        .await;
    let Ok(answer) = answer else {
        return SessionState::Gone;
    };
    match answer.status() {
        200 => {}
        401 | 403 => return SessionState::Refused,
        _ => return SessionState::Gone,
    }
    let text = answer.text().await.unwrap_or_default();
    js_sys::JSON::parse(&text)
        .ok()
        .and_then(|value| serde_wasm_bindgen::from_value(value).ok())
        .map_or(SessionState::Gone, SessionState::Here)
}
