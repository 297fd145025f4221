//! The server's life: a listener, its connections, and an end.
//!
//! Connections are served without a `Date` of the HTTP library's own: the one sent comes from the stand-in's clock.
//! Dropping [`Running`] stops it: no connection is taken any more, and those under way end with their answer.

mod line;

use crate::answer::{Leave, NoAnswer, Service, router};
use crate::record::RequestRecord;
use crate::stand_in::{ServedLog, StandIn, served};
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use line::{Line, Reset};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A stand-in that serves. Stops when it is dropped.
#[derive(Debug)]
pub struct Running {
    service: Arc<Service>,
    stop: watch::Sender<()>,
    accepting: JoinHandle<()>,
}

impl StandIn {
    /// Serves on a free port of 127.0.0.1. Must be called within a tokio runtime.
    pub async fn start(self) -> io::Result<Running> {
        self.serve(TcpListener::bind(("127.0.0.1", 0)).await?)
    }

    /// Serves on a listener. Must be called within a tokio runtime.
    pub fn serve(self, listener: TcpListener) -> io::Result<Running> {
        let origin = format!("http://{}", listener.local_addr()?);
        let (leave, leaving) = unbounded_channel();
        let service = Arc::new(Service::new(self, origin, leave));
        let (stop, stopped) = watch::channel(());
        let accepting = tokio::spawn(accept(listener, Arc::clone(&service), stopped, leaving));
        Ok(Running {
            service,
            stop,
            accepting,
        })
    }
}

impl Running {
    /// Where it is served, such as `http://127.0.0.1:40123`.
    pub fn origin(&self) -> &str {
        self.service.origin()
    }

    /// The logs it serves.
    pub fn logs(&self) -> Vec<ServedLog> {
        self.service.logs().iter().map(|log| served(log)).collect()
    }

    /// What has been asked so far, in the order of the answers.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.service.requests(0)
    }

    /// Stops taking connections, and waits until the listener is closed.
    pub async fn stop(self) {
        drop(self.stop);
        // It ends by itself, or has ended already.
        let _ = self.accepting.await;
    }

    /// Serves until something else ends the program.
    pub async fn forever(self) {
        let _held = self.stop;
        let _ = self.accepting.await;
    }
}

async fn accept(
    mut listener: TcpListener,
    service: Arc<Service>,
    mut stopped: watch::Receiver<()>,
    mut leaving: UnboundedReceiver<Leave>,
) {
    loop {
        tokio::select! {
            // The sender is gone: stop.
            _ = stopped.changed() => return,
            Some(Leave { ms, left }) = leaving.recv() => {
                let Ok(address) = listener.local_addr() else { return };
                drop(listener);
                // Who asked may be gone already.
                let _ = left.send(());
                tokio::select! {
                    _ = stopped.changed() => return,
                    back = come_back(address, Duration::from_millis(ms)) => listener = back,
                }
            }
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    tokio::spawn(connection(stream, Arc::clone(&service), stopped.clone()));
                }
                // Out of descriptors, or the peer was gone already: others may come.
                Err(_) => tokio::task::yield_now().await,
            },
        }
    }
}

/// The listener again, after a while.
async fn come_back(address: SocketAddr, away: Duration) -> TcpListener {
    let mut wait = away;
    loop {
        tokio::time::sleep(wait).await;
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            // Something else has the port for a moment.
            Err(_) => wait = Duration::from_millis(20),
        }
    }
}

async fn connection(stream: TcpStream, service: Arc<Service>, mut stopped: watch::Receiver<()>) {
    // Small answers must not wait for one another.
    let _ = stream.set_nodelay(true);
    let reset = Reset::default();
    let line = Line::new(stream, reset.clone());
    let router = TowerToHyperService::new(router(service));
    let service = service_fn(move |request| {
        let (answer, reset) = (router.call(request), reset.clone());
        async move {
            let Ok(response) = answer.await;
            if response.extensions().get::<NoAnswer>().is_some() {
                reset.set();
                return Err(io::Error::from(io::ErrorKind::ConnectionReset));
            }
            Ok(response)
        }
    });
    let connection = http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(line), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        // An error here is a peer that went away, or a fault that cut the answer.
        _ = connection.as_mut() => return,
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
