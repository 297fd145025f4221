//! Finished answers that are given again without being searched and written again: for measurements of whoever asks.
//!
//! Invariant: only what can never change is kept, an answer without faults over a time that has passed.
//! Memory: up to the limit; what comes later is not kept. The limit is 0 where nothing else is said.

use crate::page::{Ask, Body};
use std::collections::HashMap;

/// What tells one answer from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    log: String,
    bounds: (i64, i64),
    query: String,
    per_page: u32,
    after: Option<i64>,
    page: u64,
}

/// Answers up to a number of bytes.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    most_bytes: usize,
    bytes: usize,
    answers: HashMap<Key, Body>,
}

impl Key {
    pub(crate) fn of(ask: &Ask) -> Self {
        Self {
            log: ask.log.key.clone(),
            bounds: (ask.from_ms, ask.to_ms),
            query: ask.query.clone(),
            per_page: ask.per_page,
            after: ask.after,
            page: ask.page,
        }
    }
}

impl Kept {
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self {
            most_bytes,
            ..Self::default()
        }
    }

    pub(crate) const fn keeps(&self) -> bool {
        self.most_bytes > 0
    }

    pub(crate) fn find(&self, key: &Key) -> Option<Body> {
        self.answers.get(key).cloned()
    }

    pub(crate) fn keep(&mut self, key: Key, body: &Body) {
        if self.bytes + body.bytes.len() > self.most_bytes {
            return;
        }
        self.bytes += body.bytes.len();
        if let Some(before) = self.answers.insert(key, body.clone()) {
            self.bytes -= before.bytes.len();
        }
    }
}
