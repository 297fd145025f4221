//! The `windrow` binary, as `cargo xtask test` built it: run to its end, or kept running and read line by line.
//!
//! A process that is still running when its [`Running`] goes is ended by its id.

use serde_json::Value;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

/// The environment name of the API key, which nothing may ever print.
pub const KEY: &str = "RAPID7_API_KEY";

/// After this long without what it waits for, a test fails.
pub const LIMIT: Duration = Duration::from_secs(240);

/// The binary under test: the one that `WINDROW_BIN` names, or the one that was built beside these tests.
pub fn path() -> PathBuf {
    let beside = || {
        let this = std::env::current_exe().expect("a test is a program");
        let built = this.ancestors().nth(2).expect("it lies below `target/`");
        built.join(format!("windrow{}", std::env::consts::EXE_SUFFIX))
    };
    let path = std::env::var_os("WINDROW_BIN").map_or_else(beside, PathBuf::from);
    assert!(
        path.is_file(),
        "{} is not there: run `cargo build --package windrow-cli`, or set WINDROW_BIN",
        path.display()
    );
    path
}

/// `windrow` with arguments and nothing of the tester's own settings.
pub fn windrow<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(path());
    command
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", std::env::var_os("HOME").unwrap_or_default())
        .stdin(Stdio::null());
    command
}

/// How a command ended and what it said.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Ended {
    /// Standard output as one JSON document.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not one JSON document ({error}): {self:?}"))
    }

    /// The same, of a command that must have succeeded.
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }
}

/// Runs a command to its end. Its API key must not be in what it says.
pub fn end(command: &mut Command) -> Ended {
    let output = command.output().expect("windrow can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    let ended = Ended {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    for key in command.get_envs().filter(|(name, _)| *name == KEY) {
        let key = key.1.and_then(OsStr::to_str).unwrap_or_default();
        let said = ended.stdout.contains(key) || ended.stderr.contains(key);
        assert!(
            key.is_empty() || !said,
            "the API key was printed: {command:?}"
        );
    }
    ended
}

/// A process that is kept running, with the lines it prints on one of its outputs.
#[derive(Debug)]
pub struct Running {
    child: Child,
    lines: mpsc::Receiver<String>,
    other: Option<JoinHandle<String>>,
}

/// Which output is read line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pipe {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl Running {
    /// Starts it.
    pub fn start(command: &mut Command, read: Pipe) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{:?} cannot be started: {error}", command.get_program())
            });
        let stdout: Box<dyn Read + Send> = Box::new(child.stdout.take().unwrap());
        let stderr: Box<dyn Read + Send> = Box::new(child.stderr.take().unwrap());
        let (ours, mut rest) = match read {
            Pipe::Stdout => (stdout, stderr),
            Pipe::Stderr => (stderr, stdout),
        };
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(ours).lines().map_while(Result::ok) {
                // A test that has seen enough no longer listens; the pipe is still emptied.
                let _ = sender.send(line);
            }
        });
        let other = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = rest.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        Self {
            child,
            lines,
            other: Some(other),
        }
    }

    /// The next line; `None` when there are no more.
    pub fn line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(LIMIT) {
            Ok(line) => Some(line),
            Err(mpsc::RecvTimeoutError::Disconnected) => None,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("nothing was printed in {LIMIT:?}"),
        }
    }

    /// The first line for which `found` gives something.
    pub fn until<T>(&mut self, found: impl FnMut(&str) -> Option<T>) -> T {
        self.said(found)
            .unwrap_or_else(|seen| panic!("it ended before it said what was waited for: {seen}"))
    }

    /// As [`Running::until`].
    ///
    /// # Errors
    ///
    /// Everything it wrote, when it ends first.
    pub fn said<T>(&mut self, mut found: impl FnMut(&str) -> Option<T>) -> Result<T, String> {
        let mut seen = Vec::new();
        while let Some(line) = self.line() {
            if let Some(value) = found(&line) {
                return Ok(value);
            }
            seen.push(line);
        }
        Err(format!("{seen:?}, {}", self.rest()))
    }

    /// Ends it at once, as a crash would: it gets no word in (SIGKILL).
    pub fn kill(mut self) -> ExitStatus {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a child can be waited for")
    }

    /// Ends it, and gives everything it wrote that has not been read yet.
    pub fn end(mut self) -> String {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a child can be waited for");
        let mut said = String::new();
        while let Some(line) = self.line() {
            said.push_str(&line);
            said.push('\n');
        }
        said + &self.rest()
    }

    /// Waits for its own end. Gives how it ended and what it wrote on the other output.
    pub fn wait(mut self) -> (ExitStatus, String) {
        while self.line().is_some() {}
        let status = self.child.wait().expect("a child can be waited for");
        (status, self.rest())
    }

    fn rest(&mut self) -> String {
        self.other
            .take()
            .and_then(|thread| thread.join().ok())
            .unwrap_or_default()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
