//! What the page gets to know about this companion.

use super::Shared;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The answer of `/api/session`. Never the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The program's version.
    pub version: String,
    /// Region's or upstream's base URL that the page starts with.
    pub base_url: String,
    /// Origins that are relayed to.
    pub upstreams: Vec<String>,
    /// Whether the logs are made up.
    pub demo: bool,
    /// Whether the companion adds a key where the page sends none.
    pub key_held: bool,
    /// Rows that a buffer of the page may hold before it becomes a part.
    pub flush_rows: usize,
    /// Bytes of the page's buffers, whichever is reached first.
    pub flush_bytes: usize,
}

pub(crate) async fn session(State(shared): State<Arc<Shared>>) -> Json<Session> {
    let settings = &shared.settings;
    Json(Session {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        base_url: settings.upstreams.base_url().to_owned(),
        upstreams: settings.upstreams.origins().to_vec(),
        demo: settings.demo,
        key_held: settings.key.is_some(),
        flush_rows: settings.flush.rows,
        flush_bytes: settings.flush.bytes,
    })
}
