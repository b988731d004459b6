//! What goes over the wire, and nothing else: the types behind `docs/reference/api.md`. The UI's
//! TypeScript (`assets/ui/src/lib/api/generated/wire.ts`) is made from these very types.

mod access;
mod audit;
mod error;
mod http;
mod live;
mod observation;
mod picture;
mod typescript;

pub use access::{
    ChangePerson, Confirm, KioskLink, Login, NewPassword, NewPerson, NewTokenBody, PersonView,
    SessionState, SessionView, Setup, TokenMade, TokenView,
};
pub use audit::{AuditBroken, AuditPage, AuditRow, AuditVerdict};
pub use error::{ErrorAnswer, ErrorBody};
pub use http::{
    BindingList, GestureInfo, Health, HealthPart, HealthParts, PhotographView, PictureView,
    SceneList, SettingView, Status, VisionState, settings_view,
};
pub use live::{ClientMessage, Have, Percentiles, Rates, ServerMessage};
pub use observation::{GestureEvent, HandGesture, ObservationView, ObservedHand};
pub use picture::{HEADER_LEN, PictureHeader, PictureKind};
