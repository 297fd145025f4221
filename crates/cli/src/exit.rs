//! The exit codes, and the page of `--help` that lists them.

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Ok = 0,
    /// Something could not be fetched or verified.
    Failed = 1,
    /// The command line, a setting or the request is wrong.
    BadInput = 2,
    /// The key is missing or refused.
    NotAuthorised = 3,
    /// No answer from the server.
    NoServer = 4,
    /// The cache is damaged, or cannot be read or written.
    Cache = 5,
    /// No row matches, and all of the window was searched.
    NoMatch = 6,
    /// No row matches in what is cached, and some of the window is not, or only provisionally.
    NoMatchInCache = 7,
    /// Stopped by the person who started it.
    Cancelled = 130,
}

impl Exit {
    /// The same as a word, for `--json`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::BadInput => "bad_input",
            Self::NotAuthorised => "not_authorised",
            Self::NoServer => "no_server",
            Self::Cache => "cache",
            Self::NoMatch => "no_match",
            Self::NoMatchInCache => "no_match_in_cache",
            Self::Cancelled => "cancelled",
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What stands at the end of every `--help`.
pub const HELP: &str = "\
Exit codes:
  0    done
  1    failed: something could not be fetched or verified; what was proven is kept
  2    usage, or bad input; nothing was changed
  3    not authorised: the API key is missing or refused
  4    no server: no answer at all
  5    the cache is damaged, or cannot be read or written
  6    `count`: no row matches, and all of the window was searched
  7    `count`: no row matches in what is cached, and some of the window is not, or only provisionally
  130  cancelled; what was proven is kept

The API key is read from the environment variable RAPID7_API_KEY, and from nowhere else.
Times are RFC 3339 with an offset, such as 2026-11-23T09:00:00Z, epoch milliseconds, or an epoch number with its unit, such as 1763632800s.
Windows are half-open: [from, to). A variable of the environment that is empty counts as not set.";
