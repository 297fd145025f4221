//! Repeatable randomness: numbers that follow from a seed and nothing else.

/// A sequence of numbers (splitmix64).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// A sequence for several things that together name it.
    pub(crate) fn of(parts: &[u64]) -> Self {
        Self(parts.iter().fold(0x5eed, |state, part| mixed(state ^ part)))
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number below `sides`, or 0 where there are none.
    pub(crate) const fn roll(&mut self, sides: u64) -> u64 {
        let next = self.next();
        match next.checked_rem(sides) {
            Some(rolled) => rolled,
            None => 0,
        }
    }

    /// Whether an event of that many in a hundred happens.
    pub(crate) const fn percent(&mut self, chance: u64) -> bool {
        self.roll(100) < chance
    }

    /// One of `choices`; empty where there are none.
    pub(crate) fn pick<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        let at = self.roll(choices.len() as u64);
        usize::try_from(at)
            .ok()
            .and_then(|at| choices.get(at))
            .copied()
            .unwrap_or_default()
    }
}

/// The finaliser of splitmix64.
pub(crate) const fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
