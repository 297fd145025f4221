//! What a fetch costs, in words: estimated on request, said before its first page, and compared with what happened.

use super::run::Running;
use crate::ui::format::{bytes, counted, duration};
use windrow_protocol::{CostEstimate, Expected, Receipt};

/// Whole seconds: no less than it will take.
fn seconds(ms: u64) -> String {
    duration(ms.div_ceil(1000) * 1000)
}

/// What a fetch would cost: events and requests, bytes on disk, and what the rate limit says to it.
pub fn cost_lines(cost: &CostEstimate) -> Vec<String> {
    if cost.events == 0 {
        return vec!["No events".to_owned()];
    }
    let figure = if cost.is_measured {
        "by the cached parts"
    } else {
        "by a default, as nothing is cached yet"
    };
    let left = match (cost.quota_left, cost.quota_resets_in_ms) {
        (Some(left), Some(ms)) => {
            let left = counted(left, "request", "requests");
            format!("{left} left, new ones in {}", seconds(ms))
        }
        _ => "the log API does not say what is left".to_owned(),
    };
    let wait = match cost.limit_wait_ms {
        0 => "no wait".to_owned(),
        ms => format!("a wait of {} at least", seconds(ms)),
    };
    vec![
        in_requests(cost.events, cost.pages, cost.requests, "at least "),
        format!("about {} on disk, {figure}", bytes(cost.stored_bytes)),
        format!("rate limit: {left}, {wait}"),
    ]
}

fn in_requests(events: u64, pages: u64, requests: u64, at_least: &str) -> String {
    format!(
        "{} in {}, {at_least}{}",
        counted(events, "event", "events"),
        counted(pages, "page", "pages"),
        counted(requests, "request", "requests")
    )
}

/// What the whole of a run will cost, once its gaps are counted.
pub fn running_cost(running: &Running) -> Option<String> {
    let expected = running.progress.as_ref()?.expected?;
    let wait = match expected.limit_wait_ms {
        0 => "no wait expected".to_owned(),
        ms => format!("waits of {} at least for the rate limit", seconds(ms)),
    };
    Some(format!(
        "To fetch: {}, {wait}",
        figures(&expected, "at least ")
    ))
}

fn figures(expected: &Expected, at_least: &str) -> String {
    let Expected {
        events,
        pages,
        requests,
        stored_bytes,
        ..
    } = *expected;
    let requests = in_requests(events, pages, requests, at_least);
    format!("{requests}, about {} on disk", bytes(stored_bytes))
}

/// How what happened compares with the estimate, where there was one.
pub fn compared(receipt: &Receipt) -> Option<String> {
    let expected = receipt.expected;
    (expected.requests > 0).then(|| {
        let waits = match (expected.limit_wait_ms, receipt.waited_ms) {
            (0, 0) => String::new(),
            (0, waited) => format!("; waited {}, expected none", seconds(waited)),
            (wait, waited) => format!("; waited {}, expected {}", seconds(waited), seconds(wait)),
        };
        format!("Expected {}{waits}", figures(&expected, ""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fetch::run::tests::{begun, progress};
    use windrow_protocol::RunMode;

    #[test]
    fn a_run_tells_its_price_once_its_gaps_are_counted() {
        let mut running = begun(RunMode::Normal);
        assert_eq!(running_cost(&running), None);
        running.advance(progress((0, 100), 0, 0, None));
        assert_eq!(running_cost(&running), None);
        running.advance(progress((0, 100), 0, 0, Some(100)));
        assert_eq!(
            running_cost(&running).as_deref(),
            Some(
                "To fetch: 100 events in 2 pages, at least 3 requests, about 600 B on disk, no wait expected"
            )
        );
        let mut waits = progress((0, 100), 0, 0, Some(100));
        waits.expected = waits.expected.map(|expected| Expected {
            limit_wait_ms: 61_000,
            ..expected
        });
        running.advance(waits);
        let told = running_cost(&running).unwrap();
        assert!(told.contains(", waits of 1 min 1 s at least"), "{told}");
    }

    #[test]
    fn a_price_is_in_events_requests_bytes_and_what_the_rate_limit_says() {
        let cost = CostEstimate {
            gaps: Vec::new(),
            events: 9000,
            pages: 18,
            requests: 20,
            provisional: None,
            stored_bytes: 720_000,
            is_measured: true,
            quota_left: Some(12),
            quota_resets_in_ms: Some(4_200),
            limit_wait_ms: 4_200,
        };
        assert_eq!(
            cost_lines(&cost),
            [
                "9,000 events in 18 pages, at least 20 requests",
                "about 720.0 kB on disk, by the cached parts",
                "rate limit: 12 requests left, new ones in 5 s, a wait of 5 s at least",
            ]
        );
        let unknown = CostEstimate {
            is_measured: false,
            quota_left: None,
            limit_wait_ms: 0,
            ..cost.clone()
        };
        assert_eq!(
            cost_lines(&unknown)[1..],
            [
                "about 720.0 kB on disk, by a default, as nothing is cached yet",
                "rate limit: the log API does not say what is left, no wait",
            ]
        );
        assert_eq!(
            cost_lines(&CostEstimate { events: 0, ..cost }),
            ["No events"]
        );
    }
}
