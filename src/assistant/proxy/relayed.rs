//! An answer on its way from Ollama to whoever asked: each piece as it comes, unchanged and at once. Ends
//! when Ollama ends, when it is silent for too long, when the box stops; and is dropped when the client
//! leaves, which closes the connection to Ollama.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::account::Account;
use super::{Style, fault};

/// Why an answer broke off; the connection to the client ends with it.
#[derive(Debug)]
pub struct Broken(String);

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

/// The answer's body.
pub struct Relayed {
    /// None once it has ended.
    body: Option<Incoming>,
    account: Account,
    style: Style,
    patience: Duration,
    silence: Pin<Box<Sleep>>,
    stop: Pin<Box<WaitForCancellationFutureOwned>>,
    /// A line may be added at its end: its length was not told beforehand.
    open_end: bool,
}

impl Relayed {
    pub(super) fn new(
        body: Incoming,
        account: Account,
        style: Style,
        (patience, stop): (Duration, WaitForCancellationFutureOwned),
    ) -> Self {
        let open_end = body.size_hint().exact().is_none();
        let silence = Box::pin(tokio::time::sleep(patience));
        let mut relayed = Self {
            body: Some(body),
            account,
            style,
            patience,
            silence,
            stop: Box::pin(stop),
            open_end,
        };
        relayed.end_with_the_last_piece();
        relayed
    }

    /// Nobody asks for more of an answer whose length was told, once all of it is there.
    fn end_with_the_last_piece(&mut self) {
        if self.body.as_ref().is_some_and(Body::is_end_stream) {
            self.body = None;
            self.account.answered();
        }
    }

    /// It broke off: with a line that says so where one can be added, else as it is.
    fn broke(&mut self, why: &str) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        // Closes the connection, so that nobody works for nobody.
        self.body = None;
        let line = self.account.tally.as_ref().filter(|_| self.open_end && self.account.streamed);
        let line = line.and_then(|t| t.last_words(&fault(self.style, why)));
        self.account.failed(why);
        Poll::Ready(Some(match line {
            Some(line) => Ok(Frame::data(line.into())),
            None => Err(Broken(why.to_owned())),
        }))
    }
}

impl Body for Relayed {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let this = &mut *self;
        let Some(body) = &mut this.body else { return Poll::Ready(None) };
        match Pin::new(body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                // What follows the last piece is between two machines.
                let Ok(data) = frame.into_data() else {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                };
                this.account.saw(&data);
                this.silence.as_mut().reset(Instant::now() + this.patience);
                this.end_with_the_last_piece();
                Poll::Ready(Some(Ok(Frame::data(data))))
            }
            Poll::Ready(None) => {
                this.body = None;
                this.account.answered();
                Poll::Ready(None)
            }
            Poll::Ready(Some(Err(_))) => this.broke("Ollama broke off in the middle of its answer"),
            Poll::Pending => {
                if this.stop.as_mut().poll(cx).is_ready() {
                    return this.broke("the box stops");
                }
                ready!(this.silence.as_mut().poll(cx));
                let silent = this.patience.as_secs();
                this.broke(&format!("Ollama has said nothing for {silent} s"))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match &self.body {
            Some(body) if !self.open_end => body.size_hint(),
            Some(_) => SizeHint::default(),
            None => SizeHint::with_exact(0),
        }
    }
}
