//! The `windrow` command, as a library: every command, the native ports of the core, and the companion.
//!
//! In the order a command passes:
//!
//! | module | noun |
//! | --- | --- |
//! | [`args`] | the command line, with its environment names |
//! | [`command`] | each command, one file |
//! | [`clock`], [`http`] | the core's ports, natively |
//! | [`watch`] | events and progress of a run |
//! | [`context`], [`ndjson`], [`output`], [`show`] | what is printed and written |
//! | [`expression`] | a filter expression, or the place of its mistake |
//! | [`error`], [`exit`] | what went wrong, what to do, the exit code |
//! | [`serve`] | the companion: page, gate, relay |
//!
//! Nothing prints but through [`context`], where what cannot be written ends no run.
//!
//! Everything runs on one thread: the engine's futures are not `Send`, and waiting is all that happens at once.
//! The alternative refused: a thread pool. The engine would need locks it does not need in the browser.

#![deny(clippy::print_stderr, clippy::print_stdout)]

pub mod args;
pub mod clock;
pub mod command;
pub mod context;
pub mod error;
pub mod exit;
pub mod expression;
pub mod http;
pub mod ndjson;
pub mod output;
pub mod run_id;
pub mod serve;
pub mod show;
mod signal;
pub mod watch;

pub use clock::SystemClock;
pub use error::CliError;
pub use exit::Exit;
pub use http::NativeHttp;

use args::Arguments;
use context::{Context, print_error};
use signal::Signals;
use std::ffi::OsString;
use std::io;
use std::process::ExitCode;
use tokio::runtime::Builder;
use tokio::task::LocalSet;
use windrow_engine::CancellationToken;

/// Runs a command line, the program's name first, to its exit code.
pub fn main(line: impl IntoIterator<Item = OsString>) -> ExitCode {
    let line: Vec<OsString> = line.into_iter().collect();
    let arguments = match Arguments::read(&line) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, &line).into(),
    };
    let context = Context {
        json: arguments.json,
        cancel: CancellationToken::new(),
    };
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let error = CliError::Failed {
                message: format!("the system gives no event loop: {error}"),
                remedy: "close other programs and try again".into(),
            };
            return context.report(&error).into();
        }
    };
    let exit = LocalSet::new().block_on(&runtime, run(arguments, &context));
    // A name that is still being looked up is not waited for.
    runtime.shutdown_background();
    exit.into()
}

/// Runs a command under Ctrl-C. Must be called within a `LocalSet`.
pub async fn run(arguments: Arguments, context: &Context) -> Exit {
    let stopping = tokio::task::spawn_local(signal::stop(context.cancel.clone(), Signals::new()));
    let outcome = command::run(arguments.command, context).await;
    stopping.abort();
    match outcome {
        Ok(exit) => exit,
        Err(error) => context.report(&error),
    }
}

/// Help and version, or what is wrong with a command line.
fn usage(error: &clap::Error, line: &[OsString]) -> Exit {
    let printed = error.print();
    if !error.use_stderr() {
        let lost = |error: &io::Error| error.kind() != io::ErrorKind::BrokenPipe;
        return match printed.is_err_and(|error| lost(&error)) {
            true => Exit::Failed,
            false => Exit::Ok,
        };
    }
    if line.iter().any(|word| word == "--json") {
        let rendered = error.render().to_string();
        // The arguments that are missing stand in lines of their own.
        let said = rendered.lines().take_while(|line| !line.is_empty());
        let said: Vec<&str> = said.map(str::trim).collect();
        let message = said.join(" ").trim_start_matches("error: ").to_owned();
        let remedy = "`windrow help` and `windrow help COMMAND` say what is possible".to_owned();
        print_error(Exit::BadInput, message, remedy);
    }
    Exit::BadInput
}
