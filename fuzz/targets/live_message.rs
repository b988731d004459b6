//! What a page says over the live socket, and the command in it.
#![no_main]

use dixi::command::Command;
use dixi::server::wire::ClientMessage;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(ClientMessage::Do { command, .. }) = serde_json::from_slice(data) {
        told(Command::from_value(command));
    }
    told(Command::from_json(data));
});

/// A command has a known name and goes out as it came in; what is none is refused in words.
fn told(command: dixi::base::Result<Command>) {
    match command {
        Ok(command) => {
            assert!(Command::NAMES.contains(&command.name()));
            let json = serde_json::to_vec(&command).expect("a command is JSON");
            // A number that is too large for us is none when written; whoever does commands refuses it.
            if let Ok(again) = Command::from_json(&json) {
                assert_eq!(again, command);
            }
        }
        Err(e) => assert!(e.what().len() < 4 << 10, "{} bytes of words", e.what().len()),
    }
}
