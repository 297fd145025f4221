//! Which rows of a cached window are asked about.

use super::{CacheArgs, DatasetArgs, WindowArgs};
use clap::Args;

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
    /// The cache.
    #[command(flatten)]
    pub cache: CacheArgs,
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
