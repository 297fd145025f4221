//! What every command needs besides its arguments: how to print, and the token that cancels it.
//!
//! A message on standard error that cannot be written never ends a run.
//! Nor does a reader of standard output that has gone, as `head` does: only an output that is lost to a full disk and the like is a failure.

use crate::error::CliError;
use crate::exit::Exit;
use crate::ndjson::write_json;
use crate::show::escape;
use serde::Serialize;
use serde_json::json;
use std::io::{self, IsTerminal, Write};
use windrow_engine::CancellationToken;

/// How to print, and when to stop.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Whether standard output is for programs.
    pub json: bool,
    /// Cancelled by Ctrl-C.
    pub cancel: CancellationToken,
}

impl Context {
    /// Prints a document for programs, or its lines for people, on standard output.
    pub fn print<T, L>(&self, document: &T, lines: impl FnOnce() -> L) -> Result<(), CliError>
    where
        T: Serialize,
        L: IntoIterator<Item: AsRef<str>>,
    {
        self.print_to(&mut io::stdout().lock(), document, lines)
    }

    /// The same on another stream.
    pub fn print_to<T, L>(
        &self,
        out: &mut dyn Write,
        document: &T,
        lines: impl FnOnce() -> L,
    ) -> Result<(), CliError>
    where
        T: Serialize,
        L: IntoIterator<Item: AsRef<str>>,
    {
        let print = || {
            if self.json {
                write_json(out, document)?;
                out.write_all(b"\n")?;
            } else {
                for line in lines() {
                    writeln!(out, "{}", line.as_ref())?;
                }
            }
            out.flush()
        };
        match print() {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Prints what a server says when it is ready. It serves on where that cannot be printed.
    pub fn announce<T: Serialize>(&self, document: &T, lines: impl FnOnce() -> Vec<String>) {
        if let Err(error) = self.print(document, lines) {
            self.note(&format!("ready, but {error}"));
        }
    }

    /// Says something besides the output, to people only.
    pub fn note(&self, text: &str) {
        say(&format!("windrow: {text}"));
    }

    /// Says what happened and what to do, and gives the exit code.
    pub fn report(&self, error: &CliError) -> Exit {
        if error.is_broken_pipe() {
            return Exit::Ok;
        }
        let exit = error.exit();
        let (message, remedy) = (error.to_string(), error.remedy());
        self.note(&escape(&message));
        if let CliError::Expression { excerpt, .. } = error {
            excerpt
                .iter()
                .for_each(|line| say(&format!("         {line}")));
        }
        say(&format!("         {}", escape(&remedy)));
        if self.json {
            print_error(exit, message, remedy);
        }
        exit
    }

    /// Whether somebody sits in front of it.
    pub fn is_interactive(&self) -> bool {
        !self.json && io::stdin().is_terminal() && io::stderr().is_terminal()
    }
}

/// Writes a line to standard error. Nobody listens on a closed or full one, and that is no reason to stop.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Prints an error for programs. Where that cannot be done, the exit code says it too.
pub(crate) fn print_error(exit: Exit, message: String, remedy: String) {
    let error = json!({"error": {"kind": exit.word(), "message": message, "remedy": remedy}});
    let context = Context {
        json: true,
        cancel: CancellationToken::new(),
    };
    let _ = context.print(&error, || [""; 0]);
}
