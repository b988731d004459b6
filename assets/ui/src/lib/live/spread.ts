import type { Spread } from '../api/types'

/** The last so many measurements, and their median and 95th percentile (nearest rank). */
export class Window {
  #values: number[] = []
  #at = 0

  constructor(private readonly size = 240) {}

  add(value: number): void {
    if (!Number.isFinite(value)) return
    this.#values[this.#at] = value
    this.#at = (this.#at + 1) % this.size
  }

  get count(): number {
    return this.#values.length
  }

  spread(): Spread | null {
    if (this.#values.length === 0) return null
    const sorted = [...this.#values].sort((a, b) => a - b)
    const rank = (p: number) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] as number
    return { p50: rank(0.5), p95: rank(0.95) }
  }

  clear(): void {
    this.#values = []
    this.#at = 0
  }
}
