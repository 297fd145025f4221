//! A proxy that the relay goes through, where a network lets nothing else out.
//!
//! A proxy resolves names by itself, so what a name leads to is then its business; which hosts are asked is decided before, here as ever.

use crate::error::CliError;
use crate::http::root_cause;
use reqwest::Url;

/// Where the proxy is. Its URL may hold a password, and is never shown whole.
#[derive(Clone)]
pub struct UpstreamProxy(Url);

impl std::fmt::Debug for UpstreamProxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("UpstreamProxy").field(&self.shown()).finish()
    }
}

impl UpstreamProxy {
    /// Reads `http://host:port` or `https://host:port`, with a user and a password before the host or not.
    pub fn parse(text: &str) -> Result<Self, CliError> {
        let url = Url::parse(text.trim()).ok();
        let is_usable = |url: &Url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && matches!(url.path(), "" | "/")
                && url.query().is_none()
                && url.fragment().is_none()
        };
        url.filter(is_usable)
            .map(Self)
            .ok_or_else(|| CliError::BadInput {
                message: "--proxy is no address of a proxy".into(),
                remedy: "write it as http://host:port or https://host:port".into(),
            })
    }

    /// Scheme, host and port.
    pub fn shown(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    pub(crate) fn client(
        &self,
        builder: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, CliError> {
        let proxy = reqwest::Proxy::all(self.0.clone()).map_err(|error| CliError::BadInput {
            message: format!("--proxy cannot be used: {}", root_cause(&error)),
            remedy: "write it as http://host:port or https://host:port".into(),
        })?;
        Ok(builder.no_proxy().proxy(proxy))
    }
}

/// Whether the environment names a proxy, which the relay does not take by itself.
pub(crate) fn environment_names_one() -> bool {
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
        .into_iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_of_a_proxy_is_taken_and_its_password_is_not_shown() {
        let proxy = UpstreamProxy::parse("http://user:secret@proxy.example:3128/").unwrap();
        assert_eq!(proxy.shown(), "http://proxy.example:3128");
        assert!(!format!("{proxy:?}").contains("secret"));
        for text in [
            "",
            "proxy.example:3128",
            "socks5://proxy.example",
            "http://",
            "http://proxy.example/path",
            "http://proxy.example/?a",
        ] {
            let error = UpstreamProxy::parse(text).unwrap_err();
            assert!(!error.to_string().contains("example"), "{text}");
        }
    }
}
