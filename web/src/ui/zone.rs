//! Instants as the page prints them: always with the offset they are meant in.
//!
//! Takes epoch milliseconds and a [`Zone`], gives text and calendar fields, and back.
//! Pure: what the browser knows about local time comes in as a function from an instant to an offset.

/// Where a printed time lives.
#[derive(Clone, Copy, Debug, Default)]
pub enum Zone {
    /// UTC.
    #[default]
    Utc,
    /// The machine's own zone: minutes east of UTC at an instant.
    Local(fn(i64) -> i64),
    /// The machine's own zone after it has changed so many times since the page began.
    Changed(fn(i64) -> i64, u32),
}

/// A machine has one local zone at a time, so two of them are the same unless it has changed between.
impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.changes() == other.changes()
    }
}

/// A calendar date and a time of day, without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Days since 1970-01-01.
    pub day: i64,
    /// Milliseconds since midnight.
    pub ms_of_day: i64,
}

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, or nothing where there is no such date.
pub fn day_of(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month)
        || day < 1
        || day > days_in(year, month)
        || !(0..=9999).contains(&year)
    {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// Year, month and day of a day since 1970-01-01.
pub fn date_of(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = (month_shifted + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, date)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Zone {
    /// How often the machine's zone has changed; nothing for UTC.
    fn changes(self) -> Option<u32> {
        match self {
            Self::Utc => None,
            Self::Local(_) => Some(0),
            Self::Changed(_, changes) => Some(changes),
        }
    }

    /// Whether it is the machine's own.
    pub fn is_local(self) -> bool {
        self.changes().is_some()
    }

    /// Minutes east of UTC at an instant.
    pub fn offset_minutes(self, ms: i64) -> i64 {
        match self {
            Self::Utc => 0,
            Self::Local(offset) | Self::Changed(offset, _) => offset(ms),
        }
    }

    /// The date and time of day at an instant.
    pub fn civil(self, ms: i64) -> Civil {
        let local = ms.saturating_add(self.offset_minutes(ms) * 60_000);
        Civil {
            day: local.div_euclid(DAY_MS),
            ms_of_day: local.rem_euclid(DAY_MS),
        }
    }

    /// The instant of a date and time of day. In the hour that a clock change repeats, the earlier of the two;
    /// in the one that it leaves out, as far behind the change as the time lies behind the last one that exists.
    pub fn instant(self, civil: Civil) -> i64 {
        let local = civil.day * DAY_MS + civil.ms_of_day;
        let with_offset_at = |ms: i64| local - self.offset_minutes(ms) * 60_000;
        let (before, after) = (
            with_offset_at(local.saturating_sub(DAY_MS)),
            with_offset_at(local.saturating_add(DAY_MS)),
        );
        let (first, second) = (before.min(after), before.max(after));
        // An offset of neither day may hold between.
        let guess = with_offset_at(with_offset_at(local));
        [first, second, guess]
            .into_iter()
            .find(|ms| self.civil(*ms) == civil)
            .unwrap_or(second)
    }

    /// Whether clocks of this zone ever show a date and time of day: a change forward leaves some out.
    pub fn exists(self, civil: Civil) -> bool {
        self.civil(self.instant(civil)) == civil
    }

    /// `UTC`, or `+01:00` as it is at an instant.
    pub fn offset_text(self, ms: i64) -> String {
        match self {
            Self::Utc => "UTC".to_owned(),
            Self::Local(_) | Self::Changed(..) => offset_of(self.offset_minutes(ms)),
        }
    }

    /// `2026-11-23 09:00:00.123`.
    pub fn stamp(self, ms: i64) -> String {
        format!("{} {}", self.date(ms), self.time(ms))
    }

    /// `2026-11-23`.
    pub fn date(self, ms: i64) -> String {
        let (year, month, day) = date_of(self.civil(ms).day);
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `09:00:00.123`.
    pub fn time(self, ms: i64) -> String {
        let of_day = self.civil(ms).ms_of_day;
        format!("{}.{:03}", clock(of_day / 1000), of_day % 1000)
    }

    /// As short as it can be without losing a figure that is not zero: `09:00`, `09:00:07`, `09:00:07.310`.
    pub fn short_time(self, ms: i64) -> String {
        let of_day = self.civil(ms).ms_of_day;
        let whole = clock(of_day / 1000);
        if of_day % 1000 != 0 {
            format!("{whole}.{:03}", of_day % 1000)
        } else if of_day % 60_000 != 0 {
            whole
        } else {
            whole.get(..5).unwrap_or(&whole).to_owned()
        }
    }

    /// `2026-11-23 09:00`, as short as it can be.
    pub fn short_stamp(self, ms: i64) -> String {
        format!("{} {}", self.date(ms), self.short_time(ms))
    }

    /// `2026-11-23 09:00`, as a field holds it: with its offset where reading it back would give the other of two instants.
    pub fn typed(self, ms: i64) -> String {
        let stamp = self.short_stamp(ms);
        if self.instant(self.civil(ms)) == ms {
            stamp
        } else {
            format!("{stamp} {}", self.offset_text(ms))
        }
    }

    /// `2026-11-23 09:00 - 12:00 UTC`: a range with its offset, or both where a clock change lies in it.
    pub fn range(self, start_ms: i64, end_ms: i64) -> String {
        let (from, to) = (self.offset_text(start_ms), self.offset_text(end_ms));
        if from == to {
            format!("{} {to}", self.short_range(start_ms, end_ms))
        } else {
            let (start, end) = (self.short_stamp(start_ms), self.short_stamp(end_ms));
            format!("{start} {from} - {end} {to}")
        }
    }

    /// `2026-11-23 09:00 - 12:00`: the date once where it is one day.
    pub fn short_range(self, start_ms: i64, end_ms: i64) -> String {
        let end = if self.date(start_ms) == self.date(end_ms) {
            self.short_time(end_ms)
        } else {
            self.short_stamp(end_ms)
        };
        format!("{} - {end}", self.short_stamp(start_ms))
    }
}

fn clock(seconds: i64) -> String {
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// `+01:00`, `-03:30`, `+00:00`.
pub fn offset_of(minutes: i64) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn vienna(ms: i64) -> i64 {
        // Summer time from 2026-03-29 01:00 to 2026-10-25 01:00 UTC.
        if (1_774_746_000_000..1_792_890_000_000).contains(&ms) {
            120
        } else {
            60
        }
    }

    #[test]
    fn a_known_instant_is_printed_in_its_zone() {
        let ms = 1_795_412_172_250;
        assert_eq!(Zone::Utc.stamp(ms), "2026-11-23 05:36:12.250");
        assert_eq!(Zone::Local(vienna).stamp(ms), "2026-11-23 06:36:12.250");
        assert_eq!(Zone::Local(vienna).offset_text(ms), "+01:00");
        assert_eq!(Zone::Utc.offset_text(ms), "UTC");
    }

    #[test]
    fn short_forms_lose_no_figure() {
        let nine = Zone::Utc.instant(Civil {
            day: day_of(2026, 11, 23).unwrap(),
            ms_of_day: 9 * 3_600_000,
        });
        assert_eq!(Zone::Utc.short_time(nine), "09:00");
        assert_eq!(Zone::Utc.short_time(nine + 7000), "09:00:07");
        assert_eq!(Zone::Utc.short_time(nine + 7310), "09:00:07.310");
        assert_eq!(
            Zone::Utc.range(nine, nine + 3 * 3_600_000),
            "2026-11-23 09:00 - 12:00 UTC"
        );
    }

    #[test]
    fn a_range_says_its_day_and_both_offsets_where_they_differ() {
        let zone = Zone::Local(vienna);
        let at = |date, hour: i64| {
            zone.instant(Civil {
                day: day_of(2026, 10, date).unwrap(),
                ms_of_day: hour * 3_600_000,
            })
        };
        assert_eq!(
            zone.short_range(at(24, 9), at(24, 10)),
            "2026-10-24 09:00 - 10:00"
        );
        assert_eq!(
            zone.range(at(24, 22), at(26, 0)),
            "2026-10-24 22:00 +02:00 - 2026-10-26 00:00 +01:00"
        );
        // The hour that comes twice, as one range of two hours.
        assert_eq!(
            zone.range(at(25, 1), at(25, 4)),
            "2026-10-25 01:00 +02:00 - 2026-10-25 04:00 +01:00"
        );
    }

    #[test]
    fn a_date_that_does_not_exist_is_refused() {
        assert!(day_of(2026, 2, 29).is_none());
        assert!(day_of(2028, 2, 29).is_some());
        assert!(day_of(2026, 13, 1).is_none());
        assert_eq!(day_of(1970, 1, 1), Some(0));
    }

    /// Santiago, where clocks go forward at midnight: 2026-09-06 begins at 01:00, which is 04:00 UTC.
    pub(crate) fn santiago(ms: i64) -> i64 {
        if ms < 1_788_667_200_000 { -240 } else { -180 }
    }

    /// New York, where clocks go forward on 2026-03-08 at 07:00 UTC.
    pub(crate) fn new_york(ms: i64) -> i64 {
        if ms < 1_772_953_200_000 { -300 } else { -240 }
    }

    #[test]
    fn a_time_that_clocks_leave_out_is_read_behind_the_change() {
        let at = |month, day, hour: i64, minute: i64| Civil {
            day: day_of(2026, month, day).unwrap(),
            ms_of_day: (hour * 60 + minute) * 60_000,
        };
        let zone = Zone::Local(santiago);
        assert!(!zone.exists(at(9, 6, 0, 0)) && zone.exists(at(9, 6, 1, 0)));
        assert_eq!(
            zone.stamp(zone.instant(at(9, 6, 0, 0))),
            "2026-09-06 01:00:00.000"
        );
        assert_eq!(
            zone.stamp(zone.instant(at(9, 5, 0, 0))),
            "2026-09-05 00:00:00.000"
        );
        let zone = Zone::Local(new_york);
        assert!(!zone.exists(at(3, 8, 2, 30)));
        assert_eq!(
            zone.stamp(zone.instant(at(3, 8, 2, 30))),
            "2026-03-08 03:30:00.000"
        );
        assert!(zone.exists(at(3, 8, 1, 59)) && zone.exists(at(3, 8, 3, 0)));
    }

    #[test]
    fn a_zone_that_has_changed_is_another() {
        assert_eq!(Zone::Local(vienna), Zone::Local(santiago));
        assert_ne!(Zone::Local(vienna), Zone::Changed(santiago, 1));
        assert_ne!(Zone::Changed(vienna, 1), Zone::Changed(vienna, 2));
        assert_ne!(Zone::Utc, Zone::Local(vienna));
    }

    #[test]
    fn local_midnight_is_found_on_both_sides_of_a_clock_change() {
        let zone = Zone::Local(vienna);
        for (month, day) in [(3, 28), (3, 29), (3, 30), (10, 24), (10, 25), (10, 26)] {
            let civil = Civil {
                day: day_of(2026, month, day).unwrap(),
                ms_of_day: 0,
            };
            assert_eq!(zone.civil(zone.instant(civil)), civil);
        }
    }

    proptest! {
        #[test]
        fn dates_round_trip(day in 0i64..2_932_896) {
            let (y, m, d) = date_of(day);
            prop_assert_eq!(day_of(y, m, d), Some(day));
        }
    }
}
