//! Counts along with an answer as it passes: its pieces, an error line inside it, and the tokens that Ollama
//! tells at its end. Keeps the first characters of a line and the last of the whole, never more, however long
//! either is; changes nothing, decompresses nothing, parses nothing.

use arrayvec::ArrayVec;

/// Bytes of the answer's end that are kept: what Ollama tells there takes half of that.
const TAIL: usize = 1_024;
/// Characters of a line's beginning.
const HEAD: usize = 16;

/// How an answer is made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A JSON object a line.
    Lines,
    /// Server-sent events.
    Events,
    /// One piece.
    Whole,
}

impl Form {
    /// By the answer's `Content-Type`.
    pub(super) fn of(content_type: &str) -> Self {
        match content_type.split(';').next().unwrap_or_default().trim() {
            "application/x-ndjson" => Self::Lines,
            "text/event-stream" => Self::Events,
            _ => Self::Whole,
        }
    }
}

/// What Ollama said of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tokens {
    pub(super) prompt: Option<u64>,
    pub(super) answer: Option<u64>,
}

/// The count so far.
pub(super) struct Tally {
    form: Form,
    /// The line's first characters, without white space.
    head: ArrayVec<u8, HEAD>,
    tail: Vec<u8>,
    pieces: u64,
    error: bool,
    /// The last byte ended a line.
    at_start: bool,
}

impl Tally {
    pub(super) fn new(form: Form) -> Self {
        Self {
            form,
            head: ArrayVec::new(),
            tail: Vec::new(),
            pieces: 0,
            error: false,
            at_start: true,
        }
    }

    /// Looks at what passes.
    pub(super) fn see(&mut self, bytes: &[u8]) {
        let last = bytes.len().saturating_sub(TAIL);
        self.tail.extend_from_slice(&bytes[last..]);
        if self.tail.len() > 2 * TAIL {
            let old = self.tail.len() - TAIL;
            self.tail.drain(..old);
        }
        if let Some(byte) = bytes.last() {
            self.at_start = *byte == b'\n';
        }
        let mut lines = bytes.split(|b| *b == b'\n').peekable();
        while let Some(line) = lines.next() {
            let room = self.head.remaining_capacity();
            self.head.extend(line.iter().copied().filter(|b| !b.is_ascii_whitespace()).take(room));
            if lines.peek().is_some() {
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        let payload = match self.form {
            Form::Events => self.head.strip_prefix(b"data:"),
            Form::Lines | Form::Whole => Some(self.head.as_slice()),
        };
        if let Some(payload) = payload.filter(|p| p.starts_with(b"{")) {
            let error = payload.starts_with(b"{\"error\":");
            self.error |= error;
            self.pieces += u64::from(self.form != Form::Whole && !error);
        }
        self.head.clear();
    }

    /// The answer has ended, here or too early: how it is made up counts to its last byte.
    pub(super) fn end(&mut self) {
        self.end_line();
    }

    /// Whether Ollama told of an error in the middle.
    pub(super) fn has_error(&self) -> bool {
        self.error
    }

    /// Pieces of the answer: about a token each.
    pub(super) fn pieces(&self) -> u64 {
        self.pieces
    }

    /// A line that tells the client what went wrong, where one can still be added.
    pub(super) fn last_words(&self, json: &str) -> Option<String> {
        let gap = if self.at_start { "" } else { "\n" };
        match self.form {
            Form::Lines => Some(format!("{gap}{json}\n")),
            Form::Events => Some(format!("{gap}\ndata: {json}\n\n")),
            Form::Whole => None,
        }
    }

    /// The tokens, as Ollama told them at the end. Text cannot be taken for it: there, quotes are escaped.
    pub(super) fn tokens(&self) -> Tokens {
        let first = |names: [&str; 3]| names.into_iter().find_map(|n| last_number(&self.tail, n));
        Tokens {
            prompt: first(["\"prompt_eval_count\":", "\"prompt_tokens\":", "\"input_tokens\":"]),
            answer: first(["\"eval_count\":", "\"completion_tokens\":", "\"output_tokens\":"]),
        }
    }
}

/// The number after the last place where `name` stands.
fn last_number(bytes: &[u8], name: &str) -> Option<u64> {
    let at = bytes.windows(name.len()).rposition(|w| w == name.as_bytes())?;
    let rest = &bytes[at + name.len()..];
    let rest = rest.trim_ascii_start();
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the pieces in which it comes.
    fn tally(form: Form, answer: &str) -> (u64, bool, Tokens) {
        let mut all = Vec::new();
        for size in [1, 7, 50, 100_000] {
            let mut tally = Tally::new(form);
            answer.as_bytes().chunks(size).for_each(|piece| tally.see(piece));
            assert!(tally.tail.len() <= 2 * TAIL && tally.tail.capacity() <= 8 * TAIL);
            tally.end();
            all.push((tally.pieces(), tally.has_error(), tally.tokens()));
        }
        assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
        all[0]
    }

    const TOLD: Tokens = Tokens { prompt: Some(26), answer: Some(290) };

    #[test]
    fn the_end_of_an_answer_tells_its_tokens() {
        let last = r#"{"done":true,"prompt_eval_count":26,"prompt_eval_duration":1,"eval_count":290,"eval_duration":4}"#;
        let words = r#"{"message":{"content":"\"eval_count\":7"},"done":false}"#;
        let lines = format!("{words}\n{words}\n{last}\n");
        assert_eq!(tally(Form::Lines, &lines), (3, false, TOLD));
        let context = format!("{{\"context\":[{}1],{}", "12345,".repeat(100_000), &last[1..]);
        assert_eq!(tally(Form::Lines, &context), (1, false, TOLD));
        let usage = r#"{"choices":[],"usage":{"prompt_tokens":26,"completion_tokens":290,"total_tokens":316}}"#;
        assert_eq!(tally(Form::Whole, usage), (0, false, TOLD));
        let events = format!("data: {words}\n\ndata: {usage}\n\ndata: [DONE]\n\n");
        assert_eq!(tally(Form::Events, &events), (2, false, TOLD));
        assert_eq!(tally(Form::Lines, &format!("{words}\n")), (1, false, Tokens::default()));
        let odd = r#"{"eval_count":99999999999999999999999,"prompt_eval_count":-1}"#;
        assert_eq!(tally(Form::Whole, odd), (0, false, Tokens::default()));
    }

    #[test]
    fn an_error_line_is_seen_and_a_word_about_errors_is_none() {
        assert!(tally(Form::Lines, "{\"x\":1}\n{ \"error\" : \"out of memory\"}\n").1);
        assert!(tally(Form::Lines, "{\"error\":\"x\"}").1, "without a line's end");
        assert!(tally(Form::Events, "data: {\"error\":{\"message\":\"x\"}}\n\n").1);
        assert!(!tally(Form::Lines, "{\"message\":{\"content\":\"{\\\"error\\\":1}\"}}\n").1);
        assert!(!tally(Form::Lines, &"x".repeat(1 << 20)).1);
    }

    #[test]
    fn last_words_begin_on_a_line_of_their_own() {
        let mut tally = Tally::new(Form::Lines);
        tally.see(b"{}\n");
        assert_eq!(tally.last_words("{}").as_deref(), Some("{}\n"));
        tally.see(b"{\"half");
        assert_eq!(tally.last_words("{}").as_deref(), Some("\n{}\n"));
        assert_eq!(Tally::new(Form::Whole).last_words("{}"), None);
    }
}
