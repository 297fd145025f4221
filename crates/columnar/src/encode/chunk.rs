//! One column chunk: consecutive pages, and the metadata that finds them.
//!
//! Takes the bodies of pages, appends them to the row group's bytes.
//! Memory: the body of one page, and the same compressed.

use super::codec::Compressor;
use super::varint::{put_varint, put_zigzag};
use crate::error::EncodeError;
use crate::page::MAX_PAGE_BYTES;
use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescPtr;
use std::ops::Range;

/// The encoded bytes of the row group in the making, and the buffers its pages are made in. Shared by the chunks of a part.
pub(super) struct RowGroupBuffer {
    pub(super) compressor: Compressor,
    /// Encoded bytes that were not drained yet.
    pub(super) out: Vec<u8>,
    /// Where in the file `out` begins.
    pub(super) out_at: u64,
    /// The body of the page in the making.
    pub(super) body: Vec<u8>,
    scratch: Vec<u8>,
}

impl RowGroupBuffer {
    pub(super) const fn new(compressor: Compressor) -> Self {
        Self {
            compressor,
            out: Vec::new(),
            out_at: 0,
            body: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// The checksum of a range of the file that was not drained yet.
    pub(super) fn crc(&self, bytes: Range<u64>) -> u32 {
        let within = |at: u64| at.checked_sub(self.out_at).map(|at| at as usize);
        within(bytes.start)
            .zip(within(bytes.end))
            .and_then(|(start, end)| self.out.get(start..end))
            .map_or(0, crc32c::crc32c)
    }

    /// Gives the bytes since the last call, and keeps none of them.
    pub(super) fn drain(&mut self) -> Bytes {
        self.out_at += self.out.len() as u64;
        std::mem::take(&mut self.out).into()
    }

    fn at(&self) -> i64 {
        i64::try_from(self.out_at + self.out.len() as u64).unwrap_or(i64::MAX)
    }
}

/// A column chunk in the making.
pub(super) struct ChunkWriter<'a> {
    buffer: &'a mut RowGroupBuffer,
    column: &'static str,
    start: i64,
    dictionary_at: Option<i64>,
    data_at: Option<i64>,
    rows: usize,
    values: i64,
    /// Bytes of headers and uncompressed bodies.
    uncompressed: i64,
    encodings: Vec<Encoding>,
}

impl<'a> ChunkWriter<'a> {
    pub(super) fn new(buffer: &'a mut RowGroupBuffer, column: &'static str) -> Self {
        buffer.body.clear();
        let start = buffer.at();
        Self {
            buffer,
            column,
            start,
            dictionary_at: None,
            data_at: None,
            rows: 0,
            values: 0,
            uncompressed: 0,
            encodings: vec![Encoding::RLE],
        }
    }

    /// The name of the column.
    pub(super) const fn column(&self) -> &'static str {
        self.column
    }

    /// The body of the page in the making.
    pub(super) const fn body(&mut self) -> &mut Vec<u8> {
        &mut self.buffer.body
    }

    /// Writes the body as the dictionary page, which must come first.
    pub(super) fn put_dictionary(&mut self, values: usize) -> Result<(), EncodeError> {
        self.dictionary_at = Some(self.buffer.at());
        self.add_encoding(Encoding::PLAIN);
        self.put(Page::Dictionary, values, Encoding::PLAIN)
    }

    /// Writes the body as a data page with an entry for each row.
    pub(super) fn put_page(&mut self, rows: usize, encoding: Encoding) -> Result<(), EncodeError> {
        self.put_list_page(rows, rows, encoding)
    }

    /// Writes the body as a data page of `rows` lists, which take `values` entries.
    pub(super) fn put_list_page(
        &mut self,
        rows: usize,
        values: usize,
        encoding: Encoding,
    ) -> Result<(), EncodeError> {
        self.rows += rows;
        self.data_at.get_or_insert(self.buffer.at());
        self.values += self.limit(values).map(i64::from)?;
        self.add_encoding(encoding);
        self.put(Page::Data, values, encoding)
    }

    /// The metadata of what was written.
    pub(super) fn close(
        self,
        descriptor: ColumnDescPtr,
        rows: usize,
        statistics: Statistics,
    ) -> Result<ColumnChunkMetaData, EncodeError> {
        if self.rows != rows {
            return Err(EncodeError::Uneven {
                column: self.column,
            });
        }
        ColumnChunkMetaData::builder(descriptor)
            .set_encodings(self.encodings)
            .set_compression(self.buffer.compressor.codec())
            .set_num_values(self.values)
            .set_total_compressed_size(self.buffer.at() - self.start)
            .set_total_uncompressed_size(self.uncompressed)
            .set_dictionary_page_offset(self.dictionary_at)
            .set_data_page_offset(self.data_at.unwrap_or(self.start))
            .set_statistics(statistics)
            .build()
            .map_err(EncodeError::from)
    }

    fn add_encoding(&mut self, encoding: Encoding) {
        if !self.encodings.contains(&encoding) {
            self.encodings.push(encoding);
        }
    }

    fn limit(&self, size: usize) -> Result<i32, EncodeError> {
        i32::try_from(size).map_err(|_| EncodeError::TooLarge {
            column: self.column,
        })
    }

    fn put(&mut self, page: Page, values: usize, encoding: Encoding) -> Result<(), EncodeError> {
        let plain_len = self.limit(self.buffer.body.len())?;
        if plain_len > MAX_PAGE_BYTES {
            return Err(EncodeError::TooLarge {
                column: self.column,
            });
        }
        let values = self.limit(values)?;
        let buffer = &mut *self.buffer;
        let bytes = buffer
            .compressor
            .compress(&buffer.body, &mut buffer.scratch)?;
        let len = i32::try_from(bytes.len()).map_err(|_| EncodeError::TooLarge {
            column: self.column,
        })?;
        let header_at = buffer.out.len();
        let crc = crc32fast::hash(bytes);
        put_header(
            &mut buffer.out,
            page,
            [plain_len, len],
            crc,
            values,
            encoding,
        );
        self.uncompressed += (buffer.out.len() - header_at) as i64 + i64::from(plain_len);
        buffer.out.extend_from_slice(bytes);
        buffer.body.clear();
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Page {
    Data,
    Dictionary,
}

/// `PageHeader` of `parquet.thrift`, in Thrift's compact protocol: each field is its distance from the one before and its type, then its value.
///
/// `crc` is the CRC-32 of the page as it is written, without this header: other readers check it, ours has a checksum for the whole chunk.
fn put_header(
    out: &mut Vec<u8>,
    page: Page,
    sizes: [i32; 2],
    crc: u32,
    values: i32,
    encoding: Encoding,
) {
    const I32: u8 = 5;
    const STRUCT: u8 = 12;
    let field = |out: &mut Vec<u8>, step: u8, value: i32| {
        out.push((step << 4) | I32);
        put_zigzag(out, i64::from(value));
    };
    let (kind, header_step) = match page {
        Page::Data => (0, 1),
        Page::Dictionary => (2, 3),
    };
    field(out, 1, kind);
    for size in sizes {
        field(out, 1, size);
    }
    field(out, 1, crc.cast_signed());
    out.push((header_step << 4) | STRUCT);
    field(out, 1, values);
    field(out, 1, encoding as i32);
    if matches!(page, Page::Data) {
        // Both kinds of levels.
        field(out, 1, Encoding::RLE as i32);
        field(out, 1, Encoding::RLE as i32);
    }
    // The ends of both structs.
    put_varint(out, 0);
    put_varint(out, 0);
}
