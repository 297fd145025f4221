//! The engine with a store, a source and a clock for tests, and short calls to run and read it.

use crate::fake_source::{FakeSource, numbered};
use futures_executor::block_on;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use windrow_engine::*;
use windrow_model::event::Event;
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::FlushSettings;
use windrow_model::{Dataset, TimeRange};
use windrow_source::Clock;
use windrow_store::memory::MemoryStore;

pub(crate) const PRODUCER: &str = "windrow test";

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
pub(crate) struct Recorder(
    pub(crate) RefCell<Vec<Event>>,
    pub(crate) RefCell<Option<Then>>,
);

impl Observe for Recorder {
    fn event(&self, event: Event) {
        if let Some(then) = &*self.1.borrow() {
            then(&event);
        }
        self.0.borrow_mut().push(event);
    }

    fn progress(&self, _: Progress) {}
}

/// The engine over a store in memory and a source whose every event is known. What its runs tell is recorded.
pub(crate) struct TestEngine {
    pub(crate) store: Rc<MemoryStore>,
    pub(crate) source: FakeSource,
    pub(crate) flush: FlushSettings,
    pub(crate) clock: StillClock,
    pub(crate) recorder: Recorder,
    runs: Cell<u32>,
}

impl TestEngine {
    pub(crate) fn new(events: impl IntoIterator<Item = i64>) -> Self {
        Self {
            store: Rc::new(MemoryStore::new()),
            source: FakeSource::new(numbered(events)),
            flush: FlushSettings {
                rows: 20,
                parallel: 1,
                ..FlushSettings::default()
            },
            clock: StillClock::default(),
            recorder: Recorder::default(),
            runs: Cell::new(0),
        }
    }

    pub(crate) fn run(&self, from: i64, to: i64, mode: Mode) -> Result<Receipt, EngineError> {
        self.run_under(from, to, mode, &CancellationToken::new())
    }

    pub(crate) fn run_under(
        &self,
        from: i64,
        to: i64,
        mode: Mode,
        cancel: &CancellationToken,
    ) -> Result<Receipt, EngineError> {
        self.runs.set(self.runs.get() + 1);
        let request = request(self.runs.get(), range(from, to), mode, self.flush);
        let ports = Ports {
            store: &self.store,
            source: &self.source,
            clock: &self.clock,
            observer: &self.recorder,
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
        let mut files = self.files();
        files.find(|(found, _)| found == path).unwrap().1
    }

    /// Every file, with its path.
    pub(crate) fn files(&self) -> impl Iterator<Item = (String, bytes::Bytes)> {
        use windrow_store::BlobStore;
        let listed = block_on(self.store.list("")).unwrap();
        listed.into_iter().map(|info| {
            let bytes = block_on(self.store.read(&info.path, 0..info.size)).unwrap();
            (info.path, bytes)
        })
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
        self.recorder
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
