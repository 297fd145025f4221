//! `windrow histogram`: matching rows over time, as bars or by the values of a field.
//!
//! A stretch that is not cached, damaged or provisional is never drawn as no rows.

use super::ask::{Asking, matched, note_unknown};
use crate::args::HistogramArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::show::{Side, Table, count, count_bar, instant, span_ms};
use serde::Serialize;
use windrow_engine::query::answers::{Buckets, histogram::Bars};
use windrow_engine::{Answers, Searched};
use windrow_model::filter::FieldName;
use windrow_model::{Coverage, TimeRange};

/// Values that get numbers of their own.
const MOST_VALUES: usize = 8;

/// One stretch of time.
#[derive(Serialize)]
struct Bucket {
    range: TimeRange,
    rows: u64,
    /// How much of it was not searched: not cached, or damaged.
    unsearched_ms: u64,
    /// How much of it is provisional: its rows are not counted, and more may come.
    provisional_ms: u64,
    /// Rows of each value, of all others, and of none.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Vec<u64>>,
}

impl Bucket {
    /// Whether some of it is provisional, and whether some was not searched.
    const fn unproven(&self) -> (bool, bool) {
        (self.provisional_ms > 0, self.unsearched_ms > 0)
    }

    /// Whether nothing of it is proven, so that no rows means nothing.
    fn is_unknown(&self) -> bool {
        let unproven_ms = self.provisional_ms + self.unsearched_ms;
        self.rows == 0 && unproven_ms >= self.range.duration_ms()
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    step_ms: i64,
    /// The values in the order of each bucket's numbers; two more are of all others and of rows without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<&'a str>>,
    /// Whether these are known to be the most frequent values.
    is_exact: bool,
    buckets: Vec<Bucket>,
}

pub(super) async fn run(args: &HistogramArgs, context: &Context) -> Result<Exit, CliError> {
    let asking = Asking::open(&args.ask, context).await?;
    let buckets = Buckets::round(asking.opened.window(), |_| 0);
    let by = args.by.clone().map(FieldName::any_case);
    let mut answers = Answers::default().with_histogram(buckets.clone(), by);
    let searched = asking.ask(&mut answers, context).await?;
    let Some(bars) = answers
        .histogram()
        .map(|histogram| histogram.bars(MOST_VALUES))
    else {
        return Ok(Exit::Failed);
    };
    if let Some(name) = args.by.as_deref().filter(|_| searched.is_final) {
        note_unknown(&asking.opened, [(name, !bars.values.is_empty())], context);
    }
    let answer = answer(&searched, &buckets, &bars, args.by.is_some());
    let lines = lines(&searched, &answer, args.by.as_deref());
    asking.print(&searched, &answer, lines, context)
}

fn answer<'a>(
    searched: &Searched,
    buckets: &Buckets,
    bars: &'a Bars,
    is_split: bool,
) -> Answer<'a> {
    let damaged = searched.damaged.iter().filter_map(|problem| problem.range);
    let unsearched: Coverage = searched.missing.iter().copied().chain(damaged).collect();
    let provisional: Coverage = searched.provisional_ranges.iter().copied().collect();
    let bounds = buckets.bounds().iter().zip(buckets.bounds().iter().skip(1));
    let number = |counts: &[u64], at: usize| counts.get(at).copied().unwrap_or_default();
    let bucket = |(at, (from, to)): (usize, (&i64, &i64))| {
        let range = TimeRange::new(*from, *to).ok()?;
        let range = range.intersection(searched.window)?;
        let values = bars.values.iter().map(|(_, counts)| number(counts, at));
        let others = [number(&bars.others, at), number(&bars.absent, at)];
        Some(Bucket {
            range,
            rows: number(&bars.all, at),
            unsearched_ms: unsearched.within(range).duration_ms(),
            provisional_ms: provisional.within(range).duration_ms(),
            by: is_split.then(|| values.chain(others).collect()),
        })
    };
    Answer {
        step_ms: buckets.step_ms(),
        values: is_split.then(|| {
            bars.values
                .iter()
                .map(|(value, _)| value.as_str())
                .collect()
        }),
        is_exact: bars.is_exact,
        buckets: bounds.enumerate().filter_map(bucket).collect(),
    }
}

fn lines(searched: &Searched, answer: &Answer<'_>, by: Option<&str>) -> Vec<String> {
    let step = span_ms(answer.step_ms.unsigned_abs());
    let mut lines = vec![format!("{}, by {step}", matched(searched)), String::new()];
    let mut columns = vec![("From", Side::Left), ("Rows", Side::Right)];
    match &answer.values {
        Some(values) => {
            columns.extend(values.iter().map(|value| (*value, Side::Right)));
            columns.extend([("(others)", Side::Right), ("(none)", Side::Right)]);
        }
        None => columns.push(("", Side::Left)),
    }
    let most = answer.buckets.iter().map(|bucket| bucket.rows).max();
    let mut table = Table::new(&columns);
    for bucket in &answer.buckets {
        let mut cells = vec![instant(bucket.range.start_ms())];
        if bucket.is_unknown() {
            let (is_provisional, _) = bucket.unproven();
            let why = if is_provisional {
                "provisional"
            } else {
                "not searched"
            };
            cells.extend(["?", why].map(str::to_owned));
        } else {
            cells.push(count(bucket.rows));
            match &bucket.by {
                Some(by) => cells.extend(by.iter().map(|rows| count(*rows))),
                None => {
                    let bar = count_bar(bucket.rows, most.unwrap_or_default());
                    let partly = match bucket.unproven() {
                        (true, _) => " partly provisional",
                        (false, true) => " partly searched",
                        (false, false) => "",
                    };
                    cells.push(format!("{bar}{partly}").trim_start().to_owned());
                }
            }
        }
        table.row(cells);
    }
    lines.extend(table.lines());
    if let (Some(by), false) = (by, answer.is_exact) {
        lines.push(format!(
            "  {by} has too many values: others may be as frequent"
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provisional_stretch_is_not_drawn_as_no_rows() {
        let range = |from, to| TimeRange::new(from, to).unwrap();
        let searched = Searched {
            window: range(0, 120_000),
            matched: 0,
            provisional: 3,
            searched: 3,
            skipped: 0,
            unreadable: 0,
            damaged: Vec::new(),
            missing: Vec::new(),
            provisional_ranges: vec![range(90_500, 120_000)],
            is_final: true,
        };
        let buckets = Buckets::round(searched.window, |_| 0);
        let none = vec![0; buckets.len()];
        let bars = Bars {
            all: none.clone(),
            values: Vec::new(),
            others: none.clone(),
            absent: none,
            is_exact: true,
        };
        let answer = answer(&searched, &buckets, &bars, false);
        let lines = lines(&searched, &answer, None);
        let at = |time: &str| lines.iter().find(|line| line.contains(time)).unwrap();
        assert!(at("00:01:29").ends_with(" 0"), "{lines:?}");
        assert!(
            at("00:01:30").ends_with("0  partly provisional"),
            "{lines:?}"
        );
        assert!(at("00:01:31").ends_with("?  provisional"), "{lines:?}");
    }
}
