//! A log the stand-in serves: its key, its name, and its events in order, from a generator or from a file.
//!
//! Invariant: events come in order of `(timestamp, sequence number)`, each sequence number once,
//! and asking again gives the same ones, except that later ones may have been added.
//! Cost: a page costs what it holds, wherever in the log it lies; counting without a filter costs far less than reading.

use crate::generated::Generated;
use crate::replay::{Replay, Replayed};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::ops::ControlFlow;

/// Around which number sequence numbers start: they look like the real ones.
pub(crate) const FIRST_SEQUENCE: i64 = 1 << 61;

/// One event, borrowed from its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event<'a> {
    pub(crate) timestamp_ms: i64,
    pub(crate) sequence: i64,
    pub(crate) message: &'a str,
}

/// Which events are wanted: both bounds included, and only those after a given one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first_ms: i64,
    pub(crate) last_ms: i64,
    /// The sequence number of the last event that has been given.
    pub(crate) after: Option<i64>,
}

#[derive(Debug)]
enum Content {
    Generated(Generated),
    Replay(Replay),
}

/// A log and how it is listed.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) key: String,
    pub(crate) name: String,
    content: Content,
}

impl Log {
    pub(crate) fn generated(seed: u64, content: Generated) -> Self {
        Self {
            key: log_key(seed, content.name()),
            name: content.name().to_owned(),
            content: Content::Generated(content),
        }
    }

    pub(crate) fn replay(seed: u64, name: &str, content: Replay) -> Self {
        Self {
            key: log_key(seed, name),
            name: name.to_owned(),
            content: Content::Replay(content),
        }
    }

    /// Shows the events of `span` in order until `visit` has seen enough.
    pub(crate) fn visit(&self, span: Span, visit: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>) {
        if span.first_ms > span.last_ms {
            return;
        }
        match &self.content {
            Content::Generated(content) => content.visit(span, visit),
            Content::Replay(content) => content.visit(span, visit),
        }
    }

    /// How many events `span` has.
    pub(crate) fn count(&self, span: Span) -> u64 {
        if span.first_ms > span.last_ms {
            return 0;
        }
        match &self.content {
            Content::Generated(content) => content.count(span),
            Content::Replay(content) => content.count(span),
        }
    }

    /// What a file turned out to hold; nothing for a generated log.
    pub(crate) const fn replayed(&self) -> Option<Replayed> {
        match &self.content {
            Content::Generated(_) => None,
            Content::Replay(replay) => Some(replay.found),
        }
    }
}

/// The key of a log: a UUID that follows from the seed and the log's name.
pub fn log_key(seed: u64, name: &str) -> String {
    let digest = Sha256::new()
        .chain_update(seed.to_be_bytes())
        .chain_update(name.as_bytes())
        .finalize();
    let mut key = String::with_capacity(36);
    for (at, byte) in digest.iter().take(16).enumerate() {
        let byte = match at {
            // Version 8, a digest of one's own, in the usual variant.
            6 => byte & 0x0f | 0x80,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        if matches!(at, 4 | 6 | 8 | 10) {
            key.push('-');
        }
        // Writing to a string cannot fail.
        let _ = write!(key, "{byte:02x}");
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_uuids_that_depend_on_seed_and_name() {
        let key = log_key(1, "firewall");
        assert_eq!(key, log_key(1, "firewall"));
        assert_ne!(key, log_key(2, "firewall"));
        assert_ne!(key, log_key(1, "syslog"));
        let lengths: Vec<_> = key.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(key.as_bytes()[14], b'8');
    }
}
