//! Windows as people type and paste them.
//!
//! Takes text, the time now and a zone, gives instants and windows.
//! A time without an offset is meant in the zone the page shows; nothing else is guessed, and a number that may be of two units is
//! asked about.

use super::dated::{dated, length_ms, time_of_day};
use crate::ui::escape::plain;
use crate::ui::zone::{Civil, Zone};
use windrow_model::TimeRange;
use windrow_model::instant::{EpochUnit, parse_epoch_ms};
use windrow_model::range::MAX_MS;

/// What the words of a typed time mean.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Now, epoch milliseconds.
    pub now_ms: i64,
    /// Where times without an offset live.
    pub zone: Zone,
}

/// The forms that are read, for messages.
pub const FORMS: &str = "write it as 2026-11-23 09:00, 2026-11-23T09:00:00Z, 09:00, yesterday, 3h, epoch milliseconds or seconds (1763632800s)";

/// What stands between the two times of a window, in the order in which it is looked for.
const SEPARATORS: [&str; 7] = [" - ", " to ", "..", " / ", "/", " \u{2013} ", "\u{2013}"];

/// A number of seconds or milliseconds is an instant from 1973 on, and a length up to now before that.
const FIRST_INSTANT_MS: i64 = 100_000_000_000;

/// What is wrong with typed text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrong {
    /// In words.
    pub text: String,
    /// Whether it is the start.
    pub from: bool,
    /// Whether it is the end.
    pub to: bool,
    /// What may be meant instead, for the same field.
    pub meant: Option<String>,
}

/// A text without what cannot be seen around it: copied times bring marks of direction and spaces of other kinds along.
fn bare(text: &str) -> String {
    let is_unseen = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let seen = text.chars().filter(|c| !is_unseen(*c));
    let spaced: String = seen
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    spaced.trim().to_owned()
}

/// The instant of one typed time. `near_ms` gives the day of a bare `09:00`.
pub fn instant(text: &str, near_ms: Option<i64>, context: Context) -> Option<i64> {
    instant_of(&bare(text), near_ms, context).ok()
}

/// The same, or what is wrong with it.
fn instant_of(text: &str, near_ms: Option<i64>, context: Context) -> Result<i64, Wrong> {
    if text.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(number) = text.parse()
    {
        return match EpochUnit::of_bare(number) {
            EpochUnit::Milliseconds => Ok(number),
            unit => Err(two_readings(number, unit, context.zone)),
        };
    }
    let is_window = joined(text, context).is_some();
    let ms = read(text, near_ms, context).filter(|_| !is_window);
    ms.ok_or_else(|| Wrong {
        text: format!("\u{201c}{}\u{201d} is not a time: {FORMS}", plain(text)),
        ..Wrong::default()
    })
}

/// A number that looks like another unit than milliseconds.
fn two_readings(number: i64, unit: EpochUnit, zone: Zone) -> Wrong {
    let in_ms = if number < MAX_MS {
        zone.date(number)
    } else {
        "past the year 9999".to_owned()
    };
    let meant = zone.typed(unit.to_ms(number).unwrap_or(number));
    Wrong {
        text: format!(
            "\u{201c}{number}\u{201d} is {in_ms} in milliseconds, and {meant} in {}: which is meant?",
            unit.name()
        ),
        meant: Some(meant),
        ..Wrong::default()
    }
}

/// `1763632800s`: an epoch number with its unit.
fn epoch(text: &str) -> Option<i64> {
    parse_epoch_ms(text).filter(|ms| *ms >= FIRST_INSTANT_MS || length_ms(text).is_none())
}

fn midnight(day: i64, zone: Zone) -> i64 {
    zone.instant(Civil { day, ms_of_day: 0 })
}

fn read(text: &str, near_ms: Option<i64>, context: Context) -> Option<i64> {
    let zone = context.zone;
    let today = zone.civil(context.now_ms).day;
    match text.to_ascii_lowercase().as_str() {
        "now" => return Some(context.now_ms),
        "today" => return Some(midnight(today, zone)),
        "yesterday" => return Some(midnight(today - 1, zone)),
        "tomorrow" => return Some(midnight(today + 1, zone)),
        _ => {}
    }
    if let Some(ms) = epoch(text) {
        return Some(ms);
    }
    if let Some(length) = length_ms(text.strip_prefix('-').unwrap_or(text)) {
        return context.now_ms.checked_sub(length);
    }
    if let Some(ms_of_day) = time_of_day(text) {
        let day = zone.civil(near_ms.unwrap_or(context.now_ms)).day;
        return Some(zone.instant(Civil { day, ms_of_day }));
    }
    dated(text).map(|dated| dated.ms(zone))
}

/// A whole window in one text: `2026-11-23 09:00 - 12:00`, `3h`, `yesterday`, `this week`, `A to B`, `A..B`, `A/B`.
pub fn window(text: &str, context: Context) -> Option<TimeRange> {
    let text = &*bare(text);
    let lower = text.to_ascii_lowercase();
    let zone = context.zone;
    let today = zone.civil(context.now_ms).day;
    let days = |first: i64, count: i64| {
        TimeRange::window(midnight(first, zone), midnight(first + count, zone)).ok()
    };
    match lower.as_str() {
        "today" => return days(today, 1),
        "yesterday" => return days(today - 1, 1),
        // 1970 began with a Thursday, weeks begin with Monday.
        "this week" => return days(today - (today + 3).rem_euclid(7), 7),
        _ => {}
    }
    let length = lower.strip_prefix("last ").unwrap_or(&lower);
    if let Some(length) = length_ms(length).filter(|_| epoch(&lower).is_none()) {
        return TimeRange::window(context.now_ms.checked_sub(length)?, context.now_ms).ok();
    }
    let Some((from, to)) = ends(text) else {
        return joined(text, context);
    };
    let start_ms = instant(from, None, context)?;
    let end_ms = instant(to, Some(start_ms), context)?;
    TimeRange::window(start_ms, end_ms).ok()
}

fn ends(text: &str) -> Option<(&str, &str)> {
    let mut separators = SEPARATORS.into_iter();
    separators.find_map(|separator| text.split_once(separator))
}

/// The two ends of a pasted window of which one has two readings: the fields ask which is meant.
pub fn ends_to_ask(text: &str, context: Context) -> Option<(String, String)> {
    let text = bare(text);
    let (from, to) = ends(&text)?;
    let wrong = window_of(from, to, context).err()?;
    wrong.meant.map(|_| (bare(from), bare(to)))
}

/// `2026-11-23 09:00-12:00`, `09:00-12:00`: a window whose times are joined by a sign that could begin an offset.
/// With a `T` before the time it is RFC 3339, and the sign begins one.
fn joined(text: &str, context: Context) -> Option<TimeRange> {
    let (from, to) = text.rsplit_once('-')?;
    if from.contains(['T', 't']) || from.ends_with(' ') || !from.contains(':') {
        return None;
    }
    time_of_day(to)?;
    let start_ms = read(from, None, context)?;
    let end_ms = read(to, Some(start_ms), context)?;
    TimeRange::window(start_ms, end_ms).ok()
}

/// The window of two fields, or what is wrong with them.
pub fn window_of(from: &str, to: &str, context: Context) -> Result<TimeRange, Wrong> {
    let (start, end) = (bare(from), bare(to));
    let wrong = |text: String, from: bool, to: bool| Wrong {
        text,
        from,
        to,
        meant: None,
    };
    if start.is_empty() || end.is_empty() {
        let text = "Choose a start and an end".to_owned();
        return Err(wrong(text, start.is_empty(), end.is_empty()));
    }
    let start_ms = instant_of(&start, None, context).map_err(|wrong| Wrong {
        from: true,
        ..wrong
    })?;
    let end_ms =
        instant_of(&end, Some(start_ms), context).map_err(|wrong| Wrong { to: true, ..wrong })?;
    if end_ms <= start_ms {
        let text = format!(
            "The end \u{201c}{end}\u{201d} must lie after the start \u{201c}{start}\u{201d}"
        );
        return Err(wrong(text, true, true));
    }
    TimeRange::window(start_ms, end_ms).map_err(|error| {
        let mut text = error.to_string();
        if let Some(first) = text.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        wrong(text, true, true)
    })
}

/// What must be said of two fields that are a window: times that clocks leave out, and what they were read as.
pub fn remarks(from: &str, to: &str, context: Context) -> Vec<String> {
    let zone = context.zone;
    let left_out = |text: &str| {
        let text = bare(text);
        let civil = dated(&text).filter(|dated| dated.offset.is_none())?.civil;
        (!zone.exists(civil)).then(|| {
            let ms = zone.instant(civil);
            format!(
                "\u{201c}{text}\u{201d} does not exist: clocks go forward over it. Read as {} {}",
                zone.short_stamp(ms),
                zone.offset_text(ms)
            )
        })
    };
    [from, to].into_iter().filter_map(left_out).collect()
}

#[cfg(test)]
mod tests;
