//! A real Ollama server as a child of the test, on a port of its own, with the small models of
//! `tests/ollama/`: `reciter` (thinks), `plain`, `seer` (takes pictures) and `embedder`. Gone when dropped.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use url::Url;

pub struct Ollama {
    serving: Child,
    pub url: Url,
    server: String,
}

impl Ollama {
    /// Starts one. Where the machine has none and could not build one the test is skipped, loudly; in CI
    /// that is a failure.
    pub fn start() -> Option<Self> {
        Self::on(None, None)
    }

    /// One that trusts a certificate.
    pub fn trusting(certificate: &Path) -> Option<Self> {
        Self::on(None, Some(certificate))
    }

    /// One where another was before.
    pub fn again(at: &Url) -> Option<Self> {
        Self::on(at.port(), None)
    }

    fn on(port: Option<u16>, trusts: Option<&Path>) -> Option<Self> {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
        let there = Command::new(scripts.join("fetch-ollama")).arg("--there").status().unwrap();
        if !there.success() {
            assert!(
                std::env::var_os("CI").is_none(),
                "no Ollama server: scripts/fetch-ollama builds one"
            );
            println!("SKIPPED: no Ollama server here: scripts/fetch-ollama builds one");
            return None;
        }
        let mut command = Command::new(scripts.join("serve-ollama"));
        if let Some(port) = port {
            command.args(["--port", &port.to_string()]);
        }
        if let Some(certificate) = trusts {
            command.env("SSL_CERT_FILE", certificate);
        }
        let mut serving = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(serving.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Some(("ollama", rest)) = line.trim().split_once(' ') else {
            panic!("no Ollama server: {line:?}")
        };
        let (url, server) = rest.split_once(' ').unwrap();
        Some(Self { serving, url: url.parse().unwrap(), server: server.to_owned() })
    }

    /// Ends it at once, with what it runs, as a crash would.
    pub fn kill(mut self) -> Url {
        let group = format!("-{}", self.server);
        assert!(Command::new("kill").args(["-KILL", "--", &group]).status().unwrap().success());
        self.serving.wait().unwrap();
        self.url.clone()
    }
}

impl Drop for Ollama {
    fn drop(&mut self) {
        // The end of its input ends it.
        drop(self.serving.stdin.take());
        let _ = self.serving.wait();
    }
}
