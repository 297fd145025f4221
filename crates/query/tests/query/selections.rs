//! Any filter selects of any batch what it selects row by row.

use crate::made::{Json, Row, any_kept, any_rows, any_word, batch};
use crate::naive::is_selected;
use arrow::array::cast::AsArray;
use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{DataType, Int64Type, TimestampMillisecondType};
use proptest::prelude::*;
use std::ops::RangeInclusive;
use windrow_model::filter::{
    Bound, Cidr, FieldName, Filter, Number, Order, Pattern, Regex, Term, Tree, Value,
};
use windrow_query::statistics::ColumnStatistics;
use windrow_query::{Predicate, Rows, Share, Statistics};

fn any_pattern() -> impl Strategy<Value = Pattern> {
    prop_oneof![
        4 => any_word().prop_map(Pattern::literal),
        2 => prop::collection::vec(any_word(), 2..4).prop_filter_map("all", Pattern::wildcard),
    ]
}

fn any_regex() -> impl Strategy<Value = Regex> {
    let patterns = [
        "a",
        "ask",
        "^a",
        "b$",
        "a.b",
        "(a|d)sk",
        "[ad]sk",
        "de?sk",
        "\\bab\\b",
        "a{2}b",
        "as(k)+",
        "x*",
        "^$",
        "10\\.0",
        "[\u{e4}\u{c4}]b",
        "(?:ab|ask) ",
    ];
    (prop::sample::select(patterns.to_vec()), any::<bool>())
        .prop_map(|(pattern, is_any_case)| Regex::new(pattern, is_any_case).unwrap())
}

fn any_name() -> impl Strategy<Value = FieldName> {
    let names = [
        "user",
        "USER",
        "n",
        "N",
        "x",
        "ok",
        "ip.src",
        "labels",
        "message",
        "extra",
        "timestamp",
        "nowhere",
    ];
    prop_oneof![
        4 => prop::sample::select(names.to_vec()).prop_map(FieldName::any_case),
        1 => prop::sample::select(names.to_vec()).prop_map(FieldName::exact),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    let networks = [
        "10.0.0.0/24",
        "10.0.0.128/25",
        "0.0.0.0/0",
        "fe80::/10",
        "::/0",
        "10.0.0.1/32",
    ];
    prop_oneof![
        1 => Just(Value::Any),
        6 => any_pattern().prop_map(Value::Text),
        1 => prop::sample::select(networks.to_vec()).prop_map(|text| Value::Cidr(Cidr::parse(text).unwrap())),
        1 => any_regex().prop_map(Value::Regex),
    ]
}

fn any_tree<T: Clone + std::fmt::Debug + 'static>(
    leaf: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Tree<T>> {
    leaf.prop_map(Tree::Leaf).prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Tree::negated),
            prop::collection::vec(inner.clone(), 1..5).prop_map(Tree::and),
            prop::collection::vec(inner, 1..5).prop_map(Tree::or),
        ]
    })
}

fn any_compare() -> impl Strategy<Value = Term> {
    let orders = vec![Order::Less, Order::AtMost, Order::Greater, Order::AtLeast];
    let numbers = [
        "0",
        "5",
        "-5",
        "5.0",
        "0.25",
        "-1.5",
        "1e1",
        "9223372036854775807",
        "1e400",
    ];
    (
        any_name(),
        prop::sample::select(orders),
        prop::sample::select(numbers.to_vec()),
    )
        .prop_filter_map("times are tried apart", |(name, order, number)| {
            (!name.matches("timestamp")).then(|| Term::Compare {
                name,
                order,
                bound: Bound::Number(Number::parse(number).unwrap()),
            })
        })
}

/// So many texts that they are looked for at once.
fn any_long_list() -> impl Strategy<Value = Term> {
    let texts = prop::collection::vec(any_word(), 6..40);
    (any_name(), texts).prop_map(|(name, texts)| {
        let values = texts.into_iter().map(Pattern::literal).map(Value::Text);
        Term::Field {
            name,
            values: Tree::or(values.map(Tree::Leaf)),
        }
    })
}

/// The same in messages.
fn any_long_or() -> impl Strategy<Value = Filter> {
    let text = any_pattern().prop_filter("empty", |pattern| !pattern.is_empty());
    let texts = prop::collection::vec(text, 6..40);
    texts.prop_map(|texts| Tree::or(texts.into_iter().map(Term::Text).map(Tree::Leaf)))
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let text = any_pattern().prop_filter("empty", |pattern| !pattern.is_empty());
    let tree = any_tree(prop_oneof![
        1 => Just(Term::All),
        3 => text.prop_map(Term::Text),
        2 => any_regex().prop_map(Term::Regex),
        6 => (any_name(), any_tree(any_value())).prop_map(|(name, values)| Term::Field { name, values }),
        1 => any_long_list(),
        2 => any_compare(),
    ])
    .boxed();
    prop_oneof![
        8 => tree.clone(),
        1 => (tree, any_long_or()).prop_map(|(tree, list)| Tree::and([list, tree])),
    ]
}

fn expected(filter: &Filter, rows: &[Row]) -> Vec<usize> {
    let selected = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| is_selected(filter, row));
    selected.map(|(index, _)| index).collect()
}

proptest! {
    #[test]
    fn a_filter_selects_what_it_selects_row_by_row_however_fields_are_kept(
        filter in any_filter(), rows in any_rows(), kept in any_kept(), is_said: bool, skipped in 0_usize..4,
    ) {
        let (batch, left) = batch(&rows, &kept, is_said);
        let predicate = Predicate::new(&filter).unwrap();
        // A slice of a batch begins within its buffers.
        let skipped = skipped.min(rows.len());
        let (batch, rows) = (batch.slice(skipped, rows.len() - skipped), &rows[skipped..]);
        let selected = predicate.select(&Rows { batch: &batch, left: &left }, &mut Json).unwrap();
        let selected: Vec<usize> = selected.set_indices().collect();
        prop_assert_eq!(selected, expected(&filter, rows), "{}", filter);
    }

    #[test]
    fn statistics_never_rule_out_a_row_that_is_selected_nor_promise_one_that_is_not(
        filter in any_filter(), rows in any_rows(), kept in any_kept(), is_said: bool,
    ) {
        let (batch, left) = batch(&rows, &kept, is_said);
        let columns: Vec<ColumnStatistics> = batch
            .schema_ref()
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, column)| ColumnStatistics {
                name: field.name().clone(),
                nulls: column.null_count() as u64,
                bounds: bounds(column),
            })
            .collect();
        let statistics = Statistics { rows: rows.len() as u64, columns: &columns, left: &left };
        let selected = expected(&filter, &rows).len();
        match Predicate::new(&filter).unwrap().share(&statistics) {
            Share::None => prop_assert_eq!(selected, 0, "{}", filter),
            Share::All => prop_assert_eq!(selected, rows.len(), "{}", filter),
            Share::Unknown => {}
        }
    }
}

fn bounds(column: &ArrayRef) -> Option<RangeInclusive<i64>> {
    let values: Vec<i64> = match column.data_type() {
        DataType::Int64 => column
            .as_primitive::<Int64Type>()
            .iter()
            .flatten()
            .collect(),
        DataType::Timestamp(..) => column
            .as_primitive::<TimestampMillisecondType>()
            .iter()
            .flatten()
            .collect(),
        _ => return None,
    };
    Some(*values.iter().min()?..=*values.iter().max()?)
}
