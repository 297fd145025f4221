//! `windrow count`: how many rows of a cached window match.
//!
//! Its exit code tells nothing found from nothing found so far.

use super::ask::{Asking, matched};
use crate::args::CountArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use windrow_engine::{Answers, Searched};

pub(super) async fn run(args: &CountArgs, context: &Context) -> Result<Exit, CliError> {
    let asking = Asking::open(&args.ask, context).await?;
    let searched = asking.ask(&mut Answers::default(), context).await?;
    let lines = vec![matched(&searched)];
    let nothing = serde_json::Map::new();
    let exit = asking.print(&searched, &nothing, lines, context)?;
    Ok(match exit {
        Exit::Ok => found(&searched),
        other => other,
    })
}

fn found(searched: &Searched) -> Exit {
    match searched.all_matched() {
        0 if searched.is_whole() => Exit::NoMatch,
        0 => Exit::NoMatchInCache,
        _ => Exit::Ok,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windrow_model::TimeRange;

    #[test]
    fn nothing_found_is_final_only_where_the_whole_window_is_proven() {
        let range = |from, to| TimeRange::new(from, to).unwrap();
        let mut searched = Searched {
            window: range(0, 100),
            matched: 0,
            provisional: 0,
            searched: 5,
            skipped: 0,
            unreadable: 0,
            damaged: Vec::new(),
            missing: Vec::new(),
            provisional_ranges: Vec::new(),
            is_final: true,
        };
        assert_eq!(found(&searched), Exit::NoMatch);
        searched.provisional_ranges = vec![range(90, 100)];
        assert_eq!(found(&searched), Exit::NoMatchInCache);
        searched.provisional = 1;
        assert_eq!(found(&searched), Exit::Ok);
    }
}
