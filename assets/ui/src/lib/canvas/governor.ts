/**
 * Keeps drawing within what the machine can do beside its main job, seeing hands: measures how long frames
 * take and steps the fineness down at once and up again slowly. Moving pictures may be coarser than resting
 * ones; where there is no graphics card that is what keeps a hand's delay short. Pure.
 */

export interface Quality {
  /** Pixels drawn for each of the page's. */
  ratio: number
  /** Shadows are drawn anew with every so many frames. */
  shadowsEvery: number
  /** Round bodies have fewer corners by so many steps. */
  coarser: number
}

/** From coarse to fine, as shares of the screen's own pixels. */
const LEVELS: readonly Quality[] = [
  { ratio: 0.4, shadowsEvery: 6, coarser: 1 },
  { ratio: 0.5, shadowsEvery: 4, coarser: 1 },
  { ratio: 0.62, shadowsEvery: 3, coarser: 0 },
  { ratio: 0.8, shadowsEvery: 2, coarser: 0 },
  { ratio: 1, shadowsEvery: 1, coarser: 0 },
  { ratio: 1.35, shadowsEvery: 1, coarser: 0 },
  { ratio: 2, shadowsEvery: 1, coarser: 0 },
]

/** A frame that takes longer than this is late, milliseconds; one below `EASY_MS` leaves room. */
const LATE_MS = 26
const EASY_MS = 20
/** The first frames make ready what all others use: they say nothing about the machine. */
const FIRST_FRAMES = 3
const LATE_FRAMES = 4
const EASY_FRAMES = 45
/** A frame that keeps the page longer than this is drawn after the hands, not with them, milliseconds. */
const SLOW_MS = 6
/** The longest that one frame at rest may take, milliseconds: hands wait for it if they come just then. */
const REST_MS = 45
/** The same where no hand is in sight. */
const ALONE_MS = 450

export class Governor {
  #level: number
  #most: number
  #late = 0
  #easy = 0
  /** Milliseconds a frame for each megapixel, smoothed; unknown before the first. */
  #perMegapixel: number | null = null
  /** Milliseconds that a frame keeps the page itself, smoothed. */
  #keptMs = 0
  #upAfter = EASY_FRAMES
  #first = FIRST_FRAMES

  constructor(
    /** The screen's pixels for each of the page's. */
    dpr: number,
    /** No graphics card draws here. */
    software: boolean,
  ) {
    this.#most = LEVELS.findLastIndex((l) => l.ratio <= Math.max(1, Math.min(2, dpr)))
    this.#level = software ? 2 : this.#most
  }

  get level(): number {
    return this.#level
  }

  /** A frame kept the page for so long: it could neither paint nor hear. */
  kept(ms: number): void {
    this.#keptMs += (ms - this.#keptMs) * 0.2
  }

  /** Frames keep the page so long that hands come first. */
  get slow(): boolean {
    return this.#keptMs > SLOW_MS
  }

  get moving(): Quality {
    return LEVELS[this.#level] as Quality
  }

  /** The fineness for a picture that stays: as fine as a short while allows. */
  resting(megapixels: number, hands: boolean): Quality {
    const budgetMs = hands ? REST_MS : ALONE_MS
    let level = LEVELS.length - 1
    const cost = (l: number) =>
      (this.#perMegapixel ?? 30) * megapixels * (LEVELS[l] as Quality).ratio ** 2
    while (level > this.#level && cost(level) > budgetMs) level -= 1
    return { ...(LEVELS[level] as Quality), shadowsEvery: 1, coarser: 0 }
  }

  /** One frame took `ms` for `megapixels`, drawn at the level of `moving`; says whether that changed. */
  took(ms: number, megapixels: number): boolean {
    if (this.#first-- > 0) return false
    const each = ms / Math.max(0.01, megapixels)
    this.#perMegapixel =
      this.#perMegapixel === null ? each : this.#perMegapixel * 0.85 + each * 0.15
    if (ms > LATE_MS) {
      this.#late += 1
      this.#easy = 0
    } else {
      this.#late = Math.max(0, this.#late - 1)
      this.#easy = ms < EASY_MS ? this.#easy + 1 : 0
    }
    if (this.#late >= LATE_FRAMES && this.#level > 0) {
      this.#late = 0
      this.#level -= 1
      // What was too much once is tried again later and later.
      this.#upAfter = Math.min(1_800, this.#upAfter * 2)
      return true
    }
    if (this.#easy >= this.#upAfter && this.#level < this.#most) {
      this.#easy = 0
      this.#level += 1
      return true
    }
    return false
  }
}
