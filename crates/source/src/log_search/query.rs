//! One finished answer for one address: submitting, polling and starting again until there is one.
//!
//! ```text
//! page link --> 202 or 200 with Self --> poll ... poll --> finished answer
//!     ^                                   |
//!     +------ Self has expired (404) -----+
//! ```
//!
//! Takes the page's own link, gives a [`Finished`] answer whose events are in the batch, or an error and the batch as it was.
//! Failures and rate limits are waited out below, in [`crate::retry`]; polling is bounded here, by the polling limits.

use super::LogSearch;
use super::page::{Answer, Unusable, decode};
use crate::backoff::poll_wait_ms;
use crate::clock::Clock;
use crate::error::SourceError;
use crate::http::{Http, HttpResponse};
use crate::port::Notice;
use crate::quota::RequestKind;
use crate::reason;
use crate::retry::Exchange;
use crate::url::host_of;
use windrow_model::EventBatch;

/// A finished answer and what it took.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) answer: Answer,
    /// `Date` of the first good answer: nothing later is proven settled.
    pub(super) server_ms: Option<i64>,
    pub(super) beyond_retention: bool,
    pub(super) requests: u64,
    pub(super) bytes: u64,
}

/// A query under way.
pub(super) struct Query<'a, H, C> {
    search: &'a LogSearch<H, C>,
    /// The log id for errors and for events that have none.
    log_id: &'a str,
    exchange: Exchange<'a, H, C>,
    resubmissions: u32,
    polls: u32,
    waited_ms: u64,
}

impl<'a, H: Http, C: Clock> Query<'a, H, C> {
    pub(super) fn new(
        search: &'a LogSearch<H, C>,
        log_id: &'a str,
        notices: &'a dyn Fn(Notice),
    ) -> Self {
        Self {
            search,
            log_id,
            exchange: search.client.exchange(notices),
            resubmissions: 0,
            polls: 0,
            waited_ms: 0,
        }
    }

    /// Asks until the answer is finished. `page_url` is one this source made or allowed.
    pub(super) async fn finish(
        mut self,
        page_url: &str,
        mut into: Option<&mut EventBatch>,
    ) -> Result<Finished, SourceError> {
        let mut url = page_url.to_owned();
        let mut kind = RequestKind::Query;
        let mut first_date: Option<Option<i64>> = None;
        let mut beyond_retention = false;
        loop {
            let Some(response) = self.respond(&url, kind).await? else {
                page_url.clone_into(&mut url);
                kind = RequestKind::Query;
                continue;
            };
            first_date.get_or_insert_with(|| response.date_ms());
            beyond_retention |= response
                .header("x-beyond-retention")
                .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
            let before = into.as_ref().map_or(0, |batch| batch.len());
            let text = response
                .text_body()
                .map_err(|reason| bad_answer(&url, reason))?;
            let answer = match decode(text, self.log_id, into.as_deref_mut()) {
                Ok(answer) => answer,
                Err(Unusable::Broken(error)) => {
                    let bad = bad_answer(&url, error.to_string());
                    let what = "an answer that cannot be read";
                    self.exchange.failed(None, bad, what).await?;
                    continue;
                }
                Err(Unusable::Foreign(reason)) => return Err(bad_answer(&url, reason)),
            };
            let Some(own) = answer.own.as_deref() else {
                if response.status == 202 {
                    let reason = "it is still running and says not where".to_owned();
                    return Err(bad_answer(&url, reason));
                }
                return Ok(Finished {
                    answer,
                    server_ms: first_date.flatten(),
                    beyond_retention,
                    requests: self.exchange.requests,
                    bytes: response.body.len() as u64,
                });
            };
            // A running answer may hold events already; they come again.
            if let Some(batch) = into.as_deref_mut() {
                batch.truncate(before);
            }
            url = self.search.follow(&url, own)?;
            kind = RequestKind::Poll;
            self.wait_for_poll(&url, answer.progress).await?;
        }
    }

    /// One good response; `None` where a poll has expired and the page's own link is to be asked again.
    async fn respond(
        &mut self,
        url: &str,
        kind: RequestKind,
    ) -> Result<Option<HttpResponse>, SourceError> {
        let request = self.search.request(url);
        let Some(response) = self.exchange.send(&request, kind).await? else {
            return Ok(None);
        };
        match response.status {
            200 | 202 => Ok(Some(response)),
            404 | 410
                if kind == RequestKind::Poll
                    && self.resubmissions < self.search.settings.retry_attempts =>
            {
                self.resubmissions += 1;
                Ok(None)
            }
            404 | 410 if self.polls == 0 => Err(SourceError::UnknownLog {
                host: host_of(url).to_owned(),
                what: reason::printable(self.log_id),
            }),
            _ => Err(self.exchange.refused(url, &response)),
        }
    }

    async fn wait_for_poll(&mut self, url: &str, percent: Option<u8>) -> Result<(), SourceError> {
        (self.exchange.notices)(Notice::Running { percent });
        let limits = &self.search.settings;
        let waited_ms = self.waited_ms + self.exchange.polling_ms;
        if self.polls >= limits.poll_iterations || waited_ms >= limits.poll_wall_ms {
            return Err(SourceError::StillRunning {
                host: host_of(url).to_owned(),
                polls: self.polls,
                waited_ms,
            });
        }
        let wait_ms = poll_wait_ms(self.polls).min(limits.poll_wall_ms - waited_ms);
        self.polls += 1;
        self.waited_ms += wait_ms;
        self.search.client.clock.sleep(wait_ms).await;
        Ok(())
    }

    /// Sends a request that is never polled, and gives the body of its good response.
    pub(super) async fn fetch(mut self, url: &str) -> Result<Vec<u8>, SourceError> {
        loop {
            if let Some(response) = self.respond(url, RequestKind::Query).await? {
                let text = response.text_body();
                return text
                    .map(<[u8]>::to_vec)
                    .map_err(|reason| bad_answer(url, reason));
            }
        }
    }
}

fn bad_answer(url: &str, reason: String) -> SourceError {
    SourceError::BadAnswer {
        host: host_of(url).to_owned(),
        reason,
    }
}
