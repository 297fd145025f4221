//! `cargo xtask test`: everything that is checked, in the order in which it is cheapest to learn that something is wrong.
//!
//! One failed step does not hide the others; only what needs a failed build is left out.
//! The page is built beside what needs none: its profile has directories of its own below `target/`, so neither waits for the other's lock,
//! and its last steps, which optimise the whole program, leave a core free.
//! Everything native is built once, with one set of features: the tests run the debug `windrow` of that build.

use crate::browser;
use crate::build;
use crate::check;
use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::setup::Toolbox;
use crate::soak;
use crate::step::{Note, Steps};
use crate::supply;
use std::process::Command;

// Each names the whole workspace, though it may run little of it: with fewer packages their dependencies would be built again,
// with fewer features.

/// Every native test, and the binary they need.
const BUILD: &str = "test --quiet --workspace --features windrow-tests/browser --tests --no-run";

const WHOLE: &str = "test --workspace --features windrow-tests/browser --test native";

/// Runs it all, or all but what needs a browser.
pub(crate) fn run(no_browser: bool) -> Result<(), TaskError> {
    let mut steps = Steps::new();
    let Ok(tools) = Toolbox::for_tests(&mut steps, !no_browser) else {
        return steps.finish(true);
    };
    check::formatting(&mut steps);
    std::thread::scope(|scope| {
        let page = steps.begin(scope, build::PAGE, || {
            build::page(&tools, command::run_beside)
        });
        check::native_lints(&mut steps);
        check::wasm_lints(&mut steps);
        supply::check(&mut steps, &tools);
        let built = native(&mut steps, &tools);
        let built = steps.end(page) && built;
        browser::run(&mut steps, &tools, built, no_browser);
    });
    steps.skip("longer loops", soak::ONLY_THERE);
    steps.finish(true)
}

/// Builds and runs what needs neither page nor browser. Says whether all of it was built.
fn native(steps: &mut Steps, tools: &Toolbox) -> bool {
    let whole = "tests of the whole, native";
    let built = steps.run("tests and windrow, debug", || {
        command::run(&mut command::cargo(BUILD))?;
        Ok(Note::default())
    });
    steps.run("tests of crates, native", || {
        let arguments = "test --quiet --workspace --exclude windrow-tests --tests";
        Ok(command::tests(&mut command::cargo(arguments))?.into())
    });
    steps.run("doc tests", || {
        Ok(command::tests(&mut command::cargo("test --quiet --workspace --doc"))?.into())
    });
    if built {
        steps.run(whole, || {
            let mut tests = command::cargo(WHOLE);
            Ok(command::tests(with_windrow(tools.equip(&mut tests)))?.into())
        });
    } else {
        steps.skip(whole, "windrow was not built");
    }
    built
}

/// Tells a test run which binary to test.
pub(crate) fn with_windrow(command: &mut Command) -> &mut Command {
    command.env("WINDROW_BIN", place::debug_windrow())
}
