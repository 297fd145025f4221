//! What the system's package manager brings: the C compiler for wasm, the browsers, Python's venv.
//!
//! Installed by apt where this user is root; anywhere else one line says how to get it.

use super::{browsers, found, is_root, version};
use crate::command;
use crate::error::TaskError;
use crate::place;
use crate::step::Note;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

/// Something the system provides.
pub(super) struct Wanted {
    /// What it is.
    pub(super) what: &'static str,
    /// The Debian packages that bring it.
    pub(super) packages: &'static [&'static str],
    /// How to get it where there is no apt.
    pub(super) elsewhere: &'static str,
}

/// zstd is C: wasm needs a clang that knows wasm32, and an archiver.
pub(super) fn wasm_c_compiler() -> Result<Note, TaskError> {
    let wanted = Wanted {
        what: "a clang that builds for wasm32, and llvm-ar",
        packages: &["clang", "llvm"],
        elsewhere: "brew install llvm && export CC_wasm32_unknown_unknown=\"$(brew --prefix llvm)/bin/clang\" AR_wasm32_unknown_unknown=\"$(brew --prefix llvm)/bin/llvm-ar\"",
    };
    wanted.ready(|| {
        let tool = |name: &str, default: &str| {
            std::env::var_os(name).unwrap_or_else(|| default.to_owned().into())
        };
        let clang = tool("CC_wasm32_unknown_unknown", "clang");
        let archiver = tool("AR_wasm32_unknown_unknown", "llvm-ar");
        let targets = command::answer(Command::new(&clang).arg("--print-targets"))?;
        command::answer(Command::new(archiver).arg("--version"))?;
        targets
            .contains("wasm32")
            .then(|| version(Path::new(&clang)))
            .flatten()
    })
}

/// libFuzzer is C++.
pub(super) fn cpp_compiler() -> Result<Note, TaskError> {
    let wanted = Wanted {
        what: "a C++ compiler",
        packages: &["g++"],
        elsewhere: "xcode-select --install, or set CXX to a C++ compiler",
    };
    wanted.ready(|| {
        let chosen = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
        version(Path::new(&chosen))
    })
}

/// Chromium with its driver, and Firefox.
pub(super) fn browsers() -> Result<Note, TaskError> {
    let wanted = Wanted {
        what: "chromium, chromedriver or firefox",
        packages: &["chromium", "chromium-driver", "firefox-esr"],
        elsewhere: "brew install --cask chromium firefox && brew install chromedriver; or run with --no-browser",
    };
    wanted.ready(browsers::versions)
}

impl Wanted {
    /// Finds it by `probe`, or installs it and finds it then.
    pub(super) fn ready(&self, probe: impl Fn() -> Option<String>) -> Result<Note, TaskError> {
        if let Some(what) = probe() {
            return Ok(found(what));
        }
        let apt = place::on_path(&["apt-get"]).is_some();
        if apt && is_root() {
            self.install()?;
            return probe()
                .map(|what| Note::done(format!("installed, {what}")))
                .ok_or_else(|| self.missing(apt));
        }
        Err(self.missing(apt))
    }

    fn install(&self) -> Result<(), TaskError> {
        static UPDATED: AtomicBool = AtomicBool::new(false);
        let apt = |arguments: &[&str]| {
            command::run(
                Command::new("apt-get")
                    .env("DEBIAN_FRONTEND", "noninteractive")
                    .args(["-q", "-y"])
                    .args(arguments),
            )
        };
        if !UPDATED.swap(true, Ordering::Relaxed) {
            // An old list may still do: the installation says whether it does.
            if let Err(error) = apt(&["update"]) {
                println!("    {error}");
            }
        }
        let mut arguments = vec!["install", "--no-install-recommends"];
        arguments.extend(self.packages);
        apt(&arguments).map_err(|_| self.missing(true))
    }

    fn missing(&self, apt: bool) -> TaskError {
        TaskError::Missing {
            what: self.what.to_owned(),
            remedy: if apt {
                format!(
                    "sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
                    self.packages.join(" ")
                )
            } else {
                self.elsewhere.to_owned()
            },
        }
    }
}
