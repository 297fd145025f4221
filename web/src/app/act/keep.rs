//! What is done with what is kept: verify, delete, download, copy, persist.

use super::super::browser;
use super::super::page::Page;
use super::super::shown::Check;
use crate::platform::task;
use crate::protocol::{Delete, Deletion, FailKind, Failed, ReadPart, Verify, VerifyProgress};
use crate::state::place::file_name;
use crate::state::words;
use leptos::prelude::*;
use std::sync::Arc;
use windrow_model::Dataset;

impl Page {
    /// Reads every byte of the dataset again.
    pub(crate) fn verify(self) {
        let Some(here) = untrack(|| self.here()) else {
            return;
        };
        self.forget(self.check_call);
        self.check.set(Check::Reading(0, 0));
        let request = Verify {
            dataset: here.dataset.clone(),
            window: here.window,
        };
        let (call, reply) = self.call(request, move |VerifyProgress { parts_read, parts }| {
            let is_reading = |check: &Check| matches!(check, Check::Reading(..));
            if self.check.with_untracked(is_reading) {
                self.check.set(Check::Reading(parts_read, parts));
            }
        });
        self.check_call.set(Some(call));
        task::spawn(async move {
            let reply = reply.await;
            if self.check_call.get_untracked() != Some(call) {
                return;
            }
            self.check_call.set(None);
            let check = match reply {
                Ok(verified) => {
                    self.say(if verified.ok {
                        "Verified, nothing is wrong"
                    } else {
                        "Verified, something is wrong"
                    });
                    // What was read and is not named is sound.
                    self.damage.update(|found| {
                        found.retain(|problem| {
                            let range = problem.range;
                            range.is_some_and(|range| !range.intersects(here.window))
                        });
                    });
                    for problem in verified
                        .problems
                        .iter()
                        .filter(|problem| problem.is_damage())
                    {
                        self.note_damage(&problem.path, &problem.reason);
                    }
                    Check::Done(Arc::new(verified))
                }
                Err(failed) => Check::Failed(failed),
            };
            self.check.set(check);
        });
    }

    /// Deletes some of a dataset, one after the other; told once.
    pub(crate) fn delete(self, dataset: Dataset, removes: Vec<Deletion>) {
        let run = removes.iter().find_map(|remove| match remove {
            Deletion::Run(run_id) => Some(run_id.clone()),
            _ => None,
        });
        task::spawn(async move {
            let (mut all_files, mut all_bytes) = (0, 0);
            let mut failure = None;
            for selection in removes {
                let dataset = dataset.clone();
                match self.ask(Delete { dataset, selection }).await {
                    Ok(deleted) => {
                        all_files += deleted.files;
                        all_bytes += deleted.bytes;
                    }
                    Err(failed) => failure = Some(failed),
                }
                if failure.is_some() {
                    break;
                }
            }
            match failure {
                Some(failed) => self.show_failure(&failed),
                None => self.show_done(format!(
                    "Deleted {}, {} freed",
                    words::counted(all_files, "file", "files"),
                    words::bytes(all_bytes)
                )),
            }
            if untrack(|| self.shows(&dataset)) {
                self.forget(self.check_call);
                self.check.set(Check::No);
            }
            let here = untrack(|| self.here());
            match here.filter(|here| run.is_some() && here.bypass_run == run) {
                // What is shown is gone: the cache is shown again.
                Some(here) => self.look_at(here.dataset.clone(), here.window, None).await,
                None => self.look_again().await,
            }
            self.refresh_held();
        });
    }

    /// Gives a part to the person as a file.
    pub(crate) fn download_part(self, path: String) {
        task::spawn(async move {
            match self.ask(ReadPart { path: path.clone() }).await {
                Ok(part) => {
                    self.save(&file_name(&path), "application/vnd.apache.parquet", &part.0);
                }
                Err(failed) => self.show_failure(&failed),
            }
        });
    }

    /// Gives bytes to the person as a file.
    pub(crate) fn save(self, name: &str, kind: &str, bytes: &[u8]) {
        if !browser::download(name, kind, bytes) {
            self.show_failure(&Failed::new(
                format!("The browser did not take {name} as a download"),
                "Allow downloads for this site",
                FailKind::Report,
            ));
        }
    }

    /// Copies text and says so.
    pub(crate) fn copy(self, text: String, what: &'static str) {
        task::spawn(async move {
            if browser::copy(&text).await {
                self.show_done(format!("{what} copied"));
            } else {
                self.show_failure(&Failed::new(
                    "The browser does not let this page copy",
                    "Select the text and copy it by hand",
                    FailKind::Report,
                ));
            }
        });
    }

    /// Asks the browser to keep the cache under pressure.
    pub(crate) fn persist(self) {
        task::spawn(async move {
            let kept = browser::persist().await;
            self.quota.set(browser::quota().await);
            if kept != Some(true) {
                self.show_failure(&Failed::new(
                    "The browser did not promise to keep the cache",
                    "Bookmark the page or use it more often, then ask again; nothing is lost now",
                    FailKind::Retry,
                ));
            }
        });
    }
}
