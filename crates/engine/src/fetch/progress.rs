//! What a run has done so far: the counters behind its progress and its receipt.
//!
//! Invariant: a range is counted as under way or as ended, never as both.

use crate::telemetry::Progress;
use crate::write::part::Written;
use std::collections::BTreeMap;
use windrow_model::event::Expected;
use windrow_model::{Coverage, TimeRange};
use windrow_source::{Notice, Page};

/// Counts over a run.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) pages: u64,
    pub(crate) requests: u64,
    pub(crate) rows: u64,
    /// Of those, what was discarded and is asked for again.
    discarded: u64,
    pub(crate) bytes_received: u64,
    pub(crate) duplicates: u64,
    pub(crate) outside: u64,
    /// Of ranges that have ended.
    pub(crate) parts: u64,
    pub(crate) bytes_written: u64,
    pub(crate) rows_written: u64,
    /// The files of ranges that have ended.
    written: Vec<Written>,
    provisional: Vec<Written>,
    /// By the source's counts of the gaps.
    pub(crate) expected: Expected,
    waited_ms: u64,
    /// Until when waits are counted.
    waits_counted_ms: i64,
    /// Gaps that are not counted yet.
    pub(crate) uncounted: usize,
    pub(crate) ranges: usize,
    pub(crate) wanted_ms: u64,
    ended: usize,
    ended_ms: u64,
    under_way: BTreeMap<i64, RangeProgress>,
    /// What each range waits for, and until when.
    waits: BTreeMap<i64, (Notice, i64)>,
}

/// How far one range is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RangeProgress {
    pub(crate) range: TimeRange,
    pub(crate) kept_until_ms: i64,
    pub(crate) received_until_ms: i64,
    pub(crate) parts: u64,
    pub(crate) bytes: u64,
}

impl Counters {
    /// A gap that the run sets out to fetch.
    pub(crate) fn plan(&mut self, range: TimeRange) {
        self.ranges += 1;
        self.uncounted += 1;
        self.wanted_ms += range.duration_ms();
    }

    /// The source has counted a gap, which becomes so many ranges. None has begun.
    pub(crate) fn count(&mut self, gap: TimeRange, ranges: usize, expected: Expected) {
        self.remove(gap);
        self.ranges += ranges.saturating_sub(1);
        self.uncounted = self.uncounted.saturating_sub(1);
        self.expected.events += expected.events;
        self.expected.pages += expected.pages;
        self.expected.requests += expected.requests;
        self.expected.stored_bytes += expected.stored_bytes;
    }

    /// Requests that are still to come, as far as gaps are counted.
    pub(crate) fn requests_left(&self) -> u64 {
        self.expected.requests.saturating_sub(self.requests)
    }

    /// A range begins.
    pub(crate) fn begin(&mut self, range: TimeRange) {
        let way = RangeProgress {
            range,
            kept_until_ms: range.start_ms(),
            received_until_ms: range.start_ms(),
            parts: 0,
            bytes: 0,
        };
        self.under_way.insert(range.start_ms(), way);
    }

    /// A range got further.
    pub(crate) fn advance(&mut self, way: RangeProgress) {
        self.under_way.insert(way.range.start_ms(), way);
    }

    /// A range that claims nothing was received further: what it has kept stays as it was.
    pub(crate) fn receive(&mut self, range: TimeRange, until_ms: i64) {
        if let Some(way) = self.under_way.get_mut(&range.start_ms()) {
            way.received_until_ms = until_ms;
        }
    }

    /// Rows were discarded: they will come again.
    pub(crate) fn discard(&mut self, rows: u64) {
        self.discarded += rows;
    }

    /// How long was waited, at `now_ms`: of a wait that was broken off only what has passed.
    pub(crate) fn waited_ms(&self, now_ms: i64) -> u64 {
        let left = self.waits_counted_ms.saturating_sub(now_ms);
        self.waited_ms
            .saturating_sub(u64::try_from(left).unwrap_or_default())
    }

    /// A gap has ended because it could not be counted.
    pub(crate) fn end_uncounted(&mut self, gap: TimeRange) {
        self.uncounted = self.uncounted.saturating_sub(1);
        self.end(gap, &[], &[]);
    }

    fn remove(&mut self, range: TimeRange) {
        self.under_way.remove(&range.start_ms());
        self.waits.remove(&range.start_ms());
    }

    /// A range has ended, well or not, and has left these files.
    pub(crate) fn end(&mut self, range: TimeRange, parts: &[Written], provisional: &[Written]) {
        self.remove(range);
        self.ended += 1;
        self.ended_ms += range.duration_ms();
        for part in parts {
            self.parts += 1;
            self.rows_written += part.rows;
            self.bytes_written += part.bytes;
        }
        self.written.extend_from_slice(parts);
        self.provisional.extend_from_slice(provisional);
    }

    /// The files that the run has left.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Written> {
        self.written.iter().chain(&self.provisional)
    }

    /// Parts of this run that somebody else removed, those on `gone` ranges, are not counted.
    pub(crate) fn forget(&mut self, gone: &Coverage) {
        for part in std::mem::take(&mut self.written) {
            if !gone.within(part.range).is_empty() {
                self.parts -= 1;
                self.rows_written -= part.rows;
                self.bytes_written -= part.bytes;
            }
        }
    }

    /// A page has come.
    pub(crate) fn page(&mut self, page: &Page) {
        self.pages += 1;
        self.requests += page.requests;
        self.rows += page.received;
        self.bytes_received += page.bytes;
    }

    /// How far the run is, reported because `range` got further or has begun to wait.
    /// A wait of another range stays visible: a rate limit makes all of them wait.
    pub(crate) fn progress(
        &mut self,
        range: TimeRange,
        notice: Option<Notice>,
        now_ms: i64,
    ) -> Progress {
        self.waits.remove(&range.start_ms());
        if let Some(waiting @ Notice::Waiting { wait_ms, .. }) = &notice {
            let until_ms = now_ms.saturating_add(i64::try_from(*wait_ms).unwrap_or(i64::MAX));
            let uncounted = until_ms.saturating_sub(self.waits_counted_ms.max(now_ms));
            self.waited_ms += u64::try_from(uncounted).unwrap_or_default();
            self.waits_counted_ms = self.waits_counted_ms.max(until_ms);
            self.waits
                .insert(range.start_ms(), (waiting.clone(), until_ms));
        }
        let longest = self
            .waits
            .values()
            .filter(|(_, until_ms)| *until_ms > now_ms)
            .max_by_key(|(_, until_ms)| *until_ms)
            .cloned();
        let waits_until_ms = longest.as_ref().map(|(_, until_ms)| *until_ms);
        let notice = longest.map(|(notice, _)| notice).or(notice);
        let way = self.under_way.get(&range.start_ms());
        let kept_until_ms = way.map_or(range.start_ms(), |way| way.kept_until_ms);
        let received_until_ms = way.map_or(range.start_ms(), |way| way.received_until_ms);
        let ways = || self.under_way.values();
        let received = |way: &RangeProgress| {
            let until_ms = way.received_until_ms.min(way.range.end_ms());
            until_ms.abs_diff(way.range.start_ms())
        };
        Progress {
            gap: range,
            kept_until_ms,
            received_until_ms,
            ranges_ended: self.ended,
            ranges: self.ranges,
            under_way: ways().map(|way| way.range).collect(),
            wanted_ms: self.wanted_ms,
            received_ms: self.ended_ms + ways().map(received).sum::<u64>(),
            expected: (self.uncounted == 0).then_some(self.expected),
            rows: self.rows.saturating_sub(self.discarded),
            pages: self.pages,
            requests: self.requests,
            bytes_received: self.bytes_received,
            parts: self.parts + ways().map(|way| way.parts).sum::<u64>(),
            bytes_written: self.bytes_written + ways().map(|way| way.bytes).sum::<u64>(),
            notice,
            waits_until_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start_ms: i64, end_ms: i64) -> TimeRange {
        TimeRange::new(start_ms, end_ms).unwrap()
    }

    #[test]
    fn progress_counts_every_range_under_way_and_those_that_have_ended() {
        let mut counters = Counters::default();
        for gap in [range(0, 100), range(200, 300)] {
            counters.plan(gap);
            counters.begin(gap);
        }
        let reach = |counters: &mut Counters, gap: TimeRange, until_ms| {
            counters.advance(RangeProgress {
                range: gap,
                kept_until_ms: until_ms - 10,
                received_until_ms: until_ms,
                parts: 1,
                bytes: 5,
            });
        };
        reach(&mut counters, range(0, 100), 50);
        reach(&mut counters, range(200, 300), 225);
        let progress = counters.progress(range(200, 300), None, 0);
        assert_eq!((progress.received_ms, progress.wanted_ms), (75, 200));
        assert_eq!((progress.kept_until_ms, progress.parts), (215, 2));
        assert_eq!(progress.under_way, [range(0, 100), range(200, 300)]);
        assert_eq!(progress.share_permille(), 375);
        counters.end(range(0, 100), &[], &[]);
        let progress = counters.progress(range(200, 300), None, 0);
        assert_eq!((progress.received_ms, progress.ranges_ended), (125, 1));
        assert_eq!(progress.under_way, [range(200, 300)]);
    }

    #[test]
    fn events_are_expected_once_every_gap_is_counted() {
        let mut counters = Counters::default();
        counters.plan(range(0, 100));
        counters.plan(range(200, 300));
        let counted = Expected {
            events: 40,
            pages: 1,
            requests: 2,
            ..Expected::default()
        };
        counters.count(range(0, 100), 1, counted);
        assert_eq!(counters.progress(range(0, 100), None, 0).expected, None);
        counters.count(range(200, 300), 1, counted);
        counters.rows = 20;
        let progress = counters.progress(range(0, 100), None, 0);
        assert_eq!(progress.expected.map(|expected| expected.events), Some(80));
        assert_eq!(progress.share_permille(), 250);
    }

    #[test]
    fn a_wait_stays_in_sight_while_other_ranges_go_on() {
        let mut counters = Counters::default();
        let waiting = Notice::Waiting {
            reason: "the rate limit is reached".into(),
            wait_ms: 5_000,
            attempt: 1,
        };
        counters.progress(range(0, 100), Some(waiting.clone()), 1_000);
        let progress = counters.progress(range(200, 300), None, 2_000);
        assert_eq!(progress.waits_until_ms, Some(6_000));
        assert_eq!(progress.notice, Some(waiting));
        let progress = counters.progress(range(0, 100), None, 6_000);
        assert_eq!((progress.waits_until_ms, progress.notice), (None, None));
        // Another range that waits at the same time adds only what is longer.
        let longer = |wait_ms| Notice::Waiting {
            reason: "the same".into(),
            wait_ms,
            attempt: 1,
        };
        counters.progress(range(0, 100), Some(longer(1_000)), 10_000);
        counters.progress(range(200, 300), Some(longer(1_000)), 10_400);
        assert_eq!(counters.waited_ms(11_400), 5_000 + 1_400);
        // A wait that is broken off took no longer than until then.
        assert_eq!(counters.waited_ms(11_000), 5_000 + 1_000);
    }
}
