//! `windrow rows`: the rows of a cached window as NDJSON, page by page.
//!
//! Memory: one page of rows. A reader that goes away ends it quietly.

use super::{gaps_of, open_store, refuse_damage, unheld};
use crate::args::RowsArgs;
use crate::clock::SystemClock;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::ndjson::write_rows;
use std::io::{self, BufWriter, Write};
use windrow_engine::{Opened, open, open_bypass};
use windrow_model::fold::Needle;
use windrow_source::Clock;
use windrow_store::NativeStore;

/// Rows read at once.
const ROWS_AT_ONCE: u64 = 16_384;

pub(super) async fn run(args: &RowsArgs, context: &Context) -> Result<Exit, CliError> {
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
    print(args, context, &opened).await
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
        left -= write_rows(&mut out, &rows, &*wanted, &mut skip, left)?;
        at += rows.events.len() as u64;
    }
    out.flush()?;
    Ok(Exit::Ok)
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
