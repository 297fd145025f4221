//! The time of a log line, wherever near its start it is written.
//!
//! Recognised, in this order: a time field of a JSON object; `2026-11-23 05:36:12` with `T` or space, `-` or `/`, any fraction and any offset;
//! `23/Nov/2026:05:36:12 +0000`; `Nov 23 05:36:12`; epoch seconds with a fraction, or epoch milliseconds, at the very start.

use super::zone::{Zone, offset_seconds};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde_json::Value;

/// How far into a line a time is looked for.
const REACH_BYTES: usize = 128;

/// Fields of a JSON line that hold its time, the best first.
const FIELDS: [&str; 13] = [
    "timestamp",
    "@timestamp",
    "time",
    "ts",
    "eventTime",
    "event_time",
    "datetime",
    "date",
    "created_at",
    "createdAt",
    "published",
    "_time",
    "t",
];

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Reads the times of one file's lines.
#[derive(Debug)]
pub(super) struct TimeReader<'a> {
    zone: &'a Zone,
    now_ms: i64,
}

impl<'a> TimeReader<'a> {
    pub(super) const fn new(zone: &'a Zone, now_ms: i64) -> Self {
        Self { zone, now_ms }
    }

    /// Epoch milliseconds of a line, where it has a time.
    pub(super) fn time_of(&mut self, line: &str) -> Option<i64> {
        if line.trim_start().starts_with('{')
            && let Some(ms) = self.of_json(line)
        {
            return Some(ms);
        }
        let mut end = line.len().min(REACH_BYTES);
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        let head = line.get(..end).unwrap_or_default();
        self.in_text(head).or_else(|| epoch_at_start(head))
    }

    fn of_json(&self, line: &str) -> Option<i64> {
        let object: Value = serde_json::from_str(line).ok()?;
        FIELDS
            .iter()
            .filter_map(|field| object.get(field))
            .find_map(|value| match value {
                Value::String(text) => self.in_text(text).or_else(|| epoch(text)),
                Value::Number(number) => epoch(&number.to_string()),
                _ => None,
            })
    }

    /// The first time written anywhere in `text`.
    fn in_text(&self, text: &str) -> Option<i64> {
        let bytes = text.as_bytes();
        (0..bytes.len()).find_map(|at| {
            let before = at.checked_sub(1).and_then(|at| bytes.get(at));
            let starts = before.is_none_or(|byte| !byte.is_ascii_alphanumeric());
            let rest = starts.then(|| text.get(at..))??;
            match rest.as_bytes().first()? {
                b'0'..=b'9' => self.iso(rest).or_else(|| self.common(rest)),
                b'A'..=b'Z' | b'a'..=b'z' => self.syslog(rest),
                _ => None,
            }
        })
    }

    /// `2026-11-23T05:36:12.5+01:00`
    fn iso(&self, text: &str) -> Option<i64> {
        let mut scan = Scan(text);
        let year = scan.number(4)?;
        let mark = scan.one_of("-/")?;
        let month = scan.number(2)?;
        scan.one_of(if mark == '-' { "-" } else { "/" })?;
        let day = scan.number(2)?;
        scan.one_of("Tt _:")?;
        self.clock(scan, year, month, day)
    }

    /// `23/Nov/2026:05:36:12 +0000`
    fn common(&self, text: &str) -> Option<i64> {
        let mut scan = Scan(text);
        let day = scan.number(2)?;
        scan.one_of("/- ")?;
        let month = scan.month()?;
        scan.one_of("/- ")?;
        let year = scan.number(4)?;
        scan.one_of(": ")?;
        self.clock(scan, year, month, day)
    }

    /// `Nov 23 05:36:12`, in the last year in which it was not yet to come.
    fn syslog(&self, text: &str) -> Option<i64> {
        let mut scan = Scan(text);
        let month = scan.month()?;
        scan.one_of(" ")?;
        let padded = scan.one_of(" ").is_some();
        let day = if padded {
            scan.number(1)?
        } else {
            scan.number(2).or_else(|| scan.number(1))?
        };
        scan.one_of(" ")?;
        let now = jiff::Timestamp::from_millisecond(self.now_ms).ok()?;
        let this_year = i64::from(Offset::UTC.to_datetime(now).year());
        // Up to a day ahead is a clock or a zone that is off; more is another year.
        (0..=8)
            .filter_map(|back| self.clock(scan, this_year + 1 - back, month, day))
            .find(|ms| *ms <= self.now_ms.saturating_add(86_400_000))
    }

    /// `05:36:12.123 +0100` and what may follow.
    fn clock(&self, mut scan: Scan<'_>, year: i64, month: i64, day: i64) -> Option<i64> {
        let hour = scan.number(2)?;
        scan.one_of(":")?;
        let minute = scan.number(2)?;
        let mut second = 0;
        let mut nanosecond = 0;
        if scan.one_of(":").is_some() {
            second = scan.number(2)?;
            nanosecond = scan.fraction();
        }
        let local = DateTime::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
            i8::try_from(hour).ok()?,
            i8::try_from(minute).ok()?,
            // A leap second is counted as the one before it.
            i8::try_from(second.min(59)).ok()?,
            nanosecond,
        )
        .ok()?;
        match scan.offset() {
            Some(seconds) => {
                let utc = Zone::UTC.to_ms(local)?;
                Some(utc - i64::from(seconds) * 1_000)
            }
            None => self.zone.to_ms(local),
        }
    }
}

/// What is left of a text that is read from the front.
#[derive(Clone, Copy)]
struct Scan<'a>(&'a str);

impl Scan<'_> {
    /// A number of exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(digits)?;
        let exact = head.bytes().all(|byte| byte.is_ascii_digit());
        let longer = rest.starts_with(|c: char| c.is_ascii_digit());
        if !exact || longer {
            return None;
        }
        self.0 = rest;
        head.parse().ok()
    }

    fn one_of(&mut self, choices: &str) -> Option<char> {
        let first = self.0.chars().next().filter(|c| choices.contains(*c))?;
        self.0 = self.0.get(first.len_utf8()..)?;
        Some(first)
    }

    fn month(&mut self) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(3)?;
        let at = MONTHS
            .iter()
            .position(|name| head.eq_ignore_ascii_case(name))?;
        self.0 = rest;
        i64::try_from(at + 1).ok()
    }

    /// Nanoseconds behind a point or comma; 0 where there are none.
    fn fraction(&mut self) -> i32 {
        let mut ahead = *self;
        if ahead.one_of(".,").is_none() {
            return 0;
        }
        let digits = ahead.0.bytes().take_while(u8::is_ascii_digit).count();
        let (head, rest) = ahead.0.split_at_checked(digits).unwrap_or_default();
        if digits == 0 {
            return 0;
        }
        self.0 = rest;
        let nine: String = head.chars().chain("000000000".chars()).take(9).collect();
        nine.parse().unwrap_or_default()
    }

    /// Seconds of an offset, directly or behind one space.
    fn offset(&mut self) -> Option<i32> {
        let rest = self.0.strip_prefix(' ').unwrap_or(self.0);
        if let Some(after) = rest.strip_prefix(['Z', 'z'])
            && !after.starts_with(|c: char| c.is_ascii_alphanumeric())
        {
            return Some(0);
        }
        let glued = rest.len() == self.0.len();
        let ends = |len: usize| {
            let after = rest.get(len..).unwrap_or_default();
            !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
        };
        // Behind a space only a full offset counts: `-5` there is a number of something.
        let lengths: &[usize] = if glued { &[6, 5, 3] } else { &[6, 5] };
        lengths
            .iter()
            .filter(|len| ends(**len))
            .find_map(|len| offset_seconds(rest.get(..*len)?))
    }
}

/// A number at the start of a line that can only be a time.
fn epoch_at_start(line: &str) -> Option<i64> {
    let number = line
        .trim_start_matches('[')
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .next()?;
    let long = number.split('.').next()?.len();
    matches!(long, 10 | 13 | 16 | 19).then(|| epoch(number))?
}

/// Epoch seconds, milliseconds, microseconds or nanoseconds, by their size.
fn epoch(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let number: i64 = whole.parse().ok()?;
    match number {
        100_000_000..100_000_000_000 => {
            let thousandths: String = fraction.chars().chain("000".chars()).take(3).collect();
            Some(number * 1_000 + thousandths.parse::<i64>().ok()?)
        }
        100_000_000_000..100_000_000_000_000 => Some(number),
        100_000_000_000_000..100_000_000_000_000_000 => Some(number / 1_000),
        100_000_000_000_000_000.. => Some(number / 1_000_000),
        _ => None,
    }
}
