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
