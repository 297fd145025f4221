//! The groups: what is chosen, for the log that is shown.
//!
//! Takes choices, gives the question that is asked with all else of the rows that the filter selects.

use super::choice::Choice;
use windrow_protocol::GroupOrder;

/// The feature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    choice: Choice,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Another log is shown: its fields are others.
    OtherLog,
    /// The address says so.
    Restore(Choice),
    /// The first field is another one, or none.
    First(String),
    /// The second.
    Second(String),
    /// The field whose numbers are added up.
    Of(String),
    /// Other groups come first.
    Order(GroupOrder),
}

/// There is nothing else to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {}

impl State {
    /// What is chosen.
    pub fn choice(&self) -> &Choice {
        &self.choice
    }

    /// Takes a message.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        let mut choice = std::mem::take(&mut self.choice);
        match msg {
            Msg::OtherLog => choice = Choice::default(),
            Msg::Restore(restored) => choice = restored,
            Msg::First(name) => choice.first = name,
            Msg::Second(name) => choice.second = name,
            Msg::Of(name) => choice.of = name,
            Msg::Order(order) => choice.order = order,
        }
        self.choice = choice.sound();
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_stays_sound_and_another_log_has_none() {
        let mut state = State::default();
        state.update(Msg::First("action".into()));
        state.update(Msg::Second("action".into()));
        assert_eq!(state.choice().by(), ["action"]);
        state.update(Msg::Second("user".into()));
        state.update(Msg::Order(GroupOrder::Sum));
        assert_eq!(state.choice().order, GroupOrder::Rows);
        state.update(Msg::Of("bytes".into()));
        state.update(Msg::Order(GroupOrder::Sum));
        assert_eq!(state.choice().written(), "action,user,bytes,sum");
        // Without the first field the second is the first.
        state.update(Msg::First(String::new()));
        assert_eq!(state.choice().written(), "user,,bytes,sum");
        state.update(Msg::Of(String::new()));
        assert_eq!(state.choice().written(), "user");
        state.update(Msg::OtherLog);
        assert_eq!(state, State::default());
    }
}
