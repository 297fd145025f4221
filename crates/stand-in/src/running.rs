//! Queries that run: submitted, polled by an opaque id, forgotten when nobody asks.

use crate::dice::mixed;
use crate::fault::Fault;
use crate::page::Ask;
use std::collections::HashMap;

/// A query that is not polled for so long is gone.
pub(crate) const LIVES_MS: i64 = 15_000;

/// A query under way.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) ask: Ask,
    /// Faults that its answer will have.
    pub(crate) faults: Vec<Fault>,
    polls: u32,
    polls_left: u32,
    last_ms: i64,
}

/// All queries under way.
#[derive(Debug, Default)]
pub(crate) struct Queries {
    by_id: HashMap<String, Query>,
    started: u64,
}

/// What a poll finds.
#[derive(Debug)]
pub(crate) enum Polled {
    /// It still runs; percent done.
    Running(Query, u32),
    /// It has run.
    Finished(Query),
}

impl Queries {
    /// Starts a query that runs for this many polls, and gives its id.
    pub(crate) fn start(
        &mut self,
        ask: Ask,
        faults: Vec<Fault>,
        polls: u32,
        now_ms: i64,
    ) -> String {
        self.by_id.retain(|_, query| query.lives(now_ms));
        self.started += 1;
        let mark = mixed(self.started);
        let id = format!(
            "{:08x}:{}:{:08x}:{}",
            mark >> 32,
            self.started,
            mark as u32,
            ask.from_ms
        );
        let query = Query {
            ask,
            faults,
            polls,
            polls_left: polls,
            last_ms: now_ms,
        };
        self.by_id.insert(id.clone(), query);
        id
    }

    /// The query of an id, if it is alive.
    pub(crate) fn find(&self, id: &str, now_ms: i64) -> Option<&Query> {
        self.by_id.get(id).filter(|query| query.lives(now_ms))
    }

    /// Polls a query. A finished one stays for as long as it is asked for.
    pub(crate) fn poll(&mut self, id: &str, now_ms: i64) -> Option<Polled> {
        let query = self.by_id.get_mut(id).filter(|query| query.lives(now_ms))?;
        query.last_ms = now_ms;
        if query.polls_left == 0 {
            return Some(Polled::Finished(query.clone()));
        }
        if query.polls_left != u32::MAX {
            query.polls_left -= 1;
        }
        let done = u64::from(query.polls - query.polls_left) * 100 / (u64::from(query.polls) + 1);
        Some(Polled::Running(
            query.clone(),
            u32::try_from(done).unwrap_or(100),
        ))
    }

    pub(crate) fn forget(&mut self, id: &str) {
        self.by_id.remove(id);
    }
}

impl Query {
    const fn lives(&self, now_ms: i64) -> bool {
        now_ms.saturating_sub(self.last_ms) <= LIVES_MS
    }
}
