//! The real program as a child of the test, killed when dropped.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
    pub at: SocketAddr,
    pub started_in: Duration,
}

/// The program with this data directory and nothing of the test's own environment that matters.
pub fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dixi"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DIXI_") {
            command.env_remove(name);
        }
    }
    command.env("DIXI_DATA_DIR", data).stdin(Stdio::null());
    command
}

/// How often a test that repeats itself does so: a few times, or as often as `DIXI_ROUNDS` says.
pub fn rounds(few: u64) -> u64 {
    std::env::var("DIXI_ROUNDS").map_or(few, |n| n.parse().expect("DIXI_ROUNDS is a number"))
}

/// Runs to its end.
pub fn run(data: &Path, args: &[&str]) -> Output {
    command(data).args(args).output().unwrap()
}

pub fn said(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    format!("{out}{}", String::from_utf8_lossy(&output.stderr))
}

/// The program on a small disk of its own: mounted in a namespace that ends with it.
pub fn on_a_disk(data: &Path, mount: &str) -> Option<Command> {
    let probe = "mount -t tmpfs none \"$1\"";
    let may = Command::new("unshare").args(["-m", "sh", "-c", probe, "sh"]).arg(data).output();
    if !may.is_ok_and(|o| o.status.success()) {
        println!("SKIPPED: this user may not mount a disk of its own");
        return None;
    }
    let mut unshared = Command::new("unshare");
    unshared.args(["-m", "sh", "-c"]).arg(format!("{mount} && exec \"$0\" \"$@\""));
    unshared.arg(env!("CARGO_BIN_EXE_dixi")).env("DIXI_DATA_DIR", data);
    Some(unshared)
}

impl Program {
    /// Starts `dixi serve` on a free port and waits until it is ready.
    pub fn start(data: &Path, args: &[&str]) -> Self {
        Self::spawn(command(data), args)
    }

    /// Open to its own machine.
    pub fn spawn(mut command: Command, args: &[&str]) -> Self {
        command.args(["serve", "--open-loopback"]);
        Self::begin(command, args)
    }

    /// One that asks everybody for a login.
    pub fn closed(mut command: Command, args: &[&str]) -> Self {
        command.arg("serve");
        Self::begin(command, args)
    }

    fn begin(mut command: Command, args: &[&str]) -> Self {
        let begun = Instant::now();
        command.args(["--listen", "127.0.0.1:0"]).args(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let Some(at) = address(&mut out) else {
            let mut error = String::new();
            child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
            panic!("did not start: {error}");
        };
        Self { child, out, at, started_in: begun.elapsed() }
    }

    /// Waits until the same process, which was asked to restart, is ready again.
    pub fn wait_until_ready_again(&mut self) {
        self.at = address(&mut self.out).expect("it starts again");
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, as systemd does; its exit and how long it took.
    pub fn terminate(&mut self) -> (ExitStatus, Duration) {
        let begun = Instant::now();
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        (self.child.wait().unwrap(), begun.elapsed())
    }

    /// Reads what it logs from now on, however much that is; ends with it.
    pub fn listen(&mut self) -> JoinHandle<String> {
        let mut log = self.child.stderr.take().unwrap();
        std::thread::spawn(move || {
            let mut said = Vec::new();
            log.read_to_end(&mut said).unwrap();
            String::from_utf8_lossy(&said).into_owned()
        })
    }

    /// Everything it logged; ends it.
    pub fn log(mut self) -> String {
        let _ = self.child.kill();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }

    /// Its resident memory, bytes.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() << 10
    }
}

/// Where it says that it listens.
fn address(out: &mut BufReader<ChildStdout>) -> Option<SocketAddr> {
    // It may have more to say than that.
    let mut lines = out.lines().map(Result::unwrap);
    lines.find_map(|line| line.trim().rsplit("http://").next().and_then(|a| a.parse().ok()))
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
