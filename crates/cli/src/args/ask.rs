//! Which rows of a cached window are asked about.

use super::{CacheArgs, DatasetArgs, WindowArgs};
use clap::Args;
use std::path::PathBuf;

/// A window and an expression.
#[derive(Debug, Args)]
#[command(mut_arg("log", |log| log.required(true)))]
pub struct AskArgs {
    /// The window.
    #[command(flatten)]
    pub window: WindowArgs,
    /// The log.
    #[command(flatten)]
    pub dataset: DatasetArgs,
    /// Only rows that match this expression, such as 'status >= 500 -user:admin'.
    #[arg(
        long = "where",
        value_name = "EXPR",
        default_value = "",
        allow_hyphen_values = true
    )]
    pub filter: String,
    /// A list of values.
    #[command(flatten)]
    pub list: ListArgs,
    /// The cache.
    #[command(flatten)]
    pub cache: CacheArgs,
}

/// A list of values in a file.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only rows whose message contains one of the values in this file, one a line; `*` in one is any run of characters.
    #[arg(long, value_name = "FILE")]
    pub any_of: Option<PathBuf>,
    /// Look for the values of the file in this field, and not in messages: whole values, or networks of addresses.
    #[arg(long = "in", value_name = "FIELD", requires = "any_of")]
    pub any_of_in: Option<String>,
}

/// Arguments of `count`.
#[derive(Debug, Args)]
pub struct CountArgs {
    /// Which rows.
    #[command(flatten)]
    pub ask: AskArgs,
}

/// Arguments of `histogram`.
#[derive(Debug, Args)]
pub struct HistogramArgs {
    /// Which rows.
    #[command(flatten)]
    pub ask: AskArgs,
    /// Split each number by the values of this field: the eight most frequent ones and the rest.
    #[arg(long, value_name = "FIELD")]
    pub by: Option<String>,
}

/// Arguments of `top`.
#[derive(Debug, Args)]
pub struct TopArgs {
    /// The field whose values are counted, or two for pairs of values.
    #[arg(required = true, num_args = 1..=2, value_name = "FIELD")]
    pub fields: Vec<String>,
    /// Which rows.
    #[command(flatten)]
    pub ask: AskArgs,
    /// Also the sum, the lowest and the highest number of this field.
    #[arg(long, value_name = "FIELD")]
    pub of: Option<String>,
    /// Maximum values to print.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub limit: usize,
}

/// Arguments of `fields`.
#[derive(Debug, Args)]
pub struct FieldsArgs {
    /// Which rows.
    #[command(flatten)]
    pub ask: AskArgs,
}
