//! What a window is cached under, and the directory that holds it.
//!
//! A [`Dataset`] is a source, a log id and a query; different ones never mix.
//! Its directory is the encoded log id, with a digest behind it in every case but the plain one, so that different datasets have different directories.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The source name of the Log Search protocol.
pub const LOG_SEARCH: &str = "log-search";

/// Encoded names longer than this many bytes are kept by digest.
const MAX_NAME_BYTES: usize = 180;

/// Source, log id and query: what a window is cached under.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dataset {
    source: String,
    log_id: String,
    query: String,
}

/// A log id that cannot name a dataset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the log id is empty; choose a log")]
pub struct EmptyLogId;

impl Dataset {
    /// A dataset of the given source. The query may be empty.
    pub fn new(
        source: impl Into<String>,
        log_id: impl Into<String>,
        query: impl Into<String>,
    ) -> Result<Self, EmptyLogId> {
        let dataset = Self {
            source: source.into(),
            log_id: log_id.into(),
            query: query.into(),
        };
        if dataset.log_id.is_empty() {
            return Err(EmptyLogId);
        }
        Ok(dataset)
    }

    /// `log-search`, or `<kind>:<origin>`.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The API's name for the log, raw.
    pub fn log_id(&self) -> &str {
        &self.log_id
    }

    /// The query, raw; empty for none.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// The name of the dataset's directory under `logs/`.
    pub fn directory(&self) -> String {
        let mut name = encode_name(&self.log_id);
        if self.source != LOG_SEARCH || !self.query.is_empty() {
            let identity = [&self.source, "\0", &self.log_id, "\0", &self.query].concat();
            name.push('~');
            name.push_str(&hex_digest(identity.as_bytes(), 8));
        }
        name
    }
}

/// The directory name of a log id: kept bytes, `%XX` for the rest, a digest where that is too long.
pub fn encode_name(log_id: &str) -> String {
    let bytes = log_id.as_bytes();
    let last = bytes.len().saturating_sub(1);
    let reserved = is_reserved(log_id);
    let mut name = String::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        let keeps = match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => !(reserved && at == 0),
            b'.' => at != 0 && at != last,
            _ => false,
        };
        if keeps {
            name.push(char::from(*byte));
        } else {
            escape(&mut name, *byte);
        }
    }
    if name.len() > MAX_NAME_BYTES {
        return format!("~h{}", hex_digest(bytes, 16));
    }
    name
}

/// The log id of a directory name as [`encode_name`] makes it, or `None` for a digest or a foreign name. A `~` suffix must be cut off before.
pub fn decode_name(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    let log_id = String::from_utf8(bytes).ok()?;
    (!log_id.is_empty() && encode_name(&log_id) == name).then_some(log_id)
}

fn escape(name: &mut String, byte: u8) {
    // Writing to a string cannot fail.
    let _ = write!(name, "%{byte:02X}");
}

/// Names that a desktop system keeps for devices, alone or before a dot.
fn is_reserved(log_id: &str) -> bool {
    let stem = log_id.split('.').next().unwrap_or_default();
    match stem {
        "con" | "prn" | "aux" | "nul" => true,
        _ => stem
            .strip_prefix("com")
            .or_else(|| stem.strip_prefix("lpt"))
            .is_some_and(|digit| matches!(digit.as_bytes(), [b'0'..=b'9'])),
    }
}

fn hex_digest(bytes: &[u8], len: usize) -> String {
    let mut hex = format!("{:x}", Sha256::digest(bytes));
    hex.truncate(len * 2);
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn directory(source: &str, log_id: &str, query: &str) -> String {
        Dataset::new(source, log_id, query).unwrap().directory()
    }

    #[test]
    fn a_plain_log_search_dataset_is_its_key() {
        let key = "2f3a9c1e-1111-4222-8333-444455556666";
        assert_eq!(directory(LOG_SEARCH, key, ""), key);
    }

    #[test]
    fn another_query_or_source_is_another_directory() {
        let plain = directory(LOG_SEARCH, "a", "");
        let filtered = directory(LOG_SEARCH, "a", "where(x)");
        let elsewhere = directory("loki:https://logs.example", "a", "");
        assert!(filtered.starts_with("a~") && filtered.len() == "a~".len() + 16);
        assert_ne!(plain, filtered);
        assert_ne!(elsewhere, filtered);
    }

    #[test]
    fn names_that_would_escape_or_collide_do_not() {
        let names: Vec<_> = [
            "..",
            "%2e%2e",
            "a/b",
            "A",
            "a",
            "con",
            "con.txt",
            ".",
            "a.",
            "\0",
            "\u{1F33E}",
        ]
        .iter()
        .map(|id| encode_name(id))
        .collect();
        let distinct: std::collections::BTreeSet<_> =
            names.iter().map(|n| n.to_lowercase()).collect();
        assert_eq!(distinct.len(), names.len());
        assert!(
            names
                .iter()
                .all(|n| !n.contains('/') && !n.starts_with('.') && n != "con")
        );
        assert!(encode_name(&"x".repeat(10_000)).len() <= MAX_NAME_BYTES);
        assert!(Dataset::new(LOG_SEARCH, "", "").is_err());
    }

    #[test]
    fn a_name_in_another_spelling_is_foreign() {
        for name in ["%61", "A", "%2e%2E", "", "a.", "~h00"] {
            assert_eq!(decode_name(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn every_log_id_round_trips(log_id in "\\PC{1,40}") {
            let name = encode_name(&log_id);
            if !name.starts_with("~h") {
                prop_assert_eq!(decode_name(&name), Some(log_id));
            }
        }
    }
}
