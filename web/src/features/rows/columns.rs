//! The columns of the table: which there are, how wide each is, and which have room.
//!
//! Takes the fields that a person has chosen and the rows that come, gives the cells of a row in order.
//! A column is as wide as a person has made it, else as the values of the first page that came with it.
//! The message keeps [`MESSAGE_CH`] characters: where there is no room for all columns, the number is left out, then the last
//! ones of fields.

use crate::location::remembered::Column;
use std::sync::Arc;
use windrow_protocol::Row;

/// Characters that are left for the message.
const MESSAGE_CH: f64 = 28.0;

/// The narrowest and the widest column whose width follows from its values.
const FITTED_CH: (u16, u16) = (5, 28);

/// What the style sheet adds to the width of a column, in characters.
const PADDING_CH: f64 = 1.9;

/// Widths of columns that are not of fields, with their padding.
const ID_CH: f64 = 22.0;
const LABELS_CH: f64 = 18.0;

/// The room beside the time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Room {
    /// Characters for columns and the message.
    pub ch: f64,
    /// Whether numbers and labels are left out for want of room.
    pub is_narrow: bool,
}

/// A field as a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldColumn {
    /// Its name.
    pub name: String,
    /// Its width in characters, without padding.
    pub width_ch: u16,
    /// Whether its values stand at the right, as numbers do.
    pub is_right: bool,
}

/// The columns that have something to show and room for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Sequence number or id.
    pub id: bool,
    /// Fields, in order.
    pub fields: Arc<[FieldColumn]>,
    /// Fields that have no room.
    pub left_out: Vec<String>,
    /// Labels.
    pub labels: bool,
}

/// A cell of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// When it happened.
    Time,
    /// Sequence number or id.
    Id,
    /// The field of a number among [`Columns::fields`].
    Field(usize),
    /// The message.
    Message,
    /// Labels.
    Labels,
}

/// A cell with what stands above it. Widths are no part of it: they change while an edge is dragged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The cell.
    pub cell: Cell,
    /// Its field.
    pub field: Option<String>,
    /// Whether its values stand at the right.
    pub is_right: bool,
    /// Whether it can be pressed: the order of rows, a column, and what messages show beside columns.
    pub is_stop: bool,
}

impl Columns {
    /// The headings of all cells, in order.
    pub fn headings(&self) -> Vec<Heading> {
        let has_columns = !self.fields.is_empty() || !self.left_out.is_empty();
        let heading = |cell| {
            let field = self.field(cell);
            Heading {
                cell,
                is_stop: match cell {
                    Cell::Time | Cell::Field(_) => true,
                    Cell::Message => has_columns,
                    Cell::Id | Cell::Labels => false,
                },
                field: field.map(|field| field.name.clone()),
                is_right: field.is_some_and(|field| field.is_right),
            }
        };
        self.cells().map(heading).collect()
    }

    /// The cells of a row, in order.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + use<> {
        let id = self.id.then_some(Cell::Id);
        let labels = self.labels.then_some(Cell::Labels);
        let fields = (0..self.fields.len()).map(Cell::Field);
        let first = [Some(Cell::Time), id].into_iter().flatten();
        let last = [Some(Cell::Message), labels].into_iter().flatten();
        first.chain(fields).chain(last)
    }

    /// The field of a cell.
    pub fn field(&self, cell: Cell) -> Option<&FieldColumn> {
        match cell {
            Cell::Field(at) => self.fields.get(at),
            _ => None,
        }
    }

    /// The widths of all cells, as the style sheet takes them.
    pub fn template(&self) -> String {
        let cells = self.cells().map(|cell| match cell {
            Cell::Time => "var(--time)".to_owned(),
            Cell::Id => "calc(20ch + 0.75rem)".to_owned(),
            Cell::Field(at) => {
                let ch = self.fields.get(at).map_or(0, |field| field.width_ch);
                format!("calc({ch}ch + 0.75rem)")
            }
            Cell::Message => "minmax(0, 1fr)".to_owned(),
            Cell::Labels => "calc(16ch + 0.75rem)".to_owned(),
        });
        cells.collect::<Vec<_>>().join(" ")
    }
}

/// What the values of a field need, as far as they have come.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fitted {
    name: String,
    width_ch: u16,
    is_right: bool,
}

/// What is known of the columns of an opened window.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Known {
    id: bool,
    labels: bool,
    wanted: Arc<[Column]>,
    fitted: Vec<Fitted>,
    room: Room,
}

impl Known {
    /// The same in another opening of the window, of which no row has come.
    pub(super) fn without_rows(&self) -> Self {
        Self {
            id: false,
            labels: false,
            fitted: Vec::new(),
            ..self.clone()
        }
    }

    pub(super) fn want(&mut self, columns: Arc<[Column]>) {
        self.wanted = columns;
    }

    pub(super) fn put_room(&mut self, room: Room) {
        self.room = room;
    }

    /// The names of the fields that are columns.
    pub(super) fn names(&self) -> Arc<[String]> {
        let columns = self.wanted.iter();
        columns.map(|column| column.name.clone()).collect()
    }

    /// Rows came.
    pub(super) fn came(&mut self, rows: &[Row]) {
        self.id |= rows.iter().any(|row| row.id.is_some());
        self.labels |= rows.iter().any(|row| !row.labels.is_empty());
        for Column { name, .. } in self.wanted.iter() {
            if !self.fitted.iter().any(|fitted| fitted.name == *name) {
                self.fitted.extend(fitted(name, rows));
            }
        }
    }

    /// The number makes room before a field does.
    pub(super) fn columns(&self) -> Columns {
        let with_id = self.fitting(self.id);
        if self.id && !with_id.left_out.is_empty() {
            return self.fitting(false);
        }
        with_id
    }

    fn fitting(&self, id: bool) -> Columns {
        let labels = self.labels;
        let is_wide = !self.room.is_narrow;
        let others = [(id, ID_CH), (labels, LABELS_CH)];
        let others: f64 = others
            .iter()
            .filter(|(is, _)| *is && is_wide)
            .map(|of| of.1)
            .sum();
        let mut left_ch = self.room.ch - others - MESSAGE_CH;
        let mut fields = Vec::new();
        let mut left_out = Vec::new();
        for column in self.wanted.iter() {
            let field = self.field(column);
            left_ch -= f64::from(field.width_ch) + PADDING_CH;
            // Columns keep their order: after one that has no room comes none.
            if left_ch >= 0.0 {
                fields.push(field);
            } else {
                left_out.push(field.name);
            }
        }
        Columns {
            id: id && is_wide,
            labels: labels && is_wide,
            fields: fields.into(),
            left_out,
        }
    }

    fn field(&self, column: &Column) -> FieldColumn {
        let mut all = self.fitted.iter();
        let fitted = all.find(|fitted| fitted.name == column.name);
        let width_ch = column
            .width_ch
            .or(fitted.map(|fitted| fitted.width_ch))
            .unwrap_or_else(|| header_ch(&column.name));
        FieldColumn {
            name: column.name.clone(),
            width_ch,
            is_right: fitted.is_some_and(|fitted| fitted.is_right),
        }
    }
}

fn header_ch(name: &str) -> u16 {
    let (least, most) = FITTED_CH;
    let chars = u16::try_from(name.chars().count()).unwrap_or(most);
    chars.saturating_add(1).clamp(least, most)
}

/// What the values of a field in some rows need; nothing where no row came with it.
fn fitted(name: &str, rows: &[Row]) -> Option<Fitted> {
    let asked = rows.iter().filter_map(|row| row.field(name));
    let values: Vec<Option<&str>> = asked
        .map(|field| field.value.as_ref().map(|value| value.text.as_str()))
        .collect();
    if values.is_empty() {
        return None;
    }
    let texts = || values.iter().flatten();
    let longest = texts().map(|text| text.chars().count()).max().unwrap_or(0);
    let most = FITTED_CH.1;
    let longest = u16::try_from(longest).unwrap_or(most).min(most);
    Some(Fitted {
        name: name.to_owned(),
        width_ch: longest.max(header_ch(name)),
        is_right: texts().next().is_some() && texts().all(|text| text.parse::<f64>().is_ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixtures;
    use windrow_protocol::{RowField, RowValue};

    fn row(values: &[(&str, Option<&str>)]) -> Row {
        let field = |(name, value): &(&str, Option<&str>)| RowField {
            name: (*name).to_owned(),
            value: value.map(|text| RowValue {
                text: text.to_owned(),
                is_whole: true,
                bytes: 0..0,
            }),
        };
        Row {
            fields: values.iter().map(field).collect(),
            ..fixtures::row(0)
        }
    }

    fn known(names: &[&str], room_ch: f64) -> Known {
        let column = |name: &&str| Column {
            name: (*name).to_owned(),
            width_ch: None,
        };
        let mut known = Known::default();
        known.want(names.iter().map(column).collect());
        known.put_room(Room {
            ch: room_ch,
            is_narrow: false,
        });
        known
    }

    fn widths(known: &Known) -> Vec<(String, u16, bool)> {
        let columns = known.columns();
        let fields = columns.fields.iter();
        fields
            .map(|field| (field.name.clone(), field.width_ch, field.is_right))
            .collect()
    }

    #[test]
    fn a_column_is_as_wide_as_the_first_values_that_came_unless_a_person_chose_a_width() {
        let mut known = known(&["srcip", "port"], 200.0);
        let of = |text: &str, ch, is_right| (text.to_owned(), ch, is_right);
        assert_eq!(
            widths(&known),
            [of("srcip", 6, false), of("port", 5, false)]
        );
        known.came(&[
            row(&[("srcip", Some("198.51.100.201")), ("port", Some("443"))]),
            row(&[("srcip", None), ("port", Some("53"))]),
        ]);
        let fitted = [of("srcip", 14, false), of("port", 5, true)];
        assert_eq!(widths(&known), fitted);
        known.came(&[row(&[("srcip", Some(&"x".repeat(99))), ("port", None)])]);
        assert_eq!(widths(&known), fitted);
        let chosen = Column {
            name: "srcip".into(),
            width_ch: Some(40),
        };
        known.want([chosen].into());
        assert_eq!(widths(&known), [of("srcip", 40, false)]);
    }

    #[test]
    fn columns_are_left_out_from_the_right_where_the_message_would_have_no_room() {
        let mut known = known(&["aaaaaa", "bbbbbb", "cccccc"], 300.0);
        assert_eq!(known.columns().fields.len(), 3);
        known.put_room(Room {
            ch: MESSAGE_CH + 20.0,
            is_narrow: false,
        });
        let columns = known.columns();
        assert_eq!(
            (columns.fields.len(), columns.left_out),
            (2, vec!["cccccc".to_owned()])
        );
        // A number makes room first; labels take room, but not on a narrow page.
        known.came(&[fixtures::row(0)]);
        let columns = known.columns();
        assert_eq!((columns.fields.len(), columns.id), (2, false));
        known.labels = true;
        assert_eq!(known.columns().fields.len(), 0);
        known.put_room(Room {
            ch: MESSAGE_CH + 20.0,
            is_narrow: true,
        });
        let columns = known.columns();
        assert_eq!((columns.fields.len(), columns.id), (2, false));
    }

    #[test]
    fn the_cells_of_a_row_and_their_widths_are_in_the_same_order() {
        let mut known = known(&["user"], 300.0);
        known.came(&[row(&[("user", Some("ann"))])]);
        let columns = known.columns();
        let cells: Vec<Cell> = columns.cells().collect();
        assert_eq!(cells, [Cell::Time, Cell::Id, Cell::Field(0), Cell::Message]);
        assert_eq!(columns.field(Cell::Field(0)).unwrap().name, "user");
        assert_eq!(
            columns.template(),
            "var(--time) calc(20ch + 0.75rem) calc(5ch + 0.75rem) minmax(0, 1fr)"
        );
    }
}
