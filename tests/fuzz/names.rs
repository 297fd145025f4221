//! Any text as a path and as a log id: each thing has one spelling, and no name leads out of its place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use windrow_model::Dataset;
use windrow_model::identity::{LOG_SEARCH, decode_name};
use windrow_store::layout::{self, PathKind};
use windrow_store::path;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for name in [
        text.to_owned(),
        format!("logs/{text}"),
        format!("logs/a/{text}"),
    ] {
        place(&name);
    }
    if let Some(log_id) = decode_name(text) {
        let dataset = Dataset::new(LOG_SEARCH, log_id, "").expect("a name stands for some log id");
        assert_eq!(dataset.directory(), text);
    }
    dataset(text, "");
    dataset(text, "where(x)");
});

fn place(name: &str) {
    match layout::classify(name) {
        PathKind::Part {
            dataset_dir,
            segment,
            part,
        } => {
            let dir = layout::segment_dir(&dataset_dir, segment);
            assert_eq!(layout::part_path(&dir, part), name);
        }
        PathKind::Provisional {
            dataset_dir,
            fetched_at_ms,
            run_id,
            index,
        } => assert_eq!(
            layout::provisional_path(&dataset_dir, fetched_at_ms, &run_id, index),
            name
        ),
        PathKind::Bypass { run_id, part } => {
            assert_eq!(layout::part_path(&layout::bypass_dir(&run_id), part), name);
        }
        PathKind::Sidecar | PathKind::Foreign { .. } => {}
    }
}

/// What is made for any log id is a part of its dataset, one step below the directory of all.
fn dataset(log_id: &str, query: &str) {
    let Ok(dataset) = Dataset::new(LOG_SEARCH, log_id, query) else {
        assert!(log_id.is_empty());
        return;
    };
    let directory = layout::dataset_dir(&dataset);
    assert_eq!(directory.matches('/').count(), 1);
    let segment = windrow_model::TimeRange::new(1, 2).expect("it is forward");
    let made = layout::part_path(&layout::segment_dir(&directory, segment), 0);
    assert!(path::check(&made).is_ok(), "{made}");
    let PathKind::Part { dataset_dir, .. } = layout::classify(&made) else {
        panic!("{made} is no part");
    };
    assert_eq!(dataset_dir, directory);
}
