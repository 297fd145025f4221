//! What rustup holds: the wasm target, clippy and rustfmt of the pinned toolchain.
//!
//! `rust-toolchain.toml` names them, but rustup does not install by itself everywhere (`RUSTUP_AUTO_INSTALL=0`).

use super::found;
use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::step::Note;
use std::path::Path;
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// The standard library for wasm.
pub(super) fn wasm_target() -> Result<Note, TaskError> {
    if has_target() {
        return Ok(found(TARGET));
    }
    rustup(&["target", "add", TARGET])?;
    if has_target() {
        Ok(Note::done(format!("added {TARGET}")))
    } else {
        Err(missing(TARGET, &["target", "add", TARGET]))
    }
}

/// The linter and the formatter.
pub(super) fn components() -> Result<Note, TaskError> {
    let have = |name: &str| command::answer(command::cargo(name).arg("--version")).is_some();
    if have("clippy") && have("fmt") {
        return Ok(found("clippy, rustfmt"));
    }
    rustup(&["component", "add", "clippy", "rustfmt"])?;
    Ok(Note::done("added clippy, rustfmt"))
}

fn has_target() -> bool {
    let mut rustc = command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    command::answer(&mut rustc).is_some_and(|directory| {
        std::fs::read_dir(Path::new(&directory)).is_ok_and(|mut entries| entries.next().is_some())
    })
}

fn rustup(arguments: &[&str]) -> Result<(), TaskError> {
    if place::on_path(&["rustup"]).is_none() {
        return Err(missing("rustup", arguments));
    }
    let channel = channel()?;
    command::run(
        Command::new("rustup")
            .args(arguments)
            .args(["--toolchain", &channel]),
    )
    .map_err(|_| missing(arguments.last().unwrap_or(&"toolchain"), arguments))
}

fn missing(what: &str, arguments: &[&str]) -> TaskError {
    let channel = channel().unwrap_or_default();
    TaskError::Missing {
        what: what.to_owned(),
        remedy: format!(
            "rustup toolchain install {channel} && rustup {} --toolchain {channel}",
            arguments.join(" ")
        ),
    }
}

/// The pinned toolchain, from `rust-toolchain.toml`.
fn channel() -> Result<String, TaskError> {
    let path = place::root().join("rust-toolchain.toml");
    let text = std::fs::read_to_string(&path).map_err(TaskError::file(&path))?;
    text.lines()
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim() == "channel")
        .map(|(_, value)| value.trim().trim_matches('"').to_owned())
        .ok_or_else(|| TaskError::Wrong("rust-toolchain.toml names no channel".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_toolchain_is_read_from_its_file() {
        let channel = channel().unwrap();
        assert!(channel.starts_with("1."), "{channel}");
    }
}
