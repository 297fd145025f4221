//! `cargo xtask soak`: the same tests, many times. Takes as long as it takes; nothing else depends on it.

use crate::build;
use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::setup::Toolbox;
use crate::step::{Note, Steps};
use std::ops::AddAssign;

const KILLS: &str = "50";
const CASES: &str = "20000";
/// Power cuts at every stop of every script, and journeys of each.
const CRASH_SEEDS: &str = "24";
/// What no other command runs.
pub(crate) const ONLY_THERE: &str = "only `cargo xtask soak` kills a fetch fifty times, cuts the power 24 times at each stop of each script, and tries each property 20000 times";
/// Fewer states than this are no soak: a script or its seeds got lost.
const LEAST_STATES: u64 = 150_000;

/// Many kill points, many power cuts, many property cases.
pub(crate) fn run() -> Result<(), TaskError> {
    let mut steps = Steps::new();
    let Ok(tools) = Toolbox::for_tests(&mut steps, false) else {
        return steps.finish(true);
    };
    if build::all(&mut steps, &tools) {
        steps.run("fifty kills", || {
            let mut tests = command::cargo("test --package windrow-tests --test native killed");
            tests.env("WINDROW_KILLS", KILLS);
            tests.env("WINDROW_BIN", place::windrow());
            Ok(command::tests(tools.equip(&mut tests))?.into())
        });
    }
    steps.run("crashes on the simulated disk", || {
        let mut tests = command::cargo(
            "test --release --package windrow-engine --test engine crashes::scripts",
        );
        tests.env("WINDROW_CRASH_SEEDS", CRASH_SEEDS);
        let mut visited = Visited::default();
        let counts = command::tests_and(&mut tests, |line| visited.take(line))?;
        if visited.states < LEAST_STATES {
            return Err(TaskError::Wrong(format!(
                "only {}; at least {LEAST_STATES} were expected",
                visited.words()
            )));
        }
        Ok(Note::tested(
            counts,
            format!("{counts}; {}", visited.words()),
        ))
    });
    steps.run("properties, 20000 cases each", || {
        let mut tests = command::cargo(
            "test --quiet --release --workspace --exclude windrow-tests --exclude windrow-cli --tests",
        );
        tests.env("PROPTEST_CASES", CASES);
        Ok(command::tests(&mut tests)?.into())
    });
    steps.finish(true)
}

/// What the scripts of the simulated disk say they have tried, summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Visited {
    scripts: u64,
    states: u64,
    power_cuts: u64,
    journeys: u64,
}

impl Visited {
    /// `burst: 133 states, 32 power cuts, 4 journeys`
    fn of(line: &str) -> Option<Self> {
        let (_, figures) = line.split_once(": ")?;
        let mut figures = figures.split(", ");
        let mut figure = |unit: &str| figures.next()?.strip_suffix(unit)?.parse().ok();
        Some(Self {
            scripts: 1,
            states: figure(" states")?,
            power_cuts: figure(" power cuts")?,
            journeys: figure(" journeys")?,
        })
    }

    fn take(&mut self, line: &str) {
        if let Some(found) = Self::of(line) {
            *self += found;
        }
    }

    fn words(&self) -> String {
        format!(
            "{} states visited, {} power cuts, {} journeys, {CRASH_SEEDS} seeds at each stop of {} scripts",
            self.states, self.power_cuts, self.journeys, self.scripts
        )
    }
}

impl AddAssign for Visited {
    fn add_assign(&mut self, other: Self) {
        self.scripts += other.scripts;
        self.states += other.states;
        self.power_cuts += other.power_cuts;
        self.journeys += other.journeys;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_scripts_say_is_summed_up() {
        let mut visited = Visited::default();
        for line in [
            "running 17 tests",
            "burst: 133 states, 32 power cuts, 4 journeys",
            "test crashes::scripts::burst ... ok",
            "overlap: 67 states, 8 power cuts, 6 journeys",
            "test result: ok. 17 passed; 0 failed; 0 ignored",
        ] {
            visited.take(line);
        }
        let (scripts, states, power_cuts, journeys) = (2, 200, 40, 10);
        assert_eq!(
            visited,
            Visited {
                scripts,
                states,
                power_cuts,
                journeys
            }
        );
    }
}
