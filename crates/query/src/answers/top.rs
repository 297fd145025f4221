//! The most frequent values of a field, or pairs of values of two, with sum, lowest and highest of a third.
//!
//! Exact up to [`Limits`]. Beyond, the rarer half is let go,
//! with the largest count that is lost: the most by which any count can be too low.
//! What may be among the most frequent is then counted again in a second pass, which is exact.
//! Memory: the limits, and the distinct values of one batch.

use super::measure::{Measure, Numeric, numbers};
use super::values::Coded;
use crate::error::QueryError;
use crate::message_fields::MessageFields;
use crate::rows::Rows;
use arrow::buffer::BooleanBuffer;
use hashbrown::{Equivalent, HashMap, HashSet};
use serde::{Deserialize, Serialize};
use windrow_model::filter::FieldName;

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Values, or pairs of them.
    pub values: usize,
    /// Bytes of their texts.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            values: 1_000_000,
            bytes: 32 << 20,
        }
    }
}

/// A value for each field; none where a row lacks one of two.
pub type Key = Vec<Option<Box<str>>>;

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// One field or two.
    pub by: Vec<FieldName>,
    /// The field whose numbers are added up.
    pub of: Option<FieldName>,
}

/// Which values come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The most frequent ones.
    #[default]
    Rows,
    /// Those whose numbers add up to the most; those without numbers last.
    Sum,
}

impl Order {
    fn of(self, one: &Group, other: &Group) -> std::cmp::Ordering {
        let rows = other.rows.cmp(&one.rows);
        let sum = |group: &Group| (group.of.count > 0).then(|| group.of.sum());
        match self {
            Self::Rows => rows,
            Self::Sum => match (sum(one), sum(other)) {
                (Some(one), Some(other)) => other.total_cmp(&one).then(rows),
                (one, other) => other.is_some().cmp(&one.is_some()).then(rows),
            },
        }
    }
}

/// Rows by value.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Top {
    question: Question,
    limits: Limits,
    groups: HashMap<Key, Group, ahash::RandomState>,
    bytes: usize,
    /// The most that the count of any value may lack.
    lost: u64,
    /// What is counted, where it is not everything.
    only: Option<HashSet<Key, ahash::RandomState>>,
    rows: u64,
    absent: u64,
}

/// The rows of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// How many.
    pub rows: u64,
    /// The numbers of the third field in them.
    pub of: Measure,
}

impl Group {
    fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.of.merge(&other.of);
    }
}

/// The most frequent values.
#[derive(Clone, Debug, PartialEq)]
pub struct TopValues {
    /// Most frequent first, or in the order asked for; of equal ones the first by their texts.
    pub values: Vec<(Key, Group)>,
    /// Distinct values that are known.
    pub distinct: usize,
    /// Selected rows: the denominator.
    pub rows: u64,
    /// Those without a value.
    pub absent: u64,
    /// Whether counts are exact, and no other value is more frequent.
    pub is_exact: bool,
}

const NONE: u32 = u32::MAX;

impl Top {
    /// Counts no rows yet.
    pub fn new(question: Question, limits: Limits) -> Self {
        Self {
            question,
            limits,
            groups: HashMap::default(),
            bytes: 0,
            lost: 0,
            only: None,
            rows: 0,
            absent: 0,
        }
    }

    /// For the second pass: counts these values and no others.
    pub fn again(question: Question, candidates: impl IntoIterator<Item = Key>) -> Self {
        Self {
            only: Some(candidates.into_iter().collect()),
            ..Self::new(question, Limits::default())
        }
    }

    /// Counts the rows `selected`.
    ///
    /// # Errors
    /// When the messages are needed and were not read.
    pub fn add(
        &mut self,
        rows: &Rows<'_>,
        selected: &BooleanBuffer,
        fields: &mut dyn MessageFields,
    ) -> Result<(), QueryError> {
        let [mut first, mut second] = [Coded::default(), Coded::default()];
        for (name, coded) in self.question.by.iter().zip([&mut first, &mut second]) {
            *coded = Coded::of(rows, name, selected, fields)?;
        }
        self.rows += selected.count_set_bits() as u64;
        match &self.question.of {
            None if self.question.by.len() == 1 => self.add_values(selected, &first),
            of => {
                let numbers = match of {
                    Some(name) => numbers(rows, name, selected, fields)?,
                    None => Vec::new(),
                };
                self.add_groups(selected, &first, &second, numbers);
            }
        }
        Ok(())
    }

    /// Rows by the values of one field.
    fn add_values(&mut self, selected: &BooleanBuffer, values: &Coded<'_>) {
        let mut counts = vec![0_u64; values.texts.len()];
        let (mut rows, mut last) = (0, None);
        for (row, code) in &values.codes {
            if let Some(count) = counts.get_mut(*code as usize) {
                *count += 1;
            }
            rows += u64::from(last != Some(*row));
            last = Some(*row);
        }
        self.absent += selected.count_set_bits() as u64 - rows;
        for (text, rows) in values.texts.iter().zip(counts) {
            let group = Group {
                rows,
                ..Group::default()
            };
            self.put(&[Some(text)], &group);
        }
    }

    /// Rows by the values of one field or two, with their numbers.
    fn add_groups(
        &mut self,
        selected: &BooleanBuffer,
        first: &Coded<'_>,
        second: &Coded<'_>,
        numbers: Vec<(usize, Numeric)>,
    ) {
        let mut groups: HashMap<(u32, u32), Group, ahash::RandomState> = HashMap::default();
        let mut firsts = first.codes.iter().copied().peekable();
        let mut seconds = second.codes.iter().copied().peekable();
        let mut numbers = numbers.into_iter().peekable();
        let [mut of_first, mut of_second] = [Vec::new(), Vec::new()];
        for row in selected.set_indices() {
            let mut group = Group {
                rows: 1,
                ..Group::default()
            };
            while let Some((_, number)) = numbers.next_if(|(of, _)| *of == row) {
                group.of.add(number);
            }
            take(&mut firsts, row, &mut of_first);
            take(&mut seconds, row, &mut of_second);
            if of_first == [NONE] && of_second == [NONE] {
                self.absent += 1;
                continue;
            }
            for first in &of_first {
                for second in &of_second {
                    groups.entry((*first, *second)).or_default().merge(&group);
                }
            }
        }
        let both = self.question.by.len().min(2);
        for ((one, two), group) in groups {
            let texts = [text(first, one), text(second, two)];
            self.put(texts.get(..both).unwrap_or_default(), &group);
        }
    }

    /// Adds what another one counted for the same question.
    pub fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.absent += other.absent;
        self.lost += other.lost;
        for (key, group) in other.groups {
            let key: Vec<Option<&str>> = key.iter().map(Option::as_deref).collect();
            self.put(&key, &group);
        }
    }

    fn put(&mut self, key: &[Option<&str>], group: &Group) {
        if let Some(known) = self.groups.get_mut(&Probe(key)) {
            known.merge(group);
            return;
        }
        let only = self.only.as_ref();
        if only.is_some_and(|only| !only.contains(&Probe(key))) {
            return;
        }
        let key: Key = key.iter().map(|text| text.map(Box::from)).collect();
        self.bytes += bytes(&key);
        self.groups.insert(key, *group);
        if self.groups.len() > self.limits.values || self.bytes > self.limits.bytes {
            self.prune();
        }
    }

    /// Lets the rarer half go.
    fn prune(&mut self) {
        let mut counts: Vec<u64> = self.groups.values().map(|group| group.rows).collect();
        let middle = counts.len() / 2;
        let (_, median, _) = counts.select_nth_unstable(middle);
        let median = *median;
        let mut spare = self
            .groups
            .values()
            .filter(|group| group.rows > median)
            .count();
        // Of equally frequent ones some stay, so that no more than half goes.
        let mut equal = middle.saturating_sub(spare);
        spare += equal;
        let mut lost = 0;
        let mut left = 0;
        self.groups.retain(|key, group| {
            let stays = group.rows > median || group.rows == median && equal > 0;
            if group.rows == median && equal > 0 {
                equal -= 1;
            }
            if stays {
                left += bytes(key);
            } else {
                lost = lost.max(group.rows);
            }
            stays
        });
        debug_assert!(self.groups.len() <= spare, "no more stay than are meant to");
        self.bytes = left;
        self.lost += lost;
    }

    /// Whether any row has a value of the field with this number among those that are asked by.
    pub fn has_value(&self, field: usize) -> bool {
        let mut keys = self.groups.keys();
        keys.any(|key| key.get(field).is_some_and(Option::is_some))
    }

    /// Whether any row has a number to be added up.
    pub fn has_number(&self) -> bool {
        self.groups.values().any(|group| group.of.count > 0)
    }

    /// The `most` most frequent values.
    pub fn values(&self, most: usize) -> TopValues {
        self.ranked(most, Order::Rows)
    }

    /// The `most` first values in an order.
    pub fn ranked(&self, most: usize, order: Order) -> TopValues {
        let mut ranked: Vec<(&Key, &Group)> = self.groups.iter().collect();
        let order = |one: &(&Key, &Group), other: &(&Key, &Group)| {
            order.of(one.1, other.1).then(one.0.cmp(other.0))
        };
        // Of a million only a few are wanted.
        if most < ranked.len() {
            ranked.select_nth_unstable_by(most, order);
            ranked.truncate(most);
        }
        ranked.sort_unstable_by(order);
        TopValues {
            values: ranked
                .iter()
                .map(|(key, group)| ((*key).clone(), **group))
                .collect(),
            distinct: self.groups.len(),
            rows: self.rows,
            absent: self.absent,
            is_exact: self.lost == 0,
        }
    }

    /// The values that may be among the `most` most frequent, for a second pass.
    /// None where values that were let go may be, too.
    pub fn candidates(&self, most: usize) -> Option<Vec<Key>> {
        let mut counts: Vec<u64> = self.groups.values().map(|group| group.rows).collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let least = match counts.get(most.saturating_sub(1)) {
            Some(least) => *least,
            None if self.lost == 0 => 0,
            None => return None,
        };
        let is_candidate = |group: &Group| group.rows + self.lost >= least;
        (self.lost <= least).then(|| {
            let candidates = self.groups.iter().filter(|(_, group)| is_candidate(group));
            candidates.map(|(key, _)| key.clone()).collect()
        })
    }
}

/// A key that is looked up: equal to one of the same texts, and with its hash.
#[derive(Hash)]
struct Probe<'a>(&'a [Option<&'a str>]);

impl Equivalent<Key> for Probe<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.0.iter().copied().eq(key.iter().map(Option::as_deref))
    }
}

fn text<'a>(coded: &'a Coded<'_>, code: u32) -> Option<&'a str> {
    coded.texts.get(code as usize).map(AsRef::as_ref)
}

/// The codes of a row, or that it has none.
fn take(
    codes: &mut std::iter::Peekable<impl Iterator<Item = (usize, u32)>>,
    row: usize,
    of_row: &mut Vec<u32>,
) {
    of_row.clear();
    while let Some((_, code)) = codes.next_if(|(of, _)| *of == row) {
        of_row.push(code);
    }
    if of_row.is_empty() {
        of_row.push(NONE);
    }
}

fn bytes(key: &Key) -> usize {
    key.iter().flatten().map(|text| text.len()).sum()
}
