//! The rate limit as one connector sees it: what is left, and until when nobody may ask.
//!
//! Takes the headers of every answer, gives the wait before the next request.
//! Invariant: all exchanges of a connector share it, so one 429 makes all of them wait, once, and none runs into a limit that another has seen.
//! Queries and polls have budgets of their own. What the headers do not say is not guessed.
//!
//! Where few requests are left, fewer than are needed, they are spread over the time until there are new ones:
//! others with the same key are not shut out, and a request never waits longer than the period.
//! Where the settings allow so many queries a minute, they are spread too. Polls never are: their link would die.

use super::retry::{MAX_LIMIT_WAIT_MS, RESET_SECONDS, seconds_ms};
use crate::http::HttpResponse;
use crate::port::Quota;
use std::cell::Cell;
use std::num::NonZeroU32;
use windrow_model::settings::FetchSettings;

/// Resets that lie this close together belong to one period.
const SAME_PERIOD_MS: i64 = 2_000;

/// So few requests are low.
const LOW: u64 = 50;

/// What the vendor documents: queries of a period, and its length.
const A_PERIOD: u64 = 1_500;
const PERIOD_MS: u64 = 900_000;

/// Where the server says how many are left.
const REMAINING: &str = "x-ratelimit-remaining";

/// Where it says how many a period has.
const LIMIT: &str = "x-ratelimit-limit";

/// What is left of a period.
#[derive(Clone, Copy, Debug, Default)]
struct Allowance {
    left: u64,
    reset_ms: i64,
}

/// What all exchanges of a connector share.
#[derive(Debug, Default)]
pub(super) struct Budget {
    /// Queries and polls that went out.
    requests: Cell<u64>,
    blocked_until_ms: Cell<i64>,
    queries: Cell<Option<Allowance>>,
    polls: Cell<Option<Allowance>>,
    /// Queries and polls that are not answered yet.
    queries_under_way: Cell<u64>,
    polls_under_way: Cell<u64>,
    a_period: Cell<Option<u64>>,
    /// Queries that are still to come, at least.
    needed: Cell<u64>,
    /// When the next query may go out, where they are spread.
    next_ms: Cell<i64>,
    /// Milliseconds between two queries that the settings ask for.
    apart_ms: u64,
}

impl Budget {
    /// What the settings allow of themselves.
    pub(super) fn of_settings(settings: &FetchSettings) -> Self {
        let apart = |a_minute: NonZeroU32| 60_000_u64.div_ceil(a_minute.get().into());
        Self {
            apart_ms: settings.queries_a_minute.map_or(0, apart),
            ..Self::default()
        }
    }

    const fn of(&self, polling: bool) -> &Cell<Option<Allowance>> {
        if polling { &self.polls } else { &self.queries }
    }

    pub(super) fn expect(&self, requests: u64) {
        self.needed.set(requests);
    }

    /// What is left for queries. Where the settings allow fewer than the server, that is one at a time.
    pub(super) fn quota(&self, now_ms: i64) -> Option<Quota> {
        if self.apart_ms > PERIOD_MS / self.a_period.get().unwrap_or(A_PERIOD).max(1) {
            return Some(Quota {
                left: 1,
                resets_in_ms: self.apart_ms,
                a_period: 1,
                period_ms: self.apart_ms,
            });
        }
        let held = self.queries.get().filter(|held| held.reset_ms > now_ms)?;
        Some(Quota {
            left: held.left,
            resets_in_ms: held.reset_ms.abs_diff(now_ms),
            a_period: self.a_period.get().unwrap_or(A_PERIOD),
            period_ms: PERIOD_MS,
        })
    }

    /// Why a request has to wait now.
    pub(super) fn why(&self, polling: bool, now_ms: i64) -> &'static str {
        let held = self.of(polling).get();
        if held.is_some_and(|held| held.left == 0) || self.blocked_until_ms.get() > now_ms {
            "the rate limit is used up"
        } else if self.apart_ms > 0 {
            "so many requests a minute are allowed by the settings"
        } else {
            "the rate limit leaves few requests, which are spread"
        }
    }

    /// How long a request has to wait; `None` where it may be sent.
    pub(super) fn wait_ms(&self, polling: bool, now_ms: i64) -> Option<u64> {
        let used_up = self.of(polling).get().filter(|held| held.left == 0);
        let next_ms = if polling {
            i64::MIN
        } else {
            self.next_ms.get()
        };
        let until_ms = used_up
            .map_or(i64::MIN, |held| held.reset_ms)
            .max(self.blocked_until_ms.get())
            .max(next_ms);
        let wait_ms = u64::try_from(until_ms.saturating_sub(now_ms)).unwrap_or_default();
        (wait_ms > 0).then_some(wait_ms.min(MAX_LIMIT_WAIT_MS))
    }

    /// How many requests went out.
    pub(super) fn requests(&self) -> u64 {
        self.requests.get()
    }

    const fn under_way(&self, polling: bool) -> &Cell<u64> {
        if polling {
            &self.polls_under_way
        } else {
            &self.queries_under_way
        }
    }

    /// A request goes out. It is under way until what this gives is dropped.
    pub(super) fn sent(&self, polling: bool, now_ms: i64) -> UnderWay<'_> {
        self.requests.set(self.requests.get() + 1);
        let held = self.of(polling);
        held.set(held.get().filter(|held| held.reset_ms > now_ms).map(
            |Allowance { left, reset_ms }| Allowance {
                left: left.saturating_sub(1),
                reset_ms,
            },
        ));
        UnderWay::begin(self.under_way(polling))
    }

    /// Says when the next query may go out: at once, unless the settings say else, or those that are left are to last until the reset.
    pub(super) fn spread(&self, now_ms: i64) {
        let needed = self.needed.get().saturating_sub(1);
        self.needed.set(needed);
        let low = self.queries.get();
        let low = low.filter(|held| (1..=LOW).contains(&held.left) && held.left < needed);
        let between = low.map_or(0, |held| held.reset_ms.abs_diff(now_ms) / (held.left + 1));
        let between = i64::try_from(between.max(self.apart_ms)).unwrap_or(i64::MAX);
        self.next_ms.set(now_ms.saturating_add(between));
    }

    /// A good answer came: what its headers leave, less what went out since they were written. The request itself is under way no more.
    pub(super) fn answered(&self, polling: bool, response: &HttpResponse, now_ms: i64) {
        let number = |name| {
            response
                .header(name)
                .and_then(|text| text.trim().parse().ok())
        };
        let (Some(left), Some(wait_ms)) = (
            number(REMAINING),
            response.header(RESET_SECONDS).and_then(seconds_ms),
        ) else {
            return;
        };
        if !polling && let Some(limit) = number(LIMIT) {
            self.a_period.set(Some(limit));
        }
        let wait_ms = i64::try_from(wait_ms.min(MAX_LIMIT_WAIT_MS)).unwrap_or_default();
        let reset_ms = now_ms.saturating_add(wait_ms);
        let held = self.of(polling);
        let left = match held.get() {
            Some(held) if held.reset_ms.abs_diff(reset_ms) <= SAME_PERIOD_MS.unsigned_abs() => {
                held.left.min(left)
            }
            _ => left.saturating_sub(self.under_way(polling).get()),
        };
        held.set(Some(Allowance { left, reset_ms }));
    }

    /// A 429 said how long to wait: all do.
    pub(super) fn block(&self, now_ms: i64, wait_ms: u64) {
        let until_ms = now_ms.saturating_add(i64::try_from(wait_ms).unwrap_or(i64::MAX));
        self.blocked_until_ms
            .set(self.blocked_until_ms.get().max(until_ms));
    }
}

/// A request that is not answered yet, nor given up.
#[must_use]
pub(super) struct UnderWay<'a>(&'a Cell<u64>);

impl<'a> UnderWay<'a> {
    fn begin(count: &'a Cell<u64>) -> Self {
        count.set(count.get() + 1);
        Self(count)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let budget = Budget::default();
        assert_eq!(budget.wait_ms(false, 0), None);
        budget.answered(false, &answer(1, 60), 0);
        assert_eq!(budget.wait_ms(false, 0), None);
        drop(budget.sent(false, 0));
        assert_eq!(budget.wait_ms(false, 10_000), Some(50_000));
        assert_eq!(budget.wait_ms(true, 10_000), None, "polls have their own");
        assert_eq!(budget.wait_ms(false, 60_000), None);
    }

    #[test]
    fn requests_under_way_are_counted_before_their_answers_come() {
        let budget = Budget::default();
        budget.answered(false, &answer(2, 60), 0);
        let (first, second) = (budget.sent(false, 0), budget.sent(false, 0));
        // The first of both answers was written before the second request arrived.
        drop(first);
        budget.answered(false, &answer(1, 59), 1_000);
        assert_eq!(budget.wait_ms(false, 1_000), Some(59_000));
        drop(second);
        // A new period starts from what its first answer says, less what went out along with that.
        let others = [budget.sent(false, 61_000), budget.sent(false, 61_000)];
        budget.answered(false, &answer(2, 900), 61_000);
        assert_eq!(budget.wait_ms(false, 61_000), Some(900_000));
        drop(others);
        budget.answered(false, &answer(9, 900), 961_000);
        assert_eq!(budget.wait_ms(false, 961_000), None);
    }

    #[test]
    fn the_few_that_are_left_are_spread_until_the_reset_where_more_are_needed() {
        let budget = Budget::default();
        let send = |now_ms| {
            drop(budget.sent(false, now_ms));
            budget.spread(now_ms);
        };
        budget.answered(false, &answer(10, 100), 0);
        budget.expect(9);
        send(0);
        assert_eq!(budget.wait_ms(false, 0), None, "they are enough");
        budget.expect(40);
        send(0);
        assert_eq!(budget.wait_ms(false, 0), Some(11_111));
        assert!(budget.why(false, 0).ends_with("spread"));
        assert_eq!(budget.wait_ms(true, 0), None, "polls are not spread");
        // One after the other, all are sent before the reset, and the last one waits for it.
        let mut now_ms = 0;
        for _ in 0..8 {
            now_ms += budget.wait_ms(false, now_ms).map_or(0, |ms| ms as i64);
            assert!(now_ms < 100_000);
            send(now_ms);
        }
        assert!(budget.why(false, now_ms).ends_with("used up"));
        assert_eq!(
            budget.wait_ms(false, now_ms),
            Some((100_000 - now_ms) as u64)
        );
        assert_eq!(budget.wait_ms(false, 100_000), None);
    }

    #[test]
    fn queries_keep_the_distance_that_the_settings_ask_for_and_polls_do_not() {
        let budget = Budget::of_settings(&FetchSettings {
            queries_a_minute: NonZeroU32::new(7),
            ..FetchSettings::default()
        });
        assert_eq!(budget.wait_ms(false, 1_000), None);
        drop(budget.sent(false, 1_000));
        budget.spread(1_000);
        assert_eq!(budget.wait_ms(false, 1_001), Some(8_571));
        assert_eq!(budget.wait_ms(true, 1_001), None);
        assert_eq!(budget.wait_ms(false, 9_572), None);
        let quota = budget
            .quota(1_001)
            .map(|quota| (quota.left, quota.period_ms));
        assert_eq!(quota, Some((1, 8_572)));
    }

    #[test]
    fn what_is_left_is_told_until_it_is_out_of_date() {
        let budget = Budget::default();
        assert_eq!(budget.quota(0), None);
        budget.answered(false, &answer(7, 60), 0);
        let left = budget
            .quota(20_000)
            .map(|quota| (quota.left, quota.resets_in_ms));
        assert_eq!(left, Some((7, 40_000)));
        assert_eq!(budget.quota(60_000), None);
    }

    #[test]
    fn a_refusal_makes_all_wait_until_the_same_moment() {
        let budget = Budget::default();
        budget.block(1_000, 30_000);
        budget.block(2_000, 4_000);
        assert_eq!(budget.wait_ms(false, 11_000), Some(20_000));
        assert_eq!(budget.wait_ms(true, 11_000), Some(20_000));
        assert_eq!(budget.wait_ms(true, 31_000), None);
    }

    #[test]
    fn no_wait_is_longer_than_fifteen_minutes() {
        let budget = Budget::default();
        budget.answered(false, &answer(0, 1_700_000_000), 0);
        assert_eq!(budget.wait_ms(false, 0), Some(900_000));
        budget.answered(true, &HttpResponse::default(), 0);
        assert_eq!(budget.wait_ms(true, 0), None);
    }
}
