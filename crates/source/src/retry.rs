//! Sends a request until the answer is one that sending it again would not change.
//!
//! ```text
//! wait for the quota --> send --> any other status --> response
//!    ^     ^               |
//!    |     +--- wait <-----+ 429: as long as it asks, and it is no failure
//!    +--------- back off <-+ 408, 5xx, no response: `retry_attempts` times, then an error
//! ```
//!
//! One [`Client`] a connector, one [`Exchange`] for each answer that is wanted, of as many requests as that takes.
//! Every wait is bounded: failures by `retry_attempts`, rate-limit waits by an hour in all.
//! A rate-limit wait counts neither as a failure nor as time that a poll has taken.

use crate::backoff::{MAX_RATE_LIMIT_WAIT_MS, backoff_ms, failure_wait_ms, rate_limit_wait_ms};
use crate::clock::Clock;
use crate::error::SourceError;
use crate::http::{Http, HttpError, HttpRequest, HttpResponse};
use crate::key::ApiKey;
use crate::port::Notice;
use crate::quota::{QuotaTracker, RequestKind};
use crate::reason;
use crate::url::host_of;

/// The rate-limit waits of one exchange end here: four whole periods of fifteen minutes.
const MAX_RATE_LIMITED_MS: u64 = 4 * MAX_RATE_LIMIT_WAIT_MS;

/// What all requests of a connector share.
#[derive(Debug)]
pub(crate) struct Client<H, C> {
    pub(crate) http: H,
    pub(crate) clock: C,
    pub(crate) quota: QuotaTracker,
    /// Hidden in every reason that a source gives.
    pub(crate) key: Option<ApiKey>,
    /// How often a failure that may pass is tried again.
    pub(crate) retry_attempts: u32,
    /// A query that was not polled for longer than this has expired.
    pub(crate) poll_expires_ms: u64,
}

impl<H: Http, C: Clock> Client<H, C> {
    pub(crate) fn exchange<'a>(&'a self, notices: &'a dyn Fn(Notice)) -> Exchange<'a, H, C> {
        Exchange {
            client: self,
            notices,
            requests: 0,
            last_request: 0,
            failures: 0,
            refusals: 0,
            rate_limited_ms: 0,
            polling_ms: 0,
        }
    }
}

/// The requests behind one answer, and what they have used up.
pub(crate) struct Exchange<'a, H, C> {
    client: &'a Client<H, C>,
    pub(crate) notices: &'a dyn Fn(Notice),
    pub(crate) requests: u64,
    /// The last request's number among all of the connector's.
    last_request: u64,
    failures: u32,
    refusals: u32,
    rate_limited_ms: u64,
    /// How long polls were in flight.
    pub(crate) polling_ms: u64,
}

impl<H: Http, C: Clock> Exchange<'_, H, C> {
    /// Sends a request until its response is one that another try would not change, good or not.
    /// `None` where it is a poll, and what it asks for has expired while the rate limit was waited for.
    pub(crate) async fn send(
        &mut self,
        request: &HttpRequest,
        kind: RequestKind,
    ) -> Result<Option<HttpResponse>, SourceError> {
        let expires_ms = match kind {
            RequestKind::Query => u64::MAX,
            RequestKind::Poll => self.client.poll_expires_ms,
        };
        loop {
            if self.wait_for_quota(kind).await > expires_ms {
                return Ok(None);
            }
            let response = match self.send_once(request, kind).await {
                Ok(response) => response,
                Err(error) => {
                    self.not_answered(&request.url, error).await?;
                    continue;
                }
            };
            match response.status {
                429 => {
                    if self.rate_limited(&request.url, &response).await? > expires_ms {
                        return Ok(None);
                    }
                }
                status @ (408 | 500..=599) => {
                    let error = self.refused(&request.url, &response);
                    self.failed(Some(&response), error, &format!("status {status}"))
                        .await?;
                }
                _ => return Ok(Some(response)),
            }
        }
    }

    async fn send_once(
        &mut self,
        request: &HttpRequest,
        kind: RequestKind,
    ) -> Result<HttpResponse, HttpError> {
        let Client {
            http, clock, quota, ..
        } = self.client;
        self.requests += 1;
        let sent_ms = clock.now_ms();
        let in_flight = quota.begin(kind, sent_ms);
        self.last_request = quota.requests();
        let sent = http.send(request.clone()).await;
        drop(in_flight);
        let now_ms = clock.now_ms();
        if kind == RequestKind::Poll {
            let took_ms = now_ms.saturating_sub(sent_ms);
            self.polling_ms += u64::try_from(took_ms).unwrap_or_default();
        }
        let response = sent?;
        // A 429 says how long to wait, and that alone.
        if response.status != 429 {
            quota.answered(kind, &response, now_ms);
        }
        Ok(response)
    }

    /// Waits while the quota that all exchanges share is used up, and gives how long.
    /// Past the limit of such waits the request is sent anyhow: the response says what is wrong.
    async fn wait_for_quota(&mut self, kind: RequestKind) -> u64 {
        let mut waited_ms = 0;
        while self.rate_limited_ms < MAX_RATE_LIMITED_MS {
            let now_ms = self.client.clock.now_ms();
            let Some(wait_ms) = self.client.quota.wait_ms(kind, now_ms) else {
                break;
            };
            waited_ms += wait_ms;
            self.rate_limited_ms += wait_ms;
            self.wait(self.client.quota.wait_reason(kind, now_ms), wait_ms)
                .await;
        }
        waited_ms
    }

    /// Waits as a 429 asks, and gives how long.
    async fn rate_limited(
        &mut self,
        url: &str,
        response: &HttpResponse,
    ) -> Result<u64, SourceError> {
        if self.rate_limited_ms >= MAX_RATE_LIMITED_MS {
            return Err(self.refused(url, response));
        }
        self.refusals += 1;
        let quota = &self.client.quota;
        let now_ms = self.client.clock.now_ms();
        let reset_seconds = quota.rate_limit().reset_seconds;
        let wait_ms = rate_limit_wait_ms(response, reset_seconds, self.refusals, now_ms);
        quota.block(now_ms, wait_ms);
        self.rate_limited_ms += wait_ms;
        self.wait("the rate limit is reached", wait_ms).await;
        Ok(wait_ms)
    }

    async fn not_answered(&mut self, url: &str, error: HttpError) -> Result<(), SourceError> {
        let may_pass = matches!(
            error,
            HttpError::Connect { .. } | HttpError::Timeout | HttpError::CutBody { .. }
        );
        let unreachable = SourceError::Unreachable {
            host: host_of(url).to_owned(),
            attempts: self.failures + 1,
            source: error,
        };
        if !may_pass {
            return Err(unreachable);
        }
        self.failed(None, unreachable, "no answer").await
    }

    /// Counts a failure that may pass and waits; gives `error` when there have been too many.
    pub(crate) async fn failed(
        &mut self,
        response: Option<&HttpResponse>,
        error: SourceError,
        what: &str,
    ) -> Result<(), SourceError> {
        if self.failures >= self.client.retry_attempts {
            return Err(error);
        }
        self.failures += 1;
        let now_ms = self.client.clock.now_ms();
        let wait_ms = match response {
            Some(response) => failure_wait_ms(response, self.failures, self.last_request, now_ms),
            None => backoff_ms(self.failures, self.last_request, now_ms),
        };
        self.wait(what, wait_ms).await;
        Ok(())
    }

    async fn wait(&self, reason: &str, wait_ms: u64) {
        (self.notices)(Notice::Waiting {
            reason: reason.to_owned(),
            wait_ms,
            attempt: self.failures + 1,
        });
        self.client.clock.sleep(wait_ms).await;
    }

    /// The error of a status that is not good.
    pub(crate) fn refused(&self, url: &str, response: &HttpResponse) -> SourceError {
        let host = host_of(url).to_owned();
        let reason = match response.text_body() {
            Ok(text) => reason::of_body(text, self.client.key.as_ref()),
            Err(what) => what,
        };
        match response.status {
            400 | 422 => SourceError::BadQuery { host, reason },
            status @ (401 | 403) => SourceError::Unauthorised { host, status },
            status => SourceError::Failed {
                host,
                status,
                attempts: self.failures + 1,
                reason,
            },
        }
    }
}
