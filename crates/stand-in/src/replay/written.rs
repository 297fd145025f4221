//! The forms in which logs write a date with a time of day.
//!
//! Takes text that begins with one, gives it as it is written: without a zone, and without a year, where none stands there.

use super::scan::Scan;
use super::zone::Zone;
use jiff::civil::DateTime;

/// A date with a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) year: Option<i16>,
    pub(super) month: i8,
    pub(super) day: i8,
    pub(super) clock: Clock,
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: i8,
    minute: i8,
    second: i8,
    nanosecond: i32,
    /// Seconds east of UTC.
    offset: Option<i32>,
}

impl Written {
    /// The form at the start of `text`, and what follows it. Some forms are only looked for where a line begins.
    pub(super) fn at_start(text: &str, begins_line: bool) -> Option<(Self, &str)> {
        let scan = Scan(text);
        match text.as_bytes().first()? {
            b'0'..=b'9' if begins_line => iso(scan)
                .or_else(|| day_first(scan))
                .or_else(|| short(scan))
                .or_else(|| compact(scan))
                .or_else(|| month_and_day(scan)),
            b'0'..=b'9' => iso(scan).or_else(|| day_first(scan)),
            b'A'..=b'Z' | b'a'..=b'z' => month_first(scan),
            _ => None,
        }
    }

    /// Epoch milliseconds, in `zone` unless it has an offset, and in `year` unless it has one.
    pub(super) fn to_ms(self, zone: &Zone, year: i16) -> Option<i64> {
        let clock = self.clock;
        let local = DateTime::new(
            self.year.unwrap_or(year),
            self.month,
            self.day,
            clock.hour,
            clock.minute,
            // A leap second is counted as the one before it.
            clock.second.min(59),
            clock.nanosecond,
        )
        .ok()?;
        match clock.offset {
            Some(seconds) => Some(Zone::UTC.to_ms(local)? - i64::from(seconds) * 1_000),
            None => zone.to_ms(local),
        }
    }
}

/// `2026-11-23T05:36:12.5+01:00`
fn iso(mut scan: Scan<'_>) -> Option<(Written, &str)> {
    let year = scan.number(4)?;
    let mark = scan.one_of("-/")?;
    let month = scan.number(2)?;
    scan.one_of(if mark == '-' { "-" } else { "/" })?;
    let day = scan.number(2)?;
    scan.one_of("Tt _:")?;
    written(Some(year), month, day, scan)
}

/// `23/Nov/2026:05:36:12 +0000`, `23-Nov-2026 11:20:10 PM`
fn day_first(mut scan: Scan<'_>) -> Option<(Written, &str)> {
    let day = scan.short_number()?;
    scan.one_of("/- ")?;
    let month = scan.month()?;
    scan.one_of("/- ")?;
    let year = scan.number(4)?;
    scan.one_of(": ")?;
    written(Some(year), month, day, scan)
}

/// `17/06/09 20:10:40`, the year first and in this century.
fn short(mut scan: Scan<'_>) -> Option<(Written, &str)> {
    let year = scan.number(2)?;
    scan.one_of("/")?;
    let month = scan.number(2)?;
    scan.one_of("/")?;
    let day = scan.number(2)?;
    scan.one_of(" ")?;
    written(Some(2_000 + year), month, day, scan)
}

/// `081109 203615`, the year first and in this century.
fn compact(mut scan: Scan<'_>) -> Option<(Written, &str)> {
    let date = scan.number(6)?;
    scan.one_of(" ")?;
    let time = scan.number(6)?;
    let clock = Clock {
        hour: i8::try_from(time / 10_000).ok()?,
        minute: i8::try_from(time / 100 % 100).ok()?,
        second: i8::try_from(time % 100).ok()?,
        nanosecond: 0,
        offset: None,
    };
    let year = 2_000 + date / 10_000;
    dated(Some(year), date / 100 % 100, date % 100, clock).map(|written| (written, scan.0))
}

/// `03-17 16:13:38.811`
fn month_and_day(mut scan: Scan<'_>) -> Option<(Written, &str)> {
    let month = scan.number(2)?;
    scan.one_of("-")?;
    let day = scan.number(2)?;
    scan.one_of(" ")?;
    written(None, month, day, scan)
}

/// `Nov 23 05:36:12`, `Nov 23 05:36:12 UTC 2026`, `Nov 23 2026 05:36:12`, `Nov 23, 2026 5:36:12 AM`
fn month_first(mut scan: Scan<'_>) -> Option<(Written, &str)> {
    let month = scan.month()?;
    scan.one_of(" ")?;
    let _ = scan.one_of(" ");
    let day = scan.short_number()?;
    let _ = scan.one_of(",");
    scan.one_of(" ")?;
    let mut ahead = scan;
    if let Some(year) = ahead.number(4) {
        let _ = ahead.one_of(",");
        ahead.one_of(" ")?;
        return written(Some(year), month, day, ahead);
    }
    let (clock, mut scan) = clock(scan)?;
    let year = year_behind(&mut scan);
    dated(year, month, day, clock).map(|written| (written, scan.0))
}

/// A year behind the time, with the name of a zone between them or not.
fn year_behind(scan: &mut Scan<'_>) -> Option<i64> {
    let mut ahead = *scan;
    ahead.one_of(" ")?;
    let letters = ahead.0.bytes().take_while(u8::is_ascii_uppercase).count();
    if (3..=5).contains(&letters) {
        ahead.0 = ahead.0.get(letters..)?;
        ahead.one_of(" ")?;
    }
    let year = ahead.number(4)?;
    let is_year = (1970..2100).contains(&year) && !ahead.0.starts_with(char::is_alphanumeric);
    is_year.then(|| {
        *scan = ahead;
        year
    })
}

fn written(year: Option<i64>, month: i64, day: i64, scan: Scan<'_>) -> Option<(Written, &str)> {
    let (clock, rest) = clock(scan)?;
    dated(year, month, day, clock).map(|written| (written, rest.0))
}

fn dated(year: Option<i64>, month: i64, day: i64, clock: Clock) -> Option<Written> {
    let written = Written {
        year: year.map(i16::try_from).transpose().ok()?,
        month: i8::try_from(month).ok()?,
        day: i8::try_from(day).ok()?,
        clock,
    };
    // Whether there is such a day; without a year, whether a leap year has it.
    written.to_ms(&Zone::UTC, 2024)?;
    Some(written)
}

/// `05:36:12.123 +0100`, `5:36:12 PM`, and what follows.
fn clock(mut scan: Scan<'_>) -> Option<(Clock, Scan<'_>)> {
    let hour = scan.short_number()?;
    scan.one_of(":")?;
    let minute = scan.number(2)?;
    let (mut second, mut nanosecond) = (0, 0);
    if scan.one_of(":").is_some() {
        second = scan.number(2)?;
        nanosecond = scan.fraction();
    }
    // Where hours go on past twelve, such a word is no half of the day.
    let half = (1..=12).contains(&hour).then(|| scan.half_of_day());
    let hour = match half.flatten() {
        Some(is_pm) => hour % 12 + if is_pm { 12 } else { 0 },
        None => hour,
    };
    let clock = Clock {
        hour: i8::try_from(hour).ok()?,
        minute: i8::try_from(minute).ok()?,
        second: i8::try_from(second).ok()?,
        nanosecond,
        offset: scan.offset(),
    };
    Some((clock, scan))
}
