/** Bindings as a list for people: grouped by gesture, with ids made up where somebody adds one. */
import type { Binding, GestureInfo } from '../api/types'

export interface GestureGroup {
  gesture: string
  bindings: Binding[]
}

/** Gestures that are bound, in the gallery's order, and then those that are not. */
export function grouped(
  bindings: readonly Binding[],
  gestures: readonly Pick<GestureInfo, 'name'>[],
): { bound: GestureGroup[]; free: string[] } {
  const groups = new Map<string, Binding[]>()
  for (const b of bindings) groups.set(b.gesture, [...(groups.get(b.gesture) ?? []), b])
  const order = gestures.map((g) => g.name as string)
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length)
  const bound = [...groups]
    .map(([gesture, of]) => ({ gesture, bindings: of }))
    .sort((a, b) => place(a.gesture) - place(b.gesture))
  return { bound, free: order.filter((name) => !groups.has(name) && name !== 'none') }
}

/** Gestures that are over at once: there is nothing to be held. */
const AT_ONCE = new Set([
  'swipe_left',
  'swipe_right',
  'swipe_up',
  'swipe_down',
  'double_pinch',
  'release',
  'clap',
  'stretch',
])
/** Gestures of both hands: neither can be chosen. */
const BOTH_HANDS = new Set([
  'zoom_in',
  'zoom_out',
  'rotate_clockwise',
  'rotate_counterclockwise',
  'clap',
  'stretch',
])

export const canBeHeld = (gesture: string) => !AT_ONCE.has(gesture)
export const takesBothHands = (gesture: string) => BOTH_HANDS.has(gesture)

/** An id that nobody has yet, of what the box takes: `undo`, `undo-2`. */
export function freshId(command: string, taken: readonly string[]): string {
  const base =
    command
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 32) || 'binding'
  if (!taken.includes(base)) return base
  for (let n = 2; ; n++) if (!taken.includes(`${base}-${n}`)) return `${base}-${n}`
}

/** A new binding of a gesture, careful at first: what is held does nothing by accident. */
export function fresh(gesture: string, taken: readonly string[]): Binding {
  return {
    id: freshId('undo', taken),
    gesture,
    hand: 'any',
    hold_ms: canBeHeld(gesture) ? 500 : 0,
    release_ms: 0,
    cooldown_ms: 800,
    command: { command: 'undo' },
    enabled: true,
  }
}
