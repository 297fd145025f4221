//! Limits and thresholds of a run, with the defaults the documents promise.

use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// How parts are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// ZSTD level 1.
    #[default]
    Zstd,
    /// LZ4 in its raw form.
    Lz4,
    /// Snappy.
    Snappy,
    /// Not at all.
    None,
}

/// When a buffer is written out, how, and how many fill at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlushSettings {
    /// Rows a buffer may hold, at least 1.
    pub rows: usize,
    /// Bytes of column buffers it may hold, at least 1.
    pub bytes: usize,
    /// Codec of the parts.
    pub compression: Compression,
    /// Whether fields of messages become columns too.
    pub promote_fields: bool,
    /// Ranges fetched at once, at least 1; the thresholds are shared among those that run.
    pub parallel: usize,
}

impl Default for FlushSettings {
    fn default() -> Self {
        Self {
            rows: 100_000,
            bytes: 16 << 20,
            compression: Compression::default(),
            promote_fields: true,
            parallel: 4,
        }
    }
}

/// How a source is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchSettings {
    /// Events a page, 1 to 500.
    pub per_page: u32,
    /// How often one page is tried again after a failure that may pass.
    pub retry_attempts: u32,
    /// How long one page may be polled, in milliseconds, without rate-limit waits.
    pub poll_wall_ms: u64,
    /// How often one page may be polled.
    pub poll_iterations: u32,
    /// Queries a minute at most, for accounts that several programs share. `None`: only what the source asks for.
    pub queries_a_minute: Option<NonZeroU32>,
    /// The newest stretch before the server's now that is never claimed, in milliseconds.
    pub settle_ms: i64,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            per_page: 500,
            retry_attempts: 3,
            poll_wall_ms: 480_000,
            poll_iterations: 120,
            queries_a_minute: None,
            settle_ms: 60_000,
        }
    }
}
