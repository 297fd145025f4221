//! A comparison with a number, prepared for each type of column.
//!
//! Integers and numbers as they are written compare exactly.
//! A float stands for the shortest text that reads as it: only where the bound rounds to the same float can that
//! matter.

use std::cmp::Ordering;
use std::ops::Range;
use windrow_model::filter::number::compare;
use windrow_model::filter::{Number, Order};

/// What a number must be, next to a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    On(Order),
}

impl Relation {
    const fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::On(order) => order.holds(ordering),
        }
    }
}

/// A relation to a number.
#[derive(Clone, Debug)]
pub(crate) struct NumberTest {
    relation: Relation,
    bound: Number,
    /// The integers that are so related.
    integers: Range<i128>,
    /// The float nearest to the bound, and how its text compares with the bound.
    float: f64,
    tie: Ordering,
}

impl NumberTest {
    pub(crate) fn new(relation: Relation, bound: Number) -> Self {
        let written = bound.as_str();
        let at_least = first_integer(written, Ordering::is_ge);
        let above = first_integer(written, Ordering::is_gt);
        let (low, high) = (i128::from(i64::MIN), i128::from(i64::MAX) + 1);
        let integers = match relation {
            Relation::Equal => at_least..above,
            Relation::On(Order::Less) => low..at_least,
            Relation::On(Order::AtMost) => low..above,
            Relation::On(Order::Greater) => above..high,
            Relation::On(Order::AtLeast) => at_least..high,
        };
        let float = written.parse().unwrap_or(f64::NAN);
        let tie = compare(&format!("{float:e}"), written).unwrap_or(Ordering::Equal);
        Self {
            relation,
            integers,
            float,
            tie,
            bound,
        }
    }

    pub(crate) fn integers(&self) -> Range<i128> {
        self.integers.clone()
    }

    /// The float nearest to the bound.
    pub(crate) const fn float(&self) -> f64 {
        self.float
    }

    pub(crate) fn is_integer(&self, value: i64) -> bool {
        self.integers.contains(&i128::from(value))
    }

    pub(crate) fn is_float(&self, value: f64) -> bool {
        let ordering = value.partial_cmp(&self.float);
        ordering.is_some_and(|ordering| self.relation.holds(ordering.then(self.tie)))
    }

    /// For a number as it is written. What is no number is not related to any.
    pub(crate) fn is_written(&self, value: &str) -> bool {
        compare(value, self.bound.as_str()).is_some_and(|ordering| self.relation.holds(ordering))
    }
}

/// The first 64-bit integer that compares so with the bound, or the one behind the last.
fn first_integer(bound: &str, holds: impl Fn(Ordering) -> bool) -> i128 {
    let (mut low, mut high) = (i128::from(i64::MIN), i128::from(i64::MAX) + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if compare(&middle.to_string(), bound).is_some_and(&holds) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::{NumberTest, Relation};
    use windrow_model::filter::{Number, Order};

    const RELATIONS: [Relation; 5] = [
        Relation::Equal,
        Relation::On(Order::Less),
        Relation::On(Order::AtMost),
        Relation::On(Order::Greater),
        Relation::On(Order::AtLeast),
    ];

    fn test(relation: Relation, bound: &str) -> NumberTest {
        NumberTest::new(relation, Number::parse(bound).unwrap())
    }

    #[test]
    fn integers_are_related_as_their_texts_are() {
        for bound in [
            "0",
            "-0.0",
            "5",
            "5.5",
            "-5.5",
            "1e30",
            "-1e30",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "9007199254740993",
            "4e-400",
        ] {
            for relation in RELATIONS {
                let test = test(relation, bound);
                for value in [
                    0,
                    1,
                    -1,
                    5,
                    6,
                    -5,
                    -6,
                    i64::MIN,
                    i64::MAX,
                    9_007_199_254_740_992,
                    9_007_199_254_740_993,
                ] {
                    assert_eq!(
                        test.is_integer(value),
                        test.is_written(&value.to_string()),
                        "{value} {relation:?} {bound}"
                    );
                }
            }
        }
    }

    #[test]
    fn floats_are_related_as_their_texts_are() {
        for bound in [
            "0",
            "0.1",
            "0.10000000000000000001",
            "0.3",
            "-2.5",
            "1e400",
            "-1e400",
            "5",
            "1e22",
        ] {
            for relation in RELATIONS {
                let test = test(relation, bound);
                for value in [
                    0.0,
                    -0.0,
                    0.1,
                    0.1 + 0.2,
                    0.3,
                    -2.5,
                    5.0,
                    1e22,
                    f64::MAX,
                    f64::MIN_POSITIVE,
                ] {
                    assert_eq!(
                        test.is_float(value),
                        test.is_written(&format!("{value:e}")),
                        "{value} {relation:?} {bound}"
                    );
                }
            }
        }
    }
}
