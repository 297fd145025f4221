//! Fields that an expression names and that are not known: a warning, never an error, because parts differ in columns.

use super::Parsed;
use super::field_name::FieldName;
use super::mistake::Place;

/// A field where it is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedField {
    /// Where.
    pub place: Place,
    /// Its name.
    pub name: FieldName,
}

/// A field that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownField {
    /// Where it is named, and how.
    pub field: NamedField,
    /// The known name that is nearest, if one is near enough to be meant.
    pub nearest: Option<String>,
}

impl std::fmt::Display for UnknownField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (column, name) = (self.field.place.column, &self.field.name);
        write!(
            f,
            "column {column}: no field `{}` is known here",
            name.as_str()
        )?;
        match &self.nearest {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => f.write_str("; to search for the text, quote it"),
        }
    }
}

impl Parsed {
    /// What may not mean what was meant, a sentence each. `known` are the fields that are known, and `are_all` says whether
    /// there are no others.
    pub fn hints_among(&self, known: &[&str], are_all: bool) -> Vec<String> {
        let unknown = unknown_fields(&self.fields, known).into_iter();
        let unknown = unknown.filter(|unknown| are_all || unknown.nearest.is_some());
        let hints = self.hints.iter().map(ToString::to_string);
        hints
            .chain(unknown.map(|unknown| unknown.to_string()))
            .collect()
    }
}

/// Those of `fields` that are none of the `known` ones.
pub fn unknown_fields(fields: &[NamedField], known: &[&str]) -> Vec<UnknownField> {
    fields
        .iter()
        .filter(|field| !known.iter().any(|known| field.name.matches(known)))
        .map(|field| UnknownField {
            field: field.clone(),
            nearest: nearest(field.name.as_str(), known).map(str::to_owned),
        })
        .collect()
}

/// The first of the nearest names of which no more than a third is different.
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let near = known.iter().filter_map(|known| {
        let other: Vec<char> = known.to_lowercase().chars().collect();
        // Longer ones differ by more than that anyway.
        let most = name.len().max(other.len()).div_ceil(3);
        (name.len().abs_diff(other.len()) <= most)
            .then(|| (distance(&name, &other), known))
            .filter(|(distance, _)| *distance <= most)
    });
    let (_, known) = near.min_by_key(|(distance, _)| *distance)?;
    Some(*known)
}

/// Characters put in, left out or changed (Levenshtein).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, mine) in a.iter().enumerate() {
        let mut left = index + 1;
        let mut above_left = index;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, theirs) in row.iter_mut().skip(1).zip(b) {
            let changed = above_left + usize::from(mine != theirs);
            above_left = *cell;
            *cell = changed.min(above_left + 1).min(left + 1);
            left = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::parse;

    fn unknown(text: &str) -> Vec<String> {
        let fields = parse(text).unwrap().fields;
        let unknown = unknown_fields(&fields, &["srcip", "dstip", "status", "user.name"]);
        unknown.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_unknown_field_is_named_with_its_place_and_the_nearest_one() {
        assert_eq!(
            unknown("SRCIP:x -srcpi:y (statsu > 5)"),
            [
                "column 10: no field `srcpi` is known here; did you mean `srcip`?",
                "column 19: no field `statsu` is known here; did you mean `status`?",
            ]
        );
        assert_eq!(
            unknown("a1:b2:c3"),
            ["column 1: no field `a1` is known here; to search for the text, quote it"]
        );
        assert_eq!(unknown("\"Status\":5").len(), 1);
        assert_eq!(
            unknown("username:x user_name=y"),
            [
                "column 1: no field `username` is known here; did you mean `user.name`?",
                "column 12: no field `user_name` is known here; did you mean `user.name`?",
            ]
        );
    }

    #[test]
    fn characters_that_differ_are_counted() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "ab", 2),
            ("ab", "ab", 0),
            ("kitten", "sitting", 3),
            ("abc", "b", 2),
        ] {
            let [a, b] = [a, b].map(|text| text.chars().collect::<Vec<_>>());
            assert_eq!(distance(&a, &b), expected);
            assert_eq!(distance(&b, &a), expected);
        }
    }
}
