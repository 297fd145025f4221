//! Writing a blob to a directory or an object store.
//!
//! Held in memory and put whole, only if the path is free. What outgrows the buffer is a multipart upload instead.
//! In a directory the parts are written under a staging name, which is then renamed unless the path is taken.
//! Other stores have no such rename: there the path is checked once more before the upload is completed, and two writers that ignore the lock could both pass.

use crate::attempt::Attempt;
use crate::error::StoreError;
use crate::port::BlobWriter;
use bytes::Bytes;
use object_store::path::Path as ObjectPath;
use object_store::{
    Error as ObjectError, MultipartUpload, ObjectStore, ObjectStoreExt, PutMode, PutPayload,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of one piece of an upload. Object stores want five MiB or more, and equal pieces.
const PIECE_BYTES: usize = 8 << 20;

/// The prefix of staging names.
pub(super) const UPLOAD: &str = "_upload-";

static UPLOADS: AtomicU64 = AtomicU64::new(0);

/// Appends to one new object.
#[derive(Debug)]
pub struct NativeWriter {
    objects: Arc<dyn ObjectStore>,
    at: ObjectPath,
    buffer_bytes: usize,
    /// Whether an upload is renamed to its final path.
    renames: bool,
    held: Vec<Bytes>,
    held_bytes: usize,
    size: u64,
    upload: Option<Upload>,
}

#[derive(Debug)]
struct Upload {
    pieces: Box<dyn MultipartUpload>,
    /// The path of the upload.
    at: ObjectPath,
}

impl NativeWriter {
    pub(super) fn new(
        objects: Arc<dyn ObjectStore>,
        at: ObjectPath,
        buffer_bytes: usize,
        renames: bool,
    ) -> Self {
        Self {
            objects,
            at,
            buffer_bytes,
            renames,
            held: Vec::new(),
            held_bytes: 0,
            size: 0,
            upload: None,
        }
    }

    fn attempt(&self, action: &'static str) -> Attempt {
        Attempt::new(self.at.as_ref(), action)
    }

    fn failed(&self, error: ObjectError) -> StoreError {
        self.attempt("writing").object(error)
    }

    fn piece_bytes(&self) -> usize {
        PIECE_BYTES.min(self.buffer_bytes)
    }

    /// Takes the first `bytes` of what is held.
    fn take_held(&mut self, bytes: usize) -> PutPayload {
        let mut wanted = bytes.min(self.held_bytes);
        self.held_bytes -= wanted;
        let mut taken = Vec::new();
        let mut rest = Vec::new();
        for mut piece in std::mem::take(&mut self.held) {
            if wanted == 0 {
                rest.push(piece);
                continue;
            }
            let front = piece.split_to(wanted.min(piece.len()));
            wanted -= front.len();
            taken.push(front);
            if !piece.is_empty() {
                rest.push(piece);
            }
        }
        self.held = rest;
        taken.into_iter().collect()
    }

    /// Starts an upload if there is none, and sends whole pieces until less than one is held.
    async fn send_pieces(&mut self) -> Result<(), StoreError> {
        let mut upload = match self.upload.take() {
            Some(upload) => upload,
            None => self.start_upload().await?,
        };
        let piece_bytes = self.piece_bytes();
        while self.held_bytes >= piece_bytes {
            let piece = self.take_held(piece_bytes);
            if let Err(error) = upload.pieces.put_part(piece).await {
                self.upload = Some(upload);
                return Err(self.failed(error));
            }
        }
        self.upload = Some(upload);
        Ok(())
    }

    async fn start_upload(&self) -> Result<Upload, StoreError> {
        let at = if self.renames {
            self.staging_path()?
        } else {
            self.at.clone()
        };
        let pieces = self.objects.put_multipart(&at).await;
        let pieces = pieces.map_err(|error| self.failed(error))?;
        Ok(Upload { pieces, at })
    }

    /// A unique name beside the object's that no reader takes for data.
    fn staging_path(&self) -> Result<ObjectPath, StoreError> {
        let path = self.at.as_ref();
        let (dir, name) = path
            .rsplit_once('/')
            .map_or(("", path), |(dir, name)| (dir, name));
        let process = std::process::id();
        let number = UPLOADS.fetch_add(1, Ordering::Relaxed);
        let staging = format!("{dir}/{UPLOAD}{process}-{number}-{name}-");
        ObjectPath::parse(staging.trim_start_matches('/'))
            .map_err(|error| self.attempt("writing").failed(&error.to_string()))
    }

    async fn check_free(&self) -> Result<(), StoreError> {
        match self.objects.head(&self.at).await {
            Err(ObjectError::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed(error)),
            Ok(_) => Err(StoreError::AlreadyExists {
                path: self.at.to_string(),
            }),
        }
    }

    async fn complete(&mut self, upload: &mut Upload) -> Result<(), StoreError> {
        let rest = self.take_held(usize::MAX);
        if rest.content_length() > 0 {
            let put = upload.pieces.put_part(rest).await;
            put.map_err(|error| self.failed(error))?;
        }
        self.check_free().await?;
        let completed = upload.pieces.complete().await;
        completed.map_err(|error| self.failed(error))?;
        if self.renames {
            let moved = self
                .objects
                .rename_if_not_exists(&upload.at, &self.at)
                .await;
            if let Err(error) = moved {
                // What cannot be removed is a sidecar that no reader takes for data.
                let _ = self.objects.delete(&upload.at).await;
                return Err(self.failed(error));
            }
        }
        Ok(())
    }

    /// Checks the object's size against what was appended; an object of another size is removed.
    async fn check_size(&self) -> Result<u64, StoreError> {
        let meta = self.objects.head(&self.at).await;
        let meta = meta.map_err(|error| self.failed(error))?;
        if meta.size == self.size {
            return Ok(self.size);
        }
        // Best effort: what stays behind lacks its end and never counts.
        let _ = self.objects.delete(&self.at).await;
        let reason = format!("{} bytes of {} arrived", meta.size, self.size);
        Err(self.attempt("writing").failed(&reason))
    }
}

impl BlobWriter for NativeWriter {
    async fn append(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.size += bytes.len() as u64;
        self.held_bytes += bytes.len();
        self.held.push(bytes);
        if self.upload.is_some() || self.held_bytes > self.buffer_bytes {
            self.send_pieces().await?;
        }
        Ok(())
    }

    async fn finish(mut self) -> Result<u64, StoreError> {
        if let Some(mut upload) = self.upload.take() {
            if let Err(error) = self.complete(&mut upload).await {
                let _ = upload.pieces.abort().await;
                return Err(error);
            }
        } else {
            let whole = self.take_held(usize::MAX);
            let put = self
                .objects
                .put_opts(&self.at, whole, PutMode::Create.into());
            put.await.map_err(|error| self.failed(error))?;
        }
        self.check_size().await
    }

    async fn abandon(mut self) {
        if let Some(mut upload) = self.upload.take() {
            // Best effort: what stays behind is no object.
            let _ = upload.pieces.abort().await;
        }
    }
}
