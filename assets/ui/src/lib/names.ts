/** Names for people. */
import type { Handedness } from './api/types'
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
  return hand === 'left' ? i18n.t.camera.leftHand : i18n.t.camera.rightHand
}

/** The demo hands' names in the reader's language; every other camera has its own. */
export function cameraName(camera: { source: string; name: string }): string {
  if (camera.source === 'demo') return i18n.t.camera.demoHand
  if (camera.source === 'demo:canvas') return i18n.t.camera.demoCanvas
  return camera.name || camera.source
}
