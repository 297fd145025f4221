//! Answers about any rows, in batches of different parts and merged in any order, are what counting row by row gives.

use crate::made::{FIELDS, Json, Kept, Row, Val, any_kept, any_rows, batch};
use arrow::buffer::BooleanBuffer;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use windrow_model::TimeRange;
use windrow_model::filter::FieldName;
use windrow_query::answers::field_list::FieldType;
use windrow_query::answers::top::{Key, Limits, Order, Question};
use windrow_query::answers::{Buckets, FieldList, Histogram, Top};
use windrow_query::{LeftInMessage, Rows};

/// Rows of a part and which of them are selected.
#[derive(Clone, Debug)]
struct Part {
    rows: Vec<(Row, bool)>,
    kept: Vec<Kept>,
    is_said: bool,
}

impl Part {
    fn made(&self) -> (arrow::array::RecordBatch, LeftInMessage, BooleanBuffer) {
        let rows: Vec<Row> = self.rows.iter().map(|(row, _)| row.clone()).collect();
        let (batch, left) = batch(&rows, &self.kept, self.is_said);
        let selected = self
            .rows
            .iter()
            .map(|(_, is_selected)| *is_selected)
            .collect();
        (batch, left, selected)
    }
}

fn any_part() -> impl Strategy<Value = Part> {
    let rows = any_rows().prop_flat_map(|rows| {
        let selected = prop::collection::vec(prop::bool::weighted(0.7), rows.len());
        (Just(rows), selected)
    });
    (rows, any_kept(), any::<bool>()).prop_map(|((rows, selected), kept, is_said)| Part {
        rows: rows.into_iter().zip(selected).collect(),
        kept,
        is_said,
    })
}

fn any_parts() -> impl Strategy<Value = Vec<Part>> {
    prop::collection::vec(any_part(), 0..4)
}

fn selected(parts: &[Part]) -> Vec<&Row> {
    let rows = parts.iter().flat_map(|part| &part.rows);
    rows.filter(|(_, is_selected)| *is_selected)
        .map(|(row, _)| row)
        .collect()
}

/// One answer for each part, merged from the last one to the first.
fn merged<A>(
    parts: &[Part],
    new: impl Fn() -> A,
    add: impl Fn(&mut A, &Rows<'_>, &BooleanBuffer),
    merge: impl Fn(&mut A, A),
) -> A {
    let mut all = new();
    for part in parts.iter().rev() {
        let (batch, left, selected) = part.made();
        let mut one = new();
        add(
            &mut one,
            &Rows {
                batch: &batch,
                left: &left,
            },
            &selected,
        );
        merge(&mut all, one);
    }
    all
}

fn text(value: &Val) -> String {
    match value {
        Val::Bool(value) => value.to_string(),
        Val::Int(value) => value.to_string(),
        Val::Float(value) => value.to_string(),
        Val::Text(value) => value.clone(),
    }
}

/// The texts of a field of a row, each once; labels are several.
fn texts(row: &Row, name: &str) -> Vec<String> {
    if name == "labels" {
        BTreeSet::from_iter(row.labels.clone())
            .into_iter()
            .collect()
    } else {
        row.fields.get(name).map(text).into_iter().collect()
    }
}

fn any_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select([&FIELDS[..], &["labels", "nowhere"]].concat())
}

fn question(by: &[&str], of: Option<&str>) -> Question {
    Question {
        by: by.iter().map(|name| FieldName::exact(*name)).collect(),
        of: of.map(FieldName::exact),
    }
}

fn top(parts: &[Part], new: impl Fn() -> Top) -> Top {
    merged(
        parts,
        new,
        |top, rows, selected| top.add(rows, selected, &mut Json).unwrap(),
        Top::merge,
    )
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Counted {
    rows: u64,
    numbers: Vec<f64>,
}

/// Rows by value or pair of values, and those without any.
fn counted(rows: &[&Row], by: &[&str], of: Option<&str>) -> (BTreeMap<Key, Counted>, u64) {
    let mut groups: BTreeMap<Key, Counted> = BTreeMap::new();
    let mut absent = 0;
    for row in rows {
        let number = of.and_then(|of| match row.fields.get(of) {
            Some(Val::Int(value)) => Some(*value as f64),
            Some(Val::Float(value)) => Some(*value),
            Some(Val::Text(text)) => text.parse().ok(),
            _ => None,
        });
        let mut keys: Vec<Key> = vec![Vec::new()];
        for name in by {
            let mut texts: Vec<Option<Box<str>>> = texts(row, name)
                .into_iter()
                .map(|text| Some(text.into()))
                .collect();
            if texts.is_empty() {
                texts.push(None);
            }
            keys = keys
                .iter()
                .flat_map(|key| {
                    texts
                        .iter()
                        .map(move |text| [key.clone(), vec![text.clone()]].concat())
                })
                .collect();
        }
        if keys.iter().flatten().all(Option::is_none) {
            absent += 1;
            continue;
        }
        for key in keys {
            let group = groups.entry(key).or_default();
            group.rows += 1;
            group.numbers.extend(number);
        }
    }
    (groups, absent)
}

fn ranked(groups: &BTreeMap<Key, Counted>) -> Vec<(Key, u64)> {
    let mut ranked: Vec<_> = groups
        .iter()
        .map(|(key, group)| (key.clone(), group.rows))
        .collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked
}

proptest! {
    #[test]
    fn top_values_are_those_counted_row_by_row(
        parts in any_parts(), first in any_name(), second in prop::option::of(any_name()),
        of in prop::option::of(prop::sample::select(vec!["n", "x", "user"])), most in 0_usize..8,
    ) {
        let by: Vec<&str> = std::iter::once(first).chain(second).collect();
        let top = top(&parts, || Top::new(question(&by, of), Limits::default())).values(most);
        let rows = selected(&parts);
        let (groups, absent) = counted(&rows, &by, of);
        prop_assert_eq!(top.rows, rows.len() as u64);
        prop_assert_eq!(top.absent, absent);
        prop_assert_eq!(top.distinct, groups.len());
        prop_assert!(top.is_exact);
        let found: Vec<_> = top.values.iter().map(|(key, group)| (key.clone(), group.rows)).collect();
        let expected: Vec<_> = ranked(&groups).into_iter().take(most).collect();
        prop_assert_eq!(found, expected);
        for (key, group) in &top.values {
            let numbers = &groups[key].numbers;
            prop_assert_eq!(group.of.count, numbers.len() as u64);
            prop_assert!((group.of.sum() - numbers.iter().sum::<f64>()).abs() <= 1e-13 * numbers.iter().map(|n| n.abs()).sum::<f64>());
            prop_assert_eq!(group.of.low, numbers.iter().copied().reduce(f64::min));
            prop_assert_eq!(group.of.high, numbers.iter().copied().reduce(f64::max));
        }
    }

    #[test]
    fn beyond_the_limits_a_second_pass_counts_exactly_or_it_is_known_that_it_cannot(
        parts in any_parts(), name in any_name(), values in 1_usize..8, bytes in 4_usize..40, most in 1_usize..4,
    ) {
        let limits = Limits { values, bytes };
        let first = top(&parts, || Top::new(question(&[name], None), limits));
        let (groups, _) = counted(&selected(&parts), &[name], None);
        for (key, group) in &first.values(usize::MAX).values {
            prop_assert!(group.rows <= groups[key].rows);
        }
        if first.values(1).is_exact {
            prop_assert_eq!(first.values(1).distinct, groups.len());
        }
        if let Some(candidates) = first.candidates(most) {
            let again = top(&parts, || Top::again(question(&[name], None), candidates.clone()));
            let found: Vec<u64> = again.values(most).values.iter().map(|(_, group)| group.rows).collect();
            let expected: Vec<u64> = ranked(&groups).iter().map(|(_, rows)| *rows).take(most).collect();
            // Of equally frequent values any may be kept.
            prop_assert_eq!(found, expected);
            for (key, group) in again.values(most).values {
                prop_assert_eq!(group.rows, groups[&key].rows);
            }
        }
    }

    #[test]
    fn bars_are_what_is_counted_row_by_row(
        parts in any_parts(), by in prop::option::of(any_name()), start in 0_i64..2_000, len in 1_i64..6_000, most in 0_usize..4,
    ) {
        let buckets = Buckets::round(TimeRange::new(start, start + len).unwrap(), |_| 0);
        let histogram = merged(
            &parts,
            || Histogram::new(buckets.clone(), by.map(FieldName::exact)),
            |histogram, rows, selected| histogram.add(rows, selected, &mut Json).unwrap(),
            |all, one| all.merge(&one),
        );
        let bars = histogram.bars(most);
        prop_assert!(bars.is_exact);
        let bounds = buckets.bounds();
        let within: Vec<&Row> = selected(&parts)
            .into_iter()
            .filter(|row| (bounds[0]..bounds[buckets.len()]).contains(&row.timestamp))
            .collect();
        let (groups, absent) = match by {
            Some(by) => counted(&within, &[by], None),
            None => (BTreeMap::new(), 0),
        };
        let of_value = |row: &Row, value: &str| by.map_or(0, |by| texts(row, by).iter().filter(|text| *text == value).count() as u64);
        let in_bucket = |bucket: usize| {
            let range = bounds[bucket]..bounds[bucket + 1];
            within.iter().filter(move |row| range.contains(&row.timestamp))
        };
        let ranked: Vec<String> = ranked(&groups)
            .into_iter()
            .map(|(key, _)| key[0].clone().unwrap().into())
            .collect();
        let (shown, others) = ranked.split_at(most.min(ranked.len()));
        prop_assert_eq!(bars.values.iter().map(|(value, _)| value.as_str()).collect::<Vec<_>>(), shown);
        prop_assert_eq!(bars.absent.iter().sum::<u64>(), absent);
        for bucket in 0..buckets.len() {
            prop_assert_eq!(bars.all[bucket], in_bucket(bucket).count() as u64);
            for (value, counts) in &bars.values {
                prop_assert_eq!(counts[bucket], in_bucket(bucket).map(|row| of_value(row, value)).sum::<u64>());
            }
            let rest: u64 = others.iter().map(|value| in_bucket(bucket).map(|row| of_value(row, value)).sum::<u64>()).sum();
            prop_assert_eq!(bars.others[bucket], rest);
        }
    }

    #[test]
    fn fields_are_listed_with_the_rows_that_have_them(parts in any_parts()) {
        let list = merged(
            &parts,
            FieldList::default,
            |list, rows, selected| list.add(rows, selected, &mut Json).unwrap(),
            |all, one| all.merge(&one),
        );
        let rows = selected(&parts);
        prop_assert_eq!(list.rows(), rows.len() as u64);
        prop_assert_eq!(list.unlisted(), 0);
        let names: BTreeSet<&str> = rows.iter().flat_map(|row| row.fields.keys().copied()).collect();
        let found: BTreeSet<&str> = list.fields().keys().map(String::as_str).filter(|name| *name != "zz").collect();
        prop_assert_eq!(found, names.clone());
        for name in names {
            let of_rows: Vec<&Val> = rows.iter().filter_map(|row| row.fields.get(name)).collect();
            let summary = &list.fields()[name];
            prop_assert_eq!(summary.rows, of_rows.len() as u64);
            let distinct: BTreeSet<String> = of_rows.iter().map(|value| text(value)).collect();
            prop_assert_eq!(summary.distinct.count(), distinct.len() as u64);
            let types = match name {
                "n" => FieldType::Integer,
                "x" => FieldType::Float,
                "ok" => FieldType::Boolean,
                _ => FieldType::Text,
            };
            prop_assert_eq!(&summary.types, &BTreeSet::from([types]));
        }
    }
}

#[test]
fn groups_are_ranked_by_their_sums() {
    let row = |user: &str, n: Option<i64>| {
        let mut fields = BTreeMap::from([("user", Val::Text(user.to_owned()))]);
        fields.extend(n.map(|n| ("n", Val::Int(n))));
        Row {
            timestamp: 0,
            message: String::new(),
            labels: Vec::new(),
            extra: None,
            fields,
        }
    };
    let rows = [
        row("many", Some(1)),
        row("many", Some(1)),
        row("many", Some(-1)),
        row("large", Some(i64::MAX)),
        row("none", None),
        row("none", None),
        row("below", Some(-5)),
    ];
    let (batch, left) = batch(&rows, &[Kept::Column; FIELDS.len()], true);
    let question = Question {
        by: vec![FieldName::exact("user")],
        of: Some(FieldName::exact("n")),
    };
    let mut top = Top::new(question, Limits::default());
    let asked = Rows {
        batch: &batch,
        left: &left,
    };
    top.add(&asked, &BooleanBuffer::new_set(rows.len()), &mut Json)
        .unwrap();
    let ranked = |order| {
        let values = top.ranked(3, order).values.into_iter();
        let names = values.map(|(key, group)| (key[0].clone().unwrap().into_string(), group.rows));
        names.collect::<Vec<_>>()
    };
    let of = |name: &str, rows| (name.to_owned(), rows);
    assert_eq!(
        ranked(Order::Rows),
        [of("many", 3), of("none", 2), of("below", 1)]
    );
    assert_eq!(
        ranked(Order::Sum),
        [of("large", 1), of("many", 3), of("below", 1)]
    );
}
