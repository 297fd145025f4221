//! What a change does to the conditions.

use super::super::chip::{Chip, has_value};
use super::{Change, State};

impl State {
    pub(super) fn change(&mut self, change: Change) {
        let all = &mut self.chips;
        match change {
            Change::Add(term) => _ = all.add(term),
            Change::AddAll(terms) => terms.into_iter().for_each(|term| _ = all.add(term)),
            Change::Value {
                field,
                value,
                is_excluded,
            } => {
                let term = has_value(&field, &value);
                // What asked for the opposite would leave no row.
                let opposite = match is_excluded {
                    true => term.clone(),
                    false => term.clone().negated(),
                };
                all.chips.retain(|chip| chip.term != opposite);
                all.add(if is_excluded { term.negated() } else { term });
            }
            Change::Edit(number, terms) if number < all.chips.len() => {
                let old = all.chips.remove(number);
                let new = terms.into_iter().map(|term| Chip {
                    term,
                    ..old.clone()
                });
                all.chips.splice(number..number, new);
            }
            Change::Remove(number) if number < all.chips.len() => _ = all.chips.remove(number),
            Change::Switch(number) => {
                if let Some(chip) = all.chips.get_mut(number) {
                    chip.is_off = !chip.is_off;
                }
            }
            Change::Invert(number) => {
                if let Some(chip) = all.chips.get_mut(number) {
                    *chip = chip.clone().inverted();
                }
            }
            Change::Pin(number) => {
                if let Some(chip) = all.chips.get_mut(number) {
                    chip.is_pinned = !chip.is_pinned;
                }
            }
            Change::Suspend if !all.chips.is_empty() => all.are_suspended = !all.are_suspended,
            Change::Clear => *all = all.pinned(),
            Change::Edit(..) | Change::Remove(_) | Change::Suspend => {}
        }
        if all.chips.is_empty() {
            all.are_suspended = false;
        }
    }
}
