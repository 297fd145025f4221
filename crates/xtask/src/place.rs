//! Where things lie: the repository, the per-user tool cache, and what is built.
//!
//! Tools are kept outside `target/`, so that a clean build and a second checkout use them again.

use crate::error::TaskError;
use std::path::{Path, PathBuf};

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// Where Cargo puts what it builds here.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(directory) => root().join(directory),
        None => root().join("target"),
    }
}

/// The release build of `windrow`, with the page inside.
pub(crate) fn windrow() -> PathBuf {
    built_windrow("release")
}

/// The debug build of `windrow`, which reads the page from `dist` when it starts.
pub(crate) fn debug_windrow() -> PathBuf {
    built_windrow("debug")
}

fn built_windrow(profile: &str) -> PathBuf {
    target()
        .join(profile)
        .join(format!("windrow{}", std::env::consts::EXE_SUFFIX))
}

/// The per-user cache: `$XDG_CACHE_HOME/windrow`, or `~/.cache/windrow`.
pub(crate) fn cache() -> Result<PathBuf, TaskError> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let base = match (
        set("XDG_CACHE_HOME"),
        set("HOME").or_else(|| set("USERPROFILE")),
    ) {
        (Some(cache), _) => PathBuf::from(cache),
        (None, Some(home)) => PathBuf::from(home).join(".cache"),
        (None, None) => {
            return Err(TaskError::Missing {
                what: "a place for tools".into(),
                remedy: "export XDG_CACHE_HOME=<a directory>".into(),
            });
        }
    };
    Ok(base.join("windrow"))
}

/// The first of `names` that is an executable on the `PATH`.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let directories: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| {
        directories
            .iter()
            .map(|directory| directory.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
            .find(|candidate| candidate.is_file())
    })
}
