//! The documents say what is there: every crate is named, every requirement names tests that exist, every link leads somewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use windrow_tests::root;

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Files with this ending, outside what is built.
fn files(ending: &str) -> Vec<PathBuf> {
    fn collect(directory: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                if !name.starts_with('.') && !["target", "dist", "data"].contains(&name) {
                    collect(&path, ending, found);
                }
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(root(), ending, &mut found);
    found
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The names of all tests: functions with a test's attribute just above, what `scripts!` makes tests of and what `in_browsers!` lists.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for path in files(".rs") {
        let text = std::fs::read_to_string(path).unwrap();
        let (mut is_test, mut in_scripts, mut in_browsers) = (false, false, false);
        for line in text.lines().map(str::trim) {
            if line.starts_with("#[") && (line.contains("test]") || line.contains("test(")) {
                is_test = true;
            } else if let Some((before, after)) = line.split_once("fn ")
                && matches!(before, "" | "async " | "pub " | "pub async ")
            {
                if is_test {
                    names.extend(after.split('(').next().map(str::to_owned));
                }
                is_test = false;
            } else if in_scripts && let Some((name, _)) = line.split_once(": ") {
                names.insert(name.to_owned());
            } else if in_browsers && let Some(name) = line.strip_suffix(',') {
                names.extend(name.split(' ').next().map(str::to_owned));
            } else if line.is_empty() || line == "}" {
                is_test = false;
            }
            in_scripts = line == "scripts! {" || (in_scripts && line != "}");
            in_browsers = line == "in_browsers! {" || (in_browsers && line != "}");
        }
    }
    names
}

#[test]
fn the_architecture_names_every_crate() {
    let architecture = read("docs/ARCHITECTURE.md");
    let manifests = files("Cargo.toml");
    assert!(manifests.len() > 8);
    for manifest in manifests
        .iter()
        .filter(|path| path.parent() != Some(root()))
    {
        let folder = manifest.parent().unwrap().strip_prefix(root()).unwrap();
        let text = std::fs::read_to_string(manifest).unwrap();
        let name = text
            .lines()
            .find_map(|line| line.strip_prefix("name = "))
            .unwrap();
        for word in [folder.to_str().unwrap(), name.trim_matches('"')] {
            assert!(
                architecture.contains(&format!("`{word}`")),
                "docs/ARCHITECTURE.md does not name `{word}`"
            );
        }
    }
}

#[test]
fn every_requirement_names_tests_that_exist() {
    let table = read("docs/requirements/rtm.md");
    let tests_there = tests();
    let mut seen = BTreeSet::new();
    let (requirements, _) = table.split_once("\n## Faults\n").unwrap();
    for row in requirements.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        if matches!(cells[0], "id" | "promise" | "---") {
            continue;
        }
        let (id, tests) = (cells[0], cells[cells.len() - 1]);
        let names: Vec<&str> = quoted(tests)
            .into_iter()
            .filter(|name| !name.contains(['/', '.']))
            .collect();
        assert!(!names.is_empty(), "{id} names no test");
        for name in names {
            assert!(
                tests_there.contains(name),
                "{id} names `{name}`, which does not exist"
            );
        }
        for path in quoted(row)
            .into_iter()
            .filter(|name| name.contains('/') && !name.contains(['<', '*', ' ']))
        {
            assert!(
                root().join(path).exists(),
                "{id} names `{path}`, which does not exist"
            );
        }
        seen.insert(id.to_owned());
    }
    for id in 23..=29 {
        let id = format!("REQ-{id:03}");
        assert!(seen.contains(&id), "{id} is not traced");
    }
}

#[test]
fn every_fault_names_tests_that_exist_or_says_why_there_is_none() {
    let document = read("docs/requirements/rtm.md");
    let (_, faults) = document.split_once("\n## Faults\n").unwrap();
    let faults = faults.split("\n##").next().unwrap();
    let tests_there = tests();
    let mut seen = BTreeSet::new();
    for row in faults.lines() {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let Some(scenario) = cells.first().and_then(|cell| cell.parse::<u32>().ok()) else {
            continue;
        };
        let [_, what, tests] = cells[..] else {
            panic!("scenario {scenario} has not three cells: {row}");
        };
        assert!(!what.is_empty(), "scenario {scenario} is not described");
        let names = quoted(tests);
        for name in &names {
            assert!(
                tests_there.contains(*name),
                "scenario {scenario} names `{name}`, which does not exist"
            );
        }
        let reason = tests.strip_prefix("not tested: ").unwrap_or_default();
        assert!(
            !names.is_empty() || reason.len() > 20,
            "scenario {scenario} has neither a test nor a reason"
        );
        assert!(seen.insert(scenario), "scenario {scenario} is there twice");
    }
    for scenario in (1..=67).chain(85..=91) {
        assert!(seen.contains(&scenario), "scenario {scenario} is missing");
    }
}

#[test]
fn every_fault_of_the_stand_in_names_tests_that_exist() {
    let document = read("docs/requirements/rtm.md");
    let (_, faults) = document
        .split_once("\n## What the stand-in does wrong\n")
        .unwrap();
    let tests_there = tests();
    let names: Vec<&str> = faults
        .lines()
        .filter(|line| line.starts_with("| "))
        .flat_map(quoted)
        .collect();
    assert!(names.len() > 35, "{names:?}");
    for name in names {
        assert!(tests_there.contains(name), "`{name}` does not exist");
    }
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    for document in files(".md") {
        let text = std::fs::read_to_string(&document).unwrap();
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let target = link.split('#').next().unwrap();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let path = document.parent().unwrap().join(target);
            assert!(
                path.exists(),
                "{} links to {link}, which is not there",
                document.display()
            );
        }
    }
}

#[test]
fn the_page_never_makes_markup_of_text() {
    let mut sources = files(".rs");
    sources.retain(|path| path.starts_with(root().join("web")));
    assert!(
        sources.len() > 20,
        "the page's sources are not below web/: {sources:?}"
    );
    for source in &sources {
        let text = std::fs::read_to_string(source).unwrap();
        for word in [
            "inner_html",
            "outer_html",
            "insert_adjacent_html",
            "document_write",
        ] {
            assert!(!text.contains(word), "{} uses {word}", source.display());
        }
    }
}
