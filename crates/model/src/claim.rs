//! What a part proves to hold, and which part owns a millisecond.
//!
//! Takes the claims of a dataset's parts, gives disjoint [`Owned`] ranges: a row is returned only through the part that owns its millisecond,
//! so nothing is doubled whatever a crash left behind.
//! Where claims overlap the higher generation owns; equal generations are an [`Overlap`], which is never resolved by guessing.

use crate::range::TimeRange;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The range that one part proves to hold completely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Every event of the dataset in this range is in the part, and no other.
    pub range: TimeRange,
    /// 0 for a first fetch; a repair writes one more than what it replaces.
    pub generation: u32,
}

/// A range and the part, as an index into the claims given, through which its rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owned {
    /// The milliseconds owned.
    pub range: TimeRange,
    /// The owner's index in the claims given to [`ownership`].
    pub owner: usize,
}

/// Two claims of equal generation on the same milliseconds: treated as corruption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The milliseconds claimed twice.
    pub range: TimeRange,
    /// The indices of both in the claims given to [`ownership`], in order.
    pub claims: (usize, usize),
}

/// Who owns what: `owned` is sorted and disjoint; `overlaps` is empty in a sound dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ownership {
    /// Disjoint ranges in order. An overlapped range is owned by the earlier of the two claims here.
    pub owned: Vec<Owned>,
    /// Every stretch where the two highest claims have the same generation.
    pub overlaps: Vec<Overlap>,
}

/// Decides who owns what, in `O(n log n)`, by a sweep over the bounds of the claims.
pub fn ownership(claims: &[Claim]) -> Ownership {
    let mut bounds: Vec<(i64, bool, usize)> = Vec::with_capacity(claims.len() * 2);
    for (index, claim) in claims.iter().enumerate() {
        bounds.push((claim.range.start_ms(), true, index));
        bounds.push((claim.range.end_ms(), false, index));
    }
    bounds.sort_unstable();

    let mut result = Ownership::default();
    // Ordered so that the last entry owns: by generation, then the earlier claim.
    let mut open: BTreeSet<(u32, std::cmp::Reverse<usize>)> = BTreeSet::new();
    let mut from_ms = i64::MIN;
    for (at_ms, opens, index) in bounds {
        if let Ok(range) = TimeRange::new(from_ms, at_ms) {
            result.stretch(range, &open);
        }
        from_ms = at_ms;
        let generation = claims.get(index).map_or(0, |claim| claim.generation);
        let entry = (generation, std::cmp::Reverse(index));
        if opens {
            open.insert(entry);
        } else {
            open.remove(&entry);
        }
    }
    result
}

impl Ownership {
    fn stretch(&mut self, range: TimeRange, open: &BTreeSet<(u32, std::cmp::Reverse<usize>)>) {
        let mut highest = open.iter().rev();
        let Some(&(generation, std::cmp::Reverse(owner))) = highest.next() else {
            return;
        };
        match self.owned.last_mut() {
            Some(last) if last.owner == owner && last.range.end_ms() == range.start_ms() => {
                last.range = last.range.hull(range);
            }
            _ => self.owned.push(Owned { range, owner }),
        }
        if let Some(&(second, std::cmp::Reverse(other))) = highest.next()
            && second == generation
        {
            let claims = (owner.min(other), owner.max(other));
            match self.overlaps.last_mut() {
                Some(last) if last.claims == claims && last.range.end_ms() == range.start_ms() => {
                    last.range = last.range.hull(range);
                }
                _ => self.overlaps.push(Overlap { range, claims }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn claim(start_ms: i64, end_ms: i64, generation: u32) -> Claim {
        Claim {
            range: TimeRange::new(start_ms, end_ms).unwrap(),
            generation,
        }
    }

    #[test]
    fn a_repair_owns_what_it_replaces_and_only_that() {
        let owned = ownership(&[claim(0, 30, 0), claim(10, 20, 1)]);
        assert!(owned.overlaps.is_empty());
        let spans: Vec<_> = owned
            .owned
            .iter()
            .map(|o| ((o.range.start_ms(), o.range.end_ms()), o.owner))
            .collect();
        assert_eq!(spans, [((0, 10), 0), ((10, 20), 1), ((20, 30), 0)]);
    }

    #[test]
    fn equal_generations_on_one_millisecond_are_named() {
        let owned = ownership(&[claim(0, 11, 0), claim(10, 20, 0)]);
        assert_eq!(
            owned.overlaps,
            [Overlap {
                range: TimeRange::new(10, 11).unwrap(),
                claims: (0, 1)
            }]
        );
    }

    #[test]
    fn touching_claims_do_not_overlap() {
        assert!(
            ownership(&[claim(0, 10, 0), claim(10, 20, 0)])
                .overlaps
                .is_empty()
        );
    }

    proptest! {
        #[test]
        fn every_millisecond_has_the_owner_that_brute_force_finds(
            raw in prop::collection::vec((0i64..40, 1i64..12, 0u32..3), 0..8)
        ) {
            let claims: Vec<Claim> = raw.iter().map(|(s, l, g)| claim(*s, s + l, *g)).collect();
            let found = ownership(&claims);
            for ms in -1..60 {
                let best = claims.iter().enumerate()
                    .filter(|(_, c)| c.range.contains_ms(ms))
                    .max_by_key(|(i, c)| (c.generation, std::cmp::Reverse(*i)));
                let mut owners = found.owned.iter().filter(|o| o.range.contains_ms(ms));
                prop_assert_eq!(owners.next().map(|o| o.owner), best.map(|(i, _)| i));
                prop_assert!(owners.next().is_none());
                let rivals = best.map_or(0, |(_, b)| claims.iter()
                    .filter(|c| c.range.contains_ms(ms) && c.generation == b.generation).count());
                prop_assert_eq!(found.overlaps.iter().any(|o| o.range.contains_ms(ms)), rivals > 1);
            }
        }
    }
}
