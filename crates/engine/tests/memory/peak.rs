//! Fetches of few and of many events: one test, since two would count each other.

use peak_alloc::PeakAlloc;
use std::path::Path;
use std::rc::Rc;
use windrow_engine::{Cancel, IngestRequest, Mode, Ports, Silent, ingest};
use windrow_model::batch::EventRef;
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::FlushSettings;
use windrow_model::{Dataset, EventBatch, TimeRange};
use windrow_source::{
    Bounds, Clock, Count, Cursor, LogInfo, LogSource, Notice, Order, Page, Profile, SliceRequest,
    SourceError, Verdict,
};
use windrow_store::native::NativeStore;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const PER_PAGE: u64 = 200;
const MESSAGE_BYTES: usize = 300;
const FLUSH_BYTES: usize = 1 << 20;

/// How the events of a log lie in time.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// One a millisecond.
    Even,
    /// All in one millisecond.
    Burst,
}

/// Makes its events as they are asked for.
struct Made {
    profile: Profile,
    shape: Shape,
    events: u64,
}

impl Made {
    fn ms_of(&self, number: u64) -> i64 {
        match self.shape {
            Shape::Even => 1_000 + number.cast_signed(),
            Shape::Burst => 1_000,
        }
    }

    /// All of them lie inside every range that is asked for.
    fn window(&self) -> TimeRange {
        TimeRange::new(900, 2_000 + self.ms_of(self.events)).unwrap()
    }
}

impl LogSource for Made {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn requests(&self) -> u64 {
        0
    }

    async fn logs(&self, _: &dyn Fn(Notice)) -> Result<Vec<LogInfo>, SourceError> {
        Ok(Vec::new())
    }

    async fn count(&self, _: &SliceRequest, _: &dyn Fn(Notice)) -> Result<Count, SourceError> {
        Ok(Count {
            events: self.events,
            server_ms: Some(i64::MAX / 2),
            requests: 1,
            beyond_retention: false,
        })
    }

    fn first(&self, _: &SliceRequest) -> Result<Cursor, SourceError> {
        Ok(Cursor("0".into()))
    }

    async fn page(
        &self,
        cursor: &Cursor,
        into: &mut EventBatch,
        _: &dyn Fn(Notice),
    ) -> Result<Page, SourceError> {
        let first: u64 = cursor.0.parse().unwrap();
        let end = self.events.min(first + PER_PAGE);
        for number in first..end {
            into.push(EventRef {
                timestamp_ms: self.ms_of(number),
                sequence_number: Some(number.cast_signed()),
                log_id: "log",
                message: &format!("{number:0MESSAGE_BYTES$}"),
                ..EventRef::default()
            });
        }
        Ok(Page {
            received: end - first,
            refused: Vec::new(),
            verdict: if end < self.events {
                Verdict::More(Cursor(end.to_string()))
            } else {
                Verdict::Complete
            },
            beyond_retention: false,
            server_ms: None,
            requests: 1,
            bytes: 0,
        })
    }
}

struct NoClock;

impl Clock for NoClock {
    fn now_ms(&self) -> i64 {
        0
    }

    async fn sleep(&self, _: u64) {}
}

/// The most bytes that fetching so many events took, above what was there before.
async fn peak(directory: &Path, shape: Shape, events: u64) -> usize {
    let source = Made {
        profile: Profile {
            source: LOG_SEARCH.into(),
            order: Order::Ascending,
            bounds: Bounds::HalfOpen,
            page_limit: 200,
            settle_ms: 0,
        },
        shape,
        events,
    };
    let request = IngestRequest {
        dataset: Dataset::new(LOG_SEARCH, "log", "").unwrap(),
        window: source.window(),
        mode: Mode::Normal,
        flush: FlushSettings {
            bytes: FLUSH_BYTES,
            parallel: 1,
            ..FlushSettings::default()
        },
        run_id: "00000001".into(),
        producer: "windrow test".into(),
        summary: false,
    };
    let ports = Ports {
        store: &Rc::new(NativeStore::directory(directory)),
        source: &source,
        clock: &NoClock,
        observer: &Silent,
    };
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let receipt = ingest(ports, &request, &Cancel::new()).await.unwrap();
    assert_eq!(receipt.rows_processed, events, "{shape:?}");
    MEMORY.peak_usage() - before
}

#[tokio::test]
async fn a_fetch_takes_no_more_memory_for_many_events_than_for_few_though_all_are_of_one_millisecond()
 {
    let dir = tempfile::tempdir().unwrap();
    for shape in [Shape::Even, Shape::Burst] {
        let [few, many] = [10_000, 60_000];
        let rows = many as usize * MESSAGE_BYTES;
        let few = peak(&dir.path().join(format!("{shape:?} few")), shape, few).await;
        let many = peak(&dir.path().join(format!("{shape:?} many")), shape, many).await;
        println!("{shape:?}: {few} bytes for few, {many} for many, of {rows}");
        assert!(many < few + few / 4, "{shape:?}: {many} against {few}");
        assert!(rows > 2 * many, "{shape:?}: {many} of {rows}");
    }
}
