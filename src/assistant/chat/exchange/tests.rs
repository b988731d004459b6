use super::*;
use crate::store::conversations::messages::{NewMessage, Picture, Role, State};

fn said(role: Role, text: &str, at: i64) -> NewMessage {
    NewMessage {
        parent: None,
        role,
        text: text.to_owned(),
        thinking: if role == Role::Assistant { "one\ntwo".into() } else { String::new() },
        model: (role == Role::Assistant).then(|| "plain".to_owned()),
        state: State::Whole,
        details: r#"{"told":[]}"#.to_owned(),
        pictures: Vec::new(),
        at: jiff::Timestamp::from_second(at).unwrap(),
    }
}

fn one() -> Whole {
    let mut question = said(Role::User, "What is **this**?\n\n<!-- dixi {} -->", 1);
    question.pictures.push(Picture { mime: "image/png".into(), bytes: vec![1, 2, 3] });
    Whole {
        title: "Umläute & more".into(),
        pinned: true,
        how: r#"{"system":"Be brief."}"#.into(),
        created_at: jiff::Timestamp::from_second(1).unwrap(),
        changed_at: jiff::Timestamp::from_second(3).unwrap(),
        messages: vec![
            (None, question),
            (Some(0), said(Role::Assistant, "First.", 2)),
            (Some(0), said(Role::Assistant, "Second.\n\n> quoted\n", 3)),
        ],
        shown: Some(1),
    }
}

#[test]
fn what_dixi_wrote_comes_back_as_it_was() {
    let bytes = dixi::write(vec![one()]).unwrap();
    let again = read(&bytes).unwrap();
    assert_eq!(again.len(), 1);
    let (a, b) = (one(), &again[0]);
    assert_eq!((&a.title, a.pinned, a.shown), (&b.title, b.pinned, b.shown));
    let flat = |w: &Whole| {
        let of = |(follows, m): &(Option<usize>, NewMessage)| {
            (*follows, m.role, m.text.clone(), m.thinking.clone(), m.pictures.clone(), m.at)
        };
        w.messages.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(flat(&a), flat(b));
    assert_eq!(dixi::write(again).unwrap(), bytes);
}

#[test]
fn markdown_is_for_people_and_comes_back() {
    let rows: Vec<_> = one()
        .messages
        .into_iter()
        .enumerate()
        .map(|(id, (parent, m))| messages::MessageRow {
            id: id as i64,
            parent: parent.map(|p| p as i64),
            role: m.role,
            text: m.text,
            thinking: m.thinking,
            model: m.model,
            state: m.state,
            details: m.details,
            at: m.at,
            pictures: 0,
            versions: Vec::new(),
        })
        .collect();
    let text = markdown::write("A title", &rows[..2]);
    assert!(
        text.starts_with("# A title\n") && text.contains("\n## You\n\nWhat is **this**?"),
        "{text}"
    );
    let back = read(text.as_bytes()).unwrap().remove(0);
    assert_eq!((back.title.as_str(), back.messages.len()), ("A title", 2));
    // What looked like a mark is a text still, by a space longer.
    assert_eq!(back.messages[0].1.text, "What is **this**?\n\n<!--  dixi {} -->");
    assert_eq!(back.messages[1].0, Some(0));
    assert_eq!((&*back.messages[1].1.text, &*back.messages[1].1.thinking), ("First.", "one\ntwo"));
}

#[test]
fn open_webuis_tree_is_taken_in() {
    let json = r#"[{"id":"x","title":"Hallo","pinned":true,"created_at":1700000000,"updated_at":1700000100,
      "chat":{"title":"Hallo","models":["llama3.2:latest"],"history":{"currentId":"c","messages":{
        "c":{"id":"c","parentId":"a","childrenIds":[],"role":"assistant","content":"two","timestamp":1700000020,"model":"m"},
        "a":{"id":"a","parentId":null,"childrenIds":["b","c"],"role":"user","content":[{"type":"text","text":"hi"}],"timestamp":1700000000},
        "b":{"id":"b","parentId":"a","childrenIds":["a"],"role":"assistant","content":"one"},
        "z":{"id":"z","parentId":"gone","childrenIds":[],"role":"user","content":"lost","timestamp":1700000001}
      }},"tags":[]}}]"#;
    let all = read(json.as_bytes()).unwrap();
    let one = &all[0];
    let texts: Vec<_> = one.messages.iter().map(|(f, m)| (*f, m.text.as_str())).collect();
    assert_eq!(texts, [(None, "hi"), (Some(0), "one"), (Some(0), "two"), (None, "lost")]);
    assert_eq!((one.shown, one.pinned), (Some(2), true));
    assert!(one.how.contains("llama3.2:latest"));
    assert_eq!(one.messages[2].1.at.as_second(), 1_700_000_020);
}

#[test]
fn what_is_none_is_refused_with_a_next_step() {
    for (bytes, why) in [
        (&b"\xff\xfe"[..], "UTF-8"),
        (b"{", "no JSON"),
        (b"{\"a\":1}", "neither"),
        (b"[1]", "neither"),
        (b"# A text\n\nof somebody's", "not a conversation"),
        (br#"{"format":"dixi-chats","version":2,"chats":[]}"#, "newer"),
        (br#"{"format":"dixi-chats","version":1,"chats":[{"title":"","created_at":"2026-01-01T00:00:00Z",
          "changed_at":"2026-01-01T00:00:00Z","messages":[{"follows":0,"role":"user","text":"","at":"2026-01-01T00:00:00Z"}]}]}"#, "follows"),
    ] {
        let e = read(bytes).unwrap_err();
        assert!(e.to_string().contains(why) && e.next_step().is_some(), "{why}: {e}");
    }
    assert_eq!(file_name("../../etc/passwd: <x>"), "etc-passwd- -x");
    assert_eq!(file_name("///"), "conversation");
}
