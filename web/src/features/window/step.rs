//! Windows by a press: presets, the window before and after, and arrow keys in a typed time.

use super::dated::dated;
use super::typed::{Context, window};
use crate::ui::zone::{Civil, DAY_MS, Zone, date_of, day_of};
use windrow_model::TimeRange;

/// The presets beside the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// This many minutes up to now.
    LastMinutes(i64),
    /// Whole days that a word names, from midnight to midnight.
    Days(&'static str),
}

impl Preset {
    /// All of them with their names.
    pub const ALL: [(Self, &str); 7] = [
        (Self::LastMinutes(15), "15 min"),
        (Self::LastMinutes(60), "1 h"),
        (Self::LastMinutes(180), "3 h"),
        (Self::LastMinutes(1440), "24 h"),
        (Self::Days("today"), "Today"),
        (Self::Days("yesterday"), "Yesterday"),
        (Self::Days("this week"), "This week"),
    ];

    /// Where it begins and ends, for the tooltip.
    pub const fn words(self) -> &'static str {
        match self {
            Self::LastMinutes(_) => {
                "Ends now. What is newest may be incomplete: it is shown, and fetched again the next time"
            }
            Self::Days(_) => "From midnight to midnight. What is still to come stays missing",
        }
    }

    /// The window it stands for.
    pub fn window(self, context: Context) -> Option<TimeRange> {
        match self {
            Self::LastMinutes(minutes) => {
                let now = context.now_ms - context.now_ms.rem_euclid(1000);
                TimeRange::window(now - minutes * 60_000, now).ok()
            }
            Self::Days(word) => window(word, context),
        }
    }

    /// Whether a window is what it stands for: the days it names, or of its length.
    pub fn is_of(self, range: TimeRange, context: Context) -> bool {
        match self {
            Self::LastMinutes(minutes) => range.duration_ms() == minutes.unsigned_abs() * 60_000,
            Self::Days(word) => window(word, context) == Some(range),
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

/// A text with the part under the caret one up or down: `2026-11-23 09:00`, caret in `09`, gives `10`.
/// Days, months and years step by the calendar, hours and less by the clock that never repeats; what the text says of its offset stays.
pub fn nudged(text: &str, caret: usize, steps: i64, zone: Zone) -> Option<String> {
    let text = text.trim_end();
    let dated = dated(text).filter(|_| text.is_ascii())?;
    let at_ms = dated.ms(zone);
    // An offset that the zone has at this instant tells one of two equal times apart; any other is a zone of its own.
    let own = dated
        .offset
        .filter(|minutes| *minutes != zone.offset_minutes(at_ms) || !zone.is_local());
    let civil = match own {
        Some(_) => dated.civil,
        None => zone.civil(at_ms),
    };
    let instant = |civil: Civil| match own {
        Some(minutes) => civil.day * DAY_MS + civil.ms_of_day - minutes * 60_000,
        None => zone.instant(civil),
    };
    let stepped_ms = match caret.min(dated.len) {
        0..=4 => months_on(civil, steps * 12).map(instant),
        5..=7 => months_on(civil, steps).map(instant),
        8..=10 => Some(instant(Civil {
            day: civil.day + steps,
            ..civil
        })),
        at => {
            let unit_ms = match at {
                11..=13 => 3_600_000,
                14..=16 => 60_000,
                17..=19 => 1000,
                _ => 1,
            };
            at_ms.checked_add(unit_ms * steps)
        }
    };
    let ms = stepped_ms.filter(|ms| *ms >= 0)?;
    let mut stepped = match own {
        Some(minutes) => Zone::Utc.stamp(ms + minutes * 60_000),
        None => zone.stamp(ms),
    };
    stepped.truncate(match dated.len {
        0..=10 => 10,
        11..=16 => 16,
        17..=19 => 19,
        _ => stepped.len(),
    });
    if let Some(letter) = text.get(10..11).filter(|letter| *letter != " ") {
        stepped.replace_range(10..11, letter);
    }
    if own.is_some() {
        stepped.push_str(dated.suffix);
    } else if zone.instant(zone.civil(ms)) != ms {
        stepped.push_str(&format!(" {}", zone.offset_text(ms)));
    }
    Some(stepped)
}

/// The same day so many months on, or the last day that the month has.
fn months_on(civil: Civil, months: i64) -> Option<Civil> {
    let (year, month, day) = date_of(civil.day);
    let month = year * 12 + month - 1 + months;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    let day = (1..=day).rev().find_map(|day| day_of(year, month, day))?;
    Some(Civil { day, ..civil })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::zone::tests::vienna;

    fn context() -> Context {
        Context {
            now_ms: 1_795_437_000_500,
            zone: Zone::Utc,
        }
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
        assert_eq!(
            up("2026-11-23T09:00:00Z", 12).as_deref(),
            Some("2026-11-23T10:00:00Z")
        );
        assert_eq!(up("yesterday", 2), None);
    }

    #[test]
    fn presets_end_on_a_whole_second() {
        let window = Preset::LastMinutes(15).window(context()).unwrap();
        assert_eq!(window.duration_ms(), 900_000);
        assert_eq!(window.end_ms() % 1000, 0);
    }

    #[test]
    fn this_week_is_seven_days_from_monday_on() {
        let week = Preset::Days("this week").window(context()).unwrap();
        // 2026-11-23 is a Monday.
        let (start_ms, end_ms) = (week.start_ms(), week.end_ms());
        assert_eq!(start_ms, window("today", context()).unwrap().start_ms());
        assert_eq!(
            Zone::Utc.range(start_ms, end_ms),
            "2026-11-23 00:00 - 2026-11-30 00:00 UTC"
        );
        // Sunday belongs to the week before.
        let sunday = Context {
            now_ms: start_ms - 1,
            ..context()
        };
        let before = Preset::Days("this week").window(sunday).unwrap();
        assert_eq!(before.end_ms(), start_ms);
        // A week of a clock change has an hour more.
        let berlin = Context {
            now_ms: 1_792_890_000_000,
            zone: Zone::Local(vienna),
        };
        let longer = Preset::Days("this week").window(berlin).unwrap();
        assert_eq!(longer.duration_ms(), (7 * 24 + 1) * 3_600_000);
    }

    #[test]
    fn the_preset_of_a_window_is_known_by_its_length_or_its_days() {
        let chosen = |range: TimeRange| {
            let all = Preset::ALL.into_iter();
            let chosen = all.filter(|(preset, _)| preset.is_of(range, context()));
            chosen.map(|(_, name)| name).collect::<Vec<_>>()
        };
        for (preset, name) in Preset::ALL {
            let names = chosen(preset.window(context()).unwrap());
            assert!(names.contains(&name), "{names:?}");
        }
        assert_eq!(chosen(TimeRange::new(0, 10_800_000).unwrap()), ["3 h"]);
        assert!(chosen(TimeRange::new(0, 10_800_001).unwrap()).is_empty());
    }

    /// Up and down in Berlin, whose clocks go back on 2026-10-25 and forward on 2026-03-29.
    #[test]
    fn on_the_days_of_a_clock_change_hours_never_stick_and_days_keep_their_time() {
        let step = |text: &str, caret, steps| nudged(text, caret, steps, Zone::Local(vienna));
        for (text, caret, steps, stepped) in [
            // Hours by the clock that never repeats.
            ("2026-10-25 02:30", 12, 1, "2026-10-25 02:30 +01:00"),
            ("2026-10-25 02:30 +01:00", 12, 1, "2026-10-25 03:30"),
            ("2026-10-25 03:30", 12, -1, "2026-10-25 02:30 +01:00"),
            ("2026-10-25 02:30 +01:00", 12, -1, "2026-10-25 02:30"),
            // The offset stays.
            ("2026-10-25 02:30 +01:00", 15, 1, "2026-10-25 02:31 +01:00"),
            // Days by the calendar.
            ("2026-10-24 12:00", 9, 1, "2026-10-25 12:00"),
            ("2026-10-25 12:00", 9, 1, "2026-10-26 12:00"),
            ("2026-03-30 00:00", 9, -1, "2026-03-29 00:00"),
            ("2026-03-29 00:00", 9, -1, "2026-03-28 00:00"),
            ("2026-03-28 02:30", 9, 1, "2026-03-29 03:30"),
            ("2026-03-29 01:30", 12, 1, "2026-03-29 03:30"),
            // Another zone's offset is a zone of its own.
            ("2026-10-25 02:30 -05:00", 12, 1, "2026-10-25 03:30 -05:00"),
            ("2026-10-25T02:30:00Z", 9, 1, "2026-10-26T02:30:00Z"),
        ] {
            assert_eq!(
                step(text, caret, steps).as_deref(),
                Some(stepped),
                "{text} at {caret} by {steps}"
            );
        }
    }
}
