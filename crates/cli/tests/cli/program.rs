//! The program as a process, with an environment of its own.

use serde_json::Value;
use std::process::Output;
use tokio::process::Command;

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

/// Runs `windrow` with these words and variables only.
pub(crate) async fn windrow(words: &[&str], variables: &[(&str, &str)]) -> Ended {
    let output = Command::new(env!("CARGO_BIN_EXE_windrow"))
        .args(words)
        .env_clear()
        .envs(variables.iter().copied())
        .kill_on_drop(true)
        .output()
        .await;
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
