//! Files that are there and cannot be read, for a moment or for good.

use super::check::{check, mend};
use super::world::World;
use crate::fake_source::numbered;
use crate::support::{dataset, range};
use futures_executor::block_on;
use std::rc::Rc;
use windrow_engine::{
    CancellationToken, EngineError, ErrorKind, Mode, Opened, ProblemKind, StretchState, open,
    verify,
};
use windrow_store::SimulatedDisk;
use windrow_store::disk::{Fate, Fault, Operation};

/// So many parts that their footers are known from the index.
fn fetched() -> World {
    let world = World::new(SimulatedDisk::partial_writes());
    world
        .source
        .events
        .replace(numbered((0..160).map(|n| n * 5 / 8)));
    world.fetch(0, 100).unwrap();
    assert!(world.disk.paths().contains(&"logs/log/_index".to_owned()));
    world
}

/// The second part, and the end of a window that cuts it.
fn cut(world: &World) -> (String, i64) {
    let part = world.held().parts[1].clone();
    let range = part.range();
    assert!(range.duration_ms() > 2);
    (part.path, range.start_ms() + 2)
}

fn opened(world: &World, to: i64) -> Opened<SimulatedDisk> {
    let disk = Rc::clone(&world.disk);
    block_on(open(disk, &dataset(), range(0, to))).unwrap()
}

#[test]
fn rows_that_cannot_be_read_are_damage_of_their_part_and_hide_no_other() {
    let world = fetched();
    let (path, to) = cut(&world);
    world.disk.set_unreadable(&path, true);
    let opened = opened(&world, to);
    let states: Vec<_> = opened.stretches().iter().map(|it| it.state).collect();
    assert_eq!(states, [StretchState::Cached, StretchState::Damaged]);
    assert_eq!(opened.problems()[0].path, path);
    let rows = block_on(opened.rows(0, usize::MAX)).unwrap();
    let shown = rows.events.timestamps;
    let held: Vec<i64> = world.events().iter().map(|(ms, _)| *ms).collect();
    assert!(!shown.is_empty() && held.starts_with(&shown));
}

#[test]
fn a_window_that_cuts_a_part_whose_rows_cannot_be_read_names_it_and_is_repaired() {
    let world = fetched();
    let (path, to) = cut(&world);
    world.harm(&path, &Fate::Kept);
    world.disk.set_unreadable(&path, true);
    let error = block_on(opened(&world, 100).rows(0, usize::MAX)).unwrap_err();
    assert!(matches!(&error, EngineError::Damaged { path: named, .. } if *named == path));
    let error = world.run(0, to, Mode::Normal).unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Repair, "{error}");
    assert!(error.to_string().contains(&path), "{error}");
    assert!(
        world
            .run(0, to, Mode::Repair)
            .unwrap()
            .unwrap()
            .is_complete()
    );
    assert!(
        world
            .run(0, to, Mode::Normal)
            .unwrap()
            .unwrap()
            .is_complete()
    );
    check(&world).unwrap();
    world.disk.set_unreadable(&path, false);
    assert!(mend(&world).is_ok());
}

#[test]
fn a_part_that_cannot_be_read_while_another_writes_is_judged_only_under_the_lock() {
    let world = World::new(SimulatedDisk::partial_writes());
    world.fetch(0, 100).unwrap();
    world.disk.fail_next(Operation::Read, Fault::Lies);
    let receipt = world.run(0, 100, Mode::Normal).unwrap().unwrap();
    assert!(
        receipt.is_complete() && receipt.requests == 0,
        "{receipt:?}"
    );
}

#[test]
fn a_listing_that_fails_while_a_run_tidies_up_costs_nothing_that_was_kept() {
    let world = World::new(SimulatedDisk::partial_writes());
    world.fetch(0, 50).unwrap();
    let world = world.fork();
    let undisturbed = world.fork();
    undisturbed.fetch(0, 100).unwrap();
    let history = undisturbed.disk.history();
    let listings = (0..history.len()).rfind(|at| history[*at] == Operation::List);
    let tidying = listings.unwrap();
    assert!(history[..tidying].contains(&Operation::Flush));
    world.disk.fail(tidying as u64 + 1, Fault::Lies);
    let receipt = world.run(0, 100, Mode::Normal).unwrap().unwrap();
    assert!(receipt.is_complete(), "{receipt:?}");
}

/// Whether an error is that `path` cannot be opened, without a word of damage, and without an offer to delete it or fetch it again.
fn is_inaccessible(error: &EngineError, path: &str) -> bool {
    let said = format!("{error}; {}", error.remedy());
    let offers = ["damage", "delete", "again with", "bypass", "--repair"];
    matches!(error, EngineError::Inaccessible { path: named, .. } if named == path)
        && said.contains("permission denied")
        && !offers.iter().any(|word| said.contains(word))
}

#[test]
fn a_part_that_cannot_be_opened_is_neither_damaged_nor_fetched_again_nor_removed() {
    let plain = World::new(SimulatedDisk::partial_writes());
    plain.fetch(0, 100).unwrap();
    for world in [plain, fetched()] {
        let footers_are_known = world.disk.paths().contains(&"logs/log/_index".to_owned());
        let path = world.parts()[1].clone();
        let asked = world.source.asked.borrow().len();
        world.harm(&path, &Fate::Kept);
        world.disk.set_denied(&path, true);

        let modes = match footers_are_known {
            // What is held needs no rows: it is held.
            true => vec![Mode::Repair, Mode::Again],
            false => vec![Mode::Normal, Mode::Repair, Mode::Again],
        };
        for mode in modes {
            let error = world.run(0, 100, mode).unwrap().unwrap_err();
            assert!(is_inaccessible(&error, &path), "{mode:?}: {error}");
        }
        let opened = opened(&world, 100);
        match footers_are_known {
            true => {
                let error = block_on(opened.rows(0, usize::MAX)).unwrap_err();
                assert!(is_inaccessible(&error, &path), "{error}");
            }
            false => {
                let problem = &opened.problems()[0];
                assert_eq!(problem.kind, ProblemKind::Inaccessible);
                assert!(is_inaccessible(&problem.to_error(), &path));
            }
        }
        let report = block_on(verify(
            &*world.disk,
            &dataset(),
            None,
            &CancellationToken::new(),
            &|_, _| {},
        ));
        let problems = report.unwrap().problems;
        let kinds: Vec<_> = problems
            .iter()
            .map(|it| (it.kind, it.path.as_str()))
            .collect();
        assert!(
            kinds.contains(&(ProblemKind::Inaccessible, &path)),
            "{kinds:?}"
        );
        assert!(!kinds.contains(&(ProblemKind::Damaged, &path)), "{kinds:?}");

        assert_eq!(world.source.asked.borrow().len(), asked);
        assert!(world.parts().contains(&path));
        world.disk.set_denied(&path, false);
        assert!(
            world
                .run(0, 100, Mode::Normal)
                .unwrap()
                .unwrap()
                .is_complete()
        );
        check(&world).unwrap();
    }
}
