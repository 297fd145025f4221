//! Answers that break off, come late, or do not come.

use crate::scene::{KEY, LINES, START_MS, Scene, range};
use windrow_engine::{EngineError, ErrorKind};
use windrow_stand_in::{Fault, RequestKind, Rule};

fn status(code: u16) -> Fault {
    Fault::Status { code, body: None }
}

#[tokio::test]
async fn an_answer_that_breaks_off_advances_nothing_and_is_asked_for_again() {
    for fault in [
        Fault::CutBody,
        Fault::CutJson,
        Fault::WrongLength,
        Fault::NotJson,
        Fault::Reset,
    ] {
        let scene = Scene::with([Rule::new(fault.clone()).page(3).times(2)]).await;
        let receipt = scene.fetch().await;
        assert!(receipt.is_complete(), "{fault:?}: {:?}", receipt.failures);
        scene.assert_whole().await;
        assert_eq!(scene.pages(), [1, 2, 3, 4, 5, 6], "{fault:?}");

        let scene = Scene::with([Rule::new(fault.clone()).page(4).times(4)]).await;
        let receipt = scene.fetch().await;
        assert_eq!(receipt.failures[0].range.end_ms(), range(0, LINES).end_ms());
        assert!(!receipt.kept_ranges.is_empty(), "{fault:?}");
        assert!(scene.fetch().await.is_complete());
        scene.assert_whole().await;
    }
}

#[tokio::test]
async fn limits_and_failures_in_the_middle_are_waited_out_and_no_page_is_fetched_twice() {
    let limited = |seconds| Fault::RateLimited {
        reset_seconds: seconds,
    };
    let scene = Scene::polled(
        Some(1),
        [
            Rule::new(limited(30)).kind(RequestKind::Submit),
            Rule::new(limited(5)).kind(RequestKind::Poll).nth(3),
            Rule::new(limited(900)).kind(RequestKind::Page).page(3),
            Rule::new(status(503)).kind(RequestKind::Page).page(4),
            Rule::new(status(500)).kind(RequestKind::Poll).nth(12),
            Rule::new(Fault::Reset).kind(RequestKind::Page).page(5),
            Rule::new(status(504)).kind(RequestKind::Count),
        ],
    )
    .await;
    let receipt = scene.fetch().await;
    assert!(receipt.is_complete(), "{:?}", receipt.failures);
    scene.assert_whole().await;
    assert_eq!(scene.pages(), [1, 2, 3, 4, 5, 6]);
    let waits = scene.clock.waits.borrow().clone();
    for asked in [30_000, 5_000, 900_000] {
        assert!(waits.contains(&asked), "{waits:?}");
    }
    assert_eq!(receipt.requests, scene.server.requests().len() as u64);
    let again = scene.fetch().await;
    assert_eq!(again.requests, 0);
}

#[tokio::test]
async fn a_poll_link_that_expires_is_replaced_by_the_pages_own_link() {
    let dead = Rule::new(Fault::SelfExpires)
        .kind(RequestKind::Page)
        .page(3);
    let scene = Scene::with([dead]).await;
    assert!(scene.fetch().await.is_complete());
    scene.assert_whole().await;
    let asked = scene.asked(&[RequestKind::Submit, RequestKind::Page]);
    let third: Vec<_> = asked.iter().filter(|page| page.page == Some(3)).collect();
    assert_eq!(third.len(), 2, "the page itself, and none before it");
    assert_eq!(third[0].status, 202);
}

#[tokio::test]
async fn a_query_that_never_ends_stops_at_the_limits_and_keeps_the_pages_so_far() {
    let endless = Rule::new(Fault::RunsForever)
        .kind(RequestKind::Page)
        .page(4);
    let scene = Scene::with([endless]).await;
    let receipt = scene.fetch().await;
    let reason = &receipt.failures[0].reason;
    assert!(reason.contains("still working after"), "{reason}");
    assert!(!receipt.kept_ranges.is_empty());
    let polls = scene.asked(&[RequestKind::Poll]).len();
    assert!((80..=120).contains(&polls), "{polls}");
    assert!(scene.fetch().await.is_complete());
    scene.assert_whole().await;
}

#[tokio::test]
async fn a_refused_key_or_query_in_the_middle_stops_at_once_and_keeps_the_parts() {
    for (code, kind) in [
        (400, ErrorKind::ChangeRequest),
        (401, ErrorKind::SignIn),
        (403, ErrorKind::SignIn),
    ] {
        let refused = Rule::new(Fault::EchoKey { code }).page(4);
        let scene = Scene::with([refused]).await;
        let receipt = scene.fetch().await;
        assert_eq!(receipt.failures[0].kind, kind, "{code}");
        assert!(!receipt.kept_ranges.is_empty(), "{code}");
        let pages = scene.asked(&[RequestKind::Page]);
        assert_eq!(pages.iter().filter(|page| page.page == Some(4)).count(), 1);
        for text in [scene.told(), format!("{receipt:?}")] {
            let lower = text.to_lowercase();
            assert!(
                !lower.contains(&KEY.to_lowercase()),
                "{code}: the key is told"
            );
        }
        let kept_s = (receipt.kept_ranges.last().unwrap().end_ms() - START_MS) / 1_000;
        let before = scene.server.requests().len();
        assert!(scene.fetch().await.is_complete());
        scene.assert_whole().await;
        let first = &scene.server.requests()[before];
        assert_eq!(
            first.from,
            Some(START_MS + kept_s * 1_000 - 1),
            "nothing that is held is asked for again"
        );
    }
}

#[tokio::test]
async fn a_refused_key_on_the_first_request_starts_nothing_and_tells_no_key() {
    let scene = Scene::with([Rule::new(Fault::EchoKey { code: 401 })]).await;
    let error = scene.run(0, LINES).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignIn);
    let scene = Scene::with([Rule::new(Fault::EchoKey { code: 500 }).always()]).await;
    let error = match scene.run(0, LINES).await {
        Err(error) => format!("{error} {error:?}"),
        Ok(receipt) => format!("{receipt:?}"),
    };
    assert!(error.contains("[key]"), "{error}");
    assert!(!error.to_lowercase().contains(KEY), "{error}");
}

#[tokio::test]
async fn an_endless_body_is_cut_at_the_cap_and_a_slow_one_is_waited_for() {
    let mut scene = Scene::with([Rule::new(Fault::EndlessBody).page(4)]).await;
    scene.body_bytes = 1 << 20;
    let receipt = scene.fetch().await;
    let reason = &receipt.failures[0].reason;
    assert!(reason.contains("larger than 1048576 bytes"), "{reason}");
    assert!(!receipt.kept_ranges.is_empty());

    let drip = Fault::Drip {
        bytes: 4_096,
        every_ms: 1,
    };
    let scene = Scene::with([Rule::new(drip).page(2)]).await;
    assert!(scene.fetch().await.is_complete());
    scene.assert_whole().await;
}

#[tokio::test]
async fn no_server_at_all_is_an_error_that_names_it_and_writes_nothing() {
    let away = Rule::new(Fault::Away { ms: 86_400_000 });
    let scene = Scene::with([away]).await;
    let error = scene.run(0, LINES).await.unwrap_err();
    assert!(
        matches!(&error, EngineError::Source(source) if source.to_string().contains("after 4 tries")),
        "{error}"
    );
    assert!(scene.rows().await.is_empty());
}
