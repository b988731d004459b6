//! The variables of prompt templates: four names in double braces, replaced in one pass, so that what is
//! filled in is never read for variables again. A template engine would bring loops and filters that
//! nobody asked for, and errors for words in braces that somebody only wanted to write.

use super::{Sensed, words};

/// `template` with `{{gesture}}`, `{{selection}}`, `{{scene}}` and `{{time}}` filled in. Other words in
/// braces stay as they are.
pub fn fill(template: &str, sensed: &Sensed) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find("{{") {
        filled.push_str(&rest[..open]);
        let inside = &rest[open + 2..];
        let found = inside
            .find("}}")
            .and_then(|close| variable(inside[..close].trim(), sensed).map(|words| (words, close)));
        match found {
            Some((words, close)) => {
                filled.push_str(&words);
                rest = &inside[close + 2..];
            }
            // One brace on: `{{{time}}` has a variable too.
            None => {
                filled.push('{');
                rest = &rest[open + 1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

fn variable(name: &str, sensed: &Sensed) -> Option<String> {
    Some(match name {
        "gesture" => words::gestures(sensed),
        "selection" => words::selection(sensed),
        "scene" => words::scene(&sensed.scene),
        "time" => words::time(&sensed.time),
        _ => return None,
    })
}
