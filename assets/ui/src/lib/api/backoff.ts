/** How long to wait before trying again: doubles from 0.5 s to 10 s, with a little chance in it so
 * that several pages do not come back in the same instant. Never gives up. */
export class Backoff {
  #attempt = 0

  constructor(
    private readonly firstMs = 500,
    private readonly longestMs = 10_000,
    private readonly random: () => number = Math.random,
  ) {}

  /** Tries so far since the last success. */
  get attempts(): number {
    return this.#attempt
  }

  /** The wait before the next try, milliseconds: between 80 % and 100 % of the doubled time. */
  next(): number {
    const full = Math.min(this.longestMs, this.firstMs * 2 ** Math.min(this.#attempt, 30))
    this.#attempt += 1
    return Math.round(full * (0.8 + 0.2 * this.random()))
  }

  /** It worked: the next failure starts from the shortest wait. */
  reset(): void {
    this.#attempt = 0
  }
}
