//! What a model is told: the conversation as lines, and which of them fit into what it can have in mind.
//! What does not fit is left out from the oldest on, and told: Ollama would do it without a word.

use crate::assistant::context::Told;
use crate::assistant::engine::{Line, Speaker};

/// Tokens a character, where nothing was measured yet: that of English and German with common models lies
/// between 0.22 and 0.35.
pub(super) const USUAL: f32 = 0.3;
/// What the frame around a message costs, and a picture: models take 256 to 1,600 tokens for one.
const FRAME: f32 = 8.0;
const PICTURE: f32 = 800.0;

/// What goes to the model.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fitting {
    /// The lines, the question last.
    pub lines: Vec<Line>,
    /// So many of the oldest are left out.
    pub left_out: usize,
}

/// A question with what the model is told of the box.
pub(super) fn question(text: &str, told: &[Told]) -> String {
    if told.is_empty() {
        return text.to_owned();
    }
    let mut all = String::from("What the box sees now:\n");
    for one in told {
        all.push_str("- ");
        all.push_str(&one.text);
        all.push('\n');
    }
    all.push('\n');
    all.push_str(text);
    all
}

/// About how many tokens lines have.
pub(super) fn tokens(lines: &[Line], per_character: f32) -> f32 {
    let of = |l: &Line| {
        l.text.chars().count() as f32 * per_character + FRAME + l.pictures.len() as f32 * PICTURE
    };
    lines.iter().map(of).sum()
}

/// Leaves out so many of the oldest lines that the rest has at most `most` tokens; the system prompt and the
/// question always stay, and what stays begins with a question.
pub(super) fn fit(lines: &[Line], most: f32, per_character: f32) -> Fitting {
    let first = usize::from(lines.first().is_some_and(|l| l.speaker == Speaker::System));
    let mut left_out = 0;
    loop {
        let kept = lines[..first].iter().chain(&lines[first + left_out..]);
        let kept: Vec<Line> = kept.cloned().collect();
        if first + left_out + 1 >= lines.len() || tokens(&kept, per_character) <= most {
            return Fitting { lines: kept, left_out };
        }
        left_out += next_question(&lines[first + left_out..]);
    }
}

/// Leaves out half of what is still there: the model said that it is too much.
pub(super) fn halve(lines: &[Line], left_out: usize) -> Option<Fitting> {
    let first = usize::from(lines.first().is_some_and(|l| l.speaker == Speaker::System));
    let rest = lines.len().checked_sub(first + left_out)?;
    if rest <= 1 {
        return None;
    }
    let mut out = left_out + rest.div_ceil(2).min(rest - 1);
    while first + out + 1 < lines.len() && lines[first + out].speaker != Speaker::User {
        out += 1;
    }
    let kept = lines[..first].iter().chain(&lines[first + out..]).cloned().collect();
    Some(Fitting { lines: kept, left_out: out })
}

/// How many lines until the next question, at least one, and never past the last.
fn next_question(lines: &[Line]) -> usize {
    let next = lines.iter().skip(1).position(|l| l.speaker == Speaker::User).map(|at| at + 1);
    next.unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(count: usize) -> Vec<Line> {
        let say = |at: usize| Line {
            speaker: match at {
                0 => Speaker::System,
                at if at % 2 == 1 => Speaker::User,
                _ => Speaker::Assistant,
            },
            text: "x".repeat(100),
            pictures: Vec::new(),
        };
        (0..count).map(say).collect()
    }

    #[test]
    fn the_oldest_are_left_out_and_what_stays_begins_with_a_question() {
        let all = lines(10);
        let whole = fit(&all, 10_000.0, 0.3);
        assert_eq!((whole.left_out, whole.lines.len()), (0, 10));
        let some = fit(&all, 38.0 * 5.0, 0.3);
        assert_eq!((some.left_out, some.lines.len()), (6, 4));
        assert_eq!(some.lines[0].speaker, Speaker::System);
        assert_eq!(some.lines[1].speaker, Speaker::User);
        let least = fit(&all, 0.0, 0.3);
        assert_eq!((least.left_out, least.lines.len()), (8, 2));
        assert_eq!(least.lines[1], all[9]);
    }

    #[test]
    fn half_is_left_out_until_only_the_question_stays() {
        let all = lines(10);
        let mut out = 0;
        let mut steps = Vec::new();
        while let Some(less) = halve(&all, out) {
            assert_eq!(less.lines[1].speaker, Speaker::User);
            out = less.left_out;
            steps.push(out);
        }
        assert_eq!(steps, [6, 8]);
        assert!(halve(&lines(1), 0).is_none());
        assert!(halve(&[], 0).is_none());
    }
}
