//! The four invariants, asked of whatever a stop left behind.

use super::world::{Stopped, WINDOW, World};
use crate::support::{dataset, range};
use futures_executor::block_on;
use std::collections::BTreeSet;
use std::rc::Rc;
use windrow_engine::*;
use windrow_model::{Coverage, TimeRange};
use windrow_store::SimulatedDisk;

/// What was found otherwise than promised.
pub(crate) type Verdict = Result<(), String>;

/// Why a mending ended early.
pub(crate) enum Trouble {
    Stopped,
    Wrong(String),
}

impl From<Stopped> for Trouble {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl From<String> for Trouble {
    fn from(words: String) -> Self {
        Self::Wrong(words)
    }
}

macro_rules! ensure {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err(format!($($words)+).into());
        }
    };
}

/// Claims are true, rows are given once, promises are kept.
pub(crate) fn check(world: &World) -> Verdict {
    look(world, &world.held()).map(drop)
}

/// The same of what a scan has found. Gives why the window cannot be read: for what is harmed or claimed twice.
fn look(world: &World, held: &Held) -> Result<Option<EngineError>, String> {
    let covered = held.coverage();
    let proven = world.source.proven.borrow().clone();
    for part in &held.parts {
        let claim = part.range();
        ensure!(
            proven.contains(claim),
            "{} claims {claim}, which was never received: {proven:?}",
            part.path
        );
    }
    let lost = world.promised.borrow().minus(&covered);
    let lost = lost.minus(&world.harmed_claims.borrow());
    ensure!(lost.is_empty(), "{lost:?} was claimed and is not any more");
    beside(world)?;
    let paths = world.disk.paths();
    let removed = world.irreplaceable.borrow();
    let removed = removed.iter().find(|path| !paths.contains(path));
    ensure!(
        removed.is_none(),
        "{removed:?} held more rows than what replaced it, and is gone"
    );
    let refused = read(world, range(WINDOW.0, WINDOW.1), held)?;
    if refused.is_some() {
        // Every part by itself.
        for part in &held.parts {
            read(world, part.range(), held)?;
        }
    }
    Ok(refused)
}

/// Every file beside the cache belongs to a run that is listed, and what such a run gives was sent.
fn beside(world: &World) -> Verdict {
    let files = world.beside();
    if files.is_empty() {
        return Ok(());
    }
    let disk = Rc::new(world.disk.fork());
    let runs = block_on(bypass_runs(&*disk)).map_err(|error| error.to_string())?;
    let is_listed = |path: &String| runs.iter().any(|run| path.starts_with(&run.dir));
    let unlisted = files.iter().find(|path| !is_listed(path));
    ensure!(unlisted.is_none(), "{unlisted:?} belongs to no run");
    let window = range(WINDOW.0, WINDOW.1);
    for run in runs {
        let (disk, id) = (Rc::clone(&disk), &run.run_id);
        let opened = block_on(open_bypass(disk, &dataset(), id, window));
        let opened = opened.map_err(|error| error.to_string())?;
        let rows = match block_on(opened.rows(0, usize::MAX)) {
            Ok(rows) => rows,
            Err(EngineError::Damaged { path, .. }) if world.harmed.borrow().contains(&path) => {
                continue;
            }
            Err(error) => return Err(format!("{} cannot be read: {error}", run.dir)),
        };
        let readable = opened.plan().cached;
        compare(world, window, &readable, &rows)?;
    }
    Ok(())
}

/// The next run beside the cache gives everything and sweeps those of which nothing is whole; deleting the log leaves nothing.
fn sweep(world: &World) -> Result<(), Trouble> {
    if world.beside().is_empty() {
        return Ok(());
    }
    let world = world.fork();
    let (from, to) = WINDOW;
    let run = world.run(from, to, Mode::Bypass)?;
    let receipt = run.map_err(|error| error.to_string())?;
    let events = world.events().len() as u64;
    ensure!(
        receipt.is_complete() && receipt.rows_processed == events,
        "beside the cache {} rows of {events} came: {:?}",
        receipt.rows_processed,
        receipt.failures
    );
    let runs = block_on(bypass_runs(&*world.disk)).map_err(|error| error.to_string())?;
    let swept = runs.iter().all(|run| run.parts > 0);
    ensure!(swept, "of one of {runs:?} nothing is whole");
    world.delete(&Selection::All)?;
    let left = world.beside();
    ensure!(left.is_empty(), "{left:?} is left of a deleted log");
    Ok(())
}

/// Reads a window and compares it with the truth. Gives why it was refused, as what is harmed or overlaps must be.
fn read(world: &World, window: TimeRange, held: &Held) -> Result<Option<EngineError>, String> {
    let disk = Rc::new(world.disk.fork());
    let is_harmed = |path: &str| world.harmed.borrow().contains(path);
    let opened = match block_on(open(disk, &dataset(), window)) {
        Ok(opened) => opened,
        Err(error) => {
            let EngineError::Overlap {
                range,
                first,
                second,
            } = &error
            else {
                return Err(format!("{window} does not open: {error}"));
            };
            ensure!(world.may_overlap.get(), "{window} does not open: {error}");
            for path in [first, second] {
                let named = held.parts.iter().find(|part| part.path == *path);
                let claims = named.is_some_and(|part| part.range().contains(*range));
                ensure!(claims, "{path} is named for {range} and does not claim it");
            }
            return Ok(Some(error));
        }
    };
    let rows = match block_on(opened.rows(0, usize::MAX)) {
        Ok(rows) => rows,
        Err(error) if matches!(&error, EngineError::Damaged { path, .. } if is_harmed(path)) => {
            return Ok(Some(error));
        }
        Err(error) => return Err(format!("{window} cannot be read: {error}")),
    };
    let readable: Coverage = opened
        .stretches()
        .iter()
        .filter(|stretch| matches!(stretch.state, StretchState::Cached | StretchState::Empty))
        .map(|stretch| stretch.range)
        .collect();
    let hidden = held.coverage().within(window).minus(&readable);
    let hidden = hidden.minus(&world.harmed_claims.borrow());
    ensure!(hidden.is_empty(), "{hidden:?} is claimed and not shown");
    compare(world, window, &readable, &rows)?;
    Ok(None)
}

fn compare(world: &World, window: TimeRange, readable: &Coverage, rows: &Rows) -> Verdict {
    let numbers = rows.events.sequence_numbers.values();
    let given: Vec<(i64, i64)> = rows
        .events
        .timestamps
        .iter()
        .copied()
        .zip(numbers.iter().copied())
        .collect();
    let inside = |ranges: &Coverage, ms: i64| ranges.contains(range(ms, ms + 1));
    let events = world.events();
    let expired = world.expired.borrow().clone();
    let real: BTreeSet<_> = events.iter().copied().chain(expired).collect();
    let distinct: BTreeSet<_> = given.iter().copied().collect();
    ensure!(
        distinct.len() == given.len(),
        "a row of {window} is given twice"
    );
    ensure!(
        distinct.is_subset(&real),
        "a row of {window} was never sent"
    );
    let lost = world
        .expired()
        .into_iter()
        .find(|(ms, number)| inside(readable, *ms) && !distinct.contains(&(*ms, *number)));
    ensure!(
        lost.is_none(),
        "{lost:?} is held, is nowhere else, and is not given"
    );
    let lied = world.lied.borrow();
    let mut proven = given.iter().zip(&rows.provisional);
    let misplaced = proven.find(|((ms, _), shown)| inside(readable, *ms) == **shown);
    ensure!(misplaced.is_none(), "{misplaced:?} is not where it belongs");
    let missing = events
        .iter()
        .filter(|(ms, _)| inside(readable, *ms) && !inside(&lied, *ms))
        .find(|event| !distinct.contains(event));
    ensure!(
        missing.is_none(),
        "{missing:?} lies in a claim and is not given"
    );
    Ok(())
}

/// A new fetch of the window ends complete: with repair where something is damaged, with the remedy where parts overlap.
pub(crate) fn mend(world: &World) -> Result<(), Trouble> {
    let source = &world.source;
    source.behave();
    source.count_lies.take();
    source.too_large.take();
    source.now_ms.set(Some(1_000_000));
    if source.profile.order == windrow_source::Order::Ascending {
        source.events.borrow_mut().sort_unstable();
    }
    let (from, to) = WINDOW;
    let mut named = BTreeSet::new();
    for _ in 0..30 {
        let failed = match world.run(from, to, Mode::Normal)? {
            // A file that was harmed in place, of which the index holds a sound footer, is found damaged when the run ends;
            // the index is made anew then, and the next run finds it so before it begins.
            Ok(receipt) if is_harm(world, &receipt) => continue,
            Ok(receipt) => {
                ensure!(
                    receipt.is_complete(),
                    "the fetch failed: {:?}",
                    receipt.failures
                );
                match complete(world)? {
                    None => return Ok(()),
                    Some(error) => error,
                }
            }
            Err(error) => error,
        };
        match failed {
            EngineError::Overlap { second, .. } if world.may_overlap.get() => {
                give_up(world, second)?;
            }
            // The remedies in the order in which they are named: fetch it again, then delete the file.
            EngineError::Damaged { path, .. } if world.harmed.borrow().contains(&path) => {
                if named.insert(path.clone()) {
                    if let Err(error) = world.run(from, to, Mode::Repair)? {
                        let overlaps = matches!(error, EngineError::Overlap { .. });
                        ensure!(overlaps, "the repair failed: {error}");
                    }
                } else {
                    give_up(world, path)?;
                }
            }
            // A wrong byte where the format stands: there is no newer version, and the file may be deleted.
            EngineError::Newer { path } if world.harmed.borrow().contains(&path) => {
                give_up(world, path)?;
            }
            error => return Err(format!("there is no way on: {error}").into()),
        }
    }
    Err("it never ends".to_owned().into())
}

/// Whether nothing failed but for what is harmed, and that is named.
fn is_harm(world: &World, receipt: &Receipt) -> bool {
    let harmed = world.harmed.borrow();
    let names_it = |failure: &Failure| {
        failure.kind == ErrorKind::Repair && harmed.iter().any(|path| failure.reason.contains(path))
    };
    !receipt.is_complete() && receipt.failures.iter().all(names_it)
}

fn give_up(world: &World, path: String) -> Result<(), Trouble> {
    // What it claims is given up with it.
    world.promised.take();
    world.irreplaceable.borrow_mut().remove(&path);
    world.delete(&Selection::Part(path))?;
    Ok(())
}

/// Everything is there and as it should be. Gives why the window cannot be read.
fn complete(world: &World) -> Result<Option<EngineError>, Trouble> {
    let window = range(WINDOW.0, WINDOW.1);
    let held = world.found();
    let whole: Coverage = [window].into_iter().collect();
    let missing = whole.minus(&held.coverage());
    ensure!(missing.is_empty(), "{missing:?} is still missing");
    world.promised.replace(whole);
    // What was harmed is mended, so nothing is excused any more.
    let harmed = world.harmed.borrow().clone();
    let claims = world.harmed_claims.take();
    let checked = look(world, &held);
    world.harmed_claims.replace(claims);
    if let Some(refused) = checked? {
        return Ok(Some(refused));
    }
    let disk: SimulatedDisk = world.disk.fork();
    let report = block_on(verify(
        &disk,
        &dataset(),
        None,
        &CancellationToken::new(),
        &|_, _| {},
    ))
    .map_err(|error| error.to_string())?;
    let unexpected = report.problems.iter().find(|problem| match problem.kind {
        ProblemKind::Torn | ProblemKind::Foreign => false,
        _ => !harmed.contains(&problem.path) && !problem.path.ends_with("_index"),
    });
    ensure!(unexpected.is_none(), "verifying finds {unexpected:?}");
    ensure!(
        report.overlaps.is_empty() || world.may_overlap.get(),
        "{:?} overlap",
        report.overlaps
    );
    sweep(world)?;
    Ok(None)
}
