//! A log of dpkg through the page: every row, no request for what is held, only the gaps of a wider window, and all of it without a network.

use super::Scene;
use windrow_tests::driver::Kind;
use windrow_tests::page::{Page, hook};
use windrow_tests::stand_in::{asked, queries};

in_browsers! {
    a_window_is_fetched_exactly_repeated_for_nothing_widened_by_its_gaps_and_reviewed_offline,
}

fn a_window_is_fetched_exactly_repeated_for_nothing_widened_by_its_gaps_and_reviewed_offline(
    kind: Kind,
) {
    let scene = Scene::new(kind);
    let Scene {
        browser,
        companion,
        stand_in,
        log,
        ..
    } = &scene;
    let page = Page::open(browser, companion);
    page.connect(stand_in);

    // First: a miss, fetched whole.
    let window = (log.quantile_ms(1, 4), log.quantile_ms(3, 4));
    let lines = log.within(window.0, window.1);
    assert_eq!(page.plan(&stand_in.log, window), "miss");
    assert_eq!(page.ranges("missing-range"), [window]);
    let before = stand_in.requests().len();
    let receipt = page.fetch();
    assert!(receipt.ok, "{receipt:?}");
    assert_eq!(
        (receipt.rows, receipt.decision.as_str()),
        (lines.len(), "miss")
    );
    assert_eq!(
        receipt.requests,
        queries(&stand_in.requests()[before..]).len()
    );
    page.rows_are(lines.len());
    page.first_row_shows(&lines[0].1);

    // Again: a hit, and nobody is asked.
    let before = queries(&stand_in.requests()).len();
    assert_eq!(page.plan(&stand_in.log, window), "hit");
    assert_eq!(page.ranges("cached-range"), [window]);
    assert!(page.ranges("missing-range").is_empty());
    page.rows_are(lines.len());
    assert_eq!(queries(&stand_in.requests()).len(), before);

    // Wider: only the gaps, as the plan says.
    let wide = (log.quantile_ms(1, 8), log.end_ms());
    assert_eq!(page.plan(&stand_in.log, wide), "partial");
    let gaps = [(wide.0, window.0), (window.1, wide.1)];
    assert_eq!(page.ranges("missing-range"), gaps);
    let before = stand_in.requests().len();
    let receipt = page.fetch();
    assert_eq!(receipt.decision, "partial");
    let all = log.within(wide.0, wide.1);
    page.rows_are(all.len());
    page.first_row_shows(&all[0].1);
    let new = stand_in.requests().split_off(before);
    // Both gaps are under way at once: either may be asked for first.
    let mut submitted = asked(&new, "submit");
    submitted.sort_unstable();
    assert_eq!(submitted, gaps.map(|(from, to)| (from - 1, to)));

    // The API is gone, the page is loaded anew: the window is still there, to be read and searched.
    let Scene {
        browser,
        companion,
        stand_in,
        log,
        ..
    } = scene;
    let log_id = stand_in.log.clone();
    stand_in.stop();
    let page = Page { browser: &browser };
    page.reload();
    page.wait(&hook("dataset"));
    assert_eq!(page.plan(&log_id, wide), "hit");
    let all = log.within(wide.0, wide.1);
    page.rows_are(all.len());
    page.first_row_shows(&all[0].1);
    let word = all[all.len() / 2].1.split(' ').next_back().unwrap();
    let matches = all
        .iter()
        .filter(|(_, line)| line.to_lowercase().contains(&word.to_lowercase()))
        .count();
    browser.enter(&hook("find-input"), word);
    let grouped = group(matches);
    browser.until(
        &format!("{matches} matches of {word}"),
        "const shown = document.querySelector('[data-testid=find-count]')?.textContent ?? ''; return shown.includes(args)",
        &serde_json::json!(format!(" of {grouped} match")),
    );
    drop((browser, companion));
}

/// `12345` as the page writes it.
fn group(number: usize) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut groups = vec![&digits[..first]];
    groups.extend(
        (first..digits.len())
            .step_by(3)
            .map(|at| &digits[at..at + 3]),
    );
    groups.retain(|group| !group.is_empty());
    groups.join(",")
}
