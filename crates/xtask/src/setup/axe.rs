//! axe-core, which finds accessibility faults in a page: the browser tests inject it, nothing ships it.
//!
//! Comes from the npm registry at a pinned version into the per-user cache.

use super::system::Wanted;
use super::{found, make, tools_directory, version};
use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::step::Note;
use std::path::PathBuf;

const PACKAGE: &str = "axe-core@4.14.1";

/// Its script, installed if it is not there.
pub(super) fn script() -> Result<(PathBuf, Note), TaskError> {
    let directory = tools_directory()?.join(PACKAGE.replace('@', "-"));
    let script = directory.join("node_modules/axe-core/axe.min.js");
    if script.is_file() {
        return Ok((script.clone(), found(script.display())));
    }
    npm()?;
    make(&directory)?;
    let mut install = command::new("npm");
    install
        .current_dir(&directory)
        .args(["install", "--silent", "--no-audit", "--no-fund"])
        .args(["--no-save", "--ignore-scripts", "--prefix", "."])
        .arg(PACKAGE);
    command::run(&mut install).map_err(|_| TaskError::Missing {
        what: PACKAGE.to_owned(),
        remedy: format!(
            "npm install --no-save --ignore-scripts --prefix {} {PACKAGE}",
            directory.display()
        ),
    })?;
    if script.is_file() {
        Ok((script, Note::done("installed from the npm registry")))
    } else {
        Err(TaskError::Wrong(format!(
            "{} was installed without {}; remove it and run this again",
            directory.display(),
            script.display()
        )))
    }
}

fn npm() -> Result<Note, TaskError> {
    let wanted = Wanted {
        what: "npm",
        packages: &["npm"],
        elsewhere: "https://nodejs.org/en/download (npm comes with Node.js)",
    };
    wanted.ready(|| version(&place::on_path(&["npm"])?))
}
