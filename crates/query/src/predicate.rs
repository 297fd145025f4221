//! A filter, compiled: which rows of a batch it selects.
//!
//! Takes a `Filter`, then batch after batch; gives a bit a row.
//! Conditions that cost least are asked first, and the others only of the rows that are still in question.

use crate::error::QueryError;
use crate::field::FieldTest;
use crate::message_fields::MessageFields;
use crate::rows::{LeftInMessage, Rows, is_searched_in};
use crate::statistics::{Share, Statistics, share};
use crate::text::{TextColumn, TextTest};
use crate::value::{Extent, ValueTest, compile};
use arrow::buffer::BooleanBuffer;
use windrow_model::filter::{FieldName, Filter, Term, Tree};

/// A filter, compiled.
///
/// ```
/// use arrow::array::{ArrayRef, RecordBatch, StringArray};
/// use std::sync::Arc;
/// use windrow_query::message_fields::NoFields;
/// use windrow_query::{LeftInMessage, Predicate, Rows};
///
/// let message: ArrayRef = Arc::new(StringArray::from(vec!["a timeout", "ok", "TIMEOUT again"]));
/// let user: ArrayRef = Arc::new(StringArray::from(vec![Some("ann"), Some("bob"), None]));
/// let batch = RecordBatch::try_from_iter_with_nullable([("message", message, false), ("user", user, true)])?;
///
/// let filter = windrow_model::filter::parse("timeout -user:ann")?.filter;
/// let rows = Rows { batch: &batch, left: &LeftInMessage::Named(Vec::new()) };
/// let selected = Predicate::new(&filter)?.select(&rows, &mut NoFields)?;
/// assert_eq!(selected.set_indices().collect::<Vec<_>>(), [2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Predicate {
    tree: Tree<Condition>,
}

#[derive(Debug)]
enum Condition {
    All,
    Message(TextTest),
    Field(FieldTest),
}

impl Predicate {
    /// Compiles a filter.
    ///
    /// # Errors
    /// With what is wrong in a regular expression, or when a pattern is too large.
    pub fn new(filter: &Filter) -> Result<Self, QueryError> {
        Ok(Self {
            tree: conditions(filter)?,
        })
    }

    /// The fields that are asked about: the columns that are read, beside that of messages.
    pub fn fields(&self) -> Vec<&FieldName> {
        let mut names = Vec::new();
        self.tree.each(&mut |condition| {
            if let Condition::Field(field) = condition
                && !names.contains(&&field.name)
            {
                names.push(&field.name);
            }
        });
        names
    }

    /// Whether the messages of a part that left these fields in them are read.
    pub fn reads_messages(&self, left: &LeftInMessage) -> bool {
        let mut reads = false;
        self.tree.each(&mut |condition| {
            reads |= match condition {
                Condition::All => false,
                Condition::Message(_) => true,
                Condition::Field(field) => left.may_have(&field.name),
            }
        });
        reads
    }

    /// How many rows the filter selects, as far as statistics tell.
    pub fn share(&self, statistics: &Statistics<'_>) -> Share {
        share(&self.tree, &|condition| match condition {
            Condition::All => Share::All,
            Condition::Message(_) => Share::Unknown,
            Condition::Field(field) => statistics.field(&field.name, &field.values),
        })
    }

    /// The rows of a batch that the filter selects.
    ///
    /// # Errors
    /// When a column that is asked about has a type that no part has, or the messages are needed and were not read.
    pub fn select(
        &self,
        rows: &Rows<'_>,
        fields: &mut dyn MessageFields,
    ) -> Result<BooleanBuffer, QueryError> {
        self.select_within(rows, fields, &BooleanBuffer::new_set(rows.len()))
    }

    /// The same, of the rows `within` alone.
    ///
    /// # Errors
    /// Like [`select`](Self::select).
    pub fn select_within(
        &self,
        rows: &Rows<'_>,
        fields: &mut dyn MessageFields,
        within: &BooleanBuffer,
    ) -> Result<BooleanBuffer, QueryError> {
        select(&self.tree, rows, fields, within)
    }
}

fn conditions(filter: &Filter) -> Result<Tree<Condition>, QueryError> {
    let all =
        |terms: &[Filter]| -> Result<Vec<_>, QueryError> { terms.iter().map(conditions).collect() };
    Ok(match filter {
        Tree::Leaf(term) => Tree::Leaf(Condition::new(term)?),
        Tree::Not(inner) => conditions(inner)?.negated(),
        Tree::And(terms) => Tree::and(all(terms)?),
        Tree::Or(terms) => any_of(terms)?,
    })
}

/// Texts side by side in an `or` are looked for at once.
fn any_of(terms: &[Filter]) -> Result<Tree<Condition>, QueryError> {
    let (mut texts, mut others) = (Vec::new(), Vec::new());
    for term in terms {
        match term {
            Tree::Leaf(Term::Text(pattern)) if !pattern.is_empty() => texts.push(pattern),
            other => others.push(conditions(other)?),
        }
    }
    let tests = TextTest::contains_any(&texts)?.into_iter();
    let messages = tests.map(|test| Tree::Leaf(Condition::Message(test)));
    Ok(Tree::or(messages.chain(others)))
}

impl Condition {
    fn new(term: &Term) -> Result<Self, QueryError> {
        Ok(match term {
            Term::All => Self::All,
            Term::Text(pattern) if pattern.is_empty() => Self::All,
            Term::Text(pattern) => Self::Message(TextTest::contains(pattern)?),
            Term::Regex(regex) => Self::Message(TextTest::regex(regex)?),
            Term::Field { name, values } => {
                let extent = if is_searched_in(name) {
                    Extent::Part
                } else {
                    Extent::Whole
                };
                Self::Field(FieldTest {
                    name: name.clone(),
                    values: compile(values, extent)?,
                })
            }
            Term::Compare { name, order, bound } => Self::Field(FieldTest {
                name: name.clone(),
                values: Tree::Leaf(ValueTest::compare(*order, bound)),
            }),
        })
    }

    /// What it takes to ask it: columns are read at once, texts byte by byte, and fields of messages by parsing them.
    fn cost(&self, rows: &Rows<'_>) -> u8 {
        match self {
            Self::All => 0,
            Self::Field(field) if is_searched_in(&field.name) => 2,
            Self::Field(field) if !field.may_read_messages(rows) => 1,
            Self::Message(_) => 2,
            Self::Field(_) => 3,
        }
    }

    fn select(
        &self,
        rows: &Rows<'_>,
        fields: &mut dyn MessageFields,
        within: &BooleanBuffer,
    ) -> Result<BooleanBuffer, QueryError> {
        match self {
            Self::All => Ok(within.clone()),
            Self::Message(test) => {
                let messages = TextColumn::of(rows.messages()?);
                Ok(within & &test.rows(&messages, within))
            }
            Self::Field(field) => field.rows(rows, fields, within),
        }
    }
}

fn cost(tree: &Tree<Condition>, rows: &Rows<'_>) -> u8 {
    let mut most = 0;
    tree.each(&mut |condition| most = most.max(condition.cost(rows)));
    most
}

/// Of the rows `within`, those that `tree` selects.
fn select(
    tree: &Tree<Condition>,
    rows: &Rows<'_>,
    fields: &mut dyn MessageFields,
    within: &BooleanBuffer,
) -> Result<BooleanBuffer, QueryError> {
    let cheapest_first = |terms| {
        let mut terms: Vec<&Tree<Condition>> = Vec::from_iter(terms);
        terms.sort_by_cached_key(|term| cost(term, rows));
        terms
    };
    let terms: &[Tree<Condition>] = match tree {
        Tree::Leaf(condition) => return condition.select(rows, fields, within),
        Tree::Not(inner) => return Ok(within & &!&select(inner, rows, fields, within)?),
        Tree::And(terms) | Tree::Or(terms) => terms,
    };
    let is_and = matches!(tree, Tree::And(_));
    let mut left = within.clone();
    for term in cheapest_first(terms) {
        if !left.has_true() {
            break;
        }
        let found = select(term, rows, fields, &left)?;
        left = if is_and { found } else { &left & &!&found };
    }
    Ok(if is_and { left } else { within & &!&left })
}
