//! Traces, with a collector's end of OTLP that decodes what it is sent: spans arrive with what they are
//! about and nothing else, none leave while it is off, and a collector that hangs holds up nobody.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

use super::client::{get, send};
use super::process::Program;

/// Where pictures are of no matter.
const PAUSED: &str = "camera.paused=true";

/// One request: its head, and what was in it.
struct Got {
    head: String,
    request: ExportTraceServiceRequest,
}

fn read(socket: &mut TcpStream) -> Option<Got> {
    let (mut bytes, mut part) = (Vec::new(), [0; 16 << 10]);
    loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let lower = head.to_ascii_lowercase();
            let length = lower.lines().find_map(|l| l.strip_prefix("content-length:"));
            let length: usize = length.expect("a length").trim().parse().unwrap();
            if bytes.len() >= end + 4 + length {
                let request = ExportTraceServiceRequest::decode(&bytes[end + 4..]);
                return Some(Got { head, request: request.expect("is OTLP") });
            }
        }
        match socket.read(&mut part).ok()? {
            0 => return None,
            n => bytes.extend_from_slice(&part[..n]),
        }
    }
}

/// Takes whatever comes, and gives it back decoded.
fn collect(listener: TcpListener) -> Receiver<Got> {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            while let Some(got) = read(&mut socket) {
                let yes = "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\n";
                if write!(socket, "{yes}content-length: 0\r\n\r\n").is_err()
                    || tell.send(got).is_err()
                {
                    break;
                }
            }
        }
    });
    told
}

fn attributes(of: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &Option<AnyValue>| match value.as_ref().and_then(|v| v.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(n)) => n.to_string(),
        other => format!("{other:?}"),
    };
    of.iter().map(|a| (a.key.clone(), text(&a.value))).collect()
}

fn endpoint(listener: &TcpListener) -> String {
    format!("trace.endpoint=http://{}", listener.local_addr().unwrap())
}

fn counted(program: &Program, name: &str) -> u64 {
    let text = get(program.at, "/metrics").body;
    let line = text.lines().find_map(|l| l.strip_prefix(&format!("dixi_traces_{name}_total ")));
    line.unwrap_or_else(|| panic!("{name} is not counted")).parse().unwrap()
}

#[test]
fn a_collector_gets_requests_backups_and_cameras_and_nothing_else() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let data = tempfile::tempdir().unwrap();
    let at = endpoint(&listener);
    let told = collect(listener);
    let args = ["--camera", "demo", "--set", &at, "--set", "log.level=error"];
    let program = Program::start(data.path(), &args);
    for _ in 0..20 {
        assert_eq!(get(program.at, "/api/v1/status?canary=5f2c").status, 200);
    }
    assert_eq!(get(program.at, "/api/v1/scenes/canary-5f2c").status, 404);
    let made = send(program.at, "POST", "/api/v1/backups", "");
    assert_eq!(made.status, 200, "{made:?}");

    let (mut spans, mut resources) = (Vec::<Span>::new(), Vec::new());
    let wanted = ["GET /api/v1/status", "GET /api/v1/scenes/{id}", "POST /api/v1/backups"];
    let wanted = [&wanted[..], &["backup", "open camera"]].concat();
    let all_there = |spans: &[Span]| {
        wanted.iter().all(|name| spans.iter().any(|s| s.name == *name))
            && spans.iter().filter(|s| s.name == wanted[0]).count() == 20
    };
    while !all_there(&spans) {
        let got = told.recv_timeout(Duration::from_secs(60)).expect("more spans");
        assert!(got.head.starts_with("POST /v1/traces HTTP/1.1"), "{}", got.head);
        assert!(got.head.to_ascii_lowercase().contains("content-type: application/x-protobuf"));
        for of in got.request.resource_spans {
            resources.push(attributes(&of.resource.unwrap().attributes));
            spans.extend(of.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    assert!(resources.iter().all(|r| r.keys().eq(["service.name", "service.version"])));
    assert_eq!(resources[0]["service.name"], "dixi");
    // Names and fields of closed lists; nothing of what was asked, and nothing for a frame.
    let known = [
        "backup.bytes",
        "backup.reason",
        "camera.kind",
        "http.request.method",
        "http.response.status_code",
        "http.route",
    ];
    for span in &spans {
        assert!(!format!("{span:?}").contains("canary"), "{span:?}");
        assert!(span.events.is_empty(), "lines of the log stay here: {span:?}");
        for key in attributes(&span.attributes).keys() {
            assert!(known.contains(&key.as_str()), "{key} in {}", span.name);
        }
        assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
        assert_eq!((span.trace_id.len(), span.span_id.len()), (16, 8));
    }
    let of = |name: &str| attributes(&spans.iter().find(|s| s.name == name).unwrap().attributes);
    assert_eq!(of(wanted[1])["http.response.status_code"], "404");
    assert_eq!(of("open camera")["camera.kind"], "demo");
    assert!(of("backup")["backup.bytes"].parse::<u64>().unwrap() > 1_000);
    assert!(spans.len() < 200, "{} spans: something is followed with every frame", spans.len());
    assert_eq!(counted(&program, "lost"), 0);
    println!("{} spans of {} kinds decoded", spans.len(), wanted.len());
}

#[test]
fn none_leave_while_it_is_off_and_a_share_where_a_share_is_asked_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let data = tempfile::tempdir().unwrap();
    let at = endpoint(&listener);
    let args = ["--set", PAUSED, "--set", &at, "--set", "trace.sample_percent=0"];
    let mut none = Program::start(data.path(), &args);
    let other = tempfile::tempdir().unwrap();
    let mut off = Program::start(other.path(), &["--set", PAUSED]);
    for _ in 0..10 {
        assert_eq!(get(none.at, "/api/v1/status").status, 200);
        assert_eq!(get(off.at, "/api/v1/status").status, 200);
    }
    for program in [&mut none, &mut off] {
        assert_eq!((counted(program, "sent"), counted(program, "lost")), (0, 0));
        // What waits would be sent now.
        assert!(program.terminate().0.success());
    }
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "somebody came");
}

#[test]
fn a_collector_that_hangs_holds_up_nobody_and_what_it_misses_is_counted() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let data = tempfile::tempdir().unwrap();
    let args = ["--set", PAUSED, "--set", &endpoint(&listener)];
    // It takes connections, as the system does by itself, and says nothing for ever.
    let mut program = Program::start(data.path(), &args);
    let begun = Instant::now();
    let mut slowest = Duration::ZERO;
    // More than may wait and be on its way together.
    let many = 4_000;
    for _ in 0..many {
        let one = Instant::now();
        assert_eq!(get(program.at, "/api/health/live").status, 200);
        slowest = slowest.max(one.elapsed());
    }
    let lost = counted(&program, "lost");
    assert!(lost >= 800, "{lost} of {many} are counted as lost");
    assert_eq!(counted(&program, "sent"), 0);
    assert!(slowest < Duration::from_secs(5), "a request waited {slowest:?} for the collector");
    let took = begun.elapsed();
    let (status, stopped) = program.terminate();
    assert!(status.success() && stopped < Duration::from_secs(10), "{status} after {stopped:?}");
    drop(listener);
    println!(
        "{many} requests in {took:?}, the slowest {slowest:?}; {lost} spans lost and counted; stopped in {stopped:?}"
    );
}
