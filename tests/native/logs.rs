//! The logs that other tests are about are what those tests take them for.

use windrow_tests::dpkg_log::{DpkgLog, START, civil};

#[test]
fn dates_are_written_as_they_are() {
    assert_eq!(civil(0), "1970-01-01 00:00:00");
    assert_eq!(civil(1_709_251_199), "2024-02-29 23:59:59");
    assert_eq!(civil(1_709_251_200), "2024-03-01 00:00:00");
    assert_eq!(civil(1_767_225_599), "2025-12-31 23:59:59");
    assert_eq!(civil(1_795_412_172), "2026-11-23 05:36:12");
    assert_eq!(civil(START), "2025-11-03 06:15:04");
}

#[test]
fn the_log_of_dpkg_has_pages_of_lines_bursts_and_silence_and_is_always_the_same() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = DpkgLog::write_into(one.path());
    assert!((4000..8000).contains(&log.lines.len()));
    assert!(log.lines[0].1.starts_with("2025-11-03 08:15:04 startup "));
    let steps = || log.lines.windows(2).map(|pair| pair[1].0 - pair[0].0);
    assert!(steps().all(|ms| ms >= 0) && steps().any(|ms| ms > 86_400_000));
    let in_one_second = log.lines.chunk_by(|a, b| a.0 == b.0).map(<[_]>::len);
    assert!(in_one_second.max().unwrap() > 20);
    assert_eq!(log.lines, DpkgLog::write_into(two.path()).lines);
}
