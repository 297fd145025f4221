//! Why a batch is not encoded, a footer proves nothing, or rows are not read.

/// Why a batch could not be encoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A column is larger than one row group can hold.
    #[error("column `{column}` is too large for one row group; flush smaller batches")]
    TooLarge {
        /// Which column.
        column: &'static str,
    },
    /// A column does not have one entry for each row.
    #[error("column `{column}` has more or fewer entries than there are rows")]
    Uneven {
        /// Which column.
        column: &'static str,
    },
    /// A codec or the Parquet library failed.
    #[error("Parquet could not be written: {reason}")]
    Parquet {
        /// The library's words.
        reason: String,
    },
}

impl From<parquet::errors::ParquetError> for EncodeError {
    fn from(error: parquet::errors::ParquetError) -> Self {
        Self::Parquet {
            reason: error.to_string(),
        }
    }
}

/// Why a file proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FooterError {
    /// The footer is longer than the bytes given.
    #[error("its footer takes the last {bytes} bytes")]
    NeedMore {
        /// How many of the last bytes are needed.
        bytes: u64,
    },
    /// It was never finished.
    #[error("it was never finished")]
    Torn,
    /// It was whole once.
    #[error("{reason}")]
    Damaged {
        /// What fails.
        reason: String,
    },
    /// It is not a part of ours.
    #[error("{reason}")]
    Foreign {
        /// Why.
        reason: String,
    },
    /// It was written by a newer version.
    #[error("it has format {format}, newer than 1; use a newer version to read it")]
    NewerFormat {
        /// Its format.
        format: String,
    },
}

/// Why rows could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// A checksum or the rows themselves are wrong.
    #[error("row group {row_group}: {reason}")]
    Damaged {
        /// Which row group, from 0.
        row_group: usize,
        /// What fails.
        reason: String,
    },
}

/// What a person can do about an error of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Fetch the range again, or delete the file.
    Discard,
    /// Leave the file alone; it is not ours, or too new.
    LeaveAlone,
    /// Read more and try again.
    ReadMore,
    /// Report it.
    Report,
}

impl EncodeError {
    /// What a person can do.
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::Report
    }
}

impl FooterError {
    /// What a person can do.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::NeedMore { .. } => ErrorKind::ReadMore,
            Self::Torn | Self::Damaged { .. } => ErrorKind::Discard,
            Self::Foreign { .. } | Self::NewerFormat { .. } => ErrorKind::LeaveAlone,
        }
    }
}

impl DecodeError {
    /// What a person can do.
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::Discard
    }
}
