//! What the companion says of itself: how the log API is reached and who holds the key.
//!
//! Takes the token that came in the address, gives a [`Session`] or why there is none. Without one the page still shows what is cached.

use super::browser;
use crate::protocol::Thresholds;

/// The companion's answer. What an older or newer one leaves out has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Session {
    /// Region or base URL it relays to.
    pub base_url: String,
    /// Whether it adds the API key.
    pub key_held: bool,
    /// Whether it serves made-up logs.
    pub demo: bool,
    /// When buffers become parts, where it says so.
    pub flush: Option<Thresholds>,
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
    match browser::get("/api/session", "x-windrow-token", token).await {
        Some((200, Some(said))) => SessionState::Here(Session {
            base_url: said.text("base_url"),
            key_held: said.flag("key_held"),
            demo: said.flag("demo"),
            flush: Some(Thresholds {
                rows: said.number("flush_rows"),
                bytes: said.number("flush_bytes"),
            })
            .filter(|flush| flush.rows > 0 && flush.bytes > 0),
        }),
        Some((401 | 403, _)) => SessionState::Refused,
        _ => SessionState::Gone,
    }
}
