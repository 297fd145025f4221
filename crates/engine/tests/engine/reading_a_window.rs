use crate::support::{TestEngine, dataset, range};
use futures_executor::block_on;
use windrow_columnar::{ColumnChunks, Footer, Projection};
use windrow_engine::{
    CancellationToken, Find, Located, Opened, Selection, StretchState, delete, list_datasets,
    verify,
};
use windrow_model::RowKey;
use windrow_store::BlobStore;
use windrow_store::memory::MemoryStore;

#[test]
fn rows_are_those_of_the_window_wherever_parts_begin_and_end() {
    let engine = TestEngine::new((0..100).map(|n| n / 2));
    engine.fetch(0, 60);
    for from in 0..50 {
        for to in [from + 1, from + 7, 50] {
            if from < to {
                let expected: Vec<i64> = (0..100)
                    .map(|n| n / 2)
                    .filter(|ms| (from..to).contains(ms))
                    .collect();
                assert_eq!(engine.times(from, to), expected, "{from}..{to}");
            }
        }
    }
}

#[test]
fn any_page_of_rows_can_be_asked_for() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 100);
    let opened = engine.open(5, 95);
    for offset in [0, 1, 17, 50, 88, 89, 90, 1000] {
        let rows = block_on(opened.rows(offset, 7)).unwrap();
        let expected: Vec<i64> = (5..95).skip(offset as usize).take(7).collect();
        assert_eq!(rows.events.timestamps, expected, "from {offset}");
    }
}

#[test]
fn a_search_reads_the_messages_and_nothing_else() {
    let engine = TestEngine::new(0..15);
    engine.fetch(0, 100);
    let opened = engine.open(0, 100);
    let path = opened.kept(0).unwrap().path;
    let file = engine.file(&path);
    let footer = Footer::parse(file.clone(), file.len() as u64).unwrap();
    let messages = ColumnChunks::new(0).missing(&footer, &Projection::messages());
    // All other bytes of the part are wrong or gone.
    let [messages] = messages.try_into().unwrap();
    let mut left = vec![0xff; messages.start as usize];
    left.extend_from_slice(&file[messages.start as usize..messages.end as usize]);
    engine.store.put_raw(&path, left.into());

    let wanted = Find {
        text: "e".into(),
        ..Find::default()
    };
    let found = block_on(opened.find(&wanted, None, &CancellationToken::new(), &|_| {})).unwrap();
    assert_eq!((found.matches, found.searched), (15, 15));
    let error = block_on(opened.rows(0, 15)).unwrap_err();
    assert!(error.to_string().contains(&path), "{error}");
}

#[test]
fn a_summary_counts_the_window_and_not_the_segments() {
    let engine = TestEngine::new(10..90);
    engine.fetch(0, 100);
    let summary = engine.open(20, 200).summary();
    assert_eq!(summary.row_count, 70);
    assert_eq!(
        (summary.timestamp_min, summary.timestamp_max),
        (Some(20), Some(89))
    );
    assert_eq!(summary.coverage, [range(20, 100)]);
    assert_eq!(summary.missing_ranges, [range(100, 200)]);
    assert!(!summary.complete && !summary.verified);
    assert_eq!(summary.columns[0], "timestamp");
    assert!(summary.schema.contains_key("message"));
    assert_eq!(summary.null_counts["event_id"], 80);
    assert_eq!(summary.null_counts["sequence_number"], 0);
}

#[test]
fn checked_and_empty_is_not_missing() {
    let engine = TestEngine::new([5]);
    engine.fetch(0, 10);
    engine.fetch(20, 30);
    let states: Vec<_> = engine
        .open(0, 40)
        .stretches()
        .iter()
        .map(|s| s.state)
        .collect();
    assert_eq!(
        states,
        [
            StretchState::Cached,
            StretchState::Missing,
            StretchState::Empty,
            StretchState::Missing
        ]
    );
}

#[test]
fn find_gives_the_numbers_of_matching_rows() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 100);
    let opened = engine.open(10, 100);
    let find = Find {
        text: "AT 5".into(),
        ignore_case: true,
        ..Find::default()
    };
    let found = block_on(opened.find(&find, None, &CancellationToken::new(), &|_| {})).unwrap();
    // 50 to 59; the window begins at 10, so row 40 is the first of them.
    assert_eq!(found.rows, (40..50).collect::<Vec<_>>());
    assert_eq!((found.matches, found.searched), (10, 90));
    let exact = Find {
        text: "AT 5".into(),
        ignore_case: false,
        ..Find::default()
    };
    assert_eq!(
        block_on(opened.find(&exact, None, &CancellationToken::new(), &|_| {}))
            .unwrap()
            .matches,
        0
    );
}

#[test]
fn a_row_is_located_by_its_key_after_rows_have_come_before_it() {
    let engine = TestEngine::new((0..100).map(|n| n / 2));
    engine.fetch(20, 50);
    let before = engine.open(0, 50);
    let keys: Vec<RowKey> = (0..60).map(|row| key(&before, row)).collect();
    engine.fetch(0, 20);
    let after = engine.open(0, 50);
    for (row, key) in (0..).zip(&keys) {
        assert_eq!(block_on(before.locate(key)).unwrap(), Located::Row(row));
        assert_eq!(block_on(after.locate(key)).unwrap(), Located::Row(row + 40));
    }
    // Rows 60 and 61 are those of 30 ms: one with another text is none of them.
    let other = RowKey {
        hash: 7,
        ..keys[20].clone()
    };
    assert_eq!(block_on(after.locate(&other)).unwrap(), Located::Gone(60));
    let late = RowKey { ms: 1000, ..other };
    assert_eq!(block_on(after.locate(&late)).unwrap(), Located::Gone(100));
}

fn key(opened: &Opened<MemoryStore>, row: u64) -> RowKey {
    let rows = block_on(opened.rows(row, 1)).unwrap();
    RowKey::of(&rows.events.get(0).unwrap())
}

#[test]
fn a_row_says_where_it_is_kept() {
    let engine = TestEngine::new(0..100);
    engine.fetch(10, 60);
    let opened = engine.open(20, 100);
    for (row, ms) in [(7, 27), (39, 59)] {
        let kept = opened.kept(row).unwrap();
        assert!(kept.range.contains_ms(ms) && kept.position < kept.rows);
        assert!(!kept.provisional && engine.paths().contains(&kept.path));
        // The part holds the row at that position, counted from its own start.
        let of_part = engine.open(kept.range.start_ms(), kept.range.end_ms());
        let rows = block_on(of_part.rows(kept.position, 1)).unwrap();
        assert_eq!(
            (rows.events.timestamps, of_part.row_count()),
            (vec![ms], kept.rows)
        );
    }
    assert_eq!(opened.kept(40), None);
}

#[test]
fn deleting_a_window_forgets_its_segments_and_nothing_else() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 10);
    engine.fetch(50, 60);
    let deleted = block_on(delete(
        &*engine.store,
        &dataset(),
        &Selection::Window(range(5, 8)),
    ))
    .unwrap();
    assert!(!deleted.paths.is_empty());
    assert_eq!(engine.times(0, 100), (50..60).collect::<Vec<_>>());
    block_on(delete(&*engine.store, &dataset(), &Selection::All)).unwrap();
    assert!(block_on(list_datasets(&*engine.store)).unwrap().is_empty());
}

/// So many parts that an index is kept of them, in two segments.
fn indexed() -> TestEngine {
    let mut engine = TestEngine::new(0..400);
    engine.flush.rows = 4;
    engine.fetch(0, 200);
    engine.fetch(200, 400);
    assert!(engine.paths().contains(&"logs/log/_index".to_owned()));
    engine
}

#[test]
fn a_delete_that_was_killed_before_its_end_is_finished_by_the_next() {
    let engine = indexed();
    for path in engine.paths() {
        if path.ends_with(".parquet") {
            block_on(engine.store.remove(&path)).unwrap();
        }
    }
    assert!(engine.paths().iter().any(|path| path.contains("_summary-")));
    block_on(delete(&*engine.store, &dataset(), &Selection::All)).unwrap();
    assert!(engine.paths().is_empty(), "{:?}", engine.paths());
}

#[test]
fn the_index_goes_with_the_last_segment() {
    let engine = indexed();
    for (segment, is_left) in [(range(0, 200), true), (range(200, 400), false)] {
        let segment = Selection::Segment(segment);
        block_on(delete(&*engine.store, &dataset(), &segment)).unwrap();
        assert_eq!(
            engine.paths().iter().any(|path| path.ends_with("_index")),
            is_left
        );
    }
    assert!(engine.paths().is_empty(), "{:?}", engine.paths());
}

#[test]
fn a_sound_dataset_verifies() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 100);
    let report = block_on(verify(
        &*engine.store,
        &dataset(),
        None,
        &CancellationToken::new(),
        &|_, _| {},
    ))
    .unwrap();
    assert!(report.ok, "{report:?}");
    assert_eq!(report.rows_checked, 100);
    assert_eq!(report.coverage.ranges(), [range(0, 100)]);
}
