//! By which fields rows are grouped, whose numbers are added up, and in which order.
//!
//! Invariant: what is written into the address is read as the same choice.

use windrow_protocol::{GroupOrder, GroupQuestion};

/// How many groups are shown.
pub const MOST: u32 = 200;

/// What is chosen; an empty name is no field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The field by which rows are grouped.
    pub first: String,
    /// One more.
    pub second: String,
    /// The field whose numbers are added up.
    pub of: String,
    /// Which groups come first.
    pub order: GroupOrder,
}

impl Choice {
    /// The fields by which rows are grouped.
    pub fn by(&self) -> Vec<String> {
        let by = [&self.first, &self.second].into_iter();
        by.filter(|name| !name.is_empty()).cloned().collect()
    }

    /// The question; nothing where no field is chosen.
    pub fn question(&self) -> Option<GroupQuestion> {
        let by = self.by();
        (!by.is_empty()).then(|| GroupQuestion {
            by,
            of: (!self.of.is_empty()).then(|| self.of.clone()),
            order: self.order,
            most: MOST,
        })
    }

    /// For the address: `srcip,action,bytes,sum`; empty where nothing is chosen.
    pub fn written(&self) -> String {
        let order = match self.order {
            GroupOrder::Rows => "",
            GroupOrder::Sum => "sum",
        };
        let mut names = [&*self.first, &self.second, &self.of, order]
            .map(escaped)
            .to_vec();
        while names.pop_if(|name| name.is_empty()).is_some() {}
        names.join(",")
    }

    /// What an address says.
    pub fn read(text: &str) -> Self {
        let mut names = vec![String::new()];
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            let plain = match character {
                ',' => {
                    names.push(String::new());
                    continue;
                }
                '\\' => characters.next(),
                other => Some(other),
            };
            if let Some(name) = names.last_mut() {
                name.extend(plain);
            }
        }
        let mut names = names.into_iter();
        let mut next = || names.next().unwrap_or_default();
        let choice = Self {
            first: next(),
            second: next(),
            of: next(),
            order: match next().as_str() {
                "sum" => GroupOrder::Sum,
                _ => GroupOrder::Rows,
            },
        };
        choice.sound()
    }

    /// The same without what makes no sense: a second field alone, the same field twice, an order by no sum.
    #[must_use]
    pub fn sound(mut self) -> Self {
        if self.first.is_empty() {
            self.first = std::mem::take(&mut self.second);
        }
        if self.second == self.first {
            self.second.clear();
        }
        if self.of.is_empty() {
            self.order = GroupOrder::Rows;
        }
        self
    }
}

fn escaped(name: &str) -> String {
    let mut text = String::new();
    for character in name.chars() {
        if matches!(character, ',' | '\\') {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn choice(first: &str, second: &str, of: &str, order: GroupOrder) -> Choice {
        Choice {
            first: first.into(),
            second: second.into(),
            of: of.into(),
            order,
        }
    }

    #[test]
    fn what_makes_no_sense_is_left_out() {
        for (text, read) in [
            ("", Choice::default()),
            ("a", choice("a", "", "", GroupOrder::Rows)),
            (",b", choice("b", "", "", GroupOrder::Rows)),
            ("a,a", choice("a", "", "", GroupOrder::Rows)),
            ("a,,,sum", choice("a", "", "", GroupOrder::Rows)),
            ("a,,n,sum", choice("a", "", "n", GroupOrder::Sum)),
            ("a,b,n,other,x", choice("a", "b", "n", GroupOrder::Rows)),
        ] {
            assert_eq!(Choice::read(text), read, "{text}");
        }
    }

    #[test]
    fn nothing_is_asked_before_a_field_is_chosen() {
        assert_eq!(Choice::default().question(), None);
        let question = choice("a", "", "n", GroupOrder::Sum).question().unwrap();
        assert_eq!(question.by, ["a"]);
        assert_eq!(
            (question.of.as_deref(), question.order),
            (Some("n"), GroupOrder::Sum)
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same(
            first in "[a-z,\\\\]{0,4}", second in "[a-z,\\\\]{0,4}", of in "[a-z,\\\\]{0,4}", is_sum: bool,
        ) {
            let order = if is_sum { GroupOrder::Sum } else { GroupOrder::Rows };
            let choice = choice(&first, &second, &of, order).sound();
            prop_assert_eq!(Choice::read(&choice.written()), choice);
        }
    }
}
