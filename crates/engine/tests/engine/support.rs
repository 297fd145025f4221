//! A source whose events are a list, and short words for runs.

use futures_executor::block_on;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use windrow_engine::*;
use windrow_model::batch::EventRef;
use windrow_model::event::Event;
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::FlushSettings;
use windrow_model::{Dataset, EventBatch, TimeRange};
use windrow_source::*;
use windrow_store::memory::MemoryStore;

pub(crate) const PRODUCER: &str = "windrow test";

/// Serves a list of events, as Log Search would with bounds that are both included.
pub(crate) struct Source {
    pub(crate) profile: Profile,
    pub(crate) events: RefCell<Vec<(i64, i64)>>,
    pub(crate) per_page: usize,
    pub(crate) now_ms: Cell<Option<i64>>,
    /// What the count query adds to the truth, once for each entry, then nothing.
    pub(crate) count_lies: RefCell<Vec<u64>>,
    /// Fails the n-th page (from 0), counted over all runs.
    pub(crate) fail_page: RefCell<Option<(usize, SourceError)>>,
    /// Fails the count of the range that begins here.
    pub(crate) fail_count: RefCell<Option<(i64, SourceError)>>,
    /// Throws the switch at the n-th count.
    pub(crate) cancel_at_count: RefCell<Option<(usize, Cancel)>>,
    /// Throws the switch after the n-th page.
    pub(crate) cancel_after: RefCell<Option<(usize, Cancel)>>,
    pub(crate) beyond_retention: Cell<bool>,
    /// Says only with this page of a chain, counted from 0, and those after it that the range lies beyond retention.
    pub(crate) beyond_retention_from: Cell<Option<usize>>,
    /// Numbers of events that are too large.
    pub(crate) too_large: RefCell<Vec<i64>>,
    pub(crate) asked: RefCell<Vec<String>>,
    /// Whether events on the first and the last bound of a request belong to it.
    pub(crate) includes: Cell<(bool, bool)>,
    /// Whether a page lets others run before it comes.
    pub(crate) yields: Cell<bool>,
    pages: Cell<usize>,
    counts: Cell<usize>,
    /// Requests that are not answered yet, and the most there were.
    pub(crate) under_way: Cell<(usize, usize)>,
}

impl Source {
    pub(crate) fn new(events: impl IntoIterator<Item = i64>) -> Self {
        let events = events
            .into_iter()
            .enumerate()
            .map(|(number, ms)| (ms, (number as i64 + 1) * 4096))
            .collect();
        Self {
            profile: Profile {
                source: LOG_SEARCH.into(),
                order: Order::Ascending,
                bounds: Bounds::Unknown,
                page_limit: 500,
                settle_ms: 60,
            },
            events: RefCell::new(events),
            per_page: 10,
            now_ms: Cell::new(Some(1_000_000)),
            count_lies: RefCell::default(),
            fail_page: RefCell::default(),
            fail_count: RefCell::default(),
            cancel_at_count: RefCell::default(),
            cancel_after: RefCell::default(),
            beyond_retention: Cell::new(false),
            beyond_retention_from: Cell::new(None),
            too_large: RefCell::default(),
            asked: RefCell::default(),
            includes: Cell::new((true, true)),
            yields: Cell::new(false),
            pages: Cell::new(0),
            counts: Cell::new(0),
            under_way: Cell::new((0, 0)),
        }
    }

    /// Lets others run before a request is answered, where that is wanted.
    async fn answer(&self) {
        let (now, most) = self.under_way.get();
        self.under_way.set((now + 1, most.max(now + 1)));
        turn(self.yields.get()).await;
        let (now, most) = self.under_way.get();
        self.under_way.set((now - 1, most));
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

    /// Fails the n-th page after those asked for so far.
    pub(crate) fn fail_page_from_now(&self, nth: usize, error: SourceError) {
        *self.fail_page.borrow_mut() = Some((self.pages.get() + nth, error));
    }

    fn of(&self, range: TimeRange) -> Vec<(i64, i64)> {
        let (first, last) = self.includes.get();
        let (from, to) = self.profile.asked(range);
        let asked = from + i64::from(!first)..to + i64::from(last);
        self.events
            .borrow()
            .iter()
            .filter(|(ms, _)| asked.contains(ms))
            .copied()
            .collect()
    }
}

impl LogSource for Source {
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
        self.asked
            .borrow_mut()
            .push(format!("count {}", slice.range));
        let count = self.counts.replace(self.counts.get() + 1);
        self.answer().await;
        if let Some((at, cancel)) = &*self.cancel_at_count.borrow()
            && *at == count
        {
            cancel.cancel();
        }
        if let Some((start_ms, error)) = &*self.fail_count.borrow()
            && *start_ms == slice.range.start_ms()
        {
            return Err(error.clone());
        }
        let lie = self.count_lies.borrow_mut().pop().unwrap_or(0);
        Ok(Count {
            events: self.of(slice.range).len() as u64 + lie,
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
        Ok(cursor(slice.range, 0))
    }

    async fn page(
        &self,
        cursor: &Cursor,
        into: &mut EventBatch,
        _: &dyn Fn(Notice),
    ) -> Result<Page, SourceError> {
        self.asked.borrow_mut().push(format!("page {}", cursor.0));
        let (range, skip) = place(cursor);
        let page = self.pages.replace(self.pages.get() + 1);
        self.answer().await;
        if let Some((failing, error)) = &*self.fail_page.borrow()
            && *failing == page
        {
            return Err(error.clone());
        }
        if let Some((at, cancel)) = &*self.cancel_after.borrow()
            && *at == page
        {
            cancel.cancel();
        }
        let all = self.of(range);
        let (sent, mut page) = page_of(&all, range, skip, self.per_page);
        for (ms, number) in sent {
            if self.too_large.borrow().contains(number) {
                page.refused.push(Refused {
                    timestamp_ms: *ms,
                    id: Some(number.to_string()),
                    bytes: 17 << 20,
                });
            } else {
                send(into, *ms, *number);
            }
        }
        page.server_ms = self.now_ms.get();
        let from = self.beyond_retention_from.get();
        page.beyond_retention = from.is_some_and(|from| skip >= from * self.per_page);
        Ok(page)
    }
}

/// Where a page of a list begins: in which range, and after how many of its events.
pub(crate) fn cursor(range: TimeRange, skip: usize) -> Cursor {
    Cursor(format!("{} {} {skip}", range.start_ms(), range.end_ms()))
}

/// What a cursor says.
pub(crate) fn place(cursor: &Cursor) -> (TimeRange, usize) {
    let numbers: Vec<i64> = cursor.0.split(' ').map(|n| n.parse().unwrap()).collect();
    (range(numbers[0], numbers[1]), numbers[2] as usize)
}

/// The events of a page of a list, and what is told with them.
pub(crate) fn page_of<E>(all: &[E], range: TimeRange, skip: usize, most: usize) -> (&[E], Page) {
    let next = all.len().min(skip + most);
    let sent = &all[skip..next];
    let page = Page {
        received: sent.len() as u64,
        refused: Vec::new(),
        verdict: if next < all.len() {
            Verdict::More(cursor(range, next))
        } else {
            Verdict::Complete
        },
        beyond_retention: false,
        server_ms: None,
        requests: 1,
        bytes: 100,
    };
    (sent, page)
}

/// Appends an event to a page.
pub(crate) fn send(into: &mut EventBatch, ms: i64, number: i64) {
    let message = format!("event {number} at {ms}");
    into.push(EventRef {
        timestamp_ms: ms,
        sequence_number: Some(number),
        log_id: "log",
        message: &message,
        ..EventRef::default()
    });
}

/// Lets everything else that is under way go on first, where that is wanted.
pub(crate) async fn turn(mut waits: bool) {
    poll_fn(|context| {
        if std::mem::take(&mut waits) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
}

/// What the `run`th run asks for.
pub(crate) fn request(
    run: u32,
    window: TimeRange,
    mode: Mode,
    flush: FlushSettings,
) -> IngestRequest {
    IngestRequest {
        dataset: dataset(),
        window,
        mode,
        flush,
        run_id: format!("{run:08x}"),
        producer: PRODUCER.into(),
        summary: true,
    }
}

/// A clock that moves only when it is waited on.
#[derive(Default)]
pub(crate) struct StillClock(Cell<i64>);

impl Clock for StillClock {
    fn now_ms(&self) -> i64 {
        self.0.replace(self.0.get() + 1)
    }

    async fn sleep(&self, wait_ms: u64) {
        self.0.set(self.0.get() + wait_ms as i64);
    }
}

/// Hears every event of a run, and may do something at one.
pub(crate) type Then = Box<dyn Fn(&Event)>;

#[derive(Default)]
pub(crate) struct Heard(
    pub(crate) RefCell<Vec<Event>>,
    pub(crate) RefCell<Option<Then>>,
);

impl Observe for Heard {
    fn event(&self, event: Event) {
        if let Some(then) = &*self.1.borrow() {
            then(&event);
        }
        self.0.borrow_mut().push(event);
    }

    fn progress(&self, _: Progress) {}
}

pub(crate) struct Bench {
    pub(crate) store: Rc<MemoryStore>,
    pub(crate) source: Source,
    pub(crate) flush: FlushSettings,
    pub(crate) clock: StillClock,
    pub(crate) heard: Heard,
    runs: Cell<u32>,
}

impl Bench {
    pub(crate) fn new(events: impl IntoIterator<Item = i64>) -> Self {
        Self {
            store: Rc::new(MemoryStore::new()),
            source: Source::new(events),
            flush: FlushSettings {
                rows: 20,
                parallel: 1,
                ..FlushSettings::default()
            },
            clock: StillClock::default(),
            heard: Heard::default(),
            runs: Cell::new(0),
        }
    }

    pub(crate) fn run(&self, from: i64, to: i64, mode: Mode) -> Result<Receipt, EngineError> {
        self.run_under(from, to, mode, &Cancel::new())
    }

    pub(crate) fn run_under(
        &self,
        from: i64,
        to: i64,
        mode: Mode,
        cancel: &Cancel,
    ) -> Result<Receipt, EngineError> {
        self.runs.set(self.runs.get() + 1);
        let request = request(self.runs.get(), range(from, to), mode, self.flush);
        let ports = Ports {
            store: &self.store,
            source: &self.source,
            clock: &self.clock,
            observer: &self.heard,
        };
        block_on(ingest(ports, &request, cancel))
    }

    pub(crate) fn fetch(&self, from: i64, to: i64) -> Receipt {
        self.run(from, to, Mode::Normal).unwrap()
    }

    pub(crate) fn open(&self, from: i64, to: i64) -> Opened<MemoryStore> {
        block_on(open(Rc::clone(&self.store), &dataset(), range(from, to))).unwrap()
    }

    /// Times of the rows a window gives.
    pub(crate) fn times(&self, from: i64, to: i64) -> Vec<i64> {
        let opened = self.open(from, to);
        let rows = block_on(opened.rows(0, usize::MAX)).unwrap();
        assert_eq!(rows.events.len() as u64, opened.row_count());
        rows.events.timestamps
    }

    /// Claims and rows of all parts, in order.
    pub(crate) fn parts(&self) -> Vec<(i64, i64, u64)> {
        block_on(segments(&*self.store, &dataset()))
            .unwrap()
            .into_iter()
            .flat_map(|segment| segment.parts)
            .map(|part| (part.claim.start_ms(), part.claim.end_ms(), part.rows))
            .collect()
    }

    pub(crate) fn file(&self, path: &str) -> bytes::Bytes {
        use windrow_store::BlobStore;
        let listed = block_on(self.store.list("")).unwrap();
        let info = listed.iter().find(|info| info.path == path).unwrap();
        block_on(self.store.read(path, 0..info.size)).unwrap()
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        use windrow_store::BlobStore;
        block_on(self.store.list(""))
            .unwrap()
            .into_iter()
            .map(|info| info.path)
            .collect()
    }

    pub(crate) fn event_names(&self) -> Vec<String> {
        self.heard
            .0
            .borrow()
            .iter()
            .map(|event| {
                serde_json::to_value(event).unwrap()["event"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    }
}

pub(crate) fn dataset() -> Dataset {
    Dataset::new(LOG_SEARCH, "log", "").unwrap()
}

pub(crate) fn range(from: i64, to: i64) -> TimeRange {
    TimeRange::new(from, to).unwrap()
}

pub(crate) fn unavailable() -> SourceError {
    SourceError::Failed {
        host: "api.example".into(),
        status: 503,
        attempts: 4,
        reason: "down".into(),
    }
}
