//! A time axis: where its marks stand and what they say.
//!
//! Takes a range and the scale it is drawn to, gives labels: the bounds of the window at the ends, round times between.
//! Invariant: a mark means one instant. A day begins with its date, and a bare time stands only behind another mark of its day.

use super::zone::{Civil, DAY_MS, Zone};

/// Pixels that marks are apart, at least, where the bar is in proportion.
const APART_PX: f64 = 96.0;
/// Pixels of a letter, and of the room around a label.
const LETTER_PX: f64 = 6.8;
const ROOM_PX: f64 = 12.0;

const HOUR_MS: i64 = 3_600_000;

/// The labels of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// At the left end: where the window starts.
    pub start: String,
    /// Round times, from left to right.
    pub between: Vec<Mark>,
    /// At the right end: where the window ends.
    pub end: String,
}

/// A label in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Its middle, from the left end.
    pub x_px: f64,
    /// What it says.
    pub label: String,
}

fn width_of(label: &str) -> f64 {
    label.len() as f64 * LETTER_PX + ROOM_PX
}

/// The axis of a range drawn `width_px` wide, where `x_of` gives the place of an instant.
pub fn axis(
    zone: Zone,
    (start_ms, end_ms): (i64, i64),
    width_px: f64,
    x_of: impl Fn(i64) -> Option<f64>,
) -> Axis {
    let (start, end) = (zone.short_stamp(start_ms), zone.short_stamp(end_ms));
    let right_px = width_px - width_of(&end);
    let mut left_px = width_of(&start);
    let mut day = zone.civil(start_ms).day;
    let mut between: Vec<Mark> = Vec::new();
    for ms in ticks(zone, start_ms, end_ms, (width_px / APART_PX) as i64 - 2) {
        let Some(x_px) = x_of(ms) else {
            continue;
        };
        let mut label = label(zone, ms, day);
        // The hour that a clock change repeats would be read as the first of the two.
        if zone.instant(zone.civil(ms)) != ms {
            label = format!("{label} {}", zone.offset_text(ms));
        }
        let half_px = width_of(&label) / 2.0;
        if x_px - half_px < left_px || x_px + half_px > right_px {
            continue;
        }
        (left_px, day) = (x_px + half_px, zone.civil(ms).day);
        between.push(Mark { x_px, label });
    }
    Axis {
        start,
        between,
        end,
    }
}

/// A date where a day begins, a time on the day of the mark before, else both.
fn label(zone: Zone, ms: i64, day_before: i64) -> String {
    let civil = zone.civil(ms);
    if civil.ms_of_day == 0 {
        zone.date(ms)
    } else if civil.day == day_before {
        zone.short_time(ms)
    } else {
        // The year is at both ends, and no axis of times is as long as one.
        zone.short_stamp(ms).split_off(5)
    }
}

/// Round instants inside a window: of the shortest step that gives at most `most` of them, on the clock of the zone.
fn ticks(zone: Zone, start_ms: i64, end_ms: i64, most: i64) -> Vec<i64> {
    const STEPS: [i64; 22] = [
        1,
        5,
        10,
        50,
        100,
        500,
        1000,
        5000,
        10_000,
        30_000,
        60_000,
        300_000,
        600_000,
        1_800_000,
        HOUR_MS,
        2 * HOUR_MS,
        3 * HOUR_MS,
        6 * HOUR_MS,
        12 * HOUR_MS,
        DAY_MS,
        7 * DAY_MS,
        30 * DAY_MS,
    ];
    if most < 1 {
        return Vec::new();
    }
    let span = end_ms.saturating_sub(start_ms).max(1);
    let step = STEPS
        .into_iter()
        .find(|step| span / step <= most)
        .unwrap_or((span / most / DAY_MS + 1) * DAY_MS);
    let offset_ms = zone.offset_minutes(start_ms) * 60_000;
    let first = (start_ms + offset_ms).div_euclid(step) * step;
    let on_the_clock = |local: i64| {
        let civil = Civil {
            day: local.div_euclid(DAY_MS),
            ms_of_day: local.rem_euclid(DAY_MS),
        };
        let ms = zone.instant(civil);
        // A clock change leaves an hour out.
        (zone.civil(ms) == civil).then_some(ms)
    };
    // Clocks change by half an hour or more, so shorter steps stay round; and they count the hour that comes twice twice.
    (0..=most + 1)
        .map(|at| first.saturating_add(at * step))
        .filter_map(|local| {
            if step < HOUR_MS {
                Some(local - offset_ms)
            } else {
                on_the_clock(local)
            }
        })
        .filter(|ms| *ms > start_ms && *ms < end_ms)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::zone::tests::vienna;
    use super::*;
    use crate::features::coverage::pieces::{Overlay, pieces};
    use crate::features::coverage::place::{place, x_of};
    use crate::features::window::typed::{Context, instant};
    use proptest::prelude::*;
    use windrow_model::TimeRange;
    use windrow_protocol::{Span, SpanState};

    /// 2026-11-20 00:00 UTC, and 2026-10-24 00:00 in Vienna, a day before its clocks go back.
    const NOVEMBER: i64 = 1_795_132_800_000;
    const OCTOBER: i64 = 1_792_792_800_000;

    fn axis_of(zone: Zone, start_ms: i64, span_ms: i64, width_px: f64) -> Axis {
        let span = Span {
            range: TimeRange::new(start_ms, start_ms + span_ms).unwrap(),
            state: SpanState::Cached,
            rows: 1,
            bytes: 1,
            fetched_at_ms: None,
        };
        let placed = place(&pieces(&[span], &Overlay::default()), width_px);
        axis(zone, (start_ms, start_ms + span_ms), width_px, |ms| {
            x_of(&placed, ms)
        })
    }

    fn labels(axis: &Axis) -> Vec<&str> {
        let marks = axis.between.iter();
        marks.map(|mark| mark.label.as_str()).collect()
    }

    #[test]
    fn a_day_begins_with_its_date_and_a_time_stands_only_behind_it() {
        let axis = axis_of(Zone::Utc, NOVEMBER, 4 * DAY_MS, 1000.0);
        assert_eq!(axis.start, "2026-11-20 00:00");
        assert_eq!(
            labels(&axis),
            ["2026-11-21", "12:00", "2026-11-22", "12:00", "2026-11-23"]
        );
    }

    #[test]
    fn a_time_whose_day_has_no_mark_yet_has_its_date() {
        let axis = axis_of(Zone::Utc, NOVEMBER + 22 * HOUR_MS, 3 * DAY_MS, 1000.0);
        assert_eq!(labels(&axis)[0], "11-21 12:00");
        assert_eq!(labels(&axis)[1], "2026-11-22");
    }

    #[test]
    fn days_begin_at_midnight_on_both_sides_of_a_clock_change() {
        let axis = axis_of(Zone::Local(vienna), OCTOBER, 6 * DAY_MS, 1000.0);
        assert_eq!(
            labels(&axis),
            ["2026-10-25", "2026-10-26", "2026-10-27", "2026-10-28"]
        );
    }

    #[test]
    fn an_hour_that_comes_twice_is_told_apart_by_its_offset() {
        let axis = axis_of(
            Zone::Local(vienna),
            OCTOBER + 25 * HOUR_MS,
            4 * HOUR_MS,
            1400.0,
        );
        assert_eq!(
            labels(&axis),
            [
                "01:30",
                "02:00",
                "02:30",
                "02:00 +01:00",
                "02:30 +01:00",
                "03:00",
                "03:30"
            ]
        );
    }

    #[test]
    fn years_have_dates_only() {
        let axis = axis_of(Zone::Local(vienna), OCTOBER, 5000 * DAY_MS, 1000.0);
        assert!(labels(&axis).len() > 3);
        assert!(
            labels(&axis).iter().all(|label| label.len() == 10),
            "{axis:?}"
        );
    }

    /// What a label says behind a mark at `before_ms`.
    fn meant(label: &str, before_ms: i64, zone: Zone) -> i64 {
        let context = Context {
            now_ms: before_ms,
            zone,
        };
        let date = zone.date(before_ms);
        let is_dash = |at: usize| label.as_bytes().get(at) == Some(&b'-');
        let text = if is_dash(4) {
            label.to_owned()
        } else if is_dash(2) {
            format!("{}-{label}", &date[..4])
        } else {
            format!("{date} {label}")
        };
        let ms = instant(&text, None, context).unwrap();
        if ms > before_ms {
            return ms;
        }
        let year: i64 = date[..4].parse().unwrap();
        instant(&format!("{}-{label}", year + 1), None, context).unwrap()
    }

    proptest! {
        #[test]
        fn a_mark_means_one_instant_and_none_overlaps_another(
            start in 1_700_000_000_000i64..1_900_000_000_000, span in 1i64..400_000_000_000, short: bool, width in 8.0f64..2000.0, local: bool,
        ) {
            let span = if short { span / 1000 + 1 } else { span };
            let zone = if local { Zone::Local(vienna) } else { Zone::Utc };
            let axis = axis_of(zone, start, span, width);
            let (mut right, mut before) = (width_of(&axis.start), start);
            for mark in &axis.between {
                let ms = meant(&mark.label, before, zone);
                let x = (ms - start) as f64 / span as f64 * width;
                prop_assert!((x - mark.x_px).abs() < 0.01, "{} is read as {ms}: {axis:?}", mark.label);
                prop_assert!(mark.x_px - width_of(&mark.label) / 2.0 > right - 0.01, "{axis:?}");
                right = mark.x_px + width_of(&mark.label) / 2.0;
                before = ms;
            }
            let end = width_of(&axis.end);
            prop_assert!(axis.between.is_empty() || right <= width - end + 0.01, "{axis:?}");
        }
    }
}
