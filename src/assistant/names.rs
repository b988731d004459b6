//! Names of models: one strict pattern for whatever a client sends, one spelling for comparing, and the
//! patterns by which a token is limited to some. Knows nothing of which models there are.

use crate::base::{Error, Kind, Result};

/// The longest name, characters.
const NAME: usize = 200;
/// The longest part of one; Ollama's own limit.
const PART: usize = 80;
/// The registry that a name without one means.
pub const REGISTRY: &str = "registry.ollama.ai";
const LIBRARY: &str = "library";
const TAG: &str = "latest";
/// Patterns that a token can have, and the longest of them, characters.
const PATTERNS: usize = 32;
const PATTERN: usize = 100;

/// A model's name as one compares it: in lower case, always with its tag, without the parts that every
/// name has if it says nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ModelName {
    key: String,
}

impl ModelName {
    /// From what a client sends: `[registry/][namespace/]model[:tag]`, of letters, digits and `. _ -`, each
    /// part beginning with a letter or digit. `registries` are those besides Ollama's own that may be named.
    ///
    /// # Errors
    /// `Invalid` for anything else, `Denied` for another registry and for a model that runs elsewhere.
    pub fn parse<'r>(text: &str, registries: impl IntoIterator<Item = &'r str>) -> Result<Self> {
        let wrong = || {
            Error::invalid("that is no model's name")
                .next("use a name such as `llama3.2` or `namespace/model:tag`")
        };
        if text.is_empty() {
            return Err(Error::invalid("`model` is missing").next("name the model"));
        }
        if text.len() > NAME || !text.is_ascii() {
            return Err(wrong());
        }
        let (path, tag) = match text.rsplit_once(':') {
            // A registry's port is followed by the model.
            Some((path, tag)) if !tag.contains('/') => (path, tag),
            _ => (text, TAG),
        };
        let parts: Vec<&str> = path.split('/').collect();
        let (host, rest) = match parts.as_slice() {
            [host, rest @ ..] if rest.len() == 2 => (Some(*host), rest),
            rest => (None, rest),
        };
        let host_is_one = host.is_none_or(is_host);
        if rest.len() > 2 || !host_is_one || !rest.iter().chain([&tag]).all(|p| is_part(p)) {
            return Err(wrong());
        }
        let same = |host: &str, known: &str| host.eq_ignore_ascii_case(known);
        if let Some(host) = host
            && !same(host, REGISTRY)
            && !registries.into_iter().any(|known| same(host, known))
        {
            return Err(Error::new(Kind::Denied, "models of another registry are not used here")
                .why(format!("`{host}` is not among the setting `ollama.registries`"))
                .next("ask an owner of this box to add it, or use another model"));
        }
        let tag_lower = tag.to_ascii_lowercase();
        if tag_lower == "cloud" || tag_lower.ends_with("-cloud") {
            return Err(Error::new(Kind::Denied, "this model does not run on this machine")
                .why("Ollama sends what is asked of it to another company")
                .next("use a model without `cloud` in its tag"));
        }
        Ok(Self { key: model_key(text) })
    }

    /// The one spelling.
    pub fn key(&self) -> &str {
        &self.key
    }
}

fn is_part(part: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    (1..=PART).contains(&part.len())
        && part.starts_with(|c: char| c.is_ascii_alphanumeric())
        && part.chars().all(inner)
        && !part.contains("..")
}

fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "1"));
    is_part(name) && port.parse::<u16>().is_ok()
}

/// The one spelling of a name that Ollama itself tells.
pub(super) fn model_key(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let (path, tag) = match lower.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, tag),
        _ => (lower.as_str(), TAG),
    };
    let parts: Vec<&str> = path.split('/').collect();
    // Only in its own place is it what every name has: a namespace may be called as the registry is.
    let parts = match parts.as_slice() {
        [REGISTRY, rest @ ..] if rest.len() == 2 => rest,
        all => all,
    };
    let parts = match parts {
        [LIBRARY, model] => std::slice::from_ref(model),
        all => all,
    };
    format!("{}:{tag}", parts.join("/"))
}

/// Which models somebody may use: names in which `*` stands for anything. One without a tag means all tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patterns(Vec<String>);

impl Patterns {
    /// From what somebody wrote.
    ///
    /// # Errors
    /// `Invalid` for too many, or one that no name can fit.
    pub fn parse(texts: &[String]) -> Result<Self> {
        let texts: Vec<_> = texts.iter().map(|t| t.trim().to_ascii_lowercase()).collect();
        let inner = |c: char| c.is_ascii_alphanumeric() || "._-:/*".contains(c);
        let good = |t: &String| (1..=PATTERN).contains(&t.len()) && t.chars().all(inner);
        if texts.len() > PATTERNS || !texts.iter().all(good) {
            return Err(Error::invalid("these models cannot be allowed")
                .why(format!("up to {PATTERNS} names are, of letters, digits and `. _ - : / *`"))
                .next("write names such as `llama3.2` or `qwen*`"));
        }
        Ok(Self(texts))
    }

    /// As they are kept.
    pub fn into_texts(self) -> Vec<String> {
        self.0
    }

    /// Whether a model is among them.
    pub fn allow(&self, model: &ModelName) -> bool {
        let path = model.key.rsplit_once(':').map_or(model.key.as_str(), |(path, _)| path);
        self.0.iter().any(|p| fits(p, &model.key) || (!p.contains(':') && fits(p, path)))
    }
}

/// Whether `text` is `pattern`, with anything in the place of each `*`. Takes no longer than both are long.
fn fits(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(first) = pieces.next() else { return false };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut last = None;
    for piece in pieces {
        if let Some(piece) = last.replace(piece) {
            match rest.find(piece) {
                Some(at) => rest = &rest[at + piece.len()..],
                None => return false,
            }
        }
    }
    match last {
        None => rest.is_empty(),
        Some(last) => rest.ends_with(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ModelName> {
        ModelName::parse(text, ["hf.co"])
    }

    #[test]
    fn one_model_has_one_spelling() {
        for (text, key) in [
            ("llama3.2", "llama3.2:latest"),
            ("Llama3.2:Latest", "llama3.2:latest"),
            ("library/llama3.2:1b", "llama3.2:1b"),
            ("registry.ollama.ai/library/llama3.2", "llama3.2:latest"),
            ("registry.ollama.ai/anna/own:q4_K_M", "anna/own:q4_k_m"),
            ("anna/own", "anna/own:latest"),
            ("hf.co/Some/Model-GGUF:Q4", "hf.co/some/model-gguf:q4"),
            // Another model than `own`, found by fuzzing.
            ("registry.ollama.ai/own", "registry.ollama.ai/own:latest"),
            ("registry.ollama.ai/registry.ollama.ai/own", "registry.ollama.ai/own:latest"),
            ("hf.co/library/own", "hf.co/library/own:latest"),
        ] {
            let parsed = parse(text).unwrap();
            assert_eq!(parsed.key(), key);
            assert_eq!(parse(key).unwrap(), parsed, "its one spelling is a name");
        }
    }

    #[test]
    fn fifty_names_that_lead_elsewhere_are_refused() {
        let bad = [
            "",
            ".",
            "..",
            "../x",
            "x/..",
            "x/../y",
            "..\\x",
            "/etc/passwd",
            "//x",
            "x//y",
            "x/",
            "/x",
            "\\x",
            "C:\\x",
            "x\0",
            "x\n",
            "x y",
            " x",
            "x ",
            "x:",
            ":x",
            "x:/y",
            "x:..",
            "x:../y",
            "x..y",
            "-x",
            "_x",
            ".x",
            "x@sha256:0",
            "x:a:b",
            "x?y",
            "x#y",
            "x%2e%2e",
            "%2e%2e/x",
            "x;y",
            "x|y",
            "$(x)",
            "`x`",
            "x&y",
            "x*",
            "~x",
            "é",
            "\u{202e}x",
            "ｌlama",
            "file:///etc/passwd",
            "http://evil.example/x/y",
            "evil.example/x/y",
            "127.0.0.1:80/x/y",
            "evil.example:5000/x/y:z",
            "x@evil.example/y/z",
            "a/b/c/d",
            "registry.ollama.ai/../x",
            "registry.ollama.ai./x/y",
            "gpt-oss:20b-cloud",
            "x:cloud",
            "x:CLOUD",
        ];
        for text in bad {
            assert!(parse(text).is_err(), "{text:?}");
        }
        assert!(parse(&"x".repeat(81)).is_err() && parse(&"x".repeat(80)).is_ok());
        println!("{} names refused", bad.len() + 1);
    }

    #[test]
    fn patterns_allow_what_they_say() {
        let may = |patterns: &[&str], model: &str| {
            let texts: Vec<_> = patterns.iter().map(|p| (*p).to_owned()).collect();
            Patterns::parse(&texts).unwrap().allow(&parse(model).unwrap())
        };
        assert!(may(&["*"], "anna/own:7b") && !may(&[], "x"));
        assert!(may(&["llama3.2"], "LLAMA3.2:1b") && !may(&["llama3.2"], "llama3.21"));
        assert!(may(&["llama3.2:1b"], "llama3.2:1b") && !may(&["llama3.2:1b"], "llama3.2"));
        assert!(may(&["llama*"], "llama3.2:1b") && !may(&["llama*"], "anna/llama"));
        assert!(may(&["*:1b"], "llama3.2:1b") && !may(&["*:1b"], "llama3.2:1b-q4"));
        assert!(may(&["a*b*c"], "axxbyyc") && !may(&["a*b*c"], "acb") && !may(&["a*a"], "a"));
        assert!(Patterns::parse(&["a b".into()]).is_err());
        assert!(Patterns::parse(&vec!["a".into(); 33]).is_err());
    }
}
