//! `Host` and `Origin`: nobody is let in under a name that is none of the box's own, by an oracle that knows
//! nothing of how the guard reads them.
#![no_main]

use dixi::server::lets_in;

/// As `lets_in` sets the box up: its names, and the address that the client connected to.
const NAMES: [&str; 5] = ["localhost", "den.home.arpa", "den", "den.local", "dixi.example"];

fn own(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    if let Some(rest) = host.strip_prefix('[') {
        let Some((ip, port)) = rest.split_once(']') else { return false };
        let Ok(ip) = ip.parse::<std::net::Ipv6Addr>() else { return false };
        let ip = ip.to_canonical();
        return port_fits(port) && (ip.is_loopback() || ip.to_string() == "192.168.7.9");
    }
    let name = host.split(':').next().unwrap_or_default();
    let loopback = name.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback());
    port_fits(&host[name.len()..]) && (loopback || name == "192.168.7.9" || NAMES.contains(&name))
}

fn port_fits(port: &str) -> bool {
    port.is_empty() || port.strip_prefix(':').is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()))
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |b| *b == b'\n');
    let (host, origin) = (parts.next().unwrap_or_default(), parts.next());
    let Some(own_page) = lets_in(host, origin) else { return };
    let host = std::str::from_utf8(host).expect("let in under a name that is no text");
    assert!(own(host), "let in under {host:?}");
    let Some(origin) = origin else { return assert!(!own_page) };
    let origin = std::str::from_utf8(origin).expect("let in from a page that is no text");
    let (scheme, rest) = origin.split_once("://").expect("let in without a scheme");
    assert!(own_page && matches!(scheme, "http" | "https") && rest.eq_ignore_ascii_case(host), "{origin:?}");
});
