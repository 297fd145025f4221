//! What a panel shows of something that takes time: nothing yet, on its way, here, or why it is not.

use windrow_protocol::Failed;

/// A value that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Load<T> {
    /// Not asked for.
    #[default]
    Idle,
    /// On its way.
    Loading,
    /// Here.
    Ready(T),
    /// Could not be had.
    Failed(Failed),
}

impl<T> Load<T> {
    /// The value, once it is here.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is on its way.
    pub fn is_loading(&self) -> bool {
        matches!(self, Self::Loading)
    }

    /// Whether it was not asked for.
    pub fn is_idle(&self) -> bool {
        matches!(self, Self::Idle)
    }
}

impl<T> From<Result<T, Failed>> for Load<T> {
    fn from(result: Result<T, Failed>) -> Self {
        match result {
            Ok(value) => Self::Ready(value),
            Err(failed) => Self::Failed(failed),
        }
    }
}
