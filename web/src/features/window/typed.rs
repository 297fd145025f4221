//! Windows as people type and paste them.
//!
//! Takes text, the time now and a zone, gives instants and windows.
//! A time without an offset is meant in the zone the page shows; nothing else is guessed.

use crate::ui::escape::plain;
use crate::ui::zone::{Civil, DAY_MS, Zone, day_of};
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

/// Epoch seconds of these would be epoch milliseconds of 1970 to 1973: which is meant is asked.
const SECONDS: std::ops::Range<i64> = 100_000_000..100_000_000_000;

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
    let text = &*bare(text);
    if joined(text, context).is_some() {
        return None;
    }
    read(text, near_ms, context)
}

fn read(text: &str, near_ms: Option<i64>, context: Context) -> Option<i64> {
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
    dated(text).map(|dated| dated.ms(zone))
}

/// A whole window in one text: `2026-11-23 09:00 - 12:00`, `3h`, `yesterday`, `A to B`, `A..B`, `A/B`.
pub fn window(text: &str, context: Context) -> Option<TimeRange> {
    let text = &*bare(text);
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
        if let Some((from, to)) = text.split_once(separator) {
            let start_ms = instant(from, None, context)?;
            let end_ms = instant(to, Some(start_ms), context)?;
            return TimeRange::window(start_ms, end_ms).ok();
        }
    }
    joined(text, context)
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
    let both = |text: String| Wrong {
        text,
        from: true,
        to: true,
        meant: None,
    };
    if start.is_empty() || end.is_empty() {
        return Err(Wrong {
            text: "Choose a start and an end".to_owned(),
            from: start.is_empty(),
            to: end.is_empty(),
            meant: None,
        });
    }
    let start_ms = instant_of(&start, None, context).map_err(|wrong| Wrong {
        from: true,
        ..wrong
    })?;
    let end_ms =
        instant_of(&end, Some(start_ms), context).map_err(|wrong| Wrong { to: true, ..wrong })?;
    if end_ms <= start_ms {
        return Err(both(format!(
            "The end \u{201c}{end}\u{201d} must lie after the start \u{201c}{start}\u{201d}"
        )));
    }
    TimeRange::window(start_ms, end_ms).map_err(|error| both(capitalised(error.to_string())))
}

fn instant_of(text: &str, near_ms: Option<i64>, context: Context) -> Result<i64, Wrong> {
    let ms = instant(text, near_ms, context).ok_or_else(|| Wrong {
        text: format!("\u{201c}{}\u{201d} is not a time: {FORMS}", plain(text)),
        ..Wrong::default()
    })?;
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && SECONDS.contains(&ms) {
        let zone = context.zone;
        let meant = zone.typed(ms * 1000);
        return Err(Wrong {
            text: format!(
                "\u{201c}{text}\u{201d} is {} in milliseconds, and {meant} in seconds: which is meant?",
                zone.date(ms)
            ),
            meant: Some(meant),
            ..Wrong::default()
        });
    }
    Ok(ms)
}

/// What must be said of two fields that are a window: times that clocks leave out, and what they were read as.
pub fn remarks(from: &str, to: &str, context: Context) -> Vec<String> {
    let zone = context.zone;
    let left_out = |text: &str| {
        let text = bare(text);
        let civil = civil_of(&text)?;
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

/// Date and time of day of a text that is meant in the zone shown.
fn civil_of(text: &str) -> Option<Civil> {
    dated(text)
        .filter(|dated| dated.offset.is_none())
        .map(|dated| dated.civil)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::zone::tests::{new_york, santiago};

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
        let wrong = window_of("20", "10", context()).unwrap_err();
        assert!(
            wrong.text.contains("20") && wrong.text.contains("10"),
            "{wrong:?}"
        );
        assert!(wrong.from && wrong.to);
        let wrong = window_of("soon", "10", context()).unwrap_err();
        assert!(
            wrong.text.contains("soon") && wrong.from && !wrong.to,
            "{wrong:?}"
        );
        let wrong = window_of("10", "\u{202e}soon", context()).unwrap_err();
        assert!(
            !wrong.from && wrong.to && !wrong.text.contains('\u{202e}'),
            "{wrong:?}"
        );
    }

    #[test]
    fn an_offset_that_no_clock_has_is_refused() {
        for text in [
            "2026-11-23T09:00:00+99:99",
            "2026-11-23 09:00 +14:01",
            "2026-11-23 09:00 +09:60",
            "2026-11-23 09:00 +1:2:3",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(
            read("2026-11-23 15:00 +14:00").as_deref(),
            Some("2026-11-23 01:00:00.000")
        );
    }

    #[test]
    fn times_joined_by_a_sign_are_a_window_and_no_offset() {
        let of = |text: &str| {
            window(text, context())
                .map(|range| Zone::Utc.short_range(range.start_ms(), range.end_ms()))
        };
        assert_eq!(
            of("2026-11-23 09:00-12:00").as_deref(),
            Some("2026-11-23 09:00 - 12:00")
        );
        assert_eq!(
            of("09:00-12:00").as_deref(),
            Some("2026-11-23 09:00 - 12:00")
        );
        assert_eq!(read("2026-11-23 09:00-12:00"), None);
        // An offset where it can be nothing else.
        assert_eq!(
            read("2026-11-23T09:00-12:00").as_deref(),
            Some("2026-11-23 21:00:00.000")
        );
        assert_eq!(
            read("2026-11-23 09:00:00-03:00").as_deref(),
            Some("2026-11-23 12:00:00.000")
        );
        assert_eq!(of("2026-11-23T09:00-12:00"), None);
    }

    #[test]
    fn epoch_seconds_are_asked_about() {
        let wrong = window_of("1795424400", "1795424400000", context()).unwrap_err();
        assert_eq!(wrong.meant.as_deref(), Some("2026-11-23 09:00"));
        assert!(
            wrong.from && !wrong.to && wrong.text.contains("1970"),
            "{wrong:?}"
        );
        assert!(window_of("1000", "2000", context()).is_ok());
        assert!(window_of("1795424400000", "1795424500000", context()).is_ok());
    }

    #[test]
    fn what_cannot_be_seen_around_a_time_is_passed_over() {
        for text in [
            "\u{200e}2026-11-23 09:00\u{200e}",
            "\u{feff}2026-11-23\u{a0}09:00",
            "2026-11-23\u{202f}09:00\u{200f}",
        ] {
            assert_eq!(
                read(text).as_deref(),
                Some("2026-11-23 09:00:00.000"),
                "{text:?}"
            );
        }
        assert!(window("\u{200e}09:00 - 12:00\u{200e}", context()).is_some());
    }

    #[test]
    fn a_day_without_midnight_begins_where_its_clocks_do() {
        // Noon of 2026-09-06 in Santiago.
        let context = Context {
            now_ms: 1_788_706_800_000,
            zone: Zone::Local(santiago),
        };
        let today = window("today", context).unwrap();
        let stamp = |ms| context.zone.stamp(ms);
        assert_eq!(stamp(today.start_ms()), "2026-09-06 01:00:00.000");
        assert_eq!(stamp(today.end_ms()), "2026-09-07 00:00:00.000");
        let yesterday = window("yesterday", context).unwrap();
        assert_eq!(stamp(yesterday.start_ms()), "2026-09-05 00:00:00.000");
        assert_eq!(yesterday.duration_ms(), 86_400_000);
        assert_eq!(yesterday.end_ms(), today.start_ms());
    }

    #[test]
    fn a_time_that_does_not_exist_is_read_behind_the_change_and_said() {
        let context = Context {
            now_ms: 1_772_953_200_000,
            zone: Zone::Local(new_york),
        };
        let ms = instant("2026-03-08 02:30", None, context).unwrap();
        assert_eq!(context.zone.stamp(ms), "2026-03-08 03:30:00.000");
        let said = remarks("2026-03-08 02:30", "2026-03-08 04:00", context);
        assert_eq!(said.len(), 1);
        assert!(
            said[0].contains("does not exist") && said[0].contains("03:30 -04:00"),
            "{said:?}"
        );
        assert!(remarks("2026-03-08 01:30", "2026-03-08 04:00", context).is_empty());
    }
}
