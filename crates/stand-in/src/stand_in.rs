//! What a stand-in serves and how, put together before it starts.

use crate::clock::ServerClock;
use crate::fault::FaultScript;
use crate::generated::{Generated, Kind};
use crate::log::Log;
use crate::record::{Listener, RequestRecord};
use crate::replay::{Replay, ReplayError, Replayed, Zone};
use std::path::Path;
use std::sync::Arc;

/// Which bounds of a query are included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bounds {
    /// Both: an event exactly at the end is in two neighbouring windows.
    #[default]
    Inclusive,
    /// The lower one only.
    HalfOpen,
}

/// A log that is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedLog {
    /// Its key, a UUID.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Of a replayed file: what was found in it.
    pub replayed: Option<Replayed>,
}

/// A stand-in that is ready to be served; see [`StandIn::serve`].
#[derive(Debug)]
pub struct StandIn {
    pub(crate) logs: Vec<Arc<Log>>,
    pub(crate) api_key: Option<String>,
    pub(crate) bounds: Bounds,
    pub(crate) polls: Option<u32>,
    pub(crate) page_polls: Option<u32>,
    pub(crate) quota: u64,
    pub(crate) keep_bytes: usize,
    pub(crate) script: FaultScript,
    pub(crate) clock: ServerClock,
    pub(crate) listener: Option<Listener>,
}

/// Puts a stand-in together.
#[derive(Debug)]
#[must_use]
pub struct Builder {
    seed: u64,
    stand_in: StandIn,
}

impl StandIn {
    /// Starts with nothing: no logs, no key, both bounds included, every new query polled once, further pages at once.
    pub fn builder() -> Builder {
        Builder {
            seed: 1,
            stand_in: Self {
                logs: Vec::new(),
                api_key: None,
                bounds: Bounds::default(),
                polls: Some(0),
                page_polls: None,
                quota: 100_000,
                keep_bytes: 0,
                script: FaultScript::default(),
                clock: ServerClock::system(),
                listener: None,
            },
        }
    }

    /// The logs it serves.
    pub fn logs(&self) -> Vec<ServedLog> {
        self.logs.iter().map(|log| served(log)).collect()
    }
}

pub(crate) fn served(log: &Log) -> ServedLog {
    ServedLog {
        key: log.key.clone(),
        name: log.name.clone(),
        replayed: log.replayed(),
    }
}

impl Builder {
    /// The seed of the logs added from here on, and of their keys. 1 where none is given.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Adds the generated logs: `firewall`, `sign-ins` and `syslog`.
    pub fn generated(mut self) -> Self {
        for kind in [Kind::Firewall, Kind::SignIns, Kind::Syslog] {
            let content = Generated::new(kind, self.seed);
            self.add(Log::generated(self.seed, content));
        }
        self
    }

    /// Adds a log file under its file name, read now. Times without a zone are taken in `zone`.
    pub fn replay(mut self, path: &Path, zone: &Zone) -> Result<Self, ReplayError> {
        let replay = Replay::read(path, zone, self.stand_in.clock.now_ms())?;
        let file = path.file_name().unwrap_or(path.as_os_str());
        let name = self.free_name(&file.to_string_lossy());
        self.add(Log::replay(self.seed, &name, replay));
        Ok(self)
    }

    /// The same of bytes, under a name.
    pub fn replay_bytes(
        mut self,
        name: &str,
        bytes: &[u8],
        zone: &Zone,
    ) -> Result<Self, ReplayError> {
        let now_ms = self.stand_in.clock.now_ms();
        let replay =
            Replay::of_bytes(bytes, zone, now_ms).map_err(|source| ReplayError::Unusable {
                path: name.into(),
                source,
            })?;
        let name = self.free_name(name);
        self.add(Log::replay(self.seed, &name, replay));
        Ok(self)
    }

    fn add(&mut self, log: Log) {
        self.stand_in.logs.push(Arc::new(log));
    }

    /// Two files of one name become `name` and `name-2`.
    fn free_name(&self, name: &str) -> String {
        let taken = |name: &str| self.stand_in.logs.iter().any(|log| log.name == name);
        let mut free = name.to_owned();
        let mut number = 1;
        while taken(&free) {
            number += 1;
            free = format!("{name}-{number}");
        }
        free
    }

    /// Demands this key; without one every request is served.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.stand_in.api_key = Some(key.into());
        self
    }

    /// Plays faults.
    pub fn faults(mut self, script: FaultScript) -> Self {
        self.stand_in.script = script;
        self
    }

    /// Uses another clock than the machine's, epoch milliseconds. Set it before any file to replay.
    pub fn clock(mut self, now_ms: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        self.stand_in.clock = ServerClock::new(now_ms);
        self
    }

    /// Which bounds of a query are included.
    pub const fn bounds(mut self, bounds: Bounds) -> Self {
        self.stand_in.bounds = bounds;
        self
    }

    /// How new queries and counts run: answered at once, or 202 and this many polls that find them still running.
    pub const fn polls(mut self, polls: Option<u32>) -> Self {
        self.stand_in.polls = polls;
        self
    }

    /// The same for further pages.
    pub const fn page_polls(mut self, polls: Option<u32>) -> Self {
        self.stand_in.page_polls = polls;
        self
    }

    /// Requests per fifteen minutes, and 20 polls for every three of them; then 429. The default is 100,000.
    pub const fn quota(mut self, requests: u64) -> Self {
        self.stand_in.quota = requests;
        self
    }

    /// Caches up to this many bytes of finished answers, so that repeated requests cost next to nothing: for measuring clients.
    pub const fn keep_answers(mut self, bytes: usize) -> Self {
        self.stand_in.keep_bytes = bytes;
        self
    }

    /// Called with every request's record before its answer goes out, so that a file of them is complete. It must return at once.
    pub fn on_request(mut self, record: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        self.stand_in.listener = Some(Listener(Arc::new(record)));
        self
    }

    /// The finished stand-in; with the generated logs where none were added.
    pub fn build(self) -> StandIn {
        if self.stand_in.logs.is_empty() {
            return self.generated().stand_in;
        }
        self.stand_in
    }
}
