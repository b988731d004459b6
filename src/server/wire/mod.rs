//! What goes over the wire, and nothing else: the types behind `docs/reference/api.md`. The UI's
//! TypeScript (`assets/ui/src/lib/api/generated/wire.ts`) is made from these very types.

mod access;
mod audit;
mod error;
mod http;
mod live;
mod observation;
mod picture;
mod relay;
mod typescript;

pub use access::{
    Added, ChangePerson, Confirm, KioskLink, Login, NewPassword, NewPerson, NewTokenBody,
    PersonView, SessionState, SessionView, Setup, TokenMade, TokenView,
};
pub use audit::{AuditBroken, AuditPage, AuditRow, AuditVerdict};
pub use error::{ErrorAnswer, ErrorBody, Refusing, status};
pub use http::{
    Alive, Archive, BindingList, BroughtBackup, FirstGoBack, GestureInfo, GoBack, Health,
    HealthPart, HealthParts, Jpeg, PhotographView, PictureView, Png, SceneList, SettingValue,
    SettingView, Status, VisionState, settings_view,
};
pub use live::{ClientMessage, Have, Percentiles, Rates, ServerMessage};
pub use observation::{GestureEvent, HandGesture, ObservationView, ObservedHand};
pub use picture::{HEADER_LEN, PictureHeader, PictureKind};
pub use relay::{
    ModelAnswer, ModelLoad, ModelLoading, ModelQuestion, ModelWish, OllamaFault, OpenAiFault,
    UsagePage,
};
