//! `cargo xtask test`: everything that is checked, in the order in which it is cheapest to learn that something is wrong.
//!
//! One failed step does not hide the others; only what needs a failed build is left out.

use crate::browser;
use crate::build;
use crate::check;
use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::setup::Toolbox;
use crate::step::Steps;
use crate::supply;
use std::process::Command;

/// Runs it all, or all but what needs a browser.
pub(crate) fn run(no_browser: bool) -> Result<(), TaskError> {
    let mut steps = Steps::new();
    let Ok(tools) = Toolbox::for_tests(&mut steps, !no_browser) else {
        return steps.finish(true);
    };
    check::formatting(&mut steps);
    check::native_lints(&mut steps);
    check::wasm_lints(&mut steps);
    supply::check(&mut steps, &tools);

    let built = build::all(&mut steps, &tools);
    steps.run("tests of crates, native", || {
        let arguments = "test --quiet --workspace --exclude windrow-tests --tests";
        Ok(command::tests(&mut command::cargo(arguments))?.into())
    });
    steps.run("doc tests", || {
        Ok(command::tests(&mut command::cargo("test --quiet --workspace --doc"))?.into())
    });
    if built {
        steps.run("tests of the whole, native", || {
            let mut tests = command::cargo("test --package windrow-tests --lib --test native");
            Ok(command::tests(with_windrow(tools.equip(&mut tests)))?.into())
        });
    } else {
        steps.skip("tests of the whole, native", "windrow was not built");
    }
    browser::run(&mut steps, &tools, built, no_browser);
    steps.finish(true)
}

/// Tells a test run which binary to test.
pub(crate) fn with_windrow(command: &mut Command) -> &mut Command {
    command.env("WINDROW_BIN", place::windrow())
}
