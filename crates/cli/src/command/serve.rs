//! `windrow serve`: the companion, from flags to Ctrl-C.

use crate::args::ServeArgs;
use crate::args::connection::api_key;
use crate::command::{fields, stand_in};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::serve::site::DIST;
use crate::serve::{
    Companion, CompanionSettings, RelayLimits, Site, UpstreamProxy, Upstreams, browser,
};
use serde::Serialize;
use std::net::SocketAddr;
use windrow_source::ApiKey;
use windrow_stand_in::Running;

/// What is printed when it is ready.
#[derive(Debug, Serialize)]
struct Ready<'a> {
    url: String,
    origin: &'a str,
    upstreams: &'a [String],
    demo: bool,
    key_held: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stand_in: Option<stand_in::Ready>,
}

pub(super) async fn run(mut args: ServeArgs, context: &Context) -> Result<Exit, CliError> {
    let generated = args.demo;
    // A file to replay needs somebody to replay it.
    args.demo |= !args.source.replay.is_empty();
    if args.source.faults.is_some() && !args.demo {
        return Err(CliError::BadInput {
            message: "--faults is played by the demo's own log API, and there is none".into(),
            remedy: "add --demo or --replay FILE, or give the script to `windrow stand-in`".into(),
        });
    }
    let site = site(&args)?;
    let bind = bind_address(&args)?;
    let proxy = args
        .proxy
        .as_deref()
        .map(UpstreamProxy::parse)
        .transpose()?;
    let demo = match args.demo {
        true => Some(stand_in::start_demo(&args.source, generated).await?),
        false => None,
    };
    let upstreams = upstreams(&args, demo.as_ref().map(|(running, _)| running))?;
    if proxy.is_some() && upstreams.is_loopback() {
        return Err(CliError::BadInput {
            message: "--proxy leads away from this machine, and the log API is on it".into(),
            remedy: "leave --proxy out".into(),
        });
    }
    let through = proxy.as_ref().map(UpstreamProxy::shown);
    let key = match &demo {
        Some((_, key)) => ApiKey::new(key),
        None => api_key()?,
    };
    let (origins, key_held) = (upstreams.origins().to_vec(), key.is_some());
    let companion = Companion::bind(CompanionSettings {
        bind,
        site,
        upstreams,
        key,
        demo: args.demo,
        proxy,
        limits: RelayLimits::default(),
        flush: args.thresholds.settings(),
    })
    .await?;
    let url = companion.url();
    let ready = Ready {
        url: url.clone(),
        origin: companion.origin(),
        upstreams: &origins,
        demo: args.demo,
        key_held,
        proxy: through,
        stand_in: demo
            .as_ref()
            .map(|(running, _)| stand_in::Ready::of(running, None)),
    };
    context.announce(&ready, || lines(&ready, &args));
    if args.open {
        let context = context.clone();
        tokio::task::spawn_local(async move { browser::open(&url, &context).await });
    }
    // Ends at once: a request under way is of no use to anybody who stops it.
    let _ = context.cancel.run_until_cancelled(companion.serve()).await;
    drop(demo);
    Ok(Exit::Ok)
}

fn site(args: &ServeArgs) -> Result<Site, CliError> {
    if args.no_page {
        return Ok(Site::default());
    }
    let site = Site::built();
    if site.is_empty() {
        return Err(CliError::Failed {
            message: if cfg!(debug_assertions) {
                format!("there is no whole page in {DIST}, where a debug build looks for it")
            } else {
                "this program was built without the page".into()
            },
            remedy: "build it with `cargo xtask demo`, or serve the relay alone with --no-page"
                .into(),
        });
    }
    Ok(site)
}

fn bind_address(args: &ServeArgs) -> Result<SocketAddr, CliError> {
    let bad = |message: String, remedy: &str| CliError::BadInput {
        message,
        remedy: remedy.into(),
    };
    if !args.bind.is_loopback() {
        if !args.expose {
            return Err(bad(
                format!(
                    "--bind {} lets others on the network reach the page, and with its token the log API with your key",
                    args.bind
                ),
                "add --expose if that is what you want, or leave --bind out",
            ));
        }
        if args.bind.is_unspecified() {
            return Err(bad(
                format!(
                    "--bind {} names no single address, and requests are only taken under the one they name",
                    args.bind
                ),
                "give the one address of this machine that others use",
            ));
        }
    }
    Ok(SocketAddr::new(args.bind, args.port))
}

fn upstreams(args: &ServeArgs, demo: Option<&Running>) -> Result<Upstreams, CliError> {
    match (demo, &args.upstream) {
        (Some(demo), _) => Upstreams::parse(demo.origin()),
        (None, Some(base)) => Upstreams::parse(base),
        (None, None) => Upstreams::parse(&args.region),
    }
}

fn lines(ready: &Ready<'_>, args: &ServeArgs) -> Vec<String> {
    let key = match (args.demo, ready.key_held) {
        (true, _) => "the demo's own, held here",
        (_, true) => "held here, from RAPID7_API_KEY",
        (_, false) => "the page asks for it; or set RAPID7_API_KEY and start again",
    };
    let mut lines = vec![
        "Windrow is ready. Open this address:".to_owned(),
        String::new(),
        format!("  {}", ready.url),
        String::new(),
    ];
    let mut table = Vec::new();
    if args.demo {
        let stand_in = ready.upstreams.first().map_or("", String::as_str);
        table.push(("logs", format!("made up, by a stand-in at {stand_in}")));
    } else {
        let origins = ready.upstreams.iter().cloned();
        table.extend(origins.map(|origin| ("log API", origin)));
    }
    table.push(("key", key.to_owned()));
    if let Some(proxy) = &ready.proxy {
        table.push(("proxy", proxy.clone()));
    }
    if args.no_page {
        table.push(("page", "none, only the relay".to_owned()));
    }
    lines.extend(fields(&table));
    lines.push(String::new());
    lines.push("The address holds this run's token; keep it to yourself. Ctrl-C stops.".to_owned());
    if args.port != crate::args::DEFAULT_PORT {
        lines.push(format!(
            "Port {} has a storage of its own: what the page keeps under another port is not seen here.",
            args.port
        ));
    }
    if args.expose && !args.bind.is_loopback() {
        lines.push(format!(
            "EXPOSED: anybody who reaches {} and knows the token uses the log API with your key. Browsers keep nothing for such an address.",
            args.bind
        ));
    }
    lines
}
