//! What is written down of one request, whichever way it ends: answered, failed, or dropped because whoever
//! asked went away. Written off the request's path.

use std::sync::Arc;

use super::op::{Op, Sort};
use super::policy::Permit;
use super::tally::{Tally, Tokens};
use super::{Proxy, told};
use crate::access::{Caller, Principal};
use crate::assistant::pool::Lease;
use crate::base::Stamp;
use crate::store::usage::{UsageOutcome, UsageRow, stamp};

/// One request's account.
pub(super) struct Account {
    proxy: Arc<Proxy>,
    op: Op,
    who: Arc<str>,
    token: Option<i64>,
    model: String,
    begun: Stamp,
    first: Option<Stamp>,
    pub(super) status: Option<u16>,
    pub(super) tally: Option<Tally>,
    /// Its answer comes in pieces.
    pub(super) streamed: bool,
    pub(super) lease: Option<Lease>,
    permit: Permit,
    closed: bool,
}

impl Account {
    pub(super) fn open(
        proxy: &Arc<Proxy>,
        principal: &Principal,
        (op, model): (Op, String),
        permit: Permit,
    ) -> Self {
        let token = match principal.caller {
            Caller::Token { id, .. } => Some(id),
            Caller::Open | Caller::Session { .. } => None,
        };
        Self {
            proxy: Arc::clone(proxy),
            op,
            who: Arc::clone(&principal.name),
            token,
            model,
            begun: proxy.clock.now(),
            first: None,
            status: None,
            tally: None,
            streamed: false,
            lease: None,
            permit,
            closed: false,
        }
    }

    pub(super) const fn op(&self) -> Op {
        self.op
    }

    /// The model, if one is asked for.
    pub(super) fn model(&self) -> Option<&str> {
        Some(self.model.as_str()).filter(|m| !m.is_empty())
    }

    /// A piece of the answer passes.
    pub(super) fn saw(&mut self, bytes: &[u8]) {
        if self.first.is_none() {
            self.first = Some(self.proxy.clock.now());
        }
        if let Some(lease) = &self.lease {
            lease.heard();
        }
        if let Some(tally) = &mut self.tally {
            tally.see(bytes);
        }
    }

    /// The answer is whole.
    pub(super) fn answered(&mut self) {
        if let Some(tally) = &mut self.tally {
            tally.end();
        }
        let error = self.tally.as_ref().is_some_and(Tally::has_error);
        let refused = self.status.is_some_and(|s| s >= 400);
        self.close(if error || refused { UsageOutcome::Failed } else { UsageOutcome::Done });
    }

    /// It broke off, for this reason.
    pub(super) fn failed(&mut self, why: &str) {
        if !self.closed {
            tracing::info!("ollama: {} for {}: {why}", self.op.route().1, self.who);
            if let Some(lease) = &self.lease {
                lease.failed(None);
            }
        }
        self.close(UsageOutcome::Failed);
    }

    fn close(&mut self, outcome: UsageOutcome) {
        if std::mem::replace(&mut self.closed, true) {
            return;
        }
        let now = self.proxy.clock.now();
        // Its server has time for others from here on.
        self.lease = None;
        let (tokens, exact) = self.tokens();
        let used = tokens.prompt.unwrap_or_default() + tokens.answer.unwrap_or_default();
        self.permit.charge(used);
        let route = self.op.route().1;
        let first = self.first.filter(|_| self.streamed);
        let first_token_s = first.map(|at| at.since(self.begun).as_secs_f64());
        (self.proxy.ear)(&told::Told {
            route,
            outcome,
            tokens: [tokens.prompt, tokens.answer],
            first_token_s,
        });
        let Some(ledger) = self.proxy.ledger.as_ref().filter(|_| self.op.sort() != Sort::Look)
        else {
            return;
        };
        ledger.add(UsageRow {
            number: 0,
            at: stamp(self.proxy.clock.utc(self.begun)),
            who: self.who.to_string(),
            token: self.token,
            model: std::mem::take(&mut self.model),
            route: route.to_owned(),
            prompt_tokens: tokens.prompt,
            answer_tokens: tokens.answer,
            exact,
            seconds: now.since(self.begun).as_secs_f64(),
            first_token_s,
            status: self.status,
            outcome,
        });
    }

    /// The tokens, and whether Ollama said so itself.
    fn tokens(&self) -> (Tokens, bool) {
        let Some(tally) = self.tally.as_ref().filter(|_| self.op.sort() == Sort::Ask) else {
            return (Tokens::default(), false);
        };
        let tokens = tally.tokens();
        if tokens != Tokens::default() {
            return (tokens, true);
        }
        // An answer that was broken off says nothing; its pieces are about a token each.
        let pieces = Some(tally.pieces()).filter(|n| *n > 0);
        (Tokens { prompt: None, answer: pieces }, false)
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        if let Some(tally) = &mut self.tally {
            tally.end();
        }
        self.close(UsageOutcome::Stopped);
    }
}
