//! The fields of one message, as promotion sees them.
//!
//! Takes a message, gives the name and the value of each field: those that a column has or would have, and lists as text.
//! Memory: the keys of a few messages, and the positions of the values of one.

use super::names::{MAX_NODES, Names};
use super::value::{Form, unquoted};
use super::{Found, scan};
use std::ops::Range;
use windrow_model::FieldValue;
use windrow_model::filter::FieldName;
use windrow_model::json::unescape;

/// Reads the fields of messages.
///
/// ```
/// use windrow_columnar::FieldReader;
/// use windrow_model::FieldValue;
/// let mut reader = FieldReader::default();
/// let mut fields = Vec::new();
/// reader.each(r#"{"user":"ann","http":{"status":200},"to":null}"#, &mut |name, value| {
///     fields.push((name.to_owned(), value));
/// });
/// assert_eq!(fields[0], ("user".into(), FieldValue::Text("ann".into())));
/// assert_eq!(fields[1], ("http.status".into(), FieldValue::Number("200")));
/// assert_eq!(fields.len(), 2);
/// ```
pub struct FieldReader {
    names: Names,
    found: Vec<Found>,
}

impl Default for FieldReader {
    fn default() -> Self {
        Self {
            // Every name of a message counts here, however many it has.
            names: Names::new(usize::MAX),
            found: Vec::new(),
        }
    }
}

impl std::fmt::Debug for FieldReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FieldReader").finish_non_exhaustive()
    }
}

/// A value, and where its message has it.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldAt<'m> {
    /// The value.
    pub value: FieldValue<'m>,
    /// The bytes of the message that it is read from; those of a text are without its quotes.
    pub bytes: Range<usize>,
}

impl FieldReader {
    /// Calls `visit` with the name and the value of every field; a name that comes up several times is given as often.
    pub fn each<'m>(&mut self, message: &'m str, visit: &mut dyn FnMut(&str, FieldValue<'m>)) {
        self.each_at(message, |name, at| visit(name, at.value));
    }

    /// The first value of each of `names`, in their order.
    pub fn first<'m>(&mut self, message: &'m str, names: &[FieldName]) -> Vec<Option<FieldAt<'m>>> {
        let mut first = vec![None; names.len()];
        if names.is_empty() {
            return first;
        }
        self.each_at(message, |found, at| {
            for (held, name) in first.iter_mut().zip(names) {
                if held.is_none() && name.matches(found) {
                    *held = Some(at.clone());
                }
            }
        });
        first
    }

    fn each_at<'m>(&mut self, message: &'m str, mut visit: impl FnMut(&str, FieldAt<'m>)) {
        if self.names.len() > MAX_NODES {
            self.names = Names::new(usize::MAX);
        }
        self.names.restart();
        self.found.clear();
        if !scan(message, &mut self.names, &mut self.found) {
            return;
        }
        for value in &self.found {
            let bytes = value.start..value.start + value.len;
            let written = message.get(bytes.clone());
            let named = self.names.name(value.column).zip(written);
            if let Some((name, written)) = named
                && let Some(value) = read(value.form, written)
            {
                visit(name, FieldAt { value, bytes });
            }
        }
    }
}

fn read(form: Form, written: &str) -> Option<FieldValue<'_>> {
    Some(match form {
        Form::Boolean => FieldValue::Boolean(written == "true"),
        Form::Integer | Form::Float => FieldValue::Number(written),
        Form::Text | Form::List => FieldValue::Text(written.into()),
        // Half of a surrogate pair is no text.
        Form::Escaped => FieldValue::Text(unescape(written)?.into()),
        Form::Quoted => FieldValue::Text(unquoted(written).into()),
        Form::Withdrawn => return None,
    })
}
