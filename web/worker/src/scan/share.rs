//! What this worker and the others know of a question.

use super::message::{Asked, Known};
use super::pool::{Running, ScanWorker};
use futures_util::StreamExt;
use std::rc::Rc;
use windrow_engine::Portion;

/// A question that several workers answer, each about a portion.
pub(crate) struct Shares {
    /// What was answered here.
    here: Option<Known>,
    others: Vec<Share>,
}

/// The portion of another worker.
struct Share {
    portion: Portion,
    running: Running,
    known: Option<Known>,
}

impl Shares {
    /// Asks each worker about a portion. Gives the one that is left.
    pub(crate) fn begin(
        workers: Vec<Rc<ScanWorker>>,
        asked: impl Fn(Portion) -> Asked,
    ) -> (Portion, Self) {
        let of = 1 + u32::try_from(workers.len()).unwrap_or_default();
        let mut portions = Portion::all(of);
        let mine = portions.next().unwrap_or(Portion::WHOLE);
        let others = workers.into_iter().zip(portions);
        let others = others.map(|(worker, portion)| Share {
            portion,
            running: worker.ask(asked(portion)),
            known: None,
        });
        let others = others.collect();
        (mine, Self { here: None, others })
    }

    /// A portion was answered here.
    pub(crate) fn answered(&mut self, known: Known) {
        match &mut self.here {
            Some(here) => here.merge(known),
            None => self.here = Some(known),
        }
    }

    /// All that is known, together with what is about to be known here.
    pub(crate) fn known(&mut self, soon: Option<Known>) -> Option<Known> {
        for share in &mut self.others {
            while let Ok(known) = share.running.known.try_recv() {
                share.known = Some(known);
            }
        }
        let others = self.others.iter();
        let is_all = others.clone().all(|share| share.known.is_some());
        let known = others.filter_map(|share| share.known.as_ref());
        let mut known = soon
            .into_iter()
            .chain(self.here.iter().chain(known).cloned());
        let mut all = known.next()?;
        known.for_each(|known| all.merge(known));
        all.searched.is_final &= is_all;
        Some(all)
    }

    /// How many workers know of it, this one too.
    pub(crate) fn workers(&self) -> u32 {
        let others = self.others.iter().filter(|share| share.known.is_some());
        others.count() as u32 + 1
    }

    /// Waits until another worker has said more. False once nothing more is to come.
    pub(crate) async fn hear(&mut self) -> bool {
        for share in &mut self.others {
            if share.is_final() {
                continue;
            }
            if let Some(known) = share.running.known.next().await {
                share.known = Some(known);
                return true;
            }
        }
        false
    }

    /// Takes out the portions that another worker has not answered to their end.
    pub(crate) fn unanswered(&mut self) -> Vec<Portion> {
        let left = self.others.extract_if(.., |share| !share.is_final());
        left.map(|share| share.portion).collect()
    }
}

impl Share {
    fn is_final(&self) -> bool {
        let known = self.known.as_ref();
        known.is_some_and(|known| known.searched.is_final)
    }
}
