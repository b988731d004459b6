/** What was made when: one entry a gesture, from its start to its end. */
import type { GestureEvent, Handedness } from '../api/types'

export interface Entry {
  id: number
  gesture: string
  hand: Handedness
  twoHands: boolean
  confidence: number
  /** RFC 3339, of the frame that it started with. */
  at: string
  /** How long it lasted; `null` while it goes on. */
  durationMs: number | null
}

const KEEP = 200

export class GestureLog {
  entries = $state<Entry[]>([])
  paused = $state(false)
  /** Gestures that came while it was paused. */
  unseen = $state(0)
  #next = 1
  #open = new Map<string, number>()

  take(event: GestureEvent, at: string): void {
    if (event.phase === 'started') this.#start(event, at)
    else if (event.phase === 'ended') this.#end(event, at)
  }

  #start(event: GestureEvent, at: string): void {
    if (this.paused) {
      this.unseen += 1
      return
    }
    const id = this.#next++
    this.#open.set(key(event), id)
    this.entries.unshift({
      id,
      gesture: event.gesture,
      hand: event.hand,
      twoHands: event.other_track !== undefined,
      confidence: event.confidence,
      at,
      durationMs: null,
    })
    if (this.entries.length > KEEP) this.entries.length = KEEP
  }

  #end(event: GestureEvent, at: string): void {
    const id = this.#open.get(key(event))
    this.#open.delete(key(event))
    const entry = this.entries.find((e) => e.id === id)
    if (!entry) return
    const between = Date.parse(at) - Date.parse(entry.at)
    entry.durationMs = event.held_ms > 0 ? event.held_ms : Math.max(0, between || 0)
    entry.confidence = Math.max(entry.confidence, event.confidence)
  }

  toggle(): void {
    this.paused = !this.paused
    this.unseen = 0
  }

  clear(): void {
    this.entries = []
    this.unseen = 0
    this.#open.clear()
  }

  /** The connection broke: what was going on has no known end. */
  cut(): void {
    for (const id of this.#open.values()) {
      const entry = this.entries.find((e) => e.id === id)
      if (entry) entry.durationMs = 0
    }
    this.#open.clear()
  }
}

function key(event: GestureEvent): string {
  return `${event.gesture}/${event.track}`
}
