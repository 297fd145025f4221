//! Windows as people type and paste them.
//!
//! Takes text, the time now and a zone, gives instants and windows.
//! A time without an offset is meant in the zone the page shows; nothing else is guessed.

use super::instant::{Civil, DAY_MS, Zone, day_of};
use super::words::split_once;
use windrow_model::TimeRange;

/// What the words of a typed time mean.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Now, epoch milliseconds.
    pub now_ms: i64,
    /// Where times without an offset live.
    pub zone: Zone,
}

/// The forms that are read, for messages.
pub const FORMS: &str = "write it as 2026-11-23 09:00, 2026-11-23T09:00:00Z, 09:00, yesterday, 3h or epoch milliseconds";

/// The instant of one typed time. `near_ms` gives the day of a bare `09:00`.
pub fn instant(text: &str, near_ms: Option<i64>, context: Context) -> Option<i64> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let zone = context.zone;
    let midnight = |day: i64| zone.instant(Civil { day, ms_of_day: 0 });
    let today = zone.civil(context.now_ms).day;
    match text.to_ascii_lowercase().as_str() {
        "now" => return Some(context.now_ms),
        "today" => return Some(midnight(today)),
        "yesterday" => return Some(midnight(today - 1)),
        "tomorrow" => return Some(midnight(today + 1)),
        _ => {}
    }
    if let Some(length) = length_ms(text.strip_prefix('-').unwrap_or(text)) {
        return context.now_ms.checked_sub(length);
    }
    let day_near = zone.civil(near_ms.unwrap_or(context.now_ms)).day;
    if let Some(ms_of_day) = time_of_day(text) {
        return Some(zone.instant(Civil {
            day: day_near,
            ms_of_day,
        }));
    }
    dated(text, zone)
}

/// A whole window in one text: `2026-11-23 09:00 - 12:00`, `3h`, `yesterday`, `A to B`, `A..B`, `A/B`.
pub fn window(text: &str, context: Context) -> Option<TimeRange> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let zone = context.zone;
    let today = zone.civil(context.now_ms).day;
    let day = |day: i64| zone.instant(Civil { day, ms_of_day: 0 });
    match lower.as_str() {
        "today" => return TimeRange::window(day(today), day(today + 1)).ok(),
        "yesterday" => return TimeRange::window(day(today - 1), day(today)).ok(),
        _ => {}
    }
    let length = lower.strip_prefix("last ").unwrap_or(&lower);
    if let Some(length) = length_ms(length) {
        return TimeRange::window(context.now_ms.checked_sub(length)?, context.now_ms).ok();
    }
    for separator in [" - ", " to ", "..", " / ", "/", " \u{2013} ", "\u{2013}"] {
        if let Some((from, to)) = split_once(text, separator) {
            let start_ms = instant(from, None, context)?;
            let end_ms = instant(to, Some(start_ms), context)?;
            return TimeRange::window(start_ms, end_ms).ok();
        }
    }
    None
}

/// The window of two fields, or what is wrong with them, in words.
pub fn window_of(from: &str, to: &str, context: Context) -> Result<TimeRange, String> {
    if from.trim().is_empty() || to.trim().is_empty() {
        return Err("Choose a start and an end".to_owned());
    }
    let start_ms = instant(from, None, context)
        .ok_or_else(|| format!("\u{201c}{}\u{201d} is not a time: {FORMS}", from.trim()))?;
    let end_ms = instant(to, Some(start_ms), context)
        .ok_or_else(|| format!("\u{201c}{}\u{201d} is not a time: {FORMS}", to.trim()))?;
    if end_ms <= start_ms {
        return Err(format!(
            "The end \u{201c}{}\u{201d} must lie after the start \u{201c}{}\u{201d}",
            to.trim(),
            from.trim()
        ));
    }
    TimeRange::window(start_ms, end_ms).map_err(|error| capitalised(error.to_string()))
}

/// The presets beside the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// This many minutes up to now.
    LastMinutes(i64),
    /// Today, from midnight to midnight.
    Today,
    /// The day before.
    Yesterday,
}

impl Preset {
    /// All of them with their names.
    pub const ALL: [(Self, &str); 5] = [
        (Self::LastMinutes(15), "15 min"),
        (Self::LastMinutes(60), "1 h"),
        (Self::LastMinutes(1440), "24 h"),
        (Self::Today, "Today"),
        (Self::Yesterday, "Yesterday"),
    ];

    /// Where it begins and ends, for the tooltip.
    pub const fn words(self) -> &'static str {
        match self {
            Self::LastMinutes(_) => {
                "Ends now. What is newest may be incomplete: it is shown, and fetched again the next time"
            }
            Self::Today => "From midnight to midnight. What is still to come stays missing",
            Self::Yesterday => "From midnight to midnight",
        }
    }

    /// The window it stands for.
    pub fn window(self, context: Context) -> Option<TimeRange> {
        match self {
            Self::LastMinutes(minutes) => {
                let now = context.now_ms - context.now_ms.rem_euclid(1000);
                TimeRange::window(now - minutes * 60_000, now).ok()
            }
            Self::Today => window("today", context),
            Self::Yesterday => window("yesterday", context),
        }
    }
}

/// The window of the same length right before (`-1`) or after (`1`).
pub fn stepped(window: TimeRange, steps: i64) -> Option<TimeRange> {
    let shift = i64::try_from(window.duration_ms())
        .ok()?
        .checked_mul(steps)?;
    TimeRange::window(
        window.start_ms().checked_add(shift)?,
        window.end_ms().checked_add(shift)?,
    )
    .ok()
}

/// A text with the number under the caret one up or down, kept in its width: `2026-11-23 09:00`, caret in `09`, gives `10`.
/// Works on times with a date; the result is what the calendar says, so `23:59` goes up to the next day.
pub fn nudged(text: &str, caret: usize, steps: i64, zone: Zone) -> Option<String> {
    let trimmed = text.trim_end();
    if trimmed.ends_with(['Z', 'z']) || trimmed.len() < 10 || !trimmed.is_ascii() {
        return None;
    }
    let at_ms = dated(trimmed, zone)?;
    let unit_ms = match caret {
        0..=4 => return nudged_month(at_ms, steps * 12, zone, trimmed.len()),
        5..=7 => return nudged_month(at_ms, steps, zone, trimmed.len()),
        8..=10 => DAY_MS,
        11..=13 => 3_600_000,
        14..=16 => 60_000,
        17..=19 => 1000,
        _ => 1,
    };
    Some(cut_stamp(
        zone,
        at_ms.checked_add(unit_ms * steps)?,
        trimmed.len(),
    ))
}

fn nudged_month(at_ms: i64, months: i64, zone: Zone, len: usize) -> Option<String> {
    let civil = zone.civil(at_ms);
    let (year, month, day) = super::instant::date_of(civil.day);
    let month = year * 12 + month - 1 + months;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    let day = (1..=day).rev().find_map(|day| day_of(year, month, day))?;
    Some(cut_stamp(zone, zone.instant(Civil { day, ..civil }), len))
}

fn cut_stamp(zone: Zone, ms: i64, len: usize) -> String {
    let stamp = zone.stamp(ms);
    let len = match len {
        0..=10 => 10,
        11..=16 => 16,
        17..=19 => 19,
        _ => stamp.len(),
    };
    stamp.get(..len).unwrap_or(&stamp).to_owned()
}

fn capitalised(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// `90s`, `15 min`, `3h`, `2 d`, `1w`, in milliseconds.
fn length_ms(text: &str) -> Option<i64> {
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
fn time_of_day(text: &str) -> Option<i64> {
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

/// A date with an optional time of day and an optional offset.
fn dated(text: &str, zone: Zone) -> Option<i64> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let mut fields = date.split('-').map(|field| field.parse::<i64>().ok());
    let (year, month, date) = (fields.next()??, fields.next()??, fields.next()??);
    let day = day_of(year, month, date)?;
    let rest = rest.trim_start_matches(['T', 't', ' ']);
    if rest.is_empty() {
        return Some(zone.instant(Civil { day, ms_of_day: 0 }));
    }
    let (clock, offset) = split_offset(rest)?;
    let ms_of_day = time_of_day(clock.trim())?;
    Some(match offset {
        Some(minutes) => day * DAY_MS + ms_of_day - minutes * 60_000,
        None => zone.instant(Civil { day, ms_of_day }),
    })
}

/// The time of day, and the offset behind it in minutes where there is one.
fn split_offset(text: &str) -> Option<(&str, Option<i64>)> {
    for name in ["Z", "z", "UTC", "utc"] {
        if let Some(clock) = text.strip_suffix(name) {
            return Some((clock, Some(0)));
        }
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, None));
    };
    let (clock, offset) = text.split_at_checked(at)?;
    // A sign that stands alone parts two times: it is no offset.
    if !offset
        .get(1..)?
        .starts_with(|next: char| next.is_ascii_digit())
    {
        return None;
    }
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let number: i64 = digits.parse().ok()?;
    let minutes = match digits.len() {
        1 | 2 => number * 60,
        4 => number / 100 * 60 + number % 100,
        _ => return None,
    };
    Some((clock, Some(sign * minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23 12:30:00.500 UTC, in a zone two hours east.
    const NOW: i64 = 1_795_437_000_500;

    fn context() -> Context {
        Context {
            now_ms: NOW,
            zone: Zone::Utc,
        }
    }

    fn east() -> Context {
        Context {
            now_ms: NOW,
            zone: Zone::Local(|_| 120),
        }
    }

    fn read(text: &str) -> Option<String> {
        instant(text, None, context()).map(|ms| Zone::Utc.stamp(ms))
    }

    #[test]
    fn every_promised_form_of_an_instant_is_read() {
        for (text, stamp) in [
            ("2026-11-23T09:00:00Z", "2026-11-23 09:00:00.000"),
            ("2026-11-23T09:00:00.25+01:00", "2026-11-23 08:00:00.250"),
            ("2026-11-23 09:00", "2026-11-23 09:00:00.000"),
            ("2026-11-23", "2026-11-23 00:00:00.000"),
            ("2026-11-23 09:00:07.310", "2026-11-23 09:00:07.310"),
            ("2026-11-23 09:00 UTC", "2026-11-23 09:00:00.000"),
            ("2026-11-23T09:00:00-0330", "2026-11-23 12:30:00.000"),
            ("1795424400000", "2026-11-23 09:00:00.000"),
            ("09:00", "2026-11-23 09:00:00.000"),
            ("3h", "2026-11-23 09:30:00.500"),
            ("yesterday", "2026-11-22 00:00:00.000"),
            ("now", "2026-11-23 12:30:00.500"),
        ] {
            assert_eq!(read(text).as_deref(), Some(stamp), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in [
            "",
            "soon",
            "2026-02-30",
            "25:00",
            "2026-11-23 9",
            "9:60",
            "0h",
            "2026-11-23 09:00 - 12:00",
            "2026-11-23 09:00 - 12",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_without_an_offset_is_meant_in_the_zone_shown() {
        assert_eq!(
            instant("2026-11-23 09:00", None, east()),
            instant("2026-11-23T07:00:00Z", None, context())
        );
        assert_eq!(
            instant("2026-11-23T09:00:00Z", None, east()),
            instant("2026-11-23 09:00", None, context())
        );
    }

    #[test]
    fn in_the_hour_that_a_clock_change_repeats_what_is_written_is_read_back() {
        // Summer time ends at 2026-10-25 01:00 UTC, so 02:30 comes twice.
        const END_MS: i64 = 1_792_890_000_000;
        let zone = Zone::Local(|ms| if ms < END_MS { 120 } else { 60 });
        let context = Context { now_ms: NOW, zone };
        for (ms, text) in [
            (END_MS - 1_800_000, "2026-10-25 02:30"),
            (END_MS + 1_800_000, "2026-10-25 02:30 +01:00"),
            (END_MS + 7_200_000, "2026-10-25 04:00"),
        ] {
            assert_eq!(zone.typed(ms), text);
            assert_eq!(instant(text, None, context), Some(ms), "{text}");
        }
    }

    #[test]
    fn a_window_is_read_from_one_text() {
        let of = |text: &str| {
            window(text, context())
                .map(|range| Zone::Utc.short_range(range.start_ms(), range.end_ms()))
        };
        assert_eq!(
            of("2026-11-23 09:00 - 12:00").as_deref(),
            Some("2026-11-23 09:00 - 12:00")
        );
        assert_eq!(
            of("2026-11-23T09:00Z/2026-11-23T10:00Z").as_deref(),
            Some("2026-11-23 09:00 - 10:00")
        );
        assert_eq!(
            of("1795424400000..1795428000000").as_deref(),
            Some("2026-11-23 09:00 - 10:00")
        );
        assert_eq!(
            of("3h").as_deref(),
            Some("2026-11-23 09:30:00.500 - 12:30:00.500")
        );
        assert_eq!(
            of("yesterday").as_deref(),
            Some("2026-11-22 00:00 - 2026-11-23 00:00")
        );
        assert_eq!(of("12:00 - 09:00"), None);
        assert_eq!(of("2026-11-23 09:00"), None);
    }

    #[test]
    fn a_reversed_window_says_both_values() {
        let words = window_of("20", "10", context()).unwrap_err();
        assert!(words.contains("20") && words.contains("10"), "{words}");
        let words = window_of("soon", "10", context()).unwrap_err();
        assert!(words.contains("soon"), "{words}");
    }

    #[test]
    fn stepping_keeps_the_length_and_stops_at_1970() {
        let hour = TimeRange::window(3_600_000, 7_200_000).unwrap();
        assert_eq!(
            stepped(hour, 1),
            TimeRange::window(7_200_000, 10_800_000).ok()
        );
        assert_eq!(stepped(hour, -1), TimeRange::window(0, 3_600_000).ok());
        assert_eq!(stepped(hour, -2), None);
    }

    #[test]
    fn the_number_under_the_caret_steps() {
        let up = |text: &str, caret| nudged(text, caret, 1, Zone::Utc);
        assert_eq!(
            up("2026-11-23 09:00", 12).as_deref(),
            Some("2026-11-23 10:00")
        );
        assert_eq!(
            up("2026-11-23 23:59", 15).as_deref(),
            Some("2026-11-24 00:00")
        );
        assert_eq!(up("2026-12-31", 6).as_deref(), Some("2027-01-31"));
        assert_eq!(up("2026-01-31", 6).as_deref(), Some("2026-02-28"));
        assert_eq!(up("2026-11-23T09:00:00Z", 12), None);
        assert_eq!(up("yesterday", 2), None);
    }

    #[test]
    fn presets_end_on_a_whole_second() {
        let window = Preset::LastMinutes(15).window(context()).unwrap();
        assert_eq!(window.duration_ms(), 900_000);
        assert_eq!(window.end_ms() % 1000, 0);
    }
}
