//! Where parts are kept, and when buffers become parts.

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, ValueEnum};
use std::path::PathBuf;
use windrow_model::settings::{Compression, FlushSettings};

/// The cache's root.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Cache")]
pub struct CacheArgs {
    /// Directory of the cache.
    #[arg(
        long,
        env = "LOG_INGESTION_CACHE_DIR",
        value_name = "DIR",
        default_value = "data/cache"
    )]
    pub cache_dir: PathBuf,
}

/// When buffers become parts.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Writing")]
pub struct ThresholdArgs {
    /// Rows a buffer may hold before it becomes a part.
    #[arg(long, env = "FLUSH_ROWS", value_name = "N", default_value_t = 100_000,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub flush_rows: u32,
    /// Bytes a buffer may hold before it becomes a part; the first limit that is reached counts.
    #[arg(long, env = "FLUSH_BYTES", value_name = "N", default_value_t = 16 << 20,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub flush_bytes: u32,
}

/// Thresholds and codec.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Writing")]
pub struct FlushArgs {
    /// When buffers become parts.
    #[command(flatten)]
    pub thresholds: ThresholdArgs,
    /// Codec of the parts.
    #[arg(
        long,
        env = "PARQUET_COMPRESSION",
        value_name = "CODEC",
        default_value = "zstd",
        ignore_case = true
    )]
    pub compression: Codec,
    /// Store fields of JSON and key=value messages as columns; messages stay unchanged.
    #[arg(long, env = "PROMOTE_FIELDS", value_name = "BOOL", default_value_t = true,
        action = ArgAction::Set, value_parser = BoolishValueParser::new())]
    pub promote_fields: bool,
    /// Ranges fetched at once: gaps, and slices of long gaps. They share the thresholds and the log API's budget.
    #[arg(long, env = "FETCH_PARALLEL", value_name = "N", default_value_t = 4,
        value_parser = clap::value_parser!(u32).range(1..=16))]
    pub parallel: u32,
}

/// A codec by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Codec {
    /// Smallest and fastest.
    Zstd,
    /// LZ4 in its raw form.
    Lz4,
    /// Snappy.
    Snappy,
    /// Not compressed.
    None,
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl ThresholdArgs {
    /// The same as the core's settings, with the defaults of all others.
    pub fn settings(&self) -> FlushSettings {
        FlushSettings {
            rows: size(self.flush_rows),
            bytes: size(self.flush_bytes),
            ..FlushSettings::default()
        }
    }
}

impl FlushArgs {
    /// The same as the core's settings.
    pub fn settings(&self) -> FlushSettings {
        FlushSettings {
            compression: match self.compression {
                Codec::Zstd => Compression::Zstd,
                Codec::Lz4 => Compression::Lz4,
                Codec::Snappy => Compression::Snappy,
                Codec::None => Compression::None,
            },
            promote_fields: self.promote_fields,
            parallel: size(self.parallel),
            ..self.thresholds.settings()
        }
    }
}
