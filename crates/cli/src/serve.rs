//! The companion: serves the page on this machine and relays it to the log API.
//!
//! In the order a request passes:
//!
//! | module | does |
//! | --- | --- |
//! | [`listen`] | the port, and who has it already |
//! | [`browser`] | opens the page in one |
//! | [`gate`] | host, origin, site and token, before any handler |
//! | [`site`] | the embedded page |
//! | [`session`] | what the page gets to know about this companion |
//! | [`upstream`] | which address a relayed request may have |
//! | [`address`] | which machine a name may lead to |
//! | [`relay`] | the request to the log API and its streamed answer |
//! | [`proxy`] | what it goes through, where it must |
//! | [`headers`] | what stands on every answer |
//!
//! Invariant: no answer without the headers, no handler without the gate, no CORS header at all.
//! Memory: the page is in the binary; a relayed body is never held whole.

pub mod address;
pub mod browser;
pub mod gate;
pub mod headers;
pub mod listen;
pub mod proxy;
pub mod relay;
pub mod session;
pub mod site;
pub mod upstream;

use crate::error::CliError;
use crate::run_id::new_token;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get};
use gate::{Gate, Judgement};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use windrow_model::settings::FlushSettings;
use windrow_source::ApiKey;

pub use proxy::UpstreamProxy;
pub use relay::RelayLimits;
pub use site::Site;
pub use upstream::Upstreams;

/// What a companion is started with.
#[derive(Debug)]
pub struct CompanionSettings {
    /// Where it listens; port 0 chooses a free one.
    pub bind: SocketAddr,
    /// The page.
    pub site: Site,
    /// Where it relays to.
    pub upstreams: Upstreams,
    /// The key it adds where the page sends none.
    pub key: Option<ApiKey>,
    /// Whether the logs are made up.
    pub demo: bool,
    /// What it relays through, where a network lets nothing else out.
    pub proxy: Option<UpstreamProxy>,
    /// What bounds a relayed answer.
    pub limits: RelayLimits,
    /// When the page's buffers become parts.
    pub flush: FlushSettings,
}

/// A companion that listens and does not serve yet.
#[derive(Debug)]
pub struct Companion {
    listener: TcpListener,
    shared: Arc<Shared>,
}

/// What every request needs.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: CompanionSettings,
    pub(crate) gate: Gate,
    pub(crate) policy: HeaderValue,
    pub(crate) client: reqwest::Client,
}

impl Companion {
    /// Takes the port. Fails where it is taken, and says by whom as far as it can be seen.
    pub async fn bind(settings: CompanionSettings) -> Result<Self, CliError> {
        let listener = listen::bind(settings.bind).await?;
        let address = listener
            .local_addr()
            .map_err(|error| listen::unusable(settings.bind, &error))?;
        let shared = Shared {
            gate: Gate::new(address, new_token()?),
            policy: headers::policy(settings.site.index()),
            client: relay::client(&settings)?,
            settings,
        };
        Ok(Self {
            listener,
            shared: Arc::new(shared),
        })
    }

    /// `http://127.0.0.1:17290`.
    pub fn origin(&self) -> &str {
        self.shared.gate.origin()
    }

    /// The secret of this run.
    pub fn token(&self) -> &str {
        self.shared.gate.token()
    }

    /// The page's address with the token in its fragment, which no server ever sees.
    pub fn url(&self) -> String {
        format!("{}/#token={}", self.origin(), self.token())
    }

    /// Serves until it is dropped.
    pub async fn serve(self) {
        let router = router(Arc::clone(&self.shared));
        listen::serve(self.listener, router).await;
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/api/session", get(session::session))
        .route("/relay/{*rest}", any(relay::relay))
        .fallback(site::page)
        .layer(from_fn_with_state(Arc::clone(&shared), guard))
        .with_state(shared)
}

/// The gate before every handler, and the headers after it.
async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut response = match shared.gate.judge(&request) {
        Judgement::Pass => next.run(request).await,
        Judgement::Redirect(location) => gate::redirected(&location),
        Judgement::Refuse(refusal) => gate::refused(refusal),
    };
    headers::put(response.headers_mut(), &shared.policy);
    response
}
