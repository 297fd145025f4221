//! Steps: each says what it does, how long it took and how it ended; a table closes the run.
//!
//! A failed step does not stop the others unless they need what it makes: one run shows everything that is wrong.
//! Times are for the reader; nothing passes or fails by them.

use crate::command::Counts;
use crate::error::TaskError;
use std::time::{Duration, Instant};

/// How a step ended.
enum Outcome {
    Done(String),
    LeftOut(String),
    Failed(String),
}

struct Line {
    name: String,
    took: Duration,
    outcome: Outcome,
}

/// What a step reports when it succeeds.
#[derive(Default)]
pub(crate) struct Note {
    text: String,
    counts: Counts,
    left_out: bool,
}

impl Note {
    /// Done, with a word about it.
    pub(crate) fn done(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// Not done, and why.
    pub(crate) fn left_out(why: impl Into<String>) -> Self {
        Self {
            text: why.into(),
            left_out: true,
            ..Self::default()
        }
    }
}

impl Note {
    /// Tests that were run, with more words about them.
    pub(crate) fn tested(counts: Counts, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            counts,
            left_out: false,
        }
    }
}

impl From<Counts> for Note {
    fn from(counts: Counts) -> Self {
        Self {
            text: counts.to_string(),
            counts,
            left_out: false,
        }
    }
}

/// The steps of one task so far.
pub(crate) struct Steps {
    started: Instant,
    lines: Vec<Line>,
    counts: Counts,
}

impl Steps {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self {
            started: Instant::now(),
            lines: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// Runs one step and says whether it was done.
    pub(crate) fn run(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<Note, TaskError>,
    ) -> bool {
        println!("\n==> {name}");
        let started = Instant::now();
        let (outcome, good) = match work() {
            Ok(note) => {
                self.counts += note.counts;
                let good = note.counts.failed == 0 && !note.left_out;
                let outcome = match (note.left_out, note.counts.failed) {
                    (true, _) => Outcome::LeftOut(note.text),
                    (false, 0) => Outcome::Done(note.text),
                    (false, _) => Outcome::Failed(note.text),
                };
                (outcome, good)
            }
            Err(error) => {
                // A step that failed without a failed test of its own still counts: the total never says 0 failed then.
                self.counts.failed += 1;
                (Outcome::Failed(error.to_string()), false)
            }
        };
        let took = started.elapsed();
        let (word, text) = words(&outcome);
        println!("    {word} in {}{}{text}", seconds(took), gap(text));
        self.lines.push(Line {
            name: name.to_owned(),
            took,
            outcome,
        });
        good
    }

    /// Notes a step that cannot be run because of an earlier one.
    pub(crate) fn skip(&mut self, name: &str, why: &str) {
        self.run(name, || Ok(Note::left_out(why)));
    }

    /// Goes on, or stops with what failed so far.
    pub(crate) fn require(&self) -> Result<(), TaskError> {
        let failed: Vec<&str> = self
            .lines
            .iter()
            .filter(|line| matches!(line.outcome, Outcome::Failed(_)))
            .map(|line| line.name.as_str())
            .collect();
        if failed.is_empty() {
            Ok(())
        } else {
            Err(TaskError::Steps(failed.join(", ")))
        }
    }

    /// Prints the table and, where tests ran, the line `N passed, N failed`.
    pub(crate) fn finish(self, tests: bool) -> Result<(), TaskError> {
        let width = self.lines.iter().map(|line| line.name.len()).max();
        let width = width.unwrap_or(0);
        println!();
        for line in &self.lines {
            let (word, text) = words(&line.outcome);
            println!(
                "{:width$}  {:>9}  {word}{}{text}",
                line.name,
                seconds(line.took),
                gap(text)
            );
        }
        println!("{:width$}  {:>9}", "total", seconds(self.started.elapsed()));
        if tests {
            println!("\n{}", self.counts);
        }
        self.require()
    }
}

fn words(outcome: &Outcome) -> (&'static str, &str) {
    match outcome {
        Outcome::Done(text) => ("done", text),
        Outcome::LeftOut(text) => ("left out", text),
        Outcome::Failed(text) => ("FAILED", text),
    }
}

fn gap(text: &str) -> &'static str {
    if text.is_empty() { "" } else { ": " }
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_named_and_counted_even_without_a_failed_test() {
        let mut steps = Steps::new();
        assert!(steps.run("tests", || {
            Ok(Counts {
                passed: 3,
                failed: 0,
            }
            .into())
        }));
        assert!(!steps.run("lint", || Err(TaskError::Wrong("bad".into()))));
        assert!(!steps.run("more", || Ok(Note::left_out("no browser"))));
        assert_eq!(steps.counts.to_string(), "3 passed, 1 failed");
        assert_eq!(steps.finish(true).unwrap_err().to_string(), "failed: lint");
    }

    #[test]
    fn what_is_left_out_fails_nothing() {
        let mut steps = Steps::new();
        steps.skip("browsers", "--no-browser");
        assert!(steps.finish(false).is_ok());
    }
}
