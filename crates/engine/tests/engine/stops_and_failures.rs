use crate::fake_source::unavailable;
use crate::support::{TestEngine, range};
use futures_util::FutureExt;
use std::rc::Rc;
use windrow_engine::{CancellationToken, EngineError, ErrorKind, Mode};
use windrow_model::event::{Event, RunEvent};
use windrow_source::SourceError;
use windrow_store::BlobStore;
use windrow_store::memory::MemoryStore;

#[test]
fn a_failure_in_the_middle_keeps_what_is_proven_and_the_next_run_asks_for_the_rest() {
    let engine = TestEngine::new(0..100);
    engine.source.fail_page_from_now(4, unavailable());
    let receipt = engine.fetch(0, 100);
    assert!(!receipt.is_complete());
    // Four pages of ten: everything before the newest event's millisecond is proven.
    assert_eq!(receipt.kept_ranges, [range(0, 39)]);
    assert_eq!(receipt.failed_ranges, [range(39, 100)]);
    assert_eq!(receipt.failures[0].kind, ErrorKind::Retry);
    engine.source.take_asked();
    let rest = engine.fetch(0, 100);
    assert_eq!(rest.cache_missing_ranges, [range(39, 100)]);
    assert!(rest.is_complete());
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
}

#[test]
fn one_failed_gap_leaves_the_others() {
    let engine = TestEngine::new(0..100);
    engine.fetch(20, 30);
    // The next pages are the two of [0, 20), of which the first fails.
    engine.source.fail_page_from_now(0, unavailable());
    let receipt = engine.fetch(0, 40);
    assert_eq!(receipt.failed_ranges, [range(0, 20)]);
    assert_eq!(receipt.kept_ranges, [range(30, 40)]);
}

#[test]
fn a_cancelled_run_keeps_what_is_proven() {
    let engine = TestEngine::new(0..100);
    let cancel = CancellationToken::new();
    engine.source.cancel.replace(cancel.clone());
    engine.source.cancel_page_from_now(2);
    let receipt = engine.run_under(0, 100, Mode::Normal, &cancel).unwrap();
    assert!(receipt.cancelled && !receipt.is_complete());
    let kept = receipt.kept_ranges[0].end_ms();
    assert!((19..30).contains(&kept), "{kept}");
    assert_eq!(engine.times(0, kept), (0..kept).collect::<Vec<_>>());
    assert!(engine.fetch(0, 100).is_complete());
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_refused_key_on_the_first_request_starts_nothing() {
    let engine = TestEngine::new(0..100);
    let refused = SourceError::Unauthorised {
        host: "api.example".into(),
        status: 401,
    };
    engine.source.fail_page_from_now(0, refused);
    let error = engine.run(0, 100, Mode::Normal).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignIn);
    assert!(engine.parts().is_empty());
}

#[test]
fn an_aggregating_query_is_refused_before_any_request() {
    let engine = TestEngine::new(0..10);
    let request = windrow_engine::IngestRequest {
        dataset: windrow_model::Dataset::new("log-search", "log", "calculate(count)").unwrap(),
        window: range(0, 10),
        mode: Mode::Normal,
        flush: engine.flush,
        run_id: "00000001".into(),
        producer: "test".into(),
        summary: false,
    };
    let ports = windrow_engine::Ports {
        store: &engine.store,
        source: &engine.source,
        clock: &engine.clock,
        observer: &engine.recorder,
    };
    let cancel = CancellationToken::new();
    let run = windrow_engine::ingest(ports, &request, &cancel);
    let error = futures_executor::block_on(run).unwrap_err();
    assert!(matches!(
        error,
        EngineError::Source(SourceError::Aggregates { .. })
    ));
    assert!(engine.source.take_asked().is_empty());
    assert!(engine.paths().is_empty());
}

/// Does something to the store after the second part of a run.
fn after_the_second_part(engine: &TestEngine, then: impl Fn(&MemoryStore) + 'static) {
    let store = Rc::clone(&engine.store);
    let watching = move |event: &Event| {
        if matches!(event.event, RunEvent::FlushComplete { part_index: 1, .. }) {
            then(&store);
        }
    };
    *engine.recorder.1.borrow_mut() = Some(Box::new(watching));
}

#[test]
fn what_others_remove_while_a_run_goes_on_is_neither_said_to_be_kept_nor_counted() {
    let engine = TestEngine::new(0..100);
    engine.fetch(90, 100);
    // Somebody clears the cache.
    after_the_second_part(&engine, |store| {
        for info in store.list("").now_or_never().unwrap().unwrap() {
            store.remove(&info.path).now_or_never().unwrap().unwrap();
        }
    });
    let receipt = engine.fetch(0, 100);
    assert!(!receipt.is_complete());
    let until = receipt.kept_ranges[0].start_ms();
    assert!(until > 20 && receipt.kept_ranges == [range(until, 90)]);
    assert_eq!(receipt.failed_ranges, [range(0, until), range(90, 100)]);
    assert!(receipt.failures[0].reason.contains("is gone"));
    assert_eq!(receipt.rows_written, engine.open(0, 100).proven_rows());
    assert_eq!(receipt.parts_written as usize, engine.parts().len());
    engine.recorder.1.take();
    assert!(engine.fetch(0, 100).is_complete());
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
}

#[test]
fn what_is_damaged_while_a_run_goes_on_is_said_to_be_damaged_and_not_to_be_gone() {
    let engine = TestEngine::new(0..100);
    engine.fetch(90, 100);
    after_the_second_part(&engine, |store| {
        let listed = store.list("").now_or_never().unwrap().unwrap();
        let part = listed
            .iter()
            .find(|info| info.path.ends_with("to=90/part-00000.parquet"))
            .unwrap();
        let bytes = store.read(&part.path, 0..part.size).now_or_never().unwrap();
        let mut bytes = bytes.unwrap().to_vec();
        let at = bytes.len() - 30;
        bytes[at] ^= 1;
        store.put_raw(&part.path, bytes.into());
    });
    let receipt = engine.fetch(0, 100);
    let first = receipt.kept_ranges[0].start_ms();
    assert_eq!(receipt.failed_ranges, [range(0, first)]);
    let failure = &receipt.failures[0];
    assert!(
        failure
            .reason
            .contains("to=90/part-00000.parquet is damaged"),
        "{failure:?}"
    );
    assert_eq!(failure.kind, ErrorKind::Repair);
    engine.recorder.1.take();
    assert!(engine.run(0, 100, Mode::Repair).unwrap().is_complete());
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());
}
