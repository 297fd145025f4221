//! What every command needs besides its arguments: how to print, and the switch that stops it.

use crate::error::CliError;
use crate::exit::Exit;
use crate::ndjson::write_json;
use crate::show::escape;
use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use windrow_engine::CancellationToken;

/// How to print, and when to stop.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Whether standard output is for programs.
    pub json: bool,
    /// Thrown by Ctrl-C.
    pub cancel: CancellationToken,
}

impl Context {
    /// Prints one JSON document on a line of its own.
    pub fn print_json<T: Serialize>(&self, value: &T) -> Result<(), CliError> {
        let mut out = io::stdout().lock();
        write_json(&mut out, value)?;
        out.write_all(b"\n")?;
        Ok(out.flush()?)
    }

    /// Prints lines for people.
    pub fn print_lines<L: AsRef<str>>(
        &self,
        lines: impl IntoIterator<Item = L>,
    ) -> Result<(), CliError> {
        let mut out = io::stdout().lock();
        for line in lines {
            writeln!(out, "{}", line.as_ref())?;
        }
        Ok(out.flush()?)
    }

    /// Says something besides the output, to people only.
    pub fn note(&self, text: &str) {
        // Nobody listens on a closed standard error, and that is no reason to stop.
        let _ = writeln!(io::stderr(), "windrow: {text}");
    }

    /// Says what happened and what to do, and gives the exit code.
    pub fn report(&self, error: &CliError) -> Exit {
        if error.is_broken_pipe() {
            return Exit::Ok;
        }
        let exit = error.exit();
        let (message, remedy) = (error.to_string(), error.remedy());
        self.note(&escape(&message));
        let _ = writeln!(io::stderr(), "         {}", escape(&remedy));
        if self.json {
            let document = ErrorDocument {
                error: ErrorRecord {
                    kind: exit.word(),
                    message,
                    remedy,
                },
            };
            // The exit code says it too.
            let _ = self.print_json(&document);
        }
        exit
    }

    /// Whether somebody sits in front of it.
    pub fn is_interactive(&self) -> bool {
        !self.json && io::stdin().is_terminal() && io::stderr().is_terminal()
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct ErrorDocument<'a> {
    pub(crate) error: ErrorRecord<'a>,
}

#[derive(Debug, Serialize)]
pub(crate) struct ErrorRecord<'a> {
    pub(crate) kind: &'a str,
    pub(crate) message: String,
    pub(crate) remedy: String,
}
