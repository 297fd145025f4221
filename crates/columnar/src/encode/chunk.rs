//! One column chunk: pages behind each other, and the metadata that finds them.
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

/// What is shared by the chunks of a part: the bytes of the row group so far, and what pages are made in.
pub(super) struct Desk {
    pub(super) compressor: Compressor,
    /// Encoded bytes not given out yet.
    pub(super) out: Vec<u8>,
    /// Where in the file `out` begins.
    pub(super) out_at: u64,
    /// The body of the page in the making.
    pub(super) body: Vec<u8>,
    scratch: Vec<u8>,
}

impl Desk {
    pub(super) const fn new(compressor: Compressor) -> Self {
        Self {
            compressor,
            out: Vec::new(),
            out_at: 0,
            body: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// The checksum of bytes that were not given out yet, by their place in the file.
    pub(super) fn crc(&self, bytes: Range<u64>) -> u32 {
        let within = |at: u64| at.checked_sub(self.out_at).map(|at| at as usize);
        within(bytes.start)
            .zip(within(bytes.end))
            .and_then(|(start, end)| self.out.get(start..end))
            .map_or(0, crc32c::crc32c)
    }

    /// The bytes since the last time, and keeps none of them.
    pub(super) fn give_out(&mut self) -> Bytes {
        self.out_at += self.out.len() as u64;
        std::mem::take(&mut self.out).into()
    }

    fn at(&self) -> i64 {
        i64::try_from(self.out_at + self.out.len() as u64).unwrap_or(i64::MAX)
    }
}

/// A column chunk in the making.
pub(super) struct ChunkWriter<'a> {
    desk: &'a mut Desk,
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
    pub(super) fn new(desk: &'a mut Desk, column: &'static str) -> Self {
        desk.body.clear();
        let start = desk.at();
        Self {
            desk,
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
        &mut self.desk.body
    }

    /// Writes the body as the dictionary page, which must come first.
    pub(super) fn put_dictionary(&mut self, values: usize) -> Result<(), EncodeError> {
        self.dictionary_at = Some(self.desk.at());
        self.note(Encoding::PLAIN);
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
        self.data_at.get_or_insert(self.desk.at());
        self.values += self.limit(values).map(i64::from)?;
        self.note(encoding);
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
            .set_compression(self.desk.compressor.codec())
            .set_num_values(self.values)
            .set_total_compressed_size(self.desk.at() - self.start)
            .set_total_uncompressed_size(self.uncompressed)
            .set_dictionary_page_offset(self.dictionary_at)
            .set_data_page_offset(self.data_at.unwrap_or(self.start))
            .set_statistics(statistics)
            .build()
            .map_err(EncodeError::from)
    }

    fn note(&mut self, encoding: Encoding) {
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
        let plain_len = self.limit(self.desk.body.len())?;
        if plain_len > MAX_PAGE_BYTES {
            return Err(EncodeError::TooLarge {
                column: self.column,
            });
        }
        let values = self.limit(values)?;
        let desk = &mut *self.desk;
        let bytes = desk.compressor.compress(&desk.body, &mut desk.scratch)?;
        let len = i32::try_from(bytes.len()).map_err(|_| EncodeError::TooLarge {
            column: self.column,
        })?;
        let header_at = desk.out.len();
        put_header(&mut desk.out, page, [plain_len, len], values, encoding);
        self.uncompressed += (desk.out.len() - header_at) as i64 + i64::from(plain_len);
        desk.out.extend_from_slice(bytes);
        desk.body.clear();
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Page {
    Data,
    Dictionary,
}

/// `PageHeader` of `parquet.thrift`, in Thrift's compact protocol: each field is its distance from the one before and its type, then its value.
fn put_header(out: &mut Vec<u8>, page: Page, sizes: [i32; 2], values: i32, encoding: Encoding) {
    const I32: u8 = 5;
    const STRUCT: u8 = 12;
    let field = |out: &mut Vec<u8>, step: u8, value: i32| {
        out.push((step << 4) | I32);
        put_zigzag(out, i64::from(value));
    };
    let (kind, header_step) = match page {
        Page::Data => (0, 2),
        Page::Dictionary => (2, 4),
    };
    field(out, 1, kind);
    for size in sizes {
        field(out, 1, size);
    }
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
