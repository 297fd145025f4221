//! What the companion says of itself: how the log API is reached and who holds the key.
//!
//! Takes the token that came in the address, gives a [`Session`] or why there is none. Without one the page still shows what is cached.

use crate::platform::companion;
use crate::protocol::Thresholds;
use serde::Deserialize;

/// The companion's answer. What an older or newer one leaves out has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Session {
    /// Region or base URL it relays to.
    pub base_url: String,
    /// Whether it adds the API key.
    pub key_held: bool,
    /// Whether it serves made-up logs.
    pub demo: bool,
    /// Rows of a buffer that becomes a part.
    flush_rows: Option<u32>,
    /// Bytes of the buffers of which one becomes a part.
    flush_bytes: Option<u32>,
}

impl Session {
    /// When buffers become parts, where it says so.
    pub(crate) fn flush(&self) -> Option<Thresholds> {
        Some(Thresholds {
            rows: self.flush_rows.filter(|rows| *rows > 0)?,
            bytes: self.flush_bytes.filter(|bytes| *bytes > 0)?,
        })
    }
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
    let Some(answer) = companion::get("/api/session", "x-windrow-token", token).await else {
        return SessionState::Gone;
    };
    match (answer.status, answer.body) {
        (200, Some(session)) => SessionState::Here(session),
        (401 | 403, _) => SessionState::Refused,
        _ => SessionState::Gone,
    }
}
