//! `cargo xtask check`: what is quick enough to run all the time.

use crate::command;
use crate::error::TaskError;
use crate::setup::Toolbox;
use crate::step::{Note, Steps};

/// Formatting, clippy, unit tests: natively, without building the page or starting anything.
pub(crate) fn run() -> Result<(), TaskError> {
    let mut steps = Steps::new();
    if Toolbox::for_check(&mut steps).is_err() {
        return steps.finish(true);
    }
    formatting(&mut steps);
    native_lints(&mut steps);
    steps.run("unit tests", || {
        let arguments = "test --quiet --workspace --exclude windrow-tests --lib --bins";
        Ok(command::tests(&mut command::cargo(arguments))?.into())
    });
    steps.finish(true)
}

/// Everything is formatted.
pub(crate) fn formatting(steps: &mut Steps) {
    steps.run("formatting", || {
        command::run(&mut command::cargo("fmt --all --check"))?;
        Ok(Note::default())
    });
}

/// Warnings are errors, in tests and examples too.
pub(crate) fn native_lints(steps: &mut Steps) {
    steps.run("clippy, native", || {
        command::run(&mut command::cargo(
            "clippy --quiet --workspace --all-targets --features windrow-tests/browser -- -D warnings",
        ))?;
        Ok(Note::default())
    });
}

/// The same for what runs in the browser.
pub(crate) fn wasm_lints(steps: &mut Steps) {
    steps.run("clippy, wasm32", || {
        // In one call, so that what they have in common is checked once, with one set of features. The engine is checked as their dependency.
        command::run(&mut command::cargo(
            "clippy --quiet --target wasm32-unknown-unknown --package windrow-web --package windrow-worker --package windrow-protocol --package windrow-store \
             --lib --bins --example ingest --example empty --test opfs --test messages --features windrow-store/conformance -- -D warnings",
        ))?;
        Ok(Note::default())
    });
}
