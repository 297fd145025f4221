//! Times: the server's now, late events, silence, bursts, borders.

use crate::scene::{LINES, START_MS, Scene, range, seconds};
use std::fmt::Write;
use std::num::NonZeroU32;
use windrow_stand_in::{Fault, RequestKind, Rule};

#[tokio::test]
async fn late_events_past_the_watermark_are_picked_up_by_the_next_run() {
    let late = Rule::new(Fault::Late { newest_ms: 30_000 })
        .kind(RequestKind::Submit)
        .nth(2);
    let scene = Scene::with([late]).await.at(300);
    let receipt = scene.fetch().await;
    // A minute before the server's now is settled.
    assert_eq!(scene.claimed().await.ranges(), [range(0, 240)]);
    assert_eq!(receipt.provisional_ranges, [range(240, LINES)]);
    let seen = scene.held().await;
    assert!(seen.starts_with(&(0..240).collect::<Vec<_>>()) && seen.len() <= 301);
    let scene = scene.at(3_600);
    let before = scene.server.requests().len();
    assert!(scene.fetch().await.is_complete());
    scene.assert_whole().await;
    let asked = &scene.server.requests()[before..];
    assert!(asked.iter().all(|r| r.from >= Some(START_MS + 239_999)));
}

#[tokio::test]
async fn events_that_arrive_between_two_queries_make_the_count_disagree_and_are_kept_by_the_retry()
{
    // The first count sees less than the chain that follows it.
    let late = Rule::new(Fault::Late { newest_ms: 5_000 }).kind(RequestKind::Count);
    let scene = Scene::with([late]).await;
    assert!(scene.fetch().await.is_complete());
    scene.assert_whole().await;
    // The first chain sees less than the count before it.
    let late = Rule::new(Fault::Late { newest_ms: 5_000 })
        .kind(RequestKind::Page)
        .page(6);
    let scene = Scene::with([late]).await;
    assert!(scene.fetch().await.is_complete());
    scene.assert_whole().await;
}

#[tokio::test]
async fn a_clock_that_is_wrong_by_hours_changes_no_claim() {
    for wrong_ms in [-5 * 3_600_000, 5 * 3_600_000] {
        let scene = Scene::with([]).await.at(300).wrong_by(wrong_ms);
        scene.fetch().await;
        assert_eq!(scene.claimed().await.ranges(), [range(0, 240)]);
    }
    // The server's own clock is what counts, and without it nothing is claimed.
    let hour_ago = Fault::ClockOff { by_ms: -3_600_000 };
    let behind = Scene::with([Rule::new(hour_ago).always()]).await.at(3_900);
    behind.fetch().await;
    assert_eq!(behind.claimed().await.ranges(), [range(0, 240)]);
    let silent = Scene::with([Rule::new(Fault::NoDate).always()]).await;
    silent.fetch().await;
    assert!(silent.claimed().await.is_empty());
    assert_eq!(silent.held().await.len(), 600);
}

#[tokio::test]
async fn a_silent_window_is_claimed_empty_and_never_asked_for_again() {
    let scene = Scene::with([]).await;
    let receipt = scene.run(LINES, LINES + 600).await.unwrap();
    assert!(receipt.is_complete());
    assert_eq!((receipt.parts_written, receipt.rows_written), (1, 0));
    let again = scene.run(LINES, LINES + 600).await.unwrap();
    assert_eq!(again.requests, 0);
    assert!(scene.rows().await.is_empty());
}

#[tokio::test]
async fn beyond_retention_silence_is_shown_and_not_claimed() {
    let scene = Scene::with([Rule::new(Fault::BeyondRetention).always()]).await;
    let receipt = scene.run(LINES, LINES + 600).await.unwrap();
    assert!(receipt.kept_ranges.is_empty());
    let beyond = [range(LINES, LINES + 600)];
    assert_eq!(receipt.beyond_retention_ranges, beyond);
    let again = scene.run(LINES, LINES + 600).await.unwrap();
    assert!(again.requests > 0);
}

#[tokio::test]
async fn beyond_retention_that_only_the_pages_tell_of_is_never_claimed_though_the_key_is_refused_later()
 {
    let beyond = Rule::new(Fault::BeyondRetention)
        .kind(RequestKind::Page)
        .always();
    let refused = Rule::new(Fault::Status {
        code: 401,
        body: None,
    })
    .page(4);
    let scene = Scene::with([beyond, refused]).await;
    assert!(!scene.fetch().await.is_complete());
    assert!(scene.claimed().await.is_empty());
    let receipt = scene.fetch().await;
    assert_eq!(receipt.beyond_retention_ranges, [range(0, LINES)]);
    assert!(scene.claimed().await.is_empty());
    assert_eq!(scene.held().await.len() as i64, LINES);
}

#[tokio::test]
async fn a_burst_in_one_millisecond_counts_only_once_it_is_over() {
    let mut lines = String::from("2026-11-24 11:00:00 before\n");
    for at in 0..1_000 {
        writeln!(lines, "2026-11-24 11:00:05 burst {at}").unwrap();
    }
    lines.push_str("2026-11-24 11:00:09 after\n");
    // The connection dies inside the burst, again and again.
    let dies = Fault::Status {
        code: 503,
        body: None,
    };
    let scene = Scene::of(&lines, None, [Rule::new(dies).page(7).times(4)]).await;
    let receipt = scene.run(0, 20).await.unwrap();
    assert!(!receipt.is_complete());
    for claim in scene.claimed().await.ranges() {
        assert!(claim.end_ms() <= START_MS + 5_000, "{claim}");
    }
    assert!(scene.run(0, 20).await.unwrap().is_complete());
    let held = scene.held().await;
    assert_eq!(
        (held.len(), held[1], held[1_000], held[1_001]),
        (1_002, 5, 5, 9)
    );
}

#[tokio::test]
async fn events_on_the_bounds_of_neighbouring_windows_are_kept_once() {
    let scene = Scene::with([]).await;
    for (from, to) in [(200, 300), (100, 200), (300, LINES), (0, 100)] {
        assert!(scene.run(from, to).await.unwrap().is_complete());
    }
    scene.assert_whole().await;

    let epoch = "1970-01-01 00:00:00 first\n1970-01-01 00:00:01 second\n";
    let scene = Scene::of(epoch, None, []).await;
    let zero_s = -START_MS / 1_000;
    let receipt = scene.run(zero_s, zero_s + 1).await.unwrap();
    assert!(receipt.is_complete());
    assert_eq!(scene.rows().await.timestamps, [0]);
    assert_eq!(scene.server.requests()[0].from, Some(0));
}

#[tokio::test]
async fn a_quota_below_the_price_is_spread_without_a_refusal_and_the_receipt_says_what_it_cost() {
    let scene = Scene::limited(&seconds(), None, [], 4).await;
    let receipt = scene.fetch().await;
    assert!(receipt.is_complete());
    scene.assert_whole().await;
    let asked = scene.server.requests();
    assert!(
        asked.iter().all(|request| request.status == 200),
        "{asked:?}"
    );
    // One count and six pages of four requests in fifteen minutes: a second period is begun.
    let expected = receipt.expected;
    assert_eq!((expected.requests, receipt.requests), (7, 7));
    assert_eq!(
        (expected.quota_left, receipt.quota_left),
        (Some(3), Some(1))
    );
    assert!(expected.limit_wait_ms > 0 && receipt.waited_ms >= expected.limit_wait_ms - 1_000);
    assert!(receipt.waited_ms < 2 * 900_000);
    // No wait is for the whole period: those that were left went out in between.
    let waits = scene.clock.waits.borrow().clone();
    assert!(
        waits.len() >= 3 && waits.iter().all(|ms| *ms <= 300_000),
        "{waits:?}"
    );
    let told = scene.told();
    assert!(
        told.contains("fetch_retry") && told.contains("which are spread"),
        "{told}"
    );
    assert!(told.contains("the rate limit is used up"), "{told}");
}

#[tokio::test]
async fn several_gaps_share_a_quota_that_is_too_small_for_all_of_them_without_a_refusal() {
    let scene = Scene::limited(&seconds(), None, [], 6).await;
    for from in [100, 250, 400] {
        assert!(scene.run(from, from + 50).await.unwrap().is_complete());
    }
    // Another period.
    let scene = scene.at(36_000);
    let before = scene.server.requests().len();
    let receipt = scene.fetch().await;
    assert!(receipt.is_complete());
    assert_eq!(receipt.cache_missing_ranges.len(), 4);
    scene.assert_whole().await;
    let asked = scene.server.requests().split_off(before);
    // Four counts and eight pages, of gaps that run at once.
    assert_eq!(asked.len(), 12, "{asked:?}");
    assert!(
        asked.iter().all(|request| request.status == 200),
        "{asked:?}"
    );
}

#[tokio::test]
async fn a_tight_quota_of_queries_is_never_run_into_where_they_are_polled() {
    let scene = Scene::limited(&seconds(), Some(1), [], 4).await;
    assert!(scene.fetch().await.is_complete());
    scene.assert_whole().await;
    let asked = scene.server.requests();
    assert!(asked.len() > 7, "they are polled");
    assert!(
        asked.iter().all(|request| request.status < 300),
        "{asked:?}"
    );
}

#[tokio::test]
async fn so_many_queries_a_minute_keep_their_distance_and_no_poll_link_dies_of_it() {
    let mut scene = Scene::polled(Some(1), []).await;
    scene.settings.queries_a_minute = NonZeroU32::new(2);
    let receipt = scene.fetch().await;
    assert!(receipt.is_complete());
    scene.assert_whole().await;
    let asked = scene.server.requests();
    assert!(
        asked.iter().all(|request| request.status < 300),
        "{asked:?}"
    );
    // One count and six pages, half a minute apart: six waits, which the receipt tells and the events name.
    assert_eq!(asked.len(), 21, "each is polled twice: {asked:?}");
    assert!(
        (165_000..=180_000).contains(&receipt.waited_ms),
        "{}",
        receipt.waited_ms
    );
    let told = scene.told();
    assert!(told.contains("allowed by the settings"), "{told}");
}
