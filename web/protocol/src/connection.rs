//! How the log API is reached, and which logs it has.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How the log API is reached.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Region or base URL.
    pub base_url: String,
    /// The key, where the page holds it; else the companion adds its own.
    pub api_key: Option<String>,
    /// The companion's token.
    pub token: String,
}

/// Without key and token, whatever prints it.
impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// Lists the logs of the API, sorted by name: the proof that address and key are right.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListLogs {
    /// The log API.
    pub connection: Connection,
}

/// A log one can choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// The API's id for it.
    pub id: String,
    /// Its display name.
    pub name: String,
}
