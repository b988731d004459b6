//! What things are called, in words for people.

use std::sync::Arc;

use crate::base::object::Object;
use crate::canvas::Scene;

/// What an object is called: its label, else its form and number.
pub(super) fn name_of(object: &Object) -> String {
    match object.label.as_str() {
        "" => format!("{} {}", object.form.name(), object.id),
        label => format!("“{label}”"),
    }
}

/// What happened to objects: `one` where it is one, `many` where they are several.
pub(super) fn several(objects: &[&Arc<Object>], one: &str, many: &str) -> String {
    match objects {
        [] => "there was nothing to be done".into(),
        [object] => format!("{} {one}", name_of(object)),
        _ => format!("{} objects {many}", objects.len()),
    }
}

/// A label that nothing has yet: the stem of `like` with the next number.
pub(super) fn free_label(scene: &Scene, like: &str) -> String {
    let stem = stem(like);
    let numbers = scene.objects.iter().filter_map(|o| {
        let rest = o.label.strip_prefix(stem.as_str())?;
        if rest.is_empty() { Some(1) } else { rest.strip_prefix(' ')?.parse::<u32>().ok() }
    });
    let number = numbers.max().unwrap_or(0).saturating_add(1);
    let most = super::check::LABEL_CHARS - 11;
    let stem: String = stem.chars().take(most).collect();
    format!("{stem} {number}")
}

/// `box` and `Box 3` to `Box`.
fn stem(label: &str) -> String {
    let stem = match label.rsplit_once(' ') {
        Some((stem, number)) if !stem.is_empty() && number.parse::<u32>().is_ok() => stem,
        _ => label,
    };
    let mut chars = stem.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}
