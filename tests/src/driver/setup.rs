//! Which browser is started, and how.
//!
//! The programs are named by `CHROMEDRIVER`, `WINDROW_CHROMIUM`, `GECKODRIVER` and `WINDROW_FIREFOX`; `cargo xtask test` sets them.

use serde_json::{Value, json};
use std::fmt;
use std::path::PathBuf;
use std::process::Command;

/// Width and height of a window, in CSS pixels.
pub(super) const SIZE: (u32, u32) = (1440, 1000);

/// One of the browsers that the page is tested in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium, driven by `ChromeDriver`.
    Chromium,
    /// Firefox, driven by geckodriver.
    Firefox,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    pub(super) fn driver(self) -> PathBuf {
        match self {
            Self::Chromium => program("CHROMEDRIVER", "chromedriver"),
            Self::Firefox => program("GECKODRIVER", "geckodriver"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        })
    }
}

/// How a browser is started; by default as a person has it.
#[derive(Debug)]
pub struct Setup {
    /// Where its profile is, to start it there again. Without one it has a fresh one.
    pub profile: Option<PathBuf>,
    /// Preferences, for Firefox.
    pub preferences: Value,
    /// Switches, for Chromium.
    pub switches: Vec<String>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            profile: None,
            preferences: json!({}),
            switches: Vec::new(),
        }
    }
}

impl Setup {
    /// Whether this kind of browser is started by it as a person has it.
    pub fn is_usual(&self, kind: Kind) -> bool {
        let nothing_set = match kind {
            Kind::Chromium => self.switches.is_empty(),
            Kind::Firefox => self.preferences == json!({}),
        };
        nothing_set && self.profile.is_none()
    }
}

fn program(variable: &str, default: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| default.into(), PathBuf::from)
}

pub(super) fn chromium(setup: &Setup, profile: &str) -> Value {
    let mut arguments = vec![
        "--headless".to_owned(),
        "--disable-gpu".into(),
        "--disable-quic".into(),
        "--disable-dev-shm-usage".into(),
        "--no-first-run".into(),
        "--disable-background-networking".into(),
        "--disable-component-update".into(),
        "--disable-sync".into(),
        format!("--window-size={},{}", SIZE.0, SIZE.1),
        format!("--user-data-dir={profile}"),
    ];
    if is_root() {
        arguments.push("--no-sandbox".into());
    }
    arguments.extend(setup.switches.iter().cloned());
    json!({
        "browserName": "chrome",
        "goog:chromeOptions": {
            "binary": program("WINDROW_CHROMIUM", "/usr/bin/chromium"),
            "args": arguments,
            // So that the Back button finds the page as it was left, as it does for a person.
            "excludeSwitches": ["disable-back-forward-cache"],
        },
    })
}

pub(super) fn firefox(setup: &Setup) -> Value {
    let (width, height) = (SIZE.0.to_string(), SIZE.1.to_string());
    let mut arguments = ["-headless", "-width", &width, "-height", &height]
        .map(str::to_owned)
        .to_vec();
    if let Some(profile) = &setup.profile {
        arguments.extend(["-profile".into(), profile.to_str().unwrap().into()]);
    }
    let mut preferences = json!({
        "app.update.enabled": false,
        "browser.shell.checkDefaultBrowser": false,
        "datareporting.policy.dataSubmissionEnabled": false,
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
    });
    for (name, value) in setup.preferences.as_object().unwrap() {
        preferences[name] = value.clone();
    }
    json!({
        "browserName": "firefox",
        "moz:firefoxOptions": {
            "binary": program("WINDROW_FIREFOX", "/usr/bin/firefox"),
            "args": arguments,
            "prefs": preferences,
        },
    })
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}
