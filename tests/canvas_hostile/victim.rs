//! A program with a scene worth harming, and what harm would be.

use serde_json::{Value, json};

use crate::client::{Answer, get, raw, send};
use crate::pictures;
use crate::process::Program;

/// A program with a scene worth harming.
pub struct Victim {
    pub program: Program,
    pub scene: u64,
    /// Of a picture that is on the box.
    pub picture: String,
    /// An object that is gone.
    pub gone: u64,
    _data: tempfile::TempDir,
}

impl Victim {
    pub fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let program = Program::start(data.path(), &["--camera", "browser"]);
        let mut victim = Self { program, scene: 0, picture: String::new(), gone: 0, _data: data };
        let fresh = victim.command(&json!({"command":"new_scene","name":"Victim"}));
        assert_eq!(fresh.status, 200, "{fresh:?}");
        let sent = victim.upload("image/jpeg", &pictures::jpeg(3));
        assert_eq!(sent.status, 200, "{sent:?}");
        victim.picture = sent.json()["picture"].as_str().unwrap().to_owned();
        let forms = [
            json!({"kind":"box"}),
            json!({"kind":"torus"}),
            json!({"kind":"text","text":"Grüße, 你好 \u{1F642}\nline two"}),
            json!({"kind":"stroke","points":[[0,0,0],[1,0.5,0]],"width":0.1}),
            json!({"kind":"picture","picture":victim.picture,"aspect":1.0}),
        ];
        for form in forms {
            let made = victim.command(&json!({"command":"create","form":form}));
            assert_eq!(made.status, 200, "{made:?}");
        }
        let made = victim.command(&json!({"command":"create"})).json();
        victim.gone = made["ids"][0].as_u64().unwrap();
        let ids = [victim.gone];
        assert_eq!(victim.command(&json!({"command":"delete","ids":ids})).status, 200);
        victim.scene = get(victim.program.at, "/api/v1/canvas").json()["scene"].as_u64().unwrap();
        victim
    }

    pub fn command(&self, command: &Value) -> Answer {
        self.text(&command.to_string())
    }

    pub fn text(&self, body: &str) -> Answer {
        send(self.program.at, "POST", "/api/v1/command", body)
    }

    pub fn bytes(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
        let at = self.program.at;
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\
             content-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
        );
        raw(at, &[head.as_bytes(), body].concat())
    }

    pub fn upload(&self, kind: &str, picture: &[u8]) -> Answer {
        self.bytes("POST", "/api/v1/pictures", kind, picture)
    }

    /// Everything that an adversary could have harmed, as bytes.
    pub fn state(&self) -> String {
        let at = self.program.at;
        let one = format!("/api/v1/scenes/{}", self.scene);
        let paths = [
            one.as_str(),
            "/api/v1/canvas",
            "/api/v1/scenes",
            "/api/v1/bindings",
            "/api/v1/calibration",
        ];
        paths.map(|path| get(at, path).body).join("\n")
    }

    /// `answer` is a clear refusal.
    pub fn refused(&self, what: &str, answer: &Answer) {
        let shown: String = what.chars().take(120).collect();
        // 501: of a newer Dixi, or for hands alone.
        assert!(matches!(answer.status, 400..=499 | 501), "{shown}: {answer:?}");
        let error = &answer.json()["error"];
        let told = error["what"].as_str().unwrap_or_else(|| panic!("{shown}: {answer:?}"));
        assert!(!told.is_empty() && answer.body.len() < 4_000, "{shown}: {answer:?}");
        assert!(
            !answer.body.contains("panicked") && error["kind"] != "internal",
            "{shown}: {told}"
        );
    }
}
