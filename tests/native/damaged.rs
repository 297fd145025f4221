//! A damaged part is a loud error that names it and the way out; repair brings back every row; bypass works meanwhile.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use windrow_tests::binary::end;
use windrow_tests::dpkg_log::DpkgLog;
use windrow_tests::stand_in::{Range, StandIn, lines_of};
use windrow_tests::tree;

struct Scene {
    _directory: TempDir,
    cache: PathBuf,
    log: DpkgLog,
    stand_in: StandIn,
    window: Range,
    part: String,
}

/// A window of several parts, one of them with a byte turned in the middle of its data.
fn scene() -> Scene {
    let directory = tempfile::tempdir().unwrap();
    let log = DpkgLog::write_into(directory.path());
    let stand_in = StandIn::replay(&log, 0, directory.path());
    let cache = directory.path().join("cache");
    let window = (log.quantile_ms(1, 4), log.quantile_ms(3, 4));
    // Few enough parts that their footers are read from the files, and no index knows them.
    let rows = log.within(window.0, window.1).len() / 8;
    stand_in.fetch(window, &cache, &["--flush-rows", &rows.to_string()]);
    let parts = tree::parts(&cache);
    assert!(parts.len() >= 3, "{parts:?}");
    let part = parts[1].clone();
    turn_a_byte(&cache.join(&part), 40);
    Scene {
        _directory: directory,
        cache,
        log,
        stand_in,
        window,
        part,
    }
}

impl Scene {
    fn local(&self, command: &str) -> Command {
        self.stand_in.local(command, self.window, &self.cache)
    }

    fn fetch(&self, more: &[&str]) -> Value {
        self.stand_in.fetch(self.window, &self.cache, more)
    }

    /// Every line of the window is read back.
    fn assert_whole(&self) {
        assert_eq!(
            lines_of(&self.stand_in.rows(self.window, &self.cache)),
            self.log.within(self.window.0, self.window.1)
        );
    }
}

fn turn_a_byte(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 0x10;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn reading_and_verifying_a_damaged_part_name_it_and_the_remedy_and_change_nothing() {
    let scene = scene();
    let before = tree::files(&scene.cache);
    for command in ["rows", "verify"] {
        let ended = end(&mut scene.local(command));
        assert_eq!(ended.code, Some(5), "{command}");
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert!(said.contains(&scene.part), "{command}: {said}");
        assert!(said.contains("--repair"), "{command}: {said}");
    }
    let verified = end(scene.local("verify").arg("--json")).json();
    assert_eq!(verified["datasets"][0]["problems"][0]["path"], scene.part);
    assert_eq!(tree::files(&scene.cache), before);
}

#[test]
fn a_fetch_over_a_part_whose_footer_is_damaged_fails_and_names_it() {
    let scene = scene();
    let path = scene.cache.join(&scene.part);
    turn_a_byte(&path, std::fs::read(&path).unwrap().len() - 100);
    let before = windrow_tests::stand_in::queries(&scene.stand_in.requests()).len();
    let fetched = end(scene
        .stand_in
        .remote("fetch", scene.window, &scene.cache)
        .arg("--json"));
    assert_eq!(fetched.code, Some(5), "{fetched:?}");
    let error = &fetched.json()["error"];
    assert!(
        error["message"].as_str().unwrap().contains(&scene.part),
        "{error}"
    );
    assert!(
        error["remedy"].as_str().unwrap().contains("--repair"),
        "{error}"
    );
    assert_eq!(
        windrow_tests::stand_in::queries(&scene.stand_in.requests()).len(),
        before
    );
    assert!(path.is_file());
}

#[test]
fn a_repair_brings_back_every_row_and_asks_only_for_the_damaged_range() {
    let scene = scene();
    let before = scene.stand_in.requests().len();
    let receipt = scene.fetch(&["--repair"]);
    assert_eq!(
        receipt["repaired"].as_array().unwrap().len(),
        1,
        "{receipt}"
    );
    let new = scene.stand_in.requests().split_off(before);
    let submits = windrow_tests::stand_in::asked(&new, "submit");
    assert_eq!(submits.len(), 1, "{submits:?}");
    assert!(submits[0].1 - submits[0].0 < scene.window.1 - scene.window.0);
    scene.assert_whole();
    assert_eq!(
        end(scene.local("verify").arg("--json")).ok().json()["ok"],
        true
    );
}

#[test]
fn a_bypass_works_while_a_part_is_damaged() {
    let scene = scene();
    let receipt = scene.fetch(&["--bypass"]);
    assert_eq!(
        receipt["rows_processed"],
        scene.log.within(scene.window.0, scene.window.1).len()
    );
    assert!(scene.cache.join(&scene.part).is_file());
}

#[test]
fn a_part_cut_off_by_a_crash_is_missing_not_damaged_and_fetched_again() {
    let scene = scene();
    let path = scene.cache.join(&scene.part);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(
        scene.stand_in.plan(scene.window, &scene.cache)["decision"],
        "partial"
    );
    scene.fetch(&[]);
    scene.assert_whole();
}

#[test]
fn a_deleted_segment_is_missing_again_and_nothing_else_is() {
    let directory = tempfile::tempdir().unwrap();
    let log = DpkgLog::write_into(directory.path());
    let stand_in = StandIn::replay(&log, 0, directory.path());
    let cache = directory.path().join("cache");
    let (early, late) = (
        (log.quantile_ms(1, 8), log.quantile_ms(2, 8)),
        (log.quantile_ms(2, 8), log.quantile_ms(3, 8)),
    );
    stand_in.fetch(early, &cache, &[]);
    stand_in.fetch(late, &cache, &[]);
    let segment = format!("{}..{}", early.0, early.1);
    let mut delete = windrow_tests::binary::windrow([
        "delete",
        "--log",
        &stand_in.log,
        "--yes",
        "--json",
        "--segment",
        &segment,
    ]);
    end(delete.arg("--cache-dir").arg(&cache)).ok();
    assert_eq!(stand_in.plan(early, &cache)["decision"], "miss");
    assert_eq!(stand_in.plan(late, &cache)["decision"], "hit");
    assert_eq!(
        lines_of(&stand_in.rows((early.0, late.1), &cache)),
        log.within(late.0, late.1)
    );
}
