//! How much is free where an Ollama server keeps its models, where that is this machine.

use std::path::Path;

use url::{Host, Url};

/// Free bytes where the server at an address keeps its models; none where that cannot be known from here.
/// May block.
pub type Free = dyn Fn(&Url) -> Option<u64> + Send + Sync;

/// The same, of a server on this machine that keeps them in `folder`; `disk` tells what is free there.
pub fn free(url: &Url, folder: Option<&Path>, disk: impl Fn(&Path) -> Option<u64>) -> Option<u64> {
    let here = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    };
    folder.filter(|_| here).and_then(disk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_of_this_machine_is_it_known() {
        let of = |url: &str, folder: Option<&str>| {
            free(&url.parse().unwrap(), folder.map(Path::new), |_| Some(7))
        };
        for here in ["http://127.0.0.1:11434", "http://localhost:1", "http://[::1]:1"] {
            assert_eq!((of(here, Some("/m")), of(here, None)), (Some(7), None), "{here}");
        }
        assert_eq!(of("http://192.168.1.7:11434", Some("/m")), None);
        assert_eq!(of("https://ollama.lan", Some("/m")), None);
    }
}
