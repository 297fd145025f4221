//! `windrow verify` over what is cut off, claimed twice, of nobody, or not there.

use crate::scene::Scene;
use std::path::{Path, PathBuf};

/// Every part below a directory, in order.
pub(crate) fn parts(below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(parts(&path));
        } else if path.extension().is_some_and(|ending| ending == "parquet") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn a_part_that_is_cut_off_is_not_sound_until_it_is_fetched_again_and_deleted() {
    let scene = Scene::new().await;
    scene.fetch(0, 100, &[]).await;
    let [part] = parts(&scene.path("cache")).try_into().unwrap();
    let bytes = std::fs::read(&part).unwrap();
    std::fs::write(&part, &bytes[..bytes.len() / 2]).unwrap();
    let ended = scene.windrow(&["verify"]).await;
    assert_eq!(ended.code, 5, "{} {}", ended.stdout, ended.stderr);
    assert!(
        ended.stdout.contains("cut off, counts as missing"),
        "{}",
        ended.stdout
    );
    scene.fetch(0, 100, &[]).await;
    let path = part.strip_prefix(scene.path("cache")).unwrap();
    let deleted = scene
        .windrow(&["delete", "--yes", "--part", path.to_str().unwrap()])
        .await;
    assert_eq!(deleted.code, 0, "{} {}", deleted.stdout, deleted.stderr);
    assert_eq!(scene.windrow(&["verify"]).await.code, 0);
}

#[tokio::test]
async fn a_log_of_which_nothing_is_cached_is_no_sound_log() {
    let scene = Scene::new().await;
    scene.fetch(0, 100, &[]).await;
    let ended = scene.windrow(&["verify", "--log", "no-such-log"]).await;
    assert_eq!(ended.code, 2, "{} {}", ended.stdout, ended.stderr);
    assert!(
        ended
            .stderr
            .contains("nothing is cached here of log no-such-log"),
        "{}",
        ended.stdout
    );
}

#[tokio::test]
async fn files_of_nobody_beside_the_logs_and_among_the_parts_are_named_and_left_alone() {
    let scene = Scene::new().await;
    scene.fetch(0, 100, &[]).await;
    let [part] = parts(&scene.path("cache")).try_into().unwrap();
    let beside = scene.path("cache").join("logs/notes.txt");
    let among = part.with_file_name("notes.txt");
    for place in [&beside, &among] {
        std::fs::write(place, "mine").unwrap();
    }
    let variables = [("LOG_INGESTION_CACHE_DIR", scene.path("cache"))];
    let variables: Vec<_> = variables
        .iter()
        .map(|(name, path)| (*name, path.to_str().unwrap()))
        .collect();
    let ended = crate::program::windrow(&["verify"], &variables).await;
    assert_eq!(ended.code, 5, "{} {}", ended.stdout, ended.stderr);
    assert_eq!(
        ended.stdout.matches("notes.txt").count(),
        2,
        "{}",
        ended.stdout
    );
    for place in [&beside, &among] {
        assert_eq!(std::fs::read(place).unwrap(), b"mine");
    }
}

#[tokio::test]
async fn two_parts_that_claim_the_same_are_named_everywhere_until_one_is_deleted() {
    let scene = Scene::new().await;
    scene.fetch(0, 100, &[]).await;
    let other = scene.path("other");
    scene
        .fetch(50, 150, &["--cache-dir", other.to_str().unwrap()])
        .await;
    let [one] = parts(&scene.path("cache")).try_into().unwrap();
    let [two] = parts(&other).try_into().unwrap();
    let copied = scene.path("cache").join(two.strip_prefix(&other).unwrap());
    std::fs::create_dir_all(copied.parent().unwrap()).unwrap();
    std::fs::copy(&two, &copied).unwrap();
    let cache = scene.path("cache");
    let path = |part: &Path| {
        part.strip_prefix(&cache)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    let both = [path(&one), path(&copied)];

    let origin = scene.running.origin().to_owned();
    for (command, more) in [
        ("fetch", vec!["--base-url", &origin]),
        ("rows", vec![]),
        ("verify", vec![]),
    ] {
        let ended = scene.over(command, 0, 150, &more).await;
        assert_eq!(
            ended.code, 5,
            "{command}: {} {}",
            ended.stdout, ended.stderr
        );
        let told = ended.stdout + &ended.stderr;
        assert!(
            both.iter().all(|part| told.contains(part)),
            "{command}: {told}"
        );
    }
    let plan = scene.over("plan", 0, 150, &["--json"]).await;
    assert_eq!(
        plan.json()["overlaps"].as_array().unwrap().len(),
        1,
        "{}",
        plan.stdout
    );
    let beside = scene
        .over("fetch", 0, 150, &["--base-url", &origin, "--bypass"])
        .await;
    assert_eq!(beside.code, 0, "{} {}", beside.stdout, beside.stderr);
    let deleted = scene
        .windrow(&["delete", "--yes", "--part", &both[1]])
        .await;
    assert_eq!(deleted.code, 0, "{} {}", deleted.stdout, deleted.stderr);
    assert_eq!(scene.over("verify", 0, 150, &[]).await.code, 0);
    scene.fetch(0, 150, &[]).await;
}
