//! Fetches of few and of many events: one test, since two would count each other.

use crate::fake_source::{FakeSource, Paging, numbered};
use peak_alloc::PeakAlloc;
use std::path::Path;
use std::rc::Rc;
use windrow_engine::{CancellationToken, IngestRequest, Mode, Ports, Silent, ingest};
use windrow_model::identity::LOG_SEARCH;
use windrow_model::settings::FlushSettings;
use windrow_model::{Dataset, TimeRange};
use windrow_source::Clock;
use windrow_store::native::NativeStore;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const PER_PAGE: usize = 200;
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

impl Shape {
    /// The time of an event.
    fn ms_of(self, number: i64) -> i64 {
        match self {
            Self::Even => 1_000 + number,
            Self::Burst => 1_000,
        }
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
async fn peak(directory: &Path, shape: Shape, events: i64) -> usize {
    let times = (0..events).map(|number| shape.ms_of(number));
    let mut source = FakeSource::new(numbered(times));
    source.profile.page_limit = 200;
    source.paging = Paging::Chain(PER_PAGE);
    source.message_chars = MESSAGE_BYTES;
    source.now_ms.set(Some(i64::MAX / 2));
    let request = IngestRequest {
        dataset: Dataset::new(LOG_SEARCH, "log", "").unwrap(),
        // All events lie inside every range that is asked for.
        window: TimeRange::new(900, 2_000 + shape.ms_of(events)).unwrap(),
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
    let receipt = ingest(ports, &request, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(receipt.rows_processed, events.unsigned_abs(), "{shape:?}");
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
