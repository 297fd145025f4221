//! A source whose events are a list, and which remembers what it has proven to whoever asked.

use crate::support::{cursor, page_of, place, send, turn, unavailable};
use std::cell::RefCell;
use std::rc::Rc;
use windrow_engine::Cancel;
use windrow_model::identity::LOG_SEARCH;
use windrow_model::{Coverage, EventBatch, TimeRange};
use windrow_source::*;
use windrow_store::SimulatedDisk;

const PER_PAGE: usize = 7;
const SETTLE_MS: i64 = 60;

/// What the source is and has done.
#[derive(Clone, Default)]
pub(crate) struct Facts {
    /// Times and numbers, in the order in which they are sent.
    pub(crate) events: Vec<(i64, i64)>,
    pub(crate) now_ms: i64,
    /// How many counts to come are one too high.
    pub(crate) wrong_counts: u32,
    /// After how many pages one fails, once.
    pub(crate) fails_after: Option<u32>,
    /// After how many pages the run that asks is stopped by its user, once.
    pub(crate) cancelled_after: Option<u32>,
    /// Numbers of events that are too large to be taken in.
    pub(crate) too_large: Vec<i64>,
    /// What it had once and has no more.
    pub(crate) expired: Vec<(i64, i64)>,
    /// What was sent from end to end, or up to the newest event sent in order.
    pub(crate) proven: Coverage,
}

pub(crate) struct Truth {
    profile: Profile,
    pub(crate) facts: RefCell<Facts>,
    /// Whether a page lets others go on before it comes.
    takes_turns: bool,
    /// A process that has stopped asks nothing more.
    disk: Rc<SimulatedDisk>,
    /// Stops the run that asks.
    pub(crate) cancel: RefCell<Cancel>,
}

impl Truth {
    pub(crate) fn new(
        facts: Facts,
        order: Order,
        takes_turns: bool,
        disk: &Rc<SimulatedDisk>,
    ) -> Self {
        Self {
            profile: Profile {
                source: LOG_SEARCH.into(),
                order,
                bounds: Bounds::Unknown,
                // Long gaps count as so many pages that they are cut where several ranges run at once.
                page_limit: 1,
                settle_ms: SETTLE_MS,
            },
            facts: RefCell::new(facts),
            takes_turns,
            disk: Rc::clone(disk),
            cancel: RefCell::default(),
        }
    }

    /// What a slice asks for.
    fn of(&self, range: TimeRange) -> Vec<(i64, i64)> {
        let asked = (range.start_ms() - 1).max(0)..=range.end_ms();
        let facts = self.facts.borrow();
        let events = facts.events.iter().filter(|(ms, _)| asked.contains(ms));
        events.copied().collect()
    }

    fn prove(&self, range: TimeRange, until_ms: i64) {
        let mut facts = self.facts.borrow_mut();
        let until_ms = until_ms.min(facts.now_ms - SETTLE_MS);
        if let Some(proven) = range.before(until_ms) {
            let mut proven: Coverage = [proven].into_iter().collect();
            for (ms, number) in &facts.events {
                if facts.too_large.contains(number) {
                    let lacking = TimeRange::new(*ms, ms + 1).unwrap();
                    proven = proven.minus(&[lacking].into_iter().collect());
                }
            }
            facts.proven = facts.proven.union(&proven);
        }
    }

    fn refuse_the_stopped(&self) -> Result<(), SourceError> {
        if self.disk.is_stopped() {
            return Err(unavailable());
        }
        Ok(())
    }
}

/// Counts a page off; true once, after the last.
fn is_due(pages: &mut Option<u32>) -> bool {
    let left = pages.take();
    *pages = left.and_then(|left| left.checked_sub(1));
    left == Some(0)
}

impl LogSource for Truth {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn requests(&self) -> u64 {
        0
    }

    async fn logs(&self, _: &dyn Fn(Notice)) -> Result<Vec<LogInfo>, SourceError> {
        Ok(Vec::new())
    }

    async fn count(&self, slice: &SliceRequest, _: &dyn Fn(Notice)) -> Result<Count, SourceError> {
        self.refuse_the_stopped()?;
        let events = self.of(slice.range).len() as u64;
        let mut facts = self.facts.borrow_mut();
        let lie = u64::from(facts.wrong_counts > 0);
        facts.wrong_counts = facts.wrong_counts.saturating_sub(1);
        Ok(Count {
            events: events + lie,
            server_ms: Some(facts.now_ms),
            requests: 1,
            beyond_retention: false,
        })
    }

    fn first(&self, slice: &SliceRequest) -> Result<Cursor, SourceError> {
        let range = slice.range;
        Ok(cursor(range, 0))
    }

    async fn page(
        &self,
        cursor: &Cursor,
        into: &mut EventBatch,
        _: &dyn Fn(Notice),
    ) -> Result<Page, SourceError> {
        turn(self.takes_turns).await;
        self.refuse_the_stopped()?;
        if is_due(&mut self.facts.borrow_mut().fails_after) {
            return Err(unavailable());
        }
        if is_due(&mut self.facts.borrow_mut().cancelled_after) {
            self.cancel.borrow().cancel();
        }
        let (range, skip) = place(cursor);
        let all = self.of(range);
        let (sent, mut page) = page_of(&all, range, skip, PER_PAGE);
        for (ms, number) in sent {
            if self.facts.borrow().too_large.contains(number) {
                page.refused.push(Refused {
                    timestamp_ms: *ms,
                    id: Some(number.to_string()),
                    bytes: 17 << 20,
                });
            } else {
                send(into, *ms, *number);
            }
        }
        if page.verdict == Verdict::Complete {
            self.prove(range, range.end_ms());
        } else if self.profile.order == Order::Ascending
            && let Some((newest_ms, _)) = sent.last()
        {
            self.prove(range, *newest_ms);
        }
        page.server_ms = Some(self.facts.borrow().now_ms);
        Ok(page)
    }
}
