//! The exporter's requests, done by the one client for requests to others. Runs on the exporter's own
//! thread, which may block.

use std::io::Read;

use async_trait::async_trait;
use axum::body::Bytes;
use opentelemetry_http::{HttpClient, HttpError, Request, Response};

use crate::base::outgoing;

/// Of an answer so much is read, bytes: it says how many spans it did not want, and why.
const ANSWER: u64 = 16 << 10;

/// The client.
#[derive(Debug)]
pub(super) struct Guarded(pub(super) ureq::Agent);

#[async_trait]
impl HttpClient for Guarded {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let request = Request::from_parts(head, body.to_vec());
        let (head, body) = outgoing::silently(|| self.0.run(request))?.into_parts();
        let mut read = Vec::new();
        outgoing::silently(|| body.into_reader().take(ANSWER).read_to_end(&mut read))?;
        Ok(Response::from_parts(head, read.into()))
    }
}
