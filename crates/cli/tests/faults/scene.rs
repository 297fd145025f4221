//! A log of one line a second, the stand-in that serves it, and an engine that fetches it into memory.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use windrow_cli::http::{NativeHttp, Route};
use windrow_engine::{
    CancellationToken, EngineError, IngestRequest, Mode, Observe, Ports, Progress, Receipt,
    StretchState, ingest, open,
};

use windrow_model::event::Event;
use windrow_model::settings::{FetchSettings, FlushSettings};
use windrow_model::{Coverage, Dataset, EventBatch, TimeRange};
use windrow_source::{ApiKey, Clock, LogApi};
use windrow_stand_in::{FaultScript, RequestKind, RequestRecord, Rule, Running, StandIn, Zone};
use windrow_store::MemoryStore;

/// 2026-11-24T11:00:00Z: the log's first line.
pub(crate) const START_MS: i64 = 1_795_518_000_000;
/// Lines of the usual log.
pub(crate) const LINES: i64 = 600;
/// The key that the stand-in demands.
pub(crate) const KEY: &str = "0f5e2c1a-key-that-nobody-may-see";

/// Waits by turning the server's clock on, so that nothing is slept and links expire as they would.
#[derive(Clone)]
pub(crate) struct SwiftClock {
    server_ms: Arc<AtomicI64>,
    off_ms: Rc<Cell<i64>>,
    pub(crate) waits: Rc<RefCell<Vec<u64>>>,
}

impl Clock for SwiftClock {
    fn now_ms(&self) -> i64 {
        self.server_ms.load(Ordering::SeqCst) + self.off_ms.get()
    }

    async fn sleep(&self, wait_ms: u64) {
        self.waits.borrow_mut().push(wait_ms);
        self.server_ms
            .fetch_add(i64::try_from(wait_ms).unwrap(), Ordering::SeqCst);
        tokio::task::yield_now().await;
    }
}

#[derive(Default)]
struct Recorder(RefCell<Vec<Event>>);

impl Observe for Recorder {
    fn event(&self, event: Event) {
        self.0.borrow_mut().push(event);
    }

    fn progress(&self, _: Progress) {}
}

/// The log of [`LINES`] lines.
pub(crate) fn seconds() -> String {
    let line = |at: i64| format!("2026-11-24 11:{:02}:{:02} line {at}\n", at / 60, at % 60);
    (0..LINES).map(line).collect()
}

/// A server with its log, and a cache.
pub(crate) struct Scene {
    pub(crate) server: Running,
    pub(crate) clock: SwiftClock,
    pub(crate) settings: FetchSettings,
    pub(crate) body_bytes: u64,
    pub(crate) query: &'static str,
    store: Rc<MemoryStore>,
    recorder: Recorder,
    runs: Cell<u32>,
}

impl Scene {
    /// Ten minutes of one line a second, answered at once at noon, with these faults.
    pub(crate) async fn with(rules: impl IntoIterator<Item = Rule>) -> Self {
        Self::polled(None, rules).await
    }

    /// The same with so many polls a query.
    pub(crate) async fn polled(polls: Option<u32>, rules: impl IntoIterator<Item = Rule>) -> Self {
        Self::of(&seconds(), polls, rules).await
    }

    /// The same of another log.
    pub(crate) async fn of(
        lines: &str,
        polls: Option<u32>,
        rules: impl IntoIterator<Item = Rule>,
    ) -> Self {
        Self::limited(lines, polls, rules, u64::MAX).await
    }

    /// The same with so many requests in fifteen minutes.
    pub(crate) async fn limited(
        lines: &str,
        polls: Option<u32>,
        rules: impl IntoIterator<Item = Rule>,
        quota: u64,
    ) -> Self {
        let server_ms = Arc::new(AtomicI64::new(START_MS + 3_600_000));
        let time = Arc::clone(&server_ms);
        let script: FaultScript = rules.into_iter().collect();
        let server = StandIn::builder()
            .clock(move || time.load(Ordering::SeqCst))
            .api_key(KEY)
            .polls(polls)
            .page_polls(polls)
            .quota(quota)
            .replay_bytes("a.log", lines.as_bytes(), &Zone::UTC)
            .unwrap()
            .faults(script)
            .build()
            .start()
            .await
            .unwrap();
        Self {
            server,
            clock: SwiftClock {
                server_ms,
                off_ms: Rc::default(),
                waits: Rc::default(),
            },
            settings: FetchSettings {
                per_page: 100,
                ..FetchSettings::default()
            },
            body_bytes: 64 << 20,
            query: "",
            store: Rc::new(MemoryStore::new()),
            recorder: Recorder::default(),
            runs: Cell::new(0),
        }
    }

    /// The same at another time of the server's, in seconds of the log.
    pub(crate) fn at(self, second: i64) -> Self {
        self.clock
            .server_ms
            .store(START_MS + second * 1_000, Ordering::SeqCst);
        self
    }

    /// The same with a clock of our own that is wrong.
    pub(crate) fn wrong_by(self, ms: i64) -> Self {
        self.clock.off_ms.set(ms);
        self
    }

    fn dataset(&self) -> Dataset {
        Dataset::new("log-search", &self.server.logs()[0].key, self.query).unwrap()
    }

    /// Fetches `[from_s, to_s)` seconds of the log into parts of some 150 rows.
    pub(crate) async fn run(&self, from_s: i64, to_s: i64) -> Result<Receipt, EngineError> {
        self.runs.set(self.runs.get() + 1);
        let http = NativeHttp::new(Route::Direct)
            .unwrap()
            .with_limit_bytes(self.body_bytes);
        let api = LogApi::new("log-search", self.server.origin()).unwrap();
        let source = api
            .connect(ApiKey::new(KEY), self.settings, http, self.clock.clone())
            .unwrap();
        let request = IngestRequest {
            dataset: self.dataset(),
            window: range(from_s, to_s),
            mode: Mode::Normal,
            flush: FlushSettings {
                rows: 150,
                ..FlushSettings::default()
            },
            run_id: format!("{:08x}", self.runs.get()),
            producer: "windrow test".into(),
            summary: true,
        };
        let ports = Ports {
            store: &self.store,
            source: &source,
            clock: &self.clock,
            observer: &self.recorder,
        };
        let receipt = ingest(ports, &request, &CancellationToken::new()).await;
        self.assert_truth().await;
        receipt
    }

    /// The same of the whole log.
    pub(crate) async fn fetch(&self) -> Receipt {
        self.run(0, LINES).await.unwrap()
    }

    /// What is claimed of the whole log, and a second on either side.
    pub(crate) async fn claimed(&self) -> Coverage {
        let opened = open(
            Rc::clone(&self.store),
            &self.dataset(),
            range(-1, LINES + 1),
        )
        .await;
        let opened = opened.unwrap();
        let cached = opened.stretches().iter();
        cached
            .filter(|stretch| matches!(stretch.state, StretchState::Cached))
            .map(|stretch| stretch.range)
            .collect()
    }

    /// The rows held of the log.
    pub(crate) async fn rows(&self) -> EventBatch {
        let whole = TimeRange::new(0, START_MS + 86_400_000).unwrap();
        let opened = open(Rc::clone(&self.store), &self.dataset(), whole)
            .await
            .unwrap();
        opened.rows(0, usize::MAX).await.unwrap().events
    }

    /// The seconds of the rows held.
    pub(crate) async fn held(&self) -> Vec<i64> {
        let rows = self.rows().await;
        rows.timestamps
            .iter()
            .map(|ms| (ms - START_MS) / 1_000)
            .collect()
    }

    /// Every row that is held belongs to the log, once, and what is claimed of the usual log is held whole.
    async fn assert_truth(&self) {
        let rows = self.rows().await;
        let mut keys: Vec<_> = rows
            .timestamps
            .iter()
            .zip(rows.sequence_numbers.values())
            .collect();
        assert!(keys.is_sorted());
        keys.dedup();
        assert_eq!(keys.len(), rows.len(), "no row twice");
        if self.server.logs()[0].replayed.unwrap().lines as i64 == LINES && self.query.is_empty() {
            for claim in self.claimed().await.ranges() {
                let claimed = (0..LINES).filter(|at| claim.contains_ms(START_MS + at * 1_000));
                let held = rows.timestamps.iter().filter(|ms| claim.contains_ms(**ms));
                assert_eq!(held.count(), claimed.count(), "{claim}");
            }
        }
    }

    /// The whole log is claimed and held.
    pub(crate) async fn assert_whole(&self) {
        assert!(self.claimed().await.gaps(range(0, LINES)).is_empty());
        assert_eq!(self.held().await, (0..LINES).collect::<Vec<_>>());
    }

    /// Requests of these kinds so far.
    pub(crate) fn asked(&self, kinds: &[RequestKind]) -> Vec<RequestRecord> {
        let mut records = self.server.requests();
        records.retain(|record| kinds.contains(&record.kind));
        records
    }

    /// Which pages were asked for, one after the other, tries of the same page as one.
    pub(crate) fn pages(&self) -> Vec<u64> {
        let asked = self.asked(&[RequestKind::Submit, RequestKind::Page]);
        let mut pages: Vec<u64> = asked.iter().filter_map(|record| record.page).collect();
        pages.dedup();
        pages
    }

    /// All that was told in events, as text.
    pub(crate) fn told(&self) -> String {
        serde_json::to_string(&*self.recorder.0.borrow()).unwrap()
    }
}

/// Seconds of the log as a range.
pub(crate) fn range(from_s: i64, to_s: i64) -> TimeRange {
    TimeRange::new(START_MS + from_s * 1_000, START_MS + to_s * 1_000).unwrap()
}
