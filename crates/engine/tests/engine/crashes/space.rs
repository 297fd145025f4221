//! No space, short writes, failed flushes, one sentence each.

use super::check::{check, mend};
use super::world::World;
use crate::support::range;
use windrow_engine::{ErrorKind, Mode, Receipt, Selection};
use windrow_store::SimulatedDisk;
use windrow_store::disk::{Fault, Operation};

fn world() -> World {
    World::new(SimulatedDisk::partial_writes())
}

/// Bytes on the disk after an undisturbed fetch.
fn bytes_of_all(world: &World) -> u64 {
    let sizes = world.disk.paths().into_iter();
    sizes
        .filter_map(|path| world.disk.bytes(&path))
        .map(|bytes| bytes.len() as u64)
        .sum()
}

fn run(world: &World) -> Receipt {
    world.run(0, 100, Mode::Normal).unwrap().unwrap()
}

/// The failed part is gone with its space, those before it are kept.
fn kept_until_the_failure(world: &World, receipt: &Receipt) {
    assert!(!receipt.is_complete());
    let held = world.held();
    assert_eq!(receipt.kept_ranges, held.coverage().ranges());
    assert!(held.problems.is_empty(), "{:?}", held.problems);
    assert_eq!(receipt.failed_ranges[0].end_ms(), 100);
    check(world).unwrap();
}

fn whole_again(world: &World) {
    world.disk.set_space_bytes(None);
    assert!(mend(world).is_ok());
}

#[test]
fn a_full_disk_keeps_the_parts_before_and_says_until_when_at_any_size() {
    let whole = world();
    whole.fetch(0, 100).unwrap();
    let mut without_summary = 0;
    for space in (1..bytes_of_all(&whole) - 400).step_by(300) {
        let world = world();
        world.disk.set_space_bytes(Some(space));
        let receipt = run(&world);
        if receipt.is_complete() {
            // Only the summary had no room.
            without_summary += u32::from(receipt.summary_failed.is_some());
            check(&world).unwrap();
            continue;
        }
        assert_eq!(receipt.failures[0].kind, ErrorKind::FreeSpace, "{space}");
        kept_until_the_failure(&world, &receipt);
        assert!(bytes_of_all(&world) <= space);
        whole_again(&world);
    }
    assert!(without_summary > 0);
}

#[test]
fn a_disk_that_is_full_in_the_footer_frees_the_part() {
    let undisturbed = world();
    undisturbed.fetch(0, 100).unwrap();
    let history = undisturbed.disk.history();
    let writes: Vec<u64> = history
        .iter()
        .zip(1..)
        .filter(|(done, _)| **done == Operation::Write)
        .map(|(_, at)| at)
        .collect();
    let world = world();
    // A part is two writes, its rows and its footer: the footer of the second part.
    world.disk.fail(writes[3], Fault::Lies);
    let receipt = run(&world);
    assert_eq!(receipt.failures[0].kind, ErrorKind::FreeSpace);
    assert_eq!(world.parts().len(), 1);
    kept_until_the_failure(&world, &receipt);
    whole_again(&world);
}

#[test]
fn a_full_disk_ends_the_run_and_is_not_tried_again() {
    let world = world();
    world.fetch(40, 60).unwrap();
    let held = world.parts();
    world.disk.set_space_bytes(Some(bytes_of_all(&world)));
    // Two gaps: the second is not tried once the disk is full.
    let error = world.run(0, 100, Mode::Normal).unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FreeSpace);
    assert_eq!(world.parts(), held);
    world.disk.set_space_bytes(Some(bytes_of_all(&world) + 10));
    let created = |world: &World| {
        let history = world.disk.history();
        history
            .iter()
            .filter(|done| **done == Operation::Create)
            .count()
    };
    let before = created(&world);
    let _ = world.run(0, 100, Mode::Normal).unwrap();
    assert_eq!(created(&world), before + 1);
    assert_eq!(world.parts(), held);
    whole_again(&world);
}

#[test]
fn deleting_works_on_a_full_disk_and_makes_room() {
    let world = world();
    world.fetch(0, 50).unwrap();
    world.disk.set_space_bytes(Some(bytes_of_all(&world)));
    world.delete(&Selection::Segment(range(0, 50))).unwrap();
    assert!(world.parts().is_empty());
    assert!(
        world
            .run(0, 30, Mode::Normal)
            .unwrap()
            .unwrap()
            .is_complete()
    );
    whole_again(&world);
}

#[test]
fn short_writes_are_continued_to_the_same_parts() {
    let (short, long) = (world(), world());
    long.fetch(0, 100).unwrap();
    short.disk.set_write_bytes(Some(100));
    assert!(run(&short).is_complete());
    assert_eq!(short.parts(), long.parts());
    for path in long.parts() {
        assert_eq!(short.disk.bytes(&path), long.disk.bytes(&path), "{path}");
    }
}

#[test]
fn a_write_that_takes_nothing_gives_the_part_up() {
    let world = world();
    world.disk.fail_next(Operation::Write, Fault::Lies);
    kept_until_the_failure(&world, &run(&world));
    whole_again(&world);
}

#[test]
fn a_flush_that_fails_gives_the_part_up_and_is_not_tried_again() {
    let world = world();
    world.disk.fail_next(Operation::Flush, Fault::Lies);
    let receipt = run(&world);
    let flushed = world
        .disk
        .history()
        .iter()
        .filter(|done| **done == Operation::Flush)
        .count();
    assert!(world.parts().is_empty() && flushed <= 2, "{flushed}");
    kept_until_the_failure(&world, &receipt);
    whole_again(&world);
}

#[test]
fn a_size_that_differs_after_the_flush_gives_the_part_up() {
    let world = world();
    world.disk.fail_next(Operation::Size, Fault::Lies);
    let receipt = run(&world);
    assert!(world.parts().is_empty());
    assert!(receipt.failures[0].reason.contains("arrived"));
    kept_until_the_failure(&world, &receipt);
    whole_again(&world);
}
