//! One file being written: created under a free name, appended to row group by row group, closed with the footer that makes the claim.
//!
//! Takes rows from [`flush`](crate::write::flush), gives a [`Written`].
//! Invariant: nothing counts before its footer, and a file that cannot take its bytes is abandoned, with its space.
//! Memory: one encoded row group.

use crate::catalog::index::TakenNames;
use crate::error::EngineError;
use crate::telemetry::Telemetry;
use std::cell::Cell;
use std::rc::Rc;
use windrow_columnar::{EncodeError, Holds, PartMeta, PartWriter};
use windrow_model::settings::FlushSettings;
use windrow_model::{Claim, Dataset, EventBatch, TimeRange};
use windrow_store::{BlobStore, BlobWriter, StoreError, layout};

/// Where parts go and what they hold.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// Parts of a segment, which claim.
    Segment {
        dir: String,
        generation: u32,
        taken: TakenNames,
        /// Rows of the sound part that is fetched again: what replaces it is one part, which claims all of the segment and holds no fewer, or nothing.
        at_least: Option<u64>,
    },
    /// Files beside the segments, which claim nothing.
    Provisional {
        dataset_dir: String,
        /// The number of the run's next such file: ranges that are fetched at once never want the same name.
        next: Rc<Cell<u32>>,
    },
}

impl Target {
    /// The directory that files are written into.
    pub(super) fn dir(&self) -> &str {
        match self {
            Self::Segment { dir, .. } => dir,
            Self::Provisional { dataset_dir, .. } => dataset_dir,
        }
    }
}

/// A finished file.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) path: String,
    pub(crate) range: TimeRange,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
}

/// What goes into the footers besides the rows.
#[derive(Clone, Debug)]
pub(crate) struct Provenance {
    pub(crate) dataset: Dataset,
    pub(crate) segment: TimeRange,
    pub(crate) run_id: String,
    pub(crate) producer: String,
    pub(crate) started_ms: i64,
}

/// Writes the files of one range, one after the other.
pub(crate) struct PartFiles<'a, S> {
    pub(super) store: &'a S,
    pub(super) telemetry: &'a Telemetry<'a>,
    pub(super) target: Target,
    pub(super) provenance: Provenance,
    pub(super) settings: FlushSettings,
    pub(super) slice: TimeRange,
    next_part: u32,
    /// Pages and requests since the last file.
    pages: u64,
    requests: u64,
}

/// A file that is not finished.
pub(super) struct OpenPart<W> {
    path: String,
    pub(super) index: u32,
    encoder: PartWriter,
    blob: W,
}

impl<W: BlobWriter> OpenPart<W> {
    /// Rows in it so far.
    pub(super) fn rows(&self) -> u64 {
        self.encoder.rows()
    }

    /// Removes what was written of it.
    pub(super) async fn abandon(self) {
        self.blob.abandon().await;
    }
}

impl<'a, S: BlobStore> PartFiles<'a, S> {
    pub(crate) fn new(
        store: &'a S,
        telemetry: &'a Telemetry<'a>,
        target: Target,
        provenance: Provenance,
        settings: FlushSettings,
        slice: TimeRange,
    ) -> Self {
        Self {
            store,
            telemetry,
            target,
            provenance,
            settings,
            slice,
            next_part: 0,
            pages: 0,
            requests: 0,
        }
    }

    /// Counts a page towards the provenance of the next file.
    pub(super) fn count_page(&mut self, requests: u64) {
        self.pages += 1;
        self.requests += requests;
    }

    /// Creates the next file. A number that is taken, by a damaged or a foreign file or in the dataset's index, is passed over.
    ///
    /// INVARIANT: a part's number is never below its generation, so that a footer that cannot be read hides no more than the name tells.
    pub(super) async fn open(&mut self) -> Result<OpenPart<S::Writer>, EngineError> {
        let encoder = PartWriter::new(self.settings.compression)
            .map_err(|source| self.encode_failed(source))?
            .promoting(self.settings.promote_fields);
        if let Target::Segment { generation, .. } = &self.target {
            self.next_part = self.next_part.max(*generation);
        }
        loop {
            let (index, path) = match &self.target {
                Target::Segment { dir, .. } => {
                    (self.next_part, layout::part_path(dir, self.next_part))
                }
                Target::Provisional { dataset_dir, next } => {
                    let index = next.replace(next.get() + 1);
                    let Provenance {
                        started_ms, run_id, ..
                    } = &self.provenance;
                    let path = layout::provisional_path(dataset_dir, *started_ms, run_id, index);
                    (index, path)
                }
            };
            let Some(after) = self.next_part.checked_add(1) else {
                let error = StoreError::AlreadyExists { path: path.clone() };
                return Err(self.write_failed(&path, error));
            };
            self.next_part = after;
            if matches!(&self.target, Target::Segment { taken, .. } if taken.has(&path)) {
                continue;
            }
            match self.store.create(&path).await {
                Ok(blob) => {
                    return Ok(OpenPart {
                        path,
                        index,
                        encoder,
                        blob,
                    });
                }
                Err(StoreError::AlreadyExists { .. }) => {}
                Err(error) => return Err(self.write_failed(&path, error)),
            }
        }
    }

    /// Encodes rows and appends them; a file that cannot take them is abandoned, with its space.
    pub(super) async fn append(
        &self,
        mut part: OpenPart<S::Writer>,
        batch: EventBatch,
    ) -> Result<OpenPart<S::Writer>, EngineError> {
        if batch.is_empty() {
            return Ok(part);
        }
        let failed = match part.encoder.append(batch) {
            Ok(bytes) => match part.blob.append(bytes).await {
                Ok(()) => return Ok(part),
                Err(error) => self.write_failed(&part.path, error),
            },
            Err(source) => self.encode_failed(source),
        };
        part.blob.abandon().await;
        Err(failed)
    }

    /// Writes the footer, which makes the claim. Only then the file counts.
    pub(super) async fn close(
        &mut self,
        part: OpenPart<S::Writer>,
        range: TimeRange,
    ) -> Result<Written, EngineError> {
        let OpenPart {
            path,
            index,
            encoder,
            mut blob,
        } = part;
        let meta = PartMeta {
            dataset: self.provenance.dataset.clone(),
            segment: self.provenance.segment,
            part: index,
            holds: match &self.target {
                Target::Segment { generation, .. } => Holds::Claim(Claim {
                    range,
                    generation: *generation,
                }),
                Target::Provisional { .. } => Holds::Provisional(range),
            },
            fetched_at_ms: self.telemetry.now_ms(),
            pages: std::mem::take(&mut self.pages),
            requests: std::mem::take(&mut self.requests),
            producer: self.provenance.producer.clone(),
        };
        let rows = encoder.rows();
        let footer = match encoder.finish(&meta) {
            Ok(footer) => footer,
            Err(source) => {
                blob.abandon().await;
                return Err(self.encode_failed(source));
            }
        };
        if let Err(error) = blob.append(footer).await {
            blob.abandon().await;
            return Err(self.write_failed(&path, error));
        }
        let finished = blob.finish().await;
        let bytes = finished.map_err(|error| self.write_failed(&path, error))?;
        Ok(Written {
            path,
            range,
            rows,
            bytes,
        })
    }

    fn encode_failed(&self, source: EncodeError) -> EngineError {
        EngineError::Encode {
            range: self.slice,
            source,
        }
    }

    fn write_failed(&self, path: &str, error: StoreError) -> EngineError {
        let error = EngineError::from(error);
        self.telemetry.write_failed(path, &error);
        error
    }
}
