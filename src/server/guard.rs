//! Who may talk to us at all, before any route is looked at: `Host` must be a name or address of
//! this box on every bind (or a page that rebinds its DNS name to us could read everything), and
//! `Origin`, where a browser sends one, must be the same origin.

use std::net::IpAddr;
use std::str::FromStr;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::App;
use super::door::Peer;
use super::relay;
use super::wire::ErrorAnswer;
use crate::base::{Error, Kind};
use crate::config::ServerSettings;

/// How long browsers insist on TLS for a certificate that they trust: one that the operator gave.
const A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The names under which this box may be reached, besides the address a client connected to.
#[derive(Debug)]
pub(super) struct Hosts {
    own: Vec<String>,
    configured: Vec<String>,
}

/// How a request that passed the guard reached us.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reached {
    /// It carries an `Origin` that is ours: a page of this box asks.
    pub(super) own_page: bool,
    /// It comes from this very machine, by a name that only this machine has.
    pub(super) local: bool,
    /// The browser talks TLS, to us or to a proxy before us.
    pub(super) secure: bool,
}

impl Hosts {
    /// Loopback's name, the machine's own name with and without its domain and under `.local`,
    /// and what the settings add.
    pub(super) fn new(settings: &ServerSettings, hostname: Option<&str>) -> Self {
        let mut own = vec!["localhost".to_owned()];
        if let Some(full) = hostname {
            let short = full.split('.').next().unwrap_or(full);
            own.extend([full.to_owned(), short.to_owned(), format!("{short}.local")]);
        }
        let configured = settings.host_names().map(str::to_ascii_lowercase).collect();
        Self { own, configured }
    }

    /// Whether `host` (no port) names this box for a client that connected to `local`.
    fn knows(&self, host: &str, local: IpAddr) -> bool {
        let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
        if let Ok(ip) = bare.parse::<IpAddr>() {
            // An IPv6 address without brackets is no valid Host.
            let written_right = ip.is_ipv6() == host.starts_with('[');
            let ip = ip.to_canonical();
            return written_right && (ip.is_loopback() || ip == local.to_canonical());
        }
        let same = |known: &String| known.eq_ignore_ascii_case(host);
        self.own.iter().any(same) || self.configured.iter().any(same)
    }

    /// Checks one request's headers.
    fn admit(
        &self,
        method: &Method,
        uri: &axum::http::Uri,
        headers: &HeaderMap,
        peer: Peer,
    ) -> Result<Reached, Refusal> {
        let host = self.host(uri, headers, peer.local.ip())?;
        let configured = self.configured.iter().any(|c| c.eq_ignore_ascii_case(host.host()));
        let mut reached = Reached {
            own_page: false,
            local: is_loopback_name(host.host()) && !configured && peer.is_local(),
            // A proxy that speaks TLS for us is why one configures a further name.
            secure: peer.tls || configured,
        };
        let Some(origin) = only(headers, header::ORIGIN.as_str()).map_err(|()| Refusal::Origin)?
        else {
            // No Origin on a change, yet the browser says that another site asks for it.
            let cross = |v: &HeaderValue| v == "cross-site" || v == "same-site";
            let cross = headers.get("sec-fetch-site").is_some_and(cross);
            return if cross && !method.is_safe() { Err(Refusal::Origin) } else { Ok(reached) };
        };
        let authority = match origin.split_once("://") {
            Some(("http", authority)) if !peer.tls => authority,
            Some(("https", authority)) if reached.secure => authority,
            _ => return Err(Refusal::Origin),
        };
        reached.own_page = authority.eq_ignore_ascii_case(host.as_str());
        if reached.own_page { Ok(reached) } else { Err(Refusal::Origin) }
    }

    fn host(
        &self,
        uri: &axum::http::Uri,
        headers: &HeaderMap,
        local: IpAddr,
    ) -> Result<Authority, Refusal> {
        let text = only(headers, header::HOST.as_str()).ok().flatten().ok_or(Refusal::Host)?;
        let host = Authority::from_str(text).map_err(|_| Refusal::Host)?;
        // http takes anything behind a name: there is a port, or nothing.
        let behind = host.as_str().strip_prefix(host.host()).unwrap_or("?");
        let is_port = |p: &str| p.bytes().all(|b| b.is_ascii_digit()) && p.parse::<u16>().is_ok();
        let port_fits = behind.is_empty() || behind.strip_prefix(':').is_some_and(is_port);
        let name_fits = port_fits && !text.contains('@') && self.knows(host.host(), local);
        // `GET http://elsewhere/ HTTP/1.1`: what stands there must agree with Host.
        let target_fits = uri.authority().is_none_or(|a| a.as_str().eq_ignore_ascii_case(text));
        if name_fits && target_fits { Ok(host) } else { Err(Refusal::Host) }
    }
}

/// Whether a name leads to this very machine wherever it is said.
fn is_loopback_name(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// The one value of a header; an error if there are several or it is not text.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
        _ => Err(()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Host,
    Origin,
}

/// Leads somebody who looks to the same address over TLS; whoever sends something has sent it already.
fn to_tls(request: &Request, peer: Peer) -> Response {
    let host =
        request.headers().get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
    // Behind that port it is called otherwise inside than outside.
    let path = if peer.ollama { path.strip_prefix(relay::PREFIX).unwrap_or(path) } else { path };
    let there = HeaderValue::try_from(format!("https://{host}{path}"));
    let e = Error::new(Kind::Denied, "this box talks to other machines over TLS only")
        .next(format!("use `https://{host}/`"));
    match there {
        Ok(there) if request.method().is_safe() => {
            let mut response = ErrorAnswer::with_status(&e, StatusCode::PERMANENT_REDIRECT);
            response.headers_mut().insert(header::LOCATION, there);
            response
        }
        _ => ErrorAnswer::with_status(&e, StatusCode::FORBIDDEN),
    }
}

/// The middleware.
pub(super) async fn guard(State(site): State<App>, mut request: Request, next: Next) -> Response {
    let Some(peer) = request.extensions().get::<Peer>().copied() else {
        return axum::response::IntoResponse::into_response(Error::internal(
            "a request without a peer",
        ));
    };
    match site.hosts.admit(request.method(), request.uri(), request.headers(), peer) {
        // Where there is TLS, plain HTTP is for this very machine.
        Ok(_) if site.parts.tls.is_some() && !peer.tls && !peer.is_local() => {
            to_tls(&request, peer)
        }
        Ok(reached) => {
            request.extensions_mut().insert(reached);
            let mut response = next.run(request).await;
            if peer.tls && site.parts.tls.as_ref().is_some_and(|tls| tls.is_given()) {
                response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, A_YEAR);
            }
            response
        }
        Err(Refusal::Host) => {
            tracing::debug!(peer = %peer.remote, "refused: foreign host");
            let e = Error::new(Kind::Denied, "this box does not go by that name")
                .why("`Host` is none of its names or addresses")
                .next("use its address, or add the name to the setting `server.allowed_hosts`");
            ErrorAnswer::with_status(&e, StatusCode::MISDIRECTED_REQUEST)
        }
        Err(Refusal::Origin) => {
            tracing::debug!(peer = %peer.remote, "refused: foreign origin");
            let e = Error::new(Kind::Denied, "pages of other sites may not talk to this box")
                .why("`Origin` is not this box's own");
            ErrorAnswer::with_status(&e, StatusCode::FORBIDDEN)
        }
    }
}

/// For the fuzzer: whether a box named `den.home.arpa`, also called `dixi.example`, lets in a request to its
/// address 192.168.7.9 with this `Host` and `Origin`, and then whether that is a page of its own.
#[cfg(fuzzing)]
pub fn lets_in(host: &[u8], origin: Option<&[u8]>) -> Option<bool> {
    let settings =
        ServerSettings { allowed_hosts: "dixi.example".into(), ..ServerSettings::default() };
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_bytes(host).ok()?);
    if let Some(origin) = origin {
        headers.insert(header::ORIGIN, HeaderValue::from_bytes(origin).ok()?);
    }
    let at = std::net::SocketAddr::from(([192, 168, 7, 9], 3001));
    let peer = Peer { remote: at, local: at, tls: false, ollama: false };
    let hosts = Hosts::new(&settings, Some("den.home.arpa"));
    let uri = axum::http::Uri::from_static("/api/v1/command");
    hosts.admit(&Method::POST, &uri, &headers, peer).ok().map(|reached| reached.own_page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        let settings = ServerSettings {
            allowed_hosts: "dixi.example, BOX".into(),
            ..ServerSettings::default()
        };
        Hosts::new(&settings, Some("den.home.arpa"))
    }

    fn admit(local: &str, uri: &str, headers: &[(&str, &str)]) -> Result<bool, Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = axum::http::HeaderName::from_str(name).unwrap();
            map.append(name, value.parse().unwrap());
        }
        let at = std::net::SocketAddr::new(local.parse().unwrap(), 3001);
        let peer = Peer { remote: at, local: at, tls: false, ollama: false };
        let reached = hosts().admit(&Method::POST, &uri.parse().unwrap(), &map, peer);
        reached.map(|r| r.own_page)
    }

    #[test]
    fn own_names_pass_on_every_bind_and_no_others() {
        for local in ["127.0.0.1", "192.168.7.9", "fe80::1"] {
            for good in [
                "localhost",
                "LOCALHOST:3001",
                "127.0.0.1:3001",
                "127.9.9.9",
                "[::1]:3001",
                "[::1]",
                "den.home.arpa",
                "den",
                "den.local:80",
                "Dixi.Example",
                "box:1",
                &bracket(local),
            ] {
                assert_eq!(admit(local, "/", &[("host", good)]), Ok(false), "{good} at {local}");
            }
            for bad in [
                "evil.example",
                "localhost.",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "evil@localhost",
                "localhost@evil.example",
                "",
                "10.0.0.1",
                "0.0.0.0:3001",
                "[::]",
                "::1",
                "[fe80::2]",
                "den.localhost",
                "2130706433",
                // Found by fuzzing.
                "[::1]:300192..s",
                "[::1]ocal:80",
                "localhost:70000",
                "localhost:",
            ] {
                assert_eq!(
                    admit(local, "/", &[("host", bad)]),
                    Err(Refusal::Host),
                    "{bad} at {local}"
                );
            }
            assert_eq!(admit(local, "/", &[]), Err(Refusal::Host));
            let two = [("host", "localhost"), ("host", "localhost")];
            assert_eq!(admit(local, "/", &two), Err(Refusal::Host));
            let absolute = "http://evil.example/api/v1/status";
            assert_eq!(admit(local, absolute, &[("host", "localhost")]), Err(Refusal::Host));
            assert_eq!(admit(local, "http://localhost/", &[("host", "localhost")]), Ok(false));
        }
    }

    fn bracket(ip: &str) -> String {
        if ip.contains(':') { format!("[{ip}]") } else { ip.to_owned() }
    }

    #[test]
    fn who_looks_is_led_to_tls_and_who_sends_is_refused() {
        let at = std::net::SocketAddr::from(([192, 168, 7, 9], 3001));
        let peer = Peer { remote: at, local: at, tls: false, ollama: false };
        let ask = |method: Method| {
            let request = Request::builder().method(method).uri("/canvas?x=1");
            let request = request.header(header::HOST, "den.local:3001");
            to_tls(&request.body(axum::body::Body::empty()).unwrap(), peer)
        };
        let led = ask(Method::GET);
        assert_eq!(led.status(), StatusCode::PERMANENT_REDIRECT);
        assert_eq!(led.headers()[header::LOCATION], "https://den.local:3001/canvas?x=1");
        let refused = ask(Method::POST);
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
        assert!(!refused.headers().contains_key(header::LOCATION));
    }

    #[test]
    fn an_origin_must_be_ours() {
        let with = |host: &str, origin: &str| {
            admit("127.0.0.1", "/", &[("host", host), ("origin", origin)])
        };
        assert_eq!(with("localhost:3001", "http://localhost:3001"), Ok(true));
        assert_eq!(with("localhost:3001", "http://LOCALHOST:3001"), Ok(true));
        assert_eq!(with("dixi.example", "https://dixi.example"), Ok(true));
        for bad in [
            "http://localhost",
            "http://localhost:3002",
            "https://localhost:3001",
            "null",
            "",
            "http://evil.example",
            "file://",
            "http://127.0.0.1:3001",
            "http://localhost:3001/",
            "http://localhost:3001@evil.example",
            "chrome-extension://localhost:3001",
        ] {
            assert_eq!(with("localhost:3001", bad), Err(Refusal::Origin), "{bad:?}");
        }
        // Rebinding: both are the attacker's name.
        assert_eq!(with("evil.example", "http://evil.example"), Err(Refusal::Host));
        let two = [("host", "localhost"), ("origin", "http://localhost"), ("origin", "http://x")];
        assert_eq!(admit("127.0.0.1", "/", &two), Err(Refusal::Origin));
        let cross = [("host", "localhost"), ("sec-fetch-site", "cross-site")];
        assert_eq!(admit("127.0.0.1", "/", &cross), Err(Refusal::Origin));
    }
}
