//! Programs written in Rust, built from the package registry at a pinned version into the per-user cache.
//!
//! They share one build directory while they are built, so that what they have in common is built once; it is removed afterwards.
//! A tool is there when its program is: `cargo install` puts that in place last.

use super::{found, make, tools_directory, version};
use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::step::Note;
use std::path::PathBuf;
use std::process::Command;

/// A package of the registry and the program it brings.
pub(crate) struct CargoTool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
}

/// Builds the page.
pub(super) const TRUNK: CargoTool = CargoTool {
    package: "trunk",
    version: "0.21.14",
    program: "trunk",
};

/// Must equal the pinned `wasm-bindgen` crate exactly.
pub(super) const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    version: "0.2.128",
    program: "wasm-bindgen",
};

/// Drives Firefox.
pub(super) const GECKODRIVER: CargoTool = CargoTool {
    package: "geckodriver",
    version: "0.37.1",
    program: "geckodriver",
};

/// Checks licences, sources and advisories of the dependencies.
pub(super) const CARGO_DENY: CargoTool = CargoTool {
    package: "cargo-deny",
    version: "0.20.2",
    program: "cargo-deny",
};

/// Builds and runs the fuzz targets.
pub(super) const CARGO_FUZZ: CargoTool = CargoTool {
    package: "cargo-fuzz",
    version: "0.13.2",
    program: "cargo-fuzz",
};

impl CargoTool {
    /// Its name and version.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.package, self.version)
    }

    /// The directory of its program, built if it is not there.
    pub(super) fn ready(&self) -> Result<(PathBuf, Note), TaskError> {
        let tools = tools_directory()?;
        make(&tools)?;
        let root = tools.join(format!("{}-{}", self.package, self.version));
        let directory = root.join("bin");
        let program = directory.join(format!("{}{}", self.program, std::env::consts::EXE_SUFFIX));
        if version(&program).is_some() {
            return Ok((directory, found(program.display())));
        }
        let mut install = Command::new("cargo");
        install
            // Not in the repository: its settings are for what is built there.
            .current_dir(&tools)
            .args(["install", "--quiet", "--locked", "--force"])
            .args(["--version", self.version, "--root"])
            .arg(&root)
            .arg(self.package)
            .env("CARGO_TARGET_DIR", build_directory()?)
            // Each runs for seconds; optimising them fully would take longer than it saves.
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        command::run(&mut install).map_err(|_| TaskError::Missing {
            what: self.title(),
            remedy: format!(
                "cargo install --locked --version {} --root {} {}",
                self.version,
                root.display(),
                self.package
            ),
        })?;
        Ok((directory, Note::done("built from the registry")))
    }
}

/// Removes what building tools left behind.
pub(super) fn tidy() {
    if let Ok(directory) = build_directory()
        && directory.exists()
        && let Err(error) = std::fs::remove_dir_all(&directory)
    {
        println!("    {} stays behind: {error}", directory.display());
    }
}

fn build_directory() -> Result<PathBuf, TaskError> {
    Ok(place::cache()?.join("build"))
}
