//! `GET /.well-known/security.txt` (RFC 9116): whom somebody tells who finds a weakness in this box.
//!
//! The owner's contact, if one is set; for Dixi itself the project's own policy, in words.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};

use crate::server::App;

const POLICY: &str = include_str!("../../../SECURITY.md");
/// So long what is said holds: the RFC wants less than a year.
const HOLDS: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Whom somebody tells who finds a weakness (RFC 9116).
#[utoipa::path(
    get, path = "/.well-known/security.txt", tag = "The box",
    responses((status = 200, description = "Whom, and until when that holds.", body = String, content_type = "text/plain; charset=utf-8")),
)]
pub(in crate::server) async fn security(State(site): State<App>) -> Response {
    let contact = site.parts.settings.current().server.security_contact.clone();
    let now = site.parts.clock.utc(site.parts.clock.now());
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text(&contact, now)).into_response()
}

fn text(contact: &str, now: Timestamp) -> String {
    let until = now.checked_add(HOLDS).unwrap_or(now);
    let mut text = String::new();
    if let Some(contact) = address(contact) {
        text.push_str("# This box: write to whoever looks after it.\n");
        text.push_str(&format!("Contact: {contact}\n"));
    } else {
        text.push_str("# Whoever looks after this box has named no contact of their own.\n");
    }
    text.push_str(&format!("Expires: {}\nPreferred-Languages: en, de\n", until.strftime("%FT%TZ")));
    text.push_str("#\n# Dixi itself, the program that runs here:\n#\n");
    let policy = POLICY.lines().skip(1).take_while(|line| !line.starts_with("## What Dixi"));
    for line in policy.skip_while(|line| line.is_empty()) {
        text.push_str(format!("# {}", line.trim_start_matches('#').trim()).trim_end());
        text.push('\n');
    }
    text
}

/// As a URI, as the RFC wants it; what could begin a line of its own is none.
fn address(contact: &str) -> Option<String> {
    let contact = contact.trim();
    if contact.is_empty() || contact.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let uri = ["https://", "mailto:", "tel:"].iter().any(|scheme| contact.starts_with(scheme));
    Some(if uri { contact.to_owned() } else { format!("mailto:{contact}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T01:00:00.5Z".parse().unwrap()
    }

    #[test]
    fn it_names_the_owners_contact_and_the_projects_policy_and_ends_ahead() {
        for (set, said) in [
            ("anna@example.org", "Contact: mailto:anna@example.org"),
            ("https://example.org/tell", "Contact: https://example.org/tell"),
        ] {
            assert!(text(set, now()).lines().any(|l| l == said), "{set}");
        }
        let text = text("", now());
        assert!(text.lines().any(|l| l == "Expires: 2027-02-20T01:00:00Z"), "{text}");
        assert!(text.contains("# Tell us privately") && text.contains("Supported versions"));
        assert!(!text.contains("Contact:") && !text.contains("rebinds"), "{text}");
    }

    #[test]
    fn a_contact_cannot_begin_a_line_of_its_own() {
        for bad in ["a@b\nExpires: never", "a@b\r\nx", "a b", "\u{7f}", "  "] {
            assert_eq!(address(bad), None, "{bad:?}");
        }
    }
}
