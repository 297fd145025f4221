//! Every stop, every failure, and many power cuts of one script.
//!
//! A stop is tried at every operation that changes the disk: between two of them the disk is the same.

#![expect(
    clippy::panic,
    reason = "a state that breaks a promise fails the test with its place"
)]

use super::check::{Trouble, check, mend};
use super::dice::Dice;
use super::world::{Stopped, WINDOW, World};
use std::io::Write;
use windrow_engine::Mode;
use windrow_store::disk::{Fault, Operation};
use windrow_store::{BlobStore, SimulatedDisk, StoreError};

/// What is done to a disk. It is over where the disk has stopped.
pub(crate) struct Script {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&mut World) -> Result<(), Stopped>,
    /// How many ranges are fetched at once.
    pub(crate) parallel: usize,
}

impl Script {
    fn world(&self, disk: &SimulatedDisk) -> World {
        World::fetching(disk.fork(), self.parallel)
    }
}

/// Power cuts at each stop, and as many journeys; `cargo xtask soak` sets the variable to many.
/// Without it a fixed sample is tried: every stop, but fewer partial writes and failures.
fn soak_seeds() -> Option<u64> {
    let set = std::env::var("WINDROW_CRASH_SEEDS").ok();
    set.and_then(|seeds| seeds.parse().ok())
}

#[derive(Default)]
struct Counts {
    script: &'static str,
    states: u64,
    power_cuts: u64,
    journeys: u64,
}

impl Counts {
    fn new(script: &'static str) -> Self {
        Self {
            script,
            ..Self::default()
        }
    }

    /// Checks a state and that it can be mended.
    fn visit(&mut self, world: &World, at: &str) {
        self.states += 1;
        if let Err(words) = check(world) {
            panic!("{}, {at}: {words}", self.script);
        }
        self.mend(world, at);
    }

    fn mend(&mut self, world: &World, at: &str) {
        match mend(world) {
            Ok(()) => {}
            Err(Trouble::Stopped) => panic!("{}, {at}: stopped again", self.script),
            Err(Trouble::Wrong(words)) => panic!("{}, {at}, mending: {words}", self.script),
        }
    }
}

fn disks() -> [SimulatedDisk; 2] {
    [
        SimulatedDisk::partial_writes(),
        SimulatedDisk::atomic_writes(),
    ]
}

/// Tries a script at every point, and prints how many states that were.
pub(crate) fn walk(script: &Script) {
    let mut counts = Counts::new(script.name);
    for disk in disks() {
        let mut world = script.world(&disk);
        (script.run)(&mut world).unwrap();
        let history = world.disk.history();
        counts.visit(&world, "undisturbed");
        // With very many parts every state takes long: its stops are sampled too, except in a soak.
        let stride = match soak_seeds() {
            None if script.name == "many_parts" => 67,
            _ => 1,
        };
        for (operation, at) in history.iter().zip(0..).step_by(stride) {
            stops(script, &disk, at, *operation, &mut counts);
            let is_sampled = at.is_multiple_of(7) && disk.leaves_partial_writes();
            if soak_seeds().is_some() || is_sampled {
                fails(script, &disk, at, *operation, &mut counts);
            }
        }
        for seed in 0..soak_seeds().unwrap_or(2) {
            journey(script, &disk, history.len() as u64, seed, &mut counts);
        }
    }
    // Past the test runner, which keeps what passing tests print to itself.
    let _ = writeln!(
        std::io::stdout(),
        "{} with {} at once: {} states, {} power cuts, {} journeys",
        counts.script,
        script.parallel,
        counts.states,
        counts.power_cuts,
        counts.journeys
    );
}

/// A process that was killed, and the same with a power cut.
fn stops(
    script: &Script,
    disk: &SimulatedDisk,
    at: u64,
    operation: Operation,
    counts: &mut Counts,
) {
    let arrives: &[u64] = match operation {
        _ if at == 0 => &[0],
        Operation::Write if soak_seeds().is_some() => &[1, 60, 400, 1000, 1500, u64::MAX],
        Operation::Write => &[60, u64::MAX],
        _ if operation.changes() => &[u64::MAX],
        _ => &[],
    };
    for arrives in arrives {
        let mut world = script.world(disk);
        world.disk.stop_after(at, *arrives);
        (script.run)(&mut world).unwrap_err();
        let place = format!("stopped in operation {at} ({operation:?}) after {arrives} bytes");
        counts.visit(&world.fork(), &place);
        let sampled = u64::from(at.is_multiple_of(3));
        for seed in 0..soak_seeds().unwrap_or(sampled) {
            let world = world.fork();
            world.cut_power(&mut Dice::new(seed << 32 | at << 8 | (*arrives & 0xff)));
            counts.power_cuts += 1;
            counts.visit(&world, &format!("{place}, power cut {seed}"));
        }
    }
}

/// One operation fails, the process lives on.
fn fails(
    script: &Script,
    disk: &SimulatedDisk,
    at: u64,
    operation: Operation,
    counts: &mut Counts,
) {
    let fault = match operation {
        Operation::Write if at.is_multiple_of(2) => Fault::Fails(StoreError::Full {
            path: "told".into(),
            reason: "told to be full".into(),
        }),
        _ => Fault::Lies,
    };
    let mut world = script.world(disk);
    world.disk.fail(at + 1, fault);
    (script.run)(&mut world).unwrap();
    counts.visit(&world, &format!("operation {at} ({operation:?}) failed"));
}

/// Stops and power cuts one after the other, the later ones in the middle of mending.
fn journey(script: &Script, disk: &SimulatedDisk, operations: u64, seed: u64, counts: &mut Counts) {
    let mut dice = Dice::new(seed);
    let place = format!("journey {seed}");
    let mut world = script.world(disk);
    world
        .disk
        .stop_after(dice.below(operations), dice.below(3000));
    let _ = (script.run)(&mut world);
    for _ in 0..=dice.below(3) {
        if dice.below(3) == 0 {
            world = world.fork();
        } else {
            world.cut_power(&mut dice);
            counts.power_cuts += 1;
        }
        counts.states += 1;
        if let Err(words) = check(&world) {
            panic!("{}, {place}: {words}", script.name);
        }
        world.promised.replace(world.held().coverage());
        world.disk.stop_after(dice.below(60), dice.below(3000));
        let mode = match dice.below(4) {
            0 => Mode::Again,
            1 => Mode::Repair,
            _ => Mode::Normal,
        };
        let (from, to) = WINDOW;
        let _ = world.run(from, to, mode);
        if let Err(Trouble::Wrong(words)) = mend(&world) {
            panic!("{}, {place}, mending: {words}", script.name);
        }
    }
    counts.journeys += 1;
    counts.visit(&world.fork(), &place);
}

/// One power cut, after the operation `at` of which so many bytes had arrived, on either disk.
pub(crate) fn cut(script: &Script, at: u64, arrives: u64, seed: u64) {
    let mut counts = Counts::new(script.name);
    for disk in disks() {
        let mut world = script.world(&disk);
        world.disk.stop_after(at, arrives);
        if (script.run)(&mut world).is_err() {
            world.cut_power(&mut Dice::new(seed << 32 | at << 8 | (arrives & 0xff)));
        }
        counts.visit(
            &world,
            &format!("cut in operation {at} after {arrives} bytes"),
        );
    }
}

/// One journey that once went wrong.
pub(crate) fn travel(script: &Script, seed: u64) {
    let mut counts = Counts::new(script.name);
    for disk in disks() {
        let mut world = script.world(&disk);
        (script.run)(&mut world).unwrap();
        let operations = world.disk.history().len() as u64;
        journey(script, &disk, operations, seed, &mut counts);
    }
}
