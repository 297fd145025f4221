//! Several ranges under way at once: killed, refused, made to wait and to begin again, they end as if nothing had happened.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use windrow_tests::binary::{self, Pipe, Running};
use windrow_tests::stand_in::{Range, StandIn, asked, ranges, widened};
use windrow_tests::tree;

/// 2023-11-14T00:00:00Z, the log's first line; one a second follows.
const START_MS: i64 = 1_699_920_000_000;
const LINES: i64 = 3_000;
/// Small pages and small parts: many moments to be killed at. No gap is long enough to be cut.
const SMALL: [&str; 6] = ["--per-page", "50", "--flush-rows", "120", "--parallel", "4"];
/// Answers come late, so that no run ends before its kill arrives.
const LATE_MS: u64 = 15;

struct Scene {
    directory: tempfile::TempDir,
    file: PathBuf,
    window: Range,
    undisturbed: Vec<String>,
    /// Three stretches of it are held, which leaves four gaps.
    cache: PathBuf,
}

/// The log, fetched once without any disturbance, and a cache that holds some of it.
fn scene() -> Scene {
    let directory = tempfile::tempdir().unwrap();
    let mut log = String::new();
    for at in 0..LINES {
        let (hour, minute, second) = (at / 3_600, at / 60 % 60, at % 60);
        writeln!(
            log,
            "2023-11-14 {hour:02}:{minute:02}:{second:02} line {at}"
        )
        .unwrap();
    }
    let file = directory.path().join("seconds.log");
    std::fs::write(&file, log).unwrap();
    let calm = directory.path().join("calm");
    std::fs::create_dir(&calm).unwrap();
    let stand_in = StandIn::start(&file, "UTC", &json!({"faults": []}), &calm);
    let second = |at: i64| START_MS + at * 1_000;
    let window = (second(0), second(LINES));
    stand_in.fetch(window, &calm, &["--parallel", "1"]);
    let undisturbed = stand_in.rows(window, &calm);
    assert_eq!(undisturbed.len() as i64, LINES);
    let cache = directory.path().join("cache");
    for at in [700, 1_450, 2_200] {
        stand_in.fetch((second(at), second(at + 50)), &cache, &[]);
    }
    Scene {
        directory,
        file,
        window,
        undisturbed,
        cache,
    }
}

impl Scene {
    /// The log API of the same log, with these faults.
    fn serve(&self, mut faults: Vec<Value>) -> StandIn {
        faults.push(json!({"always": true, "fault": {"delay": {"ms": LATE_MS}}}));
        let faults = json!({"faults": faults});
        StandIn::start(&self.file, "UTC", &faults, self.directory.path())
    }

    fn fetch(&self, stand_in: &StandIn) -> Command {
        let mut fetch = stand_in.remote("fetch", self.window, &self.cache);
        fetch.args(SMALL).args(["--json", "--events", "-"]);
        fetch
    }

    /// Kills a run that has written so many parts, in more than one gap.
    fn kill_after_parts(&self, stand_in: &StandIn, parts: usize) {
        let held = segments(&self.cache);
        let mut running = Running::start(&mut self.fetch(stand_in), Pipe::Stderr);
        for _ in 0..parts {
            running.until(|line| line.contains("\"flush_complete\"").then_some(()));
        }
        let status = running.kill();
        assert!(status.code().is_none(), "killed in the middle: {status}");
        let begun: Vec<_> = segments(&self.cache).difference(&held).cloned().collect();
        assert!(begun.len() > 1, "several gaps were under way: {begun:?}");
    }

    /// Completes the window: only what is missing is asked for, page by page as planned. Gives the receipt and what was asked.
    fn complete(&self, stand_in: &StandIn) -> (Value, Vec<Value>) {
        let plan = stand_in.plan(self.window, &self.cache);
        let missing = ranges(&plan["missing_ranges"]);
        assert!(missing.len() > 1, "several gaps are left: {missing:?}");
        let held: i64 = ranges(&plan["cached_ranges"])
            .iter()
            .map(|(from, to)| to - from)
            .sum();
        assert!(held > 200_000, "and more is held than before: {held} ms");
        let before = stand_in.requests().len();
        let receipt = stand_in.fetch(self.window, &self.cache, &SMALL);
        let new = stand_in.requests().split_off(before);

        let planned: BTreeSet<Range> = widened(&plan["missing_ranges"]).into_iter().collect();
        for kind in ["count", "submit"] {
            let asked: BTreeSet<Range> = asked(&new, kind).into_iter().collect();
            assert_eq!(asked, planned, "{kind}");
        }
        let pages: BTreeSet<(Range, i64)> = new
            .iter()
            .filter(|request| request["kind"] == "submit" || request["kind"] == "page")
            .map(|request| {
                let bound = |name: &str| request[name].as_i64().unwrap();
                ((bound("from"), bound("to")), bound("page"))
            })
            .collect();
        assert!(pages.iter().all(|(range, _)| planned.contains(range)));
        assert_eq!(receipt["expected"]["pages"], pages.len());
        assert_eq!(receipt["batches_processed"], pages.len());
        assert_eq!(receipt["requests"], new.len());
        assert_eq!(receipt["expected"]["events"], receipt["events_received"]);
        assert_eq!(receipt["failed_ranges"], json!([]));
        assert_eq!(receipt["rows_processed"], LINES);

        assert_eq!(stand_in.rows(self.window, &self.cache), self.undisturbed);
        let mut verify = stand_in.local("verify", self.window, &self.cache);
        assert_eq!(binary::end(verify.arg("--json")).ok().json()["ok"], true);
        (receipt, new)
    }
}

/// Directories of segments that hold parts.
fn segments(cache: &Path) -> BTreeSet<String> {
    let parts = tree::parts(cache);
    let directories = parts.iter().filter_map(|part| part.rsplit_once('/'));
    directories
        .map(|(directory, _)| directory.to_owned())
        .collect()
}

#[test]
fn a_run_killed_with_four_gaps_under_way_is_completed_to_the_undisturbed_one_and_asks_for_nothing_held()
 {
    let scene = scene();
    let stand_in = scene.serve(Vec::new());
    scene.kill_after_parts(&stand_in, 6);
    let (receipt, new) = scene.complete(&stand_in);
    // Nothing went wrong, so what it cost is what was expected, but for the polls.
    let polls = new
        .iter()
        .filter(|request| request["kind"] == "poll")
        .count();
    assert_eq!(receipt["expected"]["requests"], new.len() - polls);
}

#[test]
fn a_run_through_429_503_an_expired_link_and_a_kill_ends_complete_and_equal_to_an_undisturbed_one()
{
    let scene = scene();
    let stand_in = scene.serve(vec![
        // Before the kill: four queries, one of them twice.
        json!({"kind": "submit", "nth": 2, "fault": {"rate_limited": {"reset_seconds": 1}}}),
        json!({"kind": "page", "nth": 3, "fault": {"status": {"code": 503}}}),
        // After it.
        json!({"kind": "submit", "nth": 6, "fault": {"running": {"polls": 2}}}),
        json!({"kind": "submit", "nth": 6, "fault": "self_expires"}),
        json!({"kind": "submit", "nth": 7, "fault": {"rate_limited": {"reset_seconds": 1}}}),
        json!({"kind": "page", "nth": 36, "fault": {"status": {"code": 503}}}),
    ]);
    scene.kill_after_parts(&stand_in, 6);
    let (receipt, new) = scene.complete(&stand_in);
    println!("{receipt:#}");
    let seen = |status: u16| {
        new.iter()
            .filter(|request| request["status"] == status)
            .count()
    };
    assert_eq!((seen(429), seen(503), seen(404)), (1, 1, 1));
    assert!(receipt["requests"].as_u64() > receipt["expected"]["requests"].as_u64());
    assert!(
        receipt["duration_seconds"].as_f64() >= Some(1.0),
        "it waited as it was told"
    );
}
