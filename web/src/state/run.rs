//! A fetch as the page follows it: idle, running, done or failed.
//!
//! Takes progress and receipts, gives figures, the overlay of the coverage bar and sentences.

use super::coverage::Overlay;
use super::instant::Zone;
use super::words::{bytes, counted, duration};
use crate::protocol::{
    CallId, Expected, FailKind, Failed, Failure, Pause, Price, Progress, Receipt, RunMode,
};
use windrow_model::{Dataset, TimeRange};

/// Where a fetch stands.
#[derive(Clone, Debug, Default)]
pub enum Run {
    /// Nothing was asked for since the window was looked at.
    #[default]
    Idle,
    /// Going on.
    Running(Running),
    /// Ended with a receipt, whole or not.
    Done {
        /// What it did.
        receipt: Box<Receipt>,
        /// What it is of.
        dataset: Dataset,
    },
    /// Nothing could be started, or the worker ended.
    Failed {
        /// Why.
        failed: Failed,
        /// What it is of.
        dataset: Dataset,
        /// What was asked for.
        asked: TimeRange,
    },
}

/// A fetch that goes on.
#[derive(Clone, Debug)]
pub struct Running {
    /// Its call, to cancel it.
    pub call: Option<CallId>,
    /// What it is of.
    pub dataset: Dataset,
    /// What was asked for.
    pub asked: TimeRange,
    /// How it treats what is held.
    pub mode: RunMode,
    /// When it started, epoch milliseconds.
    pub started_ms: i64,
    /// The last progress.
    pub progress: Option<Progress>,
    /// Kept so far.
    pub kept: Vec<TimeRange>,
    /// Whether it was asked to stop.
    pub stopping: bool,
    /// Whether another tab writes to the same dataset and is waited for.
    pub waiting: bool,
}

impl Running {
    /// A fetch that has just been asked for.
    pub fn new(dataset: Dataset, asked: TimeRange, mode: RunMode, started_ms: i64) -> Self {
        Self {
            call: None,
            dataset,
            asked,
            mode,
            started_ms,
            progress: None,
            kept: Vec::new(),
            stopping: false,
            waiting: false,
        }
    }

    /// The run got further.
    pub fn advance(&mut self, progress: Progress) {
        self.waiting = false;
        // A gap that is left behind was either kept to its end or failed; the receipt says which, so only what is known is drawn.
        // One that is discarded and begun anew keeps nothing.
        let start_ms = progress.gap.start_ms();
        self.kept.retain(|held| held.start_ms() != start_ms);
        let until_ms = progress.kept_until_ms.min(progress.gap.end_ms());
        self.kept.extend(TimeRange::new(start_ms, until_ms));
        self.progress = Some(progress);
    }

    /// Share of the run that is done, 0 to 1.
    pub fn share(&self) -> f64 {
        let share = self.progress.as_ref().map_or(0, |progress| progress.share);
        f64::from(share) / 1000.0
    }

    /// Events a second since the start.
    pub fn rate(&self, now_ms: i64) -> Option<f64> {
        let rows = self.progress.as_ref()?.rows;
        let elapsed = now_ms.saturating_sub(self.started_ms);
        (elapsed >= 500 && rows > 0).then(|| rows as f64 * 1000.0 / elapsed as f64)
    }

    /// Seconds until the run ends, where its events were counted.
    pub fn left_seconds(&self, now_ms: i64) -> Option<u64> {
        let progress = self.progress.as_ref()?;
        let left = progress.expected?.events.saturating_sub(progress.rows);
        Some((left as f64 / self.rate(now_ms)?).ceil() as u64)
    }
}

impl Run {
    /// Whether a fetch goes on.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Running(_))
    }

    /// What it is of.
    pub fn dataset(&self) -> Option<&Dataset> {
        match self {
            Self::Idle => None,
            Self::Running(running) => Some(&running.dataset),
            Self::Done { dataset, .. } | Self::Failed { dataset, .. } => Some(dataset),
        }
    }

    /// What was asked for.
    pub fn asked(&self) -> Option<TimeRange> {
        match self {
            Self::Idle => None,
            Self::Running(running) => Some(running.asked),
            Self::Done { receipt, .. } => Some(receipt.asked),
            Self::Failed { asked, .. } => Some(*asked),
        }
    }

    /// Whether rows of a window come into the cache by it, now.
    pub fn fills(&self, dataset: &Dataset, window: TimeRange) -> bool {
        matches!(self, Self::Running(running) if running.mode != RunMode::Bypass
            && running.dataset == *dataset
            && running.asked.intersects(window))
    }

    /// What it does to the coverage bar of a dataset: nothing where it is of another.
    pub fn overlay(&self, shown: &Dataset) -> Overlay {
        match self {
            _ if self.dataset() != Some(shown) => Overlay::default(),
            Self::Running(running) => Overlay {
                kept: if running.mode == RunMode::Bypass {
                    Vec::new()
                } else {
                    running.kept.clone()
                },
                fetching: running
                    .progress
                    .as_ref()
                    .map(|progress| progress.under_way.clone())
                    .unwrap_or_default(),
                ..Overlay::default()
            },
            Self::Done { receipt, .. } => Overlay {
                failed: receipt
                    .failures
                    .iter()
                    .map(|failure| failure.range)
                    .collect(),
                ..Overlay::default()
            },
            Self::Failed { failed, asked, .. } if failed.kind != FailKind::Cancelled => Overlay {
                failed: vec![*asked],
                ..Overlay::default()
            },
            Self::Idle | Self::Failed { .. } => Overlay::default(),
        }
    }
}

/// From when on a run kept nothing because there was no space left.
pub fn out_of_space_ms(receipt: &Receipt) -> Option<i64> {
    let failures = receipt.failures.iter();
    // What failed before for another reason is not kept either.
    let first_ms = failures
        .clone()
        .map(|failure| failure.range.start_ms())
        .min();
    let mut kinds = failures.map(|failure| failure.kind);
    first_ms.filter(|_| kinds.any(|kind| kind == FailKind::FreeSpace))
}

/// What a receipt says in one line.
pub fn receipt_line(receipt: &Receipt) -> String {
    // A measured time is not exact to the millisecond, and is not shown as if it were.
    let took = duration(match receipt.duration_ms {
        short @ 0..1000 => short,
        long => (long + 50) / 100 * 100,
    });
    if receipt.requests == 0 && receipt.ok {
        return format!(
            "Already cached: {} and no request",
            counted(receipt.rows, "row", "rows")
        );
    }
    let fetched = format!(
        "{} in {}, {}, {}",
        counted(receipt.rows_written, "row", "rows"),
        counted(receipt.parts, "part", "parts"),
        bytes(receipt.bytes_written),
        took
    );
    if receipt.parts == 0 && !receipt.ok {
        let what = if receipt.cancelled {
            "Stopped".to_owned()
        } else {
            format!(
                "{} failed",
                counted(receipt.failures.len() as u64, "range", "ranges")
            )
        };
        return format!("{what}. Nothing new was kept, nothing was lost");
    }
    let is_shown = !receipt.provisional.is_empty() || !receipt.beyond_retention.is_empty();
    if receipt.ok && receipt.parts == 0 && is_shown {
        // Nothing of it is claimed, so there is no part of it.
        let rows = receipt.provisional_rows;
        let rows = rows.map_or("rows".to_owned(), |rows| counted(rows, "row", "rows"));
        return format!("Fetched {rows} that may be incomplete, {took}");
    }
    if receipt.cancelled {
        format!("Stopped. Kept {fetched}")
    } else if receipt.ok {
        format!("Fetched {fetched}")
    } else {
        format!(
            "{} failed. Kept {fetched}",
            counted(receipt.failures.len() as u64, "range", "ranges")
        )
    }
}

/// How many rows are held now, and of what: a run may have been asked for a range of the window shown.
pub fn rows_line(receipt: &Receipt, window: Option<TimeRange>, zone: Zone) -> String {
    let rows = counted(receipt.rows, "row", "rows");
    let asked = receipt.asked;
    if window == Some(asked) {
        format!("{rows} in the window")
    } else {
        format!("{rows} in {}", zone.range(asked.start_ms(), asked.end_ms()))
    }
}

/// What a fetch would cost: events and requests, bytes on disk, and what the rate limit says to it.
pub fn price_parts(price: &Price) -> Vec<String> {
    if price.events == 0 {
        return vec!["No events".to_owned()];
    }
    let figure = if price.is_measured {
        "by the parts held"
    } else {
        "by the usual figure, as nothing is held yet"
    };
    let left = match (price.quota_left, price.quota_resets_in_ms) {
        (Some(left), Some(ms)) => format!(
            "{} left, new ones in {}",
            counted(left, "request", "requests"),
            duration(ms.div_ceil(1000) * 1000)
        ),
        _ => "the log API does not say what is left".to_owned(),
    };
    let wait = match price.limit_wait_ms {
        0 => "no wait".to_owned(),
        ms => format!("a wait of {} at least", duration(ms.div_ceil(1000) * 1000)),
    };
    vec![
        format!(
            "{} in {}, at least {}",
            counted(price.events, "event", "events"),
            counted(price.pages, "page", "pages"),
            counted(price.requests, "request", "requests")
        ),
        format!("about {} on disk, {figure}", bytes(price.stored_bytes)),
        format!("rate limit: {left}, {wait}"),
    ]
}

/// The failures of a run, those that follow each other for the same reason as one: how many, from where to where, and one of them.
pub fn grouped(failures: &[Failure]) -> Vec<(u64, TimeRange, &Failure)> {
    let mut groups: Vec<(u64, TimeRange, &Failure)> = Vec::new();
    for failure in failures {
        match groups.last_mut() {
            Some((count, range, first))
                if first.reason == failure.reason && range.end_ms() <= failure.range.start_ms() =>
            {
                *count += 1;
                *range = TimeRange::new(range.start_ms(), failure.range.end_ms()).unwrap_or(*range);
            }
            _ => groups.push((1, failure.range, failure)),
        }
    }
    groups
}

/// What is waited for, and how long it will still take; nothing once it is over.
pub fn paused(pause: &Pause, now_ms: i64, zone: Zone) -> Option<String> {
    let words = &pause.words;
    let Some(until_ms) = pause.until_ms else {
        return Some(words.clone());
    };
    let second = |ms: i64| (ms + 999) / 1000;
    let until = zone.short_time(second(until_ms) * 1000);
    let left = u64::try_from(second(until_ms - now_ms)).unwrap_or_default();
    (left > 0).then(|| format!("{words}, until {until} ({} left)", duration(left * 1000)))
}

/// What the whole of a run will cost, once its gaps are counted.
pub fn told_price(running: &Running) -> Option<String> {
    let expected = running.progress.as_ref()?.expected?;
    let wait = match expected.limit_wait_ms {
        0 => ", no wait expected".to_owned(),
        ms => format!(
            ", waits of {} at least for the rate limit",
            duration(ms.div_ceil(1000) * 1000)
        ),
    };
    Some(format!("To fetch: {}{wait}", cost(&expected, "at least ")))
}

fn cost(expected: &Expected, at_least: &str) -> String {
    format!(
        "{} in {}, {at_least}{}, about {} on disk",
        counted(expected.events, "event", "events"),
        counted(expected.pages, "page", "pages"),
        counted(expected.requests, "request", "requests"),
        bytes(expected.stored_bytes)
    )
}

/// How what happened compares with the price, where there was one.
pub fn compared(receipt: &Receipt) -> Option<String> {
    let expected = receipt.expected;
    (expected.requests > 0).then(|| {
        let seconds = |ms: u64| duration(ms.div_ceil(1000) * 1000);
        let waits = match (expected.limit_wait_ms, receipt.waited_ms) {
            (0, 0) => String::new(),
            (0, waited) => format!("; waited {}, expected none", seconds(waited)),
            (wait, waited) => format!("; waited {}, expected {}", seconds(waited), seconds(wait)),
        };
        format!("Expected {}{waits}", cost(&expected, ""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use windrow_model::Decision;

    fn progress(gap: (i64, i64), kept: i64, rows: u64, expected: Option<u64>) -> Progress {
        Progress {
            gap: TimeRange::new(gap.0, gap.1).unwrap(),
            under_way: Vec::new(),
            ended: 0,
            ranges: 2,
            share: 250,
            kept_until_ms: kept,
            expected: expected.map(|events| Expected {
                events,
                pages: 2,
                requests: 3,
                stored_bytes: 600,
                limit_wait_ms: 0,
            }),
            rows,
            pages: 1,
            requests: 1,
            bytes_received: 0,
            parts: 0,
            pause: None,
        }
    }

    fn firewall() -> Dataset {
        Dataset::new("api", "firewall", "").unwrap()
    }

    fn begun(mode: RunMode) -> Running {
        Running::new(firewall(), TimeRange::new(0, 100).unwrap(), mode, 0)
    }

    fn receipt() -> Receipt {
        Receipt {
            ok: true,
            asked: TimeRange::new(0, 60_000).unwrap(),
            decision: Decision::Miss,
            rows: 10,
            rows_written: 10,
            pages: 1,
            requests: 2,
            parts: 1,
            bytes_written: 100,
            bytes_received: 1000,
            expected: Expected::default(),
            waited_ms: 0,
            duplicates: 0,
            duration_ms: 1500,
            cancelled: false,
            kept: Vec::new(),
            provisional: Vec::new(),
            beyond_retention: Vec::new(),
            provisional_rows: None,
            failures: Vec::new(),
            repairs: Vec::new(),
            bypass_run: None,
            json: String::new(),
        }
    }

    #[test]
    fn a_run_tells_its_price_once_its_gaps_are_counted() {
        let mut running = begun(RunMode::Normal);
        assert_eq!(told_price(&running), None);
        running.advance(progress((0, 100), 0, 0, None));
        assert_eq!(told_price(&running), None);
        running.advance(progress((0, 100), 0, 0, Some(100)));
        assert_eq!(
            told_price(&running).as_deref(),
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
        let told = told_price(&running).unwrap();
        assert!(told.contains(", waits of 1 min 1 s at least"), "{told}");
    }

    #[test]
    fn a_wait_says_why_until_when_and_how_long_it_still_takes() {
        let pause = Pause {
            words: "Waiting: the rate limit is reached".to_owned(),
            until_ms: Some(36_610_500),
        };
        for (now_ms, left) in [
            (36_600_000, "11 s"),
            (36_609_501, "1 s"),
            (36_000_500, "10 min 10 s"),
        ] {
            let said = format!("{}, until 10:10:11 ({left} left)", pause.words);
            assert_eq!(paused(&pause, now_ms, Zone::Utc), Some(said));
        }
        assert_eq!(paused(&pause, 36_610_500, Zone::Utc), None);
        let unsaid = Pause {
            until_ms: None,
            ..pause.clone()
        };
        assert_eq!(paused(&unsaid, 5, Zone::Utc), Some(pause.words));
    }

    #[test]
    fn what_is_kept_grows_in_every_range_under_way() {
        let mut running = begun(RunMode::Normal);
        running.advance(progress((0, 100), 0, 1, None));
        assert!(running.kept.is_empty());
        running.advance(progress((0, 100), 40, 2, None));
        running.advance(progress((0, 100), 70, 3, None));
        running.advance(progress((200, 300), 250, 4, None));
        running.advance(progress((0, 100), 80, 5, None));
        let kept: Vec<_> = running
            .kept
            .iter()
            .map(|range| (range.start_ms(), range.end_ms()))
            .collect();
        assert_eq!(kept, [(200, 250), (0, 80)]);
    }

    #[test]
    fn the_time_left_goes_by_events_where_they_were_counted() {
        let mut running = begun(RunMode::Normal);
        running.advance(progress((0, 100), 10, 500, Some(1000)));
        assert_eq!(running.share(), 0.25);
        assert_eq!(running.left_seconds(1000), Some(1));
        running.advance(progress((0, 100), 10, 500, None));
        assert_eq!(running.rate(1000), Some(500.0));
        assert_eq!(running.left_seconds(1000), None);
    }

    #[test]
    fn a_bypass_run_never_shows_as_cached() {
        let mut running = begun(RunMode::Bypass);
        running.advance(progress((0, 100), 50, 1, None));
        assert!(Run::Running(running).overlay(&firewall()).kept.is_empty());
    }

    #[test]
    fn a_run_fills_windows_that_it_reaches_into_and_none_beside_the_cache() {
        let of = |mode, (start_ms, end_ms)| {
            let window = TimeRange::new(start_ms, end_ms).unwrap();
            Run::Running(begun(mode)).fills(&firewall(), window)
        };
        assert!(of(RunMode::Normal, (50, 200)));
        assert!(!of(RunMode::Normal, (100, 200)));
        assert!(!of(RunMode::Bypass, (0, 100)));
        let other = Dataset::new("api", "proxy", "").unwrap();
        let run = Run::Running(begun(RunMode::Normal));
        assert!(!run.fills(&other, TimeRange::new(0, 100).unwrap()));
    }

    #[test]
    fn what_is_discarded_and_begun_anew_is_not_kept() {
        let mut running = begun(RunMode::Normal);
        running.advance(progress((0, 100), 40, 2, None));
        running.advance(progress((0, 100), 0, 2, None));
        assert!(running.kept.is_empty());
    }

    #[test]
    fn a_run_is_drawn_onto_its_own_log_only() {
        let mut running = begun(RunMode::Normal);
        running.advance(progress((0, 100), 50, 1, None));
        let failed = Run::Failed {
            failed: Failed::new("cut", "", FailKind::Retry),
            dataset: firewall(),
            asked: TimeRange::new(0, 100).unwrap(),
        };
        let other = Dataset::new("api", "proxy", "").unwrap();
        for run in [Run::Running(running), failed] {
            assert_ne!(run.overlay(&firewall()), Overlay::default());
            assert_eq!(run.overlay(&other), Overlay::default());
        }
    }

    #[test]
    fn what_is_fetched_and_cannot_be_claimed_is_not_called_nothing() {
        let mut all_new = Receipt {
            rows_written: 0,
            parts: 0,
            provisional: vec![TimeRange::new(0, 10).unwrap()],
            provisional_rows: Some(12),
            ..receipt()
        };
        assert_eq!(
            receipt_line(&all_new),
            "Fetched 12 rows that may be incomplete, 1.5 s"
        );
        let all_old = Receipt {
            beyond_retention: std::mem::take(&mut all_new.provisional),
            ..all_new
        };
        assert_eq!(
            receipt_line(&all_old),
            "Fetched 12 rows that may be incomplete, 1.5 s"
        );
    }

    #[test]
    fn failures_that_follow_each_other_for_one_reason_are_told_once() {
        let failure = |start, reason: &str| Failure {
            range: TimeRange::new(start, start + 10).unwrap(),
            reason: reason.to_owned(),
            remedy: String::new(),
            kind: FailKind::Retry,
        };
        let failures = [failure(0, "cut"), failure(20, "cut"), failure(30, "lost")];
        let told = grouped(&failures)
            .into_iter()
            .map(|(count, range, first)| (count, range.end_ms(), first.reason.as_str()))
            .collect::<Vec<_>>();
        assert_eq!(told, [(2, 30, "cut"), (1, 40, "lost")]);
    }

    #[test]
    fn what_is_kept_without_space_ends_where_the_first_failure_begins() {
        let failure = |start, kind| Failure {
            range: TimeRange::new(start, start + 10).unwrap(),
            reason: String::new(),
            remedy: String::new(),
            kind,
        };
        let of = |failures| {
            out_of_space_ms(&Receipt {
                failures,
                ..receipt()
            })
        };
        let full = failure(50, FailKind::FreeSpace);
        assert_eq!(
            of(vec![failure(20, FailKind::Retry), full.clone()]),
            Some(20)
        );
        assert_eq!(of(vec![full]), Some(50));
        assert_eq!(of(vec![failure(20, FailKind::Retry)]), None);
    }

    #[test]
    fn a_receipt_says_what_was_kept() {
        assert_eq!(
            receipt_line(&receipt()),
            "Fetched 10 rows in 1 part, 100 B, 1.5 s"
        );
        let hit = Receipt {
            requests: 0,
            ..receipt()
        };
        assert_eq!(receipt_line(&hit), "Already cached: 10 rows and no request");
        let stopped = Receipt {
            ok: false,
            cancelled: true,
            ..receipt()
        };
        let at_once = Receipt {
            parts: 0,
            ..stopped.clone()
        };
        assert!(receipt_line(&at_once).starts_with("Stopped. Nothing new"));
        assert!(receipt_line(&stopped).starts_with("Stopped. Kept 10 rows"));
    }

    #[test]
    fn rows_are_of_the_window_only_where_all_of_it_was_asked_for() {
        let said = |end_ms| {
            let window = TimeRange::new(0, end_ms).unwrap();
            rows_line(&receipt(), Some(window), Zone::Utc)
        };
        assert_eq!(said(60_000), "10 rows in the window");
        assert_eq!(said(90_000), "10 rows in 1970-01-01 00:00 - 00:01 UTC");
    }

    #[test]
    fn a_price_is_in_events_requests_bytes_and_what_the_rate_limit_says() {
        let price = Price {
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
            price_parts(&price),
            [
                "9,000 events in 18 pages, at least 20 requests",
                "about 720.0 kB on disk, by the parts held",
                "rate limit: 12 requests left, new ones in 5 s, a wait of 5 s at least",
            ]
        );
        let unknown = Price {
            is_measured: false,
            quota_left: None,
            limit_wait_ms: 0,
            ..price.clone()
        };
        assert_eq!(
            price_parts(&unknown)[1..],
            [
                "about 720.0 kB on disk, by the usual figure, as nothing is held yet",
                "rate limit: the log API does not say what is left, no wait",
            ]
        );
        assert_eq!(price_parts(&Price { events: 0, ..price }), ["No events"]);
    }
}
