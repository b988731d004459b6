/** The wire's types under the page's own names. They are made from the box's; nothing is declared twice. */
export type {
  CameraChoice,
  CameraState as CameraStatus,
  CameraStateName as CameraState,
  ClientMessage,
  ErrorBody,
  Family,
  GestureEvent,
  GestureInfo,
  GestureName,
  Handedness,
  HealthParts as Ready,
  ObservationView as Observation,
  ObservedHand as HandView,
  Outcome,
  Percentiles as Spread,
  Rates as BoxStatus,
  ServerMessage,
  SettingView as Setting,
  Status,
  VisionState as VisionStatus,
} from './generated/wire'
import type { SettingView } from './generated/wire'

export type SettingValue = SettingView['default']
export type SettingFrom = SettingView['from']
