//! One answer on its way: what the model is told, the pieces as they come, and what is kept of them.
//!
//! Runs as a task of the box's own; whoever asked may be gone. Pages hear of each piece at once, the database
//! every two seconds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::asking::Seat;
use super::telling::{All, room};
use super::view::{ChatMessage, ChatNews, ChatState, How, MessageDetails, More, Waiting};
use super::window::{Fitting, fit, halve};
use super::{Asker, Chats};
use crate::assistant::engine::{Asked, ChatFailure, Counts, FailureCode, Line, Piece};
use crate::base::{Result, blocking};
use crate::store::conversations::Whose;
use crate::store::conversations::messages::{self, Progress, State};

/// How often a coming answer is kept.
const KEEP: Duration = Duration::from_secs(2);
/// Without a piece for so long somebody wonders what it waits for.
const WONDER: Duration = Duration::from_millis(1_200);
/// Pages are told of pieces so often at most: as often as a screen shows something.
const TELL: Duration = Duration::from_millis(16);
/// Pieces that may wait for us; Ollama waits, then.
pub(super) const PIECES: usize = 64;
/// The longest answer, bytes: more is nobody's to read, and a model that never ends must not fill the disk.
const LONGEST: usize = 4 << 20;
/// How often less is told to a model that says that it is too much.
const LESS: usize = 6;

/// An answer to be given.
pub(super) struct Job {
    pub asker: Asker,
    /// Whose the conversation is.
    pub account: Whose,
    pub chat: i64,
    pub message: i64,
    pub how: How,
    /// The system prompt, its variables filled in.
    pub system: String,
}

/// An answer that is coming, as far as it is.
#[derive(Default)]
pub(super) struct Running {
    /// Which message; 0 before there is one.
    pub message: i64,
    chat: i64,
    account: Whose,
    stop: CancellationToken,
    body: Mutex<Body>,
}

#[derive(Default)]
pub(super) struct Body {
    text: Text,
    thinking: Text,
    waiting: Option<Waiting>,
    pub details: MessageDetails,
    /// Which model it came to, where nobody named one.
    model: Option<String>,
}

/// A text that grows, and its length as JavaScript counts.
#[derive(Default)]
struct Text {
    text: String,
    utf16: usize,
}

impl Text {
    fn add(&mut self, more: String) -> Option<More> {
        if more.is_empty() {
            return None;
        }
        let from = self.utf16;
        self.utf16 += more.encode_utf16().count();
        self.text.push_str(&more);
        Some(More { from, text: more })
    }
}

impl Running {
    pub(super) fn new(job: &Job, stop: CancellationToken) -> Self {
        let body = Body { waiting: Some(Waiting::Model), ..Body::default() };
        let Job { message, chat, account, .. } = *job;
        Self { message, chat, account, stop, body: Mutex::new(body) }
    }

    pub(super) fn stop(&self) {
        self.stop.cancel();
    }

    pub(super) fn body(&self) -> MutexGuard<'_, Body> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows how far it is.
    pub(super) fn show(&self, message: &mut ChatMessage) {
        let body = self.body();
        message.text.clone_from(&body.text.text);
        message.thinking.clone_from(&body.thinking.text);
        message.details = body.details.clone();
        message.waiting = body.waiting;
        message.model = body.model.clone().or(message.model.take());
        message.state = ChatState::Coming;
    }

    fn progress(&self, state: State) -> Progress {
        let body = self.body();
        Progress {
            text: body.text.text.clone(),
            thinking: body.thinking.text.clone(),
            state,
            details: serde_json::to_string(&body.details).unwrap_or_else(|_| "{}".into()),
            model: body.model.clone(),
        }
    }
}

/// How an answer ended.
enum End {
    Whole(Counts),
    Stopped,
    Failed(ChatFailure),
}

impl Chats {
    /// Gives an answer, to its end.
    pub(super) async fn work(
        self: Arc<Self>,
        mut job: Job,
        (seat, running): (Seat, Arc<Running>),
        coming: ChatMessage,
    ) {
        let end = tokio::select! {
            end = self.try_answer(&mut job, &running) => end.map_or_else(End::Failed, End::Whole),
            () = running.stop.cancelled() => End::Stopped,
        };
        let (state, shown) = match end {
            End::Whole(counts) => {
                running.body().details.counts = Some(counts);
                (State::Whole, ChatState::Whole)
            }
            End::Stopped => (State::Stopped, ChatState::Stopped),
            End::Failed(failure) => {
                tracing::info!(chat = job.chat, "chat: no answer: {}", failure.said);
                running.body().details.failure = Some(failure);
                (State::Failed, ChatState::Failed)
            }
        };
        let kept = self.keep(&running, state).await;
        let mut message = coming;
        running.show(&mut message);
        (message.state, message.waiting, message.model) = (shown, None, job.how.model.clone());
        if let Err(e) = kept {
            message.state = ChatState::Failed;
            message
                .details
                .failure
                .get_or_insert(ChatFailure::new(FailureCode::NotKept, e.to_string()));
        }
        drop(seat);
        self.news.tell(job.account, ChatNews::Ended { chat: job.chat, message });
        let (chats, id, account) = (Arc::clone(&self), job.chat, job.account);
        // Only reads; a panic of it has been reported where it happened.
        let _ = tokio::task::spawn_blocking(move || chats.changed(id, account)).await;
    }

    async fn keep(self: &Arc<Self>, running: &Arc<Running>, state: State) -> Result<bool> {
        let (store, message) = (Arc::clone(self.store()?), running.message);
        let progress = running.progress(state);
        blocking(move || messages::update(&store, message, progress)).await
    }

    async fn try_answer(
        self: &Arc<Self>,
        job: &mut Job,
        running: &Arc<Running>,
    ) -> std::result::Result<Counts, ChatFailure> {
        let (lines, ratio) = self.lines(job).await.map_err(|e| ChatFailure::of_ours(&e))?;
        let shows = lines.last().is_some_and(|q| !q.pictures.is_empty());
        let model = self.model(job, shows).await?;
        running.body().model = Some(model.clone());
        if shows && self.rooms.engine.sees(&model).await == Some(false) {
            let said = format!("{model} takes no pictures");
            return Err(ChatFailure::new(FailureCode::NoVision, said));
        }
        let together = u64::try_from(job.chat).ok();
        let window = match job.how.options.num_ctx {
            Some(window) => Some(window),
            None => self.rooms.engine.window(&model, together).await,
        };
        let most = window.map(|window| room(window, &job.how));
        let mut fitting = match most {
            Some(most) => fit(&lines, most, ratio),
            None => Fitting { lines: lines.clone(), left_out: 0 },
        };
        for _ in 0..LESS {
            let all = All { lines: &lines, characters: most.map(|most| most / ratio) };
            let told = self.sum_up((job, running), &model, &all, &fitting).await?;
            running.body().details.left_out =
                u32::try_from(fitting.left_out).ok().filter(|n| *n > 0);
            let asked = self.asked(job, &model, told);
            match self.stream(running, asked).await {
                Err(ChatFailure { code: FailureCode::TooLong, said }) => {
                    let less = halve(&lines, fitting.left_out);
                    fitting = less.ok_or(ChatFailure { code: FailureCode::TooLong, said })?;
                }
                Err(failure) => return Err(failure),
                Ok(mut counts) => {
                    counts.context_tokens = match job.how.options.num_ctx {
                        Some(window) => Some(window),
                        None => self.rooms.engine.window(&model, together).await.or(window),
                    };
                    return Ok(counts);
                }
            }
        }
        Err(ChatFailure::new(
            FailureCode::TooLong,
            "the question does not fit into the model's context",
        ))
    }

    pub(super) fn asked(&self, job: &Job, model: &str, lines: Vec<Line>) -> Asked {
        Asked {
            who: job.asker.who.clone(),
            model: model.to_owned(),
            lines,
            options: job.how.options.clone(),
            think: job.how.think,
            keep_alive: job.how.keep_alive.clone(),
            together: u64::try_from(job.chat).ok(),
        }
    }

    /// The conversation's model, else that of the settings, else any. For a picture, of what nobody chose
    /// for this conversation only one that takes pictures.
    async fn model(&self, job: &mut Job, shows: bool) -> std::result::Result<String, ChatFailure> {
        let engine = &self.rooms.engine;
        let usual = (self.rooms.model)();
        let model = match (job.how.model.clone(), usual) {
            (Some(model), _) => Some(model),
            (None, Some(usual)) if !shows || engine.sees(&usual).await != Some(false) => {
                Some(usual)
            }
            (None, usual) => engine.any_model(shows).await.or(usual),
        };
        if model.is_none() && shows && engine.any_model(false).await.is_some() {
            return Err(ChatFailure::new(FailureCode::NoVision, "no model here takes pictures"));
        }
        job.how.model.clone_from(&model);
        let why = "no model is chosen, and Ollama told of none that can chat";
        model.ok_or_else(|| ChatFailure::new(FailureCode::ModelMissing, why))
    }

    /// Passes the pieces of an answer on.
    async fn stream(
        self: &Arc<Self>,
        running: &Arc<Running>,
        asked: Asked,
    ) -> std::result::Result<Counts, ChatFailure> {
        let model = asked.model.clone();
        let (to, mut pieces) = mpsc::channel(PIECES);
        let mut answer = std::pin::pin!(self.rooms.engine.answer(asked, to));
        let mut keep = tokio::time::interval_at(Instant::now() + KEEP, KEEP);
        keep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut wonder = std::pin::pin!(tokio::time::sleep(WONDER));
        let (mut wondered, mut changed) = (false, false);
        // The first piece is told at once.
        let (mut some, mut next) = (Piece::default(), Instant::now());
        loop {
            tokio::select! {
                biased;
                Some(piece) = pieces.recv() => {
                    (changed, wondered) = (true, true);
                    some.text.push_str(&piece.text);
                    some.thinking.push_str(&piece.thinking);
                    if Instant::now() < next {
                        continue;
                    }
                    next = Instant::now() + TELL;
                    self.add(running, std::mem::take(&mut some));
                    if running.body().text.text.len() > LONGEST {
                        let why = format!("the answer is longer than {} MiB", LONGEST >> 20);
                        return Err(ChatFailure::new(FailureCode::SaidError, why));
                    }
                }
                ended = &mut answer => {
                    while let Ok(piece) = pieces.try_recv() {
                        some.text.push_str(&piece.text);
                        some.thinking.push_str(&piece.thinking);
                    }
                    self.add(running, some);
                    return ended;
                }
                () = tokio::time::sleep_until(next), if some != Piece::default() => {
                    next = Instant::now() + TELL;
                    self.add(running, std::mem::take(&mut some));
                }
                _ = keep.tick(), if changed => {
                    changed = false;
                    if let Err(e) = self.keep(running, State::Coming).await {
                        tracing::debug!("chat: not kept yet: {e}");
                    }
                }
                () = &mut wonder, if !wondered => {
                    wondered = true;
                    tokio::spawn(Arc::clone(self).wonder(Arc::clone(running), model.clone()));
                }
            }
        }
    }

    /// Tells whether it is the model that has to be loaded first: Ollama lists what is in memory.
    async fn wonder(self: Arc<Self>, running: Arc<Running>, model: String) {
        let together = u64::try_from(running.chat).ok();
        let loaded = self.rooms.engine.window(&model, together).await.is_some();
        if !loaded && running.body().waiting == Some(Waiting::Model) {
            self.wait_for(&running, Waiting::Loading);
        }
    }

    fn add(&self, running: &Running, piece: Piece) {
        if piece == Piece::default() {
            return;
        }
        let mut body = running.body();
        body.waiting = None;
        let (text, thinking) = (body.text.add(piece.text), body.thinking.add(piece.thinking));
        let Running { chat, message, account, .. } = *running;
        // Told while nobody else can add: pieces are told in their order.
        self.news.tell(account, ChatNews::More { chat, message, text, thinking, waiting: None });
    }

    pub(super) fn wait_for(&self, running: &Running, what: Waiting) {
        running.body().waiting = Some(what);
        let Running { chat, message, account, .. } = *running;
        let news =
            ChatNews::More { chat, message, text: None, thinking: None, waiting: Some(what) };
        self.news.tell(account, news);
    }
}
