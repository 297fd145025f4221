//! Columns that were decoded for one question, kept for the next.
//!
//! Takes and gives whole columns of a block of rows. A column is known by its checksum too, so one of a file that was
//! written anew is another.
//! Invariant: what a question has used stays until another question needs the room. A scan over more than fits would
//! otherwise find nothing of what it put here itself.
//! Memory: the budget.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::FieldRef;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// Which column of which rows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) path: String,
    pub(super) row_group: usize,
    pub(super) column: usize,
    /// Of the encoded column.
    pub(super) checksum: u32,
    /// The first row of the block within the row group.
    pub(super) first: usize,
}

/// A column with its name and type.
pub(super) type Decoded = (FieldRef, ArrayRef);

/// Decoded columns of what was asked before, up to so many bytes.
#[derive(Debug, Default)]
pub struct DecodedColumns {
    budget: Cell<usize>,
    held: RefCell<Held>,
}

#[derive(Debug, Default)]
struct Held {
    columns: HashMap<Key, Kept>,
    bytes: usize,
    question: u64,
}

#[derive(Debug)]
struct Kept {
    column: Decoded,
    bytes: usize,
    /// The last question that used it.
    used: u64,
}

impl DecodedColumns {
    /// With room for so many bytes. Without any, nothing is kept.
    pub fn new(budget: usize) -> Self {
        Self {
            budget: Cell::new(budget),
            held: RefCell::default(),
        }
    }

    /// The bytes that are held.
    pub fn bytes(&self) -> usize {
        self.held.borrow().bytes
    }

    /// Has room for so many bytes from now on. Drops everything where there is more.
    pub fn resize(&self, budget: usize) {
        self.budget.set(budget);
        if self.bytes() > budget {
            let question = self.held.borrow().question;
            self.held.replace(Held {
                question,
                ..Held::default()
            });
        }
    }

    /// Another question begins: what only those before it have used may go.
    pub(super) fn begin_question(&self) {
        self.held.borrow_mut().question += 1;
    }

    pub(super) fn has(&self, key: &Key) -> bool {
        self.held.borrow().columns.contains_key(key)
    }

    pub(super) fn get(&self, key: &Key) -> Option<Decoded> {
        let held = &mut *self.held.borrow_mut();
        let kept = held.columns.get_mut(key)?;
        kept.used = held.question;
        Some(kept.column.clone())
    }

    pub(super) fn keep(&self, key: Key, column: Decoded) {
        let bytes = column.1.get_array_memory_size();
        let budget = self.budget.get();
        if bytes > budget {
            return;
        }
        let held = &mut *self.held.borrow_mut();
        while held.bytes + bytes > budget {
            if !held.drop_oldest() {
                return;
            }
        }
        let used = held.question;
        let kept = Kept {
            column,
            bytes,
            used,
        };
        held.bytes += bytes;
        if let Some(before) = held.columns.insert(key, kept) {
            held.bytes -= before.bytes;
        }
    }
}

impl Held {
    /// Drops what was not used for the longest time. Says whether there was anything but what this question uses.
    fn drop_oldest(&mut self) -> bool {
        let oldest = self.columns.values().map(|kept| kept.used).min();
        let Some(oldest) = oldest.filter(|oldest| *oldest < self.question) else {
            return false;
        };
        let bytes = &mut self.bytes;
        self.columns.retain(|_, kept| {
            let stays = kept.used != oldest;
            if !stays {
                *bytes -= kept.bytes;
            }
            stays
        });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Int64Array;
    use arrow::datatypes::{DataType, Field};
    use std::sync::Arc;

    fn column(first: usize) -> (Key, Decoded) {
        let key = Key {
            path: "part".into(),
            row_group: 0,
            column: 0,
            checksum: 1,
            first,
        };
        let field = Arc::new(Field::new("n", DataType::Int64, false));
        (key, (field, Arc::new(Int64Array::from_value(7, 100))))
    }

    fn room_for(columns: usize) -> DecodedColumns {
        let (_, (_, array)) = column(0);
        DecodedColumns::new(columns * array.get_array_memory_size())
    }

    fn ask(kept: &DecodedColumns, firsts: std::ops::Range<usize>) -> usize {
        kept.begin_question();
        let mut found = 0;
        for first in firsts {
            let (key, decoded) = column(first);
            if kept.get(&key).is_some() {
                found += 1;
            } else {
                kept.keep(key, decoded);
            }
        }
        found
    }

    #[test]
    fn a_scan_over_more_than_fits_finds_what_it_kept_first() {
        let kept = room_for(3);
        assert_eq!(ask(&kept, 0..10), 0);
        assert_eq!(ask(&kept, 0..10), 3);
        assert_eq!(ask(&kept, 0..10), 3);
    }

    #[test]
    fn another_question_takes_the_room_of_those_before() {
        let kept = room_for(3);
        ask(&kept, 0..3);
        assert_eq!(ask(&kept, 10..12), 0);
        assert_eq!(ask(&kept, 10..12), 2);
        assert!(kept.bytes() <= kept.budget.get());
        kept.resize(1);
        assert_eq!(kept.bytes(), 0);
    }

    #[test]
    fn a_column_written_anew_is_another() {
        let kept = room_for(3);
        let (key, decoded) = column(0);
        kept.keep(key.clone(), decoded);
        assert!(kept.has(&key));
        assert!(!kept.has(&Key { checksum: 2, ..key }));
    }

    #[test]
    fn without_room_nothing_is_kept() {
        assert_eq!(ask(&room_for(0), 0..2), 0);
        assert_eq!(ask(&room_for(0), 0..2), 0);
    }
}
