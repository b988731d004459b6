//! The wire's types as TypeScript, so that the UI is checked against what the box really sends.
//! Only tests use this: one writes the file, the other fails when it is stale.

#![cfg(test)]

use std::path::PathBuf;

use ts_rs::{Config, TS};

use super::*;
use crate::access::{Role, Scope, TokenKind};
use crate::assistant::chat::{
    AskedView, Asking, Chat, ChatChange, ChatFound, ChatInfo, ChatList, ChatMessage, ChatNews,
    ChatRole, ChatState, ChatsFound, How, Imported, MessageDetails, More, NewChat, NewPreset,
    Preset, PresetKind, Preview, PreviewAsked, Waiting, WhenFull,
};
use crate::assistant::context::{ContextWish, Told, ToldPart};
use crate::assistant::engine::{ChatFailure, Counts, FailureCode, ModelOptions, Think};
use crate::assistant::ledger::{UsageOutcome, UsageRow, UsageSum};
use crate::assistant::models::{Loaded, Model, ModelDetails, ModelsView, Pull, PullState};
use crate::assistant::pool::{OllamaServer, OllamaState};
use crate::assistant::watch::{WatchState, Watching};
use crate::base::object::{Form, Object, Transform};
use crate::base::{Refusal, Trouble};
use crate::camera::{self, CameraFormat, CameraInfo, CameraState};
use crate::canvas::calibration::{
    CalibrationState, CalibrationView, Keystone, MarkerView, Running,
};
use crate::canvas::touch::{Doing, HoldView, PointerView, RingView, TouchView};
use crate::canvas::{CanvasState, Held, Question, Scene, SceneChange, SceneInfo, StepView, Tray};
use crate::command::{
    Binding, BoundHand, CalibrationMethod, Command, Details, Mode, Outcome, Verdict, Why,
};
use crate::config::{FileMistake, FileView, NewText};
use crate::gesture::{Family, Gesture, Phase};
use crate::operate::alert::{
    Alert, AlertName, AlertsView, Delivery, DestinationView, Via, courier, destination,
};
use crate::operate::host::HostState;
use crate::operate::log::{LogLevel, LogLine, LogsView};
use crate::operate::{backup, history};
use crate::vision::{Handedness, Timings};

const HEAD: &str = "// Made from the Rust types by `cargo test --release --lib export_bindings -- --ignored`. Do not edit.\n";

macro_rules! declare {
    ($cfg:expr, $($t:ty),+ $(,)?) => {{
        let mut out = String::from(HEAD);
        $(
            out.push('\n');
            if let Some(docs) = <$t>::docs() { out.push_str(&docs); }
            out.push_str("export ");
            out.push_str(&<$t>::decl($cfg));
            out.push('\n');
        )+
        out
    }};
}

fn wire_ts() -> String {
    let cfg = Config::new().with_large_int("number");
    declare!(
        &cfg,
        Gesture,
        Family,
        Phase,
        Handedness,
        Timings,
        ObservationView,
        ObservedHand,
        HandGesture,
        GestureEvent,
        Percentiles,
        Rates,
        camera::Phase,
        camera::Showing,
        CameraState,
        VisionState,
        WatchState,
        Watching,
        Refusal,
        Trouble,
        ErrorBody,
        ErrorAnswer,
        ClientMessage,
        ServerMessage,
        Health,
        HealthPart,
        HealthParts,
        HostState,
        Status,
        ContextWish,
        ToldPart,
        Told,
        ModelOptions,
        Think,
        FailureCode,
        ChatFailure,
        Counts,
        WhenFull,
        How,
        ChatInfo,
        ChatList,
        ChatRole,
        ChatState,
        Waiting,
        MessageDetails,
        ChatMessage,
        Chat,
        Asking,
        AskedView,
        NewChat,
        ChatChange,
        PreviewAsked,
        Preview,
        ChatFound,
        ChatsFound,
        Imported,
        More,
        ChatNews,
        PresetKind,
        Preset,
        NewPreset,
        OllamaServer,
        UsageOutcome,
        UsageRow,
        UsageSum,
        UsagePage,
        OllamaState,
        Loaded,
        Model,
        ModelsView,
        ModelDetails,
        PullState,
        Pull,
        ModelLoad,
        history::Series,
        history::Span,
        history::HistoryView,
        GestureInfo,
        CameraFormat,
        CameraInfo,
        SettingView,
        backup::Why,
        backup::Kept,
        backup::FileSum,
        backup::Manifest,
        BroughtBackup,
        GoBack,
        FirstGoBack,
        AlertName,
        Via,
        destination::Event,
        Alert,
        DestinationView,
        AlertsView,
        courier::Outcome,
        Delivery,
        LogLevel,
        LogLine,
        LogsView,
        FileMistake,
        FileView,
        NewText,
        Form,
        Transform,
        Object,
        Scene,
        SceneChange,
        StepView,
        SceneInfo,
        BindingList,
        SceneList,
        PictureView,
        PhotographView,
        Tray,
        Question,
        Held,
        CanvasState,
        Doing,
        PointerView,
        HoldView,
        RingView,
        TouchView,
        CalibrationMethod,
        CalibrationView,
        MarkerView,
        Running,
        Keystone,
        CalibrationState,
        Mode,
        BoundHand,
        Binding,
        Why,
        Details,
        Verdict,
        Have,
        Command,
        Outcome,
        Role,
        Scope,
        TokenKind,
        SessionState,
        Login,
        Setup,
        Confirm,
        NewPassword,
        KioskLink,
        NewPerson,
        ChangePerson,
        PersonView,
        SessionView,
        NewTokenBody,
        TokenMade,
        TokenView,
        AuditRow,
        AuditPage,
        AuditBroken,
        AuditVerdict,
    )
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/ui/src/lib/api/generated/wire.ts")
}

#[test]
#[ignore = "writes into the source tree"]
fn export_bindings() {
    let path = path();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, wire_ts()).unwrap();
}

#[test]
fn bindings_are_fresh() {
    let committed = std::fs::read_to_string(path()).unwrap_or_default();
    assert!(
        committed == wire_ts(),
        "{} is stale: run `cargo test --release --lib export_bindings -- --ignored` and commit it",
        path().display()
    );
}
