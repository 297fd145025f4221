//! The field list: which fields are open, and what is sought among them.
//!
//! Open fields are the question: the most frequent values of each are asked for.

/// The feature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Open fields, in the order in which they were opened.
    open: Vec<String>,
    /// What is sought in names and values.
    pub find: String,
    /// Whether the list lies over the page, where there is no room beside the rows.
    pub is_sheet: bool,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Another log is shown: its fields are others.
    OtherLog,
    /// A field was opened or closed.
    Toggle(String),
    /// Something is sought.
    Find(String),
    /// The list is put over the page or taken away.
    Sheet(bool),
}

/// What is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Give the focus to the list.
    FocusList,
    /// Give it to the button that shows the list.
    FocusButton,
}

impl State {
    /// Whether a field is open.
    pub fn is_open(&self, name: &str) -> bool {
        self.open.iter().any(|open| open == name)
    }

    /// The fields whose values are asked for.
    pub fn open(&self) -> &[String] {
        &self.open
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::OtherLog => *self = Self::default(),
            Msg::Toggle(name) => {
                if self.is_open(&name) {
                    self.open.retain(|open| *open != name);
                } else {
                    self.open.push(name);
                }
            }
            Msg::Find(find) => self.find = find,
            Msg::Sheet(is_sheet) => {
                self.is_sheet = is_sheet;
                return vec![if is_sheet {
                    Effect::FocusList
                } else {
                    Effect::FocusButton
                }];
            }
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_of_open_fields_are_asked_for_and_another_log_has_none_open() {
        let mut state = State::default();
        for name in ["action", "user", "action"] {
            state.update(Msg::Toggle(name.into()));
        }
        assert_eq!(state.open(), ["user"]);
        assert!(state.is_open("user") && !state.is_open("action"));
        state.update(Msg::Find("u".into()));
        state.update(Msg::OtherLog);
        assert_eq!(state, State::default());
    }

    #[test]
    fn the_focus_goes_with_the_list_into_the_page_and_out_of_it() {
        let mut state = State::default();
        assert_eq!(state.update(Msg::Sheet(true)), [Effect::FocusList]);
        assert_eq!(state.update(Msg::Sheet(false)), [Effect::FocusButton]);
    }
}
