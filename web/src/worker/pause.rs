//! What the log API makes a call wait for, told to the page where no run tells it: while counting and while connecting.
//!
//! A count tells its waits itself; the list of logs does not, so there the clock says how long and the transport why.

use super::clock::BrowserClock;
use super::host::Call;
use super::http::RelayHttp;
use super::shape;
use crate::protocol::Push;
use crate::task;
use std::cell::Cell;
use windrow_model::EventBatch;
use windrow_source::{
    Count, Cursor, LogInfo, LogSource, Notice, Page, Profile, Quota, SliceRequest, SourceError,
};

/// A clock whose waits are told as those of one request after the other, by `http`.
pub(super) fn telling(call: &Call, http: &RelayHttp) -> BrowserClock {
    let (call, status) = (call.clone(), http.status());
    BrowserClock::telling(move |wait_ms| {
        let reason = match status.get() {
            None => "no answer".to_owned(),
            Some(429) => "the rate limit is reached".to_owned(),
            Some(status) => format!("status {status}"),
        };
        call.push(Push::Paused(shape::pause(
            Notice::Waiting {
                reason,
                wait_ms,
                attempt: 1,
            },
            Some(after(wait_ms)),
        )));
    })
}

fn after(wait_ms: u64) -> i64 {
    task::now_ms().saturating_add_unsigned(wait_ms)
}

/// A source whose counts tell their waits. Of several at once the longest stays in sight: a rate limit makes all of them wait.
pub(super) struct Told<'a, L> {
    source: &'a L,
    call: &'a Call,
    until_ms: Cell<i64>,
}

impl<'a, L> Told<'a, L> {
    pub(super) fn new(source: &'a L, call: &'a Call) -> Self {
        Self {
            source,
            call,
            until_ms: Cell::new(0),
        }
    }

    fn tell(&self, notice: Notice) {
        let until_ms = match notice {
            Notice::Waiting { wait_ms, .. } => Some(after(wait_ms)),
            Notice::Running { .. } => None,
        };
        if until_ms.unwrap_or_else(task::now_ms) > self.until_ms.get() {
            self.until_ms.set(until_ms.unwrap_or_default());
            self.call.push(Push::Paused(shape::pause(notice, until_ms)));
        }
    }
}

impl<L: LogSource> LogSource for Told<'_, L> {
    fn profile(&self) -> &Profile {
        self.source.profile()
    }

    fn requests(&self) -> u64 {
        self.source.requests()
    }

    fn quota(&self) -> Option<Quota> {
        self.source.quota()
    }

    fn expect(&self, requests: u64) {
        self.source.expect(requests);
    }

    async fn logs(&self) -> Result<Vec<LogInfo>, SourceError> {
        self.source.logs().await
    }

    async fn count(&self, slice: &SliceRequest, _: &dyn Fn(Notice)) -> Result<Count, SourceError> {
        self.source.count(slice, &|notice| self.tell(notice)).await
    }

    fn first(&self, slice: &SliceRequest) -> Result<Cursor, SourceError> {
        self.source.first(slice)
    }

    async fn page(
        &self,
        cursor: &Cursor,
        into: &mut EventBatch,
        notices: &dyn Fn(Notice),
    ) -> Result<Page, SourceError> {
        self.source.page(cursor, into, notices).await
    }
}
