/** Names for people. */
import type { CameraState, Handedness } from './api/types'
import { i18n } from './i18n/index.svelte'

/** `swipe_left` is "Swipe left"; `custom:wink` is "Wink". */
export function gestureName(name: string): string {
  const names: Record<string, string> = i18n.t.gestures.names
  const known = Object.hasOwn(names, name) ? names[name] : undefined
  if (known) return known
  const plain = name.startsWith('custom:') ? name.slice(7) : name
  const words = plain.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** How to make a gesture; the box's own words where the catalogue has none. */
export function gestureHow(name: string, words = ''): string {
  const how: Record<string, string> = i18n.t.gestures.how
  return (Object.hasOwn(how, name) ? how[name] : undefined) ?? words
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
