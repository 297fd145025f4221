//! What is reported during a run: the event log for programs, the progress bar for people.
//!
//! An event is written and flushed at once, so that a killed run has reported everything up to then.

use crate::clock::SystemClock;
use crate::context::say;
use crate::error::CliError;
use crate::ndjson::write_json;
use crate::output;
use crate::show::{bytes, count, counted, instant, span_ms};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::cell::RefCell;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use windrow_engine::{Observe, Progress};
use windrow_model::event::{Event, RunEvent};
use windrow_source::{Clock, Notice};

/// How often the bar moves while nothing happens.
const TICK: Duration = Duration::from_millis(120);

/// Tells a file or standard error the events, and a terminal the progress.
pub struct Watch {
    events: RefCell<Option<Box<dyn Write>>>,
    lost: RefCell<Option<io::Error>>,
    bar: ProgressBar,
    /// Whether a person reads standard error.
    tells_people: bool,
    /// When a wait ends, epoch milliseconds; long ago while there is none.
    waits_until_ms: Arc<AtomicI64>,
}

impl Watch {
    /// `events` is a file, or `-` for standard error. The bar shows on a terminal only, and not among events.
    pub fn new(events: Option<&Path>, quiet: bool) -> Result<Self, CliError> {
        let on_stderr = events.is_some_and(|path| path == Path::new("-"));
        let sink: Option<Box<dyn Write>> = match events {
            None => None,
            Some(_) if on_stderr => Some(Box::new(io::stderr())),
            Some(path) => Some(output::append(path)?),
        };
        let waits_until_ms = Arc::new(AtomicI64::default());
        let tells_people = !quiet && !on_stderr;
        let bar = bar(!tells_people);
        bar.set_style(counting_down(&waits_until_ms));
        Ok(Self {
            events: RefCell::new(sink),
            lost: RefCell::default(),
            bar,
            tells_people,
            waits_until_ms,
        })
    }

    /// Takes the bar away. Gives why events were lost, if they were.
    pub fn finish(&self) -> Option<io::Error> {
        self.bar.finish_and_clear();
        self.lost.borrow_mut().take()
    }
}

impl Observe for Watch {
    fn event(&self, event: Event) {
        if let Some(price) = price(&event.event).filter(|_| self.tells_people) {
            self.bar.suspend(|| say(&price));
        }
        let mut events = self.events.borrow_mut();
        let Some(sink) = events.as_mut() else {
            return;
        };
        let mut line = Vec::new();
        let written = write_json(&mut line, &event).and_then(|()| {
            line.push(b'\n');
            sink.write_all(&line)?;
            sink.flush()
        });
        if let Err(error) = written {
            *events = None;
            self.lost.replace(Some(error));
        }
    }

    fn progress(&self, progress: Progress) {
        self.bar.set_length(1_000);
        self.bar.set_position(u64::from(progress.share_permille()));
        let until_ms = progress.waits_until_ms.unwrap_or_default();
        self.waits_until_ms.store(until_ms, Ordering::Relaxed);
        self.bar.set_message(words(&progress));
    }
}

/// What a run will cost, reported once before its first page.
fn price(event: &RunEvent) -> Option<String> {
    let RunEvent::FetchPriced { expected, .. } = event else {
        return None;
    };
    let wait = match expected.limit_wait_ms {
        0 => String::new(),
        ms => format!(", waits of {} at least for the rate limit", span_ms(ms)),
    };
    Some(format!(
        "to fetch: {} in {}, at least {}, about {} on disk{wait}",
        counted(expected.events, "event", "events"),
        counted(expected.pages, "page", "pages"),
        counted(expected.requests, "request", "requests"),
        bytes(expected.stored_bytes)
    ))
}

/// A bar on standard error, hidden on request and where that is no terminal.
pub fn bar(is_hidden: bool) -> ProgressBar {
    if is_hidden {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    bar.set_style(style("{spinner} [{bar:30}] {msg}"));
    bar.enable_steady_tick(TICK);
    bar
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

/// The bar's style with the seconds that are left of a wait, drawn anew at every tick.
fn counting_down(until_ms: &Arc<AtomicI64>) -> ProgressStyle {
    let until_ms = Arc::clone(until_ms);
    style("{spinner} [{bar:30}] {msg}{wait}").with_key(
        "wait",
        move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let left_ms = until_ms.load(Ordering::Relaxed) - SystemClock.now_ms();
            if let Ok(left_ms @ 1..) = u64::try_from(left_ms) {
                let left = span_ms(left_ms.div_ceil(1_000) * 1_000);
                // What cannot be drawn is drawn at the next tick.
                let _ = write!(out, " ({left} left)");
            }
        },
    )
}

/// One line: where it is, what has come, what it waits for.
fn words(progress: &Progress) -> String {
    let mut text = String::new();
    if progress.ranges > 1 {
        text = format!(
            "{} of {} done, {} under way, ",
            progress.ranges_ended,
            counted(progress.ranges as u64, "range", "ranges"),
            progress.under_way.len()
        );
    }
    text += &counted(progress.rows, "row", "rows");
    if let Some(expected) = progress.expected {
        text += &format!(" of {}", count(expected.events));
    }
    text += &format!(", {}", counted(progress.pages, "page", "pages"));
    if progress.ranges == 1 && progress.received_until_ms > progress.gap.start_ms() {
        text += &format!(", up to {}", instant(progress.received_until_ms));
    }
    match &progress.notice {
        Some(Notice::Running {
            percent: Some(percent),
        }) => {
            text += &format!(", the source works on it ({percent} %)");
        }
        Some(Notice::Running { percent: None }) => text += ", the source works on it",
        Some(Notice::Waiting {
            reason, attempt, ..
        }) => {
            text += &format!(
                ", try {attempt} after a wait: {}",
                crate::show::escape(reason)
            );
        }
        None => {}
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::{ProgressDrawTarget, TermLike};
    use std::sync::Mutex;
    use windrow_engine::Expected;
    use windrow_model::TimeRange;

    /// A terminal that keeps what is drawn on it.
    #[derive(Clone, Debug, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            200
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            self.0.lock().unwrap().clear();
            Ok(())
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn progress() -> Progress {
        Progress {
            gap: TimeRange::new(0, 10_000).unwrap(),
            ranges_ended: 1,
            ranges: 3,
            under_way: vec![TimeRange::new(0, 10_000).unwrap()],
            wanted_ms: 20_000,
            received_ms: 10_000,
            kept_until_ms: 0,
            received_until_ms: 5_000,
            expected: Some(Expected {
                events: 48_210,
                ..Expected::default()
            }),
            rows: 9_500,
            pages: 14,
            requests: 20,
            bytes_received: 1,
            parts: 1,
            bytes_written: 1,
            waits_until_ms: Some(4_000),
            notice: Some(Notice::Waiting {
                reason: "429".into(),
                wait_ms: 4_000,
                attempt: 2,
            }),
        }
    }

    fn event() -> Event {
        let event = RunEvent::CacheHit {
            log_id: "a\u{1b}".into(),
            requested_range: TimeRange::new(1, 2).unwrap(),
        };
        Event {
            ts: "t".into(),
            level: event.level(),
            run_id: "r".into(),
            event,
        }
    }

    #[test]
    fn every_event_is_a_line_of_the_file_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events.ndjson");
        let watch = Watch::new(Some(&path), true).unwrap();
        watch.event(event());
        watch.event(event());
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 2);
        for line in text.lines() {
            let read: Event = serde_json::from_str(line).unwrap();
            assert_eq!(read, event());
        }
        assert!(watch.finish().is_none());
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_said_before_the_run() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Watch::new(Some(dir.path()), true).is_err());
    }

    #[test]
    fn progress_says_what_it_waits_for() {
        assert_eq!(
            words(&progress()),
            "1 of 3 ranges done, 1 under way, 9,500 rows of 48,210, 14 pages, try 2 after a wait: 429"
        );
    }

    #[test]
    fn a_wait_counts_down_on_the_terminal_until_it_is_over() {
        let watch = Watch::new(None, false).unwrap();
        watch.bar.disable_steady_tick();
        let screen = Screen::default();
        let drawn = Arc::clone(&screen.0);
        watch
            .bar
            .set_draw_target(ProgressDrawTarget::term_like(Box::new(screen)));
        let drawn_while_until = |waits_until_ms| {
            watch.progress(Progress {
                waits_until_ms,
                ..progress()
            });
            watch.bar.tick();
            drawn.lock().unwrap().clone()
        };
        let later = |seconds: i64| Some(SystemClock.now_ms() + seconds * 1_000);
        let first = drawn_while_until(later(7_200));
        assert!(first.contains("after a wait: 429 ("), "{first}");
        assert!(first.contains(" left)"), "{first}");
        let nearer = drawn_while_until(later(3_600));
        assert!(nearer.contains(" left)"), "{nearer}");
        assert_ne!(first, nearer);
        for over in [later(-10), None] {
            let drawn = drawn_while_until(over);
            assert!(drawn.contains("9,500 rows"), "{drawn}");
            assert!(!drawn.contains("left"), "{drawn}");
        }
    }
}
