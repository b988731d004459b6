//! What of Ollama can be asked through the box, in one closed list: whatever is not here is not passed on.
//! `create`, `push`, `copy` and `blobs` never will be: who may do that is at Ollama's own machine.

use hyper::Method;

/// What sort of thing is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Looks at what is there: costs nothing, and is no use of a model.
    Look,
    /// Has a model work.
    Ask,
    /// Changes which models there are.
    Change,
}

/// One thing that can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of Ollama's routes")]
pub enum Op {
    Root,
    Version,
    Tags,
    Ps,
    Show,
    Chat,
    Generate,
    Embed,
    Embeddings,
    Pull,
    Delete,
    Models,
    Model,
    ChatCompletions,
    Completions,
    V1Embeddings,
    Responses,
}

impl Op {
    /// Ollama's method and path; that of [`Op::Model`] goes on with the model's name.
    pub const fn route(self) -> (Method, &'static str) {
        const GET: Method = Method::GET;
        const POST: Method = Method::POST;
        match self {
            Self::Root => (GET, "/"),
            Self::Version => (GET, "/api/version"),
            Self::Tags => (GET, "/api/tags"),
            Self::Ps => (GET, "/api/ps"),
            Self::Show => (POST, "/api/show"),
            Self::Chat => (POST, "/api/chat"),
            Self::Generate => (POST, "/api/generate"),
            Self::Embed => (POST, "/api/embed"),
            Self::Embeddings => (POST, "/api/embeddings"),
            Self::Pull => (POST, "/api/pull"),
            Self::Delete => (Method::DELETE, "/api/delete"),
            Self::Models => (GET, "/v1/models"),
            Self::Model => (GET, "/v1/models/"),
            Self::ChatCompletions => (POST, "/v1/chat/completions"),
            Self::Completions => (POST, "/v1/completions"),
            Self::V1Embeddings => (POST, "/v1/embeddings"),
            Self::Responses => (POST, "/v1/responses"),
        }
    }

    /// What sort of thing it is.
    pub const fn sort(self) -> Sort {
        match self {
            Self::Root | Self::Version | Self::Tags | Self::Ps | Self::Show => Sort::Look,
            Self::Models | Self::Model => Sort::Look,
            Self::Pull | Self::Delete => Sort::Change,
            _ => Sort::Ask,
        }
    }

    /// Whether a body names the model.
    pub const fn has_body(self) -> bool {
        matches!(self.sort(), Sort::Ask | Sort::Change) || matches!(self, Self::Show)
    }

    /// Whether older clients call the model `name`.
    pub(super) const fn takes_name(self) -> bool {
        matches!(self, Self::Show | Self::Pull | Self::Delete)
    }

    /// Whether its errors have OpenAI's shape.
    pub const fn is_openai(self) -> bool {
        matches!(
            self,
            Self::Models
                | Self::Model
                | Self::ChatCompletions
                | Self::Completions
                | Self::V1Embeddings
                | Self::Responses
        )
    }
}
