//! What a first visit downloads, compressed as a server would.

use super::measure::{figure, peer};
use super::{Better, Row};
use crate::error::TaskError;
use crate::place;
use crate::setup::Toolbox;
use std::path::{Path, PathBuf};

/// The page shell and the worker, of the page built last.
pub(super) fn rows(tools: &Toolbox) -> Result<Vec<Row>, TaskError> {
    let dist = place::root().join("dist");
    let mut shell = Vec::new();
    let mut worker = Vec::new();
    for entry in dist.read_dir().map_err(TaskError::file(&dist))? {
        let path = entry.map_err(TaskError::file(&dist))?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        match name.rsplit('.').next() {
            Some("wasm" | "js" | "css" | "html" | "svg") if name.starts_with("worker") => {
                worker.push(path);
            }
            Some("wasm" | "js" | "css" | "html" | "svg") => shell.push(path),
            _ => {}
        }
    }
    Ok(vec![
        row(tools, "page shell, brotli", &shell, 150_000.0)?,
        row(tools, "worker, brotli", &worker, 1_000_000.0)?,
    ])
}

fn row(tools: &Toolbox, name: &str, files: &[PathBuf], limit: f64) -> Result<Row, TaskError> {
    let mut arguments = vec![Path::new("brotli")];
    arguments.extend(files.iter().map(PathBuf::as_path));
    let bytes = figure(&peer(tools, &arguments)?, "/bytes")?;
    Ok(Row {
        name: name.into(),
        ours: format!("{:.0} kB", bytes / 1e3),
        peer: format!("{:.0} kB", limit / 1e3),
        ratio: bytes / limit,
        target: 1.0,
        better: Better::AtMost,
    })
}
