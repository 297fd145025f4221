//! A log made for a test: as many lines of a length as it wants, one a second, and bursts.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// 2025-01-01, epoch milliseconds: the time of the first line.
const START_MS: i64 = 1_735_689_600_000;

/// What the lines are filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// The same all over: parts are small.
    Plain,
    /// `field=value`, each under a name of its own: fields that may become columns.
    Pairs,
    /// A level and an action, as [`level_of`] and [`action_of`] give them for the number of a line.
    Levels,
    /// Hex digits without a pattern: parts take half of what is fetched.
    Noise,
}

/// The level of the n-th line.
pub fn level_of(number: usize) -> &'static str {
    match number % 10 {
        0 => "error",
        1 | 2 => "warning",
        _ => "notice",
    }
}

/// The action of the n-th line.
pub fn action_of(number: usize) -> &'static str {
    if number.is_multiple_of(4) {
        "deny"
    } else {
        "accept"
    }
}

/// A log with one line a second, and bursts.
#[derive(Debug)]
pub struct MadeLog {
    /// The file.
    pub path: PathBuf,
    /// Each line's time, epoch milliseconds.
    pub times: Vec<i64>,
    text: String,
    noise: u64,
}

impl MadeLog {
    /// An empty one.
    pub fn new(directory: &Path) -> Self {
        Self {
            path: directory.join("made.log"),
            times: Vec::new(),
            text: String::new(),
            noise: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// So many more lines of so many bytes, a second apart.
    pub fn lines(mut self, lines: usize, bytes: usize, fill: Fill) -> Self {
        for _ in 0..lines {
            let ms = self.end_ms();
            self.line(ms, bytes, fill);
        }
        self
    }

    /// So many more lines, all in one millisecond.
    pub fn burst(mut self, lines: usize, bytes: usize) -> Self {
        let ms = self.end_ms();
        for _ in 0..lines {
            self.line(ms, bytes, Fill::Plain);
        }
        self
    }

    /// Writes the file.
    pub fn written(mut self) -> Self {
        std::fs::write(&self.path, std::mem::take(&mut self.text)).unwrap();
        self
    }

    /// The first line's time.
    pub fn start_ms(&self) -> i64 {
        START_MS
    }

    /// A second after the last line.
    pub fn end_ms(&self) -> i64 {
        self.times.last().map_or(START_MS, |last| last + 1000)
    }

    /// How many lines `[from_ms, to_ms)` has.
    pub fn within(&self, from_ms: i64, to_ms: i64) -> usize {
        let before = |ms| self.times.partition_point(|held| *held < ms);
        before(to_ms) - before(from_ms)
    }

    fn line(&mut self, ms: i64, bytes: usize, fill: Fill) {
        let seconds = (ms - START_MS) / 1000;
        let (day, hour) = (1 + seconds / 86_400, seconds / 3600 % 24);
        let (minute, second) = (seconds / 60 % 60, seconds % 60);
        assert!(day <= 31, "a made log fits into one month");
        let start = self.text.len();
        let number = self.times.len();
        write!(
            self.text,
            "2025-01-{day:02} {hour:02}:{minute:02}:{second:02} line {number} "
        )
        .unwrap();
        if fill == Fill::Levels {
            let (level, action) = (level_of(number), action_of(number));
            write!(self.text, "level={level} action={action} n={number} ").unwrap();
        }
        while self.text.len() - start < bytes {
            match fill {
                Fill::Plain => self
                    .text
                    .push_str("a line as long as this one makes parts soon; "),
                Fill::Pairs | Fill::Levels => {
                    let at = self.text.len() - start;
                    write!(self.text, "field{at}=value ").unwrap();
                }
                Fill::Noise => {
                    self.noise ^= self.noise << 13;
                    self.noise ^= self.noise >> 7;
                    self.noise ^= self.noise << 17;
                    write!(self.text, "{:016x}", self.noise).unwrap();
                }
            }
        }
        self.text.push('\n');
        self.times.push(ms);
    }
}
