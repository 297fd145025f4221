//! `windrow summary`: a cached window in numbers.

use super::{fields, open_store, refuse_damage};
use crate::args::SummaryArgs;
use crate::clock::SystemClock;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::show::{Side, Table, bytes, count, counted, coverage_bar, instant, range, span_ms};
use windrow_engine::{Opened, Summary, open};
use windrow_engine::{Stretch, StretchState};
use windrow_source::Clock;
use windrow_store::NativeStore;

/// Characters of the drawn window.
const WIDE: usize = 60;

pub(super) async fn run(args: &SummaryArgs, context: &Context) -> Result<Exit, CliError> {
    let window = args.window.window(SystemClock.now_ms())?;
    let opened = open(open_store(&args.cache), &args.dataset.required()?, window).await?;
    refuse_damage(&opened)?;
    let summary = opened.summary();
    context.print(&summary, || lines(&opened, &summary))?;
    Ok(Exit::Ok)
}

fn lines(opened: &Opened<NativeStore>, summary: &Summary) -> Vec<String> {
    let window = summary.window;
    let bound = |ms: Option<i64>| ms.map_or_else(|| "none".to_owned(), instant);
    let mut rows = counted(summary.row_count, "row", "rows");
    if summary.provisional_rows > 0 {
        rows += &format!(", and {} provisional", count(summary.provisional_rows));
    }
    let mut lines = vec![
        format!("{rows} in {}", range(window)),
        String::new(),
        format!("  [{}]  {LEGEND}", bar(opened)),
        String::new(),
    ];
    lines.extend(fields(&[
        (
            "complete",
            if summary.complete { "yes" } else { "no" }.into(),
        ),
        ("first event", bound(summary.timestamp_min)),
        ("last event", bound(summary.timestamp_max)),
        (
            "kept in",
            format!(
                "{}, {}",
                counted(summary.part_count, "part", "parts"),
                bytes(summary.byte_count)
            ),
        ),
    ]));
    lines.push(String::new());
    lines.extend(stretches(opened.stretches()).lines());
    lines.push(String::new());
    lines.extend(columns(summary).lines());
    lines
}

const LEGEND: &str = "# rows  = checked, no rows  ~ provisional  . missing";

fn mark(state: StretchState) -> (char, u8, &'static str) {
    match state {
        StretchState::Empty => ('=', 1, "checked, no rows"),
        StretchState::Cached => ('#', 2, "rows"),
        StretchState::Provisional => ('~', 3, "provisional"),
        StretchState::Missing => ('.', 4, "missing"),
        StretchState::Damaged => ('!', 5, "damaged"),
    }
}

fn bar(opened: &Opened<NativeStore>) -> String {
    let states: Vec<_> = opened
        .stretches()
        .iter()
        .map(|stretch| {
            let (mark, rank, _) = mark(stretch.state);
            (stretch.range, mark, rank)
        })
        .collect();
    coverage_bar(opened.window(), &states, WIDE)
}

fn stretches(stretches: &[Stretch]) -> Table {
    let mut table = Table::new(&[
        ("State", Side::Left),
        ("From", Side::Left),
        ("To", Side::Left),
        ("Length", Side::Right),
        ("Rows", Side::Right),
        ("Fetched", Side::Left),
    ]);
    for stretch in stretches {
        table.row([
            mark(stretch.state).2,
            &instant(stretch.range.start_ms()),
            &instant(stretch.range.end_ms()),
            &span_ms(stretch.range.duration_ms()),
            &count(stretch.rows),
            &stretch.fetched_at_ms.map(instant).unwrap_or_default(),
        ]);
    }
    table
}

fn columns(summary: &Summary) -> Table {
    let mut table = Table::new(&[
        ("Column", Side::Left),
        ("Type", Side::Left),
        ("Absent", Side::Right),
    ]);
    for column in &summary.columns {
        let mut data_type = summary.schema.get(column).cloned().unwrap_or_default();
        if summary.widened.contains(column) {
            data_type.push_str(", widened");
        }
        let absent = summary.null_counts.get(column).copied().unwrap_or_default();
        table.row([column.as_str(), data_type.as_str(), &count(absent)]);
    }
    table
}
