//! The codecs of a part's pages.
//!
//! Memory: the state of one codec, kept from page to page.

use crate::error::EncodeError;
use parquet::basic::{Compression as Codec, ZstdLevel};
use windrow_model::settings::Compression;

/// Smallest and fastest of all levels tried.
const ZSTD_LEVEL: i32 = 1;

/// Compresses one page at a time.
pub(super) enum Compressor {
    Zstd(zstd::bulk::Compressor<'static>),
    Lz4,
    Snappy(Box<snap::raw::Encoder>),
    None,
}

impl Compressor {
    pub(super) fn new(compression: Compression) -> Result<Self, EncodeError> {
        Ok(match compression {
            Compression::Zstd => {
                Self::Zstd(zstd::bulk::Compressor::new(ZSTD_LEVEL).map_err(failed)?)
            }
            Compression::Lz4 => Self::Lz4,
            Compression::Snappy => Self::Snappy(Box::new(snap::raw::Encoder::new())),
            Compression::None => Self::None,
        })
    }

    /// Its name in the metadata.
    pub(super) fn codec(&self) -> Codec {
        match self {
            Self::Zstd(_) => Codec::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default()),
            Self::Lz4 => Codec::LZ4_RAW,
            Self::Snappy(_) => Codec::SNAPPY,
            Self::None => Codec::UNCOMPRESSED,
        }
    }

    /// Compresses `page` into `scratch` and gives what to write.
    pub(super) fn compress<'a>(
        &mut self,
        page: &'a [u8],
        scratch: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], EncodeError> {
        scratch.clear();
        let len = match self {
            Self::Zstd(zstd) => {
                scratch.reserve(zstd::zstd_safe::compress_bound(page.len()));
                zstd.compress_to_buffer(page, scratch).map_err(failed)?
            }
            Self::Lz4 => {
                scratch.resize(lz4_flex::block::get_maximum_output_size(page.len()), 0);
                lz4_flex::block::compress_into(page, scratch).map_err(failed)?
            }
            Self::Snappy(snappy) => {
                scratch.resize(snap::raw::max_compress_len(page.len()), 0);
                snappy.compress(page, scratch).map_err(failed)?
            }
            Self::None => return Ok(page),
        };
        Ok(scratch.get(..len).unwrap_or_default())
    }
}

fn failed(error: impl std::fmt::Display) -> EncodeError {
    EncodeError::Parquet {
        reason: error.to_string(),
    }
}
