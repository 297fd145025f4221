//! `cargo xtask fuzz`: each target of `tests/fuzz` for a bounded time, from its seeds and from what earlier runs found interesting.
//!
//! Coverage comes from LLVM alone, so the pinned stable toolchain is enough: no sanitizer, since the code fuzzed has nothing unsafe.
//! An input that makes a target fail is kept below `target/fuzz` and named; it belongs into a regression test of the crate.

use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::setup::Toolbox;
use crate::step::{Note, Steps};
use clap::ValueEnum;
use std::path::PathBuf;

/// What is fuzzed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// Footers, and the rows behind them
    Footer,
    /// Names of directories and files, and log ids
    Names,
    /// Answers of the log API
    Pages,
    /// The index of footers
    Index,
}

/// An input may take this long, in seconds.
const INPUT_SECONDS: u32 = 10;
/// And this much memory, in mebibytes: some times what a part of 64 KiB may announce.
const MEMORY_MEBIBYTES: u32 = 1024;
const MAX_INPUT_BYTES: u32 = 64 << 10;

impl Target {
    fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    fn run(self, tools: &Toolbox, seconds: u32) -> Result<Note, TaskError> {
        let fuzz = place::root().join("tests/fuzz");
        let found = place::target().join("fuzz");
        let corpus = made(found.join("corpus").join(self.name()))?;
        let failures = made(found.join("failures").join(self.name()))?;
        let mut cargo = command::cargo("fuzz run --sanitizer none");
        cargo
            .arg("--fuzz-dir")
            .arg(&fuzz)
            .arg("--target-dir")
            .arg(found.join("build"))
            .arg(self.name())
            .arg(corpus)
            .arg(fuzz.join("seeds").join(self.name()))
            .arg("--")
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-timeout={INPUT_SECONDS}"))
            .arg(format!("-rss_limit_mb={MEMORY_MEBIBYTES}"))
            .arg(format!("-max_len={MAX_INPUT_BYTES}"))
            .arg("-print_final_stats=1")
            .arg(format!("-artifact_prefix={}/", failures.display()));
        command::run(tools.equip(&mut cargo))?;
        Ok(Note::done(format!("{seconds} s without a failure")))
    }
}

/// Fuzzes the chosen targets, or all, each for so many seconds besides its build.
pub(crate) fn run(only: &[Target], seconds: u32) -> Result<(), TaskError> {
    let mut steps = Steps::new();
    let tools = Toolbox::for_fuzz(&mut steps)?;
    let chosen = if only.is_empty() {
        Target::value_variants()
    } else {
        only
    };
    for target in chosen {
        steps.run(&target.name(), || target.run(&tools, seconds));
    }
    steps.finish(false)
}

fn made(directory: PathBuf) -> Result<PathBuf, TaskError> {
    std::fs::create_dir_all(&directory).map_err(TaskError::file(&directory))?;
    Ok(directory)
}
