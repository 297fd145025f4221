//! How long to wait before what: pure functions of the attempt, the response and the time.

use crate::date::http_date_ms;
use crate::http::HttpResponse;

/// The longest wait that a server can ask for.
pub(crate) const MAX_RATE_LIMIT_WAIT_MS: u64 = 900_000;

const FIRST_POLL_MS: u64 = 500;
const MAX_POLL_MS: u64 = 6_000;
const FIRST_BACKOFF_MS: u64 = 500;
const MAX_BACKOFF_MS: u64 = 30_000;
const MIN_RATE_LIMIT_WAIT_MS: u64 = 1_000;
const DEFAULT_RATE_LIMIT_WAIT_MS: u64 = 10_000;

/// The wait before the poll with this number, from 0: half a second growing to six.
pub(crate) fn poll_wait_ms(poll: u32) -> u64 {
    (0..poll.min(16)).fold(FIRST_POLL_MS, |wait, _| (wait * 3 / 2).min(MAX_POLL_MS))
}

/// The wait after the failure with this number, from 1: exponential, with jitter between a half and the whole of it.
/// The jitter comes from the time and the number of the request that failed, so that neither clients nor ranges which failed together come back together.
pub(crate) fn backoff_ms(failure: u32, request: u64, now_ms: i64) -> u64 {
    let whole = FIRST_BACKOFF_MS
        .checked_shl(failure.min(16).saturating_sub(1))
        .map_or(MAX_BACKOFF_MS, |wait| wait.min(MAX_BACKOFF_MS));
    let half = whole / 2;
    let seed = now_ms.cast_unsigned() ^ (u64::from(failure) << 56) ^ (request << 44);
    half + mixed(seed) % (whole - half + 1)
}

/// The finaliser of splitmix64.
const fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The wait after the 429 with this number, from 1: the larger of `Retry-After` and the source's own header (`reset_seconds`),
/// between one second and fifteen minutes, and longer each time than a server says that refuses again after the wait it asked for.
pub(crate) fn rate_limit_wait_ms(
    response: &HttpResponse,
    reset_seconds: &str,
    refusal: u32,
    now_ms: i64,
) -> u64 {
    let reset = response.header(reset_seconds).and_then(seconds_ms);
    retry_after_ms(response, now_ms)
        .max(reset)
        .unwrap_or(DEFAULT_RATE_LIMIT_WAIT_MS)
        .max(backoff_ms(refusal, 0, now_ms))
        .clamp(MIN_RATE_LIMIT_WAIT_MS, MAX_RATE_LIMIT_WAIT_MS)
}

/// The wait after a failed response: the backoff, or what its `Retry-After` asks for where that is longer.
pub(crate) fn failure_wait_ms(
    response: &HttpResponse,
    failure: u32,
    request: u64,
    now_ms: i64,
) -> u64 {
    let asked = retry_after_ms(response, now_ms).unwrap_or_default();
    backoff_ms(failure, request, now_ms).max(asked.min(MAX_RATE_LIMIT_WAIT_MS))
}

fn retry_after_ms(response: &HttpResponse, now_ms: i64) -> Option<u64> {
    let text = response.header("retry-after")?;
    seconds_ms(text).or_else(|| {
        let until = http_date_ms(text)?;
        let now = response.date_ms().unwrap_or(now_ms);
        // A time that has passed is no wait.
        Some(u64::try_from(until.saturating_sub(now)).unwrap_or_default())
    })
}

/// A header's whole seconds, as milliseconds.
pub(crate) fn seconds_ms(text: &str) -> Option<u64> {
    let whole = text.trim().split('.').next().unwrap_or_default();
    let digits = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    // Too many digits to read are still a very long wait.
    digits.then(|| {
        whole
            .parse::<u64>()
            .map_or(u64::MAX, |seconds| seconds.saturating_mul(1_000))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&str, &str)]) -> HttpResponse {
        HttpResponse {
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            ..HttpResponse::default()
        }
    }

    #[test]
    fn polls_grow_from_half_a_second_to_six() {
        let waits: Vec<_> = (0..9).map(poll_wait_ms).collect();
        assert_eq!(waits, [500, 750, 1125, 1687, 2530, 3795, 5692, 6000, 6000]);
        assert_eq!(poll_wait_ms(u32::MAX), 6_000);
    }

    #[test]
    fn backoff_doubles_and_is_spread() {
        for failure in 1..40 {
            let whole = (500_u64 << (failure - 1).min(16)).min(30_000);
            let waits: std::collections::BTreeSet<_> =
                (0..100).map(|now| backoff_ms(failure, 0, now)).collect();
            assert!(waits.iter().all(|wait| (whole / 2..=whole).contains(wait)));
            assert!(waits.len() > 50);
        }
        assert_eq!(backoff_ms(2, 1, 7), backoff_ms(2, 1, 7));
        // Ranges that fail in one millisecond.
        let together: std::collections::BTreeSet<_> =
            (0..100).map(|number| backoff_ms(4, number, 7)).collect();
        assert!(together.len() > 50);
    }

    #[test]
    fn the_larger_of_both_headers_is_waited_and_at_most_fifteen_minutes() {
        let wait = |headers: &[(&str, &str)]| {
            rate_limit_wait_ms(&answer(headers), "x-ratelimit-reset", 1, 0)
        };
        assert_eq!(
            wait(&[("retry-after", "2"), ("x-ratelimit-reset", "7")]),
            7_000
        );
        assert_eq!(
            wait(&[("retry-after", "9"), ("x-ratelimit-reset", "7")]),
            9_000
        );
        assert_eq!(wait(&[("x-ratelimit-reset", "1700000000")]), 900_000);
        assert_eq!(
            wait(&[("x-ratelimit-reset", "99999999999999999999")]),
            900_000
        );
        assert_eq!(wait(&[("retry-after", "0")]), 1_000);
        assert_eq!(wait(&[]), 10_000);
        assert_eq!(wait(&[("retry-after", "soon")]), 10_000);
        assert_eq!(
            wait(&[
                ("date", "Tue, 14 Nov 2023 22:13:20 GMT"),
                ("retry-after", "Tue, 14 Nov 2023 22:13:50 GMT")
            ]),
            30_000
        );
        assert_eq!(
            wait(&[
                ("date", "Tue, 14 Nov 2023 22:13:20 GMT"),
                ("retry-after", "Tuesday, 14-Nov-23 22:13:50 GMT")
            ]),
            30_000
        );
        assert_eq!(
            wait(&[
                ("date", "Tue, 14 Nov 2023 22:13:20 GMT"),
                ("retry-after", "Tue, 14 Nov 2023 22:13:10 GMT")
            ]),
            1_000
        );
    }

    #[test]
    fn a_server_that_refuses_again_and_again_is_asked_less_and_less() {
        let now = answer(&[("retry-after", "0")]);
        let waits: Vec<_> = (1..12)
            .map(|refusal| rate_limit_wait_ms(&now, "x-ratelimit-reset", refusal, 0))
            .collect();
        assert_eq!(waits[0], 1_000);
        assert!(waits[4] >= 4_000 && waits[10] >= 15_000, "{waits:?}");
    }

    #[test]
    fn the_date_header_is_read_as_the_servers_time() {
        let date = answer(&[("date", "Tue, 14 Nov 2023 22:13:20 GMT")]);
        assert_eq!(date.date_ms(), Some(1_700_000_000_000));
        assert_eq!(answer(&[("date", "yesterday")]).date_ms(), None);
        assert_eq!(answer(&[]).date_ms(), None);
    }
}
