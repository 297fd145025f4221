//! The request log: what was asked, for tests to compare with a plan.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

/// Records kept at most; the oldest go first.
const KEPT: usize = 200_000;

/// What a request was for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestKind {
    /// The first page of a query.
    Submit,
    /// A further page.
    Page,
    /// A query that counts or groups.
    Count,
    /// A running query is polled.
    Poll,
    /// The list of logs.
    Logs,
    /// A key is checked.
    Validate,
    /// Anything else.
    #[default]
    Other,
}

/// One request and how it was answered. The key is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// Which request it was, from 1.
    pub number: u64,
    /// What it was for.
    pub kind: RequestKind,
    /// `GET`, nearly always.
    pub method: String,
    /// The path as it came.
    pub path: String,
    /// The log's key, where it was a query or a poll of one.
    pub log_key: Option<String>,
    /// Lower bound asked for, epoch milliseconds.
    pub from: Option<i64>,
    /// Upper bound asked for, epoch milliseconds.
    pub to: Option<i64>,
    /// The query; empty for none.
    pub query: String,
    /// Events a page.
    pub per_page: Option<u32>,
    /// Which page of its chain, from 1.
    pub page: Option<u64>,
    /// The status it was answered with.
    pub status: u16,
    /// Events in the answer.
    pub events: Option<u64>,
    /// Faults that were played.
    pub faults: Vec<String>,
}

/// Told every record before its answer goes out.
#[derive(Clone)]
pub(crate) struct Listener(pub(crate) Arc<dyn Fn(&RequestRecord) + Send + Sync>);

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

/// All records, up to a limit.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    kept: VecDeque<RequestRecord>,
    started: u64,
}

impl RequestLog {
    /// The number of the request that starts now.
    pub(crate) const fn start(&mut self) -> u64 {
        self.started += 1;
        self.started
    }

    pub(crate) fn keep(&mut self, record: RequestRecord) {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(record);
    }

    /// The records of requests after the one with this number.
    pub(crate) fn after(&self, number: u64) -> Vec<RequestRecord> {
        let later = self.kept.iter().filter(|record| record.number > number);
        later.cloned().collect()
    }
}
