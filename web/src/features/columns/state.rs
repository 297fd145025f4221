//! The columns of a log: which fields, in which order and how wide, what messages leave out, and which row comes first.
//!
//! Takes what a person does in the header, the field list and the detail, and what an address names; gives what is to be
//! remembered and said. What an address names is shown and not remembered until a person changes it.

use crate::location::remembered::{Column, TableLayout};

/// More columns than this are never wanted, and each is read from every message.
pub const MOST_COLUMNS: usize = 32;

/// The narrowest and the widest column, in characters.
const WIDTHS_CH: (u16, u16) = (3, 120);

/// The feature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    layout: TableLayout,
}

/// What happens to it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Msg {
    /// A log is shown, and was shown like this before.
    Remembered(TableLayout),
    /// An address names these fields.
    Named(Vec<String>),
    /// A field becomes a column, the last one, or is none any more.
    Toggle(String),
    /// A column goes so many places to the right.
    Move { name: String, by: isize },
    /// A column has another width.
    Width { name: String, ch: u16 },
    /// Messages are shown as they were received, or without what columns show.
    AsReceived(bool),
    /// The newest row comes first, or the oldest.
    NewestFirst(bool),
}

/// What is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Remember how the log is shown.
    Remember(TableLayout),
    /// Say what has changed, for those who do not see it.
    Say(String),
}

impl State {
    /// How the table shows the log.
    pub fn layout(&self) -> &TableLayout {
        &self.layout
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        let before = self.layout.clone();
        let mut said = None;
        match msg {
            Msg::Remembered(layout) => {
                self.layout = layout;
                return Vec::new();
            }
            Msg::Named(names) => {
                self.name(names);
                return Vec::new();
            }
            Msg::Toggle(name) => said = self.toggle(name),
            Msg::Move { name, by } => said = self.shift(&name, by),
            Msg::Width { name, ch } => {
                let (least, most) = WIDTHS_CH;
                if let Some(column) = self.column(&name) {
                    column.width_ch = Some(ch.clamp(least, most));
                }
            }
            Msg::AsReceived(as_received) => self.layout.as_received = as_received,
            Msg::NewestFirst(newest_first) => self.layout.newest_first = newest_first,
        }
        if self.layout == before {
            return Vec::new();
        }
        let remember = Effect::Remember(self.layout.clone());
        [remember]
            .into_iter()
            .chain(said.map(Effect::Say))
            .collect()
    }

    fn column(&mut self, name: &str) -> Option<&mut Column> {
        let mut columns = self.layout.columns.iter_mut();
        columns.find(|column| column.name == name)
    }

    /// The columns that an address names; their widths are those remembered.
    fn name(&mut self, names: Vec<String>) {
        let mut columns: Vec<Column> = Vec::new();
        for name in names.into_iter().take(MOST_COLUMNS) {
            if !columns.iter().any(|column| column.name == name) {
                let width_ch = self.column(&name).and_then(|column| column.width_ch);
                columns.push(Column { name, width_ch });
            }
        }
        self.layout.columns = columns;
    }

    fn toggle(&mut self, name: String) -> Option<String> {
        let columns = &mut self.layout.columns;
        if let Some(at) = columns.iter().position(|column| column.name == name) {
            columns.remove(at);
            return Some(format!("Column {name} removed"));
        }
        if columns.len() >= MOST_COLUMNS {
            return None;
        }
        let said = format!("{name} is column {}", columns.len() + 1);
        columns.push(Column {
            name,
            width_ch: None,
        });
        Some(said)
    }

    fn shift(&mut self, name: &str, by: isize) -> Option<String> {
        let columns = &mut self.layout.columns;
        let last = columns.len().checked_sub(1)?;
        let at = columns.iter().position(|column| column.name == name)?;
        let to = at.saturating_add_signed(by).min(last);
        let column = columns.remove(at);
        columns.insert(to, column);
        Some(format!("{name} is column {} of {}", to + 1, last + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> State {
        let mut state = State::default();
        state.update(Msg::Remembered(TableLayout {
            log: "a".into(),
            ..TableLayout::default()
        }));
        for name in names {
            state.update(Msg::Toggle((*name).into()));
        }
        state
    }

    fn names(state: &State) -> Vec<&str> {
        let columns = state.layout().columns.iter();
        columns.map(|column| column.name.as_str()).collect()
    }

    fn shift(state: &mut State, name: &str, by: isize) -> Vec<Effect> {
        let name = name.to_owned();
        state.update(Msg::Move { name, by })
    }

    #[test]
    fn a_field_becomes_the_last_column_and_none_again_and_both_are_remembered_and_said() {
        let mut state = of(&["user"]);
        let effects = state.update(Msg::Toggle("port".into()));
        assert_eq!(names(&state), ["user", "port"]);
        assert_eq!(
            effects,
            [
                Effect::Remember(state.layout().clone()),
                Effect::Say("port is column 2".into())
            ]
        );
        state.update(Msg::Toggle("user".into()));
        assert_eq!(names(&state), ["port"]);
    }

    #[test]
    fn a_column_moves_as_far_as_there_are_columns() {
        let mut state = of(&["a", "b", "c"]);
        let effects = shift(&mut state, "c", -1);
        assert_eq!(names(&state), ["a", "c", "b"]);
        assert_eq!(effects[1], Effect::Say("c is column 2 of 3".into()));
        shift(&mut state, "a", 9);
        assert_eq!(names(&state), ["c", "b", "a"]);
        assert_eq!(shift(&mut state, "c", -1), []);
        assert_eq!(shift(&mut state, "none", 1), []);
        assert_eq!(shift(&mut State::default(), "none", 1), []);
    }

    #[test]
    fn a_width_stays_within_reason() {
        let mut state = of(&["a"]);
        for (ch, kept) in [(0, 3), (20, 20), (9999, 120)] {
            state.update(Msg::Width {
                name: "a".into(),
                ch,
            });
            assert_eq!(state.layout().columns[0].width_ch, Some(kept));
        }
    }

    #[test]
    fn what_an_address_names_is_shown_with_the_widths_remembered_and_is_not_remembered_itself() {
        let mut state = of(&["a", "b"]);
        state.update(Msg::Width {
            name: "b".into(),
            ch: 9,
        });
        let named = ["b", "c", "b"].map(str::to_owned).to_vec();
        assert_eq!(state.update(Msg::Named(named)), []);
        assert_eq!(names(&state), ["b", "c"]);
        assert_eq!(state.layout().columns[0].width_ch, Some(9));
        let many = (0..99).map(|n| n.to_string()).collect();
        state.update(Msg::Named(many));
        assert_eq!(state.layout().columns.len(), MOST_COLUMNS);
        assert_eq!(state.update(Msg::Toggle("one more".into())), []);
    }

    #[test]
    fn how_messages_and_order_are_shown_is_remembered_once_it_changes() {
        let mut state = of(&[]);
        assert_eq!(state.update(Msg::AsReceived(false)), []);
        let effects = state.update(Msg::NewestFirst(true));
        assert_eq!(effects, [Effect::Remember(state.layout().clone())]);
    }
}
