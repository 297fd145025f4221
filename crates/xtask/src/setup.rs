//! The tools, one step each: found, or installed where that needs no question, or one line that says how to get it.
//!
//! Takes nothing but the machine, gives a [`Toolbox`].
//! System packages are installed only by root on a system with apt; programs written in Rust and the Python readers go into the per-user cache
//! ([`crate::place::cache`]) under their exact version, and are used again by every later run and checkout.

mod axe;
mod browsers;
mod cargo_tool;
mod python;
mod rust;
mod system;

use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::step::{Note, Steps};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use browsers::{Browsers, Which};

/// Tools kept in the cache, put in front of the `PATH` of what needs them.
#[derive(Default)]
pub(crate) struct Toolbox {
    directories: Vec<PathBuf>,
    python: Option<PathBuf>,
    axe: Option<PathBuf>,
    browsers: Option<Browsers>,
}

impl Toolbox {
    /// What is needed to lint.
    pub(crate) fn for_check(steps: &mut Steps) -> Result<Self, TaskError> {
        steps.run("clippy and rustfmt", rust::components);
        steps.require()?;
        Ok(Self::default())
    }

    /// What is needed to build the page.
    pub(crate) fn for_page(steps: &mut Steps) -> Result<Self, TaskError> {
        let mut tools = Self::default();
        steps.run("wasm target", rust::wasm_target);
        steps.run("clang and llvm-ar for wasm", system::wasm_c_compiler);
        tools.cargo_tool(steps, &cargo_tool::WASM_BINDGEN);
        tools.cargo_tool(steps, &cargo_tool::TRUNK);
        cargo_tool::tidy();
        steps.require()?;
        Ok(tools)
    }

    /// What is needed to test everything.
    pub(crate) fn for_tests(steps: &mut Steps, browsers: bool) -> Result<Self, TaskError> {
        steps.run("clippy and rustfmt", rust::components);
        steps.run("wasm target", rust::wasm_target);
        steps.run("clang and llvm-ar for wasm", system::wasm_c_compiler);
        let mut tools = Self::default();
        steps.run("pyarrow and duckdb", || {
            let (python, note) = python::readers()?;
            tools.python = Some(python);
            Ok(note)
        });
        if browsers {
            steps.run("chromium, firefox and drivers", system::browsers);
            steps.run("axe-core", || {
                let (script, note) = axe::script()?;
                tools.axe = Some(script);
                Ok(note)
            });
            tools.cargo_tool(steps, &cargo_tool::GECKODRIVER);
        }
        tools.cargo_tool(steps, &cargo_tool::WASM_BINDGEN);
        tools.cargo_tool(steps, &cargo_tool::TRUNK);
        tools.cargo_tool(steps, &cargo_tool::CARGO_DENY);
        cargo_tool::tidy();
        steps.require()?;
        if browsers {
            tools.browsers = Browsers::find(&tools.directories);
        }
        Ok(tools)
    }

    /// What is needed to fuzz.
    pub(crate) fn for_fuzz(steps: &mut Steps) -> Result<Self, TaskError> {
        let mut tools = Self::default();
        steps.run("C++ compiler for libFuzzer", system::cpp_compiler);
        tools.cargo_tool(steps, &cargo_tool::CARGO_FUZZ);
        cargo_tool::tidy();
        steps.require()?;
        Ok(tools)
    }

    fn cargo_tool(&mut self, steps: &mut Steps, tool: &cargo_tool::CargoTool) {
        steps.run(&tool.title(), || {
            let (directory, note) = tool.ready()?;
            self.directories.push(directory);
            Ok(note)
        });
    }

    /// Lets `command` find the tools.
    pub(crate) fn equip<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let all = self
            .directories
            .iter()
            .cloned()
            .chain(std::env::split_paths(&path));
        if let Ok(joined) = std::env::join_paths(all) {
            command.env("PATH", joined);
        }
        if let Some(python) = &self.python {
            command.env("WINDROW_PYTHON", python);
        }
        if let Some(script) = &self.axe {
            command.env("WINDROW_AXE", script);
        }
        command
    }

    /// The Python that has the foreign readers.
    pub(crate) fn python(&self) -> Result<&Path, TaskError> {
        self.python
            .as_deref()
            .ok_or_else(|| TaskError::Wrong("python was not set up".into()))
    }

    /// The browsers and their drivers, where the set-up asked for them.
    pub(crate) fn browsers(&self) -> Option<&Browsers> {
        self.browsers.as_ref()
    }

    /// The same where nothing can be done without them.
    pub(crate) fn required_browsers(&self) -> Result<&Browsers, TaskError> {
        self.browsers()
            .ok_or_else(|| TaskError::Wrong("no browser was found".into()))
    }
}

/// `cargo xtask setup`.
pub(crate) fn run() -> Result<(), TaskError> {
    let mut steps = Steps::new();
    let ready = Toolbox::for_tests(&mut steps, true);
    steps.finish(false)?;
    ready.map(|_| ())
}

/// What a program answers to `--version`, in one line.
fn version(program: &Path) -> Option<String> {
    let text = command::answer(Command::new(program).arg("--version"))?;
    text.lines().next().map(str::to_owned)
}

/// Whether this user may install system packages.
fn is_root() -> bool {
    command::answer(Command::new("id").arg("-u")).is_some_and(|id| id == "0")
}

fn found(what: impl std::fmt::Display) -> Note {
    Note::done(format!("already there, {what}"))
}

fn make(directory: &Path) -> Result<(), TaskError> {
    std::fs::create_dir_all(directory).map_err(TaskError::file(directory))
}

fn tools_directory() -> Result<PathBuf, TaskError> {
    Ok(place::cache()?.join("tools"))
}
