//! One file on its way: created under a free name, appended to row group by row group, closed with the footer that makes the claim.
//!
//! Invariant: nothing counts before its footer, and a file that cannot take its bytes is given up, with its space.
//! Memory: one encoded row group.

use crate::error::EngineError;
use crate::write::flush::{Target, Writer, Written};
use windrow_columnar::{EncodeError, Holds, PartMeta, PartWriter};
use windrow_model::event::RunEvent;
use windrow_model::{Claim, EventBatch, TimeRange};
use windrow_store::{BlobStore, BlobWriter, StoreError, layout};

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

    /// Gives it up.
    pub(super) async fn abandon(self) {
        self.blob.abandon().await;
    }
}

impl<S: BlobStore> Writer<'_, S> {
    /// Creates the next file. A number that is taken, by a damaged or a foreign file or in the dataset's index, is passed over.
    ///
    /// INVARIANT: a part's number is never below its generation, so that a footer that cannot be read hides no more than the name tells.
    pub(super) async fn open_part(&mut self) -> Result<OpenPart<S::Writer>, EngineError> {
        let encoder = PartWriter::new(self.flush.compression)
            .map_err(|source| self.encode_failed(source))?
            .promoting(self.flush.promote_fields);
        if let Target::Segment { generation, .. } = &self.target {
            self.next_part = self.next_part.max(*generation);
        }
        loop {
            let index = match &self.target {
                Target::Segment { .. } => self.next_part,
                Target::Provisional { next, .. } => next.replace(next.get() + 1),
            };
            let path = match &self.target {
                Target::Segment { dir, .. } => layout::part_path(dir, index),
                Target::Provisional { dataset_dir, .. } => layout::provisional_path(
                    dataset_dir,
                    self.provenance.started_ms,
                    &self.provenance.run_id,
                    index,
                ),
            };
            let Some(after) = self.next_part.checked_add(1) else {
                let path = path.clone();
                return Err(
                    self.write_failed(&path, StoreError::AlreadyExists { path: path.clone() })
                );
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

    /// Encodes rows and appends them; a part that cannot take them is given up, with its space.
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

    /// Writes the footer, which makes the claim, and only then counts the part.
    pub(super) async fn close_part(
        &mut self,
        part: OpenPart<S::Writer>,
        range: TimeRange,
    ) -> Result<(), EngineError> {
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
            fetched_at_ms: (self.teller.now_ms)(),
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
        let bytes = blob
            .finish()
            .await
            .map_err(|error| self.write_failed(&path, error))?;
        self.kept_until_ms = range.end_ms();
        self.written.push(Written {
            path,
            range,
            rows,
            bytes,
        });
        Ok(())
    }

    fn encode_failed(&self, source: EncodeError) -> EngineError {
        EngineError::Encode {
            range: self.slice,
            source,
        }
    }

    fn write_failed(&self, path: &str, error: StoreError) -> EngineError {
        let error = EngineError::from(error);
        self.teller.tell(RunEvent::CacheWriteFailed {
            path: path.to_owned(),
            reason: error.to_string(),
            remedy: error.remedy().to_owned(),
        });
        error
    }

    pub(super) fn tell_flush(
        &self,
        part_index: u32,
        rows_buffered: u64,
        bytes_buffered: u64,
        starts: bool,
    ) {
        let segment_dir = match &self.target {
            Target::Segment { dir, .. } => dir.clone(),
            Target::Provisional { dataset_dir, .. } => dataset_dir.clone(),
        };
        self.teller.tell(if starts {
            RunEvent::FlushStart {
                segment_dir,
                part_index,
                rows_buffered,
                bytes_buffered,
            }
        } else {
            RunEvent::FlushComplete {
                segment_dir,
                part_index,
                rows_buffered,
                bytes_buffered,
            }
        });
    }
}
