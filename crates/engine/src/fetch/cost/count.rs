//! Counts every gap of a run before its first page, and tells what the whole will cost.
//!
//! Takes the gaps of a plan, gives the ranges to fetch: the gaps with their counts, or slices of long ones.
//! Invariant: no page is asked for before every gap was counted, and no gap is counted twice.
//! A count that fails fails its gap only; a refused key and a bad query stop all, before anything was fetched.

use crate::cancel::Cancel;
use crate::fetch::cost::estimate::limit_ms;
use crate::fetch::cost::split::priced;
use crate::fetch::range::{Gap, Outcome};
use crate::fetch::report::{Expected, Receipt};
use crate::fetch::run::Run;
use crate::fetch::scheduler::{Job, Stopped};
use futures_util::StreamExt;
use futures_util::stream::iter;
use std::collections::VecDeque;
use windrow_model::TimeRange;
use windrow_model::event::RunEvent;
use windrow_source::{Clock, LogSource};
use windrow_store::{BlobStore, layout};

impl<S: BlobStore, L: LogSource, C: Clock> Run<'_, S, L, C> {
    /// The ranges to fetch, in the order of the gaps.
    pub(crate) async fn count_all(
        &self,
        jobs: Vec<Job>,
        halt: &Cancel,
        stopped: &mut Stopped,
        receipt: &mut Receipt,
    ) -> VecDeque<Job> {
        let mut ranges = VecDeque::new();
        let mut counting = iter(jobs)
            .map(|job| self.count_job(job, halt))
            .buffered(self.request.flush.parallel.max(1));
        while let Some((job, counted)) = counting.next().await {
            match counted {
                Ok(gaps) => ranges.extend(gaps.into_iter().map(|gap| Job {
                    gap,
                    damage: job.damage.clone(),
                })),
                // Left for whoever asks what was not tried.
                Err(failed) if failed.cancelled => ranges.push_back(job),
                Err(failed) => self.hand_in(&job, failed, halt, stopped, receipt).await,
            }
        }
        if let Some(first) = ranges.front().filter(|_| !halt.is_cancelled()) {
            self.tell_price(first.gap.range, ranges.len() as u64);
        }
        ranges
    }

    /// What a gap becomes: itself with its count, or slices.
    async fn count_job(&self, job: Job, halt: &Cancel) -> (Job, Result<Vec<Gap>, Outcome>) {
        let range = job.gap.range;
        self.totals.borrow_mut().begin(range);
        let asked = self.gap_fetch(&job.gap, self.request.flush, halt);
        let count = match asked.count(range).await {
            Ok(count) => count,
            Err(stop) => {
                self.totals.borrow_mut().end_uncounted(range);
                let failed = Outcome::from(stop);
                self.tell_failed(&job.gap, &failed);
                return (job, Err(failed));
            }
        };
        let source = self.ports.source;
        let parallel = if job.gap.may_be_cut {
            self.request.flush.parallel
        } else {
            1
        };
        let (slices, cost) = priced(source.profile(), range, &count, parallel);
        let cost = Expected {
            stored_bytes: self.bytes_per_event.get().times(cost.events),
            ..cost
        };
        let mut totals = self.totals.borrow_mut();
        totals.count(range, slices.len(), cost);
        source.expect(totals.expected.requests.saturating_sub(totals.requests));
        drop(totals);
        if let [_] = slices.as_slice() {
            let count = Some(count);
            let gap = Gap {
                count,
                ..job.gap.clone()
            };
            return (job, Ok(vec![gap]));
        }
        let slice = |range| Gap {
            range,
            dir: layout::segment_dir(&job.gap.dataset_dir, range),
            ..job.gap.clone()
        };
        let gaps = slices.into_iter().map(slice).collect();
        (job, Ok(gaps))
    }

    fn tell_price(&self, first: TimeRange, ranges: u64) {
        let mut totals = self.totals.borrow_mut();
        let quota = self.ports.source.quota();
        let left = totals.expected.requests.saturating_sub(totals.requests);
        totals.expected.quota_left = quota.map(|quota| quota.left);
        totals.expected.limit_wait_ms = limit_ms(left, quota);
        let Expected {
            events,
            pages,
            requests,
            stored_bytes,
            quota_left,
            limit_wait_ms,
        } = totals.expected;
        let progress = totals.progress(first, None, self.ports.clock.now_ms());
        drop(totals);
        self.teller.tell(RunEvent::FetchPriced {
            log_id: self.request.dataset.log_id().to_owned(),
            requested_range: self.request.window,
            ranges,
            events,
            pages,
            requests,
            stored_bytes,
            quota_left,
            limit_wait_ms,
        });
        self.ports.observer.progress(progress);
    }
}
