//! `windrow logs`: the logs of the account.

use crate::args::LogsArgs;
use crate::args::connection::required_key;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::show::{Side, Table, counted};
use windrow_source::LogSource;

pub(super) async fn run(args: &LogsArgs, context: &Context) -> Result<Exit, CliError> {
    let key = required_key("a list of logs from the log API")?;
    let source = args.connection.source(Some(key))?;
    let logs = context
        .cancel
        .run_until_cancelled(source.logs(&|_| {}))
        .await;
    let Some(logs) = logs else {
        return Ok(Exit::Cancelled);
    };
    let mut logs = logs?;
    logs.sort_by_cached_key(|log| log.name.to_lowercase());
    context.print(&logs, || {
        let mut table = Table::new(&[("Log id", Side::Left), ("Name", Side::Left)]);
        for log in &logs {
            table.row([&log.id, &log.name]);
        }
        table.lines()
    })?;
    if !context.json {
        context.note(&format!(
            "{} at {}",
            counted(logs.len() as u64, "log", "logs"),
            args.connection.api()?.host()
        ));
    }
    Ok(Exit::Ok)
}
