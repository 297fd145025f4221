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
    /// What it left.
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code().unwrap(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Standard output as one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!("{error}: stdout {:?} stderr {:?}", self.stdout, self.stderr)
        })
    }
}

/// `windrow` with these words and variables only. It ends with its handle at the latest.
pub(crate) fn program(words: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_windrow"));
    command
        .args(words)
        .env_clear()
        .envs(variables.iter().copied());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.kill_on_drop(true);
    command
}

/// Starts it.
pub(crate) fn spawn(words: &[&str], variables: &[(&str, &str)]) -> Child {
    program(words, variables).spawn().unwrap()
}

/// Runs `windrow` to its end.
pub(crate) async fn windrow(words: &[&str], variables: &[(&str, &str)]) -> Ended {
    Ended::of(program(words, variables).output().await.unwrap())
}
