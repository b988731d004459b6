//! Questions asked at the table: takes the command `ask`, has a model answer it in the box's own
//! conversation, and puts the answer on the canvas, beside the thing that it is about.
//!
//! The command is done once the question is in the queue: neither hands nor the bus ever wait for a model.
//! What goes wrong later stands on the card. One question at a time, a few may wait.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

use super::sensing::thing;
use crate::assistant::chat::{Asker, Asking, ChatMessage, ChatNews, ChatNote, ChatState, Chats};
use crate::assistant::context::{ContextWish, Jpeg, Senses, Thing, Told, about, told};
use crate::assistant::pool::Pool;
use crate::base::object::{Form, Object, ObjectId, SceneId, Transform, Vec3};
use crate::base::{Error, Kind, Refusal, Result, blocking, stage};
use crate::canvas::Canvas;
use crate::canvas::check::{ANSWER_CHARS, TEXT_CHARS, words};
use crate::command::{Bus, Command, Outcome, Who};
use crate::config::SettingsHub;

/// The conversation; the box's own, so that everybody who may chat sees what was asked.
const CHAT: &str = "At the table";
/// Who puts answers on the canvas.
const MODEL: &str = "the model";
/// Questions that may wait for the one before.
const WAITING: usize = 3;
/// What a card says while the answer is coming.
const COMING: &str = "…";
/// How large a card is: twice the usual, a quarter of the canvas, as it is read from further away.
const CARD_SCALE: f32 = 2.0;
/// Half its width, and how far it is from the thing, scene units.
const CARD_HALF: f32 = CARD_SCALE;
const GAP: f32 = 0.4;
/// About so many letters has a card's line, and so high is one at scale 1, scene units; pages know exactly.
const LETTERS: usize = 24;
const LINE: f32 = 0.24;
/// No card is higher than this, scene units as seen, unless its letters were too small to be read.
const HIGHEST: f32 = 8.4;
const LEAST_SCALE: f32 = 0.8;
/// Somebody may be talking in the conversation: asked again this often, and for so long.
const AGAIN: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(600);
/// An answer waits for its scene to be shown again for so long.
const SCENE_PATIENCE: Duration = Duration::from_secs(3_600);

/// What it needs.
pub(super) struct Rooms {
    pub(super) chats: Arc<Chats>,
    pub(super) senses: Arc<dyn Senses>,
    pub(super) canvas: Arc<Canvas>,
    pub(super) bus: Arc<Bus>,
    pub(super) settings: Arc<SettingsHub>,
    pub(super) pool: Arc<Pool>,
}

/// Where questions are left; cheap to share.
#[derive(Clone, Default)]
pub(super) struct QuestionPost(Arc<OnceLock<Desk>>);

struct Desk {
    rooms: Arc<Rooms>,
    queue: mpsc::Sender<Question>,
}

/// A question as it was asked: what was seen and pointed at then.
struct Question {
    who: Who,
    scene: SceneId,
    text: String,
    about: Option<Arc<Object>>,
    told: Vec<Told>,
    pictures: Vec<String>,
}

/// The card of an answer that is coming.
#[derive(Clone, Copy)]
struct Card {
    scene: SceneId,
    id: ObjectId,
}

impl QuestionPost {
    /// Begins to take questions. Call it inside the runtime.
    pub(super) fn open(&self, rooms: Rooms) {
        let (queue, questions) = mpsc::channel(WAITING);
        let rooms = Arc::new(rooms);
        let desk = Desk { rooms: Arc::clone(&rooms), queue };
        if self.0.set(desk).is_ok() {
            tokio::spawn(answer_all(rooms, questions));
        }
    }

    /// Takes the command `ask`. May block for as long as a picture takes to encode.
    ///
    /// # Errors
    /// What cannot be asked, or not now; with what to do about it.
    pub(super) fn ask(&self, who: &Who, command: &Command) -> Result<Outcome> {
        let Command::Ask { text, about, frame } = command else {
            return Err(Error::internal("that is no question"));
        };
        let desk = self.0.get().ok_or_else(|| Error::unavailable("the box is still starting"))?;
        let question = desk.rooms.question(who, text.as_deref(), (*about, *frame))?;
        desk.queue.try_send(question).map_err(|_| {
            Error::new(Kind::Exhausted, "too many questions wait for an answer")
                .why(format!("at most {WAITING}"))
                .next("wait for the answers, or stop the one that is coming on the chat page")
        })?;
        let done = "asked; the answer comes as a card".to_owned();
        Ok(Outcome { done, kept: true, ids: about.iter().copied().collect(), ..Outcome::default() })
    }
}

impl Rooms {
    fn question(
        &self,
        who: &Who,
        text: Option<&str>,
        (about_id, frame): (Option<ObjectId>, Option<bool>),
    ) -> Result<Question> {
        let scene = self.canvas.scene();
        let object = about_id.map(|id| scene.object(id).cloned().ok_or_else(|| gone(id)));
        let object = object.transpose()?;
        let settings = self.settings.current();
        let said = text.map(str::trim).filter(|text| !text.is_empty());
        let usual = match object {
            Some(_) => &settings.chat.about_prompt,
            None => &settings.chat.look_prompt,
        };
        let text = said.unwrap_or_else(|| usual.trim()).to_owned();
        if text.is_empty() {
            return Err(Error::invalid("there is no question").next("say what is to be asked"));
        }
        let text = words("the question", &text, TEXT_CHARS)?;
        self.somebody_answers()?;
        let looks = frame.unwrap_or(said.is_none() && object.is_none());
        let frame = looks.then(|| self.senses.frame()).transpose()?;
        let thing = object.as_deref().map(thing);
        Ok(Question {
            who: who.clone(),
            scene: scene.id,
            text,
            told: self.told(thing.as_ref()),
            pictures: self.pictures(frame, object.as_deref()),
            about: object,
        })
    }

    /// Told at once where nobody answers: a card that says so a moment later would help nobody.
    fn somebody_answers(&self) -> Result<()> {
        let state = self.pool.state();
        if state.answers {
            return Ok(());
        }
        let why = state.reason.unwrap_or_else(|| format!("nobody answers at {}", state.url));
        Err(Error::unavailable("no model can be asked")
            .why(why)
            .next("start Ollama, or set `ollama.url` to where it is"))
    }

    /// What the model is told: the thing and what is around it; else what hands do, and the scene.
    fn told(&self, thing: Option<&Thing>) -> Vec<Told> {
        let sensed = self.senses.now();
        let scene = ContextWish { scene: true, ..ContextWish::default() };
        match thing {
            Some(thing) => [about(thing)].into_iter().chain(told(&sensed, &scene)).collect(),
            None => told(&sensed, &ContextWish { gesture: true, pointed: true, ..scene }),
        }
    }

    /// The camera's picture, and the one on the card that the question is about.
    fn pictures(&self, frame: Option<Jpeg>, about: Option<&Object>) -> Vec<String> {
        let card = about.and_then(|object| match &object.form {
            Form::Picture { picture, .. } => self.canvas.picture(picture).ok(),
            _ => None,
        });
        let frame = frame.map(|jpeg| STANDARD.encode(&jpeg.bytes));
        frame.into_iter().chain(card.map(|file| STANDARD.encode(file.bytes))).collect()
    }

    /// Puts the card up, and gives it the answer when that is there.
    async fn answer(self: &Arc<Self>, question: Question) {
        let rooms = Arc::clone(self);
        let (about, asked) = (question.about.clone(), question.text.clone());
        let card = blocking(move || rooms.put_up(about.as_deref(), asked)).await;
        let card = card.map(|id| Card { scene: question.scene, id });
        let words = match self.ask(question).await {
            Ok(message) => in_words(&message),
            Err(e) => no_answer(&e.to_string(), e.next_step()),
        };
        match card {
            Ok(card) => drop(tokio::spawn(Arc::clone(self).write(card, words))),
            Err(e) => tracing::warn!("an answer is in the chat only: {e}"),
        }
    }

    fn put_up(&self, about: Option<&Object>, question: String) -> Result<ObjectId> {
        let command = Command::Create {
            form: Some(Form::Answer { text: COMING.into(), question }),
            position: about.map(|object| beside(&thing(object), object.position)),
            rotation: None,
            scale: Some([CARD_SCALE, CARD_SCALE, 1.0]),
            colour: None,
            label: None,
        };
        let outcome = self.bus.run(&Who::new(MODEL), &command)?;
        outcome.ids.first().copied().ok_or_else(|| Error::internal("no card was made"))
    }

    async fn ask(&self, question: Question) -> Result<ChatMessage> {
        let mut news = self.chats.news().listen();
        let asking = Asking {
            text: question.text,
            pictures: Some(question.pictures),
            told: Some(question.told),
            alone: Some(true),
            ..Asking::default()
        };
        let asker = Asker::the_box(question.who.as_str());
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let (chats, asker, asking) = (Arc::clone(&self.chats), asker.clone(), asking.clone());
            let asked = blocking(move || {
                let chat = chats.of_the_box(CHAT)?;
                chats.ask(&asker, chat, asking).map(|asked| (chat, asked.answer.id))
            });
            match asked.await {
                Ok(asked) => return self.ended(asked, &mut news).await,
                Err(e) if e.kind() == Kind::Conflict && tokio::time::Instant::now() < until => {
                    tokio::time::sleep(AGAIN).await;
                }
                Err(e) => return Err(e),
            }
        }
    }

    /// Waits for the end of an answer.
    async fn ended(
        &self,
        (of, answer): (i64, i64),
        news: &mut Receiver<Arc<ChatNote>>,
    ) -> Result<ChatMessage> {
        let deleted = || Error::unavailable("the conversation was deleted");
        loop {
            match news.recv().await {
                Ok(note) => match &note.news {
                    ChatNews::Ended { chat, message } if (*chat, message.id) == (of, answer) => {
                        return Ok(message.clone());
                    }
                    ChatNews::Removed { id } if *id == of => return Err(deleted()),
                    _ => {}
                },
                Err(RecvError::Lagged(_)) => {
                    let chats = Arc::clone(&self.chats);
                    let chat = blocking(move || chats.get(None, of)).await?;
                    let mut ended = chat.messages.into_iter().filter(|m| m.id == answer);
                    if let Some(m) = ended.next().filter(|m| m.state != ChatState::Coming) {
                        return Ok(m);
                    }
                }
                Err(RecvError::Closed) => return Err(Error::unavailable("the box stops")),
            }
        }
    }

    /// Writes the answer on its card, once its scene is shown. A card that somebody took away or wrote on is
    /// not missed: the chat has the answer.
    async fn write(self: Arc<Self>, card: Card, text: String) {
        let mut state = self.canvas.feeds().state.subscribe();
        let shown = state.wait_for(|state| state.scene == card.scene);
        if !matches!(tokio::time::timeout(SCENE_PATIENCE, shown).await, Ok(Ok(_))) {
            return;
        }
        let written = blocking(move || {
            let scene = self.canvas.scene();
            let waits = |o: &Arc<Object>| {
                scene.id == card.scene
                    && matches!(&o.form, Form::Answer { text, .. } if text == COMING)
            };
            if scene.object(card.id).is_some_and(waits) {
                let fits = scene.object(card.id).and_then(|o| fitted(o, &text));
                let command = Command::Write { id: card.id, text };
                self.bus.run(&Who::new(MODEL), &command)?;
                if let Some(fits) = fits {
                    let command = Command::Place { transforms: vec![fits] };
                    self.bus.run(&Who::new(MODEL), &command)?;
                }
            }
            Ok(())
        });
        if let Err(e) = written.await {
            tracing::warn!("an answer is in the chat only: {e}");
        }
    }
}

async fn answer_all(rooms: Arc<Rooms>, mut questions: mpsc::Receiver<Question>) {
    while let Some(question) = questions.recv().await {
        rooms.answer(question).await;
    }
}

fn gone(id: ObjectId) -> Error {
    Error::new(Kind::NotFound, format!("object {id} is not in this scene"))
        .why("it was deleted, or never was")
        .refusal(Refusal::ObjectGone {})
}

/// Where a card goes: beside the thing, on the side where there is room, as near to the viewer as it.
fn beside(thing: &Thing, position: Vec3) -> Vec3 {
    let nearer = stage::magnification(position[2]).max(0.1);
    let half = thing.width * stage::WIDTH / nearer / 2.0;
    let away = half + GAP + CARD_HALF;
    let edge = stage::WIDTH / 2.0 / nearer - CARD_HALF;
    let right = position[0] + away;
    let x = if right <= edge { right } else { position[0] - away };
    let low = stage::HEIGHT / 2.0 / nearer - CARD_HALF / 2.0;
    let clamp = |v: f32, most: f32| v.clamp(-most.max(0.0), most.max(0.0));
    [clamp(x, edge), clamp(position[1], low), position[2]]
}

/// A card with a long answer is smaller, so that all of it is on the canvas; none where it fits as it is.
fn fitted(card: &Object, text: &str) -> Option<Transform> {
    let Form::Answer { question, .. } = &card.form else { return None };
    let lines = |text: &str| text.lines().map(|l| 1 + l.chars().count() / LETTERS).sum::<usize>();
    let height = (lines(text) + lines(question) + 3) as f32 * LINE;
    let nearer = stage::magnification(card.position[2]).max(0.1);
    let scale = (HIGHEST / nearer / height).clamp(LEAST_SCALE, CARD_SCALE);
    let room = (stage::HEIGHT / nearer - height * scale).max(0.0) / 2.0;
    let [x, y, z] = card.position;
    let position = [x, y.clamp(-room, room), z];
    let fits = Transform { position, scale: [scale, scale, 1.0], ..card.transform() };
    (fits != card.transform()).then_some(fits)
}

/// What stands on the card.
fn in_words(message: &ChatMessage) -> String {
    let text = message.text.trim();
    let words = match message.state {
        ChatState::Failed => {
            let failure = message.details.failure.as_ref();
            let said = failure.map_or("the model said nothing", |failure| failure.said.as_str());
            let words = no_answer(said, None);
            if text.is_empty() { words } else { format!("{text}\n\n{words}") }
        }
        ChatState::Stopped if text.is_empty() => "(stopped)".to_owned(),
        ChatState::Stopped => format!("{text} … (stopped)"),
        ChatState::Whole | ChatState::Coming if text.is_empty() => "(no words)".to_owned(),
        ChatState::Whole | ChatState::Coming => text.to_owned(),
    };
    on_a_card(&words)
}

fn no_answer(why: &str, next: Option<&str>) -> String {
    match next {
        Some(next) => format!("**No answer:** {why}. Next: {next}."),
        None => format!("**No answer:** {why}."),
    }
}

/// What a card takes: so many characters, and none that cannot be seen.
fn on_a_card(words: &str) -> String {
    let seen = words.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    let mut text: String = seen.take(ANSWER_CHARS).collect();
    if words.chars().count() > ANSWER_CHARS {
        text.pop();
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_beside_its_thing_and_on_the_canvas() {
        let thing = |x: f32, y: f32| Thing {
            width: 0.125,
            at: stage::to_canvas([x, y, 0.0]),
            ..Thing::default()
        };
        for x in [-7.0, -3.0, 0.0, 3.0, 7.0] {
            for y in [-4.0, 0.0, 4.0] {
                let card = beside(&thing(x, y), [x, y, 0.0]);
                assert!((card[0] - x).abs() >= CARD_HALF + 1.0, "over the thing: {card:?}");
                let seen = stage::to_canvas(card).unwrap();
                assert!((0.0..=1.0).contains(&seen[0]) && (0.0..=1.0).contains(&seen[1]));
                assert!(card[0].abs() + CARD_HALF <= stage::WIDTH / 2.0 + 1e-3, "{card:?}");
            }
        }
        let near = beside(&thing(7.0, 0.0), [7.0, 0.0, 3.0]);
        assert!(near[0] < 7.0 && (near[2] - 3.0).abs() < 1e-6);
    }

    #[test]
    fn a_long_answer_makes_a_smaller_card_and_a_short_one_none() {
        let card = Object {
            id: 1,
            form: Form::Answer { text: COMING.into(), question: "Why?".into() },
            position: [0.0, 3.0, 0.0],
            rotation: [0.0, 0.0, 0.0, 1.0],
            scale: [CARD_SCALE, CARD_SCALE, 1.0],
            colour: "#ffffff".into(),
            label: String::new(),
            locked: false,
            group: None,
        };
        assert_eq!(fitted(&card, "Because."), None);
        let long = fitted(&card, &"word ".repeat(120)).unwrap();
        assert!(long.scale[0] < CARD_SCALE && long.scale[0] > LEAST_SCALE, "{long:?}");
        assert!(long.position[1] < 1.0, "it would stand out of the canvas: {long:?}");
        assert_eq!(fitted(&card, &"word ".repeat(3_000)).unwrap().scale[0], LEAST_SCALE);
    }

    #[test]
    fn what_no_card_takes_is_left_out() {
        assert_eq!(on_a_card("a\u{0}b\n\u{1b}c"), "ab\nc");
        let long = on_a_card(&"ä".repeat(ANSWER_CHARS + 5));
        assert_eq!((long.chars().count(), long.ends_with('…')), (ANSWER_CHARS, true));
    }
}
