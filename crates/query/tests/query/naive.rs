//! A filter asked of one row after the other, as simply as can be.

use crate::made::{Row, Val};
use regex::Regex;
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;
use windrow_model::filter::{Bound, Cidr, FieldName, Filter, Order, Pattern, Term, Tree, Value};
use windrow_model::instant::format_instant_ms;

pub(crate) fn is_selected(filter: &Filter, row: &Row) -> bool {
    match filter {
        Tree::Leaf(term) => holds(term, row),
        Tree::Not(inner) => !is_selected(inner, row),
        Tree::And(terms) => terms.iter().all(|term| is_selected(term, row)),
        Tree::Or(terms) => terms.iter().any(|term| is_selected(term, row)),
    }
}

fn holds(term: &Term, row: &Row) -> bool {
    match term {
        Term::All => true,
        Term::Text(pattern) => contains(pattern, &row.message),
        Term::Regex(regex) => found(regex, &row.message),
        Term::Field { name, values } => listed(values, name, row),
        Term::Compare { name, order, bound } => values(name, row)
            .iter()
            .any(|value| compared(*order, bound, value, name)),
    }
}

fn listed(tree: &Tree<Value>, name: &FieldName, row: &Row) -> bool {
    match tree {
        Tree::Leaf(value) => values(name, row)
            .iter()
            .any(|of_row| is_value(value, of_row, name)),
        Tree::Not(inner) => !listed(inner, name, row),
        Tree::And(terms) => terms.iter().all(|term| listed(term, name, row)),
        Tree::Or(terms) => terms.iter().any(|term| listed(term, name, row)),
    }
}

fn values(name: &FieldName, row: &Row) -> Vec<Val> {
    let mut values = Vec::new();
    if name.matches("timestamp") {
        values.push(Val::Text(format_instant_ms(row.timestamp)));
    }
    if name.matches("message") {
        values.push(Val::Text(row.message.clone()));
    }
    if name.matches("extra") {
        values.extend(row.extra.clone().map(Val::Text));
    }
    if name.matches("labels") {
        values.extend(row.labels.iter().cloned().map(Val::Text));
    }
    let fields = row.fields.iter().filter(|(field, _)| name.matches(field));
    values.extend(fields.map(|(_, value)| value.clone()));
    values
}

fn text(value: &Val) -> String {
    match value {
        Val::Bool(value) => value.to_string(),
        Val::Int(value) => value.to_string(),
        Val::Float(value) => format!("{value:?}"),
        Val::Text(value) => value.clone(),
    }
}

fn is_value(value: &Value, of_row: &Val, name: &FieldName) -> bool {
    let is_part = name.matches("message") || name.matches("extra");
    match value {
        Value::Any => true,
        Value::Text(pattern) if is_part => contains(pattern, &text(of_row)),
        Value::Text(pattern) => {
            let literal = pattern
                .as_literal()
                .and_then(|text| text.parse::<f64>().ok());
            match (of_row, literal) {
                (Val::Int(value), Some(literal)) => *value as f64 == literal,
                (Val::Float(value), Some(literal)) => *value == literal,
                _ => regex(&format!("^(?:{})$", source(pattern))).is_match(&text(of_row)),
            }
        }
        Value::Cidr(network) if is_part => {
            contains(&Pattern::literal(network.to_string()), &text(of_row))
        }
        Value::Cidr(network) => match of_row {
            Val::Text(text) => text.parse().is_ok_and(|address| is_in(network, address)),
            _ => false,
        },
        Value::Regex(regex) => found(regex, &text(of_row)),
    }
}

fn compared(order: Order, bound: &Bound, value: &Val, name: &FieldName) -> bool {
    let Bound::Number(bound) = bound else {
        panic!("times are tried apart");
    };
    let bound: f64 = bound.as_str().parse().unwrap();
    let value = match value {
        Val::Int(value) => *value as f64,
        Val::Float(value) => *value,
        Val::Text(text) if !name.matches("timestamp") => match text.parse() {
            Ok(value) => value,
            Err(_) => return false,
        },
        _ => return false,
    };
    match order {
        Order::Less => value < bound,
        Order::AtMost => value <= bound,
        Order::Greater => value > bound,
        Order::AtLeast => value >= bound,
    }
}

/// By the bits written out.
fn is_in(network: &Cidr, address: IpAddr) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(address) => address.octets().map(|byte| format!("{byte:08b}")).concat(),
        IpAddr::V6(address) => address.octets().map(|byte| format!("{byte:08b}")).concat(),
    };
    let written = network.to_string();
    let (first, prefix) = written.split_once('/').unwrap();
    let first: IpAddr = first.parse().unwrap();
    let prefix: usize = prefix.parse().unwrap();
    first.is_ipv4() == address.is_ipv4() && bits(first)[..prefix] == bits(address)[..prefix]
}

fn contains(pattern: &Pattern, text: &str) -> bool {
    if pattern.is_empty() {
        text.is_empty()
    } else {
        regex(&source(pattern)).is_match(text)
    }
}

fn source(pattern: &Pattern) -> String {
    let pieces: Vec<_> = pattern
        .pieces()
        .iter()
        .map(|piece| regex::escape(piece))
        .collect();
    pieces.join(".*")
}

fn regex(source: &str) -> Regex {
    compiled(format!("(?is){source}"))
}

fn found(wanted: &windrow_model::filter::Regex, text: &str) -> bool {
    let flags = if wanted.is_any_case() {
        "(?is)"
    } else {
        "(?s)"
    };
    compiled(format!("{flags}{}", wanted.pattern())).is_match(text)
}

/// Compiled once: each is asked of every row.
fn compiled(source: String) -> Regex {
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::default();
    }
    COMPILED.with_borrow_mut(|known| {
        let regex = known.entry(source);
        regex
            .or_insert_with_key(|source| Regex::new(source).unwrap())
            .clone()
    })
}
