//! A transport that answers from a list, a clock of virtual time, and the connector over both.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use windrow_model::settings::FetchSettings;
use windrow_model::{EventBatch, TimeRange};
use windrow_source::log_search::{Endpoint, LogSearch};
use windrow_source::{
    ApiKey, Clock, Http, HttpError, HttpRequest, HttpResponse, LogSource, Notice, Page,
    SliceRequest, SourceError,
};

pub(crate) const HOST: &str = "https://eu.rest.logs.insight.rapid7.com";
pub(crate) const DATE: &str = "Tue, 14 Nov 2023 22:13:20 GMT";
pub(crate) const DATE_MS: i64 = 1_700_000_000_000;

/// What happened outside, shared by transport and clock.
#[derive(Default)]
pub(crate) struct World {
    answers: RefCell<VecDeque<Result<HttpResponse, HttpError>>>,
    pub(crate) sent: RefCell<Vec<HttpRequest>>,
    pub(crate) waits: RefCell<Vec<u64>>,
    now_ms: Cell<i64>,
    /// How long every answer takes.
    pub(crate) answer_ms: Cell<i64>,
}

impl World {
    pub(crate) fn urls(&self) -> Vec<String> {
        self.sent.borrow().iter().map(|r| r.url.clone()).collect()
    }

    pub(crate) fn waited(&self) -> u64 {
        self.waits.borrow().iter().sum()
    }
}

pub(crate) struct Scripted(Rc<World>);

impl Http for Scripted {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let world = &self.0;
        world.sent.borrow_mut().push(request);
        world.now_ms.set(world.now_ms.get() + world.answer_ms.get());
        let answer = world.answers.borrow_mut().pop_front();
        answer.expect("more was asked for than the script has")
    }
}

pub(crate) struct Virtual(Rc<World>);

impl Clock for Virtual {
    fn now_ms(&self) -> i64 {
        self.0.now_ms.get()
    }

    async fn sleep(&self, wait_ms: u64) {
        self.0.waits.borrow_mut().push(wait_ms);
        self.0.now_ms.set(self.0.now_ms.get() + wait_ms as i64);
    }
}

/// Runs a future that never really waits.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing here waits"),
    }
}

pub(crate) type Connector = LogSearch<Scripted, Virtual>;

pub(crate) fn connector(
    settings: FetchSettings,
    answers: Vec<Result<HttpResponse, HttpError>>,
) -> (Connector, Rc<World>) {
    let world = Rc::new(World::default());
    world.answers.borrow_mut().extend(answers);
    let search = LogSearch::new(
        Scripted(Rc::clone(&world)),
        Virtual(Rc::clone(&world)),
        Endpoint::parse("eu").unwrap(),
        ApiKey::new("s3cret"),
        settings,
    );
    (search.unwrap(), world)
}

pub(crate) fn slice(query: &str) -> SliceRequest {
    SliceRequest {
        log_id: "k".to_owned(),
        query: query.to_owned(),
        range: TimeRange::new(100, 200).unwrap(),
    }
}

/// One page of the slice, from the script.
pub(crate) struct Asked {
    pub(crate) page: Result<Page, SourceError>,
    pub(crate) batch: EventBatch,
    pub(crate) world: Rc<World>,
    pub(crate) notices: Vec<Notice>,
}

pub(crate) fn ask(answers: Vec<Result<HttpResponse, HttpError>>) -> Asked {
    ask_with(FetchSettings::default(), answers)
}

pub(crate) fn ask_with(
    settings: FetchSettings,
    answers: Vec<Result<HttpResponse, HttpError>>,
) -> Asked {
    let (search, world) = connector(settings, answers);
    let mut batch = EventBatch::new();
    let notices = RefCell::new(Vec::new());
    let cursor = search.first(&slice("")).unwrap();
    let notice = |notice| notices.borrow_mut().push(notice);
    let page = run(search.page(&cursor, &mut batch, &notice));
    Asked {
        page,
        batch,
        world,
        notices: notices.into_inner(),
    }
}

pub(crate) fn answer(
    status: u16,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<HttpResponse, HttpError> {
    let mut held = vec![("date".to_owned(), DATE.to_owned())];
    held.retain(|(name, _)| !headers.iter().any(|(other, _)| other == name));
    held.extend(
        headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
    );
    held.retain(|(_, value)| value != "absent");
    Ok(HttpResponse {
        status,
        headers: held,
        body: body.as_bytes().to_vec(),
    })
}

pub(crate) fn ok(body: &str) -> Result<HttpResponse, HttpError> {
    answer(200, &[], body)
}

/// Still running, polled at `poll`.
pub(crate) fn running(status: u16, poll: &str) -> Result<HttpResponse, HttpError> {
    let body = format!(
        r#"{{"progress":35,"events":[],"links":[{{"rel":"Self","href":"{HOST}/query/{poll}"}}]}}"#
    );
    answer(status, &[], &body)
}

/// A finished page of events at the given times, with a link to the next page.
pub(crate) fn events(times: &[i64], next: Option<&str>) -> Result<HttpResponse, HttpError> {
    ok(&events_body(times, next))
}

pub(crate) fn events_body(times: &[i64], next: Option<&str>) -> String {
    let events: Vec<_> = times
        .iter()
        .map(|ms| {
            format!(r#"{{"timestamp":{ms},"sequence_number":{ms},"log_id":"k","message":"m"}}"#)
        })
        .collect();
    let links = next.map_or_else(String::new, |next| {
        format!(r#"{{"rel":"Next","href":"{next}"}}"#)
    });
    format!(r#"{{"events":[{}],"links":[{links}]}}"#, events.join(","))
}
