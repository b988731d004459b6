/**
 * How things get where they belong: critically damped, so that nothing overshoots and nothing crawls, and
 * whatever is dragged is there at once. Pure.
 */

/** One number on its way. */
export interface Eased {
  now: number
  speed: number
}

/**
 * A critically damped spring (Game Programming Gems 4, 1.10): about `smoothS` seconds behind a moving
 * target, whatever the frame rate.
 */
export function ease(e: Eased, to: number, smoothS: number, dtS: number): void {
  const omega = 2 / smoothS
  const x = omega * dtS
  const decay = 1 / (1 + x + 0.48 * x * x + 0.235 * x * x * x)
  const off = e.now - to
  const step = (e.speed + omega * off) * dtS
  e.speed = (e.speed - omega * step) * decay
  e.now = to + (off + step) * decay
}

/** Seven numbers of position and scale, and a rotation, on their way from `now` to `to`. */
export class Motion {
  /** Position, rotation, scale: x y z, x y z w, x y z. */
  readonly now = new Float64Array(10)
  readonly to = new Float64Array(10)
  readonly #speed = new Float64Array(10)
  readonly #e: Eased = { now: 0, speed: 0 }
  #arrived = true

  /** There at once. */
  jump(): void {
    this.now.set(this.to)
    this.#speed.fill(0)
    this.#arrived = true
  }

  set(position: ArrayLike<number>, rotation: ArrayLike<number>, scale: ArrayLike<number>): void {
    this.to.set(position, 0)
    this.to.set(rotation, 3)
    this.to.set(scale, 7)
    this.#arrived = false
  }

  /** One frame onwards; says whether it still moves. */
  step(smoothS: number, dtS: number): boolean {
    if (this.#arrived) return false
    const { now, to } = this
    // The same rotation has two signs: take the way that is shorter.
    const towards =
      (now[3] as number) * (to[3] as number) +
      (now[4] as number) * (to[4] as number) +
      (now[5] as number) * (to[5] as number) +
      (now[6] as number) * (to[6] as number)
    if (towards < 0) for (let i = 3; i < 7; i++) to[i] = -(to[i] as number)
    let moving = false
    for (let i = 0; i < 10; i++) {
      const e = this.#e
      e.now = now[i] as number
      e.speed = this.#speed[i] as number
      ease(e, to[i] as number, smoothS, dtS)
      if (Math.abs(e.now - (to[i] as number)) > 5e-4 || Math.abs(e.speed) > 5e-3) moving = true
      now[i] = e.now
      this.#speed[i] = e.speed
    }
    const l = Math.hypot(now[3] as number, now[4] as number, now[5] as number, now[6] as number)
    for (let i = 3; i < 7; i++) now[i] = (now[i] as number) / (l || 1)
    if (!moving) this.jump()
    return moving
  }
}
