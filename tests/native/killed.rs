//! A fetch that is killed without a word in, at any moment, leaves exactly what is proven; the next one fetches the rest.

use serde_json::Value;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::path::Path;
use std::process::Command;
use windrow_tests::binary::{self, Pipe, Running};
use windrow_tests::dpkg_log::DpkgLog;
use windrow_tests::stand_in::{Range, StandIn, asked, lines_of, ranges, widened};
use windrow_tests::tree;

/// Small pages and small parts: many moments to be killed at. One range after the other, so that events have places.
const SMALL: [&str; 6] = ["--per-page", "50", "--flush-rows", "150", "--parallel", "1"];
/// Answers come late, so that no run ends before its kill arrives.
const LATE_MS: u64 = 15;

struct Scene {
    directory: tempfile::TempDir,
    log: DpkgLog,
    stand_in: StandIn,
    window: Range,
    undisturbed: Vec<String>,
    events: Vec<String>,
}

/// Fetches the window once without any disturbance.
fn scene() -> Scene {
    let directory = tempfile::tempdir().unwrap();
    let log = DpkgLog::write_into(directory.path());
    let stand_in = StandIn::replay(&log, LATE_MS, directory.path());
    let window = (log.quantile_ms(1, 4), log.quantile_ms(3, 4));
    let cache = directory.path().join("undisturbed");
    let mut running = Running::start(&mut fetch(&stand_in, window, &cache), Pipe::Stderr);
    let mut events = Vec::new();
    while let Some(line) = running.line() {
        events.push(event_name(&line));
    }
    assert!(running.wait().0.success());
    let undisturbed = stand_in.rows(window, &cache);
    assert_eq!(lines_of(&undisturbed), log.within(window.0, window.1));
    Scene {
        directory,
        log,
        stand_in,
        window,
        undisturbed,
        events,
    }
}

fn fetch(stand_in: &StandIn, window: Range, cache: &Path) -> Command {
    let mut fetch = stand_in.remote("fetch", window, cache);
    fetch.args(SMALL).args(["--json", "--events", "-"]);
    fetch
}

fn event_name(line: &str) -> String {
    let event: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no event: {line}"));
    event["event"].as_str().unwrap().to_owned()
}

impl Scene {
    /// Kills a run once it has told `events` events, then completes it. Gives how many parts were there at the kill.
    fn kill_after(&self, events: usize, name: &str) -> usize {
        let (stand_in, window) = (&self.stand_in, self.window);
        let cache = self.directory.path().join(name);
        let mut running = Running::start(&mut fetch(stand_in, window, &cache), Pipe::Stderr);
        let mut flushed = 0;
        for _ in 0..events {
            let line = running
                .line()
                .expect("it runs as long as the undisturbed one");
            flushed += usize::from(event_name(&line) == "flush_complete");
        }
        let status = running.kill();
        assert!(
            status.code().is_none(),
            "killed in the middle, not after its end: {status}"
        );

        // What was told as written is there, and what is there is told truly.
        let parts = tree::parts(&cache).len();
        assert!(parts >= flushed, "{parts} parts of {flushed} flushes");
        let plan = stand_in.plan(window, &cache);
        let held = ranges(&plan["cached_ranges"]);
        let proven: Vec<_> = held
            .iter()
            .flat_map(|(from, to)| self.log.within(*from, *to).to_vec())
            .collect();
        assert_eq!(lines_of(&stand_in.rows(window, &cache)), proven);
        assert!(flushed == 0 || !proven.is_empty());

        let before = stand_in.requests().len();
        stand_in.fetch(window, &cache, &SMALL);
        let new = stand_in.requests().split_off(before);
        let submitted: Vec<Range> = asked(&new, "submit");
        let expected = widened(&plan["missing_ranges"]);
        assert!(
            expected.iter().all(|range| submitted.contains(range)),
            "{submitted:?} for {expected:?}"
        );
        assert_eq!(stand_in.rows(window, &cache), self.undisturbed);
        let verified = binary::end(stand_in.local("verify", window, &cache).arg("--json")).ok();
        assert_eq!(verified.json()["ok"], true);
        parts
    }

    fn place_of(&self, event: &str, nth: usize) -> usize {
        let places: Vec<usize> = (1..=self.events.len())
            .filter(|at| self.events[at - 1] == event)
            .collect();
        places[nth]
    }
}

#[test]
fn a_fetch_killed_when_three_parts_are_written_is_completed_to_the_undisturbed_one() {
    let scene = scene();
    let parts = scene.kill_after(scene.place_of("flush_complete", 2), "three");
    let all = scene
        .events
        .iter()
        .filter(|event| *event == "flush_complete")
        .count();
    assert!((3..all).contains(&parts), "{parts} of {all}");
}

#[test]
fn a_fetch_killed_while_it_writes_its_first_part_is_completed_to_the_undisturbed_one() {
    let scene = scene();
    let parts = scene.kill_after(scene.place_of("flush_start", 0), "first");
    assert!(parts <= 1, "{parts}");
}

#[test]
fn a_fetch_killed_at_random_points_is_completed_to_the_undisturbed_one() {
    let kills = std::env::var("WINDROW_KILLS")
        .ok()
        .and_then(|text| text.parse().ok());
    let scene = scene();
    // Between the first request and the last flush, everything that can be cut has begun.
    let first = scene.place_of("fetch_subrange_start", 0);
    let last = scene.place_of("fetch_subrange_complete", 0) - 2;
    for kill in 0..kills.unwrap_or(5_usize) {
        let random = usize::try_from(RandomState::new().hash_one(kill) >> 8).unwrap();
        let events = first + random % (last - first);
        println!("kill {kill} after event {events} of {}", scene.events.len());
        scene.kill_after(events, &format!("random-{kill}"));
    }
}

#[test]
fn a_run_killed_again_and_again_ends_with_every_row_once() {
    let scene = scene();
    let cache = scene.directory.path().join("again");
    let mut rounds = 0;
    loop {
        let mut running = Running::start(
            &mut fetch(&scene.stand_in, scene.window, &cache),
            Pipe::Stderr,
        );
        let mut written = 0;
        while written < 2 {
            let Some(line) = running.line() else { break };
            written += usize::from(event_name(&line) == "flush_complete");
        }
        rounds += 1;
        if running.kill().code().is_some() {
            break;
        }
        assert!(
            rounds < 500,
            "every round keeps at least two parts, so this ends"
        );
    }
    assert!(rounds > 3, "{rounds}");
    assert_eq!(scene.stand_in.plan(scene.window, &cache)["decision"], "hit");
    assert_eq!(scene.stand_in.rows(scene.window, &cache), scene.undisturbed);
}
