//! Rapid7 Log Search: a query is submitted, polled until it has run, and read page by page along its `Next` links.
//!
//! In the order a page takes:
//!
//! | module | does |
//! | --- | --- |
//! | `endpoint` | region or base URL to addresses; which links may be followed |
//! | `leql` | refuses queries that aggregate, makes the counting query |
//! | `cursor` | a page's own link, and what goes along with it |
//! | `query` | submit, poll, start again: one finished answer |
//! | `page`, `event` | the answer's bytes into columns |
//! | `logs` | the list of logs |
//!
//! Retries, the quota and the key are shared with other sources: [`crate::retry`], [`crate::quota`], [`crate::key`].
//! Invariant: a page is restartable from its cursor alone; nothing is remembered between calls but what the rate limit leaves.
//! Memory: one body of at most [`MAX_BODY_BYTES`](crate::http::MAX_BODY_BYTES) and the batch it is decoded into.
//! The alternative refused: links in a map of the session. They would be lost with the tab, and a page could not be asked for again.

mod cursor;
mod endpoint;
mod event;
mod leql;
mod logs;
mod page;
mod query;

pub use endpoint::{ALLOWED_REQUESTS, DEFAULT_REGION, Endpoint};
pub use page::decode_events;

use crate::clock::Clock;
use crate::error::SourceError;
use crate::http::{Http, HttpRequest};
use crate::key::ApiKey;
use crate::port::{
    Bounds, Count, Cursor, LogInfo, LogSource, Notice, Order, Page, Profile, Quota, SliceRequest,
    Verdict,
};
use crate::quota::{QuotaTracker, RateLimit};
use crate::retry::Client;
use crate::url::host_of;
use cursor::CursorState;
use query::{Finished, Query};
use windrow_model::EventBatch;
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::FetchSettings;

/// Events a page may hold at most.
pub const MAX_PER_PAGE: u32 = 500;

/// The header that the key is sent in.
pub const KEY_HEADER: &str = "x-api-key";

const RATE_LIMIT: RateLimit = RateLimit {
    remaining: "x-ratelimit-remaining",
    limit: "x-ratelimit-limit",
    reset_seconds: "x-ratelimit-reset",
    documented: Quota {
        left: 1_500,
        resets_in_ms: 900_000,
        a_period: 1_500,
        period_ms: 900_000,
    },
};

/// A `Self` link that was not polled for longer than this has expired.
const POLL_EXPIRES_MS: u64 = 10_000;

/// The Log Search connector over a transport and a clock.
#[derive(Debug)]
pub struct LogSearch<H, C> {
    client: Client<H, C>,
    endpoint: Endpoint,
    settings: FetchSettings,
    profile: Profile,
}

impl<H: Http, C: Clock> LogSearch<H, C> {
    /// A connector. Without a key the transport is expected to add it. Fails on a page size outside 1 to 500.
    pub fn new(
        http: H,
        clock: C,
        endpoint: Endpoint,
        key: Option<ApiKey>,
        settings: FetchSettings,
    ) -> Result<Self, SourceError> {
        if !(1..=MAX_PER_PAGE).contains(&settings.per_page) {
            return Err(SourceError::BadSetting {
                reason: format!(
                    "the page size is {}; it must lie between 1 and {MAX_PER_PAGE}",
                    settings.per_page
                ),
            });
        }
        let profile = Profile {
            source: LOG_SEARCH.to_owned(),
            order: Order::Ascending,
            bounds: Bounds::Unknown,
            page_limit: settings.per_page,
            // Polls have a quota of their own.
            requests_per_page: 1,
            documented_quota: Some(RATE_LIMIT.documented),
            max_event_bytes: event::MAX_EVENT_BYTES as u64,
            settle_ms: settings.settle_ms,
        };
        Ok(Self {
            client: Client {
                http,
                clock,
                quota: QuotaTracker::new(RATE_LIMIT, settings.queries_a_minute),
                key,
                retry_attempts: settings.retry_attempts,
                poll_expires_ms: POLL_EXPIRES_MS,
            },
            endpoint,
            settings,
            profile,
        })
    }

    /// Asks whether the key is good in this region.
    pub async fn validate(&self) -> Result<(), SourceError> {
        let url = self.endpoint.validate_url();
        let query = Query::new(self, "its key check", &|_| {});
        query.fetch(&url).await.map(|_| ())
    }

    fn request(&self, url: &str) -> HttpRequest {
        let request = HttpRequest::get(url).header("accept", "application/json");
        match &self.client.key {
            Some(key) => request.header(KEY_HEADER, key.reveal()),
            None => request,
        }
    }

    fn slice_url(
        &self,
        slice: &SliceRequest,
        query: &str,
        per_page: Option<u32>,
    ) -> Result<String, SourceError> {
        let (from_ms, to_ms) = self.profile.asked(slice.range);
        self.endpoint
            .query_url(&slice.log_id, from_ms, to_ms, query, per_page)
    }

    fn follow(&self, page_url: &str, href: &str) -> Result<String, SourceError> {
        self.endpoint
            .follow(page_url, href)
            .map_err(|reason| bad_link(page_url, reason))
    }
}

impl<H: Http, C: Clock> LogSource for LogSearch<H, C> {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn requests(&self) -> u64 {
        self.client.quota.requests()
    }

    fn quota(&self) -> Option<Quota> {
        self.client.quota.quota(self.client.clock.now_ms())
    }

    fn expect(&self, requests: u64) {
        self.client.quota.expect(requests);
    }

    async fn logs(&self, notices: &dyn Fn(Notice)) -> Result<Vec<LogInfo>, SourceError> {
        let url = self.endpoint.logs_url();
        let query = Query::new(self, "the list of logs", notices);
        let body = query.fetch(&url).await?;
        logs::decode(&body).map_err(|reason| SourceError::BadAnswer {
            host: host_of(&url).to_owned(),
            reason,
        })
    }

    async fn count(
        &self,
        slice: &SliceRequest,
        notices: &dyn Fn(Notice),
    ) -> Result<Count, SourceError> {
        check_query(&slice.query)?;
        let url = self.slice_url(slice, &leql::counting(&slice.query), None)?;
        let query = Query::new(self, &slice.log_id, notices);
        let finished = query.finish(&url, None).await?;
        let events = finished.answer.count.or(finished.answer.matched);
        Ok(Count {
            events: events.ok_or_else(|| SourceError::BadAnswer {
                host: host_of(&url).to_owned(),
                reason: "it has no count".to_owned(),
            })?,
            server_ms: finished.server_ms,
            requests: finished.requests,
            beyond_retention: finished.beyond_retention,
        })
    }

    fn first(&self, slice: &SliceRequest) -> Result<Cursor, SourceError> {
        check_query(&slice.query)?;
        let url = self.slice_url(slice, slice.query.trim(), Some(self.settings.per_page))?;
        let state = CursorState {
            url,
            log_id: slice.log_id.clone(),
            beyond_retention: false,
        };
        Ok(state.to_cursor())
    }

    async fn page(
        &self,
        cursor: &Cursor,
        into: &mut EventBatch,
        notices: &dyn Fn(Notice),
    ) -> Result<Page, SourceError> {
        let state = CursorState::of(cursor)
            .filter(|state| self.endpoint.allows(&state.url))
            .ok_or_else(|| SourceError::BadSetting {
                reason: "the page's address was not made for this region or base URL".to_owned(),
            })?;
        let before = into.len();
        let query = Query::new(self, &state.log_id, notices);
        let finished = query.finish(&state.url, Some(into)).await?;
        let page = self.judged(&state, finished);
        if page.is_err() {
            into.truncate(before);
        }
        page
    }
}

impl<H: Http, C: Clock> LogSearch<H, C> {
    /// Turns a finished answer into a page, or says why it is none.
    fn judged(&self, state: &CursorState, finished: Finished) -> Result<Page, SourceError> {
        let answer = finished.answer;
        let bad = |reason: &str| SourceError::BadAnswer {
            host: host_of(&state.url).to_owned(),
            reason: reason.to_owned(),
        };
        let received = answer.events.ok_or_else(|| bad("it has no `events`"))?;
        if received == 0 && answer.statistics {
            return Err(bad("it holds statistics instead of events"));
        }
        let beyond_retention = state.beyond_retention || finished.beyond_retention;
        let verdict = match answer.next {
            Some(href) => {
                let url = self.follow(&state.url, &href)?;
                if url == state.url {
                    return Err(bad_link(&state.url, "the next page is the page itself"));
                }
                let next = CursorState {
                    url,
                    log_id: state.log_id.clone(),
                    beyond_retention,
                };
                Verdict::More(next.to_cursor())
            }
            None => Verdict::Complete,
        };
        Ok(Page {
            received,
            refused: answer.refused,
            verdict,
            beyond_retention,
            server_ms: finished.server_ms,
            requests: finished.requests,
            bytes: finished.bytes,
        })
    }
}

/// Fails for a query that aggregates: it gives statistics, and no events.
pub(crate) fn check_query(query: &str) -> Result<(), SourceError> {
    match leql::aggregating(query) {
        Some(word) => Err(SourceError::Aggregates {
            word: word.to_owned(),
        }),
        None => Ok(()),
    }
}

fn bad_link(page_url: &str, reason: &str) -> SourceError {
    SourceError::BadLink {
        host: host_of(page_url).to_owned(),
        reason: reason.to_owned(),
    }
}
