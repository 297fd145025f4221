//! The parts of a typed time: lengths, times of day, dates and offsets.
//!
//! Takes text without blanks around it, gives calendar fields and milliseconds, and refuses what no clock shows.

use crate::ui::zone::{Civil, DAY_MS, Zone, day_of};

/// `90s`, `15 min`, `3h`, `2 d`, `1w`, in milliseconds.
pub(super) fn length_ms(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: i64 = text.get(..digits)?.parse().ok()?;
    let unit = match text.get(digits..)?.trim().to_ascii_lowercase().as_str() {
        "ms" => 1,
        "s" | "sec" | "second" | "seconds" => 1000,
        "m" | "min" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => DAY_MS,
        "w" | "week" | "weeks" => 7 * DAY_MS,
        _ => return None,
    };
    number.checked_mul(unit).filter(|ms| *ms > 0)
}

/// `09:00`, `09:00:07`, `09:00:07.31` as milliseconds since midnight; `24:00` is the end of the day.
pub(super) fn time_of_day(text: &str) -> Option<i64> {
    let (clock, fraction) = match text.split_once(['.', ',']) {
        Some((clock, fraction)) => (clock, fraction_ms(fraction)?),
        None => (text, 0),
    };
    let mut fields = clock.split(':').map(|field| {
        (matches!(field.len(), 1 | 2) && field.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| field.parse::<i64>().ok())
            .flatten()
    });
    let (hour, minute) = (fields.next()??, fields.next()??);
    let second = match fields.next() {
        Some(second) => second?,
        None => 0,
    };
    if fields.next().is_some() || minute > 59 || second > 59 {
        return None;
    }
    let ms = ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
    (ms < DAY_MS || ms == DAY_MS && hour == 24).then_some(ms)
}

fn fraction_ms(digits: &str) -> Option<i64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let padded: String = digits.chars().chain("00".chars()).take(3).collect();
    padded.parse().ok()
}

/// A date with an optional time of day and an optional offset, taken apart.
pub(super) struct Dated<'a> {
    /// Date and time of day.
    pub(super) civil: Civil,
    /// Minutes east of UTC, where the text says so.
    pub(super) offset: Option<i64>,
    /// What the text says of it.
    pub(super) suffix: &'a str,
    /// Letters of date and time of day.
    pub(super) len: usize,
}

impl Dated<'_> {
    /// The instant it means.
    pub(super) fn ms(&self, zone: Zone) -> i64 {
        let Civil { day, ms_of_day } = self.civil;
        match self.offset {
            Some(minutes) => day * DAY_MS + ms_of_day - minutes * 60_000,
            None => zone.instant(self.civil),
        }
    }
}

/// Reads a date with an optional time of day and an optional offset.
pub(super) fn dated(text: &str) -> Option<Dated<'_>> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let mut fields = date.split('-').map(|field| field.parse::<i64>().ok());
    let (year, month, date) = (fields.next()??, fields.next()??, fields.next()??);
    let day = day_of(year, month, date)?;
    let time = rest.trim_start_matches(['T', 't', ' ']);
    let (clock, suffix, offset) = split_offset(time)?;
    let ms_of_day = if clock.is_empty() && suffix.is_empty() {
        0
    } else {
        time_of_day(clock)?
    };
    Some(Dated {
        civil: Civil { day, ms_of_day },
        offset,
        suffix,
        len: text.len() - time.len() + clock.len(),
    })
}

/// The time of day, what stands behind it, and what that says in minutes.
fn split_offset(text: &str) -> Option<(&str, &str, Option<i64>)> {
    for name in ["Z", "z", "UTC", "utc"] {
        if let Some(clock) = text.strip_suffix(name) {
            let clock = clock.trim_end();
            return Some((clock, text.get(clock.len()..)?, Some(0)));
        }
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, "", None));
    };
    let (clock, offset) = text.split_at_checked(at)?;
    let minutes = offset_minutes(offset)?;
    let clock = clock.trim_end();
    Some((clock, text.get(clock.len()..)?, Some(minutes)))
}

/// `+1`, `-03`, `+0530`, `-03:30`, up to the widest that there is.
fn offset_minutes(text: &str) -> Option<i64> {
    const WIDEST: i64 = 14 * 60;
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text.get(1..)?;
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        (Some((hours, minutes)), _) if minutes.len() == 2 => (hours, minutes),
        (None, 1 | 2) => (digits, "0"),
        (None, 4) => digits.split_at_checked(2)?,
        _ => return None,
    };
    let number = |text: &str| -> Option<i64> {
        let is_number =
            matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().ok())?
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= WIDEST).then_some(sign * total)
}
