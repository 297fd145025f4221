//! The supply chain: licences, sources and banned crates always; known vulnerabilities where their database can be fetched.

use crate::command;
use crate::error::TaskError;
use crate::setup::Toolbox;
use crate::step::{Note, Steps};
use std::time::Duration;

const FETCH_LIMIT: Duration = Duration::from_secs(120);

/// Both checks, each a step.
pub(crate) fn check(steps: &mut Steps, tools: &Toolbox) {
    steps.run("licences, bans, sources", || {
        let mut deny = command::new("cargo-deny");
        deny.args([
            "--all-features",
            "--locked",
            "check",
            "--hide-inclusion-graph",
        ])
        .args(["licenses", "bans", "sources"]);
        command::run(tools.equip(&mut deny))?;
        Ok(Note::default())
    });
    steps.run("advisories", || advisories(tools));
}

fn advisories(tools: &Toolbox) -> Result<Note, TaskError> {
    let mut fetch = command::new("cargo-deny");
    fetch.args(["fetch", "db"]);
    let fetched = command::within(tools.equip(&mut fetch), FETCH_LIMIT)?;
    if !fetched.is_some_and(|status| status.success()) {
        return Ok(Note::left_out(
            "the advisory database (github.com/rustsec/advisory-db) cannot be reached from here",
        ));
    }
    let mut deny = command::new("cargo-deny");
    deny.args([
        "--all-features",
        "--locked",
        "check",
        "--disable-fetch",
        "advisories",
    ]);
    command::run(tools.equip(&mut deny))?;
    Ok(Note::default())
}
