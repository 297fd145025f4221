//! Where the rows of a run go: a file that is there whole or not at all, or a stream that takes them as they come.
//!
//! | module | noun |
//! | --- | --- |
//! | `target` | what a path names: standard output, a device or pipe, a file |
//! | `whole_file` | a file that replaces an earlier one in one step |
//!
//! Fails where nothing can be written, which is better known before a long fetch than after.

mod target;
mod whole_file;

pub use target::Target;
pub use whole_file::WholeFile;

use crate::error::CliError;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use windrow_engine::CancellationToken;

/// Where rows are written.
pub enum Output {
    /// A regular file.
    File(WholeFile),
    /// Standard output.
    Stdout(BufWriter<io::Stdout>),
    /// A device, a pipe or another stream, and its name.
    Stream(PathBuf, BufWriter<Box<dyn Write + Send>>),
}

impl Output {
    /// Opens what `path` names; `None` if that was cancelled, since a pipe opens only once somebody reads it.
    pub async fn open(path: &Path, cancel: &CancellationToken) -> Result<Option<Self>, CliError> {
        let target = Target::of(path).map_err(|error| unwritable(path, &error))?;
        Ok(Some(match target {
            Target::File(place) => Self::File(WholeFile::create(&place)?),
            Target::Stdout => Self::Stdout(BufWriter::new(io::stdout())),
            Target::Stderr => stream(path, Box::new(io::stderr())),
            Target::Stream(place) => {
                let options = OpenOptions::new().write(true).truncate(true).clone();
                let opening = tokio::task::spawn_blocking(move || options.open(place));
                let Some(opened) = cancel.run_until_cancelled(opening).await else {
                    return Ok(None);
                };
                let opened = opened.map_err(io::Error::from).flatten();
                let file = opened.map_err(|error| unwritable(path, &error))?;
                stream(path, Box::new(file))
            }
        }))
    }

    /// Whether it is standard output, where then nothing else may stand.
    pub const fn is_stdout(&self) -> bool {
        matches!(self, Self::Stdout(_))
    }

    /// Whether it is a file, which has a directory of its own.
    pub const fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// Writes what is still held back, and puts a file in its place.
    pub fn finish(self) -> Result<(), CliError> {
        match self {
            Self::File(file) => file.finish(),
            Self::Stdout(mut out) => Ok(out.flush()?),
            Self::Stream(path, mut out) => out.flush().map_err(|error| failed(&path, error)),
        }
    }

    /// An error of a write, with the name of what was written to.
    pub fn failed(&self, error: io::Error) -> CliError {
        match self {
            Self::File(file) => failed(file.place(), error),
            Self::Stdout(_) => error.into(),
            Self::Stream(path, _) => failed(path, error),
        }
    }
}

fn stream(path: &Path, sink: Box<dyn Write + Send>) -> Output {
    Output::Stream(path.to_owned(), BufWriter::new(sink))
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Stdout(out) => out.write(bytes),
            Self::Stream(_, out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Stdout(out) => out.flush(),
            Self::Stream(_, out) => out.flush(),
        }
    }
}

/// Opens what lines are appended to while the program runs.
pub fn append(path: &Path) -> Result<Box<dyn Write + Send>, CliError> {
    let opened = Target::of(path).and_then(|target| {
        let file = |path| OpenOptions::new().create(true).append(true).open(path);
        Ok(match target {
            Target::Stdout => Box::new(io::stdout()) as Box<dyn Write + Send>,
            Target::Stderr => Box::new(io::stderr()),
            Target::Stream(path) | Target::File(path) => Box::new(file(path)?),
        })
    });
    opened.map_err(|error| unwritable(path, &error))
}

/// A reader that has gone is told apart: that is no failure.
fn failed(path: &Path, error: io::Error) -> CliError {
    match error.kind() {
        io::ErrorKind::BrokenPipe => CliError::Output(error),
        _ => unwritable(path, &error),
    }
}

pub(crate) fn unwritable(path: &Path, error: &io::Error) -> CliError {
    CliError::File {
        path: path.display().to_string(),
        action: "written",
        reason: error.to_string(),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
