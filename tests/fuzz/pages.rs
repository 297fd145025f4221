//! Any bytes as an answer of the log API: decoded or refused, and a refused page leaves the batch as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use windrow_model::EventBatch;
use windrow_model::batch::EventRef;
use windrow_source::log_search::decode_events;

fuzz_target!(|data: &[u8]| {
    let mut batch = EventBatch::new();
    batch.push(EventRef {
        timestamp_ms: 1,
        log_id: "log",
        message: "before",
        ..EventRef::default()
    });
    let before = batch.clone();
    match decode_events(data, "log", &mut batch) {
        Ok(events) => {
            assert_eq!(batch.len() as u64, 1 + events);
            assert!((0..batch.len()).all(|row| batch.get(row).is_some()));
            assert_eq!(batch.get(0), before.get(0));
        }
        Err(_) => assert_eq!(batch, before),
    }
});
