//! The worker's bench (`web/worker/examples/ingest`) in headless browsers.

use super::measure::{empty_directory, native};
use crate::build;
use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::setup::{Toolbox, Which};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Nothing is asked of anybody but the bench.
const FIREFOX_PREFERENCES: &str = r#"user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
"#;

/// An example of the page or its worker, with the files beside it.
pub(super) struct WebExample {
    /// The package's folder.
    pub(super) package: &'static str,
    pub(super) name: &'static str,
    /// What its module is called.
    pub(super) module: &'static str,
    pub(super) files: &'static [&'static str],
}

impl WebExample {
    /// Builds it into a directory to serve.
    pub(super) fn build(&self, tools: &Toolbox, directory: &Path) -> Result<(), TaskError> {
        let name = self.name;
        command::run(
            // Both packages in one call, as for the page, so that nothing is compiled again with fewer features.
            command::cargo("build --quiet --release --locked --package windrow-web --package windrow-worker --target wasm32-unknown-unknown")
                .args(["--example", name]),
        )?;
        let built = place::target().join("wasm32-unknown-unknown/release/examples");
        let mut bindgen = command::new("wasm-bindgen");
        bindgen
            .args([
                "--target",
                "web",
                "--no-typescript",
                "--out-name",
                self.module,
            ])
            .arg("--out-dir")
            .arg(directory)
            .arg(built.join(format!("{name}.wasm")));
        command::run(tools.equip(&mut bindgen))?;
        for file in self.files {
            let from = place::root()
                .join(self.package)
                .join("examples")
                .join(name)
                .join(file);
            std::fs::copy(&from, directory.join(file)).map_err(TaskError::file(&from))?;
        }
        Ok(())
    }
}

/// The bench as files to serve.
pub(super) struct Prepared<'a> {
    tools: &'a Toolbox,
    directory: PathBuf,
    /// Parts that it may ask for.
    cache: Option<PathBuf>,
}

impl<'a> Prepared<'a> {
    /// Builds it.
    pub(super) fn build(tools: &'a Toolbox) -> Result<Self, TaskError> {
        Self::in_directory(tools, empty_directory("browser")?, None)
    }

    /// The same, with the page's worker, parts for it, their window and the questions.
    pub(super) fn with_cache(
        tools: &'a Toolbox,
        cache: &Path,
        questions: &Path,
        window: &Value,
    ) -> Result<Self, TaskError> {
        let directory = empty_directory("browser-query")?;
        build::page(tools, command::run)?;
        let page = place::root().join("dist");
        let worker = ["worker.js", "worker_bg.wasm", "worker_loader.js"];
        let files = worker.map(|name| (page.join(name), name));
        for (from, name) in files
            .into_iter()
            .chain([(questions.to_owned(), "questions.json")])
        {
            std::fs::copy(&from, directory.join(name)).map_err(TaskError::file(&from))?;
        }
        let to = directory.join("window.json");
        std::fs::write(&to, window.to_string()).map_err(TaskError::file(&to))?;
        Self::in_directory(tools, directory, Some(cache.to_owned()))
    }

    fn in_directory(
        tools: &'a Toolbox,
        directory: PathBuf,
        cache: Option<PathBuf>,
    ) -> Result<Self, TaskError> {
        let example = WebExample {
            package: "web/worker",
            name: "ingest",
            module: "ingest",
            files: &["index.html", "start.js", "asks.js", "measure.js"],
        };
        example.build(tools, &directory)?;
        Ok(Self {
            tools,
            directory,
            cache,
        })
    }

    /// Serves it, lets a headless browser run it, and gives what it sends back.
    pub(super) fn run(&self, which: Which, query: &str) -> Result<Value, TaskError> {
        let mut serving = native();
        serving
            .arg("serve")
            .arg(&self.directory)
            .args(&self.cache)
            .stdout(Stdio::piped());
        let mut server = serving.spawn().map_err(failed_to_start)?;
        let Some(stdout) = server.stdout.take() else {
            return Err(TaskError::Wrong("the bench's server says nothing".into()));
        };
        let mut said = BufReader::new(stdout)
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| serde_json::from_str::<Value>(&line).ok());
        let address = said
            .next()
            .and_then(|line| Some(line.get("address")?.as_str()?.to_owned()))
            .ok_or_else(|| TaskError::Wrong("the bench's server gave no address".into()))?;
        let profile = empty_directory("browser-profile")?;
        let mut browser = browser(self.tools, which, &profile)?
            .arg(format!("{address}{query}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed_to_start)?;
        let result = said.next();
        // Both are ours and no longer needed; that one of them has ended already is as good.
        let _ = browser.kill();
        let _ = browser.wait();
        let _ = server.wait();
        match result {
            Some(result) if result.get("error").is_none() => Ok(result),
            Some(result) => Err(TaskError::Wrong(format!(
                "the browser's bench failed: {result}"
            ))),
            None => Err(TaskError::Wrong(
                "the browser's bench sent no result".into(),
            )),
        }
    }
}

/// A server or a browser of a bench that could not be started.
pub(super) fn failed_to_start(source: std::io::Error) -> TaskError {
    TaskError::NotStarted {
        command: "a bench's server or browser".into(),
        source,
    }
}

/// A headless browser with a fresh profile, the address to follow.
fn browser(tools: &Toolbox, which: Which, profile: &Path) -> Result<Command, TaskError> {
    match which {
        Which::Chromium => {
            let mut chromium = Command::new(tools.required_browsers()?.chromium());
            chromium
                .args([
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--remote-debugging-port=0",
                ])
                .arg(format!("--user-data-dir={}", profile.display()));
            Ok(chromium)
        }
        Which::Firefox => {
            let preferences = profile.join("user.js");
            std::fs::write(&preferences, FIREFOX_PREFERENCES)
                .map_err(TaskError::file(&preferences))?;
            let mut firefox = Command::new(tools.required_browsers()?.firefox());
            firefox
                .args(["--headless", "--no-remote", "--profile"])
                .arg(profile);
            Ok(firefox)
        }
    }
}
