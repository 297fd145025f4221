//! Forms that are allowed and rare, and events that are too much.

use crate::scene::{LINES, START_MS, Scene, range};
use windrow_model::TimeRange;
use windrow_stand_in::{Fault, RequestKind, Rule};

#[tokio::test]
async fn every_allowed_form_of_links_and_messages_is_read() {
    for fault in [
        Fault::OddRelations,
        Fault::LinksAsObject,
        Fault::SelfAndNext,
    ] {
        let scene = Scene::polled(Some(1), [Rule::new(fault.clone()).always()]).await;
        let receipt = scene.fetch().await;
        assert!(receipt.is_complete(), "{fault:?}: {:?}", receipt.failures);
        scene.assert_whole().await;
        let polls = scene.asked(&[RequestKind::Poll]);
        assert!(polls.len() > 10 && polls.iter().all(|poll| poll.path.contains(':')));
    }
}

#[tokio::test]
async fn objects_as_messages_and_fields_nobody_knows_are_kept_as_they_were_written() {
    let scene = Scene::with([
        Rule::new(Fault::ObjectMessages).always(),
        Rule::new(Fault::UnknownFields).always(),
    ])
    .await;
    assert!(scene.fetch().await.is_complete());
    scene.assert_whole().await;
    let rows = scene.rows().await;
    let row = rows.get(7).unwrap();
    assert_eq!(row.message, "{\"line\": \"2026-11-24 11:00:07 line 7\"}");
    let extra = row.extra.unwrap();
    assert!(
        extra.contains("\"severity\": 3.50") && extra.contains("{\"id\":9007199254740993}"),
        "{extra}"
    );
}

#[tokio::test]
async fn sequence_numbers_of_sixty_two_bits_stay_exact() {
    let scene = Scene::with([]).await;
    assert!(scene.fetch().await.is_complete());
    let rows = scene.rows().await;
    let numbers = rows.sequence_numbers.values();
    assert!(numbers.iter().all(|number| *number >= 1 << 60));
    let asked = scene.asked(&[RequestKind::Page]);
    assert!(!asked.is_empty());
    let mut distinct = numbers.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 600);
}

#[tokio::test]
async fn a_filtered_fetch_is_no_coverage_of_the_log() {
    let mut scene = Scene::with([]).await;
    scene.query = "where(\"line 7\")";
    assert!(scene.fetch().await.is_complete());
    let filtered = scene.held().await;
    assert!(
        filtered.contains(&7) && filtered.len() < 200,
        "{filtered:?}"
    );
    scene.query = "";
    assert!(scene.claimed().await.is_empty());
    assert!(scene.fetch().await.is_complete());
    scene.assert_whole().await;
}

#[tokio::test]
async fn a_huge_event_is_stored_or_refused_by_its_name_and_all_else_is_kept() {
    let large = Rule::new(Fault::HugeEvent { bytes: 2 << 20 }).page(3);
    let scene = Scene::with([large]).await;
    assert!(scene.fetch().await.is_complete());
    scene.assert_whole().await;
    assert_eq!(scene.rows().await.get(200).unwrap().message.len(), 2 << 20);

    let huge = Rule::new(Fault::HugeEvent { bytes: 50 << 20 }).page(4);
    let scene = Scene::with([huge]).await;
    let receipt = scene.fetch().await;
    let reason = &receipt.failures[0].reason;
    let id = receipt.refused[0].id.as_deref().unwrap();
    for words in ["is larger than 16 MiB", "of 2026-11-24T11:0", id] {
        assert!(reason.contains(words), "{reason}");
    }
    assert!(receipt.refused[0].bytes > 50 << 20);
    let at_ms = receipt.refused[0].timestamp_ms;
    let hole = TimeRange::new(at_ms, at_ms + 1).unwrap();
    assert_eq!(receipt.failed_ranges, [hole]);
    assert_eq!(scene.claimed().await.gaps(range(0, LINES)).ranges(), [hole]);
    let lost = (at_ms - START_MS) / 1_000;
    let others: Vec<_> = (0..LINES).filter(|at| *at != lost).collect();
    assert_eq!(scene.held().await, others);
}

#[tokio::test]
async fn ten_thousand_attributes_and_ten_thousand_levels_are_kept_as_they_were_written() {
    let scene = Scene::with([
        Rule::new(Fault::ManyFields { fields: 10_000 }).page(2),
        Rule::new(Fault::DeepEvent { levels: 10_000 }).page(3),
    ])
    .await;
    let receipt = scene.fetch().await;
    assert!(receipt.is_complete(), "{:?}", receipt.failures);
    scene.assert_whole().await;
    let rows = scene.rows().await;
    let extras: Vec<&str> = (0..rows.len())
        .filter_map(|at| rows.get(at)?.extra)
        .collect();
    assert!(
        extras
            .iter()
            .any(|extra| extra.contains("\"attribute-9999\":9999"))
    );
    assert!(
        extras
            .iter()
            .any(|extra| extra.contains(&"[".repeat(10_000)))
    );
}

#[tokio::test]
async fn text_that_is_none_is_kept_as_escapes() {
    let scene = Scene::with([Rule::new(Fault::OddText).page(2)]).await;
    assert!(scene.fetch().await.is_complete());
    let rows = scene.rows().await;
    let messages: Vec<&str> = (0..rows.len())
        .map(|at| rows.get(at).unwrap().message)
        .collect();
    assert!(
        messages.contains(&"caf\\xE9 \0 \\ud800 \\xFF end"),
        "{messages:?}"
    );
}
