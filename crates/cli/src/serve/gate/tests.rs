//! Who is let in, and who is not.

use super::*;

const OWN: &str = "http://127.0.0.1:17290";

fn judge(target: &str, headers: &[(&str, &str)]) -> Judgement {
    let gate = Gate::new(([127, 0, 0, 1], 17290).into(), "secret".into());
    let mut request = Request::builder().uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    gate.judge(&request.body(()).unwrap())
}

fn refusal(target: &str, headers: &[(&str, &str)]) -> Refusal {
    match judge(target, headers) {
        Judgement::Refuse(refusal) => refusal,
        other => panic!("{target} {headers:?}: {other:?}"),
    }
}

#[test]
fn a_page_needs_only_the_right_host() {
    let host = ("host", "127.0.0.1:17290");
    assert_eq!(judge("/", &[host]), Judgement::Pass);
    assert_eq!(judge("/", &[host, ("origin", OWN)]), Judgement::Pass);
    assert_eq!(
        judge("/", &[host, ("sec-fetch-site", "none")]),
        Judgement::Pass
    );
    let link = [
        host,
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
    ];
    assert_eq!(judge("/", &link), Judgement::Pass);
}

#[test]
fn any_other_host_is_refused_on_every_route() {
    for target in ["/", "/api/session", "/relay/https/a/query/", "/worker.js"] {
        for host in [
            "evil.example:17290",
            "127.0.0.1",
            "127.0.0.1:17291",
            "127.0.0.1:17290.evil.example",
            "[::1]:17290",
            "0.0.0.0:17290",
        ] {
            assert_eq!(refusal(target, &[("host", host)]), Refusal::Host);
        }
        assert_eq!(refusal(target, &[]), Refusal::Host);
    }
    let two = [("host", "127.0.0.1:17290"), ("host", "evil.example")];
    assert_eq!(refusal("/", &two), Refusal::Host);
    assert_eq!(
        refusal("http://evil.example/", &[("host", "127.0.0.1:17290")]),
        Refusal::Host
    );
}

#[test]
fn localhost_only_redirects() {
    let there = Judgement::Redirect(format!("{OWN}/a?b=c"));
    assert_eq!(judge("/a?b=c", &[("host", "localhost:17290")]), there);
    let request = Request::post("/a")
        .header("host", "localhost:17290")
        .body(())
        .unwrap();
    let gate = Gate::new(([127, 0, 0, 1], 17290).into(), "secret".into());
    assert_eq!(gate.judge(&request), Judgement::Refuse(Refusal::Host));
}

#[test]
fn a_foreign_origin_is_refused_even_with_the_token() {
    for origin in [
        "null",
        "http://evil.example",
        "https://127.0.0.1:17290",
        "http://127.0.0.1:17290.evil",
        "http://localhost:17290",
        "",
    ] {
        let headers = [
            ("host", "127.0.0.1:17290"),
            ("origin", origin),
            (TOKEN, "secret"),
        ];
        assert_eq!(
            refusal("/relay/https/a/query/", &headers),
            Refusal::Origin,
            "{origin}"
        );
    }
}

#[test]
fn routes_behind_the_token_need_it_whole() {
    let host = ("host", "127.0.0.1:17290");
    assert_eq!(
        judge("/api/session", &[host, (TOKEN, "secret")]),
        Judgement::Pass
    );
    for token in ["", "secre", "secret ", "Secret", "secretsecret"] {
        assert_eq!(
            refusal("/api/session", &[host, (TOKEN, token)]),
            Refusal::Token
        );
    }
    assert_eq!(refusal("/api", &[host]), Refusal::Token);
    assert_eq!(refusal("/relay/x", &[host]), Refusal::Token);
    assert_eq!(
        refusal(
            "/api/session",
            &[host, (TOKEN, "secret"), (TOKEN, "secret")]
        ),
        Refusal::Token
    );
}

#[test]
fn nothing_is_loaded_into_the_page_of_another_site() {
    let host = ("host", "127.0.0.1:17290");
    for site in ["cross-site", "same-site", "anything"] {
        let script = [
            host,
            ("sec-fetch-site", site),
            ("sec-fetch-mode", "no-cors"),
        ];
        assert_eq!(refusal("/worker.js", &script), Refusal::Site);
        let frame = [
            host,
            ("sec-fetch-site", site),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "iframe"),
        ];
        assert_eq!(refusal("/", &frame), Refusal::Site);
        let api = [
            host,
            ("sec-fetch-site", site),
            ("sec-fetch-mode", "navigate"),
            (TOKEN, "secret"),
        ];
        assert_eq!(refusal("/api/session", &api), Refusal::Site);
    }
    assert_eq!(
        refusal(
            "/api/session",
            &[host, ("sec-fetch-site", "none"), (TOKEN, "secret")]
        ),
        Refusal::Site
    );
}
