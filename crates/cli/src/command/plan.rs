//! `windrow plan`: what of a window is held, what is missing, and what it would cost.

use super::{fields, gaps_of, open_store};
use crate::args::connection::required_key;
use crate::args::{PlanArgs, parse_range};
use crate::clock::SystemClock;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::show::{Side, Table, bytes, count, counted, coverage_bar, instant, range, span_ms};
use serde::Serialize;
use windrow_engine::{BytesPerEvent, Price, Problem, plan_window, price as price_plan, scan};
use windrow_model::{Claim, Decision, Plan, TimeRange};
use windrow_source::{Clock, check_query};

/// Characters of the drawn window.
const WIDE: usize = 60;

#[derive(Debug, Serialize)]
struct PlanDocument {
    #[serde(flatten)]
    plan: Plan,
    problems: Vec<Problem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Price>,
}

pub(super) async fn run(args: &PlanArgs, context: &Context) -> Result<Exit, CliError> {
    let window = args.window.window(SystemClock.now_ms())?;
    let Some(document) = plan(args, window, context).await? else {
        return Ok(Exit::Cancelled);
    };
    context.print(&document, || lines(&document))?;
    Ok(Exit::Ok)
}

async fn plan(
    args: &PlanArgs,
    window: TimeRange,
    context: &Context,
) -> Result<Option<PlanDocument>, CliError> {
    if !args.have.is_empty() {
        return Ok(Some(PlanDocument {
            plan: Plan::new(window, &given(&args.have)?),
            problems: Vec::new(),
            price: None,
        }));
    }
    let dataset = args.dataset.required()?;
    check_query(dataset.source(), dataset.query())?;
    let store = open_store(&args.cache);
    let held = scan(&*store, &dataset, Some(window)).await?;
    let plan = plan_window(&held, window);
    let mut price = None;
    if args.price && !plan.missing.is_empty() {
        let key = required_key("the price, which the log API counts")?;
        let source = args.connection.source(Some(key))?;
        let bytes_per_event = BytesPerEvent::held(&*store, &dataset, &held).await;
        let asked = price_plan(
            &source,
            &dataset,
            &plan,
            args.parallel as usize,
            bytes_per_event,
            &context.cancel,
            &|_| {},
        );
        price = asked.await?;
        if price.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(PlanDocument {
        plan,
        problems: held.problems,
        price,
    }))
}

/// Claims of ranges given by hand.
fn given(have: &[String]) -> Result<Vec<Claim>, CliError> {
    have.iter()
        .map(|text| {
            Ok(Claim {
                range: parse_range(text)?,
                generation: 0,
            })
        })
        .collect()
}

fn lines(document: &PlanDocument) -> Vec<String> {
    let plan = &document.plan;
    let mut lines = vec![headline(plan), String::new()];
    let cached = plan.cached.ranges().iter().map(|range| (*range, '#', 1));
    let missing = plan.missing.ranges().iter().map(|range| (*range, '.', 2));
    let states: Vec<_> = cached.chain(missing).collect();
    lines.push(format!(
        "  [{}]  # held  . missing",
        coverage_bar(plan.window, &states, WIDE)
    ));
    lines.push(format!("  {}", range(plan.window)));
    lines.push(String::new());
    lines.extend(stretches(plan).lines());
    for overlap in &plan.overlaps {
        lines.push(format!(
            "claimed twice: {}; `windrow verify` names the parts",
            range(*overlap)
        ));
    }
    for problem in &document.problems {
        let words = format!("{:?}: {}: {}", problem.kind, problem.path, problem.reason);
        lines.push(crate::show::escape(&words).into_owned());
    }
    if let Some(price) = &document.price {
        lines.push(String::new());
        lines.extend(price_lines(price));
    }
    lines
}

fn headline(plan: &Plan) -> String {
    let whole = span_ms(plan.window.duration_ms());
    match plan.decision {
        Decision::Hit => format!("Hit: all of {whole} is held; nothing to fetch"),
        Decision::Miss => format!("Miss: nothing of {whole} is held"),
        Decision::Partial => format!("Partial: {}, to fetch", gaps_of(&plan.missing, plan.window)),
        Decision::Bypass => format!("Bypass: all of {whole} is fetched"),
    }
}

fn stretches(plan: &Plan) -> Table {
    let mut rows: Vec<(TimeRange, &str)> = Vec::new();
    rows.extend(plan.cached.ranges().iter().map(|range| (*range, "held")));
    rows.extend(
        plan.missing
            .ranges()
            .iter()
            .map(|range| (*range, "missing")),
    );
    rows.sort_unstable();
    let mut table = Table::new(&[
        ("State", Side::Left),
        ("From", Side::Left),
        ("To", Side::Left),
        ("Length", Side::Right),
    ]);
    for (range, state) in rows {
        table.row([
            state,
            &instant(range.start_ms()),
            &instant(range.end_ms()),
            &span_ms(range.duration_ms()),
        ]);
    }
    table
}

fn price_lines(price: &Price) -> Vec<String> {
    let mut table = Table::new(&[
        ("Gap", Side::Left),
        ("Events", Side::Right),
        ("Pages", Side::Right),
        ("Requests", Side::Right),
        ("", Side::Left),
    ]);
    for gap in &price.gaps {
        table.row([
            range(gap.range).as_str(),
            &count(gap.events),
            &count(gap.pages),
            &count(gap.requests),
            if gap.beyond_retention {
                "beyond retention"
            } else {
                ""
            },
        ]);
    }
    let mut lines = table.lines();
    lines.extend(fields(&[
        ("to fetch", counted(price.events, "event", "events")),
        (
            "at least",
            format!(
                "{}, {}",
                counted(price.pages, "page", "pages"),
                counted(price.requests, "request", "requests")
            ),
        ),
        ("on disk", stored(price)),
        ("rate limit", limit(price)),
        (
            "asked",
            counted(price.spent_requests, "request", "requests"),
        ),
    ]));
    if let Some(unsettled) = price.provisional {
        lines.extend(fields(&[("provisional", range(unsettled))]));
    }
    lines
}

/// What the events take on disk, and how that is known.
fn stored(price: &Price) -> String {
    let per_event = price.bytes_per_event;
    let known = if per_event.is_measured {
        "as in the parts held"
    } else {
        "the usual figure: nothing is held yet"
    };
    format!(
        "about {}, {} an event, {known}",
        bytes(price.stored_bytes),
        counted(per_event.bytes, "byte", "bytes")
    )
}

/// What the rate limit leaves, and what that costs in time.
fn limit(price: &Price) -> String {
    let left = price.quota.map_or_else(
        || "the log API does not say what is left".to_owned(),
        |quota| {
            format!(
                "{} left, new ones in {}",
                counted(quota.left, "request", "requests"),
                span_ms(quota.resets_in_ms)
            )
        },
    );
    let wait = match price.limit_wait_ms {
        0 => "no wait for it".to_owned(),
        ms => format!("waits of {} at least", span_ms(ms)),
    };
    format!("{left}; {wait}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_given_by_hand_may_be_in_either_form_and_overlap() {
        let have = ["1970-01-01T00:00:00Z..100".to_owned(), "50..200".to_owned()];
        let plan = Plan::new(TimeRange::new(0, 300).unwrap(), &given(&have).unwrap());
        assert_eq!(plan.missing.ranges(), [TimeRange::new(200, 300).unwrap()]);
        assert!(given(&["5".into()]).is_err());
    }

    #[test]
    fn a_plan_is_drawn_with_its_gaps() {
        let have = ["0..150".to_owned(), "200..300".to_owned()];
        let plan = Plan::new(TimeRange::new(0, 300).unwrap(), &given(&have).unwrap());
        let document = PlanDocument {
            plan,
            problems: Vec::new(),
            price: None,
        };
        let text = lines(&document).join("\n");
        assert!(
            text.starts_with("Partial: 1 gap, 50 ms of 300 ms, to fetch"),
            "{text}"
        );
        assert!(
            text.contains("[##############################..........####################]"),
            "{text}"
        );
    }
}
