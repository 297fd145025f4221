//! The port: taken, or who has it; and the connections on it.

use super::headers::SERVER_NAME;
use crate::error::CliError;
use crate::http::{NativeHttp, Route};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use windrow_source::{Http, HttpRequest};

/// How long a request's head may take to arrive.
const HEAD: Duration = Duration::from_secs(30);
/// Connections at once; browsers open six.
const MAX_CONNECTIONS: usize = 256;
/// A pause after a failed accept, which fails again at once while the system is out of handles.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes the port.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, CliError> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(taken(address).await),
        Err(error) => Err(unusable(address, &error)),
    }
}

/// Serves `router` on every connection until dropped.
pub async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    let service = TowerToHyperService::new(router.clone());
                    // The relay passes the log API's `Date`; one of our own would say when we answered.
                    let connection = http1::Builder::new()
                        .auto_date_header(false)
                        .timer(TokioTimer::new())
                        .header_read_timeout(HEAD)
                        .serve_connection(TokioIo::new(stream), service);
                    connections.spawn(async move {
                        // A connection that ends badly concerns only who made it.
                        let _ = connection.await;
                    });
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Who has the port, as far as a question to it tells.
async fn taken(address: SocketAddr) -> CliError {
    let port = address.port();
    if is_companion(address).await {
        return CliError::Failed {
            message: format!("{address} is in use: another `windrow serve` is running there"),
            remedy: format!(
                "open the address it printed (http://{address}/#token=...), or stop it and start again"
            ),
        };
    }
    CliError::Failed {
        message: format!("{address} is in use by another program"),
        remedy: format!(
            "`{}` shows which one; stop it, or take another port with --port (what the page keeps belongs to its port, so it would start empty)",
            who(port)
        ),
    }
}

fn who(port: u16) -> String {
    match std::env::consts::OS {
        "linux" => format!("ss -ltnp 'sport = :{port}'"),
        "windows" => format!("netstat -ano | findstr :{port}"),
        _ => format!("lsof -nP -iTCP:{port} -sTCP:LISTEN"),
    }
}

async fn is_companion(address: SocketAddr) -> bool {
    let Ok(http) = NativeHttp::new(Route::Direct) else {
        return false;
    };
    let question = http.send(HttpRequest::get(format!("http://{address}/")));
    let name = SERVER_NAME.split('/').next().unwrap_or_default();
    match tokio::time::timeout(Duration::from_secs(2), question).await {
        Ok(Ok(answer)) => answer
            .header("server")
            .is_some_and(|server| server.split('/').next() == Some(name)),
        _ => false,
    }
}

/// An address that cannot be listened on at all.
pub(crate) fn unusable(address: SocketAddr, error: &io::Error) -> CliError {
    CliError::Failed {
        message: format!("{address} cannot be listened on: {error}"),
        remedy: "choose another with --port or --bind".into(),
    }
}
