//! `windrow verify --source`: the log API is asked how many events it has of what is held; `--fetch` brings in what came late.

use crate::args::VerifyArgs;
use crate::args::connection::{NativeSource, required_key};
use crate::clock::SystemClock;
use crate::command::fetch::PRODUCER;
use crate::context::Context;
use crate::error::CliError;
use crate::run_id::new_run_id;
use crate::show::{count, counted, escape, range};
use crate::watch::{Watch, bar};
use serde::Serialize;
use std::rc::Rc;
use windrow_engine::{
    Failure, IngestRequest, Mode, Ports, Repair, SliceCheck, SliceState, SourceReport, compare,
    ingest,
};
use windrow_model::Dataset;
use windrow_source::LogSource;
use windrow_store::NativeStore;

/// What the log API says of a dataset.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    #[serde(flatten)]
    report: SourceReport,
    /// Parts that were fetched again.
    fetched: Vec<Repair>,
    /// Slices that could not be.
    failures: Vec<Failure>,
    #[serde(skip)]
    was_fetched: bool,
}

/// The connector; a missing key is said before anything is read.
pub(super) fn connect(args: &VerifyArgs) -> Result<Option<NativeSource>, CliError> {
    if !args.source {
        return Ok(None);
    }
    let key = required_key("counts from the log API")?;
    args.connection.source(Some(key)).map(Some)
}

/// Compares what is held of a dataset, and fetches late slices again if that is wanted. `None` for a dataset of another source.
pub(super) async fn ask(
    args: &VerifyArgs,
    context: &Context,
    source: &NativeSource,
    store: &Rc<NativeStore>,
    dataset: &Dataset,
) -> Result<Option<Comparison>, CliError> {
    if dataset.source() != source.profile().source {
        return Ok(None);
    }
    let bar = bar(context.json);
    let progress = |done: u64, all: u64| {
        bar.set_length(all);
        bar.set_position(done);
        bar.set_message(format!("asking, {} of {all} slices", count(done)));
    };
    let window = args.window.window()?;
    let cancel = &context.cancel;
    let compared = compare(Rc::clone(store), source, dataset, window, cancel, &progress).await;
    bar.finish_and_clear();
    let mut comparison = Comparison {
        report: compared?,
        fetched: Vec::new(),
        failures: Vec::new(),
        was_fetched: args.fetch,
    };
    if args.fetch {
        let late: Vec<SliceCheck> = comparison.report.late().copied().collect();
        for slice in late {
            if comparison.report.cancelled {
                break;
            }
            let fetched = fetch(
                args,
                context,
                source,
                store,
                dataset,
                &slice,
                &mut comparison,
            )
            .await;
            // One slice that fails hides nothing of what is known of the others.
            if let Err(CliError::Engine(error)) = fetched {
                comparison.failures.push(Failure {
                    range: slice.range,
                    reason: error.to_string(),
                    remedy: error.remedy().to_owned(),
                    kind: error.kind(),
                });
            } else {
                fetched?;
            }
        }
    }
    Ok(Some(comparison))
}

/// Fetches a slice again, and asks again.
async fn fetch(
    args: &VerifyArgs,
    context: &Context,
    source: &NativeSource,
    store: &Rc<NativeStore>,
    dataset: &Dataset,
    slice: &SliceCheck,
    comparison: &mut Comparison,
) -> Result<(), CliError> {
    let request = IngestRequest {
        dataset: dataset.clone(),
        window: slice.range,
        mode: Mode::Again,
        flush: args.flush.settings(),
        run_id: new_run_id()?,
        producer: PRODUCER.into(),
        summary: false,
    };
    let watch = Watch::new(None, context.json)?;
    let ports = Ports {
        store,
        source,
        clock: &SystemClock,
        observer: &watch,
    };
    let outcome = ingest(ports, &request, &context.cancel).await;
    watch.finish();
    let receipt = outcome?;
    comparison.fetched.extend(receipt.repaired);
    comparison.failures.extend(receipt.failures);
    let window = Some(slice.range);
    let store = Rc::clone(store);
    let again = compare(store, source, dataset, window, &context.cancel, &|_, _| {}).await?;
    comparison.report.replace(slice.range, again);
    comparison.report.cancelled |= receipt.cancelled;
    Ok(())
}

impl Comparison {
    pub(super) fn is_ok(&self) -> bool {
        self.report.ok && self.failures.is_empty()
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.report.cancelled
    }

    /// For people.
    pub(super) fn lines(&self) -> Vec<String> {
        let is_asked = |slice: &&SliceCheck| {
            !matches!(
                slice.state,
                SliceState::BeyondRetention | SliceState::TooShort
            )
        };
        let slices = self.report.slices.iter().filter(is_asked).count() as u64;
        let differing = self.report.differing().count() as u64;
        let verdict = match differing {
            0 => "none differs".into(),
            some => format!("{} differ", count(some)),
        };
        let mut lines = vec![format!(
            "  log API: {} compared, {verdict}",
            counted(slices, "slice", "slices")
        )];
        for slice in &self.report.slices {
            if let Some(words) = words(slice) {
                lines.push(format!("    {}: {words}", range(slice.range)));
            }
        }
        for part in &self.fetched {
            let fate = if part.removed {
                "replaced"
            } else if part.rows_after < part.rows_before {
                "kept, since fewer came"
            } else {
                "kept"
            };
            lines.push(format!(
                "  fetched again: {}, {} for {}; {fate}",
                escape(&part.path),
                counted(part.rows_after, "row", "rows"),
                count(part.rows_before)
            ));
        }
        for failure in &self.failures {
            let (range, reason) = (range(failure.range), escape(&failure.reason));
            lines.push(format!("  failed: {range}: {reason}"));
            lines.push(format!("    {}", failure.remedy));
        }
        if self.report.late().next().is_some() && !self.was_fetched {
            lines.push("  fetch what came late with `windrow verify --source --fetch`".into());
        }
        lines
    }
}

/// What there is to say of a slice; nothing where it agrees.
fn words(slice: &SliceCheck) -> Option<String> {
    let numbers = format!(
        "{} held, the log API counts {}",
        counted(slice.held, "row", "rows"),
        count(slice.counted)
    );
    match slice.state {
        SliceState::Agrees => None,
        SliceState::Late => Some(format!("{numbers}: events came late")),
        SliceState::Fewer => Some(format!(
            "{numbers}: it lost some, or keeps them no longer; what is held stays"
        )),
        SliceState::BeyondRetention => Some("beyond what the log API keeps, not compared".into()),
        SliceState::TooShort => Some("too short to be asked for, not compared".into()),
    }
}
