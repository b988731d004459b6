/**
 * The box's clock as this page knows it. Each ping gives an estimate of the offset that is wrong by at
 * most half its round trip; the one with the shortest round trip of the last few is the best.
 * Old ones leave, so that two clocks that drift apart are followed.
 */
export class BoxClock {
  #samples: { rttMs: number; offsetMs: number }[] = []

  constructor(private readonly keep = 16) {}

  /** One ping: sent and received by `performance.now()`, answered at the box's `nowUs`. */
  add(sentMs: number, receivedMs: number, nowUs: number): void {
    const rttMs = receivedMs - sentMs
    if (!(rttMs >= 0) || !Number.isFinite(nowUs)) return
    this.#samples.push({ rttMs, offsetMs: nowUs / 1000 - (sentMs + rttMs / 2) })
    if (this.#samples.length > this.keep) this.#samples.shift()
  }

  get #best() {
    let best = this.#samples[0]
    for (const s of this.#samples) if (best && s.rttMs < best.rttMs) best = s
    return best
  }

  get known(): boolean {
    return this.#samples.length > 0
  }

  /** The most that the clock can be wrong, milliseconds. */
  get errorMs(): number {
    return (this.#best?.rttMs ?? Infinity) / 2
  }

  /** A moment of `performance.now()` on the box's clock, microseconds; `null` before the first pong. */
  toBoxUs(pageMs: number): number | null {
    const best = this.#best
    return best ? (pageMs + best.offsetMs) * 1000 : null
  }

  /** The box restarted: its clock began anew. */
  reset(): void {
    this.#samples = []
  }
}
