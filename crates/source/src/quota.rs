//! The rate limit as one connector sees it: what is left, and until when nobody may ask.
//!
//! Takes the headers of every response, gives the wait before the next request.
//! Invariant: all exchanges of a connector share it, so one 429 makes all of them wait, once, and none runs into a limit that another has seen.
//! Queries and polls have quotas of their own. What the headers do not say is not guessed.
//!
//! Where fewer requests are left than are needed, they are spread over the time until the quota resets:
//! others with the same key are not shut out, and a request never waits longer than the period.
//! Where the settings limit queries per minute, they are spread too. Polls never are: the query they ask for would expire.

use crate::backoff::{MAX_RATE_LIMIT_WAIT_MS, seconds_ms};
use crate::http::HttpResponse;
use crate::port::Quota;
use std::cell::Cell;
use std::num::NonZeroU32;

/// Resets that lie this close together belong to one period.
const SAME_PERIOD_MS: u64 = 2_000;

/// So few requests are low.
const LOW: u64 = 50;

/// How a source announces its rate limit. Header names are lower case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateLimit {
    /// The header with the requests that are left in this period.
    pub(crate) remaining: &'static str,
    /// The header with the requests of a whole period.
    pub(crate) limit: &'static str,
    /// The header with the seconds until the next period.
    pub(crate) reset_seconds: &'static str,
    /// What the vendor documents, for as long as no header has said anything else.
    pub(crate) documented: Quota,
}

/// What a request asks for: sources count both kinds separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestKind {
    /// Starts a query, or is answered at once.
    Query,
    /// Asks whether a query has finished.
    Poll,
}

/// What is left of a period.
#[derive(Clone, Copy, Debug)]
struct Remaining {
    requests: u64,
    reset_ms: i64,
}

/// The requests of one kind.
#[derive(Debug, Default)]
struct Counter {
    remaining: Cell<Option<Remaining>>,
    /// Sent, and neither answered nor given up yet.
    in_flight: Cell<u64>,
}

/// What all exchanges of a connector share.
#[derive(Debug)]
pub(crate) struct QuotaTracker {
    rate_limit: RateLimit,
    requests: Cell<u64>,
    blocked_until_ms: Cell<i64>,
    queries: Counter,
    polls: Counter,
    per_period: Cell<u64>,
    /// Queries that are still to come, at least.
    expected: Cell<u64>,
    /// When the next query may be sent, where they are spread.
    next_query_ms: Cell<i64>,
    /// Milliseconds between two queries that the settings ask for.
    min_interval_ms: u64,
}

impl QuotaTracker {
    pub(crate) fn new(rate_limit: RateLimit, queries_a_minute: Option<NonZeroU32>) -> Self {
        let interval = |a_minute: NonZeroU32| 60_000_u64.div_ceil(a_minute.get().into());
        Self {
            rate_limit,
            requests: Cell::default(),
            blocked_until_ms: Cell::default(),
            queries: Counter::default(),
            polls: Counter::default(),
            per_period: Cell::new(rate_limit.documented.a_period),
            expected: Cell::default(),
            next_query_ms: Cell::default(),
            min_interval_ms: queries_a_minute.map_or(0, interval),
        }
    }

    pub(crate) const fn rate_limit(&self) -> &RateLimit {
        &self.rate_limit
    }

    const fn counter(&self, kind: RequestKind) -> &Counter {
        match kind {
            RequestKind::Query => &self.queries,
            RequestKind::Poll => &self.polls,
        }
    }

    /// So many queries are still to come, at least.
    pub(crate) fn expect(&self, requests: u64) {
        self.expected.set(requests);
    }

    /// What is left for queries. Where the settings allow fewer than the server, that is one at a time.
    pub(crate) fn quota(&self, now_ms: i64) -> Option<Quota> {
        let period_ms = self.rate_limit.documented.period_ms;
        if self.min_interval_ms > period_ms / self.per_period.get().max(1) {
            return Some(Quota {
                left: 1,
                resets_in_ms: self.min_interval_ms,
                a_period: 1,
                period_ms: self.min_interval_ms,
            });
        }
        let held = self.queries.remaining.get();
        let held = held.filter(|held| held.reset_ms > now_ms)?;
        Some(Quota {
            left: held.requests,
            resets_in_ms: held.reset_ms.abs_diff(now_ms),
            a_period: self.per_period.get(),
            period_ms,
        })
    }

    /// Why a request has to wait now.
    pub(crate) fn wait_reason(&self, kind: RequestKind, now_ms: i64) -> &'static str {
        let held = self.counter(kind).remaining.get();
        if held.is_some_and(|held| held.requests == 0) || self.blocked_until_ms.get() > now_ms {
            "the rate limit is used up"
        } else if self.min_interval_ms > 0 {
            "so many requests a minute are allowed by the settings"
        } else {
            "the rate limit leaves few requests, which are spread"
        }
    }

    /// How long a request has to wait; `None` where it may be sent.
    pub(crate) fn wait_ms(&self, kind: RequestKind, now_ms: i64) -> Option<u64> {
        let held = self.counter(kind).remaining.get();
        let used_up = held.filter(|held| held.requests == 0);
        let paced_ms = match kind {
            RequestKind::Query => self.next_query_ms.get(),
            RequestKind::Poll => i64::MIN,
        };
        let until_ms = used_up
            .map_or(i64::MIN, |held| held.reset_ms)
            .max(self.blocked_until_ms.get())
            .max(paced_ms);
        let wait_ms = u64::try_from(until_ms.saturating_sub(now_ms)).unwrap_or_default();
        (wait_ms > 0).then_some(wait_ms.min(MAX_RATE_LIMIT_WAIT_MS))
    }

    /// How many requests were sent.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.get()
    }

    /// A request is sent. It is in flight until the guard is dropped.
    pub(crate) fn begin(&self, kind: RequestKind, now_ms: i64) -> InFlight<'_> {
        self.requests.set(self.requests.get() + 1);
        let counter = self.counter(kind);
        let held = counter.remaining.get();
        let held = held.filter(|held| held.reset_ms > now_ms);
        counter.remaining.set(held.map(|held| Remaining {
            requests: held.requests.saturating_sub(1),
            ..held
        }));
        if kind == RequestKind::Query {
            self.pace(now_ms);
        }
        InFlight::begin(&counter.in_flight)
    }

    /// Decides when the next query may be sent: at once, unless the settings say otherwise, or those that are left are to last until the reset.
    fn pace(&self, now_ms: i64) {
        let expected = self.expected.get().saturating_sub(1);
        self.expected.set(expected);
        let held = self.queries.remaining.get();
        let low =
            held.filter(|held| (1..=LOW).contains(&held.requests) && held.requests < expected);
        let interval_ms = low.map_or(0, |held| {
            held.reset_ms.abs_diff(now_ms) / (held.requests + 1)
        });
        let interval_ms = i64::try_from(interval_ms.max(self.min_interval_ms));
        self.next_query_ms
            .set(now_ms.saturating_add(interval_ms.unwrap_or(i64::MAX)));
    }

    /// A response came: what its headers leave, less what was sent since they were written. Its request is no longer in flight.
    pub(crate) fn answered(&self, kind: RequestKind, response: &HttpResponse, now_ms: i64) {
        let number = |name| {
            response
                .header(name)
                .and_then(|text| text.trim().parse().ok())
        };
        let reset = response.header(self.rate_limit.reset_seconds);
        let (Some(left), Some(wait_ms)) = (
            number(self.rate_limit.remaining),
            reset.and_then(seconds_ms),
        ) else {
            return;
        };
        if kind == RequestKind::Query
            && let Some(limit) = number(self.rate_limit.limit)
        {
            self.per_period.set(limit);
        }
        let wait_ms = i64::try_from(wait_ms.min(MAX_RATE_LIMIT_WAIT_MS)).unwrap_or_default();
        let reset_ms = now_ms.saturating_add(wait_ms);
        let counter = self.counter(kind);
        let held = counter.remaining.get();
        counter.remaining.set(Some(match held {
            Some(held) if held.reset_ms.abs_diff(reset_ms) <= SAME_PERIOD_MS => Remaining {
                requests: held.requests.min(left),
                reset_ms,
            },
            // It was on its way for long: the period that it tells of is not over.
            Some(held) if held.reset_ms > now_ms && held.reset_ms < reset_ms => Remaining {
                requests: held.requests.min(left),
                ..held
            },
            _ => Remaining {
                requests: left.saturating_sub(counter.in_flight.get()),
                reset_ms,
            },
        }));
    }

    /// A 429 said how long to wait: all do.
    pub(crate) fn block(&self, now_ms: i64, wait_ms: u64) {
        let until_ms = now_ms.saturating_add(i64::try_from(wait_ms).unwrap_or(i64::MAX));
        self.blocked_until_ms
            .set(self.blocked_until_ms.get().max(until_ms));
    }
}

/// A request that is neither answered yet nor given up.
#[must_use]
pub(crate) struct InFlight<'a>(&'a Cell<u64>);

impl<'a> InFlight<'a> {
    fn begin(count: &'a Cell<u64>) -> Self {
        count.set(count.get() + 1);
        Self(count)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::RequestKind::{Poll, Query};
    use super::*;

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

    fn tracker(queries_a_minute: Option<NonZeroU32>) -> QuotaTracker {
        QuotaTracker::new(RATE_LIMIT, queries_a_minute)
    }

    fn answer(remaining: u64, reset_seconds: u64) -> HttpResponse {
        HttpResponse {
            headers: vec![
                ("x-ratelimit-remaining".into(), remaining.to_string()),
                ("x-ratelimit-reset".into(), reset_seconds.to_string()),
            ],
            ..HttpResponse::default()
        }
    }

    #[test]
    fn what_is_used_up_is_waited_for_instead_of_running_into_a_refusal() {
        let quota = tracker(None);
        assert_eq!(quota.wait_ms(Query, 0), None);
        quota.answered(Query, &answer(1, 60), 0);
        assert_eq!(quota.wait_ms(Query, 0), None);
        drop(quota.begin(Query, 0));
        assert_eq!(quota.wait_ms(Query, 10_000), Some(50_000));
        assert_eq!(quota.wait_ms(Poll, 10_000), None, "polls have their own");
        assert_eq!(quota.wait_ms(Query, 60_000), None);
    }

    #[test]
    fn requests_under_way_are_counted_before_their_answers_come() {
        let quota = tracker(None);
        quota.answered(Query, &answer(2, 60), 0);
        let (first, second) = (quota.begin(Query, 0), quota.begin(Query, 0));
        // The first of both answers was written before the second request arrived.
        drop(first);
        quota.answered(Query, &answer(1, 59), 1_000);
        assert_eq!(quota.wait_ms(Query, 1_000), Some(59_000));
        drop(second);
        // A new period starts from what its first answer says, less what went out along with that.
        let others = [quota.begin(Query, 61_000), quota.begin(Query, 61_000)];
        quota.answered(Query, &answer(2, 900), 61_000);
        assert_eq!(quota.wait_ms(Query, 61_000), Some(900_000));
        drop(others);
        quota.answered(Query, &answer(9, 900), 961_000);
        assert_eq!(quota.wait_ms(Query, 961_000), None);
    }

    #[test]
    fn an_answer_that_comes_late_begins_no_period_of_its_own() {
        let quota = tracker(None);
        let (slow, fast) = (quota.begin(Query, 0), quota.begin(Query, 0));
        drop(fast);
        quota.answered(Query, &answer(1, 900), 0);
        assert_eq!(quota.wait_ms(Query, 0), Some(900_000));
        // It was written before the other one, when more were left.
        drop(slow);
        quota.answered(Query, &answer(2, 900), 60_000);
        assert_eq!(quota.wait_ms(Query, 60_000), Some(840_000));
    }

    #[test]
    fn the_few_that_are_left_are_spread_until_the_reset_where_more_are_needed() {
        let quota = tracker(None);
        let send = |now_ms| drop(quota.begin(Query, now_ms));
        quota.answered(Query, &answer(10, 100), 0);
        quota.expect(9);
        send(0);
        assert_eq!(quota.wait_ms(Query, 0), None, "they are enough");
        quota.expect(40);
        send(0);
        assert_eq!(quota.wait_ms(Query, 0), Some(11_111));
        assert!(quota.wait_reason(Query, 0).ends_with("spread"));
        assert_eq!(quota.wait_ms(Poll, 0), None, "polls are not spread");
        // One after the other, all are sent before the reset, and the last one waits for it.
        let mut now_ms = 0;
        for _ in 0..8 {
            now_ms += quota.wait_ms(Query, now_ms).map_or(0, |ms| ms as i64);
            assert!(now_ms < 100_000);
            send(now_ms);
        }
        assert!(quota.wait_reason(Query, now_ms).ends_with("used up"));
        assert_eq!(
            quota.wait_ms(Query, now_ms),
            Some((100_000 - now_ms) as u64)
        );
        assert_eq!(quota.wait_ms(Query, 100_000), None);
    }

    #[test]
    fn queries_keep_the_distance_that_the_settings_ask_for_and_polls_do_not() {
        let quota = tracker(NonZeroU32::new(7));
        assert_eq!(quota.wait_ms(Query, 1_000), None);
        drop(quota.begin(Query, 1_000));
        assert_eq!(quota.wait_ms(Query, 1_001), Some(8_571));
        assert_eq!(quota.wait_ms(Poll, 1_001), None);
        assert_eq!(quota.wait_ms(Query, 9_572), None);
        let left = quota
            .quota(1_001)
            .map(|quota| (quota.left, quota.period_ms));
        assert_eq!(left, Some((1, 8_572)));
    }

    #[test]
    fn what_is_left_is_told_until_it_is_out_of_date() {
        let quota = tracker(None);
        assert_eq!(quota.quota(0), None);
        quota.answered(Query, &answer(7, 60), 0);
        let left = quota
            .quota(20_000)
            .map(|quota| (quota.left, quota.resets_in_ms));
        assert_eq!(left, Some((7, 40_000)));
        assert_eq!(quota.quota(60_000), None);
    }

    #[test]
    fn a_refusal_makes_all_wait_until_the_same_moment() {
        let quota = tracker(None);
        quota.block(1_000, 30_000);
        quota.block(2_000, 4_000);
        assert_eq!(quota.wait_ms(Query, 11_000), Some(20_000));
        assert_eq!(quota.wait_ms(Poll, 11_000), Some(20_000));
        assert_eq!(quota.wait_ms(Poll, 31_000), None);
    }

    #[test]
    fn no_wait_is_longer_than_fifteen_minutes() {
        let quota = tracker(None);
        quota.answered(Query, &answer(0, 1_700_000_000), 0);
        assert_eq!(quota.wait_ms(Query, 0), Some(900_000));
        quota.answered(Poll, &HttpResponse::default(), 0);
        assert_eq!(quota.wait_ms(Poll, 0), None);
    }
}
