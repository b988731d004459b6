/** Which gestures are being made now, and how often each has been made since the page was opened. */
import type { GestureEvent, GestureInfo, Observation } from '../api/types'

/** A motion is over in an instant: its card stays lit this long. */
const GLOW_MS = 1400

export interface Lit {
  hand: string
  confidence: number
  /** 0..1 of its hold or its motion. */
  progress: number
  /** It is still being made; else it only glows on. */
  active: boolean
}

export class Gallery {
  all = $state.raw<GestureInfo[]>([])
  lit = $state<Record<string, Lit>>({})
  counts = $state<Record<string, number>>({})
  /** How sure of the shape that a hand has now, 0..1, of the hand that is surest; by name. */
  present = $state.raw<Record<string, number>>({})
  /** The last to start, for the caption over the picture. */
  last = $state.raw<{ name: string; hand: string; confidence: number; twoHands: boolean } | null>(
    null,
  )
  #tracks = new Map<string, Set<number>>()
  #timers = new Map<string, ReturnType<typeof setTimeout>>()

  made = $derived(this.all.filter((g) => (this.counts[g.name] ?? 0) > 0).length)

  /** `started` and `ended`, each one. */
  take(event: GestureEvent): void {
    const name = event.gesture
    const tracks = this.#tracks.get(name) ?? new Set()
    this.#tracks.set(name, tracks)
    if (event.phase === 'started') {
      tracks.add(event.track)
      clearTimeout(this.#timers.get(name))
      this.#timers.set(
        name,
        setTimeout(() => this.#dim(name), GLOW_MS),
      )
      this.counts[name] = (this.counts[name] ?? 0) + 1
      this.lit[name] = {
        hand: event.hand,
        confidence: event.confidence,
        progress: event.progress,
        active: true,
      }
      this.last = {
        name,
        hand: event.hand,
        confidence: event.confidence,
        twoHands: event.other_track !== undefined,
      }
    } else if (event.phase === 'ended') {
      tracks.delete(event.track)
      const lit = this.lit[name]
      if (lit && tracks.size === 0) lit.active = false
      if (!this.#timers.has(name)) this.#dim(name)
    }
  }

  /** `held` comes with the observations only; a slow page misses some, which does no harm. */
  observe(observation: Observation): void {
    const present: Record<string, number> = {}
    for (const { gesture } of observation.hands)
      if (gesture.name !== 'none')
        present[gesture.name] = Math.max(present[gesture.name] ?? 0, gesture.confidence)
    this.present = present
    for (const event of observation.events) {
      const lit = this.lit[event.gesture]
      if (event.phase !== 'held' || !lit) continue
      lit.progress = event.progress
      lit.confidence = event.confidence
    }
  }

  /** The connection broke: nothing is known to go on. */
  cut(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#tracks.clear()
    this.lit = {}
    this.present = {}
  }

  #dim(name: string): void {
    this.#timers.delete(name)
    if ((this.#tracks.get(name)?.size ?? 0) > 0) return
    const rest = Object.entries(this.lit).filter(([n]) => n !== name)
    this.lit = Object.fromEntries(rest)
  }
}
