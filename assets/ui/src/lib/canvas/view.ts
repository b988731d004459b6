/**
 * One view of the canvas: follows the store, has the stage and the overlay drawn when something changed and
 * only then, hands first where drawing takes long, and measures how long a hand's movement took to become
 * pixels. Runs for every frame, so nothing here is reactive. Must not give commands.
 */
import type { Held, SceneChange, Spread, TouchView, Transform } from '../api/types'
import { Actors, type Actor } from './actors'
import type { Diff } from './document'
import { placeOf, type Xy } from './geometry'
import { Governor } from './governor'
import { Latency } from './latency'
import { Overlay } from './overlay/overlay'
import { pickNear, type Hit } from './pick'
import type { CanvasStore } from './store.svelte'
import type { Stage } from './stage/stage'

/** The scene rests when nothing was drawn for this long. */
const REST_MS = 260
/** So often what was measured is shown to people. */
const SHOW_MS = 250
/** At most so many sparks burst at once when much comes or goes. */
const BURSTS = 8

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
  readonly actors: Actors
  readonly overlay: Overlay
  stage: Stage | null = null
  /** Frames drawn by the stage and painted by the overlay, for tests and the curious. */
  drawn = 0
  painted = 0
  #governor = new Governor(1, true)
  #frame = 0
  #lastMs = 0
  #stale = true
  #overlayStale = true
  /** The stage waits for the next frame, because hands came first. */
  #postponed = false
  /** When the stage began to draw; null once the page could go on. */
  #drawingSinceMs: number | null = null
  #afterDrawing = new MessageChannel()
  #restTimer: ReturnType<typeof setTimeout> | undefined
  #rested = false
  #size: [number, number] = [1, 1]
  #offs: (() => void)[] = []
  #latency: Latency
  #shownMs = 0

  constructor(readonly options: ViewOptions) {
    const { store } = options
    this.actors = new Actors(options.reducedMotion, () => this.stage)
    this.#latency = new Latency(() => store.clock)
    this.overlay = new Overlay(options.overlay, this)
    this.overlay.dark = options.dark
    this.#offs = [
      store.on('scene', (diff, step) => this.#tookScene(diff, step)),
      store.on('state', () => this.touchUp()),
      store.on('touch', (touch) => this.#tookTouch(touch)),
      store.on('held', (held) => this.#tookHeld(held)),
    ]
    for (const o of store.document.objects.values()) this.actors.enter(o, false)
    this.#tookHeld(store.held)
    const sizes = new ResizeObserver(() => this.#fit())
    sizes.observe(options.overlay)
    this.#offs.push(() => sizes.disconnect())
    // Comes after the frame that the stage was drawn in: so long it kept the page.
    this.#afterDrawing.port1.onmessage = () => {
      if (this.#drawingSinceMs !== null)
        this.#governor.kept(performance.now() - this.#drawingSinceMs)
      this.#drawingSinceMs = null
    }
    this.#offs.push(() => this.#afterDrawing.port1.close())
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
      for (const a of this.actors.all.values()) {
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
    this.stage?.repaint([...this.actors.all.values()].map((a) => a.object))
    this.invalidate()
  }

  setDark(dark: boolean): void {
    this.overlay.dark = dark
    this.stage?.setDark(dark)
    this.invalidate()
  }

  /** All must be drawn anew. */
  invalidate(): void {
    this.#stale = true
    this.touchUp()
  }

  /** The overlay must be painted anew. */
  touchUp(): void {
    this.#overlayStale = true
    this.#wake()
  }

  /** This page holds these here: shown at once, before the box has heard of it. */
  hold(places: readonly Transform[]): void {
    this.actors.hold(places)
    this.#wake()
  }

  /** This page lets go; `back` puts them where the document has them. */
  letGo(back = false): void {
    this.actors.letGo(back)
    this.#wake()
  }

  /** Where an object is shown to belong now. */
  placeOf(id: number): Transform | null {
    const a = this.actors.get(id)
    return !a || a.leaving ? null : placeOf(a.belongs())
  }

  /** The nearest thing under a canvas point; within `reach` scene units of it if none is under it. */
  pick(at: Xy, reach = 0): Hit | null {
    return pickNear(at, this.actors.all.values(), reach)
  }

  /** From capture, and from the message's coming, to the screen. */
  latency(): { capture: Spread | null; message: Spread | null } {
    return { capture: this.#latency.fromCapture(), message: this.#latency.fromMessage() }
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
      this.actors.leave(id, diff.whole)
    }
    for (const o of diff.added) {
      const a = this.actors.enter(o, !diff.whole)
      if (bursts-- > 0) this.#burst(a, 12)
    }
    for (const o of diff.changed) this.actors.change(o)
    // What came back may be held already.
    const { held } = this.options.store
    if (diff.added.length > 0 && held.length > 0) this.actors.tookHeld(held)
    this.invalidate()
  }

  #burst(a: Actor, count: number): void {
    const [x = 0, y = 0, z = 0] = a.motion.to
    const radius = Math.min(2, Math.max(...a.object.scale.map(Math.abs)) * 0.55)
    this.stage?.burst([x, y, z], radius, a.object.colour, count)
  }

  #tookHeld(held: readonly Held[]): void {
    this.actors.tookHeld(held)
    this.touchUp()
  }

  #tookTouch(touch: TouchView): void {
    const holds = touch.pointers.some((p) => p.doing === 'hold' || p.doing === 'stretch')
    this.#latency.took(touch, performance.now(), holds && this.stage !== null)
    this.touchUp()
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
    this.#settle()
    if (this.actors.step(performance.now(), dtS)) {
      this.#stale = true
      this.#overlayStale = true
    }
    const { stage } = this
    const drew = stage !== null && this.#drawStage(stage, dtS)
    if (this.#overlayStale || drew || !stage) {
      this.#overlayStale = false
      this.overlay.paint()
      this.painted += 1
      this.#latency.paintedOverlay()
    }
    if (drew) this.#latency.drewStage()
    if (this.#due || this.actors.moving || stage?.busy || this.#latency.measures) this.#wake()
  }

  /** The stage is to be drawn, and can be. */
  get #due(): boolean {
    const { stage } = this
    return stage !== null && !stage.lost && (this.#stale || stage.sparkling)
  }

  /** Draws the stage if it is to be drawn now; says whether it was. */
  #drawStage(stage: Stage, dtS: number): boolean {
    // A frame that is still being drawn is waited for: asking for more would only make hands wait.
    if (stage.busy || !this.#due) return false
    if (this.#latency.waits && this.#governor.slow && !this.#postponed) {
      this.#postponed = true
      return false
    }
    this.#postponed = false
    this.#stale = false
    this.#rested = false
    stage.draw(this.#governor.moving, dtS)
    this.drawn += 1
    this.#drawingSinceMs = performance.now()
    this.#afterDrawing.port2.postMessage(null)
    this.#restLater()
    return true
  }

  /** When nothing moves any more, the stage is drawn once as fine as it may be. */
  #restLater(): void {
    clearTimeout(this.#restTimer)
    this.#restTimer = setTimeout(() => {
      const { stage } = this
      if (!stage || stage.lost || this.#rested || this.actors.moving || this.#stale) return
      if (stage.busy) return this.#restLater()
      const hands = (this.options.store.touch?.pointers.length ?? 0) > 0
      this.#rested = true
      stage.draw(this.#governor.resting(stage.megapixels, hands), 0)
      this.drawn += 1
      this.#wake()
    }, REST_MS)
  }

  #settle(): void {
    const { stage, options } = this
    const tookMs = stage?.finished() ?? null
    if (tookMs !== null && stage && !this.#rested)
      this.#governor.took(tookMs, stage.megapixels * this.#governor.moving.ratio ** 2)
    if (!this.#latency.measures) return
    const nowMs = performance.now()
    const newest = this.#latency.settle(nowMs, stage?.busy ?? false, this.#due)
    if (newest !== null) options.store.drew(newest)
    if (newest === null || nowMs - this.#shownMs < SHOW_MS) return
    this.#shownMs = nowMs
    options.store.drawn = this.#latency.fromCapture()
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
