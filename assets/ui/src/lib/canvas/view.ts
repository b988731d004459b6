/**
 * One view of the canvas: follows the store, moves everything where it belongs, has the stage and the
 * overlay drawn when something changed and only then, and measures how long a hand's movement took to
 * become pixels. Runs for every frame, so nothing here is reactive. Must not give commands.
 */
import { Window } from '../live/spread'
import type { Held, SceneChange, SceneObject, TouchView, Transform } from '../api/types'
import type { Diff } from './document'
import { ease, Motion, type Eased } from './ease'
import { Governor } from './governor'
import { Overlay } from './overlay'
import type { Pickable } from './pick'
import type { CanvasStore } from './store.svelte'
import type { Stage } from './stage/stage'

/** How far behind a change's end things are on their way to it, seconds. */
const SMOOTH_S = 0.1
const APPEAR_S = 0.13
const LEAVE_S = 0.07
/** What was let go stays where it was until its step comes, but no longer than this. */
const LINGER_MS = 400
/** The scene rests when nothing was drawn for this long. */
const REST_MS = 260
const REPORT_MS = 250
/** At most so many sparks burst at once when much comes or goes. */
const BURSTS = 8

/** One object as it is shown: on its way from where it was to where it belongs. */
export interface Actor {
  object: SceneObject
  readonly motion: Motion
  /** How large it is of its size: grows when it comes, shrinks when it goes. */
  readonly show: Eased
  leaving: boolean
  /** Until when its last held place counts, and that place. */
  linger: { untilMs: number; place: Transform } | null
  /** Height of a card as it was painted, scene units at scale 1. */
  height: number | undefined
}

export interface ViewOptions {
  store: CanvasStore
  stage: HTMLCanvasElement
  overlay: HTMLCanvasElement
  reducedMotion: boolean
  dark: boolean
  /** Loads and makes the stage; throws where WebGL is missing. */
  makeStage: (canvas: HTMLCanvasElement, view: CanvasView) => Promise<Stage>
  /** How the stage is: words for people are the page's business. */
  onStage: (state: 'on' | 'missing' | 'lost') => void
}

export class CanvasView {
  readonly actors = new Map<number, Actor>()
  readonly overlay: Overlay
  stage: Stage | null = null
  /** Where this page itself holds things: shown at once, before the box has heard of it. */
  readonly mine = new Map<number, Transform>()
  /** Frames drawn by the stage and painted by the overlay, for tests and the curious. */
  drawn = 0
  painted = 0
  #governor = new Governor(1, true)
  #moving = new Set<Actor>()
  #held = new Map<number, { who: string; place: Transform }>()
  #frame = 0
  #lastMs = 0
  #stale = true
  #overlayStale = true
  #restTimer: ReturnType<typeof setTimeout> | undefined
  #rested = false
  #size: [number, number] = [1, 1]
  #offs: (() => void)[] = []
  /** The newest hands that are not on the screen yet. */
  #pending: { capturedUs: number; moved: boolean } | null = null
  #measured: { capturedUs: number; needsStage: boolean }[] = []
  #drawnMs = new Window()
  #reportedMs = 0
  #movedBefore = ''

  constructor(readonly options: ViewOptions) {
    const { store } = options
    this.overlay = new Overlay(options.overlay, this)
    this.overlay.dark = options.dark
    this.#offs = [
      store.on('scene', (diff, step) => this.#tookScene(diff, step)),
      store.on('state', () => this.touchUp()),
      store.on('touch', (touch) => this.#tookTouch(touch)),
      store.on('held', (held) => this.#tookHeld(held)),
    ]
    for (const o of store.document.objects.values()) this.#enter(o, false)
    this.#tookHeld(store.held)
    const sizes = new ResizeObserver(() => this.#fit())
    sizes.observe(options.overlay)
    this.#offs.push(() => sizes.disconnect())
    this.#fit()
    void this.#open()
    void document.fonts?.load('600 20px "Geist Variable"').then(() => this.#repaint())
  }

  async #open(): Promise<void> {
    try {
      const stage = await this.options.makeStage(this.options.stage, this)
      if (this.#offs.length === 0) return stage.dispose()
      this.stage = stage
      this.#governor = new Governor(devicePixelRatio, stage.software)
      stage.setDark(this.overlay.dark)
      stage.setSize(...this.#size)
      for (const a of this.actors.values()) {
        stage.add(a.object)
        stage.place(a.object.id, a.motion.now, a.show.now)
      }
      this.overlay.flat = false
      this.options.onStage('on')
    } catch {
      this.overlay.flat = true
      this.options.onStage('missing')
    }
    this.invalidate()
  }

  /** The stage was lost: outlines stand in for it until it is back. */
  stageLost(): void {
    this.overlay.flat = true
    this.options.onStage('lost')
    this.touchUp()
  }

  stageRestored(): void {
    this.overlay.flat = false
    this.options.onStage('on')
    this.#repaint()
    this.invalidate()
  }

  #repaint(): void {
    this.stage?.repaint([...this.actors.values()].map((a) => a.object))
    this.invalidate()
  }

  setDark(dark: boolean): void {
    this.overlay.dark = dark
    this.stage?.setDark(dark)
    this.invalidate()
  }

  /** The stage must be drawn anew. */
  invalidate(): void {
    this.#stale = true
    this.#wake()
  }

  /** The overlay must be painted anew. */
  touchUp(): void {
    this.#overlayStale = true
    this.#wake()
  }

  /** This page holds these here. */
  hold(places: readonly Transform[]): void {
    for (const t of places) {
      this.mine.set(t.id, t)
      this.#aim(t.id)
    }
  }

  /** This page lets go; `back` puts them at once where the document has them. */
  letGo(back = false): void {
    const ids = [...this.mine.keys()]
    for (const id of ids) {
      const place = this.mine.get(id) as Transform
      this.mine.delete(id)
      const a = this.actors.get(id)
      if (a && !back) a.linger = { untilMs: performance.now() + LINGER_MS, place }
      this.#aim(id)
    }
  }

  /** Where an object is shown to belong now. */
  placeOf(id: number): Transform | null {
    const a = this.actors.get(id)
    if (!a || a.leaving) return null
    return this.mine.get(id) ?? this.#held.get(id)?.place ?? a.linger?.place ?? placeOf(a.object)
  }

  /** Who holds it, if somebody else does. */
  holder(id: number): string | null {
    return this.mine.has(id) ? null : (this.#held.get(id)?.who ?? null)
  }

  /** What can be picked, where it is shown now. */
  *pickables(): Generator<Pickable> {
    for (const a of this.actors.values()) if (!a.leaving) yield pickable(a)
  }

  latency(): ReturnType<Window['spread']> {
    return this.#drawnMs.spread()
  }

  get quality(): number {
    return this.#governor.level
  }

  dispose(): void {
    for (const off of this.#offs) off()
    this.#offs = []
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#restTimer)
    this.stage?.dispose()
    this.stage = null
  }

  // What the box tells.

  #tookScene(diff: Diff, step: SceneChange | null): void {
    let bursts = diff.whole || this.options.reducedMotion ? 0 : BURSTS
    for (const id of diff.removed) {
      const a = this.actors.get(id)
      if (a && bursts-- > 0) this.#burst(a, step?.command === 'clear' ? 9 : 14)
      this.#leave(id, diff.whole)
    }
    for (const o of diff.added) {
      const a = this.#enter(o, !diff.whole)
      if (bursts-- > 0) this.#burst(a, 12)
    }
    for (const o of diff.changed) {
      const a = this.actors.get(o.id)
      if (!a) continue
      const before = a.object
      a.object = o
      a.linger = null
      if (before.form !== o.form || before.colour !== o.colour) this.stage?.change(o)
      this.#aim(o.id)
    }
    this.invalidate()
  }

  #burst(a: Actor, count: number): void {
    const [x = 0, y = 0, z = 0] = a.motion.to
    const radius = Math.min(2, Math.max(...a.object.scale.map(Math.abs)) * 0.55)
    this.stage?.burst([x, y, z], radius, a.object.colour, count)
  }

  #enter(o: SceneObject, shown: boolean): Actor {
    const old = this.actors.get(o.id)
    if (old) this.#gone(old)
    const grown = shown && !this.options.reducedMotion ? 0 : 1
    const a: Actor = {
      object: o,
      motion: new Motion(),
      show: { now: grown, speed: 0 },
      leaving: false,
      linger: null,
      height: undefined,
    }
    this.actors.set(o.id, a)
    a.motion.set(o.position, o.rotation, o.scale)
    a.motion.jump()
    this.stage?.add(o)
    this.stage?.place(o.id, a.motion.now, a.show.now)
    this.#moving.add(a)
    return a
  }

  #leave(id: number, atOnce: boolean): void {
    const a = this.actors.get(id)
    if (!a) return
    this.mine.delete(id)
    if (atOnce || this.options.reducedMotion) this.#gone(a)
    else {
      a.leaving = true
      this.#moving.add(a)
    }
  }

  #gone(a: Actor): void {
    this.#moving.delete(a)
    this.stage?.remove(a.object.id)
    if (this.actors.get(a.object.id) === a) this.actors.delete(a.object.id)
  }

  #tookHeld(held: readonly Held[]): void {
    const before = this.#held
    this.#held = new Map()
    for (const h of held)
      for (const place of h.objects) this.#held.set(place.id, { who: h.who, place })
    const untilMs = performance.now() + LINGER_MS
    for (const [id, { place }] of before)
      if (!this.#held.has(id)) {
        const a = this.actors.get(id)
        if (a) a.linger = { untilMs, place }
        this.#aim(id)
      }
    for (const id of this.#held.keys()) this.#aim(id)
    this.touchUp()
  }

  #tookTouch(touch: TouchView): void {
    const at = JSON.stringify(touch.pointers.map((p) => p.at))
    const moved = touch.pointers.length > 0 && at !== this.#movedBefore
    this.#movedBefore = at
    this.#pending = {
      capturedUs: touch.captured_us,
      moved: moved || (this.#pending?.moved ?? false),
    }
    this.touchUp()
  }

  /** Sets where an object is to be; what is held is there at once. */
  #aim(id: number): void {
    const a = this.actors.get(id)
    const place = this.placeOf(id)
    if (!a || !place) return
    a.motion.set(place.position, place.rotation, place.scale)
    const held = this.mine.has(id) || this.#held.has(id)
    if (held || this.options.reducedMotion) a.motion.jump()
    this.#moving.add(a)
    this.invalidate()
  }

  // The loop: asleep unless something is to be done.

  #wake(): void {
    if (this.#frame === 0 && this.#offs.length > 0)
      this.#frame = requestAnimationFrame((ms) => this.#tick(ms))
  }

  #tick(ms: number): void {
    this.#frame = 0
    const dtS = Math.min(0.05, Math.max(0.001, (ms - this.#lastMs) / 1000))
    this.#lastMs = ms
    this.#settleMeasures()
    this.#move(dtS)
    const { stage } = this
    // A frame that is still being drawn is waited for: asking for more would only make hands wait.
    const ready = stage !== null && !stage.lost && !stage.busy
    let drew = false
    if (stage && ready && (this.#stale || stage.sparkling)) {
      this.#stale = false
      this.#rested = false
      stage.draw(this.#governor.moving, dtS)
      this.drawn += 1
      drew = true
      this.#restLater()
    }
    if (this.#overlayStale || drew || !stage) {
      this.#overlayStale = false
      this.overlay.paint()
      this.painted += 1
      if (this.#pending?.moved)
        this.#measured.push({
          capturedUs: this.#pending.capturedUs,
          needsStage: stage?.busy ?? false,
        })
      this.#pending = null
    }
    const more = this.#stale || this.#moving.size > 0 || stage?.sparkling
    if (more || stage?.busy || this.#measured.length > 0) this.#wake()
  }

  #move(dtS: number): void {
    for (const a of this.#moving) {
      const { show, motion } = a
      if (a.linger && performance.now() > a.linger.untilMs) {
        a.linger = null
        const o = a.object
        motion.set(o.position, o.rotation, o.scale)
      }
      let moves = motion.step(SMOOTH_S, dtS) || a.linger !== null
      const full = a.leaving ? 0 : 1
      if (show.now !== full) {
        ease(show, full, a.leaving ? LEAVE_S : APPEAR_S, dtS)
        if (Math.abs(show.now - full) < 0.004) show.now = full
        else moves = true
      }
      if (a.leaving && show.now === 0) {
        this.#gone(a)
        this.#stale = true
        continue
      }
      this.stage?.place(a.object.id, motion.now, Math.max(0.0001, show.now))
      this.#stale = true
      this.#overlayStale = true
      if (!moves) this.#moving.delete(a)
    }
  }

  /** When nothing moves any more, the stage is drawn once as fine as it may be. */
  #restLater(): void {
    clearTimeout(this.#restTimer)
    this.#restTimer = setTimeout(() => {
      const { stage } = this
      if (!stage || stage.lost || this.#rested || this.#moving.size > 0 || this.#stale) return
      if (stage.busy) return this.#restLater()
      const hands = (this.options.store.touch?.pointers.length ?? 0) > 0
      this.#rested = true
      stage.draw(this.#governor.resting(stage.megapixels, hands), 0)
      this.drawn += 1
      this.#wake()
    }, REST_MS)
  }

  #settleMeasures(): void {
    const tookMs = this.stage?.finished() ?? null
    if (tookMs !== null && this.stage && !this.#rested)
      this.#governor.took(tookMs, this.stage.megapixels * this.#governor.moving.ratio ** 2)
    if (this.#measured.length === 0) return
    const nowMs = performance.now()
    const busy = this.stage?.busy ?? false
    // What was painted in the frame before this one is on the screen now.
    this.#measured = this.#measured.filter((m) => {
      if (m.needsStage && busy) return true
      this.#measure(m.capturedUs, nowMs)
      return false
    })
  }

  #measure(capturedUs: number, nowMs: number): void {
    const { store } = this.options
    const boxUs = store.clock.toBoxUs(nowMs)
    if (boxUs === null || capturedUs === 0) return
    const ms = (boxUs - capturedUs) / 1000
    // A clock that is not known yet, or a page that slept, measures nonsense.
    if (ms < 0 || ms > 10_000) return
    this.#drawnMs.add(ms)
    if (nowMs - this.#reportedMs < REPORT_MS) return
    this.#reportedMs = nowMs
    store.drew(ms, this.#drawnMs.spread())
  }

  #fit(): void {
    const { clientWidth, clientHeight } = this.options.overlay
    if (clientWidth === 0) return
    this.#size = [clientWidth, clientHeight]
    this.overlay.setSize(clientWidth, clientHeight, devicePixelRatio)
    this.stage?.setSize(clientWidth, clientHeight)
    this.invalidate()
  }
}

export function pickable(a: Actor): Pickable {
  const [px = 0, py = 0, pz = 0, qx = 0, qy = 0, qz = 0, qw = 1, sx = 1, sy = 1, sz = 1] =
    a.motion.now
  return {
    id: a.object.id,
    form: a.object.form,
    height: a.height,
    place: {
      id: a.object.id,
      position: [px, py, pz],
      rotation: [qx, qy, qz, qw],
      scale: [sx, sy, sz],
    },
  }
}

function placeOf(o: SceneObject): Transform {
  return { id: o.id, position: o.position, rotation: o.rotation, scale: o.scale }
}
