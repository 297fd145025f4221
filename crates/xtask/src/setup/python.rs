//! Two foreign readers of Parquet, pyarrow and DuckDB, in a Python environment of their own: the tests let them read what Windrow wrote, the benches compare with them.

use super::system::Wanted;
use super::{found, make, tools_directory};
use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::step::Note;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGES: [&str; 2] = ["duckdb==2.0.0", "pyarrow==26.0.1"];

/// The Python that has them, made if it is not there.
pub(super) fn readers() -> Result<(PathBuf, Note), TaskError> {
    let tools = tools_directory()?;
    make(&tools)?;
    let directory = tools.join(format!("python-{}", PACKAGES.join("-").replace("==", "-")));
    let python = directory.join("bin").join("python");
    if works(&python) {
        return Ok((python.clone(), found(python.display())));
    }
    interpreter()?;
    // A half-made environment is of no use.
    if directory.exists() {
        std::fs::remove_dir_all(&directory).map_err(TaskError::file(&directory))?;
    }
    let missing = |_| TaskError::Missing {
        what: PACKAGES.join(" and "),
        remedy: format!(
            "python3 -m venv {0} && {0}/bin/python -m pip install {1}",
            directory.display(),
            PACKAGES.join(" ")
        ),
    };
    command::run(Command::new("python3").args(["-m", "venv"]).arg(&directory)).map_err(missing)?;
    command::run(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--only-binary", ":all:"])
            .args(PACKAGES),
    )
    .map_err(missing)?;
    if works(&python) {
        Ok((
            python,
            Note::done(format!("installed {}", PACKAGES.join(", "))),
        ))
    } else {
        Err(TaskError::Wrong(format!(
            "{} was made but cannot import them; remove it and run this again",
            directory.display()
        )))
    }
}

fn interpreter() -> Result<Note, TaskError> {
    let wanted = Wanted {
        what: "python3 with venv",
        packages: &["python3", "python3-venv"],
        elsewhere: "https://www.python.org/downloads/ (Python 3.10 or later)",
    };
    wanted.ready(|| {
        place::on_path(&["python3"])?;
        command::answer(Command::new("python3").args(["-c", "import venv, ensurepip"]))?;
        Some("python3".into())
    })
}

fn works(python: &Path) -> bool {
    let script = "import duckdb, pyarrow; print(duckdb.__version__, pyarrow.__version__)";
    let wanted = PACKAGES
        .map(|package| package.split_once("==").map_or("", |(_, version)| version))
        .join(" ");
    command::answer(Command::new(python).args(["-c", script])).is_some_and(|have| have == wanted)
}
