/** Names for people. */
import type { CameraState, Handedness } from './api/types'

const SPECIAL: Record<string, string> = {
  ok: 'OK',
  i_love_you: 'I love you',
  // "Counterclockwise" is too long a word for a card; this one means the same.
  circle_counterclockwise: 'Circle anticlockwise',
  rotate_counterclockwise: 'Rotate anticlockwise',
  closed_fist: 'Fist',
}

/** `swipe_left` is "Swipe left"; `custom:wink` is "wink". */
export function gestureName(name: string): string {
  const special = SPECIAL[name]
  if (special) return special
  const plain = name.startsWith('custom:') ? name.slice(7) : name
  const words = plain.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function handName(hand: Handedness): string {
  return hand === 'left' ? 'Left hand' : 'Right hand'
}

/** What the camera is doing, in two words or three. */
export const CAMERA_WORDS: Record<CameraState, string> = {
  starting: 'Camera starting',
  running: 'Camera on',
  stalled: 'Camera silent',
  waiting: 'Camera waiting',
  paused: 'Camera paused',
  failed: 'Camera failed',
}

/** Short numbers: one decimal under ten, none above. */
export function short(n: number): string {
  return n < 10 ? n.toFixed(1) : n.toFixed(0)
}

export function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`
}
