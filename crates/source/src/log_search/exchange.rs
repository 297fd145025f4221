//! One finished answer for one address: submitting, polling, waiting and trying again until there is one.
//!
//! ```text
//! page link --> 202 or 200 with Self --> poll ... poll --> finished answer
//!     ^                                   |
//!     +------ Self has expired (404) -----+
//! ```
//!
//! Takes the page's own link, gives a [`Finished`] answer whose events are in the batch, or an error and the batch as it was.
//! Every wait is bounded: failures by `retry_attempts`, polling by the polling limits, rate-limit waits by an hour in all.
//! A rate-limit wait counts neither as a failure nor as polling time.

use super::endpoint::host_of;
use super::page::{Answer, Unusable, decode};
use super::{LogSearch, reason, retry};
use crate::clock::Clock;
use crate::error::SourceError;
use crate::http::{Http, HttpError, HttpRequest, HttpResponse};
use crate::port::Notice;
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

/// What an exchange has used up.
#[derive(Default)]
struct Effort {
    requests: u64,
    /// The last request's number among all of the connector's.
    number: u64,
    failures: u32,
    reissues: u32,
    polls: u32,
    polled_ms: u64,
    refusals: u32,
    limited_ms: u64,
}

/// What to do after a request.
enum Next<T> {
    /// It is done.
    Done(T),
    /// Ask again where it was asked, after the wait.
    Again,
    /// Ask the page's own link again.
    Restart,
}

/// One exchange under way.
pub(super) struct Exchange<'a, H, C> {
    search: &'a LogSearch<H, C>,
    /// The log id for errors and for events that have none.
    log_id: &'a str,
    notices: &'a dyn Fn(Notice),
    effort: Effort,
}

impl<'a, H: Http, C: Clock> Exchange<'a, H, C> {
    pub(super) fn new(
        search: &'a LogSearch<H, C>,
        log_id: &'a str,
        notices: &'a dyn Fn(Notice),
    ) -> Self {
        Self {
            search,
            log_id,
            notices,
            effort: Effort::default(),
        }
    }

    /// Asks until the answer is finished. `page_url` is one this source made or allowed.
    pub(super) async fn finish(
        mut self,
        page_url: &str,
        mut into: Option<&mut EventBatch>,
    ) -> Result<Finished, SourceError> {
        let mut url = page_url.to_owned();
        let mut polling = false;
        let mut first_date: Option<Option<i64>> = None;
        let mut beyond_retention = false;
        loop {
            let response = match self.good_answer(&url, polling).await? {
                Next::Done(response) => response,
                Next::Again => continue,
                Next::Restart => {
                    page_url.clone_into(&mut url);
                    polling = false;
                    continue;
                }
            };
            first_date.get_or_insert_with(|| retry::server_ms(&response));
            beyond_retention |= response
                .header("x-beyond-retention")
                .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
            let before = into.as_ref().map_or(0, |batch| batch.len());
            let text = response
                .text_body()
                .map_err(|reason| self.bad_answer(&url, reason))?;
            let answer = match decode(text, self.log_id, into.as_deref_mut()) {
                Ok(answer) => answer,
                Err(Unusable::Broken(error)) => {
                    let bad = self.bad_answer(&url, error.to_string());
                    self.failed(None, bad, "an answer that cannot be read")
                        .await?;
                    continue;
                }
                Err(Unusable::Foreign(reason)) => return Err(self.bad_answer(&url, reason)),
            };
            let Some(own) = answer.own.as_deref() else {
                if response.status == 202 {
                    let reason = "it is still running and says not where".to_owned();
                    return Err(self.bad_answer(&url, reason));
                }
                return Ok(Finished {
                    answer,
                    server_ms: first_date.flatten(),
                    beyond_retention,
                    requests: self.effort.requests,
                    bytes: response.body.len() as u64,
                });
            };
            // A running answer may hold events already; they come again.
            if let Some(batch) = into.as_deref_mut() {
                batch.truncate(before);
            }
            url = self.search.follow(&url, own)?;
            polling = true;
            self.wait_for_poll(&url, answer.progress).await?;
        }
    }

    /// Sends one request; gives a 200 or 202 answer, or says what to do next.
    async fn good_answer(
        &mut self,
        url: &str,
        polling: bool,
    ) -> Result<Next<HttpResponse>, SourceError> {
        let waited_ms = self.wait_for_budget(polling).await;
        if polling && waited_ms > retry::POLL_LINK_LIVES_MS {
            return Ok(Next::Restart);
        }
        self.effort.requests += 1;
        let sent_ms = self.search.clock.now_ms();
        let under_way = self.search.budget.sent(polling, sent_ms);
        self.effort.number = self.search.budget.requests();
        if !polling {
            self.search.budget.spread(sent_ms);
        }
        let sent = self.search.http.send(self.request(url)).await;
        drop(under_way);
        if polling {
            let took_ms = self.search.clock.now_ms().saturating_sub(sent_ms);
            self.effort.polled_ms += u64::try_from(took_ms).unwrap_or_default();
        }
        let response = match sent {
            Ok(response) => response,
            Err(error) => {
                self.not_answered(url, error).await?;
                return Ok(Next::Again);
            }
        };
        match response.status {
            200 | 202 => {
                let now_ms = self.search.clock.now_ms();
                self.search.budget.answered(polling, &response, now_ms);
                Ok(Next::Done(response))
            }
            429 => {
                let waited_ms = self.limited(url, &response).await?;
                let dead = polling && waited_ms > retry::POLL_LINK_LIVES_MS;
                Ok(if dead { Next::Restart } else { Next::Again })
            }
            404 | 410 if polling && self.effort.reissues < self.limits().retry_attempts => {
                self.effort.reissues += 1;
                Ok(Next::Restart)
            }
            status @ (408 | 500..=599) => {
                let error = self.refused(url, &response);
                self.failed(Some(&response), error, &format!("status {status}"))
                    .await?;
                Ok(Next::Again)
            }
            _ => Err(self.refused(url, &response)),
        }
    }

    fn request(&self, url: &str) -> HttpRequest {
        let mut headers = vec![("accept", "application/json".to_owned())];
        if let Some(key) = &self.search.key {
            headers.push(("x-api-key", key.reveal().to_owned()));
        }
        HttpRequest {
            method: "GET",
            url: url.to_owned(),
            headers,
        }
    }

    fn limits(&self) -> &windrow_model::settings::FetchSettings {
        &self.search.settings
    }

    async fn wait_for_poll(&mut self, url: &str, percent: Option<u8>) -> Result<(), SourceError> {
        (self.notices)(Notice::Running { percent });
        let limits = self.limits();
        if self.effort.polls >= limits.poll_iterations
            || self.effort.polled_ms >= limits.poll_wall_ms
        {
            return Err(SourceError::StillRunning {
                host: host_of(url).to_owned(),
                polls: self.effort.polls,
                waited_ms: self.effort.polled_ms,
            });
        }
        let left_ms = limits.poll_wall_ms - self.effort.polled_ms;
        let wait_ms = retry::poll_wait_ms(self.effort.polls).min(left_ms);
        self.effort.polls += 1;
        self.effort.polled_ms += wait_ms;
        self.search.clock.sleep(wait_ms).await;
        Ok(())
    }

    /// Waits while the budget that all exchanges share is used up, and gives how long.
    /// Past the limit of such waits the request is sent anyhow: the answer says what is wrong.
    async fn wait_for_budget(&mut self, polling: bool) -> u64 {
        let mut waited_ms = 0;
        while self.effort.limited_ms < retry::MAX_LIMITED_MS {
            let now_ms = self.search.clock.now_ms();
            let Some(wait_ms) = self.search.budget.wait_ms(polling, now_ms) else {
                break;
            };
            waited_ms += wait_ms;
            self.effort.limited_ms += wait_ms;
            self.wait(self.search.budget.why(polling, now_ms), wait_ms)
                .await;
        }
        waited_ms
    }

    /// Waits as a 429 asks, and gives how long.
    async fn limited(&mut self, url: &str, response: &HttpResponse) -> Result<u64, SourceError> {
        if self.effort.limited_ms >= retry::MAX_LIMITED_MS {
            return Err(self.refused(url, response));
        }
        self.effort.refusals += 1;
        let now_ms = self.search.clock.now_ms();
        let wait_ms = retry::limit_wait_ms(response, self.effort.refusals, now_ms);
        self.search.budget.block(now_ms, wait_ms);
        self.effort.limited_ms += wait_ms;
        self.wait("the rate limit is reached", wait_ms).await;
        Ok(wait_ms)
    }

    async fn not_answered(&mut self, url: &str, error: HttpError) -> Result<(), SourceError> {
        let passes = matches!(
            error,
            HttpError::Connect { .. } | HttpError::Timeout | HttpError::CutBody { .. }
        );
        let unreachable = SourceError::Unreachable {
            host: host_of(url).to_owned(),
            attempts: self.effort.failures + 1,
            source: error,
        };
        if !passes {
            return Err(unreachable);
        }
        self.failed(None, unreachable, "no answer").await
    }

    /// Counts a failure that may pass and waits; gives `error` when there have been too many.
    async fn failed(
        &mut self,
        response: Option<&HttpResponse>,
        error: SourceError,
        what: &str,
    ) -> Result<(), SourceError> {
        if self.effort.failures >= self.limits().retry_attempts {
            return Err(error);
        }
        self.effort.failures += 1;
        let number = self.effort.number;
        let now_ms = self.search.clock.now_ms();
        let wait_ms = match response {
            Some(response) => {
                retry::failure_wait_ms(response, self.effort.failures, number, now_ms)
            }
            None => retry::backoff_ms(self.effort.failures, number, now_ms),
        };
        self.wait(what, wait_ms).await;
        Ok(())
    }

    async fn wait(&self, reason: &str, wait_ms: u64) {
        (self.notices)(Notice::Waiting {
            reason: reason.to_owned(),
            wait_ms,
            attempt: self.effort.failures + 1,
        });
        self.search.clock.sleep(wait_ms).await;
    }

    /// The error of a status that is not good.
    fn refused(&self, url: &str, response: &HttpResponse) -> SourceError {
        let host = host_of(url).to_owned();
        let reason = match response.text_body() {
            Ok(text) => reason::of_body(text, self.search.key.as_ref()),
            Err(what) => what,
        };
        match response.status {
            400 | 422 => SourceError::BadQuery { host, reason },
            status @ (401 | 403) => SourceError::Unauthorised { host, status },
            404 | 410 if self.effort.polls == 0 => SourceError::UnknownLog {
                host,
                what: reason::shown(self.log_id),
            },
            status => SourceError::Failed {
                host,
                status,
                attempts: self.effort.failures + 1,
                reason,
            },
        }
    }

    fn bad_answer(&self, url: &str, reason: String) -> SourceError {
        SourceError::BadAnswer {
            host: host_of(url).to_owned(),
            reason,
        }
    }

    /// Sends a request that is never polled, until it is answered well.
    pub(super) async fn fetch(mut self, url: &str) -> Result<Vec<u8>, SourceError> {
        loop {
            if let Next::Done(response) = self.good_answer(url, false).await? {
                let text = response.text_body();
                return text
                    .map(<[u8]>::to_vec)
                    .map_err(|reason| self.bad_answer(url, reason));
            }
        }
    }
}
