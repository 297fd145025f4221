//! Steps: each says what it does, how long it took and how it ended; a table closes the run.
//!
//! A failed step does not stop the others unless they need what it makes: one run shows everything that is wrong.
//! A step may run beside others: it is begun, says nothing meanwhile, and its place in the table is where it began.
//! Times are for the reader; nothing passes or fails by them.

use crate::command::Counts;
use crate::error::TaskError;
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

/// How a step ended.
enum Outcome {
    Done(String),
    LeftOut(String),
    Failed(String),
}

struct Line {
    name: String,
    from: Duration,
    took: Duration,
    is_beside: bool,
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

/// What the work of a step comes to, and when it was over.
type Done = (Result<Note, TaskError>, Instant);

/// A step under way beside others.
pub(crate) struct Beside<'scope> {
    name: String,
    began: Instant,
    work: ScopedJoinHandle<'scope, Done>,
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
        let began = Instant::now();
        let done = work();
        self.note(name, began, (done, Instant::now()), false)
    }

    /// Begins a step that runs beside those that follow. What it prints would be mixed up with theirs: it should print nothing.
    pub(crate) fn begin<'scope>(
        &self,
        scope: &'scope Scope<'scope, '_>,
        name: &str,
        work: impl FnOnce() -> Result<Note, TaskError> + Send + 'scope,
    ) -> Beside<'scope> {
        println!("\n==> {name}, beside what follows");
        Beside {
            name: name.to_owned(),
            began: Instant::now(),
            work: scope.spawn(|| (work(), Instant::now())),
        }
    }

    /// Waits for a step that was begun, and says whether it was done.
    pub(crate) fn end(&mut self, beside: Beside<'_>) -> bool {
        let Beside { name, began, work } = beside;
        println!("\n==> {name}, begun before");
        let done = work.join().unwrap_or_else(|_| {
            let panicked = TaskError::Wrong("it ended in a panic".into());
            (Err(panicked), Instant::now())
        });
        self.note(&name, began, done, true)
    }

    fn note(&mut self, name: &str, began: Instant, done: Done, is_beside: bool) -> bool {
        let (done, ended) = done;
        let (outcome, good) = match done {
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
        let took = ended.duration_since(began);
        let (word, text) = words(&outcome);
        println!("    {word} in {}{}{text}", seconds(took), gap(text));
        self.lines.push(Line {
            name: name.to_owned(),
            from: began.duration_since(self.started),
            took,
            is_beside,
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
    pub(crate) fn finish(mut self, tests: bool) -> Result<(), TaskError> {
        print!("\n{}", self.table());
        if tests {
            println!("\n{}", self.counts);
        }
        self.require()
    }
}

impl Steps {
    /// A line a step, in the order in which they began, with where each began and what it took.
    fn table(&mut self) -> String {
        self.lines.sort_by_key(|line| line.from);
        let width = self.lines.iter().map(|line| line.name.len()).max();
        let width = width.unwrap_or(0);
        let mut table = format!("{:width$}  {:>9}  {:>9}\n", "step", "began at", "took");
        for line in &self.lines {
            let (word, text) = words(&line.outcome);
            table.push_str(&format!(
                "{:width$}  {:>9}  {:>9}  {}{word}{}{text}\n",
                line.name,
                seconds(line.from),
                seconds(line.took),
                if line.is_beside {
                    "beside the next ones, "
                } else {
                    ""
                },
                gap(text)
            ));
        }
        let total = seconds(self.started.elapsed());
        table.push_str(&format!("{:width$}  {:>9}  {total:>9}\n", "total", ""));
        table
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
    fn a_step_beside_others_stands_where_it_began_and_fails_the_run_like_any_other() {
        let mut steps = Steps::new();
        std::thread::scope(|scope| {
            let page = steps.begin(scope, "page", || Err(TaskError::Wrong("no trunk".into())));
            assert!(steps.run("lint", || Ok(Note::default())));
            assert!(!steps.end(page));
        });
        let table = steps.table();
        let names: Vec<_> = table
            .lines()
            .filter_map(|line| line.split(' ').next())
            .collect();
        assert_eq!(names, ["step", "page", "lint", "total"]);
        assert!(table.contains("beside the next ones, FAILED: no trunk"));
        assert_eq!(steps.finish(true).unwrap_err().to_string(), "failed: page");
    }

    #[test]
    fn what_is_left_out_fails_nothing() {
        let mut steps = Steps::new();
        steps.skip("browsers", "--no-browser");
        assert!(steps.finish(false).is_ok());
    }
}
