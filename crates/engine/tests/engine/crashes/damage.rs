//! Damage at rest, one sentence each.

use super::check::{check, mend};
use super::world::World;
use crate::support::{dataset, range};
use futures_executor::block_on;
use std::rc::Rc;
use windrow_engine::{CancellationToken, EngineError, Mode, ProblemKind, Selection, open, verify};
use windrow_store::SimulatedDisk;
use windrow_store::disk::{Fate, Fault, Operation};

fn fetched() -> World {
    let world = World::new(SimulatedDisk::partial_writes());
    world.fetch(0, 100).unwrap();
    world
}

fn repair(world: &World) -> windrow_engine::Receipt {
    world.run(0, 100, Mode::Repair).unwrap().unwrap()
}

fn is_sound(world: &World) -> bool {
    let disk = world.disk.fork();
    block_on(verify(
        &disk,
        &dataset(),
        None,
        &CancellationToken::new(),
        &|_, _| {},
    ))
    .unwrap()
    .ok
}

fn size(world: &World, path: &str) -> usize {
    world.disk.bytes(path).unwrap().len()
}

fn flip(world: &World, path: &str, at: usize, mask: u8) {
    world.harm(path, &Fate::Flipped { at, mask });
}

/// What a repair does that nothing disturbs.
fn operations_of_repair(world: &World) -> Vec<Operation> {
    let undisturbed = world.fork();
    repair(&undisturbed);
    undisturbed.disk.history()
}

/// One damaged part that holds it all, whose repair takes several, and what that does.
fn damaged_big_part() -> (World, String, Vec<Operation>) {
    let world = World::new(SimulatedDisk::partial_writes());
    world.make_big_part();
    let damaged = world.parts()[0].clone();
    flip(&world, &damaged, 40, 1);
    let operations = operations_of_repair(&world);
    (world, damaged, operations)
}

#[test]
fn one_flipped_bit_anywhere_is_named_and_never_read_over() {
    let whole = fetched();
    let path = whole.parts()[1].clone();
    for at in (0..size(&whole, &path)).filter(|at| at % 7 == 0 || at + 12 > size(&whole, &path)) {
        let world = whole.fork();
        flip(&world, &path, at, 1 << (at % 8));
        let held = world.held();
        if let Some(problem) = held.problems.first() {
            assert_eq!(problem.kind, ProblemKind::Damaged, "byte {at}: {problem:?}");
            continue;
        }
        let disk = Rc::new(world.disk.fork());
        let opened = block_on(open(disk, &dataset(), range(0, 100))).unwrap();
        let error = block_on(opened.rows(0, usize::MAX)).err();
        assert!(
            matches!(&error, Some(EngineError::Damaged { path: named, .. }) if *named == path),
            "byte {at}: {error:?}"
        );
    }
}

#[test]
fn a_file_cut_grown_or_zeroed_at_its_end_is_never_believed_and_fetched_again() {
    let whole = fetched();
    let path = whole.parts()[1].clone();
    let bytes = whole.disk.bytes(&path).unwrap();
    let grown = |more: &[u8]| [&bytes[..], more].concat();
    let mut cases = vec![grown(b"x"), grown(&[0; 9]), grown(&bytes), grown(b"PAR1")];
    for back in (1..400).step_by(13) {
        let at = bytes.len() - back;
        cases.push(bytes[..at].to_vec());
        cases.push(
            Fate::Zeroed(at..at + 7)
                .apply(bytes.clone())
                .unwrap()
                .to_vec(),
        );
    }
    for (case, damaged) in cases.into_iter().enumerate() {
        let world = whole.fork();
        world.harm(&path, &Fate::Kept);
        world.disk.plant(&path, damaged);
        assert_eq!(world.held().parts.len(), whole.parts().len() - 1, "{case}");
        check(&world).unwrap();
        if case % 5 == 0 {
            assert!(mend(&world).is_ok(), "{case}");
        }
    }
}

#[test]
fn parts_that_changed_places_are_foreign() {
    let world = World::new(SimulatedDisk::partial_writes());
    world.fetch(0, 50).unwrap();
    world.fetch(50, 100).unwrap();
    let parts = world.parts();
    let (one, other) = (&parts[0], &parts[parts.len() - 1]);
    let (one_bytes, other_bytes) = (world.disk.bytes(one), world.disk.bytes(other));
    world.harm(one, &Fate::Kept);
    world.harm(other, &Fate::Kept);
    world.disk.plant(one, other_bytes.unwrap());
    world.disk.plant(other, one_bytes.unwrap());
    let problems = world.held().problems;
    assert_eq!(problems.len(), 2);
    assert!(
        problems
            .iter()
            .all(|problem| problem.kind == ProblemKind::Foreign)
    );
    assert!(mend(&world).is_ok());
    assert_eq!(world.held().problems.len(), 2, "left alone");
}

#[test]
fn a_repair_killed_before_it_removed_the_damaged_file_is_finished_by_the_next() {
    let world = fetched();
    let damaged = world.parts()[1].clone();
    flip(&world, &damaged, 40, 1);
    let at = operations_of_repair(&world)
        .iter()
        .position(|done| *done == Operation::Remove)
        .unwrap();
    world.disk.stop_after(at as u64, 0);
    world.run(0, 100, Mode::Repair).unwrap_err();
    let world = world.fork();
    assert!(world.parts().contains(&damaged));
    check(&world).unwrap();
    assert!(!is_sound(&world), "it is still there");
    let receipt = repair(&world);
    assert!(receipt.repaired[0].removed && receipt.requests == 0);
    assert!(!world.parts().contains(&damaged) && is_sound(&world));
}

#[test]
fn a_repair_killed_halfway_is_replaced_by_the_next_and_overlaps_nothing() {
    let (world, _, history) = damaged_big_part();
    for (at, _) in history
        .iter()
        .enumerate()
        .filter(|(_, done)| done.changes())
    {
        let world = world.fork();
        world.disk.stop_after(at as u64, 20);
        world.run(0, 100, Mode::Repair).unwrap_err();
        let world = world.fork();
        check(&world).unwrap();
        assert!(repair(&world).is_complete());
        assert!(mend(&world).is_ok());
        assert!(is_sound(&world), "stopped in operation {at}");
    }
}

#[test]
fn a_half_repair_that_is_damaged_too_is_fetched_again_beside_what_it_replaced() {
    let (world, damaged, history) = damaged_big_part();
    let mut both = 0;
    for at in 0..history.len() {
        let world = world.fork();
        world.disk.stop_after(at as u64, 20);
        world.run(0, 100, Mode::Repair).unwrap_err();
        let world = world.fork();
        let parts = world.parts();
        if !parts.contains(&damaged) {
            break;
        }
        let newer = parts.iter().filter(|path| **path != damaged);
        for path in newer.filter(|path| size(&world, path) > 60) {
            flip(&world, path, 40, 1);
            both += 1;
        }
        assert!(repair(&world).is_complete(), "stopped in operation {at}");
        assert!(mend(&world).is_ok(), "stopped in operation {at}");
        check(&world).unwrap();
    }
    assert!(both > 0);
}

/// One part that holds it all, of which the source now has one event more.
fn with_a_late_event() -> World {
    let world = World::new(SimulatedDisk::partial_writes());
    world.make_big_part();
    // Until it is fetched again.
    let late = world.add_late_event();
    world.lied.replace(late);
    world
}

/// Fetches all again, killed at each point, and once more. `until` says what must then be so.
fn kill_fetching_again(world: &World, until: impl Fn(&World, &str)) {
    let undisturbed = world.fork();
    undisturbed.run(0, 100, Mode::Again).unwrap().unwrap();
    until(&undisturbed, "undisturbed");
    let history = undisturbed.disk.history();
    assert!(history.contains(&Operation::Remove));
    for (at, done) in history.iter().enumerate() {
        if !done.changes() {
            continue;
        }
        let world = world.fork();
        world.disk.stop_after(at as u64, 20);
        world.run(0, 100, Mode::Again).unwrap_err();
        let world = world.fork();
        let receipt = world.run(0, 100, Mode::Again).unwrap().unwrap();
        let place = format!("stopped in operation {at} ({done:?})");
        assert!(receipt.is_complete(), "{place}: {receipt:?}");
        until(&world, &place);
    }
}

fn claimed_ms(world: &World) -> u64 {
    let parts = world.held().parts;
    parts.iter().map(|part| part.range().duration_ms()).sum()
}

fn rows(world: &World) -> Vec<(i64, i64)> {
    let disk = Rc::new(world.disk.fork());
    let opened = block_on(open(disk, &dataset(), range(0, 100))).unwrap();
    let events = block_on(opened.rows(0, usize::MAX)).unwrap().events;
    let numbers = events.sequence_numbers.values().iter();
    events
        .timestamps
        .iter()
        .copied()
        .zip(numbers.copied())
        .collect()
}

#[test]
fn fetching_all_again_killed_at_any_point_is_finished_by_the_next() {
    kill_fetching_again(&with_a_late_event(), |world, place| {
        assert_eq!(rows(world), world.events(), "{place}");
        assert_eq!(claimed_ms(world), 100, "{place}: nothing is held twice");
        assert!(is_sound(world), "{place}");
    });
}

#[test]
fn fetching_all_again_killed_at_any_point_loses_nothing_that_the_source_has_no_longer() {
    let world = with_a_late_event();
    let before = rows(&world);
    world.expire(&world.parts()[0]);
    kill_fetching_again(&world, |world, place| {
        assert_eq!(rows(world), before, "{place}");
        assert_eq!(claimed_ms(world), 100, "{place}: nothing is held twice");
        check(world).unwrap();
    });
}

#[test]
fn a_part_whose_rows_could_not_be_read_stays_until_they_can_and_what_was_fetched_owns() {
    let world = fetched();
    let path = world.parts()[1].clone();
    let fail = |world: &World, nth: usize| world.disk.fail(nth as u64, Fault::Lies);
    // A listing, all footers, the rows of the first part, and those of the second.
    let parts = world.parts().len();
    let second_rows = 1 + parts + 2;
    let trial = world.fork();
    fail(&trial, second_rows);
    repair(&trial);
    let history = trial.disk.history();
    let mut lists = (0..history.len()).filter(|at| history[*at] == Operation::List);
    // Under the lock everything is read once more.
    let under_the_lock = lists.nth(1).unwrap();
    fail(&world, second_rows);
    fail(&world, under_the_lock + second_rows);
    let receipt = repair(&world);
    assert_eq!(receipt.repaired.len(), 1, "{receipt:?}");
    let mended = &receipt.repaired[0];
    assert_eq!((&mended.path, mended.removed), (&path, false));
    assert_eq!(mended.rows_after, mended.rows_before);
    assert!(world.parts().contains(&path), "it may be sound");
    assert_eq!(rows(&world), world.events());
    check(&world).unwrap();

    let receipt = repair(&world);
    assert!(receipt.repaired[0].removed && receipt.requests == 0);
    assert!(!world.parts().contains(&path) && is_sound(&world));
    assert_eq!(rows(&world), world.events());
}

#[test]
fn an_unreadable_part_is_kept_and_what_replaced_it_owns_once_it_can_be_read_again() {
    let world = fetched();
    let path = world.parts()[1].clone();
    world.harm(&path, &Fate::Kept);
    world.disk.set_unreadable(&path, true);
    let error = world.run(0, 100, Mode::Normal).unwrap().unwrap_err();
    assert!(error.to_string().contains(&path), "{error}");
    assert!(repair(&world).is_complete());
    assert!(world.parts().contains(&path));
    check(&world).unwrap();
    world.disk.set_unreadable(&path, false);
    check(&world).unwrap();
    assert!(mend(&world).is_ok() && is_sound(&world));
}

#[test]
fn a_damaged_footer_is_kept_after_its_repair_and_is_deleted_by_its_path() {
    let world = fetched();
    let path = world.parts()[1].clone();
    flip(&world, &path, size(&world, &path) - 30, 1);
    let error = world.run(0, 100, Mode::Normal).unwrap().unwrap_err();
    assert!(
        error.remedy().contains("delete --part"),
        "{}",
        error.remedy()
    );
    assert!(repair(&world).is_complete());
    // How many rows it held is not known, so it stays; the window is usable.
    assert!(world.parts().contains(&path) && !is_sound(&world));
    assert!(
        world
            .run(0, 100, Mode::Normal)
            .unwrap()
            .unwrap()
            .is_complete()
    );
    world.delete(&Selection::Part(path)).unwrap();
    assert!(is_sound(&world));
    assert!(mend(&world).is_ok());
}

#[test]
fn a_wrong_byte_in_the_closing_magic_is_damage_and_removes_nothing() {
    let world = fetched();
    let path = world.parts()[1].clone();
    flip(&world, &path, size(&world, &path) - 1, 8);
    assert_eq!(world.held().problems[0].kind, ProblemKind::Damaged);
    assert!(world.run(0, 100, Mode::Normal).unwrap().is_err());
    assert!(world.parts().contains(&path));
    assert!(mend(&world).is_ok());
}

#[test]
fn a_file_that_cannot_be_removed_does_not_keep_the_others_of_a_run_that_is_not_believed() {
    let world = World::new(SimulatedDisk::partial_writes());
    world.source.count_lies.replace(vec![1; 2]);
    world.disk.fail_next(Operation::Remove, Fault::Lies);
    let receipt = world.run(0, 100, Mode::Normal).unwrap().unwrap();
    assert_eq!(receipt.failed_ranges, [range(0, 100)]);
    assert!(world.parts().is_empty(), "{:?}", world.parts());
    assert!(mend(&world).is_ok());
}

#[test]
fn what_was_not_proven_and_cannot_be_removed_is_named_with_the_remedy() {
    let world = World::new(SimulatedDisk::partial_writes());
    world.source.count_lies.replace(vec![1; 2]);
    let undisturbed = world.fork();
    undisturbed.fetch(0, 100).unwrap();
    let history = undisturbed.disk.history();
    let first = history.iter().position(|done| *done == Operation::Remove);
    let first = first.unwrap() as u64 + 1;
    for nth in [first, first + 1] {
        world.disk.fail(nth, Fault::Lies);
    }
    let receipt = world.run(0, 100, Mode::Normal).unwrap().unwrap();
    let failure = &receipt.failures[0];
    let left = world.parts();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(failure.reason.contains(&left[0]), "{failure:?}");
    assert!(failure.remedy.contains("delete"), "{failure:?}");
    world.promised.take();
    world.delete(&Selection::Part(left[0].clone())).unwrap();
    assert!(mend(&world).is_ok());
}
