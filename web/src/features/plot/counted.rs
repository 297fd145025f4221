//! What was counted in each bucket of time, and of which kinds.
//!
//! Takes the numbers of an answer, gives layers that are stacked from the bottom: errors, warnings, the rest;
//! or the values of any field, the most frequent first.
//! Invariant: the layers of a bucket add up to its rows, so that bars add up to what was counted.

use super::levels::{Level, is_level};

/// The values that are told apart.
pub const MOST_VALUES: usize = 8;
/// The spellings of levels that are put into classes.
pub const MOST_LEVELS: u32 = 64;

/// How a layer is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    /// Errors.
    Error,
    /// Warnings.
    Warning,
    /// What is neither.
    Rest,
    /// Further values of a field, and none.
    Other,
    /// The n-th value of a field.
    Value(usize),
}

impl Shade {
    /// For classes, and for the custom property that holds the colour: `--bar-error`.
    pub fn name(self) -> String {
        match self {
            Self::Error => "error".to_owned(),
            Self::Warning => "warning".to_owned(),
            Self::Rest => "info".to_owned(),
            Self::Other => "other".to_owned(),
            Self::Value(at) => format!("value-{}", at % MOST_VALUES + 1),
        }
    }
}

/// Rows of one kind in each bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// What they are: `error`.
    pub name: String,
    /// How they are coloured.
    pub shade: Shade,
    /// Rows in each bucket.
    pub counts: Vec<u64>,
}

impl Layer {
    /// Rows in all buckets.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// What was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Rows in each bucket.
    pub all: Vec<u64>,
    /// The same by kind, from the bottom; nothing where they are of no kind.
    pub layers: Vec<Layer>,
    /// Whether all rows were gone through.
    pub is_final: bool,
}

impl Counted {
    /// Of an answer: rows in each bucket, and those of each value of the field `by`.
    pub fn new(
        all: Vec<u64>,
        by: Option<&str>,
        values: &[(String, Vec<u64>)],
        is_final: bool,
    ) -> Self {
        let layers = match by {
            Some(by) if is_level(by) => by_level(&all, values),
            Some(_) => by_value(&all, values),
            None => Vec::new(),
        };
        Self {
            all,
            layers,
            is_final,
        }
    }

    /// Rows in all buckets.
    pub fn total(&self) -> u64 {
        self.all.iter().sum()
    }

    /// Rows in the fullest.
    pub fn most(&self) -> u64 {
        self.all.iter().copied().max().unwrap_or(0)
    }
}

fn by_level(all: &[u64], values: &[(String, Vec<u64>)]) -> Vec<Layer> {
    let layers = [
        (Level::Error, Shade::Error, "error"),
        (Level::Warning, Shade::Warning, "warning"),
    ];
    let layers = layers.map(|(level, shade, name)| {
        let those = values.iter().filter(|(value, _)| Level::of(value) == level);
        let mut counts = vec![0; all.len()];
        those.for_each(|(_, more)| plus(&mut counts, more));
        let name = name.to_owned();
        Layer {
            name,
            shade,
            counts,
        }
    });
    let rest = values
        .iter()
        .filter(|(value, _)| Level::of(value) == Level::Rest);
    let named: Vec<(&str, u64)> = rest
        .map(|(value, counts)| (value.as_str(), counts.iter().sum()))
        .collect();
    stacked(all, layers.into_iter().collect(), (Shade::Rest, &named))
}

fn by_value(all: &[u64], values: &[(String, Vec<u64>)]) -> Vec<Layer> {
    let layer = |(at, (value, counts)): (usize, &(String, Vec<u64>))| Layer {
        name: value.clone(),
        shade: Shade::Value(at),
        counts: counts.clone(),
    };
    let layers = values.iter().take(MOST_VALUES).enumerate().map(layer);
    stacked(all, layers.collect(), (Shade::Other, &[]))
}

/// Puts what is left above the layers, and cuts what goes beyond all: a row with several values is in several of them.
fn stacked(
    all: &[u64],
    mut layers: Vec<Layer>,
    (shade, rest): (Shade, &[(&str, u64)]),
) -> Vec<Layer> {
    let mut left = all.to_vec();
    for layer in &mut layers {
        layer.counts.resize(all.len(), 0);
        for (count, left) in layer.counts.iter_mut().zip(&mut left) {
            *count = (*count).min(*left);
            *left -= *count;
        }
    }
    // Rows without a value are among what is left, and have no name.
    let total: u64 = left.iter().sum();
    let name = match rest {
        [(only, rows)] if *rows == total => (*only).to_owned(),
        _ => "other".to_owned(),
    };
    layers.push(Layer {
        name,
        shade,
        counts: left,
    });
    layers.retain(|layer| layer.total() > 0);
    layers
}

fn plus(counts: &mut [u64], more: &[u64]) {
    for (count, more) in counts.iter_mut().zip(more) {
        *count += more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counted(by: Option<&str>, all: &[u64], values: &[(&str, &[u64])]) -> Counted {
        let values: Vec<_> = values
            .iter()
            .map(|(value, counts)| ((*value).to_owned(), counts.to_vec()))
            .collect();
        Counted::new(all.to_vec(), by, &values, true)
    }

    fn layers(counted: &Counted) -> Vec<(&str, Shade, &[u64])> {
        let layers = counted.layers.iter();
        layers
            .map(|layer| (layer.name.as_str(), layer.shade, layer.counts.as_slice()))
            .collect()
    }

    #[test]
    fn errors_are_at_the_bottom_and_all_levels_that_are_no_alarm_are_one() {
        let of = counted(
            Some("level"),
            &[9, 4],
            &[
                ("notice", &[5, 3]),
                ("warning", &[2, 0]),
                ("error", &[1, 0]),
                ("critical", &[1, 1]),
            ],
        );
        assert_eq!(
            layers(&of),
            [
                ("error", Shade::Error, &[2, 1][..]),
                ("warning", Shade::Warning, &[2, 0][..]),
                ("notice", Shade::Rest, &[5, 3][..]),
            ]
        );
        assert_eq!((of.total(), of.most()), (13, 9));
    }

    #[test]
    fn rows_without_a_level_are_not_called_by_the_level_of_others() {
        let of = counted(Some("level"), &[9], &[("notice", &[8])]);
        assert_eq!(layers(&of), [("other", Shade::Rest, &[9][..])]);
    }

    #[test]
    fn without_a_field_there_are_no_kinds_and_a_kind_that_does_not_occur_is_not_named() {
        assert!(counted(None, &[3], &[]).layers.is_empty());
        let of = counted(Some("severity"), &[3], &[("info", &[2]), ("debug", &[1])]);
        assert_eq!(layers(&of), [("other", Shade::Rest, &[3][..])]);
    }

    #[test]
    fn values_of_any_field_are_stacked_in_their_order_and_what_is_left_lies_above() {
        let of = counted(Some("action"), &[9], &[("accept", &[5]), ("deny", &[3])]);
        assert_eq!(
            layers(&of),
            [
                ("accept", Shade::Value(0), &[5][..]),
                ("deny", Shade::Value(1), &[3][..]),
                ("other", Shade::Other, &[1][..]),
            ]
        );
    }

    proptest! {
        #[test]
        fn layers_always_add_up_to_the_rows_of_their_bucket(
            all in prop::collection::vec(0_u64..1000, 1..20), values in prop::collection::vec(prop::collection::vec(0_u64..1000, 0..25), 0..12), is_level: bool,
        ) {
            let names = ["error", "warn", "info", "debug", "x"];
            let values: Vec<_> = values.into_iter().zip(names.into_iter().cycle()).map(|(counts, name)| (name.to_owned(), counts)).collect();
            let of = Counted::new(all.clone(), Some(if is_level { "level" } else { "user" }), &values, true);
            for (at, rows) in all.iter().enumerate() {
                let sum: u64 = of.layers.iter().map(|layer| layer.counts[at]).sum();
                prop_assert_eq!(sum, *rows);
            }
        }
    }
}
