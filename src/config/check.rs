//! What a single setting's declaration cannot say: which values go together and what a text means.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use url::Url;

use super::{Hours, Settings, Strings};
use crate::base::{Error, Result};

/// Settings that do not go together, or a text that means nothing.
pub(super) struct Clash {
    /// Which settings.
    pub(super) keys: &'static [&'static str],
    /// What is wrong.
    pub(super) error: Error,
}

/// Every clash in `settings`.
pub(super) fn together(settings: &Settings) -> Vec<Clash> {
    let mut clashes = Vec::new();
    let camera = &settings.camera;
    if camera.backoff_min_ms > camera.backoff_max_ms {
        let why = format!("{} is more than {}", camera.backoff_min_ms, camera.backoff_max_ms);
        clashes.push(Clash {
            keys: &["camera.backoff_min_ms", "camera.backoff_max_ms"],
            error: Error::invalid("`camera.backoff_min_ms` is above `camera.backoff_max_ms`")
                .why(why),
        });
    }
    let mut alone =
        |keys, error: Option<Error>| clashes.extend(error.map(|error| Clash { keys, error }));
    alone(&["camera.hours"], Hours::parse(&camera.hours).err());
    alone(&["server.listen"], settings.server.address().err());
    alone(&["ollama.url"], settings.ollama.addresses().err());
    alone(&["ollama.listen"], settings.ollama.own_address().err());
    let server = &settings.server;
    let together =
        (server.tls_cert.trim().is_empty() != server.tls_key.trim().is_empty()).then(|| {
            Error::invalid("`server.tls_cert` and `server.tls_key` go together")
                .next("name both files, or neither")
        });
    alone(&["server.tls_cert", "server.tls_key"], together);
    let alert = &settings.alert;
    alone(&["alert.webhook_url"], alert.webhook().err());
    alone(&["alert.ntfy_url"], alert.ntfy().err());
    alone(&["trace.endpoint"], settings.trace.address().err());
    alone(&["backup.folder"], settings.backup.absolute().err());
    clashes
}

impl super::BackupSettings {
    /// A relative folder would be another one with every way of starting Dixi.
    fn absolute(&self) -> Result<()> {
        let folder = self.folder.trim();
        if folder.is_empty() || folder.starts_with('/') {
            return Ok(());
        }
        Err(Error::invalid(format!("`backup.folder`: `{folder}` is not a whole path"))
            .next("begin it with `/`, or leave it empty"))
    }
}

impl super::AlertSettings {
    /// Where the webhook goes; none if it is off.
    ///
    /// # Errors
    /// `Invalid` if it is no `http` or `https` address, or one with a user name or a password.
    pub fn webhook(&self) -> Result<Option<Url>> {
        destination("alert.webhook_url", self.webhook_url.reveal())
    }

    /// The server and the topic of ntfy; none if it is off.
    ///
    /// # Errors
    /// As [`Self::webhook`], and if no topic is named.
    pub fn ntfy(&self) -> Result<Option<(Url, String)>> {
        let key = "alert.ntfy_url";
        let Some(url) = destination(key, self.ntfy_url.reveal())? else { return Ok(None) };
        let path = url.path().trim_end_matches('/');
        match path.rsplit_once('/') {
            Some((above, topic)) if !topic.is_empty() => {
                let mut server = url.clone();
                server.set_path(&format!("{above}/"));
                server.set_query(None);
                server.set_fragment(None);
                Ok(Some((server, topic.to_owned())))
            }
            _ => Err(Error::invalid(format!("`{key}` names no topic"))
                .next("put the topic behind the server, as in `https://ntfy.sh/your-topic`")),
        }
    }
}

impl super::TraceSettings {
    /// Where traces go, with the path; none if they are off.
    ///
    /// # Errors
    /// `Invalid` if `endpoint` is no `http` or `https` address, or one with a user name or a password.
    pub fn address(&self) -> Result<Option<Url>> {
        let found = destination("trace.endpoint", self.endpoint.trim())?;
        Ok(found.map(|mut url| {
            if url.path() == "/" {
                url.set_path("/v1/traces");
            }
            url
        }))
    }
}

/// An address that what we tell may go to. It stays out of every message: whoever knows it may often use it.
fn destination(key: &str, text: &str) -> Result<Option<Url>> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |why: &str| {
        Error::invalid(format!("`{key}` cannot be used"))
            .why(why)
            .next("use an address like `https://box.example.org/dixi`, or leave it empty")
    };
    let url = Url::parse(text).map_err(|e| wrong(&e.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong("it is no `http` or `https` address"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("it holds a user name or a password, which is not sent"));
    }
    Ok(Some(url))
}

/// The most Ollama servers.
const SERVERS: usize = 16;

impl super::OllamaSettings {
    /// Where programs find Ollama through this box besides `/ollama/`; none: nowhere.
    ///
    /// # Errors
    /// `Invalid` if `listen` is no address and port.
    pub fn own_address(&self) -> Result<Option<SocketAddr>> {
        match self.listen.trim() {
            "" => Ok(None),
            text => listening("ollama.listen", text).map(Some),
        }
    }

    /// `registries`, split.
    pub fn registry_names(&self) -> impl Iterator<Item = &str> {
        self.registries.split(',').map(str::trim).filter(|r| !r.is_empty())
    }

    /// The folder in which an Ollama on this machine keeps its models: the one that is set, else the first that
    /// is there of those that Ollama takes by itself. None if there is none: then nobody knows.
    pub fn folder_of_models(&self, environment: &dyn Strings) -> Option<PathBuf> {
        match self.models_folder.trim() {
            "" => {}
            set => return Some(set.into()),
        }
        let home = environment.get("HOME").map(|home| Path::new(&home).join(".ollama/models"));
        let named = environment.get("OLLAMA_MODELS").map(PathBuf::from);
        let of_the_service = Some(PathBuf::from("/usr/share/ollama/.ollama/models"));
        [named, of_the_service, home].into_iter().flatten().find(|folder| folder.is_dir())
    }

    /// The addresses to ask, which carry no login; at least one, none twice.
    ///
    /// # Errors
    /// `Invalid` if one in `url` is no `http` or `https` address or has a user name or a password, or if
    /// they are too many.
    pub fn addresses(&self) -> Result<Vec<Url>> {
        // The text itself stays out of the message: it may hold a password.
        let wrong = |why: String| {
            Error::invalid("`ollama.url` cannot be used").why(why).next(
                "use an address like `http://127.0.0.1:11434`, or several with commas between",
            )
        };
        let mut all: Vec<Url> = Vec::new();
        for text in self.url.split(',').map(str::trim).filter(|t| !t.is_empty()) {
            let mut url = Url::parse(text).map_err(|e| wrong(e.to_string()))?;
            if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
                return Err(wrong("it is no `http` or `https` address".to_owned()));
            }
            if !url.username().is_empty() || url.password().is_some() {
                let why = "it holds a user name or a password, which Ollama has no use for";
                return Err(wrong(why.to_owned()));
            }
            url.set_query(None);
            url.set_fragment(None);
            if !all.contains(&url) {
                all.push(url);
            }
        }
        match all.len() {
            0 => Err(wrong("there is no address in it".to_owned())),
            n if n > SERVERS => Err(wrong(format!("it names {n} servers and may name {SERVERS}"))),
            _ => Ok(all),
        }
    }
}

impl super::ServerSettings {
    /// The address to listen on.
    ///
    /// # Errors
    /// `Invalid` if `listen` is no address and port.
    pub fn address(&self) -> Result<SocketAddr> {
        listening("server.listen", self.listen.trim())
    }

    /// `allowed_hosts`, split.
    pub fn host_names(&self) -> impl Iterator<Item = &str> {
        self.allowed_hosts.split(',').map(str::trim).filter(|h| !h.is_empty())
    }
}

fn listening(key: &str, text: &str) -> Result<SocketAddr> {
    let text = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    text.parse().map_err(|_| {
        Error::invalid(format!("`{key}`: `{text}` is not an address and port"))
            .next("use one like `127.0.0.1:3001`, `[::1]:3001` or `localhost:3001`")
    })
}

#[cfg(test)]
mod tests {
    use crate::config::{AlertSettings, OllamaSettings, TraceSettings};

    #[test]
    fn alerts_go_to_plain_addresses_that_no_message_repeats() {
        let alert = |url: &str| AlertSettings {
            webhook_url: url.into(),
            ntfy_url: url.into(),
            ..AlertSettings::default()
        };
        assert_eq!(AlertSettings::default().webhook().unwrap(), None);
        let good = alert(" https://ntfy.lan/deep/my-topic?x=1 ");
        assert!(good.webhook().unwrap().is_some());
        let (server, topic) = good.ntfy().unwrap().unwrap();
        assert_eq!((server.as_str(), topic.as_str()), ("https://ntfy.lan/deep/", "my-topic"));
        for bad in ["hunter2", "file:///hunter2", "http://me:hunter2@x/t", "gopher://hunter2/t"] {
            let e = alert(bad).webhook().unwrap_err();
            assert!(!format!("{e} {:?}", e.next_step()).contains("hunter2"), "{e}");
        }
        assert!(alert("https://ntfy.sh/").ntfy().is_err());
    }

    #[test]
    fn traces_go_where_the_address_says_and_to_the_usual_path_where_it_says_none() {
        let address =
            |url: &str| TraceSettings { endpoint: url.into(), ..Default::default() }.address();
        assert_eq!(address(" ").unwrap(), None);
        for (url, goes) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            (" https://box.example/ ", "https://box.example/v1/traces"),
            ("http://box.example/otlp/v1/traces", "http://box.example/otlp/v1/traces"),
        ] {
            assert_eq!(address(url).unwrap().unwrap().as_str(), goes);
        }
        for bad in ["127.0.0.1:4318", "grpc://hunter2:4317", "http://me:hunter2@x/"] {
            let e = address(bad).unwrap_err();
            assert!(!format!("{e} {:?}", e.next_step()).contains("hunter2"), "{e}");
        }
    }

    #[test]
    fn addresses_of_ollama_are_plain_http_without_a_login() {
        let addresses =
            |url: &str| OllamaSettings { url: url.into(), ..OllamaSettings::default() }.addresses();
        assert_eq!(OllamaSettings::default().addresses().unwrap().len(), 1);
        assert!(addresses(" https://ollama.lan:8443/deep ").is_ok());
        let several = addresses("http://a:1, http://b:2/,,http://a:1/ ").unwrap();
        let several: Vec<_> = several.iter().map(url::Url::as_str).collect();
        assert_eq!(several, ["http://a:1/", "http://b:2/"]);
        let good = "http://x";
        for bad in ["", ",", "127.0.0.1:11434", "ftp://x/", "file:///etc/passwd", "javascript:1"] {
            assert!(addresses(bad).is_err(), "{bad}");
            assert!(bad.len() < 2 || addresses(&format!("{good},{bad}")).is_err(), "{bad}");
        }
        let many: Vec<_> = (0..17).map(|n| format!("http://x:{}", n + 1)).collect();
        assert!(addresses(&many[..16].join(",")).is_ok() && addresses(&many.join(",")).is_err());
        let told = addresses("http://x, http://me:hunter2@x/").unwrap_err().to_string();
        assert!(!told.contains("hunter2"), "{told}");
    }
}
