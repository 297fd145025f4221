//! Every command: arguments in, output and an exit code out.
//!
//! A command prints its own output; what fails is said once, by [`Context::report`](crate::context::Context::report).

mod ask;
pub mod count;
pub mod delete;
pub mod fetch;
pub mod fields;
pub mod histogram;
pub mod logs;
pub mod plan;
pub mod rows;
pub mod segments;
pub mod serve;
pub mod stand_in;
pub mod summary;
pub mod top;
pub mod verify;

use crate::args::{CacheArgs, Command};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::show::{counted, span_ms};
use std::rc::Rc;
use windrow_engine::{EngineError, Opened, Problem, StretchState};
use windrow_model::{Coverage, TimeRange};
use windrow_store::{BlobStore, NativeStore};

/// Runs a command to its end.
pub async fn run(command: Command, context: &Context) -> Result<Exit, CliError> {
    match command {
        Command::Logs(args) => logs::run(&args, context).await,
        Command::Plan(args) => plan::run(&args, context).await,
        Command::Fetch(args) => fetch::run(&args, context).await,
        Command::Rows(args) => rows::run(&args, context).await,
        Command::Count(args) => count::run(&args, context).await,
        Command::Histogram(args) => histogram::run(&args, context).await,
        Command::Top(args) => top::run(&args, context).await,
        Command::Fields(args) => fields::run(&args, context).await,
        Command::Summary(args) => summary::run(&args, context).await,
        Command::Segments(args) => segments::run(&args, context).await,
        Command::Verify(args) => verify::run(&args, context).await,
        Command::Delete(args) => delete::run(&args, context).await,
        Command::StandIn(args) => stand_in::run(args, context).await,
        Command::Serve(args) => serve::run(args, context).await,
    }
}

/// The cache of a command.
pub fn open_store(args: &CacheArgs) -> Rc<NativeStore> {
    Rc::new(NativeStore::directory(&args.cache_dir))
}

/// Damage is an error wherever rows are read or counted: they would be left out.
fn refuse_damage<S: BlobStore>(opened: &Opened<S>) -> Result<(), CliError> {
    let mut stretches = opened.stretches().iter();
    let Some(damaged) = stretches.find(|stretch| stretch.state == StretchState::Damaged) else {
        return Ok(());
    };
    let behind = |problem: &&Problem| {
        problem
            .range
            .is_some_and(|range| range.intersects(damaged.range))
            && problem.kind.is_harm()
    };
    let problem = opened.problems().iter().find(behind);
    Err(CliError::Engine(problem.map_or_else(
        || EngineError::Damaged {
            path: String::new(),
            reason: String::new(),
        },
        Problem::to_error,
    )))
}

/// The ranges of an opened window that hold nothing that can be read.
fn unheld<S: BlobStore>(opened: &Opened<S>) -> Coverage {
    let stretches = opened.stretches().iter();
    stretches
        .filter(|stretch| stretch.state == StretchState::Missing)
        .map(|stretch| stretch.range)
        .collect()
}

/// `2 gaps, 3 h of 4 h`.
fn gaps_of(gaps: &Coverage, window: TimeRange) -> String {
    format!(
        "{}, {} of {}",
        counted(gaps.ranges().len() as u64, "gap", "gaps"),
        span_ms(gaps.duration_ms()),
        span_ms(window.duration_ms())
    )
}

/// Lines of a label and a value, the values under each other.
fn fields(fields: &[(&str, String)]) -> Vec<String> {
    let wide = fields
        .iter()
        .map(|(label, _)| label.len())
        .max()
        .unwrap_or_default();
    fields
        .iter()
        .map(|(label, value)| format!("  {label:<wide$}  {}", crate::show::escape(value)))
        .collect()
}
