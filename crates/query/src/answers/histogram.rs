//! Selected rows in each bucket of time, split by the values of a field or not.
//!
//! Memory: a number for each bucket and value, of at most `MAX_VALUES` values;
//! rows of further values are counted together.

use super::values::Coded;
use crate::error::QueryError;
use crate::message_fields::MessageFields;
use crate::rows::Rows;
use arrow::buffer::BooleanBuffer;
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};
use windrow_model::Buckets;
use windrow_model::filter::FieldName;

/// The most values that are counted apart before the most frequent are chosen.
const MAX_VALUES: usize = 1024;

/// Rows by bucket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Histogram {
    buckets: Buckets,
    by: Option<FieldName>,
    all: Vec<u64>,
    values: HashMap<Box<str>, Vec<u64>, ahash::RandomState>,
    further: Vec<u64>,
    absent: Vec<u64>,
}

/// The bars of a histogram, each with a number for each bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bars {
    /// All rows.
    pub all: Vec<u64>,
    /// Rows of the most frequent values, most frequent first.
    pub values: Vec<(String, Vec<u64>)>,
    /// Rows of all other values. A row with several values is in several of these.
    pub others: Vec<u64>,
    /// Rows without a value.
    pub absent: Vec<u64>,
    /// Whether the most frequent values are known to be these. If not, there were too many.
    pub is_exact: bool,
}

impl Histogram {
    /// Counts no rows yet.
    pub fn new(buckets: Buckets, by: Option<FieldName>) -> Self {
        let none = vec![0; buckets.len()];
        Self {
            buckets,
            by,
            all: none.clone(),
            values: HashMap::default(),
            further: none.clone(),
            absent: none,
        }
    }

    /// The field by which it is split.
    pub const fn by(&self) -> Option<&FieldName> {
        self.by.as_ref()
    }

    /// Its buckets.
    pub const fn buckets(&self) -> &Buckets {
        &self.buckets
    }

    /// Counts the rows `selected`. Rows outside of all buckets are not counted.
    ///
    /// # Errors
    /// When the times, or the messages where they are needed, were not read.
    pub fn add(
        &mut self,
        rows: &Rows<'_>,
        selected: &BooleanBuffer,
        fields: &mut dyn MessageFields,
    ) -> Result<(), QueryError> {
        let times = rows.times()?;
        let coded = match &self.by {
            Some(by) => Some(Coded::of(rows, by, selected, fields)?),
            None => None,
        };
        let texts = coded.as_ref().map_or(&[][..], |coded| &coded.texts);
        let mut counts = vec![vec![0_u64; self.buckets.len()]; texts.len()];
        let codes = coded.as_ref().map_or(&[][..], |coded| &coded.codes);
        let mut codes = codes.iter().peekable();
        let mut bucket = 0;
        for row in selected.set_indices() {
            let Some(found) = times.get(row).and_then(|ms| self.buckets.find(*ms, bucket)) else {
                while codes.next_if(|(of, _)| *of == row).is_some() {}
                continue;
            };
            bucket = found;
            increment(&mut self.all, bucket);
            let mut is_absent = true;
            while let Some((_, code)) = codes.next_if(|(of, _)| *of == row) {
                is_absent = false;
                if let Some(counts) = counts.get_mut(*code as usize) {
                    increment(counts, bucket);
                }
            }
            if is_absent && self.by.is_some() {
                increment(&mut self.absent, bucket);
            }
        }
        for (text, counts) in texts.iter().zip(counts) {
            self.add_value(text, &counts);
        }
        Ok(())
    }

    /// Adds what another one counted in the same buckets by the same field.
    pub fn merge(&mut self, other: &Self) {
        plus(&mut self.all, &other.all);
        plus(&mut self.absent, &other.absent);
        plus(&mut self.further, &other.further);
        for (text, counts) in &other.values {
            self.add_value(text, counts);
        }
    }

    fn add_value(&mut self, text: &str, counts: &[u64]) {
        if let Some(known) = self.values.get_mut(text) {
            plus(known, counts);
        } else if self.values.len() < MAX_VALUES {
            self.values.insert(text.into(), counts.to_vec());
        } else {
            plus(&mut self.further, counts);
        }
    }

    /// The bars, with those of at most `most` values.
    pub fn bars(&self, most: usize) -> Bars {
        let total = |counts: &[u64]| counts.iter().sum::<u64>();
        let mut ranked: Vec<_> = self
            .values
            .iter()
            .map(|(text, counts)| (total(counts), text, counts))
            .filter(|(total, _, _)| *total > 0)
            .collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let mut others = self.further.clone();
        for (_, _, counts) in ranked.iter().skip(most) {
            plus(&mut others, counts);
        }
        Bars {
            all: self.all.clone(),
            values: ranked
                .iter()
                .take(most)
                .map(|(_, text, counts)| (text.to_string(), (*counts).clone()))
                .collect(),
            others,
            absent: self.absent.clone(),
            is_exact: total(&self.further) == 0,
        }
    }
}

fn increment(counts: &mut [u64], bucket: usize) {
    if let Some(count) = counts.get_mut(bucket) {
        *count += 1;
    }
}

fn plus(counts: &mut [u64], more: &[u64]) {
    for (count, more) in counts.iter_mut().zip(more) {
        *count += more;
    }
}
