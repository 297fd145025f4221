//! Answers that lie: order, bounds, ends, repetitions, links.

use crate::scene::{LINES, Scene, range};
use windrow_engine::EngineError;
use windrow_stand_in::{Fault, RequestKind, Rule};

#[tokio::test]
async fn an_event_out_of_order_stops_the_run_and_removes_what_it_wrote_in_the_gap() {
    let scene = Scene::with([Rule::new(Fault::OutOfOrder).page(4)]).await;
    let receipt = scene.fetch().await;
    assert!(receipt.kept_ranges.is_empty());
    assert_eq!(receipt.failed_ranges, [range(0, LINES)]);
    assert!(
        receipt.failures[0].reason.contains("after one of"),
        "{:?}",
        receipt.failures
    );
    assert!(scene.claimed().await.is_empty());
    assert!(scene.fetch().await.is_complete());
    scene.assert_whole().await;
}

#[tokio::test]
async fn an_event_outside_the_window_is_counted_and_not_stored() {
    let scene = Scene::with([Rule::new(Fault::OutsideWindow).page(3)]).await;
    let receipt = scene.fetch().await;
    assert!(receipt.is_complete(), "{:?}", receipt.failures);
    assert_eq!(receipt.outside_dropped, 1);
    scene.assert_whole().await;
}

#[tokio::test]
async fn a_result_cut_short_without_a_word_is_fetched_once_more_and_then_failed() {
    let cut = Rule::new(Fault::Truncated { events: 30 })
        .kind(RequestKind::Page)
        .page(4);
    let once = Scene::with([cut.clone()]).await;
    assert!(once.fetch().await.is_complete());
    once.assert_whole().await;

    let twice = Scene::with([cut.times(2)]).await;
    let receipt = twice.fetch().await;
    assert_eq!(receipt.failed_ranges, [range(0, LINES)]);
    let reason = &receipt.failures[0].reason;
    assert!(
        reason.contains(&LINES.to_string()) && reason.contains("330"),
        "{reason}"
    );
    assert!(twice.claimed().await.is_empty() && twice.rows().await.is_empty());
    assert!(twice.fetch().await.is_complete());
    twice.assert_whole().await;
}

#[tokio::test]
async fn a_count_that_lies_is_asked_again_and_never_believed_alone() {
    for by in [-1, 1] {
        let lie = Rule::new(Fault::WrongCount { by }).kind(RequestKind::Count);
        let scene = Scene::with([lie.clone()]).await;
        assert!(scene.fetch().await.is_complete());
        scene.assert_whole().await;
        let scene = Scene::with([lie.always()]).await;
        assert_eq!(scene.fetch().await.failed_ranges, [range(0, LINES)]);
        assert!(scene.claimed().await.is_empty());
    }
}

#[tokio::test]
async fn events_doubled_across_a_page_boundary_are_stored_once() {
    let scene = Scene::with([Rule::new(Fault::Duplicate).kind(RequestKind::Page).times(3)]).await;
    let receipt = scene.fetch().await;
    assert!(receipt.is_complete(), "{:?}", receipt.failures);
    assert_eq!(receipt.duplicates_dropped, 3);
    scene.assert_whole().await;
}

#[tokio::test]
async fn a_chain_that_leads_in_a_circle_ends_with_what_is_proven() {
    for (fault, page) in [
        (Fault::RepeatedNext, 4),
        (Fault::Circle, 4),
        (Fault::Circle, 2),
    ] {
        let scene = Scene::with([Rule::new(fault.clone()).page(page)]).await;
        let receipt = scene.fetch().await;
        assert!(!receipt.is_complete());
        let reason = &receipt.failures[0].reason;
        assert!(
            reason.contains("led back") || reason.contains("the page itself"),
            "{fault:?}: {reason}"
        );
        assert!(scene.pages().len() <= 6, "{:?}", scene.pages());
        assert!(scene.fetch().await.is_complete());
        scene.assert_whole().await;
    }
}

#[tokio::test]
async fn an_empty_last_page_ends_the_chain_and_the_window_is_whole() {
    let scene = Scene::with([Rule::new(Fault::EmptyLastPage)
        .kind(RequestKind::Page)
        .always()])
    .await;
    let receipt = scene.fetch().await;
    assert!(receipt.is_complete(), "{:?}", receipt.failures);
    scene.assert_whole().await;
    let last = scene.asked(&[RequestKind::Page]).pop().unwrap();
    assert_eq!(last.events, Some(0));
}

#[tokio::test]
async fn links_lead_to_the_other_host_family_and_never_to_an_unknown_host() {
    for family in [Fault::OtherHostFamily, Fault::VendorHost] {
        let scene = Scene::with([Rule::new(family).always()]).await;
        assert!(scene.fetch().await.is_complete());
        scene.assert_whole().await;
        let pages = scene.asked(&[RequestKind::Page]);
        assert!(
            pages
                .iter()
                .all(|page| page.path.starts_with("/log_search/"))
        );
    }

    let scene = Scene::with([Rule::new(Fault::UnknownHost).page(4)]).await;
    let receipt = scene.fetch().await;
    assert!(receipt.failures[0].reason.contains("another host"));
    assert!(!receipt.kept_ranges.is_empty());
    assert_eq!(receipt.failed_ranges[0].end_ms(), range(0, LINES).end_ms());
}

#[tokio::test]
async fn statistics_are_never_an_empty_page() {
    let scene = Scene::with([Rule::new(Fault::Statistics).page(4).always()]).await;
    let receipt = scene.fetch().await;
    assert!(receipt.failures[0].reason.contains("no `events`"));
    assert!(!scene.claimed().await.gaps(range(0, LINES)).is_empty());

    let mut aggregating = Scene::with([]).await;
    aggregating.query = "where(line) calculate(count)";
    let error = aggregating.run(0, 10).await.unwrap_err();
    assert!(matches!(error, EngineError::Source(_)), "{error}");
    assert!(aggregating.server.requests().is_empty());
}
