//! systemd's watchdog hears of the box only while its threads get on.

use std::os::unix::net::UnixDatagram;
use std::time::{Duration, Instant};

use nix::sys::ptrace;
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

use crate::client::get;
use crate::process::{Program, command};

/// What systemd would wait; the box feeds it three times within that.
const PATIENCE: Duration = Duration::from_millis(900);
/// Patience with a busy machine; only a test that fails waits so long.
const LONGEST: Duration = Duration::from_secs(60);

/// What the box says within `time`.
fn heard(socket: &UnixDatagram, time: Duration) -> Option<String> {
    socket.set_read_timeout(Some(time)).unwrap();
    let mut bytes = [0; 256];
    let len = socket.recv(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes[..len]).trim().to_owned())
}

fn wait_for(socket: &UnixDatagram, what: &str) {
    let begun = Instant::now();
    while begun.elapsed() < LONGEST {
        if heard(socket, LONGEST).is_some_and(|said| said == what) {
            return;
        }
    }
    panic!("never said {what}");
}

/// Stops one thread of a program as a device that hangs would, until dropped.
struct Stopped(Pid);

impl Stopped {
    fn new(process: u32, name: &str) -> nix::Result<Self> {
        let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
        let id = tasks
            .map(|task| task.unwrap().path())
            .find(|task| std::fs::read_to_string(task.join("comm")).unwrap().trim() == name)
            .and_then(|task| task.file_name()?.to_str()?.parse().ok())
            .unwrap_or_else(|| panic!("no thread {name}"));
        let id = Pid::from_raw(id);
        ptrace::seize(id, ptrace::Options::empty())?;
        ptrace::interrupt(id)?;
        waitpid(id, Some(WaitPidFlag::__WALL))?;
        Ok(Self(id))
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = ptrace::detach(self.0, None);
    }
}

#[test]
fn a_server_that_answers_does_not_feed_the_watchdog_while_the_pipeline_hangs() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    let mut command = command(data.path());
    command.env("NOTIFY_SOCKET", &path).env_remove("WATCHDOG_PID");
    command.env("WATCHDOG_USEC", PATIENCE.as_micros().to_string());
    let mut program = Program::spawn(command, &["--camera", "demo", "--log-level", "error"]);
    wait_for(&socket, "READY=1");
    wait_for(&socket, "WATCHDOG=1");
    // While models load, the pipeline may be silent for long.
    let begun = Instant::now();
    while get(program.at, "/api/health/ready").json()["parts"]["vision"]["status"] != "ok" {
        assert!(begun.elapsed() < LONGEST, "vision never gets ready");
        let _ = heard(&socket, PATIENCE / 3);
    }

    let stopped = match Stopped::new(program.id(), "vision") {
        Ok(stopped) => stopped,
        Err(e) => return println!("SKIPPED: one thread alone cannot be stopped here: {e}"),
    };
    let begun = Instant::now();
    while heard(&socket, 3 * PATIENCE).is_some() {
        assert!(begun.elapsed() < LONGEST, "still fed");
    }
    println!("silent {:.1} s after the pipeline hung", begun.elapsed().as_secs_f32());
    assert_eq!(get(program.at, "/api/health/live").status, 200, "HTTP alone is no life");
    let ready = get(program.at, "/api/health/ready").json();
    let threads = &ready["parts"]["threads"];
    assert_eq!(threads["status"], "degraded", "{ready}");
    assert!(threads["reason"].as_str().unwrap().contains("the vision pipeline"), "{ready}");

    drop(stopped);
    wait_for(&socket, "WATCHDOG=1");
    assert_eq!(get(program.at, "/api/health/ready").json()["parts"]["threads"]["status"], "ok");
    let (exit, _) = program.terminate();
    assert!(exit.success());
    wait_for(&socket, "STOPPING=1");
}
