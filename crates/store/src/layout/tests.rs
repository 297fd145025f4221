//! Every made path is what it was made as, and every path is something.

use super::*;
use proptest::prelude::*;
use windrow_model::identity::LOG_SEARCH;
use windrow_model::range::MAX_MS;

fn range(start_ms: i64, end_ms: i64) -> TimeRange {
    TimeRange::new(start_ms, end_ms).unwrap()
}

fn is_foreign(path: &str) -> bool {
    matches!(classify(path), PathKind::Foreign { .. })
}

#[test]
fn a_part_reads_as_documented() {
    let dataset = Dataset::new(LOG_SEARCH, "2f3a9c1e-1111", "").unwrap();
    let dir = segment_dir(&dataset_dir(&dataset), range(0, 1_700_000_000_000));
    assert_eq!(
        part_path(&dir, 0),
        "logs/2f3a9c1e-1111/from=0/to=1700000000000/part-00000.parquet"
    );
    assert_eq!(
        provisional_path("logs/a", 1_700_000_000_000, "0badcafe", 3),
        "logs/a/_edge-001700000000000-0badcafe-00003"
    );
    assert_eq!(
        summary_path("logs/a", range(1, 2)),
        "logs/a/_summary-1-2.json"
    );
}

#[test]
fn other_spellings_of_a_segment_are_foreign() {
    for dirs in [
        "from=05/to=9",
        "from=5/to=3",
        "from=5/to=5",
        "from=1e3/to=2000",
        "from=+1/to=2",
        "from=-1/to=2",
        "from= 1/to=2",
        "from=/to=2",
        "from=1/to=253402300800001",
        "from=1/to=99999999999999999999",
        "to=1/from=2",
        "from=1",
        "from=1/to=2/extra",
        "FROM=1/TO=2",
    ] {
        let path = format!("logs/a/{dirs}/part-00000.parquet");
        assert!(is_foreign(&path), "{path}");
    }
}

#[test]
fn other_spellings_of_a_part_are_foreign() {
    for name in [
        "part-0.parquet",
        "part-000001.parquet",
        "part-00000.parquet.crc",
        "part-0000a.parquet",
        "part-99999999999.parquet",
        "Part-00000.parquet",
        "data.parquet",
    ] {
        let path = format!("logs/a/from=1/to=2/{name}");
        assert!(is_foreign(&path), "{path}");
    }
}

#[test]
fn other_spellings_of_a_dataset_are_foreign() {
    for name in [
        "A",
        "%61",
        "a.",
        ".a",
        "a~",
        "a~0123",
        "a~0123456789ABCDEF",
        "~h00",
        "",
        "con",
        "a~0123456789abcdef~0123456789abcdef",
    ] {
        let path = format!("logs/{name}/from=1/to=2/part-00000.parquet");
        assert!(is_foreign(&path), "{path}");
    }
}

#[test]
fn only_the_directory_of_a_dataset_is_one() {
    for (log, query) in [("2f3a9c1e-1111", ""), ("A/b", ""), ("a", "where(x)")] {
        let dataset = Dataset::new(LOG_SEARCH, log, query).unwrap();
        let dir = dataset_dir(&dataset);
        assert!(is_dataset_dir(&dir), "{dir}");
        assert!(!is_dataset_dir(&segment_dir(&dir, range(1, 2))));
        assert!(!is_dataset_dir(&index_path(&dir)));
    }
    for path in [
        "",
        "logs",
        "logs/",
        "logs/A",
        "logsa",
        "_bypass/0badcafe",
        "_probe",
        "/logs/a",
    ] {
        assert!(!is_dataset_dir(path), "{path}");
    }
}

#[test]
fn underscored_names_are_ours_and_never_counted() {
    for path in [
        "logs/a/_index",
        "logs/a/_summary-1-2.json",
        "logs/a/_edge-garbage",
        "logs/a/_edge-1-run-00000",
        "logs/a/from=1/to=2/_note",
        "_bypass/run/_summary-1-2.json",
        "_bypass/run/deeper/x",
        "_settings",
    ] {
        assert_eq!(classify(path), PathKind::Sidecar, "{path}");
    }
    assert!(is_summary("logs/a/_summary-1-2.json"));
    assert!(!is_summary("logs/a/_summary-2-1.json") && !is_summary("logs/a/_summary-x.json"));
}

#[test]
fn a_bypass_run_holds_parts_and_provisional_files_of_its_own() {
    let dir = bypass_dir("00000007");
    assert_eq!(
        classify(&part_path(&dir, 4)),
        PathKind::Bypass {
            run_id: "00000007".into(),
            part: 4
        }
    );
    assert!(
        matches!(classify(&provisional_path(&dir, 5, "00000007", 0)), PathKind::Provisional { dataset_dir, .. } if dataset_dir == dir)
    );
    assert_eq!(classify(&bypass_note_path(&dir)), PathKind::Sidecar);
    assert_eq!(bypass_run(&bypass_note_path(&dir)), Some("00000007"));
    assert_eq!(bypass_run(&dir), Some("00000007"));
    for other in [
        "_bypass",
        "_bypass/",
        "_bypass/a b/x",
        "logs/a",
        "_bypassed/a/x",
    ] {
        assert_eq!(bypass_run(other), None, "{other}");
    }
}

proptest! {
    #[test]
    fn a_made_part_is_that_part(
        log_id in "\\PC{1,60}", query in prop_oneof![Just(String::new()), Just("where(x)".to_owned())],
        source in prop_oneof![Just(LOG_SEARCH), Just("loki:https://logs.example")],
        start in 0..MAX_MS, length in 1..MAX_MS, part: u32
    ) {
        let dataset = Dataset::new(source, log_id, query).unwrap();
        let dataset_dir = dataset_dir(&dataset);
        let segment = range(start, (start + length).min(MAX_MS));
        let path = part_path(&segment_dir(&dataset_dir, segment), part);
        prop_assert!(crate::path::check(&path).is_ok());
        prop_assert_eq!(classify(&path), PathKind::Part { dataset_dir, segment, part });
    }

    #[test]
    fn a_long_log_id_is_kept_by_digest(length in 181usize..2000, query in "[a-z]{0,3}") {
        let dataset = Dataset::new(LOG_SEARCH, "x".repeat(length), query).unwrap();
        let path = part_path(&segment_dir(&dataset_dir(&dataset), range(1, 2)), 0);
        let is_part = matches!(classify(&path), PathKind::Part { .. });
        prop_assert!(is_part, "{}", path);
    }

    #[test]
    fn made_edge_names_are_read_back_and_sort_by_age(
        older in 0..MAX_MS, newer in 0..MAX_MS, run_id in "[0-9a-f]{8}", index: u32
    ) {
        let path = provisional_path("logs/a", older, &run_id, index);
        prop_assert_eq!(classify(&path), PathKind::Provisional {
            dataset_dir: "logs/a".into(), fetched_at_ms: older, run_id: run_id.clone(), index
        });
        let other = provisional_path("logs/a", newer, &run_id, index);
        prop_assert_eq!(path.cmp(&other), older.cmp(&newer));
    }

    #[test]
    fn a_made_summary_is_a_summary(start in 0..MAX_MS) {
        let path = summary_path("logs/a", range(start, MAX_MS));
        prop_assert!(is_summary(&path));
        prop_assert_eq!(classify(&path), PathKind::Sidecar);
    }

    #[test]
    fn any_text_is_some_place(path in "\\PC*") {
        let _ = classify(&path);
    }

    #[test]
    fn near_misses_never_pass_for_a_part_in_two_spellings(
        path in "logs/[a~%.2E]{0,4}/from=[0-9]{0,3}/to=[0-9]{0,3}/part-[0-9]{0,7}\\.parquet"
    ) {
        if let PathKind::Part { dataset_dir, segment, part } = classify(&path) {
            prop_assert_eq!(part_path(&segment_dir(&dataset_dir, segment), part), path);
        }
    }
}
