//! A registry of the test's own with one model, `tiny`, that a real Ollama can fetch: its names over TLS with a
//! certificate of its own, its bytes, as slowly as is asked, from another address, as the big ones do.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The model's size, bytes.
pub const SIZE: usize = 3 << 20;

#[derive(Default)]
pub struct Asked {
    /// From where on bytes of the model were asked for.
    pub from: Mutex<Vec<usize>>,
    /// Between pieces of 64 KiB, microseconds.
    pub pause_us: AtomicU64,
}

pub struct Registry {
    /// As it stands in a model's name.
    pub host: String,
    pub certificate: PathBuf,
    pub asked: Arc<Asked>,
}

struct Files {
    model: Vec<u8>,
    config: Vec<u8>,
    /// Where bytes are.
    bytes_at: String,
}

fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256:{hex}")
}

impl Files {
    fn manifest(&self) -> String {
        let of = |kind: &str, bytes: &[u8]| {
            format!(
                "{{\"mediaType\":\"{kind}\",\"digest\":\"{}\",\"size\":{}}}",
                digest(bytes),
                bytes.len()
            )
        };
        let config = of("application/vnd.docker.container.image.v1+json", &self.config);
        let model = of("application/vnd.ollama.image.model", &self.model);
        format!(
            "{{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\",\"config\":{config},\"layers\":[{model}]}}"
        )
    }

    fn named(&self, path: &str) -> Option<&[u8]> {
        [&self.model, &self.config]
            .into_iter()
            .find(|b| path.ends_with(&digest(b)))
            .map(Vec::as_slice)
    }
}

impl Registry {
    pub fn start(folder: &Path) -> Self {
        let (names, bytes) =
            (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
        let host = names.local_addr().unwrap().to_string();
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let certificate = folder.join("registry.pem");
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let (tls, asked) = (Arc::new(tls), Arc::new(Asked::default()));
        let files = Arc::new(Files {
            model: (0..SIZE).map(|n| (n * 31 % 251) as u8).collect(),
            config: br#"{"model_format":"gguf","model_family":"llama","model_families":["llama"],"model_type":"1M","file_type":"F32"}"#.to_vec(),
            // Another name, or it would be followed without being looked at.
            bytes_at: format!("http://localhost:{}", bytes.local_addr().unwrap().port()),
        });
        let of_names = Arc::clone(&files);
        std::thread::spawn(move || {
            for socket in names.incoming() {
                let (tls, files) = (Arc::clone(&tls), Arc::clone(&of_names));
                std::thread::spawn(move || {
                    let connection = ServerConnection::new(tls).unwrap();
                    drop(tell(StreamOwned::new(connection, socket.unwrap()), &files))
                });
            }
        });
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for socket in bytes.incoming() {
                let (files, seen) = (Arc::clone(&files), Arc::clone(&seen));
                std::thread::spawn(move || drop(give(socket.unwrap(), &files, &seen)));
            }
        });
        Self { host, certificate, asked }
    }
}

/// A request's head: its first line, and whatever else.
fn head(from: &mut impl Read) -> std::io::Result<String> {
    let (mut from, mut all) = (BufReader::with_capacity(1, from), String::new());
    while !all.ends_with("\r\n\r\n") {
        if from.read_line(&mut all)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(all)
}

fn tell(mut stream: impl Read + Write, files: &Files) -> std::io::Result<()> {
    let asked = head(&mut stream)?;
    let (method, rest) = asked.split_once(' ').unwrap();
    let path = rest.split(' ').next().unwrap();
    let close = "connection: close\r\n";
    if path.contains("/manifests/") {
        let body = files.manifest();
        write!(stream, "HTTP/1.1 200 OK\r\n{close}content-length: {}\r\n\r\n{body}", body.len())?;
    } else if let (Some(file), "HEAD") = (files.named(path), method) {
        write!(stream, "HTTP/1.1 200 OK\r\n{close}content-length: {}\r\n\r\n", file.len())?;
    } else if files.named(path).is_some() {
        let to = format!("{}{path}", files.bytes_at);
        write!(
            stream,
            "HTTP/1.1 307 Temporary Redirect\r\n{close}location: {to}\r\ncontent-length: 0\r\n\r\n"
        )?;
    } else {
        write!(stream, "HTTP/1.1 404 Not Found\r\n{close}content-length: 0\r\n\r\n")?;
    }
    stream.flush()
}

fn give(mut stream: TcpStream, files: &Files, seen: &Asked) -> std::io::Result<()> {
    let asked = head(&mut stream)?.to_ascii_lowercase();
    let path = asked.split(' ').nth(1).unwrap();
    let file = files.named(path).unwrap();
    let range = asked.lines().find_map(|l| l.strip_prefix("range: bytes=")).unwrap();
    let (from, to) = range.trim().split_once('-').unwrap();
    let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
    if file.len() == SIZE {
        seen.from.lock().unwrap().push(from);
    }
    write!(
        stream,
        "HTTP/1.1 206 Partial Content\r\nconnection: close\r\ncontent-range: bytes {from}-{to}/{}\r\ncontent-length: {}\r\n\r\n",
        file.len(),
        to + 1 - from
    )?;
    for piece in file[from..=to].chunks(64 << 10) {
        stream.write_all(piece)?;
        std::thread::sleep(Duration::from_micros(seen.pause_us.load(SeqCst)));
    }
    Ok(())
}
