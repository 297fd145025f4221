//! What a run has done so far: the counts behind its progress and its receipt.
//!
//! Invariant: a range is counted as under way or as ended, never as both.

use crate::fetch::report::Expected;
use crate::telemetry::Progress;
use crate::write::flush::Written;
use std::collections::BTreeMap;
use windrow_model::TimeRange;
use windrow_source::{Notice, Page};

/// Counts over a run.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) pages: u64,
    pub(crate) requests: u64,
    pub(crate) rows: u64,
    /// Of those, what was received in a try that came to nothing and is asked for again.
    in_vain: u64,
    pub(crate) bytes_received: u64,
    pub(crate) duplicates: u64,
    pub(crate) outside: u64,
    /// Of ranges that have ended.
    pub(crate) parts: u64,
    pub(crate) bytes_written: u64,
    pub(crate) rows_written: u64,
    /// The parts of those that claim.
    pub(crate) written: Vec<Written>,
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
    under_way: BTreeMap<i64, UnderWay>,
    /// What each range waits for, and until when.
    waits: BTreeMap<i64, (Notice, i64)>,
}

/// How far one range is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnderWay {
    pub(crate) range: TimeRange,
    pub(crate) kept_until_ms: i64,
    pub(crate) received_until_ms: i64,
    pub(crate) parts: u64,
    pub(crate) bytes: u64,
}

impl Tally {
    /// A gap that the run sets out to fetch.
    pub(crate) fn plan(&mut self, range: TimeRange) {
        self.ranges += 1;
        self.uncounted += 1;
        self.wanted_ms += range.duration_ms();
    }

    /// The source has counted a gap, which becomes so many ranges. None has begun.
    pub(crate) fn count(&mut self, gap: TimeRange, ranges: usize, expected: Expected) {
        self.leave(gap);
        self.ranges += ranges.saturating_sub(1);
        self.uncounted = self.uncounted.saturating_sub(1);
        self.expected.events += expected.events;
        self.expected.pages += expected.pages;
        self.expected.requests += expected.requests;
        self.expected.stored_bytes += expected.stored_bytes;
    }

    /// A range begins.
    pub(crate) fn begin(&mut self, range: TimeRange) {
        let way = UnderWay {
            range,
            kept_until_ms: range.start_ms(),
            received_until_ms: range.start_ms(),
            parts: 0,
            bytes: 0,
        };
        self.under_way.insert(range.start_ms(), way);
    }

    /// A range got further.
    pub(crate) fn advance(&mut self, way: UnderWay) {
        self.under_way.insert(way.range.start_ms(), way);
    }

    /// A range that only shows was received further: what it has kept stays as it was.
    pub(crate) fn receive(&mut self, range: TimeRange, until_ms: i64) {
        if let Some(way) = self.under_way.get_mut(&range.start_ms()) {
            way.received_until_ms = until_ms;
        }
    }

    /// A try came to nothing: its rows will come again.
    pub(crate) fn take_back(&mut self, rows: u64) {
        self.in_vain += rows;
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
        self.end(gap);
    }

    fn leave(&mut self, range: TimeRange) {
        self.under_way.remove(&range.start_ms());
        self.waits.remove(&range.start_ms());
    }

    /// A range has ended, well or not.
    pub(crate) fn end(&mut self, range: TimeRange) {
        self.leave(range);
        self.ended += 1;
        self.ended_ms += range.duration_ms();
    }

    /// A page has come.
    pub(crate) fn page(&mut self, page: &Page) {
        self.pages += 1;
        self.requests += page.requests;
        self.rows += page.received;
        self.bytes_received += page.bytes;
    }

    /// How far the run is, told because `range` got further or has begun to wait.
    /// A wait of another range stays in sight: a rate limit makes all of them wait.
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
        let received = |way: &UnderWay| {
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
            rows: self.rows.saturating_sub(self.in_vain),
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
        let mut tally = Tally::default();
        for gap in [range(0, 100), range(200, 300)] {
            tally.plan(gap);
            tally.begin(gap);
        }
        let reach = |tally: &mut Tally, gap: TimeRange, until_ms| {
            tally.advance(UnderWay {
                range: gap,
                kept_until_ms: until_ms - 10,
                received_until_ms: until_ms,
                parts: 1,
                bytes: 5,
            });
        };
        reach(&mut tally, range(0, 100), 50);
        reach(&mut tally, range(200, 300), 225);
        let told = tally.progress(range(200, 300), None, 0);
        assert_eq!((told.received_ms, told.wanted_ms), (75, 200));
        assert_eq!((told.kept_until_ms, told.parts), (215, 2));
        assert_eq!(told.under_way, [range(0, 100), range(200, 300)]);
        assert_eq!(told.share_permille(), 375);
        tally.end(range(0, 100));
        let told = tally.progress(range(200, 300), None, 0);
        assert_eq!((told.received_ms, told.ranges_ended), (125, 1));
        assert_eq!(told.under_way, [range(200, 300)]);
    }

    #[test]
    fn events_are_expected_once_every_gap_is_counted() {
        let mut tally = Tally::default();
        tally.plan(range(0, 100));
        tally.plan(range(200, 300));
        let counted = Expected {
            events: 40,
            pages: 1,
            requests: 2,
            ..Expected::default()
        };
        tally.count(range(0, 100), 1, counted);
        assert_eq!(tally.progress(range(0, 100), None, 0).expected, None);
        tally.count(range(200, 300), 1, counted);
        tally.rows = 20;
        let told = tally.progress(range(0, 100), None, 0);
        assert_eq!(told.expected.map(|expected| expected.events), Some(80));
        assert_eq!(told.share_permille(), 250);
    }

    #[test]
    fn a_wait_stays_in_sight_while_other_ranges_go_on() {
        let mut tally = Tally::default();
        let waiting = Notice::Waiting {
            reason: "the rate limit is reached".into(),
            wait_ms: 5_000,
            attempt: 1,
        };
        tally.progress(range(0, 100), Some(waiting.clone()), 1_000);
        let told = tally.progress(range(200, 300), None, 2_000);
        assert_eq!(told.waits_until_ms, Some(6_000));
        assert_eq!(told.notice, Some(waiting));
        let told = tally.progress(range(0, 100), None, 6_000);
        assert_eq!((told.waits_until_ms, told.notice), (None, None));
        // Another range that waits at the same time adds only what is longer.
        let longer = |wait_ms| Notice::Waiting {
            reason: "the same".into(),
            wait_ms,
            attempt: 1,
        };
        tally.progress(range(0, 100), Some(longer(1_000)), 10_000);
        tally.progress(range(200, 300), Some(longer(1_000)), 10_400);
        assert_eq!(tally.waited_ms(11_400), 5_000 + 1_400);
        // A wait that is broken off took no longer than until then.
        assert_eq!(tally.waited_ms(11_000), 5_000 + 1_000);
    }
}
