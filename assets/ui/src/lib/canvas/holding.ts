/**
 * Holding things from this page: `grab`, a stream of `drag` that never exceeds what the box takes, and
 * `release`, so that a whole drag is one step of the document. The page shows its own hand at once; where
 * the box refuses, everything goes back. One thing is held at a time.
 */
import type { Transform } from '../api/types'
import type { CanvasStore } from './store.svelte'
import type { CanvasView } from './view'

/** 30 a second: more are not seen. */
const DRAG_MS = 34
/** So many things at once are told half as often: every other page is told of each of them. */
const MANY = 1_000

/** As exact as anybody sees: two thousand places must fit into one message. */
const round = (n: number) => Math.round(n * 1e5) / 1e5
const told = ({ id, position: p, rotation: r, scale: s }: Transform): Transform => ({
  id,
  position: [round(p[0]), round(p[1]), round(p[2])],
  rotation: [round(r[0]), round(r[1]), round(r[2]), round(r[3])],
  scale: [round(s[0]), round(s[1]), round(s[2])],
})

export class Holding {
  #ids: number[] = []
  #start = new Map<number, Transform>()
  #granted: Promise<boolean> | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #sentMs = 0
  #unsent = false
  #endTimer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly store: CanvasStore,
    private readonly view: () => CanvasView | null,
    /** Tells the person why something could not be held. */
    private readonly refused: (e: unknown) => void,
  ) {}

  get active(): boolean {
    return this.#granted !== null
  }

  get ids(): readonly number[] {
    return this.#ids
  }

  /** Where things were when they were taken. */
  starts(): Transform[] {
    return [...this.#start.values()]
  }

  /** Where they are now. */
  places(): Transform[] {
    const view = this.view()
    return this.#ids.flatMap((id) => view?.placeOf(id) ?? [])
  }

  /** Takes hold; false where there is nothing to be held. */
  begin(ids: readonly number[]): boolean {
    const view = this.view()
    if (this.active) this.end()
    if (!view) return false
    const free = ids.filter((id) => this.store.object(id)?.locked === false)
    if (free.length === 0) return false
    this.#ids = free
    this.#start.clear()
    for (const id of free) {
      const place = view.placeOf(id)
      if (place) this.#start.set(id, place)
    }
    const granted = this.store.run({ command: 'grab', ids: free }).then(
      () => true,
      (e: unknown) => {
        if (this.#granted === granted) this.#forget(true)
        this.refused(e)
        return false
      },
    )
    this.#granted = granted
    return true
  }

  /** Puts everything held where `place` says, from where it was at the start. */
  move(place: (start: Transform) => Transform): void {
    this.#put(this.starts().map(place))
  }

  /** The same from where it is now. */
  nudge(place: (now: Transform) => Transform): void {
    this.#put(this.places().map(place))
  }

  #put(places: Transform[]): void {
    if (!this.active) return
    this.view()?.hold(places)
    this.#unsent = true
    this.#sendSoon()
  }

  #sendSoon(): void {
    if (this.#timer !== undefined) return
    const apartMs = DRAG_MS * (1 + this.#ids.length / MANY)
    const waitMs = Math.max(0, this.#sentMs + apartMs - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      const granted = this.#granted
      void granted?.then((yes) => {
        if (yes && granted === this.#granted) this.#send()
      })
    }, waitMs)
  }

  #send(): void {
    if (!this.#unsent) return
    this.#unsent = false
    this.#sentMs = performance.now()
    this.store.tell({ command: 'drag', transforms: this.places().map(told) })
  }

  /** Lets go: what it came to is one step. */
  end(): void {
    const granted = this.#granted
    if (!granted) return
    const places = this.#unsent ? this.places().map(told) : null
    this.#forget(false)
    void granted.then(async (yes) => {
      if (!yes) return
      try {
        if (places) this.store.tell({ command: 'drag', transforms: places })
        await this.store.run({ command: 'release' })
      } catch (e) {
        this.refused(e)
      }
    })
  }

  /** Lets go a while after the last `endLater`, so that a run of keys or of the wheel is one step. */
  endLater(ms: number): void {
    clearTimeout(this.#endTimer)
    this.#endTimer = setTimeout(() => this.end(), ms)
  }

  /** Lets go and puts everything back. */
  cancel(): void {
    const granted = this.#granted
    if (!granted) return
    this.#forget(true)
    void granted.then((yes) => yes && this.store.tell({ command: 'let_back' }))
  }

  #forget(back: boolean): void {
    this.#granted = null
    this.#unsent = false
    clearTimeout(this.#timer)
    clearTimeout(this.#endTimer)
    this.#timer = undefined
    this.#ids = []
    this.view()?.letGo(back)
  }
}
