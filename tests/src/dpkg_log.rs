//! A real log: a copy of this machine's own, and the time of each of its lines, worked out here without any code of Windrow's.
//!
//! Where the machine keeps no `/var/log/dpkg.log`, the fallback is a listing of the Rust toolchain's files, one line a file with its time of
//! modification: just as real, as unevenly spaced, with thousands of lines in one second. [`RealLog::origin`] says which it is.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// A copy that the test owns.
#[derive(Debug)]
pub struct RealLog {
    /// The copy.
    pub path: PathBuf,
    /// Where it came from.
    pub origin: String,
    /// The zone its times are in, as the stand-in is told.
    pub zone: String,
    /// Every line with its time, in order of time, lines of one time in the order of the file.
    pub lines: Vec<(i64, String)>,
}

impl RealLog {
    /// Copies the log into `directory`.
    pub fn copy_into(directory: &Path) -> Self {
        let path = directory.join("real.log");
        let system = Path::new("/var/log/dpkg.log");
        let text = std::fs::read_to_string(system).unwrap_or_default();
        let (text, origin, zone) = if text.lines().count() >= 1000 {
            (text, system.display().to_string(), local_offset())
        } else {
            (
                listing(),
                "the Rust toolchain's files".into(),
                "+0000".into(),
            )
        };
        std::fs::write(&path, &text).unwrap();
        println!(
            "real input: {origin}, {} lines, zone {zone}",
            text.lines().count()
        );
        let offset_ms = offset_ms(&zone);
        let mut lines: Vec<(i64, String)> = text
            .lines()
            .map(|line| (civil_ms(line) - offset_ms, line.to_owned()))
            .collect();
        lines.sort_by_key(|(ms, _)| *ms);
        Self {
            path,
            origin,
            zone,
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

    /// An end that takes in as much as possible and lies well before now, so that everything before it is settled.
    pub fn settled_end_ms(&self) -> i64 {
        let settled = now_ms() - 180_000;
        (self.lines[self.lines.len() - 1].0 + 1).min(settled)
    }

    /// The time that `part` of `parts` of the settled log's different times lie before.
    pub fn quantile_ms(&self, part: usize, parts: usize) -> i64 {
        let settled = self.within(i64::MIN, self.settled_end_ms());
        let mut times: Vec<i64> = settled.iter().map(|(ms, _)| *ms).collect();
        times.dedup();
        assert!(
            times.len() >= 100,
            "{} has too few different times",
            self.origin
        );
        times[times.len() * part / parts]
    }
}

/// Now, epoch milliseconds.
#[expect(
    clippy::disallowed_methods,
    reason = "a test of the whole runs against the real clock"
)]
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// `2026-11-23 05:36:12` at the start of a line, as if it were UTC.
fn civil_ms(line: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| -> i64 {
        line.get(range)
            .and_then(|digits| digits.parse().ok())
            .unwrap_or_else(|| panic!("a line without a time at its start: {line}"))
    };
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let seconds = number(11..13) * 3600 + number(14..16) * 60 + number(17..19);
    // Days since 1970 in the proleptic Gregorian calendar: years counted from March, so that the leap day comes last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days =
        year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 719_468;
    (days * 86_400 + seconds) * 1000
}

/// The machine's own zone, in which dpkg writes, as `+hhmm`.
fn local_offset() -> String {
    let output = Command::new("date").arg("+%z").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.ok()
        .filter(|text| text.len() == 5)
        .unwrap_or_else(|| "+0000".into())
}

fn offset_ms(zone: &str) -> i64 {
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits = |range: std::ops::Range<usize>| zone[range].parse::<i64>().unwrap();
    sign * (digits(1..3) * 3600 + digits(3..5) * 60) * 1000
}

fn listing() -> String {
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .unwrap();
    let sysroot = PathBuf::from(String::from_utf8(sysroot.stdout).unwrap().trim());
    let mut files = Vec::new();
    list(&sysroot, &mut files);
    list(crate::root(), &mut files);
    files.sort();
    files.truncate(20_000);
    assert!(
        files.len() >= 1000,
        "the toolchain has too few files for a log"
    );
    let mut text = String::new();
    for (seconds, path) in files {
        let (date, time) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = date_of(date);
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        let path = path.display();
        writeln!(
            text,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} modified {path}"
        )
        .unwrap();
    }
    text
}

fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (year * 365 + year / 4 - year / 100);
    let month = (day * 5 + 2) / 153;
    let (year, day) = (era * 400 + year, day - (month * 153 + 2) / 5 + 1);
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

fn list(directory: &Path, files: &mut Vec<(i64, PathBuf)>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let Ok(about) = entry.metadata() else {
            continue;
        };
        if about.is_dir() && name != "target" && name != ".git" {
            list(&path, files);
        } else if let Some(since) = about
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            && path
                .to_str()
                .is_some_and(|path| !path.contains(['\n', '\r']))
        {
            files.push((i64::try_from(since.as_secs()).unwrap(), path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_worked_out_both_ways() {
        assert_eq!(civil_ms("1970-01-01 00:00:00 x"), 0);
        assert_eq!(civil_ms("2026-11-23 05:36:12 startup"), 1_795_412_172_000);
        assert_eq!(civil_ms("2024-02-29 23:59:59"), 1_709_251_199_000);
        for days in [0, 59, 60, 365, 19_782, 20_780, 20_779 + 365] {
            let (year, month, day) = date_of(days);
            assert_eq!(
                civil_ms(&format!("{year:04}-{month:02}-{day:02} 00:00:00")),
                days * 86_400_000
            );
        }
        assert_eq!(offset_ms("+0200"), 7_200_000);
        assert_eq!(offset_ms("-0330"), -12_600_000);
    }

    #[test]
    fn the_fallback_is_a_log_too() {
        let text = listing();
        assert!(text.lines().count() >= 1000);
        assert!(
            text.lines()
                .all(|line| civil_ms(line) > 0 && line.contains(" modified "))
        );
    }
}
