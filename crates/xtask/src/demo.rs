//! `cargo xtask demo`: from a fresh clone to a page with rows in it, with one command.

use crate::build;
use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::setup::Toolbox;
use crate::step::Steps;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// Sets up, builds, and becomes `windrow serve --demo`, which prints the address.
pub(crate) fn run(replay: Option<&Path>, serve: &[OsString]) -> Result<(), TaskError> {
    let mut steps = Steps::new();
    if let Ok(tools) = Toolbox::for_page(&mut steps) {
        build::all(&mut steps, &tools);
    }
    steps.finish(false)?;

    // The person's own directory, so that a relative FILE means what they see.
    let mut windrow = Command::new(place::windrow());
    windrow.args(["serve", "--demo"]);
    if let Some(file) = replay {
        windrow.arg("--replay").arg(file);
    }
    windrow.args(serve);
    println!("\n==> {}\n", command::line(&windrow));
    become_program(&mut windrow)
}

/// Replaces this process, so that ending it ends the server.
#[cfg(unix)]
fn become_program(windrow: &mut Command) -> Result<(), TaskError> {
    use std::os::unix::process::CommandExt;
    Err(TaskError::NotStarted {
        command: command::line(windrow),
        source: windrow.exec(),
    })
}

#[cfg(not(unix))]
fn become_program(windrow: &mut Command) -> Result<(), TaskError> {
    command::run(windrow)
}
