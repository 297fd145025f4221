//! A disk, a source, and what was promised so far.

use super::dice::Dice;
use crate::fake_source::{FakeSource, Paging, numbered};
use crate::support::{StillClock, dataset, range, request};
use futures_executor::block_on;
use std::cell::{Cell, Ref, RefCell};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use windrow_engine::*;
use windrow_model::Coverage;
use windrow_model::settings::{Compression, FlushSettings};
use windrow_source::Order;
use windrow_store::SimulatedDisk;
use windrow_store::disk::Fate;

/// The window every script ends with.
pub(crate) const WINDOW: (i64, i64) = (0, 100);

/// Where bypass runs write.
const BESIDE: &str = "_bypass/";

/// The disk has stopped: the script is over.
#[derive(Debug)]
pub(crate) struct Stopped;

pub(crate) struct World {
    pub(crate) disk: Rc<SimulatedDisk>,
    pub(crate) source: FakeSource,
    clock: StillClock,
    runs: Cell<u32>,
    flush_rows: Cell<usize>,
    parallel: usize,
    found: RefCell<Held>,
    /// What was claimed at the end of the last step, less what a step was to give up.
    pub(crate) promised: RefCell<Coverage>,
    /// Files that were damaged on purpose or by a power cut.
    pub(crate) harmed: RefCell<BTreeSet<String>>,
    /// What those claimed.
    pub(crate) harmed_claims: RefCell<Coverage>,
    /// Whether parts may claim the same milliseconds: copied, resurrected, or written without a lock.
    pub(crate) may_overlap: Cell<bool>,
    /// Files that hold more rows than what was fetched in their place: removing one loses rows.
    pub(crate) irreplaceable: RefCell<BTreeSet<String>>,
    /// Where the source broke its own order: a claim may rest on it.
    pub(crate) lied: RefCell<Coverage>,
    /// What the source had once and has no more.
    pub(crate) expired: RefCell<Vec<(i64, i64)>>,
}

/// An event every few milliseconds, some of them two at once: a handful of pages and of parts.
pub(crate) fn plain_events() -> Vec<(i64, i64)> {
    let times = (0..100).filter(|ms| ms % 4 == 0 || ms % 9 == 0);
    numbered(times.flat_map(|ms| if ms % 20 == 0 { vec![ms; 2] } else { vec![ms] }))
}

impl World {
    /// Ranges are fetched one after the other.
    pub(crate) fn new(disk: SimulatedDisk) -> Self {
        Self::fetching(disk, 1)
    }

    /// So many ranges are under way at once, and take turns at every page and every operation.
    pub(crate) fn fetching(disk: SimulatedDisk, parallel: usize) -> Self {
        let mut source = FakeSource::new(plain_events());
        source.paging = Paging::Chain(7);
        // Long gaps count as so many pages that they are split where several ranges run at once.
        source.profile.page_limit = 1;
        Self::with(disk, source, parallel)
    }

    fn with(disk: SimulatedDisk, mut source: FakeSource, parallel: usize) -> Self {
        let disk = Rc::new(disk);
        if parallel > 1 {
            disk.take_turns();
        }
        source.yields.set(parallel > 1);
        source.disk = Some(Rc::clone(&disk));
        Self {
            source,
            parallel,
            disk,
            clock: StillClock::default(),
            runs: Cell::default(),
            flush_rows: Cell::new(8),
            found: RefCell::default(),
            promised: RefCell::default(),
            harmed: RefCell::default(),
            harmed_claims: RefCell::default(),
            may_overlap: Cell::default(),
            irreplaceable: RefCell::default(),
            lied: RefCell::default(),
            expired: RefCell::default(),
        }
    }

    /// The same with a source that sends in any order.
    pub(crate) fn make_unordered(&mut self) {
        self.source.profile.order = Order::Unordered;
        let mut events = self.source.events.borrow_mut();
        events.reverse();
        events.swap(3, 30);
    }

    /// Another world with the same past, in which the disk has been started again.
    pub(crate) fn fork(&self) -> Self {
        self.source.take_asked();
        let fork = Self::with(self.disk.fork(), self.source.clone(), self.parallel);
        fork.runs.set(self.runs.get());
        fork.promised.replace(self.promised.borrow().clone());
        fork.harmed.replace(self.harmed.borrow().clone());
        fork.harmed_claims
            .replace(self.harmed_claims.borrow().clone());
        fork.may_overlap.set(self.may_overlap.get());
        fork.irreplaceable
            .replace(self.irreplaceable.borrow().clone());
        fork.lied.replace(self.lied.borrow().clone());
        fork.expired.replace(self.expired.borrow().clone());
        fork
    }

    /// One part that holds the whole window.
    pub(crate) fn make_big_part(&self) {
        let rows = self.flush_rows.replace(10_000);
        self.fetch(0, 100).unwrap();
        self.flush_rows.set(rows);
    }

    /// Everything the source has, in order.
    pub(crate) fn events(&self) -> Vec<(i64, i64)> {
        let mut events = self.source.events.borrow().clone();
        events.sort_unstable();
        events
    }

    fn request(&self, from: i64, to: i64, mode: Mode) -> IngestRequest {
        self.runs.set(self.runs.get() + 1);
        let flush = FlushSettings {
            rows: self.flush_rows.get(),
            parallel: self.parallel,
            // A codec's contexts cost more than all that is tried here.
            compression: Compression::None,
            ..FlushSettings::default()
        };
        request(self.runs.get(), range(from, to), mode, flush)
    }

    pub(crate) async fn ingest(
        &self,
        from: i64,
        to: i64,
        mode: Mode,
    ) -> Result<Receipt, EngineError> {
        let request = self.request(from, to, mode);
        let cancel = CancellationToken::new();
        self.source.cancel.replace(cancel.clone());
        let ports = Ports {
            store: &self.disk,
            source: &self.source,
            clock: &self.clock,
            observer: &Silent,
        };
        ingest(ports, &request, &cancel).await
    }

    /// A run as a step of a script.
    pub(crate) fn run(
        &self,
        from: i64,
        to: i64,
        mode: Mode,
    ) -> Result<Result<Receipt, EngineError>, Stopped> {
        let before = self.cache();
        let outcome = block_on(self.ingest(from, to, mode));
        if mode == Mode::Bypass {
            assert_eq!(self.cache(), before, "a bypass run touched the cache");
        }
        self.end_step()?;
        Ok(outcome)
    }

    pub(crate) fn fetch(&self, from: i64, to: i64) -> Result<(), Stopped> {
        self.run(from, to, Mode::Normal).map(drop)
    }

    /// Two runs on one disk, whose operations come in the order the dice say.
    pub(crate) fn two_at_once(&self, one: (i64, i64), other: (i64, i64)) -> Result<(), Stopped> {
        self.disk.take_turns();
        let mut dice = Dice::new(7);
        let one = self.ingest(one.0, one.1, Mode::Normal);
        let other = self.ingest(other.0, other.1, Mode::Normal);
        let (one, other) = (pin!(one), pin!(other));
        let mut runs: Vec<Pin<&mut dyn Future<Output = _>>> = vec![one, other];
        let waker = futures_util::task::noop_waker();
        while !runs.is_empty() {
            let at = dice.below(runs.len() as u64) as usize;
            let polled = runs[at].as_mut().poll(&mut Context::from_waker(&waker));
            if let Poll::Ready(outcome) = polled {
                let _: Result<Receipt, EngineError> = outcome;
                let last = runs.len() - 1;
                runs.swap(at, last);
                runs.truncate(last);
            }
        }
        self.end_step()
    }

    pub(crate) fn delete(&self, selection: &Selection) -> Result<(), Stopped> {
        match selection {
            // A window takes every segment with it that reaches into it.
            Selection::All | Selection::Window(_) => drop(self.promised.take()),
            Selection::Segment(range) => {
                let given_up = [*range].into_iter().collect();
                self.promised
                    .replace_with(|promised| promised.minus(&given_up));
            }
            Selection::Part(_) | Selection::Bypass(_) => {}
        }
        let _ = block_on(delete(&*self.disk, &dataset(), selection));
        self.end_step()
    }

    /// Damages a file at rest.
    pub(crate) fn harm(&self, path: &str, fate: &Fate) {
        if let Some(claimed) = self.claim_of(path) {
            self.harmed_claims
                .replace_with(|claims| claims.union(&claimed));
        }
        self.harmed.borrow_mut().insert(path.to_owned());
        if let Some(bytes) = self.disk.bytes(path).and_then(|bytes| fate.apply(bytes)) {
            self.disk.plant(path, bytes);
        }
    }

    /// The source gets one event more. Gives its millisecond.
    pub(crate) fn add_late_event(&self) -> Coverage {
        let mut events = self.source.events.borrow_mut();
        events.push((71, 1));
        events.sort_unstable();
        [range(71, 72)].into_iter().collect()
    }

    /// The source loses every third event of what a file claims: nothing that is fetched can replace the file any more.
    pub(crate) fn expire(&self, path: &str) {
        let Some(claim) = self.claim_of(path) else {
            return;
        };
        let mut inside = 0;
        let (expired, events) = self.source.events.take().into_iter().partition(|(ms, _)| {
            let is_inside = claim.contains(range(*ms, ms + 1));
            inside += usize::from(is_inside);
            is_inside && inside % 3 == 0
        });
        self.expired.replace(expired);
        self.source.events.replace(events);
        self.irreplaceable.borrow_mut().insert(path.to_owned());
    }

    /// What only a sound file still holds, since the source has lost it.
    pub(crate) fn expired(&self) -> Vec<(i64, i64)> {
        let harmed = self.harmed.borrow();
        match self
            .irreplaceable
            .borrow()
            .iter()
            .any(|path| !harmed.contains(path))
        {
            true => self.expired.borrow().clone(),
            false => Vec::new(),
        }
    }

    fn claim_of(&self, path: &str) -> Option<Coverage> {
        let parts = self.held().parts;
        let part = parts.iter().find(|part| part.path == path)?;
        Some([part.range()].into_iter().collect())
    }

    /// Everything that lies in the cache.
    fn cache(&self) -> Vec<(String, bytes::Bytes)> {
        let mut paths = self.disk.paths();
        paths.retain(|path| !path.starts_with(BESIDE));
        let bytes = |path: String| Some((path.clone(), self.disk.bytes(&path)?));
        paths.into_iter().filter_map(bytes).collect()
    }

    /// The files that lie beside it.
    pub(crate) fn beside(&self) -> Vec<String> {
        let mut paths = self.disk.paths();
        paths.retain(|path| path.starts_with(BESIDE));
        paths
    }

    /// Cuts the power, and notes what it did to which file.
    pub(crate) fn cut_power(&self, dice: &mut Dice) {
        let before = self.held().parts;
        let chosen = self.disk.cut_power(|remnant| dice.fate(remnant));
        for (remnant, fate) in chosen {
            if remnant.state == windrow_store::disk::RemnantState::Removed {
                if fate != Fate::Lost {
                    self.may_overlap.set(true);
                }
                if !matches!(fate, Fate::Kept | Fate::Lost) {
                    // An index from before its removal may still hold its sound footer.
                    if let Some(part) = self
                        .held()
                        .parts
                        .iter()
                        .find(|part| part.path == remnant.path)
                    {
                        self.harmed_claims.replace_with(|claims| {
                            claims.union(&[part.range()].into_iter().collect())
                        });
                    }
                    self.harmed.borrow_mut().insert(remnant.path);
                }
                continue;
            }
            if fate == Fate::Kept {
                continue;
            }
            self.irreplaceable.borrow_mut().remove(&remnant.path);
            if let Some(part) = before.iter().find(|part| part.path == remnant.path) {
                let claim = [part.range()].into_iter().collect();
                self.harmed_claims
                    .replace_with(|claims| claims.union(&claim));
            }
            self.harmed.borrow_mut().insert(remnant.path);
        }
    }

    /// What the last step left, as a scan found it.
    pub(crate) fn found(&self) -> Ref<'_, Held> {
        self.found.borrow()
    }

    /// What a process finds that starts now.
    pub(crate) fn held(&self) -> Held {
        block_on(scan(&self.disk.fork(), &dataset(), None)).unwrap()
    }

    pub(crate) fn parts(&self) -> Vec<String> {
        let mut paths = self.disk.paths();
        paths.retain(|path| path.starts_with("logs/log/") && path.ends_with(".parquet"));
        paths
    }

    fn end_step(&self) -> Result<(), Stopped> {
        if self.disk.is_stopped() {
            return Err(Stopped);
        }
        let held = self.held();
        let covered = held.coverage();
        self.found.replace(held);
        let lost = self.promised.borrow().minus(&covered);
        let harmed = self.harmed_claims.borrow();
        assert!(
            lost.minus(&harmed).is_empty(),
            "a step gave up {lost:?} that was promised"
        );
        self.promised.replace(covered);
        Ok(())
    }
}
