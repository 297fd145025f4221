//! The values of a field as codes: each text once, and for each row the numbers of its texts.
//!
//! A value is its text, so that one that is a number in one part and text in another is the same.

use crate::column::Column;
use crate::error::QueryError;
use crate::message_fields::MessageFields;
use crate::rows::Rows;
use crate::value::Scalar;
use arrow::buffer::BooleanBuffer;
use hashbrown::{HashMap, HashTable};
use std::borrow::Cow;
use windrow_model::filter::FieldName;

/// The values of some rows.
#[derive(Default)]
pub(super) struct Coded<'a> {
    /// Each once.
    pub(super) texts: Vec<Cow<'a, str>>,
    /// A row and the number of its text, in order of rows. A list has several.
    pub(super) codes: Vec<(usize, u32)>,
    /// The numbers of texts, by their hashes.
    by_text: HashTable<u32>,
    hasher: ahash::RandomState,
    by_integer: HashMap<i64, u32, ahash::RandomState>,
}

impl<'a> Coded<'a> {
    /// The values of a field in the rows `within`, from its columns and from messages.
    pub(super) fn of(
        rows: &Rows<'a>,
        name: &FieldName,
        within: &BooleanBuffer,
        fields: &mut dyn MessageFields,
    ) -> Result<Self, QueryError> {
        let mut coded = Self::default();
        let absent = rows.each_column(name, within, |column, within| {
            coded.add_column(column, within);
        })?;
        rows.each_in_messages(name, &absent, fields, |row, value| {
            let text = owned(canonical(Scalar::of(value)));
            coded.add_text(row, text);
        })?;
        // A row counts once for a value, however often it has it.
        coded.codes.sort_unstable();
        coded.codes.dedup();
        Ok(coded)
    }

    /// The values of a column in the rows `within`, all of which have one.
    pub(super) fn add_column(&mut self, column: &Column<'a>, within: &BooleanBuffer) {
        match column {
            Column::Boolean(array) => {
                self.each(within, |row| Scalar::Boolean(array.value(row)));
            }
            Column::Float(array) => self.each(within, |row| Scalar::Float(array.value(row))),
            Column::Time(array) => self.each(within, |row| Scalar::Time(array.value(row))),
            Column::Text(texts) => self.each(within, |row| Scalar::Text(texts.get(row))),
            Column::Integer(array) => {
                for row in within.set_indices() {
                    let value = array.value(row);
                    let code = match self.by_integer.get(&value) {
                        Some(code) => *code,
                        None => {
                            let code = self.code(value.to_string().into());
                            self.by_integer.insert(value, code);
                            code
                        }
                    };
                    self.codes.push((row, code));
                }
            }
            Column::Dictionary(array, texts) => {
                let mut known: Vec<Option<u32>> = vec![None; texts.len()];
                let keys = array.keys().values();
                for row in within.set_indices() {
                    let key = keys.get(row).and_then(|key| usize::try_from(*key).ok());
                    let Some((key, known)) = key.and_then(|key| Some((key, known.get_mut(key)?)))
                    else {
                        continue;
                    };
                    let code = *known.get_or_insert_with(|| self.code(texts.get(key).into()));
                    self.codes.push((row, code));
                }
            }
            Column::List(list, texts) => {
                let offsets = list.value_offsets();
                for row in within.set_indices() {
                    let span = offsets.get(row).zip(offsets.get(row + 1));
                    let elements = span.map_or(0..0, |(from, to)| *from as usize..*to as usize);
                    for element in elements {
                        self.add_text(row, texts.get(element).into());
                    }
                }
            }
        }
    }

    fn each(&mut self, within: &BooleanBuffer, value: impl Fn(usize) -> Scalar<'a>) {
        for row in within.set_indices() {
            self.add_text(row, canonical(value(row)));
        }
    }

    fn add_text(&mut self, row: usize, text: Cow<'a, str>) {
        let code = self.code(text);
        self.codes.push((row, code));
    }

    fn code(&mut self, text: Cow<'a, str>) -> u32 {
        let (texts, hasher) = (&self.texts, &self.hasher);
        let text_of = |code: &u32| texts.get(*code as usize).map(AsRef::as_ref);
        let hash = hasher.hash_one(text.as_ref());
        let known = self
            .by_text
            .find(hash, |code| text_of(code) == Some(text.as_ref()));
        if let Some(code) = known {
            return *code;
        }
        // A batch has fewer rows.
        let code = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        let hash_of = |code: &u32| text_of(code).map_or(0, |text| hasher.hash_one(text));
        self.by_text.insert_unique(hash, code, hash_of);
        self.texts.push(text);
        code
    }
}

/// A value as a text that is the same for equal values of all types.
pub(super) fn canonical(value: Scalar<'_>) -> Cow<'_, str> {
    /// From here on a float is printed with an exponent.
    const LARGE: f64 = 1e16;
    match value {
        Scalar::Float(value) if value.abs() < LARGE => value.to_string().into(),
        Scalar::Number(written) if written.parse::<i64>().is_err() => {
            match written.parse::<f64>() {
                Ok(value) if value.is_finite() => owned(canonical(Scalar::Float(value))),
                _ => written.into(),
            }
        }
        Scalar::Integer(_) | Scalar::Boolean(_) | Scalar::Float(_) => value.text(),
        Scalar::Number(_) | Scalar::Text(_) | Scalar::Time(_) => value.text(),
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}
