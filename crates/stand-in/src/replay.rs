//! A real log file, read once and served line by line with its own times.
//!
//! Every line is one event and its message is the line as it stands, without the line end.
//! A line without a time of its own has that of the line before; lines before the first time have the first. How many there are is reported.
//! Bytes that are not UTF-8 are replaced, and how many lines had such is reported; a file in another encoding is refused.
//!
//! | module | does |
//! | --- | --- |
//! | `time` | the time of a line, wherever in it |
//! | `written`, `scan` | the forms of dates, read from the front |
//! | `fields` | time fields of JSON lines |
//! | `years` | the years of lines that name none |
//! | `zone` | the zone of times that name none |
//!
//! Memory: the file's text and 16 bytes a line.

mod fields;
mod scan;
mod time;
mod written;
mod years;
mod zone;

pub use zone::Zone;

use crate::log::{Event, FIRST_SEQUENCE, Span};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use time::Time;

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
    /// It was read and is no log that can be replayed.
    #[error("{path} cannot be replayed: {source}")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: Unusable,
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

/// Why bytes cannot be replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// No line has a time.
    #[error(
        "no line has a time that is recognised, such as 2026-11-23 05:36:12, 2026-11-23T05:36:12Z, Nov 23 05:36:12, \
         or a JSON field `time` or `timestamp`"
    )]
    NoTimes,
    /// It is text in another encoding, or not text at all.
    #[error("it is {what}; make it UTF-8 text first, with `{command}`")]
    NotUtf8 {
        /// What it is.
        what: &'static str,
        /// What makes text of it.
        command: &'static str,
    },
    /// More lines than can be numbered.
    #[error("it has more than 4,294,967,295 lines")]
    TooManyLines,
}

/// The bytes of a text without its byte order mark. Refuses what is not UTF-8 by what it begins with.
fn text_of(bytes: &[u8]) -> Result<&[u8], Unusable> {
    // Text of a western language in UTF-16 has a zero in every second byte, with a mark or without.
    let zeros = |odd: usize| {
        let head = bytes.get(..bytes.len().min(64) & !1).unwrap_or_default();
        let mut every_second = head.iter().skip(odd).step_by(2);
        !head.is_empty() && every_second.all(|byte| *byte == 0)
    };
    let (what, command) = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => return Ok(rest),
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
            ("UTF-32 text", "iconv -f UTF-32 -t UTF-8")
        }
        [0xff, 0xfe, ..] => ("UTF-16 text (little-endian)", "iconv -f UTF-16 -t UTF-8"),
        [0xfe, 0xff, ..] => ("UTF-16 text (big-endian)", "iconv -f UTF-16 -t UTF-8"),
        [0x1f, 0x8b, ..] => ("compressed with gzip", "gunzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ("compressed with zstd", "unzstd"),
        _ if zeros(1) => ("UTF-16 text (little-endian)", "iconv -f UTF-16LE -t UTF-8"),
        _ if zeros(0) => ("UTF-16 text (big-endian)", "iconv -f UTF-16BE -t UTF-8"),
        _ => return Ok(bytes),
    };
    Err(Unusable::NotUtf8 { what, command })
}

/// Epoch milliseconds of each line; those that name no year get theirs by their order.
fn with_years(times: &[Option<Time>], zone: &Zone, now_ms: i64) -> Vec<Option<i64>> {
    let yearless: Vec<_> = times
        .iter()
        .filter_map(|time| match time {
            Some(Time::Yearless(written)) => Some(*written),
            _ => None,
        })
        .collect();
    let mut resolved = years::resolved(&yearless, zone, now_ms).into_iter();
    let times = times.iter().map(|time| match time {
        Some(Time::At(ms)) => Some(*ms),
        Some(Time::Yearless(_)) => resolved.next().flatten(),
        None => None,
    });
    times.collect()
}

/// One line: where it stands in the text, and when it was.
#[derive(Clone, Copy, Debug)]
struct Line {
    timestamp_ms: i64,
    /// Byte offset of its start; it ends where the next one starts.
    start: usize,
}

/// What was found in a replayed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// Lines, each one event.
    pub lines: usize,
    /// Lines without a time of their own.
    pub untimed_lines: usize,
    /// Lines in which bytes that are no UTF-8 were replaced.
    pub lossy_lines: usize,
    /// The earliest time, epoch milliseconds.
    pub first_ms: i64,
    /// The latest time, epoch milliseconds.
    pub last_ms: i64,
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
    /// What was found in it.
    pub found: Replayed,
}

impl Replay {
    /// Reads a file. Times without a zone are taken in `zone`; times without a year lie in the last year before `now_ms`.
    pub fn read(path: &Path, zone: &Zone, now_ms: i64) -> Result<Self, ReplayError> {
        let bytes = std::fs::read(path).map_err(|source| ReplayError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::of_bytes(&bytes, zone, now_ms).map_err(|source| ReplayError::Unusable {
            path: path.to_owned(),
            source,
        })
    }

    /// The same of bytes.
    pub fn of_bytes(bytes: &[u8], zone: &Zone, now_ms: i64) -> Result<Self, Unusable> {
        let bytes = text_of(bytes)?;
        let mut text = String::with_capacity(bytes.len());
        let mut times: Vec<Option<Time>> = Vec::new();
        let mut lines: Vec<Line> = Vec::new();
        let mut lossy = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let line = String::from_utf8_lossy(line);
            lossy += usize::from(matches!(line, std::borrow::Cow::Owned(_)));
            times.push(time::time_of(&line, zone));
            lines.push(Line {
                timestamp_ms: 0,
                start: text.len(),
            });
            text.push_str(&line);
        }
        let times = with_years(&times, zone, now_ms);
        let first = times.iter().flatten().next().copied();
        let mut time = first.ok_or(Unusable::NoTimes)?;
        for (line, own) in lines.iter_mut().zip(&times) {
            time = own.unwrap_or(time);
            line.timestamp_ms = time;
        }
        let count = u32::try_from(lines.len()).map_err(|_| Unusable::TooManyLines)?;
        let mut order: Vec<u32> = (0..count).collect();
        order.sort_by_key(|at| lines.get(*at as usize).map(|line| line.timestamp_ms));
        let mut rank = vec![0; order.len()];
        for (at, line) in (0_u32..).zip(&order) {
            if let Some(place) = rank.get_mut(*line as usize) {
                *place = at;
            }
        }
        let own = || lines.iter().map(|line| line.timestamp_ms);
        let found = Replayed {
            lines: lines.len(),
            untimed_lines: times.iter().filter(|time| time.is_none()).count(),
            lossy_lines: lossy,
            first_ms: own().min().unwrap_or_default(),
            last_ms: own().max().unwrap_or_default(),
        };
        Ok(Self {
            text,
            lines,
            order,
            rank,
            found,
        })
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
