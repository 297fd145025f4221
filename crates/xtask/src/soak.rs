//! `cargo xtask soak`: the same tests, many times. Takes as long as it takes; nothing else depends on it.

use crate::build;
use crate::command;
use crate::error::TaskError;
use crate::setup::Toolbox;
use crate::step::Steps;
use crate::test;

const KILLS: &str = "50";
const CASES: &str = "20000";
/// Power cuts at every stop of every script, and journeys of each: some hundred thousand states.
const CRASH_SEEDS: &str = "60";

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
            Ok(command::tests(test::with_windrow(tools.equip(&mut tests)))?.into())
        });
    }
    steps.run("crashes on the simulated disk", || {
        let mut tests = command::cargo(
            "test --release --package windrow-engine --test engine crashes::scripts",
        );
        tests.env("WINDROW_CRASH_SEEDS", CRASH_SEEDS);
        Ok(command::tests(&mut tests)?.into())
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
