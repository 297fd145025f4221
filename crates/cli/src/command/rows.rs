//! `windrow rows`: the rows of a cached window as NDJSON, page by page.
//!
//! Memory: one page of rows. A reader that goes away ends it quietly.

use super::ask::note_unknown;
use super::{gaps_of, open_store, refuse_damage, unheld};
use crate::args::RowsArgs;
use crate::clock::SystemClock;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::expression::Expression;
use crate::ndjson::{Fields, Page, write_rows};
use crate::show::escape;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use windrow_engine::{Answers, Matches, Opened, RowsWanted, open, open_bypass};
use windrow_model::fold::Needle;
use windrow_source::Clock;
use windrow_store::NativeStore;

/// Rows read at once.
const ROWS_AT_ONCE: u64 = 16_384;

pub(super) async fn run(args: &RowsArgs, context: &Context) -> Result<Exit, CliError> {
    let filter = match (&args.filter, &args.list.any_of) {
        (None, None) => None,
        (text, _) => {
            let expression = Expression::read(text.as_deref().unwrap_or_default())?;
            Some(expression.within(&args.list)?)
        }
    };
    let window = args.window.window(SystemClock.now_ms())?;
    let dataset = args.dataset.required()?;
    let store = open_store(&args.cache);
    let opened = match &args.run {
        Some(run) => open_bypass(store, &dataset, run_id(run)?, window).await?,
        None => open(store, &dataset, window).await?,
    };
    refuse_damage(&opened)?;
    let gaps = unheld(&opened);
    if !gaps.is_empty() {
        let missing = gaps_of(&gaps, window);
        if args.complete {
            return Err(CliError::NotComplete { missing });
        }
        context.note(&format!(
            "not held: {missing}; rows in there are not shown, `windrow plan` says where"
        ));
    }
    match &filter {
        Some(expression) => print_matching(args, context, &opened, expression).await,
        None => print(args, context, &opened).await,
    }
}

async fn print(
    args: &RowsArgs,
    context: &Context,
    opened: &Opened<NativeStore>,
) -> Result<Exit, CliError> {
    let wanted = wanted(args);
    let mut left = args.limit.unwrap_or(u64::MAX);
    // Without a search, rows left out need not be read.
    let (mut at, mut skip) = match args.find {
        None => (args.offset, 0),
        Some(_) => (0, args.offset),
    };
    let mut fields = Fields::new(&args.fields);
    let mut out = BufWriter::new(io::stdout().lock());
    while left > 0 && at < opened.row_count() {
        if context.cancel.is_cancelled() {
            out.flush()?;
            return Ok(Exit::Cancelled);
        }
        let many = match args.find {
            None => left.min(ROWS_AT_ONCE),
            Some(_) => ROWS_AT_ONCE,
        };
        let rows = opened
            .rows(at, usize::try_from(many).unwrap_or(usize::MAX))
            .await?;
        if rows.events.is_empty() {
            break;
        }
        let page = Page {
            events: &rows.events,
            provisional: &rows.provisional,
        };
        left -= write_rows(&mut out, page, &mut fields, &*wanted, &mut skip, left)?;
        at += rows.events.len() as u64;
    }
    out.flush()?;
    note_unknown(opened, fields.names(), context);
    Ok(Exit::Ok)
}

/// Prints the rows that match an expression, as they are found.
async fn print_matching(
    args: &RowsArgs,
    context: &Context,
    opened: &Opened<NativeStore>,
    expression: &Expression,
) -> Result<Exit, CliError> {
    let (names, are_all) = opened.field_names();
    for hint in expression.hints(&names, are_all) {
        context.note(&escape(&hint));
    }
    let limit = args.limit.unwrap_or(u64::MAX);
    let mut answers = Answers::default().with_rows(RowsWanted::new(args.offset, limit));
    let mut fields = Fields::new(&args.fields);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut outcome = Ok(());
    let mut left = limit;
    let mut receive = |refined: windrow_engine::Refined<'_>| {
        if let Some(matches) = refined.matches {
            left -= matches.numbers.len() as u64;
            outcome = write(&mut out, &matches, &mut fields);
        }
        // A damaged row group may have held the next match.
        match outcome.is_err() || left == 0 || !refined.searched.damaged.is_empty() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let filter = &expression.predicate;
    let asked = opened.ask(filter, &mut answers, &context.cancel, &mut receive);
    let searched = asked.await?;
    outcome?;
    out.flush()?;
    note_unknown(opened, fields.names(), context);
    match searched.damaged.first() {
        Some(problem) => Err(problem.to_error().into()),
        None if context.cancel.is_cancelled() => Ok(Exit::Cancelled),
        None => Ok(Exit::Ok),
    }
}

fn write(out: &mut impl Write, matches: &Matches, fields: &mut Fields) -> io::Result<()> {
    let provisional = vec![matches.provisional; matches.events.len()];
    let page = Page {
        events: &matches.events,
        provisional: &provisional,
    };
    write_rows(out, page, fields, &|_| true, &mut 0, u64::MAX)?;
    Ok(())
}

/// Which messages are wanted.
fn wanted(args: &RowsArgs) -> Box<dyn Fn(&str) -> bool> {
    match &args.find {
        None => Box::new(|_| true),
        Some(text) if args.ignore_case => {
            let needle = Needle::new(text);
            Box::new(move |message| needle.is_in(message))
        }
        Some(text) => {
            let text = text.clone();
            Box::new(move |message| message.contains(&text))
        }
    }
}

/// A run id, or the directory that a receipt names.
pub(super) fn run_id(text: &str) -> Result<&str, CliError> {
    let id = text.trim_end_matches(['/', '\\']);
    let id = id.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_id = id.len() == 8 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_id.then_some(id).ok_or_else(|| CliError::BadInput {
        message: format!("`{}` is no run id", crate::show::escape(text)),
        remedy: "give the `bypass_dir` of the run's receipt, or its last part".into(),
    })
}
