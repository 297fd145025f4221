//! A find over the cached rows: which match is current, what is searched, and how the figures are said.
//!
//! Takes what is typed and what the worker found, gives searches to make and rows to show. Rows are never hidden by it.
//! Invariant: a stale reply changes nothing; a search goes on when the same window gets other rows, and its match stays current.
//! Memory: the matches next to the current one, as many as the worker gives.

use crate::features::rows::state::Shows;
use crate::protocol::{FailKind, Failed, FindResult, ViewId};
use crate::ui::format::{count, counted, percent};

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
    /// The field is emptied.
    Clear,
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
    Refresh(Failed),
}

/// Where a find stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Find {
    /// Nothing is sought.
    #[default]
    Idle,
    /// Being searched for the first time.
    Searching {
        /// Rows gone through so far.
        searched: u64,
    },
    /// Done.
    Done {
        /// What was found.
        found: FindResult,
        /// The current match, as a place in `found.rows`.
        current: usize,
    },
    /// Could not be done.
    Failed(Failed),
}

/// Which match becomes current when a search ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pick {
    /// The first from a row on; the first of all where there is none.
    From(u64),
    /// The last before a row; the last of all where there is none.
    Before(u64),
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

    /// Whether it can be stepped through.
    pub fn has_matches(&self) -> bool {
        matches!(&self.find, Find::Done { found, .. } if found.matches > 0)
    }

    /// What is marked in messages: the text, once it was searched.
    pub fn marked(&self) -> &str {
        match self.find {
            Find::Done { .. } => &self.text,
            _ => "",
        }
    }

    /// The number of the current match, from 1, and of all.
    pub fn position(&self) -> Option<(u64, u64)> {
        match &self.find {
            Find::Done { found, current } if found.matches > 0 => {
                Some((found.before + *current as u64 + 1, found.matches))
            }
            _ => None,
        }
    }

    /// Takes a message, gives what is to be done.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Typed(text) => {
                let effects = self.forget();
                self.text = text;
                effects
            }
            Msg::Clear => {
                let effects = self.forget();
                self.text.clear();
                effects
            }
            Msg::Enter { forward, .. } if self.has_matches() => self.step(forward),
            Msg::Enter { from, .. } => {
                let mut effects = self.forget();
                if !self.text.is_empty() && self.view.is_some() {
                    self.find = Find::Searching { searched: 0 };
                    effects.extend(self.search(Pick::From(from), true));
                }
                effects
            }
            Msg::Step { forward } => self.step(forward),
            Msg::Searched { search, rows } => {
                if self.is_under_way(search)
                    && let Find::Searching { searched } = &mut self.find
                {
                    *searched = rows;
                }
                Vec::new()
            }
            Msg::Ended { search, result } if self.is_under_way(search) => self.ended(result),
            Msg::Ended { .. } => Vec::new(),
            Msg::Shows(shows) => self.shows(shows),
        }
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
        let mut effects: Vec<Effect> = self
            .under_way
            .take()
            .map(|_| Effect::Stop)
            .into_iter()
            .collect();
        self.begun += 1;
        self.under_way = Some(UnderWay {
            search: self.begun,
            pick,
            shows,
            waits: false,
            has_waited: false,
        });
        let around = match pick {
            Pick::From(row) | Pick::Before(row) => row,
        };
        effects.extend(self.view.map(|view| Effect::Search {
            search: self.begun,
            view,
            text: self.text.clone(),
            around,
        }));
        effects
    }

    fn step(&mut self, forward: bool) -> Vec<Effect> {
        let Find::Done { found, current } = &mut self.find else {
            return Vec::new();
        };
        // While the rows are others its numbers are not the table's.
        if self.under_way.is_some() || found.matches == 0 {
            return Vec::new();
        }
        let (first, last) = (0, found.rows.len().saturating_sub(1));
        let is_first = found.before == 0;
        let is_last = found.before + found.rows.len() as u64 == found.matches;
        let next = match forward {
            true if *current < last => Ok(*current + 1),
            true if is_last && is_first => Ok(first),
            true if is_last => Err(Pick::From(0)),
            true => Err(Pick::From(found.rows.last().map_or(0, |row| row + 1))),
            false if *current > first => Ok(*current - 1),
            false if is_first && is_last => Ok(last),
            false if is_first => Err(Pick::Before(u64::MAX)),
            false => Err(Pick::Before(
                found.rows.first().copied().unwrap_or(u64::MAX),
            )),
        };
        match next {
            Ok(next) => {
                *current = next;
                found
                    .rows
                    .get(next)
                    .copied()
                    .map(Effect::Show)
                    .into_iter()
                    .collect()
            }
            Err(pick) => self.search(pick, true),
        }
    }

    fn ended(&mut self, result: Result<FindResult, Failed>) -> Vec<Effect> {
        let Some(under_way) = self.under_way.take() else {
            return Vec::new();
        };
        match result {
            Ok(found) => {
                let current = match under_way.pick {
                    Pick::From(row) => {
                        let at = found.rows.partition_point(|held| *held < row);
                        if at < found.rows.len() { at } else { 0 }
                    }
                    Pick::Before(row) => {
                        let before = found.rows.partition_point(|held| *held < row);
                        before
                            .checked_sub(1)
                            .unwrap_or(found.rows.len().saturating_sub(1))
                    }
                };
                let row = found.rows.get(current).copied();
                self.find = Find::Done { found, current };
                row.filter(|_| under_way.shows)
                    .map(Effect::Show)
                    .into_iter()
                    .collect()
            }
            Err(failed) if failed.kind == FailKind::Cancelled => Vec::new(),
            Err(failed)
                if matches!(failed.kind, FailKind::Reopen | FailKind::Gone)
                    && !under_way.has_waited =>
            {
                self.under_way = Some(UnderWay {
                    waits: true,
                    ..under_way
                });
                vec![Effect::Refresh(failed)]
            }
            Err(failed) => {
                self.find = Find::Failed(failed);
                Vec::new()
            }
        }
    }

    fn shows(&mut self, shows: Shows) -> Vec<Effect> {
        let (view, from) = match shows {
            Shows::Nothing => (None, None),
            Shows::Another(view) => (Some(view), None),
            Shows::Same(view) => {
                self.view = Some(view);
                // One that waited for it goes on.
                let Some(held) = self.under_way.filter(|under_way| under_way.waits) else {
                    return Vec::new();
                };
                self.under_way = None;
                let effects = self.search(held.pick, held.shows);
                if let Some(under_way) = &mut self.under_way {
                    under_way.has_waited = true;
                }
                return effects;
            }
            Shows::OtherRows { view, from } => (Some(view), Some(from)),
        };
        self.view = view;
        match (from, &self.find, self.under_way) {
            (None, ..) => self.forget(),
            (Some(_), Find::Idle | Find::Failed(_), _) => Vec::new(),
            (Some(from), _, under_way) => {
                let shows = under_way.is_some_and(|under_way| under_way.shows);
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
                if found.matches == 0 {
                    format!("No entries match in {rows}")
                } else {
                    format!("{} in {rows}", counted(found.matches, "match", "matches"))
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
        self.position()
            .map(|(at, _)| format!("{} of ", count(at)))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rows: &[u64], before: u64, matches: u64) -> FindResult {
        FindResult {
            matches,
            before,
            rows: rows.to_vec(),
            searched: 96_771,
        }
    }

    fn failed(kind: FailKind) -> Failed {
        Failed::new("failed", "do something", kind)
    }

    /// A find with an open window and a text.
    fn typed(text: &str) -> Search {
        let mut search = Search::default();
        search.update(Msg::Shows(Shows::Another(1)));
        search.update(Msg::Typed(text.to_owned()));
        search
    }

    fn begin(search: &mut Search, from: u64) -> u64 {
        match search
            .update(Msg::Enter {
                forward: true,
                from,
            })
            .pop()
        {
            Some(Effect::Search { search, .. }) => search,
            other => panic!("{other:?}"),
        }
    }

    fn end(search: &mut Search, number: u64, result: FindResult) -> Vec<Effect> {
        search.update(Msg::Ended {
            search: number,
            result: Ok(result),
        })
    }

    fn done(rows: &[u64], from: u64) -> Search {
        let mut search = typed("deny");
        let number = begin(&mut search, from);
        end(&mut search, number, found(rows, 0, rows.len() as u64));
        search
    }

    fn step(search: &mut Search, forward: bool) -> Vec<Effect> {
        search.update(Msg::Step { forward })
    }

    #[test]
    fn stepping_goes_around_both_ends() {
        let mut search = done(&[4, 9, 11], 0);
        assert_eq!(step(&mut search, false), [Effect::Show(11)]);
        assert_eq!(step(&mut search, true), [Effect::Show(4)]);
        assert_eq!(search.position(), Some((1, 3)));
        assert_eq!(done(&[4, 9, 11], 5).position(), Some((2, 3)));
        assert_eq!(done(&[4, 9, 11], 12).position(), Some((1, 3)));
    }

    #[test]
    fn a_find_goes_on_from_the_mark_where_there_are_more_matches_than_are_given() {
        let mut search = typed("deny");
        let number = begin(&mut search, 150_000);
        let near: Vec<u64> = (100_000..200_000).collect();
        assert_eq!(
            end(&mut search, number, found(&near, 100_000, 250_000)),
            [Effect::Show(150_000)]
        );
        assert_eq!(search.position(), Some((150_001, 250_000)));
        for _ in 150_001..200_000 {
            step(&mut search, true);
        }
        // Beyond the last that was given the next are asked for.
        let asked = step(&mut search, true);
        assert!(
            matches!(
                asked[..],
                [Effect::Search {
                    around: 200_000,
                    ..
                }]
            ),
            "{asked:?}"
        );
        let next: Vec<u64> = (150_000..250_000).collect();
        assert_eq!(
            end(&mut search, 2, found(&next, 150_000, 250_000)),
            [Effect::Show(200_000)]
        );
        assert_eq!(search.position(), Some((200_001, 250_000)));
        // Around the end to the first of all, and back to the last.
        for _ in 200_001..250_000 {
            step(&mut search, true);
        }
        let asked = step(&mut search, true);
        assert!(matches!(asked[..], [Effect::Search { around: 0, .. }]));
        let first: Vec<u64> = (0..50_000).collect();
        end(&mut search, 3, found(&first, 0, 250_000));
        let asked = step(&mut search, false);
        assert!(matches!(
            asked[..],
            [Effect::Search {
                around: u64::MAX,
                ..
            }]
        ));
        let last: Vec<u64> = (200_000..250_000).collect();
        assert_eq!(
            end(&mut search, 4, found(&last, 200_000, 250_000)),
            [Effect::Show(249_999)]
        );
    }

    #[test]
    fn stepping_back_beyond_what_was_given_asks_for_what_is_before() {
        let mut search = typed("deny");
        let number = begin(&mut search, 500);
        end(&mut search, number, found(&[500, 501], 7, 9));
        let asked = step(&mut search, false);
        assert!(matches!(asked[..], [Effect::Search { around: 500, .. }]));
        assert_eq!(
            end(&mut search, 2, found(&[480, 490, 500, 501], 5, 9)),
            [Effect::Show(490)]
        );
    }

    #[test]
    fn a_find_goes_on_when_rows_arrive_and_moves_nothing() {
        let mut search = done(&[4, 9, 11], 9);
        let again = search.update(Msg::Shows(Shows::OtherRows { view: 2, from: 109 }));
        assert_eq!(
            again,
            [Effect::Search {
                search: 2,
                view: 2,
                text: "deny".into(),
                around: 109
            }]
        );
        // What was found stays said, but its numbers are the old ones.
        assert_eq!(search.position(), Some((2, 3)));
        assert_eq!(step(&mut search, true), []);
        assert_eq!(end(&mut search, 2, found(&[7, 104, 109, 111], 0, 4)), []);
        assert_eq!(search.position(), Some((3, 4)));
        assert_eq!(step(&mut search, true), [Effect::Show(111)]);
    }

    #[test]
    fn a_stale_reply_changes_nothing() {
        let mut search = typed("deny");
        let first = begin(&mut search, 0);
        assert_eq!(search.update(Msg::Typed("den".into())), [Effect::Stop]);
        assert_eq!(end(&mut search, first, found(&[1], 0, 1)), []);
        assert_eq!(search.find(), &Find::Idle);
        let second = begin(&mut search, 0);
        search.update(Msg::Searched {
            search: first,
            rows: 9,
        });
        assert_eq!(search.find(), &Find::Searching { searched: 0 });
        search.update(Msg::Searched {
            search: second,
            rows: 9,
        });
        assert_eq!(search.find(), &Find::Searching { searched: 9 });
    }

    #[test]
    fn another_window_ends_a_find_and_keeps_the_text() {
        let mut search = typed("deny");
        begin(&mut search, 0);
        let effects = search.update(Msg::Shows(Shows::Another(2)));
        assert_eq!((effects, search.text()), (vec![Effect::Stop], "deny"));
        assert_eq!(search.find(), &Find::Idle);
    }

    #[test]
    fn a_window_the_worker_no_longer_knows_is_opened_again_once() {
        let mut search = typed("deny");
        let number = begin(&mut search, 3);
        let ended = |search: &mut Search, number| {
            search.update(Msg::Ended {
                search: number,
                result: Err(failed(FailKind::Reopen)),
            })
        };
        let lost = ended(&mut search, number);
        assert_eq!(lost, [Effect::Refresh(failed(FailKind::Reopen))]);
        let again = search.update(Msg::Shows(Shows::Same(2)));
        assert!(
            matches!(
                again[..],
                [Effect::Search {
                    view: 2,
                    around: 3,
                    ..
                }]
            ),
            "{again:?}"
        );
        assert_eq!(ended(&mut search, 2), []);
        assert!(matches!(search.find(), Find::Failed(_)));
    }

    #[test]
    fn a_failure_is_said_and_a_cancellation_is_not() {
        let mut search = typed("deny");
        let number = begin(&mut search, 0);
        search.update(Msg::Ended {
            search: number,
            result: Err(failed(FailKind::Report)),
        });
        assert_eq!(search.sentence(0, 1).0, "failed. do something");
        let number = begin(&mut search, 0);
        search.update(Msg::Ended {
            search: number,
            result: Err(failed(FailKind::Cancelled)),
        });
        assert!(!search.has_matches());
    }

    #[test]
    fn nothing_is_sought_without_a_text_or_a_window() {
        let enter = Msg::Enter {
            forward: true,
            from: 0,
        };
        assert_eq!(typed("").update(enter.clone()), []);
        let mut closed = typed("deny");
        closed.update(Msg::Shows(Shows::Nothing));
        assert_eq!(closed.update(enter), []);
    }

    #[test]
    fn the_sentence_says_what_was_not_searched() {
        let search = done(&[1, 2], 0);
        let (said, left_out) = search.sentence(18, 100);
        assert_eq!(
            format!("{}{said}. {left_out}", search.ordinal()),
            "1 of 2 matches in 96,771 cached rows. 18 % of the window is not cached and was not searched"
        );
        assert_eq!(search.sentence(0, 100).1, "The whole window was searched");
        assert_eq!(
            done(&[], 0).sentence(0, 100).0,
            "No entries match in 96,771 cached rows"
        );
        assert_eq!(Search::default().sentence(5, 10).0, "");
        assert_eq!(typed("x").sentence(5, 10).0, "Enter searches");
    }
}
