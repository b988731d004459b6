/**
 * Brings a picture and the numbers of the same frame together by their sequence number. They travel
 * apart: the numbers need the networks' time, the picture a JPEG decoder's, and either may be skipped.
 * What is shown is always a picture with its own skeleton, or, if the numbers do not come in time, a
 * picture without one; never one frame's hand on another's picture.
 */

export interface Shown<P, O> {
  seq: number
  picture: P
  observation: O | null
}

interface Waiting<P> {
  seq: number
  picture: P
  arrivedMs: number
}

export class FrameMatcher<P, O> {
  #pictures: Waiting<P>[] = []
  #observations = new Map<number, O>()
  #newestObservation = -1
  #lastShown = -1

  constructor(
    /** A picture that nobody will show: free it, and tell the box that the next may come. */
    private readonly drop: (seq: number, picture: P) => void,
    /** How long a picture waits for its numbers, milliseconds. */
    private readonly patienceMs = 120,
    private readonly keep = 8,
  ) {}

  addPicture(seq: number, picture: P, nowMs: number): void {
    if (seq <= this.#lastShown) {
      this.drop(seq, picture)
      return
    }
    this.#pictures.push({ seq, picture, arrivedMs: nowMs })
    this.#pictures.sort((a, b) => a.seq - b.seq)
    while (this.#pictures.length > this.keep) this.#dropFirst()
  }

  addObservation(seq: number, observation: O): void {
    this.#observations.set(seq, observation)
    this.#newestObservation = Math.max(this.#newestObservation, seq)
    while (this.#observations.size > this.keep) {
      const oldest = this.#observations.keys().next().value as number
      this.#observations.delete(oldest)
    }
  }

  /** Pictures that wait for their numbers. */
  get waiting(): number {
    return this.#pictures.length
  }

  /** The newest picture that may be shown now, if there is one newer than the last. */
  take(nowMs: number): Shown<P, O> | null {
    let best = -1
    for (let i = this.#pictures.length - 1; i >= 0; i--) {
      const p = this.#pictures[i] as Waiting<P>
      const waited = nowMs - p.arrivedMs >= this.patienceMs
      if (this.#observations.has(p.seq) || waited) {
        best = i
        break
      }
    }
    if (best < 0) {
      this.#dropHopeless()
      return null
    }
    for (let i = 0; i < best; i++) this.#dropFirst()
    const { seq, picture } = this.#pictures.shift() as Waiting<P>
    const observation = this.#observations.get(seq) ?? null
    this.#lastShown = seq
    for (const old of [...this.#observations.keys()]) if (old <= seq) this.#observations.delete(old)
    return { seq, picture, observation }
  }

  /** The box restarted, or another source numbers anew: forget everything. */
  reset(): void {
    while (this.#pictures.length > 0) this.#dropFirst()
    this.#observations.clear()
    this.#newestObservation = -1
    this.#lastShown = -1
  }

  /** Numbers of a later frame are here: those of an earlier one will not come any more. Its picture
   * goes if a later one waits behind it. */
  #dropHopeless(): void {
    while (
      this.#pictures.length > 1 &&
      (this.#pictures[0]?.seq ?? Infinity) < this.#newestObservation
    )
      this.#dropFirst()
  }

  #dropFirst(): void {
    const first = this.#pictures.shift()
    if (first) this.drop(first.seq, first.picture)
  }
}
