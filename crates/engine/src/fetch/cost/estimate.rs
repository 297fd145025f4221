//! What a price is made of besides counts: bytes on disk, and time at the rate limit.

use crate::catalog::scan::{Footers, scan_files};
use crate::catalog::scan_result::{Held, HeldPart};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use windrow_model::Dataset;
use windrow_source::Quota;
use windrow_store::{BlobStore, layout};

/// Bytes of an event in a part, where nothing is held to tell: of key=value lines and JSON messages, with their fields.
const USUAL_BYTES: u64 = 60;

/// How many bytes an event takes on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BytesPerEvent {
    /// Bytes, at least 1.
    pub bytes: u64,
    /// Whether parts that are held say so; else it is the usual figure.
    pub is_measured: bool,
}

impl BytesPerEvent {
    /// Where nothing is held.
    pub const USUAL: Self = Self {
        bytes: USUAL_BYTES,
        is_measured: false,
    };

    /// As in what is held of a window; where that is nothing, as in all that is held of the dataset.
    pub async fn held<S: BlobStore>(store: &S, dataset: &Dataset, window: &Held) -> Self {
        let in_window = Self::of(window);
        if in_window.is_measured {
            return in_window;
        }
        let directory = layout::dataset_dir(dataset);
        let listed = Rc::clone(&window.listed);
        let footers = Footers::Indexed;
        Self::of(&scan_files(store, Some(dataset), &directory, listed, None, footers).await)
    }

    /// The mean over all parts held.
    fn of(held: &Held) -> Self {
        let sum = |of: fn(&HeldPart) -> u64| held.parts.iter().map(of).sum::<u64>();
        let rows = sum(|part| part.footer.row_count());
        let bytes = sum(|part| part.footer.file_size());
        match bytes.checked_div(rows) {
            Some(mean) => Self {
                bytes: mean.max(1),
                is_measured: true,
            },
            None => Self::USUAL,
        }
    }

    /// What so many events take.
    pub fn times(self, events: u64) -> u64 {
        self.bytes.saturating_mul(events)
    }
}

/// How long the rate limit makes so many requests wait, at least. Nothing where enough are left, or where there is no limit.
pub(crate) fn limit_ms(requests: u64, quota: Option<Quota>) -> u64 {
    let Some(quota) = quota else {
        return 0;
    };
    match requests.saturating_sub(quota.left) {
        0 => 0,
        over => {
            let periods = (over - 1) / quota.a_period.max(1);
            quota.resets_in_ms + periods.saturating_mul(quota.period_ms)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_costs_no_time_and_what_is_over_waits_for_its_period() {
        let quota = |left| {
            Some(Quota {
                left,
                resets_in_ms: 60_000,
                a_period: 1_500,
                period_ms: 900_000,
            })
        };
        assert_eq!(limit_ms(100, quota(100)), 0);
        assert_eq!(limit_ms(101, quota(100)), 60_000);
        assert_eq!(limit_ms(1_600, quota(100)), 60_000);
        assert_eq!(limit_ms(1_601, quota(100)), 960_000);
        let whole = Some(Quota {
            left: 1_500,
            resets_in_ms: 900_000,
            a_period: 1_500,
            period_ms: 900_000,
        });
        assert_eq!(limit_ms(1_500, whole), 0);
        assert_eq!(limit_ms(1_501, whole), 900_000);
        assert_eq!(limit_ms(u64::MAX, None), 0);
    }
}
