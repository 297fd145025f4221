//! Chance that is the same for the same seed (SplitMix64).

use windrow_store::disk::{Fate, Remnant, RemnantState};

pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// What a power cut leaves: little is certain of what was not flushed, and now and then what was flushed suffers too.
    pub(crate) fn fate(&mut self, remnant: &Remnant) -> Fate {
        let size = remnant.size;
        let harm = |dice: &mut Self| {
            let at = dice.below(size.max(1) as u64) as usize;
            match dice.below(4) {
                0 => Fate::Lost,
                1 => Fate::Cut(at),
                2 => Fate::Zeroed(at..at + 1 + dice.below(size.max(1) as u64) as usize),
                _ => Fate::Flipped {
                    at,
                    mask: 1 << dice.below(8),
                },
            }
        };
        match (remnant.state, self.below(12)) {
            (RemnantState::Synced, 0) | (RemnantState::Unsynced, 0..=8) => harm(self),
            (RemnantState::Removed, 0..=5) => Fate::Lost,
            (RemnantState::Removed, 6 | 7) => harm(self),
            _ => Fate::Kept,
        }
    }
}
