//! A fetch as it goes, in words: how far it is, how fast, and what of it is kept.

use super::run::Running;
use crate::ui::format::{bytes, count, counted, duration, estimate};
use crate::ui::zone::Zone;

/// How far it is, how fast, and how long it will still take.
pub fn figures(running: &Running, now_ms: i64) -> String {
    if running.waiting {
        return "Waiting for another tab that is fetching this log".to_owned();
    }
    let silence = running.is_silent(now_ms).then(|| {
        let seconds = (now_ms - running.heard_ms).unsigned_abs() / 1000;
        format!("nothing has come for {}", duration(seconds * 1000))
    });
    let mut parts = Vec::new();
    let Some(progress) = &running.progress else {
        parts.push("Asking the log API".to_owned());
        parts.extend(silence);
        return parts.join(", ");
    };
    if progress.pages > 0 {
        parts.push(format!("Page {}", count(progress.pages)));
    }
    parts.push(match progress.expected {
        Some(expected) => format!(
            "{} of {}",
            count(progress.rows),
            counted(expected.events, "event", "events")
        ),
        None => counted(progress.rows, "event", "events"),
    });
    parts.push(counted(progress.requests, "request", "requests"));
    if progress.bytes_received > 0 {
        parts.push(bytes(progress.bytes_received));
    }
    let pause = progress.pause.as_ref();
    if pause.and_then(|pause| pause.until_ms) > Some(now_ms) {
        // How fast it went says nothing of how long it will still take.
    } else if silence.is_some() {
        parts.extend(silence);
    } else {
        let rate = running.rate(now_ms);
        parts.extend(rate.map(|rate| format!("{} events/s", count(rate as u64))));
        let left = running.left_seconds(now_ms).filter(|left| *left > 1);
        parts.extend(left.map(|left| format!("{} left", estimate(left))));
    }
    parts.join(", ")
}

/// What of it is kept.
pub fn kept(running: &Running, zone: Zone) -> Option<String> {
    if running.waiting {
        return Some(
            "What it keeps shows up here as it comes. When it is done or closed, only what is still missing is fetched"
                .to_owned(),
        );
    }
    let progress = running.progress.as_ref()?;
    Some(if progress.ranges > 1 {
        let under_way = progress.under_way.len();
        format!(
            "{} of {} ranges done, {under_way} under way",
            progress.ended, progress.ranges
        )
    } else if progress.kept_until_ms > progress.gap.start_ms() {
        format!("Kept up to {}", zone.short_stamp(progress.kept_until_ms))
    } else {
        "Nothing written yet. Stopping keeps what has come".to_owned()
    })
}
