//! A real log file, read once and served line by line with its own times.
//!
//! Every line is one event and its message is the line as it stands, without the line end.
//! A line without a time of its own has that of the line before; lines before the first time have the first.
//! Bytes that are not UTF-8 are replaced, and the number of such lines is told.
//! Memory: the file's text and 16 bytes a line.

mod time;
mod zone;

pub use zone::Zone;

use crate::log::{Event, FIRST_SEQUENCE, Span};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use time::TimeReader;

/// Sequence numbers lie this far apart, as ordinary ones do.
const STEP: i64 = 4096;

/// Why a file cannot be replayed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// No line has a time.
    #[error(
        "no line of {path} has a time that is recognised, such as 2026-11-23 05:36:12, 2026-11-23T05:36:12Z, \
         Nov 23 05:36:12, or a JSON field `time` or `timestamp`"
    )]
    NoTimes {
        /// The file.
        path: PathBuf,
    },
    /// The zone is unknown.
    #[error(
        "`{zone}` is no time zone; write UTC, an offset such as +02:00, or a name such as Europe/Berlin"
    )]
    UnknownZone {
        /// What was given.
        zone: String,
    },
}

/// One line: where it stands in the text, and when it was.
#[derive(Clone, Copy, Debug)]
struct Line {
    timestamp_ms: i64,
    /// Byte offset of its start; it ends where the next one starts.
    start: usize,
}

/// A file in memory.
#[derive(Debug)]
pub struct Replay {
    text: String,
    lines: Vec<Line>,
    /// Numbers of lines in order of time; lines of one time in the order of the file.
    order: Vec<u32>,
    /// Where each line stands in `order`.
    rank: Vec<u32>,
    untimed: usize,
    lossy: usize,
}

impl Replay {
    /// Reads a file. Times without a zone are taken in `zone`; times without a year lie in the last year before `now_ms`.
    pub fn read(path: &Path, zone: &Zone, now_ms: i64) -> Result<Self, ReplayError> {
        let bytes = std::fs::read(path).map_err(|source| ReplayError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::of_bytes(&bytes, zone, now_ms).ok_or_else(|| ReplayError::NoTimes {
            path: path.to_owned(),
        })
    }

    /// The same of bytes; `None` where no line has a time.
    pub fn of_bytes(bytes: &[u8], zone: &Zone, now_ms: i64) -> Option<Self> {
        let mut reader = TimeReader::new(zone, now_ms);
        let mut text = String::with_capacity(bytes.len());
        let mut times: Vec<Option<i64>> = Vec::new();
        let mut lines: Vec<Line> = Vec::new();
        let mut lossy = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let line = String::from_utf8_lossy(line);
            lossy += usize::from(matches!(line, std::borrow::Cow::Owned(_)));
            times.push(reader.time_of(&line));
            lines.push(Line {
                timestamp_ms: 0,
                start: text.len(),
            });
            text.push_str(&line);
        }
        let mut time = times.iter().flatten().next().copied()?;
        for (line, own) in lines.iter_mut().zip(&times) {
            time = own.unwrap_or(time);
            line.timestamp_ms = time;
        }
        let mut order: Vec<u32> = (0..u32::try_from(lines.len()).ok()?).collect();
        order.sort_by_key(|at| lines.get(*at as usize).map(|line| line.timestamp_ms));
        let mut rank = vec![0; order.len()];
        for (at, line) in (0_u32..).zip(&order) {
            if let Some(place) = rank.get_mut(*line as usize) {
                *place = at;
            }
        }
        Some(Self {
            text,
            untimed: times.iter().filter(|time| time.is_none()).count(),
            lines,
            order,
            rank,
            lossy,
        })
    }

    /// How many lines it has.
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// Lines that had no time of their own.
    pub const fn untimed_lines(&self) -> usize {
        self.untimed
    }

    /// Lines in which bytes were replaced, because they were no UTF-8.
    pub const fn lossy_lines(&self) -> usize {
        self.lossy
    }

    /// The earliest and the latest time.
    pub fn bounds_ms(&self) -> (i64, i64) {
        let at = |rank: Option<&u32>| rank.map_or(0, |line| self.timestamp_ms(*line));
        (at(self.order.first()), at(self.order.last()))
    }

    fn timestamp_ms(&self, line: u32) -> i64 {
        let line = self.lines.get(line as usize);
        line.map_or(i64::MAX, |line| line.timestamp_ms)
    }

    fn message(&self, line: u32) -> &str {
        let start = self.lines.get(line as usize).map_or(0, |line| line.start);
        let end = self.lines.get(line as usize + 1);
        let end = end.map_or(self.text.len(), |line| line.start);
        self.text.get(start..end).unwrap_or_default()
    }

    /// The ranks that `span` takes in.
    fn ranks(&self, span: Span) -> std::ops::Range<usize> {
        let before = |ms: i64| {
            self.order
                .partition_point(|line| self.timestamp_ms(*line) < ms)
        };
        let mut first = before(span.first_ms);
        if let Some(after) = span.after {
            let line =
                usize::try_from(after.saturating_sub(FIRST_SEQUENCE) / STEP).unwrap_or_default();
            first = first.max(
                self.rank
                    .get(line)
                    .map_or(usize::MAX, |rank| *rank as usize + 1),
            );
        }
        let end = before(span.last_ms.saturating_add(1));
        first.min(end)..end
    }

    pub(crate) fn visit(&self, span: Span, visit: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>) {
        for line in self.order.get(self.ranks(span)).unwrap_or_default() {
            let event = Event {
                timestamp_ms: self.timestamp_ms(*line),
                sequence: FIRST_SEQUENCE + i64::from(*line) * STEP,
                message: self.message(*line),
            };
            if visit(event).is_break() {
                return;
            }
        }
    }

    pub(crate) fn count(&self, span: Span) -> u64 {
        self.ranks(span).len() as u64
    }
}

#[cfg(test)]
mod tests;
