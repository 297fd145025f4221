//! The whole connector over real HTTP: what the network costs, what fetching at once gains, how much memory it takes;
//! and that the stand-in it is measured with does not hold it up.

use super::Row;
use super::measure::{connector, empty_directory, figure, one};
use super::table::Target::AtMost;
use crate::error::TaskError;

const EVENTS: &str = "1000000";
const FEW: &str = "100000";
const MANY: &str = "5000000";
/// Runs of which the least peak counts.
const PEAKS: usize = 3;
/// Events of a page.
const PER_PAGE: f64 = 500.0;

pub(super) fn rows() -> Result<Vec<Row>, TaskError> {
    let directory = empty_directory("connector")?;
    let speed = one(connector().arg("speed").arg(&directory).arg(EVENTS))?;
    let directory = empty_directory("connector-parallel")?;
    let gaps = one(connector().arg("parallel").arg(&directory))?;
    // The least of several, on both sides: how ranges that run at once meet varies.
    let peaks = |events: &str| {
        (0..PEAKS).try_fold((f64::MAX, f64::MAX), |(allocated, resident), _| {
            let directory = empty_directory("connector-memory")?;
            let measured = one(connector().arg("memory").arg(&directory).arg(events))?;
            let figure = |name| figure(&measured, name);
            Ok::<_, TaskError>((
                figure("/allocated_bytes")?.min(allocated),
                figure("/resident_bytes")?.min(resident),
            ))
        })
    };
    let (few, many) = (peaks(FEW)?, peaks(MANY)?);
    let page = one(connector().args(["page", FEW]))?;
    let (made, held) = (figure(&page, "/made_us")?, figure(&page, "/held_us")?);
    let pages = figure(&speed, "/events")? / PER_PAGE;
    let encoded = figure(&speed, "/memory_seconds")? * 1e6 / pages;
    // What the allocator keeps besides is its own affair, and shown.
    let mebibytes = |(allocated, resident): (f64, f64)| {
        let mib = |bytes: f64| bytes / 1024.0 / 1024.0;
        format!("{:.1} MiB ({:.1} resident)", mib(allocated), mib(resident))
    };
    Ok(vec![
        seconds_row(
            &format!("connector, {EVENTS} events over HTTP: time"),
            figure(&speed, "/seconds")?,
            (
                figure(&speed, "/memory_seconds")?,
                "the same pages from memory",
            ),
            1.2,
        ),
        seconds_row(
            "connector, four gaps at once with 50 ms a request: time",
            figure(&gaps, "/together_seconds")?,
            (figure(&gaps, "/alone_seconds")?, "one after the other"),
            0.3,
        ),
        Row {
            name: format!("connector, peak memory of {MANY} events against {FEW}"),
            ours: mebibytes(many),
            peer: mebibytes(few),
            ratio: many.0 / few.0,
            target: AtMost(1.05),
        },
        // It makes the next page while the connector encodes the last: half of that time is its share at most.
        Row {
            name: "stand-in, a page of 500 events: time to make it".into(),
            ours: format!(
                "{:.0} us ({made:.0} us asked over HTTP, {held:.0} us from memory)",
                made - held
            ),
            peer: format!("{encoded:.0} us (the connector's own for a page)"),
            ratio: (made - held) / encoded,
            target: AtMost(0.5),
        },
    ])
}

fn seconds_row(name: &str, ours: f64, (theirs, peer): (f64, &str), target: f64) -> Row {
    Row {
        name: name.to_owned(),
        ours: format!("{ours:.2} s"),
        peer: format!("{theirs:.2} s ({peer})"),
        ratio: ours / theirs,
        target: AtMost(target),
    }
}
