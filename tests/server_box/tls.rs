//! TLS where others reach the box, and plain HTTP for its own machine alone.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme, StreamOwned,
};

use super::client::get;
use super::http::own_address;
use super::process::{command, run, said};

/// Takes any certificate and remembers its fingerprint: what a person does who compares it.
#[derive(Debug, Default)]
struct Any(std::sync::Mutex<String>);

impl ServerCertVerifier for Any {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        use sha2::Digest;
        let hash = sha2::Sha256::digest(end);
        *self.0.lock().unwrap() =
            hash.iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(":");
        Ok(ServerCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

/// A request over TLS: the answer as text, and the certificate's fingerprint.
fn over_tls(at: SocketAddr, head: &str, body: &str) -> (String, String) {
    let any = Arc::new(Any::default());
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&any) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(client, TcpStream::connect(at).unwrap());
    let length = body.len();
    let text = format!("{head}connection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let fingerprint = any.0.lock().unwrap().clone();
    (String::from_utf8_lossy(&answer).into_owned(), fingerprint)
}

struct Open(std::process::Child);
impl Drop for Open {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program where others reach it; its port, and what it printed until it was ready.
fn lan(data: &std::path::Path, more: &[&str]) -> (Open, u16, String) {
    let mut command = command(data);
    command.args(["serve", "--listen", "0.0.0.0:0", "--allow-lan", "--camera", "browser"]);
    let mut child = command.args(more).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = String::new();
    for line in &mut lines {
        said.push_str(&line.unwrap());
        said.push('\n');
        if said.contains("http://127.0.0.1:") {
            break;
        }
    }
    let port = said.split("http://127.0.0.1:").nth(1).unwrap();
    let port = port.chars().take_while(char::is_ascii_digit).collect::<String>();
    (Open(child), port.parse().unwrap(), said)
}

#[test]
fn others_come_in_over_tls_only_and_by_a_login() {
    let data = tempfile::tempdir().unwrap();
    let (program, port, said_at_start) = lan(data.path(), &[]);
    let local: SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
    // This machine goes on as before, and is not open because of it.
    assert_eq!(get(local, "/api/health/live").status, 200);
    assert_eq!(get(local, "/api/v1/status").status, 401);
    let head = format!("GET /api/v1/session HTTP/1.1\r\nhost: localhost:{port}\r\n");
    let (answer, fingerprint) = over_tls(local, &head, "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(said_at_start.contains(&fingerprint), "{fingerprint} in {said_at_start}");
    assert!(answer.contains(&fingerprint), "the page shows it too: {answer}");
    assert!(!answer.to_lowercase().contains("strict-transport-security"), "it is its own");

    let link = said_at_start.split("/#/setup/").nth(1).unwrap().lines().next().unwrap();
    let body = format!(r#"{{"token":"{link}","name":"Anna","password":"plum tortoise ladder"}}"#);
    let head = format!(
        "POST /api/v1/setup HTTP/1.1\r\nhost: localhost:{port}\r\n\
         content-type: application/json\r\norigin: https://localhost:{port}\r\n"
    );
    let foreign = head.replace("origin: https", "origin: http");
    assert!(over_tls(local, &foreign, &body).0.starts_with("HTTP/1.1 403"), "another scheme");
    let (answer, _) = over_tls(local, &head, &body);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let cookie = answer.lines().find(|l| l.to_lowercase().starts_with("set-cookie:")).unwrap();
    assert!(cookie.contains("__Host-dixi_session=") && cookie.ends_with("; Secure"), "{cookie}");

    match own_address() {
        None => println!("SKIPPED: this machine has no address but loopback"),
        Some(ip) => {
            let other: SocketAddr = (ip, port).into();
            let plain = get(other, "/api/v1/session?x=1");
            assert_eq!(plain.status, 308, "{plain:?}");
            let there = format!("location: https://{other}/api/v1/session?x=1");
            assert!(plain.head.contains(&there), "{plain:?}");
            let sent = super::client::send(other, "POST", "/api/v1/login", "{}");
            assert_eq!(sent.status, 403, "{sent:?}");
            let head = format!("GET /api/v1/status HTTP/1.1\r\nhost: {other}\r\n");
            assert!(over_tls(other, &head, "").0.starts_with("HTTP/1.1 401"));
        }
    }
    drop(program);
    let (_again, port, said) = lan(data.path(), &[]);
    let local: SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
    let head = format!("GET /api/v1/session HTTP/1.1\r\nhost: localhost:{port}\r\n");
    assert_eq!(over_tls(local, &head, "").1, fingerprint, "the next start keeps it: {said}");
}

#[test]
fn the_command_line_changes_who_may_come_in_beside_the_running_box() {
    let data = tempfile::tempdir().unwrap();
    let nothing = run(data.path(), &["user", "list"]);
    assert_eq!(nothing.status.code(), Some(3), "{}", said(&nothing));
    let (_program, port, first) = lan(data.path(), &[]);
    let link = run(data.path(), &["setup-link"]);
    let printed = said(&link);
    assert!(link.status.success() && printed.contains("/#/setup/"), "{printed}");
    assert!(printed.contains(&format!(":{port}/")), "where the box answers: {printed}");
    assert!(!first.contains(printed.trim()), "a new one");

    let with_password = |args: &[&str], password: &str| {
        let mut command = command(data.path());
        command.args(args).stdin(std::process::Stdio::piped());
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
        child.wait_with_output().unwrap()
    };
    let short = with_password(&["user", "add", "Anna", "--role", "owner"], "short");
    assert_eq!(short.status.code(), Some(2), "{}", said(&short));
    let added = with_password(&["user", "add", "Anna", "--role", "owner"], "plum tortoise ladder");
    assert!(added.status.success(), "{}", said(&added));
    assert!(!said(&added).contains("plum"));
    assert_eq!(run(data.path(), &["setup-link"]).status.code(), Some(5), "there is an owner");
    let list = said(&run(data.path(), &["user", "list"]));
    assert!(list.contains("owner") && list.contains("Anna"), "{list}");

    // The running box knows her at once.
    let at: SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
    let login = |password: &str| {
        let body = format!(r#"{{"name":"anna","password":"{password}"}}"#);
        super::client::send(at, "POST", "/api/v1/login", &body).status
    };
    assert_eq!(login("plum tortoise ladder"), 200);
    let set = with_password(&["user", "password", "anna"], "a wholly new one");
    assert!(set.status.success(), "{}", said(&set));
    assert_eq!((login("plum tortoise ladder"), login("a wholly new one")), (401, 200));
    assert_eq!(
        run(data.path(), &["user", "remove", "Anna"]).status.code(),
        Some(5),
        "the only one"
    );
    assert_eq!(run(data.path(), &["user", "role", "nobody", "user"]).status.code(), Some(3));
}
