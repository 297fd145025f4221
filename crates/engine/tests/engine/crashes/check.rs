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
    let held = world.held();
    let covered = held.coverage();
    let proven = world.source.facts.borrow().proven.clone();
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
    let paths = world.disk.paths();
    let removed = world.irreplaceable.borrow();
    let removed = removed.iter().find(|path| !paths.contains(path));
    ensure!(
        removed.is_none(),
        "{removed:?} held more rows than what replaced it, and is gone"
    );
    match read(world, range(WINDOW.0, WINDOW.1), &held)? {
        true => Ok(()),
        // Something is damaged or claimed twice: every part by itself.
        false => held
            .parts
            .iter()
            .try_for_each(|part| read(world, part.range(), &held).map(drop)),
    }
}

/// Reads a window and compares it with the truth. False where what is harmed or overlaps was refused, as it must be.
fn read(world: &World, window: TimeRange, held: &Held) -> Result<bool, String> {
    let disk = Rc::new(world.disk.fork());
    let is_harmed = |path: &str| world.harmed.borrow().contains(path);
    let opened = match block_on(open(disk, &dataset(), window)) {
        Ok(opened) => opened,
        Err(EngineError::Overlap {
            range,
            first,
            second,
        }) if world.may_overlap.get() => {
            for path in [&first, &second] {
                let named = held.parts.iter().find(|part| part.path == *path);
                let claims = named.is_some_and(|part| part.range().contains(range));
                ensure!(claims, "{path} is named for {range} and does not claim it");
            }
            return Ok(false);
        }
        Err(error) => return Err(format!("{window} does not open: {error}")),
    };
    let rows = match block_on(opened.rows(0, usize::MAX)) {
        Ok(rows) => rows,
        Err(EngineError::Damaged { path, .. }) if is_harmed(&path) => return Ok(false),
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
    Ok(true)
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
    let expired = world.source.facts.borrow().expired.clone();
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
    {
        let mut facts = world.source.facts.borrow_mut();
        facts.wrong_counts = 0;
        (facts.fails_after, facts.cancelled_after) = (None, None);
        facts.now_ms = 1_000_000;
        if world.order == windrow_source::Order::Ascending {
            facts.events.sort_unstable();
        }
    }
    let (from, to) = WINDOW;
    let mut named = BTreeSet::new();
    for _ in 0..30 {
        let failed = match world.run(from, to, Mode::Normal)? {
            Ok(receipt) => {
                ensure!(receipt.is_ok(), "the fetch failed: {:?}", receipt.failures);
                let disk = Rc::new(world.disk.fork());
                let opened = block_on(open(disk, &dataset(), range(from, to)));
                match opened.map(|opened| block_on(opened.rows(0, usize::MAX))) {
                    Ok(Ok(_)) => return complete(world),
                    Ok(Err(error)) | Err(error) => error,
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

fn give_up(world: &World, path: String) -> Result<(), Trouble> {
    // What it claims is given up with it.
    world.promised.take();
    world.irreplaceable.borrow_mut().remove(&path);
    world.delete(&Selection::Part(path))?;
    Ok(())
}

fn complete(world: &World) -> Result<(), Trouble> {
    let window = range(WINDOW.0, WINDOW.1);
    let held = world.held();
    let whole: Coverage = [window].into_iter().collect();
    let missing = whole.minus(&held.coverage());
    ensure!(missing.is_empty(), "{missing:?} is still missing");
    world.promised.replace(whole);
    // What was harmed is mended, so nothing is excused any more.
    let harmed = world.harmed.borrow().clone();
    let claims = world.harmed_claims.take();
    let checked = check(world);
    world.harmed_claims.replace(claims);
    checked?;
    let disk: SimulatedDisk = world.disk.fork();
    let report = block_on(verify(&disk, &dataset(), None, &Cancel::new(), &|_, _| {}))
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
    Ok(())
}
