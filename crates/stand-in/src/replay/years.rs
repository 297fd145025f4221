//! The years of lines that name none: a file keeps one order, and its newest line was not yet to come.

use super::written::Written;
use super::zone::Zone;
use jiff::tz::Offset;

/// Lines are out of order by this much at most; a larger step back is the turn of a year. Months are counted as 31 days.
const MONTH_DAYS: i32 = 31;
const YEAR_DAYS: i32 = 12 * MONTH_DAYS;
/// Up to a day ahead is a clock or a zone that is off; more is another year.
const AHEAD_MS: i64 = 86_400_000;

/// Epoch milliseconds of each line, in their order.
pub(super) fn resolved(lines: &[Written], zone: &Zone, now_ms: i64) -> Vec<Option<i64>> {
    let turns = turns(lines);
    let now = jiff::Timestamp::from_millisecond(now_ms).unwrap_or_default();
    let this_year = Offset::UTC.to_datetime(now).year();
    let in_year = |first_year: i16| {
        let lines = lines.iter().zip(&turns);
        let times = lines.map(|(line, turns)| line.to_ms(zone, first_year.saturating_add(*turns)));
        times.collect::<Vec<_>>()
    };
    let last_turn = turns.iter().copied().max().unwrap_or_default();
    // The eight years before hold a 29th of February.
    let possible = (0..=8).map(|back| in_year(this_year + 1 - back - last_turn));
    let mut fitting = possible.filter(|times| {
        let newest = times.iter().flatten().max();
        newest.is_none_or(|ms| *ms <= now_ms.saturating_add(AHEAD_MS))
    });
    let latest = fitting.next().unwrap_or_default();
    // A day that the year does not have moves the whole file to one that has it.
    match latest.contains(&None) {
        true => fitting
            .find(|times| !times.contains(&None))
            .unwrap_or(latest),
        false => latest,
    }
}

/// How many turns of the year lie before each line, counted from the first line's year.
fn turns(lines: &[Written]) -> Vec<i16> {
    let day = |line: &Written| i32::from(line.month) * MONTH_DAYS + i32::from(line.day);
    let (mut turns, mut before) = (0_i16, None);
    let counted = lines.iter().map(|line| {
        let step = before.map_or(0, |before| day(line) - before);
        before = Some(day(line));
        if step < -MONTH_DAYS {
            turns = turns.saturating_add(1);
        } else if step > YEAR_DAYS - MONTH_DAYS {
            turns = turns.saturating_sub(1);
        }
        turns
    });
    counted.collect()
}
