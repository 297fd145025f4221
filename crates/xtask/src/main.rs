//! `cargo xtask`: everything that is done to this repository, as one command with one meaning everywhere.
//!
//! In the order work passes:
//!
//! | module | noun |
//! | --- | --- |
//! | [`place`] | where the repository, the tool cache and what is built lie |
//! | [`command`] | a program that is run, its output passed on, its tests counted |
//! | [`step`] | a piece of work with a name, a time and an outcome; the table at the end |
//! | [`setup`] | the tools, one step each |
//! | [`build`] | the page and the `windrow` binary |
//! | [`check`], [`test`], [`bench`], [`demo`], [`soak`], [`fuzz`] | the commands |
//!
//! Nothing is installed outside the system's package manager and one per-user cache.
//! The alternative refused: a shell script or a task runner, which a newcomer would have to install first.

mod bench;
mod browser;
mod build;
mod check;
mod command;
mod demo;
mod error;
mod fuzz;
mod place;
mod setup;
mod soak;
mod step;
mod supply;
mod test;

use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Builds, checks, tests and shows Windrow.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Formatting, clippy and native tests of the crates: what to run while working
    Check,
    /// Everything that is checked, in real browsers too
    Test {
        /// Leaves out what needs a browser, and says what that was
        #[arg(long)]
        no_browser: bool,
    },
    /// Speed, memory and size as ratios against a peer measured in the same run
    Bench {
        /// Which to run: nothing for all
        #[arg(value_enum)]
        only: Vec<bench::Bench>,
    },
    /// Builds the page and the companion, starts them with a demo log API, prints the address
    Demo {
        /// Serves this log file through the demo log API instead of generated logs
        #[arg(long, value_name = "FILE")]
        replay: Option<PathBuf>,
        /// Further arguments for `windrow serve`
        #[arg(last = true)]
        serve: Vec<OsString>,
    },
    /// Long loops: kills at many points, property tests with many cases
    Soak,
    /// Feeds the readers of footers, names, pages and indexes with made-up bytes
    Fuzz {
        /// Which to run: nothing for all
        #[arg(value_enum)]
        only: Vec<fuzz::Target>,
        /// How long each is run
        #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
        seconds: u32,
    },
    /// Installs or finds every tool that `test` needs, and does nothing else
    Setup,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Check => check::run(),
        Task::Test { no_browser } => test::run(no_browser),
        Task::Bench { only } => bench::run(&only),
        Task::Demo { replay, serve } => demo::run(replay.as_deref(), &serve),
        Task::Soak => soak::run(),
        Task::Fuzz { only, seconds } => fuzz::run(&only, seconds),
        Task::Setup => setup::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
