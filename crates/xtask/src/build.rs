//! The page and the `windrow` binary, as the demo shows them and a release would ship them.
//!
//! The release binary embeds the page, so the page comes first. Tests use the same page, and a debug binary that reads it when it starts.

use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::setup::Toolbox;
use crate::step::{Note, Steps};
use std::path::Path;
use std::process::Command;

/// The name of the step that builds the page.
pub(crate) const PAGE: &str = "page for wasm32, release";

/// The page's module must not exceed this: not for the download, which is local, but so that nothing large gets in unseen.
const PAGE_LIMIT_BYTES: u64 = 4_000_000;

/// Builds both, each a step. Says whether both are there now.
pub(crate) fn all(steps: &mut Steps, tools: &Toolbox) -> bool {
    let companion_step = "windrow with the page inside, release";
    if steps.run(PAGE, || page(tools, command::run)) {
        steps.run(companion_step, companion)
    } else {
        steps.skip(companion_step, "the page was not built");
        false
    }
}

/// Builds the page, by [`command::run`] or [`command::run_beside`].
pub(crate) fn page(
    tools: &Toolbox,
    run: fn(&mut Command) -> Result<(), TaskError>,
) -> Result<Note, TaskError> {
    let mut trunk = command::new("trunk");
    trunk
        .args(["build", "--release", "--locked"])
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        // Trunk takes the usual `NO_COLOR=1` for an argument it does not know.
        .env_remove("NO_COLOR");
    run(tools.equip(&mut trunk))?;
    let page = place::root().join("dist");
    without_names(&page.join("worker_bg.wasm"))?;
    let module = page.join("page_bg.wasm");
    let bytes = without_names(&module)?;
    if bytes > PAGE_LIMIT_BYTES {
        return Err(TaskError::Wrong(format!(
            "{} has {bytes} bytes, more than {PAGE_LIMIT_BYTES}: see what was added to the page",
            module.display()
        )));
    }
    let bytes = size(&page).map_err(TaskError::file(&page))?;
    Ok(Note::done(format!("dist, {} kB", bytes / 1000)))
}

/// Takes the names of functions out of a module, which `strip` leaves in. Gives its size then, in bytes.
fn without_names(module: &Path) -> Result<u64, TaskError> {
    let read = std::fs::read(module).map_err(TaskError::file(module))?;
    let stripped = strip_names(&read).ok_or_else(|| {
        TaskError::Wrong(format!("{} is no WebAssembly module", module.display()))
    })?;
    std::fs::write(module, &stripped).map_err(TaskError::file(module))?;
    Ok(stripped.len() as u64)
}

/// The module without its custom section `name`: a header of 8 bytes, then sections of an id, a length in LEB128 and content.
fn strip_names(module: &[u8]) -> Option<Vec<u8>> {
    let (header, mut rest) = module.split_at_checked(8)?;
    let mut kept = header.to_vec();
    while let Some((id, after)) = rest.split_first() {
        let (length, width) = leb128(after)?;
        let (section, next) = rest.split_at_checked(1 + width + length)?;
        let content = section.get(1 + width..)?;
        if *id != 0 || !content.starts_with(b"\x04name") {
            kept.extend_from_slice(section);
        }
        rest = next;
    }
    Some(kept)
}

/// A number in LEB128, and how many bytes it takes.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

fn companion() -> Result<Note, TaskError> {
    command::run(&mut command::cargo(
        "build --quiet --release --locked --package windrow-cli",
    ))?;
    let binary = place::windrow();
    let bytes = binary.metadata().map_err(TaskError::file(&binary))?.len();
    Ok(Note::done(format!(
        "{}, {} kB",
        binary.display(),
        bytes / 1000
    )))
}

fn size(directory: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in directory.read_dir()? {
        let entry = entry?;
        let kind = entry.file_type()?;
        bytes += if kind.is_dir() {
            size(&entry.path())?
        } else {
            entry.metadata()?.len()
        };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_a_module_are_taken_out() {
        let header = b"\0asm\x01\0\0\0".as_slice();
        let other = b"\0\x06\x05names".as_slice();
        let code = b"\x0a\x81\x00x".as_slice();
        let names = b"\0\x07\x04nameab".as_slice();
        let stripped = strip_names(&[header, other, names, code].concat()).unwrap();
        assert_eq!(stripped, [header, other, code].concat());
        assert_eq!(strip_names(&[header, &names[..5]].concat()), None);
    }
}
