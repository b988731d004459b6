use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::super::{Keys, make_of};
use super::*;
use crate::store::Store;

const ACCESS: &str = "AKIADIXI";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCY";
const REGION: &str = "eu-test-1";

/// A store that checks what a real one checks: the signature over method, path, query and host, written
/// here from Amazon's description and not with the crate that signs. Lists two at a time.
struct Strict {
    at: String,
    objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    refused: Arc<Mutex<Vec<String>>>,
}

impl Strict {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let strict = Self { at, objects: Arc::default(), refused: Arc::default() };
        let (objects, refused) = (Arc::clone(&strict.objects), Arc::clone(&strict.refused));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &objects, &refused);
            }
        });
        strict
    }

    fn address(&self) -> Address {
        Address {
            endpoint: self.at.clone(),
            bucket: "back-ups".into(),
            region: REGION.into(),
            folder: "/boxes/kitchen ü/".into(),
            access_key: ACCESS.into(),
            secret_key: SECRET.into(),
        }
    }

    fn names(&self) -> Vec<String> {
        self.objects.lock().unwrap().keys().cloned().collect()
    }
}

fn serve(
    stream: TcpStream,
    objects: &Mutex<BTreeMap<String, Vec<u8>>>,
    refused: &Mutex<Vec<String>>,
) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let (status, answer) = match signed(&method, &target, &headers) {
        Err(why) => {
            refused.lock().unwrap().push(why);
            (403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>".to_vec())
        }
        Ok(()) => act(&method, &target, body, &mut objects.lock().unwrap()),
    };
    let stream = reader.get_mut();
    let head = format!(
        "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        answer.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&answer)).unwrap();
}

/// Signature Version 4 in the query, as Amazon describes it.
fn signed(
    method: &str,
    target: &str,
    headers: &BTreeMap<String, String>,
) -> std::result::Result<(), String> {
    let (path, query) = target.split_once('?').ok_or("no query")?;
    let mut parts: Vec<&str> = query.split('&').collect();
    let of = |name: &str| {
        let value = parts.iter().find_map(|p| p.strip_prefix(name)?.strip_prefix('='));
        value.map(str::to_owned).ok_or_else(|| format!("no {name}"))
    };
    let (date, given) = (of("X-Amz-Date")?, of("X-Amz-Signature")?);
    if of("X-Amz-SignedHeaders")? != "host" || of("X-Amz-Algorithm")? != "AWS4-HMAC-SHA256" {
        return Err("another algorithm".into());
    }
    let scope = format!("{}/{REGION}/s3/aws4_request", &date[..8]);
    if of("X-Amz-Credential")? != format!("{ACCESS}/{scope}").replace('/', "%2F") {
        return Err("another credential".into());
    }
    parts.retain(|p| !p.starts_with("X-Amz-Signature="));
    parts.sort_unstable();
    let canonical = format!(
        "{method}\n{path}\n{}\nhost:{}\n\nhost\nUNSIGNED-PAYLOAD",
        parts.join("&"),
        headers.get("host").ok_or("no host")?
    );
    let text = format!(
        "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
        hex(&Sha256::digest(canonical.as_bytes()))
    );
    let mut key = format!("AWS4{SECRET}").into_bytes();
    for part in [&date[..8], REGION, "s3", "aws4_request"] {
        key = mac(&key, part);
    }
    if hex(&mac(&key, &text)) == given { Ok(()) } else { Err("another signature".into()) }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn act(
    method: &str,
    target: &str,
    body: Vec<u8>,
    objects: &mut BTreeMap<String, Vec<u8>>,
) -> (u16, Vec<u8>) {
    let url = Url::parse(&format!("http://x{target}")).unwrap();
    let path = percent(url.path());
    let Some(key) = path.strip_prefix("/back-ups/").filter(|k| !k.is_empty()) else {
        let of = |name: &str| url.query_pairs().find(|(k, _)| k == name).map(|(_, v)| v);
        let (prefix, from) = (of("prefix").unwrap(), of("continuation-token"));
        let mut all: Vec<_> = objects.iter().filter(|(k, _)| k.starts_with(&*prefix)).collect();
        all.retain(|(k, _)| from.as_ref().is_none_or(|from| k.as_str() > &**from));
        let more = all.len() > 2;
        all.truncate(2);
        let item = |(k, v): &(&String, &Vec<u8>)| {
            format!("<Contents><Key>{k}</Key><Size>{}</Size></Contents>", v.len())
        };
        let next = more.then(|| {
            format!("<NextContinuationToken>{}</NextContinuationToken>", all.last().unwrap().0)
        });
        let xml = format!(
            "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <IsTruncated>{more}</IsTruncated>{}{}</ListBucketResult>",
            all.iter().map(item).collect::<String>(),
            next.unwrap_or_default()
        );
        return (200, xml.into_bytes());
    };
    match method {
        "PUT" => {
            objects.insert(key.to_owned(), body);
            (200, vec![])
        }
        "GET" => objects.get(key).map_or((404, vec![]), |bytes| (200, bytes.clone())),
        "DELETE" => {
            objects.remove(key);
            (204, vec![])
        }
        _ => (405, vec![]),
    }
}

/// What `%xx` means.
fn percent(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut plain = Vec::new();
    while let Some(b) = bytes.next() {
        let mut hex = || bytes.next().map(char::from).unwrap();
        plain.push(match b {
            b'%' => u8::from_str_radix(&format!("{}{}", hex(), hex()), 16).unwrap(),
            _ => b,
        });
    }
    String::from_utf8(plain).unwrap()
}

fn keys() -> Keys {
    Keys { passphrase: Secret::default(), is_secret: |_, _| false }
}

/// A shelf with backups of these many hours ago.
fn shelf(hours: &[i64]) -> (tempfile::TempDir, Shelf) {
    let dir = tempfile::tempdir().unwrap();
    Store::open(dir.path()).unwrap().close();
    let shelf = Shelf::new(dir.path().join("backups"));
    let newest: jiff::Timestamp = "2026-11-21T18:50:03Z".parse().unwrap();
    for hours in hours {
        let at = newest - jiff::SignedDuration::from_hours(*hours);
        make_of(dir.path(), &shelf, (at, Why::Scheduled), &keys()).unwrap();
    }
    (dir, shelf)
}

#[test]
fn what_is_on_the_shelf_is_elsewhere_too_and_comes_back_whole() {
    let strict = Strict::start();
    let (dir, shelf) = shelf(&[0, 1, 2]);
    let there = Elsewhere::at(&strict.address()).unwrap().unwrap();
    // A backup from long ago that the schedule keeps no more, somebody else's file, and another box's.
    let prefix = "boxes/kitchen ü/";
    let old = "dixi-2024-01-01T00-00-00Z-scheduled.tar.gz";
    let older = "dixi-2024-01-01T00-00-01Z-scheduled.tar.gz";
    let foreign = ["boxes/attic/dixi-2024-01-01T00-00-00Z-scheduled.tar.gz", "boxes/kitchen ü/x"];
    {
        let mut objects = strict.objects.lock().unwrap();
        for name in foreign
            .map(str::to_owned)
            .into_iter()
            .chain([old, older].map(|n| format!("{prefix}{n}")))
        {
            objects.insert(name, vec![1]);
        }
    }
    assert_eq!(there.list().unwrap().len(), 2, "those of this box alone");
    mirror(&there, &shelf).unwrap();
    let all = there.list().unwrap();
    let mut here = shelf.list().unwrap();
    here.push(Kept::parse(older, 1).unwrap());
    assert_eq!(all, here, "one of the same month is let go");
    assert!(foreign.iter().all(|name| strict.names().iter().any(|n| n == name)));
    let mut fetched = Vec::new();
    there.fetch(&all[0].name, &mut fetched).unwrap();
    assert_eq!(fetched, std::fs::read(shelf.find(&all[0].name).unwrap()).unwrap());
    let e = there.fetch("../../etc/passwd", &mut fetched).unwrap_err();
    assert_eq!(e.kind(), Kind::NotFound);
    // One that broke off on its way is sent again.
    let key = format!("{prefix}{}", all[1].name);
    strict.objects.lock().unwrap().get_mut(&key).unwrap().pop();
    mirror(&there, &shelf).unwrap();
    assert_eq!(there.list().unwrap(), all);
    assert!(strict.refused.lock().unwrap().is_empty());
    println!("{} backups sent, listed by twos, fetched whole; each request's signature checked", 3);
    drop(dir);
}

#[test]
fn another_secret_is_refused_told_without_it_and_not_tried_at_once_again() {
    let strict = Strict::start();
    let (_dir, shelf) = shelf(&[0]);
    let address = Address { secret_key: "canary-secret".into(), ..strict.address() };
    let kept = Mirror::default();
    let at = |s: u64| Stamp::from_ms(1_000 * s);
    kept.keep_up(&address, &shelf, at(0));
    let told = kept.trouble().unwrap().to_string();
    assert!(told.contains("403, SignatureDoesNotMatch"), "{told}");
    assert!(!told.contains("canary") && !format!("{address:?}").contains("canary"));
    kept.keep_up(&address, &shelf, at(60));
    assert_eq!(strict.refused.lock().unwrap().len(), 1, "not before ten minutes");
    kept.keep_up(&address, &shelf, at(601));
    assert_eq!(strict.refused.lock().unwrap().len(), 2);
    // Set right it is tried at once, and then only when there is something new.
    kept.keep_up(&strict.address(), &shelf, at(602));
    assert!(kept.trouble().is_none() && strict.names().len() == 1);
    strict.objects.lock().unwrap().clear();
    kept.keep_up(&strict.address(), &shelf, at(700));
    assert!(strict.names().is_empty());
    kept.keep_up(&Address::default(), &shelf, at(701));
    assert!(kept.trouble().is_none(), "nowhere to send to is no trouble");
}

#[test]
fn what_is_no_store_is_told_with_a_next_step() {
    let strict = Strict::start();
    for (address, why) in [
        (Address { bucket: " ".into(), ..strict.address() }, "s3_bucket"),
        (Address { secret_key: Secret::default(), ..strict.address() }, "s3_secret_key"),
        (Address { endpoint: "nowhere".into(), ..strict.address() }, "address"),
        (Address { endpoint: "ftp://x/".into(), ..strict.address() }, ""),
    ] {
        let e = Elsewhere::at(&address).err().unwrap();
        assert!(e.to_string().contains(why) && e.next_step().is_some(), "{e}");
    }
    assert!(Elsewhere::at(&Address::default()).unwrap().is_none());
    let address = Address { endpoint: "http://127.0.0.1:9".into(), ..strict.address() };
    let e = Elsewhere::at(&address).unwrap().unwrap().list().unwrap_err();
    assert!(e.to_string().contains("nothing listens"), "{e}");
    let metadata = Address { endpoint: "http://169.254.169.254".into(), ..strict.address() };
    let e = Elsewhere::at(&metadata).unwrap().unwrap().list().unwrap_err();
    assert!(e.to_string().contains("not to be asked"), "{e}");
}
