//! A long list of values, pasted from elsewhere, selects what it selects row by row.

use crate::made::{Json, Kept, Row, Val, batch};
use crate::naive::is_selected;
use std::collections::BTreeMap;
use windrow_model::filter::parse;
use windrow_query::{Predicate, Rows};

const VALUES: usize = 1_000;
const ROWS: usize = 90;

/// Of these some are in the list and some are not, and some are there in another case.
fn indicator(number: usize) -> String {
    let text = match number % 6 {
        0 | 1 => format!("10.{}.{}.{}", number % 7, number / 250, number % 250),
        2 => format!("{:064x}", number as u128 * 0x9e37_79b9_7f4a_7c15_f39c_c060),
        3 => format!("b\u{f6}se-{number}.example"),
        4 => format!("Host-{number}k"),
        _ => number.to_string(),
    };
    match number % 3 {
        0 => text.to_uppercase(),
        _ => text,
    }
}

fn row(number: usize) -> Row {
    // Every other one is in the list.
    let text = match number % 4 {
        0 => indicator(number * 11),
        1 => indicator(number * 11 + VALUES).to_uppercase(),
        2 => indicator(number * 11).to_uppercase(),
        _ => format!("a{}\u{212a}", indicator(number * 11).to_lowercase()),
    };
    let n = i64::try_from(number * 7).unwrap();
    let fields = BTreeMap::from([
        ("user", Val::Text(text.clone())),
        ("ip.src", Val::Text(indicator(number * 6))),
        ("n", Val::Int(n)),
        ("x", Val::Float(number as f64 / 2.0)),
    ]);
    let json: BTreeMap<_, serde_json::Value> = BTreeMap::from([
        ("user", text.clone().into()),
        ("ip.src", indicator(number * 6).into()),
        ("n", n.into()),
        ("x", (number as f64 / 2.0).into()),
    ]);
    Row {
        timestamp: n,
        message: match number % 5 {
            0 => format!("from {text}, twice: {text}"),
            _ => serde_json::to_string(&json).unwrap(),
        },
        labels: vec![text],
        extra: None,
        fields: match number % 5 {
            0 => BTreeMap::new(),
            _ => fields,
        },
    }
}

#[test]
fn a_list_of_a_thousand_values_selects_what_it_selects_row_by_row() {
    let values: Vec<String> = (0..VALUES)
        .map(|number| format!("\"{}\"", indicator(number)))
        .collect();
    let list = values.join(" or ");
    // Numbers are in nearly every text.
    let long = values.iter().filter(|value| value.len() > 6).cloned();
    let texts = long.collect::<Vec<_>>().join(" or ");
    let networks: Vec<String> = (0..VALUES)
        .map(|number| format!("10.{}.{}.0/24", number % 9, number % 200))
        .collect();
    let networks = networks.join(" or ");
    let rows: Vec<Row> = (0..ROWS).map(row).collect();
    for text in [
        texts.clone(),
        format!("not ({texts}) or host*k"),
        format!("user:({list})"),
        format!("user != ({list})"),
        format!("n:({list}) or x:({list})"),
        format!("labels:({list})"),
        format!("message:({texts})"),
        format!("ip.src:({networks} or 10.1.1.1)"),
    ] {
        let filter = parse(&text).unwrap().filter;
        let predicate = Predicate::new(&filter).unwrap();
        let expected: Vec<usize> = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| is_selected(&filter, row))
            .map(|(number, _)| number)
            .collect();
        let start: String = text.chars().take(40).collect();
        assert!(!expected.is_empty() && expected.len() < ROWS, "{start}");
        for kept in [Kept::Column, Kept::Dictionary, Kept::Partly, Kept::Message] {
            let (batch, left) = batch(&rows, &[kept; 5], true);
            let asked = Rows {
                batch: &batch,
                left: &left,
            };
            let selected = predicate.select(&asked, &mut Json).unwrap();
            let selected: Vec<usize> = selected.set_indices().collect();
            assert_eq!(selected, expected, "{start} in {kept:?}");
        }
    }
}
