//! How many distinct texts there are: exactly while they are few,
//! then an estimate (HyperLogLog) within two per cent or so.
//!
//! The order of texts changes nothing, and neither does in which of several of these they were counted before those
//! were merged.
//! Memory: 4 KiB.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Up to here the count is exact, but for texts of equal hashes.
const FEW: usize = 256;
const BITS: u32 = 12;
const REGISTERS: usize = 1 << BITS;

/// A count of distinct texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distinct(Kept);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Kept {
    Hashes(BTreeSet<u64>),
    /// For each of the hashes' first bits, the longest run of zeros behind them, and one.
    Registers(Vec<u8>),
}

impl Default for Distinct {
    fn default() -> Self {
        Self(Kept::Hashes(BTreeSet::new()))
    }
}

impl Distinct {
    /// Counts a text.
    pub fn add(&mut self, text: &str) {
        self.add_hash(hash(text));
    }

    /// Counts what another one counted.
    pub fn merge(&mut self, other: &Self) {
        match &other.0 {
            Kept::Hashes(hashes) => hashes.iter().for_each(|hash| self.add_hash(*hash)),
            Kept::Registers(theirs) => {
                for (mine, theirs) in self.registers().iter_mut().zip(theirs) {
                    *mine = (*mine).max(*theirs);
                }
            }
        }
    }

    /// How many there are, by estimate where they are many.
    pub fn count(&self) -> u64 {
        let registers = match &self.0 {
            Kept::Hashes(hashes) => return hashes.len() as u64,
            Kept::Registers(registers) => registers,
        };
        let all = REGISTERS as f64;
        let sum: f64 = registers.iter().map(|run| (-f64::from(*run)).exp2()).sum();
        let estimate = 0.7213 / (1.0 + 1.079 / all) * all * all / sum;
        let empty = registers.iter().filter(|run| **run == 0).count();
        if estimate <= 2.5 * all && empty > 0 {
            return (all * (all / empty as f64).ln()).round() as u64;
        }
        estimate.round() as u64
    }

    fn add_hash(&mut self, hash: u64) {
        if let Kept::Hashes(hashes) = &mut self.0 {
            hashes.insert(hash);
            if hashes.len() > FEW {
                self.registers();
            }
        } else {
            put(self.registers(), hash);
        }
    }

    /// From here on an estimate.
    fn registers(&mut self) -> &mut [u8] {
        if let Kept::Hashes(hashes) = &self.0 {
            let mut registers = vec![0; REGISTERS];
            hashes.iter().for_each(|hash| put(&mut registers, *hash));
            self.0 = Kept::Registers(registers);
        }
        match &mut self.0 {
            Kept::Registers(registers) => registers,
            Kept::Hashes(_) => &mut [],
        }
    }
}

fn put(registers: &mut [u8], hash: u64) {
    let index = hash >> (u64::BITS - BITS);
    let run = (hash << BITS | 1 << (BITS - 1)).leading_zeros() + 1;
    let register = usize::try_from(index)
        .ok()
        .and_then(|index| registers.get_mut(index));
    if let Some(register) = register {
        *register = (*register).max(run as u8);
    }
}

/// FNV-1a and the last step of MurmurHash3: the same everywhere, because counts of several workers are merged.
fn hash(text: &str) -> u64 {
    let mut hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    for factor in [0xff51_afd7_ed55_8ccd, 0xc4ce_b9fe_1a85_ec53] {
        hash = (hash ^ hash >> 33).wrapping_mul(factor);
    }
    hash ^ hash >> 33
}

#[cfg(test)]
mod tests {
    use super::Distinct;

    fn of(texts: std::ops::Range<u32>) -> Distinct {
        let mut distinct = Distinct::default();
        texts.for_each(|n| distinct.add(&format!("value-{n}")));
        distinct
    }

    #[test]
    fn few_are_counted_exactly_and_many_within_a_few_per_cent() {
        for many in [0, 1, 5, 256, 257, 1000, 10_000, 100_000] {
            let count = of(0..many).count();
            let tolerance = if many <= 256 { 0 } else { many / 20 };
            assert!(
                count.abs_diff(many.into()) <= tolerance.into(),
                "{count} for {many}"
            );
        }
    }

    #[test]
    fn merged_counts_are_those_of_all_whatever_was_counted_where() {
        for (a, b, all) in [
            (0..10, 5..20, 0..20),
            (0..200, 100..300, 0..300),
            (0..5, 0..3000, 0..3000),
            (0..4000, 3000..9000, 0..9000),
        ] {
            let (a, b) = (of(a), of(b));
            for (first, second) in [(&a, &b), (&b, &a)] {
                let mut merged = first.clone();
                merged.merge(second);
                assert_eq!(merged, of(all.clone()));
            }
        }
    }
}
