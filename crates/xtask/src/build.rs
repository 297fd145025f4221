//! The page and the `windrow` binary, as the demo shows them and a release would ship them.
//!
//! The release binary embeds the page, so the page comes first. Tests use the same page, and a debug binary that reads it when it starts.

use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::setup::Toolbox;
use crate::step::{Note, Steps};
use std::path::Path;
use std::process::Command;

/// The name of the step that builds the page.
pub(crate) const PAGE: &str = "page for wasm32, release";

/// The page's module must not exceed this: not for the download, which is local, but so that nothing large gets in unseen.
const PAGE_LIMIT_BYTES: u64 = 2_000_000;

/// Builds both, each a step. Says whether both are there now.
pub(crate) fn all(steps: &mut Steps, tools: &Toolbox) -> bool {
    let companion_step = "windrow with the page inside, release";
    if steps.run(PAGE, || page(tools, command::run)) {
        steps.run(companion_step, companion)
    } else {
        steps.skip(companion_step, "the page was not built");
        false
    }
}

/// Builds the page, by [`command::run`] or [`command::run_beside`].
pub(crate) fn page(
    tools: &Toolbox,
    run: fn(&mut Command) -> Result<(), TaskError>,
) -> Result<Note, TaskError> {
    let mut trunk = command::new("trunk");
    trunk
        .args(["build", "--release", "--locked"])
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        // Trunk takes the usual `NO_COLOR=1` for an argument it does not know.
        .env_remove("NO_COLOR");
    run(tools.equip(&mut trunk))?;
    let page = place::root().join("dist");
    let module = page.join("page_bg.wasm");
    let bytes = module.metadata().map_err(TaskError::file(&module))?.len();
    if bytes > PAGE_LIMIT_BYTES {
        return Err(TaskError::Wrong(format!(
            "{} has {bytes} bytes, more than {PAGE_LIMIT_BYTES}: see what was added to the page",
            module.display()
        )));
    }
    let bytes = size(&page).map_err(TaskError::file(&page))?;
    Ok(Note::done(format!("dist, {} kB", bytes / 1000)))
}

fn companion() -> Result<Note, TaskError> {
    command::run(&mut command::cargo(
        "build --quiet --release --locked --package windrow-cli",
    ))?;
    let binary = place::windrow();
    let bytes = binary.metadata().map_err(TaskError::file(&binary))?.len();
    Ok(Note::done(format!(
        "{}, {} kB",
        binary.display(),
        bytes / 1000
    )))
}

fn size(directory: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in directory.read_dir()? {
        let entry = entry?;
        let kind = entry.file_type()?;
        bytes += if kind.is_dir() {
            size(&entry.path())?
        } else {
            entry.metadata()?.len()
        };
    }
    Ok(bytes)
}
