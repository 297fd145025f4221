//! Parts in memory, made and read the way the engine does it.

use arrow::array::RecordBatch;
use bytes::Bytes;
use std::ops::Range;
use windrow_columnar::{
    ColumnChunks, DecodeError, Footer, FooterError, Holds, PartMeta, PartWriter, Projection,
    append_events, check_magic, decode, verify,
};
use windrow_model::batch::EventRef;
use windrow_model::settings::Compression;
use windrow_model::{Claim, Dataset, EventBatch, TimeRange};

/// An event by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) ms: i64,
    pub(crate) number: Option<i64>,
    pub(crate) id: Option<String>,
    pub(crate) log: String,
    pub(crate) message: String,
    pub(crate) labels: Vec<String>,
    pub(crate) extra: Option<String>,
}

pub(crate) fn event(ms: i64, message: &str) -> Event {
    Event {
        ms,
        number: Some(ms * 10),
        log: "a log".into(),
        message: message.into(),
        ..Event::default()
    }
}

pub(crate) fn batch(events: &[Event]) -> EventBatch {
    let mut batch = EventBatch::new();
    for event in events {
        batch.push_labelled(
            EventRef {
                timestamp_ms: event.ms,
                sequence_number: event.number,
                event_id: event.id.as_deref(),
                log_id: &event.log,
                message: &event.message,
                extra: event.extra.as_deref(),
            },
            event.labels.iter().map(String::as_str),
        );
    }
    batch
}

pub(crate) fn events(batch: &EventBatch) -> Vec<Event> {
    (0..batch.len())
        .map(|row| {
            let event = batch.get(row).unwrap();
            Event {
                ms: event.timestamp_ms,
                number: event.sequence_number,
                id: event.event_id.map(Into::into),
                log: event.log_id.into(),
                message: event.message.into(),
                labels: batch.labels.get(row).map(Into::into).collect(),
                extra: event.extra.map(Into::into),
            }
        })
        .collect()
}

/// A claim on `[start_ms, end_ms)` in the segment `[0, 10_000)`.
pub(crate) fn meta(start_ms: i64, end_ms: i64) -> PartMeta {
    PartMeta {
        dataset: Dataset::new("log-search", "2f3a9c1e", "where(a=b)").unwrap(),
        segment: TimeRange::new(0, 10_000).unwrap(),
        part: 7,
        holds: Holds::Claim(Claim {
            range: TimeRange::new(start_ms, end_ms).unwrap(),
            generation: 3,
        }),
        fetched_at_ms: 1_795_412_172_250,
        pages: 12,
        requests: 34,
        producer: "windrow 0.1.0".into(),
    }
}

/// A file of one row group for each batch.
pub(crate) fn part(batches: &[EventBatch], compression: Compression, meta: &PartMeta) -> Bytes {
    let mut writer = PartWriter::new(compression).unwrap();
    let mut file = Vec::new();
    for batch in batches {
        file.extend(writer.append(batch.clone()).unwrap());
        assert_eq!(writer.bytes(), file.len() as u64);
    }
    let rows: usize = batches.iter().map(EventBatch::len).sum();
    assert_eq!(writer.rows(), rows as u64);
    file.extend(writer.finish(meta).unwrap());
    file.into()
}

pub(crate) fn small() -> Bytes {
    let events = [
        event(1_000, "one"),
        event(1_001, "two"),
        event(1_999, "three"),
    ];
    part(&[batch(&events)], Compression::Zstd, &meta(1_000, 2_000))
}

pub(crate) fn parse(file: &Bytes) -> Result<Footer, FooterError> {
    Footer::parse(file.clone(), file.len() as u64)
}

pub(crate) fn group_bytes(file: &Bytes, footer: &Footer, group: usize) -> Bytes {
    let range = &footer.row_groups()[group].bytes;
    file.slice(range.start as usize..range.end as usize)
}

/// Some rows of some columns as one batch, reading of a row group's `bytes` only what is asked for.
pub(crate) fn columns(
    footer: &Footer,
    group: usize,
    bytes: &Bytes,
    rows: Range<usize>,
    projection: &Projection,
) -> Result<RecordBatch, DecodeError> {
    let mut chunks = ColumnChunks::new(group);
    for range in chunks.missing(footer, projection) {
        let start = footer.row_groups()[group].bytes.start;
        let within = |at: u64| bytes.len().min((at - start) as usize);
        let held = bytes.slice(within(range.start)..within(range.end));
        chunks.insert(footer, range.start, &held)?;
    }
    let selected = std::slice::from_ref(&rows);
    let batches = decode(footer, &chunks, projection, selected, rows.len())?;
    let batches = batches.collect::<Result<Vec<_>, _>>()?;
    assert_eq!(batches.len(), usize::from(!rows.is_empty()));
    let empty = RecordBatch::new_empty(windrow_columnar::schema());
    Ok(batches.into_iter().next().unwrap_or(empty))
}

/// The same for all columns of events.
pub(crate) fn decode_events(
    footer: &Footer,
    group: usize,
    bytes: &Bytes,
    rows: Range<usize>,
) -> Result<EventBatch, DecodeError> {
    let batch = columns(footer, group, bytes, rows, &Projection::events())?;
    let mut events = EventBatch::new();
    append_events(&mut events, &batch).unwrap();
    Ok(events)
}

/// Everything in a file, read the long way.
pub(crate) fn read(file: &Bytes) -> Vec<Event> {
    let footer = parse(file).unwrap();
    let mut all = Vec::new();
    for (number, group) in footer.row_groups().iter().enumerate() {
        assert_eq!(group.first_row, all.len() as u64);
        let bytes = group_bytes(file, &footer, number);
        verify(&footer, number, &bytes).unwrap();
        let rows = 0..group.rows as usize;
        all.extend(events(
            &decode_events(&footer, number, &bytes, rows).unwrap(),
        ));
    }
    assert_eq!(footer.row_count(), all.len() as u64);
    all
}

/// Whether a file counts and all its rows are sound.
pub(crate) fn is_sound(file: &Bytes) -> bool {
    check_magic(file)
        && parse(file).is_ok_and(|footer| {
            (0..footer.row_groups().len())
                .all(|group| verify(&footer, group, &group_bytes(file, &footer, group)).is_ok())
        })
}

/// Replaces a text in the footer by one of the same length and makes the checksum fit again.
pub(crate) fn forged(file: &Bytes, text: &[u8], by: &[u8]) -> Bytes {
    assert_eq!(text.len(), by.len());
    let mut bytes = file.to_vec();
    let last = |bytes: &[u8], text: &[u8]| {
        bytes
            .windows(text.len())
            .rposition(|held| held == text)
            .unwrap()
    };
    let at = last(&bytes, text);
    bytes[at..at + by.len()].copy_from_slice(by);
    let footer_len = u32::from_le_bytes(bytes[bytes.len() - 8..][..4].try_into().unwrap());
    let footer = bytes.len() - 8 - footer_len as usize;
    let key = b"windrow.footer_crc32c";
    let crc = last(&bytes, key) + key.len() + 2;
    bytes[crc..crc + 8].copy_from_slice(b"00000000");
    let sum = format!("{:08x}", crc32c::crc32c(&bytes[footer..]));
    bytes[crc..crc + 8].copy_from_slice(sum.as_bytes());
    bytes.into()
}
