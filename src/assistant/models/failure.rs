//! Ollama's many ways to say that it did not do something, as an error with a code that pages have words and a
//! button for. The texts are those of Ollama's `server/routes.go`, `server/sched.go`, `server/images.go`,
//! `server/download.go` and `llm/server.go`, 0.17.

use super::ask::Unanswered;
use crate::base::{Error, Kind, Refusal};

/// The longest of its words that are told, characters.
const SAID: usize = 500;

/// What went wrong with a model.
pub(super) fn error(model: &str, unanswered: Unanswered, url: &str) -> Error {
    match unanswered {
        Unanswered::Gone(why) => Error::unavailable(format!("Ollama does not answer at {url}"))
            .why(why)
            .next("start Ollama, or set `ollama.url` to where it is")
            .refusal(Refusal::OllamaUnreachable { url: url.to_owned() }),
        Unanswered::Late => Error::new(Kind::Timeout, "Ollama has not answered in time")
            .next("try again in a moment")
            .refusal(Refusal::ModelStillLoading { model: model.to_owned() }),
        Unanswered::Said(status, said) => said_error(model, status, &said),
    }
}

/// What Ollama's own words mean.
pub(super) fn said_error(model: &str, status: u16, said: &str) -> Error {
    let said: String = said.chars().take(SAID).collect();
    let low = said.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| low.contains(w));
    let (model, told) = (model.to_owned(), said.clone());
    let (kind, refusal) = if has(&["no space left", "disk quota"]) {
        (Kind::DiskFull, Refusal::OllamaDiskFull {})
    } else if has(&["system memory", "out of memory", "cudamalloc", "unable to allocate"]) {
        (Kind::Exhausted, Refusal::ModelOutOfMemory { model })
    } else if has(&["server busy", "maximum pending"]) || status == 429 {
        (Kind::Exhausted, Refusal::OllamaQueueFull {})
    } else if has(&["loading model"]) && !has(&["error loading model"]) {
        (Kind::Unavailable, Refusal::ModelStillLoading { model })
    } else if has(&[
        "dial tcp",
        "no such host",
        "i/o timeout",
        "x509",
        "tls:",
        "max retries",
        "eof",
    ]) {
        (Kind::Unavailable, Refusal::RegistryUnreachable { said: told })
    } else if status == 404 || has(&["not found", "file does not exist"]) {
        (Kind::NotFound, Refusal::ModelMissing { model })
    } else {
        (Kind::Unavailable, Refusal::OllamaSaid { said: told })
    };
    Error::new(kind, "Ollama did not do it").why(said).refusal(refusal)
}

/// The code of an error, for pages; its words where it has none.
pub(super) fn code(e: &Error) -> Refusal {
    e.coded().cloned().unwrap_or_else(|| Refusal::OllamaSaid { said: e.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ollama_says_has_a_code() {
        let code_of = |status, said: &str| {
            let e = said_error("m", status, said);
            serde_json::to_value(e.coded()).unwrap()["code"].as_str().unwrap().to_owned()
        };
        for (status, said, code) in [
            (404, "model 'x' not found", "model_missing"),
            (200, "pull model manifest: file does not exist", "model_missing"),
            (
                500,
                "model requires more system memory (9 GiB) than is available (2 GiB)",
                "model_out_of_memory",
            ),
            (500, "cudaMalloc failed: out of memory", "model_out_of_memory"),
            (
                503,
                "server busy, please try again.  maximum pending requests exceeded",
                "ollama_queue_full",
            ),
            (500, "unexpected server status: llm server loading model", "model_still_loading"),
            (500, "error loading model /x", "ollama_said"),
            (
                200,
                "pull model manifest: Get \"https://registry.ollama.ai/v2/\": dial tcp: lookup registry.ollama.ai: no such host",
                "registry_unreachable",
            ),
            (
                200,
                "write /root/.ollama/models/blobs/x-partial: no space left on device",
                "ollama_disk_full",
            ),
            (200, "digest mismatch, file must be downloaded again", "ollama_said"),
        ] {
            assert_eq!(code_of(status, said), code, "{said}");
        }
    }
}
