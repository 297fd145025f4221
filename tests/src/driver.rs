//! A real browser, driven over plain WebDriver by its own driver program, which is started on a free port and ended by its id.
//!
//! Nothing is downloaded. Each session has a fresh profile, unless it is given one.
//! Waiting happens inside the page, on a condition, with a limit.

mod input;
mod setup;

use crate::binary::{LIMIT, Pipe, Running};
use crate::http;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Instant;

pub use input::{DOWN, END, ENTER, ESCAPE, LEFT, RIGHT, TAB};
pub use setup::{Kind, Setup};

/// Removes all that the site shown keeps. What another tab of it had open may be closed a moment later.
const WIPE: &str = "
    const done = arguments[0], until = performance.now() + 20000;
    const empty = async () => {
      const root = await navigator.storage.getDirectory();
      for (const name of await Array.fromAsync(root.keys())) await root.removeEntry(name, {recursive: true});
      for (const {name} of await indexedDB.databases()) indexedDB.deleteDatabase(name);
      for (const name of await caches.keys()) await caches.delete(name);
      for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
      localStorage.clear();
      sessionStorage.clear();
      if ((await navigator.locks.query()).held.length > 0) throw new Error('a lock is still held');
    };
    const attempt = () => empty().then(() => done(null), error => {
      if (performance.now() > until) done(String(error));
      else setTimeout(attempt, 40);
    });
    attempt();";

/// So often is a driver started that finds its port taken.
const STARTS: usize = 5;

/// A browser with one session.
#[derive(Debug)]
pub struct Browser {
    kind: Kind,
    address: SocketAddr,
    session: String,
    capabilities: Value,
    // Of the sites that were opened.
    origins: Mutex<BTreeSet<String>>,
    // In the order in which they go: first the driver, then the profile it used.
    _driver: Running,
    profile: Profile,
}

#[derive(Debug)]
enum Profile {
    Fresh(tempfile::TempDir),
    Kept(PathBuf),
}

impl Profile {
    fn path(&self) -> &Path {
        match self {
            Self::Fresh(directory) => directory.path(),
            Self::Kept(path) => path,
        }
    }
}

/// Starts a driver, and reads the port it chose after `marker`.
///
/// `ChromeDriver` takes a port that is free for IPv6 and ends when another program has the same one for IPv4:
/// then it is started again.
fn listening(command: &mut Command, marker: &str) -> (Running, u16) {
    for _ in 0..STARTS {
        let mut driver = Running::start(command, Pipe::Stdout);
        match driver.said(|line| {
            let rest = line.split_once(marker)?.1;
            rest.trim_end_matches('.').parse::<u16>().ok()
        }) {
            Ok(port) => return (driver, port),
            Err(why) if why.contains("Address already in use") => eprintln!("again: {why}"),
            Err(why) => panic!("the driver ended before it listened: {why}"),
        }
    }
    panic!("in {STARTS} starts the driver never found a free port");
}

impl Browser {
    /// Starts a driver and a session.
    pub fn start(kind: Kind, setup: Setup) -> Self {
        let profile = setup.profile.clone().map_or_else(
            || Profile::Fresh(tempfile::tempdir().unwrap()),
            Profile::Kept,
        );
        let mut command = Command::new(kind.driver());
        let (capabilities, marker) = match kind {
            Kind::Firefox => {
                command.args(["--host", "127.0.0.1", "--port", "0"]);
                (setup::firefox(&setup), "Listening on 127.0.0.1:")
            }
            Kind::Chromium => {
                command.arg("--port=0");
                let profile = profile.path().to_str().unwrap();
                let capabilities = setup::chromium(&setup, profile);
                (capabilities, "started successfully on port ")
            }
        };
        let (driver, port) = listening(&mut command, marker);
        let mut browser = Self {
            kind,
            address: (Ipv4Addr::LOCALHOST, port).into(),
            session: String::new(),
            capabilities: Value::Null,
            origins: Mutex::default(),
            _driver: driver,
            profile,
        };
        let capabilities = json!({"capabilities": {"alwaysMatch": capabilities}});
        let session = browser
            .try_send("POST", "/session", &capabilities)
            .unwrap_or_else(|refused| panic!("no session: {refused}"));
        browser.session = session["sessionId"].as_str().unwrap().to_owned();
        browser.capabilities = session["capabilities"].clone();
        let limit_ms = u64::try_from(LIMIT.as_millis()).unwrap() * 2;
        browser.post(
            "/timeouts",
            &json!({"script": limit_ms, "pageLoad": limit_ms}),
        );
        browser
    }

    /// Which one it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Sends a command of Chromium's debugging protocol to the tab shown.
    pub fn debug(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.post("/goog/cdp/execute", &body)
    }

    /// Ends the browser as a crash or the system would: it gets no word in (SIGKILL).
    pub fn kill(mut self) {
        let id = self.process();
        // There is no session to end any more.
        self.session.clear();
        let killed = Command::new("kill").args(["-9", &id]).status();
        assert!(killed.unwrap().success());
        let until = Instant::now() + LIMIT;
        while is_running(&id) {
            assert!(Instant::now() < until, "process {id} lives on");
            std::thread::yield_now();
        }
    }

    /// The id of the browser's own process, which its driver started for this session.
    fn process(&self) -> String {
        let told = ["moz:processID", "goog:processID"].map(|name| &self.capabilities[name]);
        if let Some(id) = told.into_iter().find_map(Value::as_u64) {
            return id.to_string();
        }
        // No other process has this profile, and the browser's children say of what kind they are.
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let mut processes = std::fs::read_dir("/proc").unwrap().flatten();
        let found = processes.find(|process| {
            let command = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
            let command = String::from_utf8_lossy(&command).into_owned();
            let mut arguments = command.split('\0');
            arguments.clone().any(|argument| argument == profile)
                && !arguments.any(|argument| argument.starts_with("--type="))
                && !command.contains("chromedriver")
        });
        let found = found.expect("the browser's process is there");
        found.file_name().to_str().unwrap().to_owned()
    }

    /// Loads an address and waits for it.
    pub fn goto(&self, url: &str) {
        let origin: Vec<&str> = url.split('/').take(3).collect();
        self.origins.lock().unwrap().insert(origin.join("/"));
        self.post("/url", &json!({"url": url}));
    }

    /// Loads the same address again.
    pub fn reload(&self) {
        self.post("/refresh", &json!({}));
    }

    /// Goes back to what was shown before.
    pub fn back(&self) {
        self.post("/back", &json!({}));
    }

    /// The size of what is shown, in CSS pixels.
    pub fn resize(&self, width: u32, height: u32) {
        self.post("/window/rect", &json!({"width": width, "height": height}));
    }

    /// The address shown.
    pub fn url(&self) -> String {
        self.get("/url").as_str().unwrap().to_owned()
    }

    /// Opens a new tab without going to it.
    pub fn new_tab(&self) -> String {
        let tab = self.post("/window/new", &json!({"type": "tab"}));
        tab["handle"].as_str().unwrap().to_owned()
    }

    /// The tab shown.
    pub fn tab(&self) -> String {
        self.get("/window").as_str().unwrap().to_owned()
    }

    /// Closes this tab at once, whatever it is doing.
    pub fn close_tab(&self) {
        self.delete("/window");
    }

    /// Goes to a tab.
    pub fn show(&self, tab: &str) {
        self.post("/window", &json!({"handle": tab}));
    }

    /// Runs a script in the page and gives what it returns; `args` is its argument.
    pub fn run(&self, script: &str, args: &Value) -> Value {
        let script = format!("const args = arguments[0]; {script}");
        self.post("/execute/sync", &json!({"script": script, "args": [args]}))
    }

    /// Runs an asynchronous script in the page and gives what it returns.
    pub fn run_async(&self, script: &str, args: &Value) -> Value {
        let script = format!(
            "const args = arguments[0], done = arguments[1];
             (async () => {{ {script} }})().then(value => done({{value}}), error => done({{error: String(error)}}));"
        );
        let answer = self.post("/execute/async", &json!({"script": script, "args": [args]}));
        assert!(answer["error"].is_null(), "{}", answer["error"]);
        answer["value"].clone()
    }

    /// Waits until a script returns something true, and gives that.
    pub fn until(&self, what: &str, script: &str, args: &Value) -> Value {
        let script = format!(
            "const args = arguments[0], done = arguments[2], until = performance.now() + arguments[1];
             const look = () => {{ {script} }};
             const attempt = () => {{
               let found;
               try {{ found = look(); }} catch {{}}
               if (found) done({{found}});
               else if (performance.now() > until) done({{text: (document.querySelector('main') ?? document.body).innerText.slice(0, 1500)}});
               else setTimeout(attempt, 40);
             }};
             attempt();"
        );
        let limit_ms = u64::try_from(LIMIT.as_millis()).unwrap();
        let answer = self.post(
            "/execute/async",
            &json!({"script": script, "args": [args, limit_ms]}),
        );
        assert!(
            !answer["found"].is_null(),
            "waited {LIMIT:?} for {what}; the page says: {}",
            answer["text"].as_str().unwrap_or_default()
        );
        answer["found"].clone()
    }

    /// A PNG of what is shown.
    pub fn screenshot(&self) -> Vec<u8> {
        let text = self.get("/screenshot");
        let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
        for letter in text.as_str().unwrap().bytes() {
            let six = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => break,
            };
            (bits, held) = (bits << 6 | u32::from(six), held + 6);
            if held >= 8 {
                held -= 8;
                bytes.push((bits >> held) as u8);
            }
        }
        bytes
    }

    /// Makes it as good as a new one: one fresh tab, and nothing kept for any site that was opened. The sites must still be served.
    ///
    /// # Errors
    ///
    /// What the driver or a site says against it.
    pub fn wipe(&self) -> Result<(), Value> {
        let old = self.try_command("GET", "/window/handles", &Value::Null)?;
        let fresh = self.try_post("/window/new", &json!({"type": "tab"}))?;
        for tab in old.as_array().into_iter().flatten() {
            self.try_post("/window", &json!({"handle": tab}))?;
            self.try_command("DELETE", "/window", &Value::Null)?;
        }
        self.try_post("/window", &json!({"handle": fresh["handle"]}))?;
        if self.kind == Kind::Chromium {
            // Going to a tab gives it the focus in Firefox only.
            let front = json!({"cmd": "Page.bringToFront", "params": {}});
            self.try_post("/goog/cdp/execute", &front)?;
        }
        let (width, height) = setup::SIZE;
        self.try_post("/window/rect", &json!({"width": width, "height": height}))?;
        for origin in std::mem::take(&mut *self.origins.lock().unwrap()) {
            if !origin.starts_with("http://") {
                continue;
            }
            // A file of the site's that starts nothing.
            self.try_post("/url", &json!({"url": format!("{origin}/icon.svg")}))?;
            let wipe = json!({"script": WIPE, "args": []});
            let refused = self.try_post("/execute/async", &wipe)?;
            if !refused.is_null() {
                return Err(refused);
            }
        }
        self.try_post("/url", &json!({"url": "about:blank"}))?;
        Ok(())
    }

    fn get(&self, path: &str) -> Value {
        self.command("GET", path, &Value::Null)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.command("POST", path, body)
    }

    fn delete(&self, path: &str) -> Value {
        self.command("DELETE", path, &Value::Null)
    }

    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_command(method, path, body)
            .unwrap_or_else(|refused| panic!("{method} {path}: {refused}"))
    }

    /// Posts, or gives what the driver says against it.
    fn try_post(&self, path: &str, body: &Value) -> Result<Value, Value> {
        self.try_command("POST", path, body)
    }

    /// A command of the session's own.
    fn try_command(&self, method: &str, path: &str, body: &Value) -> Result<Value, Value> {
        self.try_send(method, &format!("/session/{}{path}", self.session), body)
    }

    fn try_send(&self, method: &str, path: &str, body: &Value) -> Result<Value, Value> {
        let bytes = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let headers = [("Content-Type", "application/json; charset=utf-8")];
        let answer = http::send(self.address, method, path, &headers, bytes.as_bytes())
            .map_err(|error| json!(error.to_string()))?;
        let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let value = value["value"].clone();
        if answer.status == 200 {
            Ok(value)
        } else {
            Err(value)
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if self.session.is_empty() {
            return;
        }
        // Ends the browser; the driver is ended after it. A session that is gone already is no harm.
        let path = format!("/session/{}", self.session);
        let _ = http::send(self.address, "DELETE", &path, &[], b"");
    }
}

/// Whether a process runs; one that has ended and waits for its parent does not.
fn is_running(id: &str) -> bool {
    let about = Command::new("ps").args(["-o", "stat=", "-p", id]).output();
    let about = about.unwrap().stdout;
    !about.is_empty() && !about.starts_with(b"Z")
}
