/**
 * How long a hand's movement takes to become pixels: from the camera's shutter, by the box's clock, and
 * from the message's coming. What was painted in one animation frame counts as seen when the next one
 * begins, which is never earlier than the screen has it; where a hand moves a thing, only when the stage
 * has drawn the thing too. Must not draw, nor ask for frames.
 */
import type { BoxClock } from '../api/clock'
import type { Spread, TouchView } from '../api/types'
import { Window } from '../live/spread'

/** A clock that is not known yet, or a page that slept, measures nonsense beyond this. */
const BELIEVABLE_MS = 10_000

interface Seen {
  capturedUs: number
  cameMs: number
  /** It shows once the stage, too, has drawn what came with it. */
  stage: 'not needed' | 'needed' | 'drawn'
}

export class Latency {
  #fromCapture = new Window()
  #fromMessage = new Window()
  /** The newest hands that are not painted yet. */
  #next: Seen | null = null
  #painted: Seen[] = []
  #places: number[] = []

  constructor(private readonly clock: () => BoxClock) {}

  /** Hands came. Only what moved is worth measuring: nobody waits for a hand at rest. */
  took(touch: TouchView, cameMs: number, holds: boolean): void {
    if (!this.#moved(touch)) return
    const { captured_us: capturedUs } = touch
    this.#next = { capturedUs, cameMs, stage: holds ? 'needed' : 'not needed' }
  }

  #moved({ pointers }: TouchView): boolean {
    const places = this.#places
    let moved = places.length !== pointers.length * 2
    places.length = pointers.length * 2
    pointers.forEach(({ at: [x, y] }, i) => {
      moved ||= places[2 * i] !== x || places[2 * i + 1] !== y
      places[2 * i] = x
      places[2 * i + 1] = y
    })
    return moved && pointers.length > 0
  }

  /** Hands wait to be painted. */
  get waits(): boolean {
    return this.#next !== null
  }

  /** Something painted is to be measured with the next frame. */
  get measures(): boolean {
    return this.#painted.length > 0
  }

  paintedOverlay(): void {
    if (this.#next) this.#painted.push(this.#next)
    this.#next = null
  }

  drewStage(): void {
    for (const seen of this.#painted) if (seen.stage === 'needed') seen.stage = 'drawn'
  }

  /**
   * A new frame begins: what the last one painted is on the screen, and what the stage drew if it is not
   * `busy` any more; nothing is waited for that the stage need not draw (`due`). Tells the newest of these
   * from capture to screen, milliseconds.
   */
  settle(nowMs: number, busy: boolean, due: boolean): number | null {
    let newest: number | null = null
    let left = 0
    for (const seen of this.#painted) {
      const waits = seen.stage !== 'not needed' && (busy || (due && seen.stage === 'needed'))
      if (waits) this.#painted[left++] = seen
      else newest = this.#measure(seen, nowMs) ?? newest
    }
    this.#painted.length = left
    return newest
  }

  #measure(seen: Seen, nowMs: number): number | null {
    this.#fromMessage.add(nowMs - seen.cameMs)
    const boxUs = this.clock().toBoxUs(nowMs)
    if (boxUs === null || seen.capturedUs === 0) return null
    const ms = (boxUs - seen.capturedUs) / 1000
    if (ms < 0 || ms > BELIEVABLE_MS) return null
    this.#fromCapture.add(ms)
    return ms
  }

  /** From capture to screen; null before anything was measured. */
  fromCapture(): Spread | null {
    return this.#fromCapture.spread()
  }

  /** From the message's coming to screen; null before anything was measured. */
  fromMessage(): Spread | null {
    return this.#fromMessage.spread()
  }
}
