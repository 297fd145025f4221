//! A fetch as the page follows it: idle, running, done or failed.
//!
//! Takes progress and receipts, gives figures and the overlay of the coverage bar; `progress`, `cost` and `receipt` put them into words.

use super::state::SILENT_MS;
use crate::features::coverage::pieces::Overlay;
use crate::ui::format::duration;
use crate::ui::zone::Zone;
use std::sync::Arc;
use windrow_model::{Dataset, TimeRange};
use windrow_protocol::{FailKind, Failed, Pause, Progress, Receipt, RunMode};

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
        receipt: Arc<Receipt>,
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
    /// What it is of.
    pub dataset: Dataset,
    /// What was asked for.
    pub asked: TimeRange,
    /// How it treats what is held.
    pub mode: RunMode,
    /// When it started, epoch milliseconds.
    pub started_ms: i64,
    /// When anything came of it last.
    pub heard_ms: i64,
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
            dataset,
            asked,
            mode,
            started_ms,
            heard_ms: started_ms,
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

    /// Whether nothing has come for so long that it must be said: neither the log API nor another tab makes it wait.
    pub fn is_silent(&self, now_ms: i64) -> bool {
        let pause = self
            .progress
            .as_ref()
            .and_then(|progress| progress.pause.as_ref());
        let is_paused =
            pause.is_some_and(|pause| pause.until_ms.is_none_or(|until| until > now_ms));
        !self.waiting && !is_paused && now_ms - self.heard_ms >= SILENT_MS
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

    /// Seconds until the run ends, where its events were counted and anything comes of it.
    pub fn left_seconds(&self, now_ms: i64) -> Option<u64> {
        if self.is_silent(now_ms) {
            return None;
        }
        let progress = self.progress.as_ref()?;
        let left = progress.expected?.events.saturating_sub(progress.rows);
        Some((left as f64 / self.rate(now_ms)?).ceil() as u64)
    }
}

impl Run {
    /// The fetch that goes on.
    pub fn running(&self) -> Option<&Running> {
        match self {
            Self::Running(running) => Some(running),
            _ => None,
        }
    }

    /// What it is of.
    pub fn dataset(&self) -> Option<&Dataset> {
        match self {
            Self::Idle => None,
            Self::Running(Running { dataset, .. })
            | Self::Done { dataset, .. }
            | Self::Failed { dataset, .. } => Some(dataset),
        }
    }

    /// What was asked for.
    pub fn asked(&self) -> Option<TimeRange> {
        match self {
            Self::Idle => None,
            Self::Running(Running { asked, .. }) | Self::Failed { asked, .. } => Some(*asked),
            Self::Done { receipt, .. } => Some(receipt.window),
        }
    }

    /// Whether rows of a window come into the cache by it, now.
    pub fn fills(&self, dataset: &Dataset, window: TimeRange) -> bool {
        self.running().is_some_and(|running| {
            running.mode != RunMode::Bypass
                && running.dataset == *dataset
                && running.asked.intersects(window)
        })
    }

    /// What it does to the coverage bar of a dataset: nothing where it is of another.
    pub fn overlay(&self, shown: &Dataset) -> Overlay {
        let mut overlay = Overlay::default();
        match self {
            _ if self.dataset() != Some(shown) => {}
            Self::Running(running) => {
                if running.mode != RunMode::Bypass {
                    overlay.kept.clone_from(&running.kept);
                }
                if let Some(progress) = &running.progress {
                    overlay.fetching.clone_from(&progress.under_way);
                }
            }
            Self::Done { receipt, .. } => {
                let failures = receipt.failures.iter();
                let failed =
                    failures.map(|failure| (failure.range, failure.reason.as_str().into()));
                overlay.failed = failed.collect();
            }
            Self::Failed { failed, asked, .. } if failed.kind != FailKind::Cancelled => {
                overlay.failed = vec![(*asked, failed.message.as_str().into())];
            }
            Self::Idle | Self::Failed { .. } => {}
        }
        overlay
    }
}

/// What is waited for, and how long it will still take; nothing once it is over.
pub fn paused(pause: &Pause, now_ms: i64, zone: Zone) -> Option<String> {
    let words = &pause.text;
    let Some(until_ms) = pause.until_ms else {
        return Some(words.clone());
    };
    let second = |ms: i64| (ms + 999) / 1000;
    let until = zone.short_time(second(until_ms) * 1000);
    let left = u64::try_from(second(until_ms - now_ms)).unwrap_or_default();
    (left > 0).then(|| format!("{words}, until {until} ({} left)", duration(left * 1000)))
}

#[cfg(test)]
pub(in crate::features) mod tests {
    use super::*;
    use crate::features::fixtures::{dataset, range};
    use windrow_protocol::Expected;

    pub(in crate::features) fn progress(
        gap: (i64, i64),
        kept: i64,
        rows: u64,
        expected: Option<u64>,
    ) -> Progress {
        Progress {
            gap: range(gap.0, gap.1),
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

    pub(in crate::features) fn firewall() -> Dataset {
        dataset("firewall")
    }

    pub(in crate::features) fn begun(mode: RunMode) -> Running {
        Running::new(firewall(), range(0, 100), mode, 0)
    }

    #[test]
    fn a_wait_says_why_until_when_and_how_long_it_still_takes() {
        let pause = Pause {
            text: "Waiting: the rate limit is reached".to_owned(),
            until_ms: Some(36_610_500),
        };
        for (now_ms, left) in [
            (36_600_000, "11 s"),
            (36_609_501, "1 s"),
            (36_000_500, "10 min 10 s"),
        ] {
            let said = format!("{}, until 10:10:11 ({left} left)", pause.text);
            assert_eq!(paused(&pause, now_ms, Zone::Utc), Some(said));
        }
        assert_eq!(paused(&pause, 36_610_500, Zone::Utc), None);
        let unsaid = Pause {
            until_ms: None,
            ..pause.clone()
        };
        assert_eq!(paused(&unsaid, 5, Zone::Utc), Some(pause.text));
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
    fn nothing_is_said_of_the_time_left_while_nothing_comes() {
        let mut running = begun(RunMode::Normal);
        running.heard_ms = 1000;
        running.advance(progress((0, 100), 10, 500, Some(1000)));
        assert!(running.left_seconds(1000 + SILENT_MS - 1).is_some());
        assert!(running.is_silent(1000 + SILENT_MS));
        assert_eq!(running.left_seconds(1000 + SILENT_MS), None);
        // What the log API asks to wait for is no silence.
        let mut waits = progress((0, 100), 10, 500, Some(1000));
        waits.pause = Some(Pause {
            text: "the rate limit is reached".into(),
            until_ms: Some(60_000),
        });
        running.advance(waits);
        assert!(!running.is_silent(59_000) && running.is_silent(61_000));
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
            let window = range(start_ms, end_ms);
            Run::Running(begun(mode)).fills(&firewall(), window)
        };
        assert!(of(RunMode::Normal, (50, 200)));
        assert!(!of(RunMode::Normal, (100, 200)));
        assert!(!of(RunMode::Bypass, (0, 100)));
        let other = dataset("proxy");
        let run = Run::Running(begun(RunMode::Normal));
        assert!(!run.fills(&other, range(0, 100)));
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
            asked: range(0, 100),
        };
        let other = dataset("proxy");
        for run in [Run::Running(running), failed] {
            assert_ne!(run.overlay(&firewall()), Overlay::default());
            assert_eq!(run.overlay(&other), Overlay::default());
        }
    }
}
