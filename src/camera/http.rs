//! A network camera: MJPEG over HTTP, or an address that gives one JPEG at a time, asked again and
//! again. Every wait has an end, every size a limit; the password goes to the host it was given for
//! and nowhere else, and into no message.

use std::io::Read;
use std::time::{Duration, Instant};

use ureq::{Agent, Body, BodyReader, http::Response};
use url::Url;

use super::address::Address;
use super::file::Pace;
use super::limits::{MAX_JPEG_BYTES, MAX_JUNK_BYTES};
use super::mjpeg::Pictures;
use super::{Frame, PixelFormat, Source};
use crate::base::{Clock, Error, Result, Trouble, outgoing};

mod guard;
mod words;

const MAX_REDIRECTS: usize = 3;
/// How often an address that gives one picture at a time is asked, times a second.
const SNAPSHOT_FPS: u32 = 10;

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a name to be resolved, and for a connection.
    pub connect: Duration,
    /// For the head of the answer.
    pub answer: Duration,
    /// For any further byte.
    pub read: Duration,
    /// For a whole picture, however steadily its bytes drip.
    pub picture: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(5), answer: seconds(8), read: seconds(5), picture: seconds(10) }
    }
}

/// An open network camera.
pub struct HttpSource {
    client: Client,
    feed: Feed,
    clock: Clock,
}

enum Feed {
    Stream(Box<Pictures<Patient>>),
    Snapshots { first: Option<Box<Pictures<Patient>>>, pace: Pace },
}

impl HttpSource {
    /// Connects, follows at most three redirects and looks at the answer's head.
    ///
    /// # Errors
    /// `Unavailable`, `Timeout`, `Denied` or `Invalid`, with what to do.
    pub fn open(address: &Address, patience: Patience, clock: Clock) -> Result<Self> {
        let client = Client::new(address, patience);
        let (pictures, single) = client.fetch()?;
        let feed = match single {
            true => Feed::Snapshots { first: Some(pictures), pace: Pace::new(SNAPSHOT_FPS) },
            false => Feed::Stream(pictures),
        };
        Ok(Self { client, feed, clock })
    }
}

impl Source for HttpSource {
    fn next(&mut self, frame: &mut Frame) -> Result<()> {
        frame.format = PixelFormat::Jpeg;
        let whole = match &mut self.feed {
            Feed::Stream(pictures) => {
                pictures.get_mut().begin();
                pictures.next_into(&mut frame.data)
            }
            Feed::Snapshots { first, pace } => {
                pace.wait();
                let mut pictures = match first.take() {
                    Some(pictures) => pictures,
                    None => self.client.fetch()?.0,
                };
                pictures.next_into(&mut frame.data)
            }
        };
        if !whole.map_err(words::reading)? {
            return Err(Error::unavailable("the camera ended the connection")
                .trouble(Trouble::NetworkBroke {}));
        }
        frame.captured_at = self.clock.now();
        Ok(())
    }
}

/// Asks one address, again and again if need be.
struct Client {
    agent: Agent,
    url: Url,
    /// The `Authorization` for the host of `url`.
    login: Option<String>,
    patience: Patience,
}

impl Client {
    fn new(address: &Address, patience: Patience) -> Self {
        let config = outgoing::config()
            .timeout_resolve(Some(patience.connect))
            .timeout_connect(Some(patience.connect))
            .timeout_recv_response(Some(patience.answer))
            .timeout_per_read(Some(patience.read))
            .timeout_per_write(Some(patience.read))
            .build();
        let agent = outgoing::agent(config);
        let (url, login) = guard::without_login(address.url());
        Self { agent, url, login, patience }
    }

    /// One answer, and whether it is a single picture.
    fn fetch(&self) -> Result<(Box<Pictures<Patient>>, bool)> {
        let mut url = self.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let ask = || {
                let mut request = self.agent.get(url.as_str());
                if let Some(login) = self.login.as_ref().filter(|_| same_place(&url, &self.url)) {
                    request = request.header("Authorization", login);
                }
                // Cameras take passwords in their addresses.
                outgoing::silently(|| request.call())
            };
            // A connection that was kept for this may have been closed by the camera meanwhile.
            let response = ask().or_else(|e| if words::hung_up(&e) { ask() } else { Err(e) });
            let response = response.map_err(|e| words::calling(&e))?;
            match moved(&response, &url)? {
                Some(next) => url = next,
                None => return accept(response, self.patience.picture),
            }
        }
        Err(Error::unavailable("the camera only sends us elsewhere")
            .why(format!("more than {MAX_REDIRECTS} redirects"))
            .next("use the address where the pictures really are"))
    }
}

/// Where a redirect leads; its own credentials, if any, are left out.
fn moved(response: &Response<Body>, from: &Url) -> Result<Option<Url>> {
    if !response.status().is_redirection() {
        return Ok(None);
    }
    let wrong =
        || Error::unavailable("the camera sends us nowhere").why("its redirect cannot be read");
    let location = response.headers().get("location").and_then(|l| l.to_str().ok());
    let url = from.join(location.ok_or_else(wrong)?).map_err(|_| wrong())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong());
    }
    Ok(Some(guard::without_login(&url).0))
}

/// Whether credentials given for `home` may go to `url`: the very same host, and never from a
/// secured address to an open one.
fn same_place(url: &Url, home: &Url) -> bool {
    let downgraded = home.scheme() == "https" && url.scheme() != "https";
    let same_port = url.port_or_known_default() == home.port_or_known_default();
    let upgraded = home.scheme() == "http" && url.scheme() == "https";
    url.host() == home.host() && (same_port || upgraded) && !downgraded
}

fn accept(response: Response<Body>, patience: Duration) -> Result<(Box<Pictures<Patient>>, bool)> {
    let kind = response.headers().get("content-type").and_then(|v| v.to_str().ok());
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    words::status(&response)?;
    if kind.starts_with("text/html") || kind.starts_with("video/") && !kind.contains("jpeg") {
        return Err(Error::invalid("this address gives no MJPEG")
            .why(format!("it answers with {}", kind.chars().take(40).collect::<String>()))
            .next("look in the camera's manual for its MJPEG or snapshot address")
            .trouble(Trouble::NetworkNoPictures {}));
    }
    let reader = response.into_body().into_reader();
    let reader = Patient { reader, patience, deadline: Instant::now() };
    let mut pictures = Pictures::new(reader, MAX_JPEG_BYTES, MAX_JUNK_BYTES);
    pictures.get_mut().begin();
    Ok((Box::new(pictures), kind.starts_with("image/")))
}

/// A reader that gives up when a picture takes too long, even if bytes keep dripping.
struct Patient {
    reader: BodyReader<'static>,
    patience: Duration,
    deadline: Instant,
}

impl Patient {
    fn begin(&mut self) {
        self.deadline = Instant::now() + self.patience;
    }
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if Instant::now() > self.deadline {
            return Err(std::io::ErrorKind::TimedOut.into());
        }
        self.reader.read(buffer).map_err(|e| {
            let inner = e.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
            match inner {
                Some(ureq::Error::Timeout(_)) => std::io::ErrorKind::TimedOut.into(),
                _ => e,
            }
        })
    }
}

impl std::fmt::Debug for HttpSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpSource").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_stay_with_their_host() {
        let home = Url::parse("http://cam.local:8080/a").unwrap();
        for (there, may) in [
            ("http://cam.local:8080/b", true),
            ("http://cam.local/b", false),
            ("http://other.local:8080/a", false),
            ("https://cam.local/a", true),
        ] {
            assert_eq!(same_place(&Url::parse(there).unwrap(), &home), may, "{there}");
        }
        let secured = Url::parse("https://cam.local/").unwrap();
        assert!(!same_place(&Url::parse("http://cam.local/").unwrap(), &secured));
    }
}
