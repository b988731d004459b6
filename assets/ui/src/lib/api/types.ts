/** The wire's types under the page's own names. They are made from the box's; nothing is declared twice. */
export type {
  Alert,
  AlertEvent,
  AlertName,
  AlertVia,
  AlertsView,
  Binding,
  CalibrationMethod,
  CalibrationState,
  CanvasState,
  CameraChoice,
  CameraState as CameraStatus,
  CameraStateName as CameraState,
  ClientMessage,
  Command,
  Delivery,
  DeliveryOutcome,
  ErrorBody,
  Family,
  Form,
  GestureEvent,
  GestureInfo,
  GestureName,
  Handedness,
  Held,
  AuditPage,
  AuditRow,
  AuditVerdict,
  UsageOutcome,
  UsagePage,
  UsageRow,
  UsageSum,
  BackupFile,
  BackupManifest,
  BroughtBackup,
  FirstGoBack,
  GoBack,
  FileMistake,
  FileView,
  HealthPart,
  HealthParts as Ready,
  HistorySeries,
  HistorySpan,
  HistoryView,
  HoldView,
  Keystone,
  LogLevel,
  LogLine,
  LogsView,
  MarkerView,
  NewPerson,
  NewTokenBody as NewToken,
  Mode,
  NewText,
  Object as SceneObject,
  ObservationView as Observation,
  OllamaState,
  ObservedHand as HandView,
  Outcome,
  Percentiles as Spread,
  PersonView,
  PointerView,
  Rates as BoxStatus,
  Refusal,
  RingView,
  Role,
  Running,
  Scene,
  SceneChange,
  SceneInfo,
  SceneList,
  Scope,
  ServerMessage,
  SessionState,
  SessionView,
  SettingView as Setting,
  Status,
  StepView,
  TokenKind,
  TokenMade,
  TokenView,
  TouchView,
  Transform,
  Tray,
  Trouble,
  Verdict,
  VisionState as VisionStatus,
  Why,
} from './generated/wire'
import type { Refusal, SettingView, Trouble } from './generated/wire'

export type SettingValue = SettingView['default']
export type SettingFrom = SettingView['from']
/** A catalogue's words for every refusal there is: one that is missing does not compile. */
export type Refusals = {
  [Code in Refusal['code']]: (refusal: Extract<Refusal, { code: Code }>) => string
}

/** Why a part is not well, and what to do about it: sentences. */
export interface Explained {
  why: string
  next?: string
}
/** The same for every trouble there is. */
export type Troubles = {
  [Code in Trouble['code']]: (trouble: Extract<Trouble, { code: Code }>) => Explained
}
