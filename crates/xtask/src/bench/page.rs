//! The start of the page against an empty page of Leptos, served alike, in both browsers.
//!
//! A load is a first visit: each has an origin of its own, with nothing cached and nothing stored.
//! The two pages take turns, and the medians are compared.

use super::Row;
use super::in_browser::{WebExample, failed_to_start};
use super::measure::{ROUNDS, all, empty_directory, median_of};
use super::table::Target::AtMost;
use crate::build;
use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::setup::{Toolbox, Which};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

/// Two rows a browser.
pub(super) fn rows(tools: &Toolbox) -> Result<Vec<Row>, TaskError> {
    build::page(tools, command::run)?;
    let page = place::root().join("dist");
    let empty = empty_page(tools)?;
    let mut rows = Vec::new();
    for which in Which::ALL {
        let server = Server::start(&page, &empty)?;
        let loads = loads(tools, which, &server.urls)?;
        let medians = |time: &str| -> Result<(f64, f64), TaskError> {
            let of = |first: usize| median_of(loads.iter().skip(first + 2).step_by(2), time);
            Ok((of(0)?, of(1)?))
        };
        let name = which.name();
        let (ours, empty) = medians("/paint_ms")?;
        rows.push(row(format!("first paint, {name}"), ours, empty, 100.0));
        let (ours, empty) = medians("/ready_ms")?;
        rows.push(row(format!("ready for input, {name}"), ours, empty, 250.0));
    }
    Ok(rows)
}

fn row(name: String, ours: f64, empty: f64, target: f64) -> Row {
    Row {
        name: format!("{name}: milliseconds after an empty page"),
        ours: format!("{ours:.0} ms"),
        peer: format!("{empty:.0} ms (empty)"),
        ratio: ours - empty,
        target: AtMost(target),
    }
}

/// Builds the empty page as trunk builds the page.
fn empty_page(tools: &Toolbox) -> Result<PathBuf, TaskError> {
    let directory = empty_directory("empty-page")?;
    let example = WebExample {
        package: "web",
        name: "empty",
        module: "page",
        files: &["index.html", "boot.js"],
    };
    example.build(tools, &directory)?;
    Ok(directory)
}

/// Both pages in turn, each time under another port.
struct Server {
    process: Child,
    urls: Vec<String>,
}

impl Server {
    fn start(page: &Path, empty: &Path) -> Result<Self, TaskError> {
        let mut serving =
            command::cargo("run --quiet --release --package windrow-cli --example serve_pages --");
        // The first is not counted.
        for _ in 0..=ROUNDS {
            serving.args([page, empty]);
        }
        let mut process = serving
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed_to_start)?;
        let lines = process.stdout.take().map(BufReader::new);
        let urls = lines
            .into_iter()
            .flat_map(BufRead::lines)
            .map_while(Result::ok)
            .filter_map(|line| serde_json::from_str::<Value>(&line).ok())
            .filter_map(|line| Some(line.get("url")?.as_str()?.to_owned()))
            .take((ROUNDS + 1) * 2)
            .collect();
        Ok(Self { process, urls })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends with its standard input.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn loads(tools: &Toolbox, which: Which, urls: &[String]) -> Result<Vec<Value>, TaskError> {
    let browsers = tools.required_browsers()?;
    let mut loading = command::cargo(
        "run --quiet --package windrow-tests --features browser --example page_load --",
    );
    let loading = browsers.both(tools.equip(&mut loading));
    loading.arg(which.name()).args(urls);
    let loads = all(loading)?;
    if loads.len() == urls.len() {
        return Ok(loads);
    }
    Err(TaskError::Wrong(format!(
        "{} of {} pages were loaded",
        loads.len(),
        urls.len()
    )))
}
