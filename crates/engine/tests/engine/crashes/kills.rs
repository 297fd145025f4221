//! Kills and power cuts, one sentence each.

use super::check::{check, mend};
use super::world::World;
use crate::fake_source::numbered;
use crate::support::{dataset, range};
use futures_executor::block_on;
use std::rc::Rc;
use windrow_engine::{EngineError, Mode, ProblemKind, Selection, open};
use windrow_model::TimeRange;
use windrow_store::SimulatedDisk;
use windrow_store::disk::{Fate, Operation};

fn world() -> World {
    World::new(SimulatedDisk::partial_writes())
}

/// The places of a kind of operation in an undisturbed fetch of the window.
fn places(world: &World, operation: Operation) -> Vec<u64> {
    let undisturbed = world.fork();
    undisturbed.fetch(0, 100).unwrap();
    let history = undisturbed.disk.history();
    let places = history.iter().zip(0..);
    places
        .filter(|(done, _)| **done == operation)
        .map(|(_, at)| at)
        .collect()
}

/// The world after a fetch of the window that stopped there.
fn stopped(world: &World, at: u64, arrives: u64) -> World {
    let world = world.fork();
    world.disk.stop_after(at, arrives);
    world.fetch(0, 100).unwrap_err();
    world.fork()
}

fn covered(world: &World) -> Vec<TimeRange> {
    world.held().coverage().ranges().to_vec()
}

fn whole_again(world: &World) {
    check(world).unwrap();
    assert!(mend(world).is_ok());
    check(world).unwrap();
    assert_eq!(covered(world), [range(0, 100)]);
}

#[test]
fn a_kill_before_the_first_event_leaves_nothing() {
    let world = world();
    let killed = stopped(&world, places(&world, Operation::Create)[0], 0);
    assert!(killed.disk.paths().is_empty());
    whole_again(&killed);
}

#[test]
fn a_kill_between_a_file_and_its_first_byte_claims_nothing_and_is_tidied() {
    let world = world();
    let killed = stopped(&world, places(&world, Operation::Write)[0], 0);
    assert_eq!(killed.parts().len(), 1);
    assert!(covered(&killed).is_empty());
    whole_again(&killed);
    assert!(killed.held().problems.is_empty());
}

#[test]
fn a_part_cut_at_any_byte_claims_nothing() {
    let world = world();
    world.fetch(0, 100).unwrap();
    let path = world.parts()[0].clone();
    let bytes = world.disk.bytes(&path).unwrap();
    for size in 0..bytes.len() {
        let cut = World::new(SimulatedDisk::partial_writes());
        cut.disk.plant(&path, &bytes[..size]);
        let held = cut.held();
        assert!(held.parts.is_empty(), "{size} bytes");
        assert_eq!(held.problems[0].kind, ProblemKind::Torn, "{size} bytes");
        if size % 400 == 3 {
            whole_again(&cut);
            assert!(cut.held().problems.is_empty(), "{size} bytes");
        }
    }
}

#[test]
fn a_whole_part_counts_though_its_writer_died_before_it_was_told() {
    let world = world();
    let killed = stopped(&world, places(&world, Operation::Size)[0], 0);
    assert_eq!(killed.held().parts.len(), 1);
    whole_again(&killed);
}

#[test]
fn a_kill_while_the_newest_millisecond_is_held_back_ends_the_claim_before_it() {
    let world = world();
    // The second page ends in the middle of millisecond 9.
    let times = (0..9).chain([9; 12]).chain(10..50);
    world.source.events.replace(numbered(times));
    let killed = stopped(&world, places(&world, Operation::Create)[1], 0);
    assert_eq!(covered(&killed), [range(0, 9)]);
    whole_again(&killed);
}

#[test]
fn a_kill_after_some_parts_keeps_them_and_the_next_run_asks_for_the_rest() {
    let world = world();
    for at in places(&world, Operation::Create).into_iter().skip(1) {
        let killed = stopped(&world, at, 0);
        let kept = covered(&killed);
        assert_eq!((kept.len(), kept[0].start_ms()), (1, 0));
        let receipt = killed.run(0, 100, Mode::Normal).unwrap().unwrap();
        assert_eq!(receipt.cache_missing_ranges, [range(kept[0].end_ms(), 100)]);
        whole_again(&killed);
    }
}

#[test]
fn recovery_killed_again_and_again_converges() {
    let world = world();
    let mut killed = stopped(&world, places(&world, Operation::Write)[4], 30);
    let mut kills = 0;
    loop {
        killed.disk.stop_after(4 + kills * 5, 30);
        let ended = killed.fetch(0, 100);
        killed = killed.fork();
        check(&killed).unwrap();
        if ended.is_ok() {
            break;
        }
        kills += 1;
        assert!(kills < 200);
    }
    assert!(kills > 3, "{kills}");
    whole_again(&killed);
}

#[test]
fn a_burst_killed_after_any_of_its_row_groups_counts_for_nothing() {
    let world = world();
    let times = (0..6).chain([30; 40]).chain(60..64);
    world.source.events.replace(numbered(times));
    let creates = places(&world, Operation::Create);
    let writes = places(&world, Operation::Write);
    let of_the_burst: Vec<u64> = writes
        .into_iter()
        .filter(|at| creates[1] < *at && *at < creates[2])
        .collect();
    assert!(of_the_burst.len() > 4);
    for at in of_the_burst {
        let killed = stopped(&world, at, u64::from(u16::MAX) * (at % 2));
        let burst = range(30, 31);
        let whole = killed.held().problems.is_empty();
        assert!(whole || !killed.held().coverage().contains(burst));
        whole_again(&killed);
    }
}

#[test]
fn a_delete_killed_at_any_point_leaves_what_still_tells_the_truth() {
    let world = world();
    world.fetch(0, 100).unwrap();
    for at in 0..12 {
        let killed = world.fork();
        killed.promised.take();
        killed.disk.stop_after(at, at % 2);
        let _ = killed.delete(&Selection::All);
        whole_again(&killed.fork());
    }
}

#[test]
fn a_footer_that_outlived_its_rows_in_a_power_cut_is_damage_and_mended() {
    let world = world();
    world.fetch(0, 100).unwrap();
    let path = world.parts()[1].clone();
    world.harm(&path, &Fate::Zeroed(4..200));
    let disk = Rc::new(world.disk.fork());
    let opened = block_on(open(disk, &dataset(), range(0, 100))).unwrap();
    let error = block_on(opened.rows(0, usize::MAX)).unwrap_err();
    assert!(matches!(error, EngineError::Damaged { path: named, .. } if named == path));
    whole_again(&world);
}

#[test]
fn a_part_lost_in_a_power_cut_is_missing_and_fetched_again() {
    let world = world();
    world.fetch(0, 100).unwrap();
    let lost = world.parts()[1].clone();
    let claim = world.held().parts[1].range();
    world.disk.cut_power(|remnant| {
        if remnant.path == lost {
            Fate::Lost
        } else {
            Fate::Kept
        }
    });
    world.promised.take();
    let receipt = world.run(0, 100, Mode::Normal).unwrap().unwrap();
    assert_eq!(receipt.cache_missing_ranges, [claim]);
    whole_again(&world);
}

#[test]
fn a_deleted_part_that_comes_back_counts_only_where_it_overlaps_nothing() {
    let world = world();
    world.fetch(0, 50).unwrap();
    let all = world.parts().len();
    world.delete(&Selection::Segment(range(0, 50))).unwrap();
    let back = world.fork();
    back.disk.cut_power(|_| Fate::Kept);
    assert_eq!(back.held().parts.len(), all);
    whole_again(&back);

    // Meanwhile another window took its place.
    world.fetch(20, 70).unwrap();
    world.disk.cut_power(|_| Fate::Kept);
    world.may_overlap.set(true);
    let error = world.run(0, 70, Mode::Normal).unwrap().unwrap_err();
    let EngineError::Overlap { first, second, .. } = error else {
        panic!("{error}")
    };
    assert!(first != second && world.parts().contains(&first) && world.parts().contains(&second));
    whole_again(&world);
}

#[test]
fn two_writers_on_overlapping_windows_fetch_the_overlap_once() {
    let world = world();
    world.two_at_once((0, 60), (40, 100)).unwrap();
    world.fetch(0, 60).unwrap();
    world.fetch(40, 100).unwrap();
    let held = world.held();
    let claimed: u64 = held
        .parts
        .iter()
        .map(|part| part.range().duration_ms())
        .sum();
    assert_eq!(claimed, 100);
    whole_again(&world);
}

#[test]
fn a_reader_whose_parts_are_deleted_is_told_and_opens_again() {
    let world = world();
    world.fetch(0, 100).unwrap();
    let opened = block_on(open(Rc::clone(&world.disk), &dataset(), range(0, 100))).unwrap();
    world.delete(&Selection::All).unwrap();
    let error = block_on(opened.rows(0, usize::MAX)).unwrap_err();
    assert!(error.to_string().contains("not there"), "{error}");
    // Another fetch takes the same names, with other bytes in them: nothing of them is mixed in.
    world
        .source
        .events
        .replace(numbered((0..100).map(|ms| ms / 3)));
    world.fetch(0, 100).unwrap();
    let error = block_on(opened.rows(0, usize::MAX));
    assert!(error.is_err());
    whole_again(&world);
}

#[test]
fn a_lock_is_free_again_after_every_failure() {
    let undisturbed = world();
    undisturbed.fetch(0, 100).unwrap();
    for at in 1..=undisturbed.disk.history().len() as u64 {
        let world = world();
        world.disk.fail(at, windrow_store::disk::Fault::Lies);
        let _ = world.fetch(0, 100);
        let lock = windrow_store::BlobStore::lock(&*world.disk, "logs/log");
        assert!(block_on(lock).is_ok(), "operation {at}");
    }
}
