//! What is not ours, or newer than we are, is reported and left alone.

use crate::support::{TestEngine, dataset};
use bytes::Bytes;
use futures_executor::block_on;
use windrow_engine::*;

fn first_part(engine: &TestEngine) -> String {
    let paths = engine.paths();
    let part = paths.iter().find(|path| path.ends_with(".parquet"));
    part.unwrap().clone()
}

#[test]
fn names_of_no_range_and_files_of_others_are_reported_and_left_alone() {
    let engine = TestEngine::new(0..200);
    engine.fetch(0, 100);
    let part = engine.file(&first_part(&engine));
    let foreign = [
        "logs/log/from=05/to=9/part-00000.parquet",
        "logs/log/from=1e3/to=2000/part-00000.parquet",
        "logs/log/from=5/to=3/part-00000.parquet",
        "logs/log/from=0/to=100/.DS_Store",
        "logs/log/from=0/to=100/data.parquet",
        // A file where a directory should be.
        "logs/log/from=7",
        "logs/log/notes.txt",
    ];
    for path in foreign {
        engine.store.put_raw(path, part.clone());
    }
    engine
        .store
        .put_raw("logs/README", Bytes::from_static(b"hands off"));
    let opened = engine.open(0, 100);
    let mut named: Vec<&str> = opened
        .problems()
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    named.sort_unstable();
    let mut expected = foreign;
    expected.sort_unstable();
    assert_eq!(named, expected);
    assert!(
        opened
            .problems()
            .iter()
            .all(|problem| problem.kind == ProblemKind::Foreign)
    );
    assert_eq!(engine.times(0, 100), (0..100).collect::<Vec<_>>());

    engine.fetch(0, 200);
    engine.run(0, 200, Mode::Repair).unwrap();
    assert_eq!(engine.times(0, 200), (0..200).collect::<Vec<_>>());
    block_on(delete(&*engine.store, &dataset(), &Selection::All)).unwrap();
    let mut left = engine.paths();
    left.retain(|path| path != "logs/README");
    assert_eq!(left, expected);
    assert!(expected.iter().all(|path| engine.file(path) == part));
}

/// Puts a value in the place of that of a footer's entry.
fn set(bytes: &mut [u8], key: &[u8], value: &[u8]) {
    let at = bytes.windows(key.len()).rposition(|held| held == key);
    // Behind the key stand the value's type and length.
    let at = at.unwrap() + key.len() + 2;
    assert_eq!(usize::from(bytes[at - 1]), value.len());
    bytes[at..at + value.len()].copy_from_slice(value);
}

#[test]
fn a_part_of_a_newer_format_is_neither_read_nor_collected() {
    let engine = TestEngine::new(0..100);
    engine.fetch(0, 100);
    let path = first_part(&engine);
    let mut bytes = engine.file(&path).to_vec();
    // With a checksum of its own: of one wrong bit in ours it would be damaged.
    set(&mut bytes, b"windrow.format", b"2");
    set(&mut bytes, b"windrow.footer_crc32c", b"--------");
    let newer = Bytes::from(bytes);
    engine.store.put_raw(&path, newer.clone());

    let opened = engine.open(0, 100);
    let problem = &opened.problems()[0];
    assert_eq!(
        (problem.path.as_str(), problem.kind),
        (path.as_str(), ProblemKind::Newer)
    );
    assert!(
        problem.reason.contains("newer version"),
        "{}",
        problem.reason
    );
    assert!(opened.row_count() < 100);
    // Whatever a run makes of it, the file stays as it is.
    for mode in [Mode::Normal, Mode::Repair, Mode::Again] {
        let outcome = engine.run(0, 100, mode);
        assert!(
            matches!(outcome, Err(EngineError::Newer { .. })),
            "{mode:?}"
        );
        assert_eq!(engine.file(&path), newer);
    }
}
