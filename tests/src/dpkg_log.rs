//! A log as dpkg writes it, made for the test, with the time of each of its lines worked out without any code of Windrow's.
//!
//! The same on every machine and in every run: some runs of the package manager with hours or days of silence between them,
//! and in each of them up to dozens of lines in one second. Its times are local ones, of a zone that the file does not name.

use std::path::{Path, PathBuf};

/// 2025-11-03 06:15:04 UTC, epoch seconds: the time of the first line.
pub const START: i64 = 1_762_150_504;

/// The zone its times are in, as the stand-in is told, and its seconds east of UTC.
const ZONE: (&str, i64) = ("+0200", 7200);

/// Runs of the package manager.
const RUNS: usize = 24;

/// The log.
#[derive(Debug)]
pub struct DpkgLog {
    /// The file.
    pub path: PathBuf,
    /// The zone its times are in, as the stand-in is told.
    pub zone: &'static str,
    /// Every line with its time, in order.
    pub lines: Vec<(i64, String)>,
}

impl DpkgLog {
    /// Writes the log into `directory`.
    pub fn write_into(directory: &Path) -> Self {
        let mut writer = Writer {
            seconds: START,
            noise: 0x9e37_79b9_7f4a_7c15,
            lines: Vec::new(),
        };
        for _ in 0..RUNS {
            writer.run();
        }
        let lines = writer.lines;
        let path = directory.join("dpkg.log");
        let text: String = lines.iter().map(|(_, line)| line.clone() + "\n").collect();
        std::fs::write(&path, text).unwrap();
        Self {
            path,
            zone: ZONE.0,
            lines,
        }
    }

    /// The lines of `[from_ms, to_ms)`.
    pub fn within(&self, from_ms: i64, to_ms: i64) -> &[(i64, String)] {
        let first = self.lines.partition_point(|(ms, _)| *ms < from_ms);
        let end = self.lines.partition_point(|(ms, _)| *ms < to_ms);
        &self.lines[first..end.max(first)]
    }

    /// The first line's time.
    pub fn first_ms(&self) -> i64 {
        self.lines[0].0
    }

    /// A millisecond after the last line's.
    pub fn end_ms(&self) -> i64 {
        self.lines[self.lines.len() - 1].0 + 1
    }

    /// The time that `part` of `parts` of the log's different times lie before.
    pub fn quantile_ms(&self, part: usize, parts: usize) -> i64 {
        let mut times: Vec<i64> = self.lines.iter().map(|(ms, _)| *ms).collect();
        times.dedup();
        times[times.len() * part / parts]
    }
}

struct Writer {
    seconds: i64,
    noise: u64,
    lines: Vec<(i64, String)>,
}

impl Writer {
    /// Installs some packages, a while after the last time.
    fn run(&mut self) {
        let packages: Vec<String> = (0..20 + self.below(20))
            .map(|_| {
                let (name, major, minor) = (self.below(5000), self.below(9), self.below(40));
                format!(
                    "lib{name:04x}-{major}:amd64 {major}.{minor}-1+b{}",
                    minor % 3
                )
            })
            .collect();
        self.line("startup archives unpack");
        for package in &packages {
            let (name, version) = package.split_once(' ').unwrap();
            self.line(&format!("install {name} <none> {version}"));
            self.line(&format!("status half-installed {package}"));
            self.line(&format!("status unpacked {package}"));
            self.seconds += self.below(2);
        }
        self.line("startup packages configure");
        for package in &packages {
            self.line(&format!("configure {package} <none>"));
            self.line(&format!("status unpacked {package}"));
            self.line(&format!("status half-configured {package}"));
            self.line(&format!("status installed {package}"));
            self.seconds += self.below(2);
        }
        self.line("trigproc libc-bin:amd64 2.41-12 <none>");
        self.seconds += 60 + self.below(3 * 86_400);
    }

    fn line(&mut self, text: &str) {
        let line = format!("{} {text}", civil(self.seconds + ZONE.1));
        self.lines.push((self.seconds * 1000, line));
    }

    fn below(&mut self, limit: i64) -> i64 {
        self.noise ^= self.noise << 13;
        self.noise ^= self.noise >> 7;
        self.noise ^= self.noise << 17;
        i64::try_from(self.noise >> 1).unwrap() % limit
    }
}

/// `2026-11-23 05:36:12`, of seconds since 1970 that are not negative.
pub fn civil(seconds: i64) -> String {
    let (days, time) = (seconds / 86_400 + 719_468, seconds % 86_400);
    // In the proleptic Gregorian calendar, years counted from March, so that the leap day comes last.
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (year * 365 + year / 4 - year / 100);
    let month = (day * 5 + 2) / 153;
    let (year, day) = (era * 400 + year, day - (month * 153 + 2) / 5 + 1);
    let (year, month) = if month < 10 {
        (year, month + 3)
    } else {
        (year + 1, month - 9)
    };
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}
