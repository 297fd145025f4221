//! A source whose events are a list, which pages, counts, fails and lies as a test wants it.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use windrow_engine::CancellationToken;
use windrow_model::batch::EventRef;
use windrow_model::identity::LOG_SEARCH;
use windrow_model::{Coverage, EventBatch, TimeRange};
use windrow_source::*;
use windrow_store::SimulatedDisk;

/// How it pages.
#[derive(Clone, Copy)]
pub(crate) enum Paging {
    /// So many events a page.
    Chain(usize),
    /// So many events a page, from the last time on, which is given once more.
    Keyset(usize),
    /// So many milliseconds a page.
    Slices { ms: i64, sorted: bool },
}

/// Without further ado it is as Log Search is: ascending, with bounds that are both included.
#[derive(Clone)]
pub(crate) struct FakeSource {
    pub(crate) profile: Profile,
    pub(crate) paging: Paging,
    /// Whether its events have sequence numbers; else they have ids.
    pub(crate) has_numbers: bool,
    /// Whether messages are key=value pairs.
    pub(crate) message_fields: bool,
    /// Characters of a message at least.
    pub(crate) message_chars: usize,
    /// Times and numbers, in the order in which they are sent.
    pub(crate) events: RefCell<Vec<(i64, i64)>>,
    pub(crate) now_ms: Cell<Option<i64>>,
    /// Whether events on the first and the last bound of a request belong to it.
    pub(crate) includes: Cell<(bool, bool)>,
    /// What counts add to the truth, the last entry first, once each.
    pub(crate) count_lies: RefCell<Vec<u64>>,
    /// Fails the n-th page (from 0), counted over all runs, once.
    fail_page: RefCell<Option<(usize, SourceError)>>,
    /// Fails the count of the range that begins here.
    pub(crate) fail_count: RefCell<Option<(i64, SourceError)>>,
    /// What is cancelled at the n-th count, and after the n-th page.
    pub(crate) cancel: RefCell<CancellationToken>,
    pub(crate) cancel_at_count: Cell<Option<usize>>,
    cancel_after: Cell<Option<usize>>,
    pub(crate) beyond_retention: Cell<bool>,
    /// Says only with this page of a chain, counted from 0, and those after it that the range lies beyond retention.
    pub(crate) beyond_retention_from: Cell<Option<usize>>,
    /// Numbers of events that are too large.
    pub(crate) too_large: RefCell<Vec<i64>>,
    /// Whether others go on before an answer comes.
    pub(crate) yields: Cell<bool>,
    /// Once this has stopped, the process has, and nothing more is answered.
    pub(crate) disk: Option<Rc<SimulatedDisk>>,
    /// Every request.
    pub(crate) asked: RefCell<Vec<String>>,
    /// What was sent from end to end, or up to the newest event sent in order.
    pub(crate) proven: RefCell<Coverage>,
    /// Requests that are not answered yet, and the most there were.
    pub(crate) under_way: Cell<(usize, usize)>,
    pages: Cell<usize>,
    counts: Cell<usize>,
}

impl FakeSource {
    pub(crate) fn new(events: Vec<(i64, i64)>) -> Self {
        Self {
            profile: Profile {
                source: LOG_SEARCH.into(),
                order: Order::Ascending,
                bounds: Bounds::Unknown,
                page_limit: 500,
                requests_per_page: 1,
                documented_quota: None,
                max_event_bytes: 16 << 20,
                settle_ms: 60,
            },
            paging: Paging::Chain(10),
            has_numbers: true,
            message_fields: false,
            message_chars: 0,
            events: RefCell::new(events),
            now_ms: Cell::new(Some(1_000_000)),
            includes: Cell::new((true, true)),
            count_lies: RefCell::default(),
            fail_page: RefCell::default(),
            fail_count: RefCell::default(),
            cancel: RefCell::default(),
            cancel_at_count: Cell::default(),
            cancel_after: Cell::default(),
            beyond_retention: Cell::default(),
            beyond_retention_from: Cell::default(),
            too_large: RefCell::default(),
            yields: Cell::default(),
            disk: None,
            asked: RefCell::default(),
            proven: RefCell::default(),
            under_way: Cell::default(),
            pages: Cell::default(),
            counts: Cell::default(),
        }
    }

    pub(crate) fn add(&self, ms: i64) {
        let mut events = self.events.borrow_mut();
        let number = (events.len() as i64 + 1) * 4096;
        events.push((ms, number));
        events.sort_unstable();
    }

    pub(crate) fn take_asked(&self) -> Vec<String> {
        self.asked.take()
    }

    /// Fails the n-th page after those asked for so far, once.
    pub(crate) fn fail_page_from_now(&self, nth: usize, error: SourceError) {
        self.fail_page
            .replace(Some((self.pages.get() + nth, error)));
    }

    /// Cancels after the n-th page from now, once.
    pub(crate) fn cancel_page_from_now(&self, nth: usize) {
        self.cancel_after.set(Some(self.pages.get() + nth));
    }

    /// Fails and cancels nothing more.
    pub(crate) fn behave(&self) {
        self.fail_page.take();
        self.cancel_after.take();
    }

    /// Its events in a range, as it applies the bounds.
    fn of(&self, range: TimeRange) -> impl Fn(&&(i64, i64)) -> bool {
        let (first, last) = self.includes.get();
        let (from, to) = self.profile.asked(range);
        let asked = from + i64::from(!first)..to + i64::from(last);
        move |(ms, _)| asked.contains(ms)
    }

    /// Lets others run before a request is answered, where that is wanted. A process that has stopped is not answered.
    async fn answer(&self) -> Result<(), SourceError> {
        let (now, most) = self.under_way.get();
        self.under_way.set((now + 1, most.max(now + 1)));
        turn(self.yields.get()).await;
        let (now, most) = self.under_way.get();
        self.under_way.set((now - 1, most));
        match &self.disk {
            Some(disk) if disk.is_stopped() => Err(unavailable()),
            _ => Ok(()),
        }
    }

    /// The events of a page, and what follows it.
    fn sent(&self, range: TimeRange, at: i64) -> (Vec<(i64, i64)>, Verdict) {
        let events = self.events.borrow();
        let find = |range| events.iter().filter(self.of(range)).copied();
        let (mut sent, next) = match self.paging {
            Paging::Chain(size) => {
                let rest = find(range).skip(at as usize);
                let mut sent: Vec<_> = rest.take(size + 1).collect();
                let more = sent.len() > size;
                sent.truncate(size);
                (sent, more.then_some(at + size as i64))
            }
            Paging::Keyset(size) => {
                let from = range_of(at, range.end_ms());
                let mut sent: Vec<_> = find(from).take(size + 1).collect();
                let more = sent.len() > size;
                sent.truncate(size);
                let last = sent.last().map_or(at, |(ms, _)| *ms);
                assert!(!more || last > at, "a page of one time leads nowhere");
                (sent, more.then_some(last))
            }
            Paging::Slices { ms, .. } => {
                let to = (at + ms).min(range.end_ms());
                let next = (to < range.end_ms()).then_some(to);
                (find(range_of(at, to)).collect(), next)
            }
        };
        if let Paging::Slices { sorted: true, .. } = self.paging {
            sent.sort_unstable();
        }
        let verdict = next.map_or(Verdict::Complete, |next| Verdict::More(cursor(range, next)));
        (sent, verdict)
    }

    fn prove(&self, range: TimeRange, until_ms: i64) {
        let now_ms = self.now_ms.get().unwrap_or_default();
        let until_ms = until_ms.min(now_ms - self.profile.settle_ms);
        let Some(proven) = range.before(until_ms) else {
            return;
        };
        let mut proven: Coverage = [proven].into_iter().collect();
        let too_large = self.too_large.borrow();
        if !too_large.is_empty() {
            let events = self.events.borrow();
            let refused = events.iter().filter(|event| too_large.contains(&event.1));
            proven = proven.minus(&refused.map(|(ms, _)| range_of(*ms, ms + 1)).collect());
        }
        self.proven.replace_with(|before| before.union(&proven));
    }

    fn push(&self, into: &mut EventBatch, (ms, number): (i64, i64)) {
        let id = format!("id-{number}");
        let text = match self.message_chars {
            0 if self.message_fields => format!("kind=event number={number}"),
            0 => format!("event {number} at {ms}"),
            chars => format!("{number:0chars$}"),
        };
        into.push(EventRef {
            timestamp_ms: ms,
            sequence_number: self.has_numbers.then_some(number),
            event_id: (!self.has_numbers).then_some(&id),
            log_id: "log",
            message: &text,
            ..EventRef::default()
        });
    }
}

impl LogSource for FakeSource {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn requests(&self) -> u64 {
        (self.pages.get() + self.counts.get()) as u64
    }

    async fn logs(&self, _: &dyn Fn(Notice)) -> Result<Vec<LogInfo>, SourceError> {
        Ok(Vec::new())
    }

    async fn count(&self, slice: &SliceRequest, _: &dyn Fn(Notice)) -> Result<Count, SourceError> {
        let asked = format!("count {}", slice.range);
        self.asked.borrow_mut().push(asked);
        let count = self.counts.replace(self.counts.get() + 1);
        self.answer().await?;
        if self.cancel_at_count.get() == Some(count) {
            self.cancel.borrow().cancel();
        }
        if let Some((start_ms, error)) = &*self.fail_count.borrow()
            && *start_ms == slice.range.start_ms()
        {
            return Err(error.clone());
        }
        let lie = self.count_lies.borrow_mut().pop().unwrap_or(0);
        let events = self.events.borrow();
        Ok(Count {
            events: events.iter().filter(self.of(slice.range)).count() as u64 + lie,
            server_ms: self.now_ms.get(),
            requests: 1,
            beyond_retention: self.beyond_retention.get(),
        })
    }

    fn first(&self, slice: &SliceRequest) -> Result<Cursor, SourceError> {
        if slice.query.contains("calculate") {
            return Err(SourceError::Aggregates {
                word: "calculate".into(),
            });
        }
        let at = match self.paging {
            Paging::Chain(_) => 0,
            Paging::Keyset(_) | Paging::Slices { .. } => slice.range.start_ms(),
        };
        Ok(cursor(slice.range, at))
    }

    async fn page(
        &self,
        cursor: &Cursor,
        into: &mut EventBatch,
        _: &dyn Fn(Notice),
    ) -> Result<Page, SourceError> {
        self.asked.borrow_mut().push(format!("page {}", cursor.0));
        let page = self.pages.replace(self.pages.get() + 1);
        self.answer().await?;
        let is_failing = |failing: &mut (usize, SourceError)| failing.0 == page;
        if let Some((_, error)) = self.fail_page.borrow_mut().take_if(is_failing) {
            return Err(error);
        }
        if self.cancel_after.get() == Some(page) {
            self.cancel.borrow().cancel();
        }
        let numbers: Vec<i64> = cursor.0.split(' ').map(|n| n.parse().unwrap()).collect();
        let (range, at) = (range_of(numbers[0], numbers[1]), numbers[2]);
        let (sent, verdict) = self.sent(range, at);
        let mut refused = Vec::new();
        for event in &sent {
            if self.too_large.borrow().contains(&event.1) {
                refused.push(Refused {
                    timestamp_ms: event.0,
                    id: Some(event.1.to_string()),
                    bytes: 17 << 20,
                });
            } else {
                self.push(into, *event);
            }
        }
        if verdict == Verdict::Complete {
            self.prove(range, range.end_ms());
        } else if self.profile.order == Order::Ascending
            && let Some((newest_ms, _)) = sent.last()
        {
            self.prove(range, *newest_ms);
        }
        let from = self.beyond_retention_from.get();
        let is_beyond = |from| match self.paging {
            Paging::Chain(size) => at as usize >= from * size,
            Paging::Keyset(_) | Paging::Slices { .. } => false,
        };
        Ok(Page {
            received: sent.len() as u64,
            refused,
            verdict,
            beyond_retention: from.is_some_and(is_beyond),
            server_ms: self.now_ms.get(),
            requests: 1,
            bytes: 100,
        })
    }
}

/// Where a page begins: in which range, and after how many of its events or at which time.
fn cursor(range: TimeRange, at: i64) -> Cursor {
    Cursor(format!("{} {} {at}", range.start_ms(), range.end_ms()))
}

fn range_of(start_ms: i64, end_ms: i64) -> TimeRange {
    TimeRange::new(start_ms, end_ms).unwrap()
}

/// Lets everything else that is under way go on first, where that is wanted.
async fn turn(mut waits: bool) {
    poll_fn(|context| {
        if std::mem::take(&mut waits) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
}

/// Times as events, numbered in their order.
pub(crate) fn numbered(times: impl IntoIterator<Item = i64>) -> Vec<(i64, i64)> {
    let times = times.into_iter().enumerate();
    times.map(|(at, ms)| (ms, (at as i64 + 1) * 4096)).collect()
}

pub(crate) fn unavailable() -> SourceError {
    SourceError::Failed {
        host: "api.example".into(),
        status: 503,
        attempts: 4,
        reason: "down".into(),
    }
}
