//! The program as a process, with an environment of its own.

use serde_json::Value;
use std::process::{Output, Stdio};
use tokio::process::{Child, Command};

/// A finished process.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// Standard output as one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!("{error}: stdout {:?} stderr {:?}", self.stdout, self.stderr)
        })
    }
}

/// Starts `windrow` with these words and variables only. It ends with its handle at the latest.
pub(crate) fn spawn(words: &[&str], variables: &[(&str, &str)]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_windrow"));
    command
        .args(words)
        .env_clear()
        .envs(variables.iter().copied());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.kill_on_drop(true).spawn().unwrap()
}

/// Runs `windrow` to its end.
pub(crate) async fn windrow(words: &[&str], variables: &[(&str, &str)]) -> Ended {
    let output = spawn(words, variables).wait_with_output().await;
    let Output {
        status,
        stdout,
        stderr,
    } = output.unwrap();
    Ended {
        code: status.code().unwrap(),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}
