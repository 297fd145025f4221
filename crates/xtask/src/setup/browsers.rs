//! Where the browsers and their drivers are. Nothing is downloaded by a driver.

use super::version;
use crate::place;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Two browsers and what drives them.
pub(crate) struct Browsers {
    chromium: PathBuf,
    chromedriver: PathBuf,
    firefox: PathBuf,
    geckodriver: PathBuf,
}

impl Browsers {
    /// All four, `geckodriver` in one of the tool directories.
    pub(super) fn find(tools: &[PathBuf]) -> Option<Self> {
        Some(Self {
            chromium: chromium()?,
            chromedriver: place::on_path(&["chromedriver"])?,
            firefox: firefox()?,
            geckodriver: tools
                .iter()
                .map(|directory| directory.join("geckodriver"))
                .find(|program| program.is_file())?,
        })
    }

    /// Chromium's program.
    pub(crate) fn chromium(&self) -> &Path {
        &self.chromium
    }

    /// Firefox's program.
    pub(crate) fn firefox(&self) -> &Path {
        &self.firefox
    }

    /// Tells the runner of wasm tests, which takes the first driver it is told of, which browser to drive.
    pub(crate) fn choose<'a>(&self, command: &'a mut Command, which: Which) -> &'a mut Command {
        command.env_remove("CHROMEDRIVER").env_remove("GECKODRIVER");
        match which {
            Which::Chromium => command.env("CHROMEDRIVER", &self.chromedriver),
            Which::Firefox => command.env("GECKODRIVER", &self.geckodriver),
        }
    }

    /// Tells a test run where both are.
    pub(crate) fn both<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("CHROMEDRIVER", &self.chromedriver)
            .env("WINDROW_CHROMIUM", &self.chromium)
            .env("GECKODRIVER", &self.geckodriver)
            .env("WINDROW_FIREFOX", &self.firefox)
    }
}

/// One of the two.
#[derive(Clone, Copy)]
pub(crate) enum Which {
    /// Chromium, with chromedriver.
    Chromium,
    /// Firefox, with geckodriver.
    Firefox,
}

impl Which {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// Its name in step titles.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }
}

/// What the browsers and Chromium's driver say of themselves, where all three are there.
pub(super) fn versions() -> Option<String> {
    let driver = version(&place::on_path(&["chromedriver"])?)?;
    let driver = driver.split(" (").next().unwrap_or(&driver).to_owned();
    Some([version(&chromium()?)?, driver, version(&firefox()?)?].join(", "))
}

fn chromium() -> Option<PathBuf> {
    place::on_path(&[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ])
    .or_else(|| application("/Applications/Chromium.app/Contents/MacOS/Chromium"))
    .or_else(|| application("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"))
}

fn firefox() -> Option<PathBuf> {
    place::on_path(&["firefox", "firefox-esr"])
        .or_else(|| application("/Applications/Firefox.app/Contents/MacOS/firefox"))
}

fn application(path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    path.is_file().then(|| path.to_path_buf())
}
