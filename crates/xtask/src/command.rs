//! A program that is run: its output is passed on as it comes, and the test results in it are counted.
//!
//! Memory: one line of output at a time. Fails with the command line and the exit status.

use crate::error::TaskError;
use crate::place;
use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::ops::AddAssign;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Tests that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// How many passed.
    pub(crate) passed: u64,
    /// How many did not.
    pub(crate) failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// A command in the repository's root.
pub(crate) fn new(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(place::root());
    command
}

/// `cargo` with arguments separated by blanks.
pub(crate) fn cargo(arguments: &str) -> Command {
    let mut command = new("cargo");
    command.args(arguments.split_whitespace());
    command
}

/// Runs to the end with the terminal's own input and output.
pub(crate) fn run(command: &mut Command) -> Result<(), TaskError> {
    println!("    $ {}", line(command));
    let status = command
        .status()
        .map_err(|source| not_started(command, source))?;
    succeeded(command, status)
}

/// Runs to the end without showing anything.
pub(crate) fn output(command: &mut Command) -> Result<Output, TaskError> {
    command
        .stdin(Stdio::null())
        .output()
        .map_err(|source| not_started(command, source))
}

/// Runs to the end beside other programs: what it prints is shown only if it fails, and then at once.
pub(crate) fn run_beside(command: &mut Command) -> Result<(), TaskError> {
    let output = output(command)?;
    if !output.status.success() {
        let all = [output.stdout, output.stderr].concat();
        println!("    $ {}\n{}", line(command), String::from_utf8_lossy(&all));
    }
    succeeded(command, output.status)
}

/// Runs to the end without showing anything, for what it prints. `None` where it cannot be started or fails.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = output(command).ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// Runs tests: passes their output on and counts what they report. A run that fails without a failed test is an error.
pub(crate) fn tests(command: &mut Command) -> Result<Counts, TaskError> {
    tests_and(command, |_| ())
}

/// The same, handing over each line of the output.
pub(crate) fn tests_and(
    command: &mut Command,
    mut each: impl FnMut(&str),
) -> Result<Counts, TaskError> {
    let mut counts = Counts::default();
    let mut reported = false;
    let status = lines(command, |line| {
        if let Some(found) = result_line(line) {
            counts += found;
            reported = true;
        }
        each(line);
        println!("{line}");
    })?;
    if counts.failed == 0 {
        succeeded(command, status)?;
    }
    if !reported {
        return Err(TaskError::Wrong(format!(
            "`{}` ran no test at all",
            line(command)
        )));
    }
    Ok(counts)
}

/// Runs to the end, handing over each line of its standard output.
pub(crate) fn lines(
    command: &mut Command,
    mut each: impl FnMut(&str),
) -> Result<ExitStatus, TaskError> {
    println!("    $ {}", line(command));
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|source| not_started(command, source))?;
    if let Some(stdout) = child.stdout.take() {
        let mut reader = BufReader::new(stdout);
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            match reader.read_until(b'\n', &mut bytes) {
                Ok(0) | Err(_) => break,
                Ok(_) => each(String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r'])),
            }
        }
    }
    let _ = std::io::stdout().flush();
    child.wait().map_err(|source| not_started(command, source))
}

/// Runs quietly for at most `limit`; `None` where it took longer and was ended.
pub(crate) fn within(
    command: &mut Command,
    limit: Duration,
) -> Result<Option<ExitStatus>, TaskError> {
    let mut child: Child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|source| not_started(command, source))?;
    // Its output ends when it does: waiting for that end, with a limit, is waiting for the program.
    let (ended, wait) = mpsc::channel();
    if let Some(mut stdout) = child.stdout.take() {
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut stdout.by_ref(), &mut std::io::sink());
            let _ = ended.send(());
        });
    }
    let in_time = wait.recv_timeout(limit).is_ok();
    if !in_time {
        let _ = child.kill();
    }
    let status = child
        .wait()
        .map_err(|source| not_started(command, source))?;
    Ok(in_time.then_some(status))
}

/// The command as a person would type it.
pub(crate) fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

fn not_started(command: &Command, source: std::io::Error) -> TaskError {
    TaskError::NotStarted {
        command: line(command),
        source,
    }
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<(), TaskError> {
    if status.success() {
        return Ok(());
    }
    Err(TaskError::Failed {
        command: line(command),
        status: status.to_string(),
    })
}

/// `test result: ok. 12 passed; 1 failed; ...`, as libtest and the wasm test runner print it.
fn result_line(line: &str) -> Option<Counts> {
    let (_, rest) = line.split_once("test result: ")?;
    let (_, figures) = rest.split_once(". ")?;
    let mut counts = Counts::default();
    for figure in figures.split("; ") {
        match figure.split_once(' ') {
            Some((number, "passed")) => counts.passed = number.parse().ok()?,
            Some((number, "failed")) => counts.failed = number.parse().ok()?,
            _ => {}
        }
    }
    Some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_both_test_runners_are_counted() {
        let native = "test result: FAILED. 12 passed; 1 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.25s";
        assert_eq!(
            result_line(native),
            Some(Counts {
                passed: 12,
                failed: 1
            })
        );
        let wasm =
            "test result: ok. 4 passed; 0 failed; 0 ignored; 0 filtered out; finished in 1.5s";
        assert_eq!(
            result_line(wasm),
            Some(Counts {
                passed: 4,
                failed: 0
            })
        );
        assert_eq!(result_line("running 3 tests"), None);
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended() {
        let mut command = Command::new("tail");
        command.args(["-f", "/dev/null"]);
        let ended = within(&mut command, Duration::from_millis(50)).unwrap();
        assert!(ended.is_none());
    }
}
