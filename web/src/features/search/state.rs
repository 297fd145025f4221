//! A find over the cached rows: which match is current, what is searched, and how the figures are said.
//!
//! Takes what is typed and what the worker found, gives searches to make and rows to show. Rows are never hidden by it.
//! Invariant: a stale reply changes nothing; a search goes on when the same window gets other rows, and its match stays current.
//! Memory: the matches next to the current one, as many as the worker gives.

pub use super::find::Find;

use super::find::Pick;
use crate::features::rows::state::Shows;
use crate::ui::format::{count, counted, percent};
use windrow_protocol::{FailKind, Failed, FindResult, Slices, ViewId};

/// What happened.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Msg {
    /// The text in the field is another.
    Typed(String),
    /// The text is to be found from a row on, or the next match shown.
    Enter { forward: bool, from: u64 },
    /// The next or the previous match is to be shown.
    Step { forward: bool },
    /// So many rows are searched.
    Searched { search: u64, rows: u64 },
    /// A search ended.
    Ended {
        search: u64,
        result: Result<FindResult, Failed>,
    },
    /// The table shows these rows now.
    Shows(Shows),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are named after what they hold")]
pub enum Effect {
    /// Stop the search that is under way.
    Stop,
    /// Search every row, and give the matches around a row.
    Search {
        search: u64,
        view: ViewId,
        text: String,
        around: u64,
    },
    /// Mark a row and bring it into view.
    Show(u64),
    /// Open the window again: the worker does not know it any more.
    Reopen(Failed),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct UnderWay {
    search: u64,
    pick: Pick,
    /// Whether the match is shown: a search that goes on by itself moves nothing.
    shows: bool,
    /// Whether it waits for the window to be opened again.
    waits: bool,
    /// Whether it has waited for that before.
    has_waited: bool,
}

/// The find.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    text: String,
    view: Option<ViewId>,
    find: Find,
    under_way: Option<UnderWay>,
    begun: u64,
}

impl Search {
    /// What is in the field.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands.
    pub fn find(&self) -> &Find {
        &self.find
    }

    /// The number of the current match, from 1, and of all; nothing where it cannot be stepped through.
    pub fn position(&self) -> Option<(u64, u64)> {
        self.find.position()
    }

    /// What is marked in messages: the text, once it was searched.
    pub fn marked(&self) -> &str {
        match self.find {
            Find::Done { .. } => &self.text,
            _ => "",
        }
    }

    /// Where all matches lie among the rows that are shown, once that is known.
    pub fn slices(&self) -> Option<&Slices> {
        match &self.find {
            // While a search is under way the rows may be others.
            Find::Done { found, .. } if self.under_way.is_none() => Some(&found.slices),
            _ => None,
        }
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Typed(text) => {
                self.text = text;
                return self.forget();
            }
            Msg::Step { forward } => return self.step(forward),
            Msg::Enter { forward, .. } if self.position().is_some() => return self.step(forward),
            Msg::Enter { from, .. } => {
                let mut effects = self.forget();
                if !self.text.is_empty() && self.view.is_some() {
                    self.find = Find::Searching { searched: 0 };
                    effects.extend(self.search(Pick::From(from), true));
                }
                return effects;
            }
            Msg::Searched { search, rows } if self.is_under_way(search) => {
                if let Find::Searching { searched } = &mut self.find {
                    *searched = rows;
                }
            }
            Msg::Ended { search, result } if self.is_under_way(search) => {
                return self.ended(result);
            }
            Msg::Searched { .. } | Msg::Ended { .. } => {}
            Msg::Shows(shows) => return self.shows(shows),
        }
        Vec::new()
    }

    fn is_under_way(&self, search: u64) -> bool {
        self.under_way
            .is_some_and(|under_way| under_way.search == search)
    }

    fn forget(&mut self) -> Vec<Effect> {
        self.find = Find::Idle;
        self.under_way
            .take()
            .map(|_| Effect::Stop)
            .into_iter()
            .collect()
    }

    fn search(&mut self, pick: Pick, shows: bool) -> Vec<Effect> {
        let stop = self.under_way.take().map(|_| Effect::Stop);
        self.begun += 1;
        self.under_way = Some(UnderWay {
            search: self.begun,
            pick,
            shows,
            waits: false,
            has_waited: false,
        });
        let search = self.view.map(|view| Effect::Search {
            search: self.begun,
            view,
            text: self.text.clone(),
            around: pick.around(),
        });
        stop.into_iter().chain(search).collect()
    }

    fn step(&mut self, forward: bool) -> Vec<Effect> {
        // While the rows are others its numbers are not the table's.
        if self.under_way.is_some() {
            return Vec::new();
        }
        match self.find.step(forward) {
            Some(pick) => self.search(pick, true),
            None => self.find.row().map(Effect::Show).into_iter().collect(),
        }
    }

    fn ended(&mut self, result: Result<FindResult, Failed>) -> Vec<Effect> {
        let Some(under_way) = self.under_way.take() else {
            return Vec::new();
        };
        match result {
            Ok(found) => {
                self.find = Find::done(found, under_way.pick);
                let row = self.find.row().filter(|_| under_way.shows);
                return row.map(Effect::Show).into_iter().collect();
            }
            Err(failed) if failed.kind == FailKind::Cancelled => {}
            Err(failed) if failed.is_lost() && !under_way.has_waited => {
                self.under_way = Some(UnderWay {
                    waits: true,
                    ..under_way
                });
                return vec![Effect::Reopen(failed)];
            }
            Err(failed) => self.find = Find::Failed(failed),
        }
        Vec::new()
    }

    fn shows(&mut self, shows: Shows) -> Vec<Effect> {
        let from = match shows {
            Shows::Nothing => {
                self.view = None;
                return self.forget();
            }
            Shows::Another(view) => {
                self.view = Some(view);
                return self.forget();
            }
            Shows::Same(view) => {
                self.view = Some(view);
                // One that waited for it goes on.
                let Some(held) = self.under_way.take_if(|under_way| under_way.waits) else {
                    return Vec::new();
                };
                let effects = self.search(held.pick, held.shows);
                if let Some(under_way) = &mut self.under_way {
                    under_way.has_waited = true;
                }
                return effects;
            }
            Shows::OtherRows { view, from } => {
                self.view = Some(view);
                from
            }
        };
        match self.find {
            Find::Idle | Find::Failed(_) => Vec::new(),
            Find::Searching { .. } | Find::Done { .. } => {
                let shows = self.under_way.is_some_and(|under_way| under_way.shows);
                self.search(Pick::From(from), shows)
            }
        }
    }

    /// The figures, and what they leave out: `uncached_ms` of `window_ms` are not cached.
    pub fn sentence(&self, uncached_ms: u64, window_ms: u64) -> (String, String) {
        let said = match &self.find {
            Find::Idle if self.text.is_empty() => String::new(),
            Find::Idle => "Enter searches".to_owned(),
            Find::Searching { searched } => {
                format!("Searching, {} so far", counted(*searched, "row", "rows"))
            }
            Find::Failed(failed) => format!("{}. {}", failed.message, failed.remedy),
            Find::Done { found, .. } => {
                let rows = counted(found.searched, "cached row", "cached rows");
                let all = found.matches + found.hidden;
                let hidden = match found.hidden {
                    0 => String::new(),
                    hidden if hidden == all && all == 1 => ", hidden by filters".to_owned(),
                    hidden if hidden == all => ", all of them hidden by filters".to_owned(),
                    hidden => format!(", {} of them hidden by filters", count(hidden)),
                };
                if all == 0 {
                    format!("No entries match in {rows}")
                } else {
                    format!("{} in {rows}{hidden}", counted(all, "match", "matches"))
                }
            }
        };
        let left_out = match &self.find {
            Find::Done { .. } if uncached_ms > 0 => format!(
                "{} of the window is not cached and was not searched",
                percent(uncached_ms, window_ms)
            ),
            Find::Done { .. } => "The whole window was searched".to_owned(),
            _ => String::new(),
        };
        (said, left_out)
    }

    /// `204 of`, as it is said before the figures.
    pub fn ordinal(&self) -> String {
        let hides = matches!(&self.find, Find::Done { found, .. } if found.hidden > 0);
        match self.position() {
            Some((at, of)) if hides => format!("{} of {} shown. ", count(at), count(of)),
            Some((at, _)) => format!("{} of ", count(at)),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests;
