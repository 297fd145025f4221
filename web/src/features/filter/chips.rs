//! The conditions of the filter, and the texts that they are kept as.
//!
//! Invariant: what is written into the address is read as the same chips.

use super::chip::{Chip, terms};
use windrow_model::filter::{Filter, FilterError, Tree, parse};

/// Stands for all chips where those that are off are listed.
const ALL: &str = "all";

/// The conditions, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chips {
    /// Each of them.
    pub chips: Vec<Chip>,
    /// Whether all are suspended, whatever each says.
    pub are_suspended: bool,
}

/// The chips as the address holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The whole expression, with what is off.
    pub q: String,
    /// The numbers of those that are off, from 0; `all` where all are suspended.
    pub off: String,
    /// The numbers of those that are pinned.
    pub pin: String,
}

impl Chips {
    /// Reads what was written.
    ///
    /// # Errors
    /// When the expression cannot be read.
    pub fn read(written: &Written) -> Result<Self, FilterError> {
        let terms = terms(parse(&written.q)?.filter);
        let is_in =
            |list: &str, number: usize| list.split(',').any(|listed| listed.parse() == Ok(number));
        let chips = terms.into_iter().enumerate().map(|(number, term)| Chip {
            term,
            is_off: is_in(&written.off, number),
            is_pinned: is_in(&written.pin, number),
        });
        Ok(Self {
            chips: chips.collect(),
            are_suspended: written.off.split(',').any(|listed| listed == ALL),
        })
    }

    /// As it is kept.
    pub fn written(&self) -> Written {
        let numbers = |is: fn(&Chip) -> bool| {
            let chips = self.chips.iter().enumerate();
            let numbers = chips.filter(|(_, chip)| is(chip));
            numbers
                .map(|(number, _)| number.to_string())
                .collect::<Vec<_>>()
        };
        let mut off = numbers(|chip| chip.is_off);
        if self.are_suspended && !self.chips.is_empty() {
            off.push(ALL.to_owned());
        }
        let terms = self.chips.iter().map(|chip| chip.term.clone());
        Written {
            q: joined(terms),
            off: off.join(","),
            pin: numbers(|chip| chip.is_pinned).join(","),
        }
    }

    /// The conditions that are asked now.
    pub fn asked(&self) -> impl Iterator<Item = &Chip> {
        let chips = self.chips.iter();
        chips.filter(|chip| !self.are_suspended && !chip.is_off)
    }

    /// The conditions that are pinned.
    #[must_use]
    pub fn pinned(&self) -> Self {
        let chips = self.chips.iter().filter(|chip| chip.is_pinned);
        Self {
            chips: chips.cloned().collect(),
            are_suspended: self.are_suspended,
        }
    }

    /// Adds a condition; one that is there already is switched on. Gives whether anything changes.
    pub fn add(&mut self, term: Filter) -> bool {
        let was = self.clone();
        match self.chips.iter_mut().find(|chip| chip.term == term) {
            Some(chip) => chip.is_off = false,
            None => self.chips.push(Chip::new(term)),
        }
        self.are_suspended = false;
        *self != was
    }
}

/// Conditions as one expression; empty where there are none.
pub fn joined(terms: impl IntoIterator<Item = Filter>) -> String {
    let terms: Vec<Filter> = terms.into_iter().collect();
    if terms.is_empty() {
        return String::new();
    }
    Tree::and(terms).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(q: &str, off: &str, pin: &str) -> Chips {
        let [q, off, pin] = [q, off, pin].map(str::to_owned);
        Chips::read(&Written { q, off, pin }).unwrap()
    }

    #[test]
    fn what_is_written_is_read_as_the_same_chips() {
        for (q, off, pin) in [
            ("", "", ""),
            (
                "type:(traffic or event) not service:health (a or b) /x y/",
                "1,3",
                "0",
            ),
            ("\"a b\" status>=500", "0,all", "0,1"),
        ] {
            let chips = read(q, off, pin);
            let written = chips.written();
            assert_eq!((&*written.q, &*written.off, &*written.pin), (q, off, pin));
            assert_eq!(Chips::read(&written).unwrap(), chips);
        }
        assert_eq!(read("a b", "x,9,-1", "").written().off, "");
    }

    #[test]
    fn only_what_is_on_is_asked() {
        let asked = |chips: &Chips| joined(chips.asked().map(|chip| chip.term.clone()));
        let mut chips = read("a b c", "1", "");
        assert_eq!(asked(&chips), "a c");
        chips.are_suspended = true;
        assert_eq!(asked(&chips), "");
    }

    #[test]
    fn a_condition_that_is_there_is_switched_on_and_not_doubled() {
        let mut chips = read("a b", "1,all", "");
        let b = parse("b").unwrap().filter;
        assert!(chips.add(b.clone()));
        assert_eq!((chips.chips.len(), chips.written().off), (2, String::new()));
        assert!(!chips.add(b));
    }
}
