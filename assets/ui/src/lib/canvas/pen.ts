/**
 * Drawing a line with mouse, finger or pen: its points while it is drawn, and the stroke that it becomes.
 * Shows the line on the overlay; whoever asked for it has the stroke made.
 */
import { clamp, minus, toScene, type Vec3, type Xy } from './geometry'
import type { CanvasView } from './view'

const STROKE_POINTS = 600
/** What the box takes, scene units. */
const WIDTHS = [0.01, 2] as const
/** Before the box told of its tray. */
const WIDTH = 0.12
/** Points nearer than this to the last tell nothing, pixels. */
const APART_PX = 1.5

export interface Stroke {
  form: { kind: 'stroke'; points: Vec3[]; width: number }
  position: Vec3
}

export class Pen {
  #points: Xy[] = []
  /** How hard it was pressed at some of them, 0..1. */
  #pressed: number[] = []

  constructor(private readonly view: CanvasView) {}

  begin(at: Xy): void {
    this.#points = [at]
    this.#pressed = []
    const { local } = this.view.overlay
    local.strokeColour = this.view.options.store.state?.tray.colour ?? local.strokeColour
    this.#show()
  }

  /** The line goes on to `at`; `place` tells where that is on the canvas, `width` the canvas's, pixels. */
  draw(e: PointerEvent, place: (e: PointerEvent) => Xy, width: number): void {
    const all = e.getCoalescedEvents?.() ?? []
    for (const p of all.length > 0 ? all : [e]) {
      const at = place(p)
      const last = this.#points.at(-1)
      if (last && Math.hypot(at[0] - last[0], at[1] - last[1]) * width < APART_PX) continue
      this.#points.push(at)
      if (p.pointerType === 'pen' && p.pressure > 0) this.#pressed.push(p.pressure)
    }
    this.#show()
  }

  /** Takes the line off the overlay; tells the stroke that it is, if there is one. */
  end(): Stroke | null {
    const points = this.#points
    const width = this.#width()
    this.#points = []
    this.#pressed = []
    this.#show()
    return points.length > 0 ? strokeOf(points, width) : null
  }

  #show(): void {
    const { overlay } = this.view
    overlay.local.stroke = this.#points
    overlay.local.strokeWidth = this.#width()
    this.view.touchUp()
  }

  /** A stroke has one thickness: the tray's, thinner or thicker as the pen was pressed on the whole. */
  #width(): number {
    const width = this.view.options.store.state?.tray.pen_width ?? WIDTH
    const pressed = this.#pressed
    if (pressed.length === 0) return width
    const mean = pressed.reduce((sum, p) => sum + p, 0) / pressed.length
    return clamp(width * (0.4 + 1.2 * mean), ...WIDTHS)
  }
}

/** A stroke on the plane z = 0 through points of the canvas. */
export function strokeOf(points: readonly Xy[], width: number): Stroke {
  const step = Math.max(1, Math.ceil(points.length / STROKE_POINTS))
  const kept = points.filter((_, i) => i % step === 0 || i === points.length - 1)
  const scene = kept.map((p) => toScene(p, 0))
  const xs = scene.map((p) => p[0])
  const ys = scene.map((p) => p[1])
  const half = (a: number[]) => (Math.min(...a) + Math.max(...a)) / 2
  const position: Vec3 = [half(xs), half(ys), 0]
  const round = (n: number) => Math.round(n * 1e4) / 1e4
  return {
    form: {
      kind: 'stroke',
      points: scene.map((p) => minus(p, position).map(round) as Vec3),
      width,
    },
    position: position.map(round) as Vec3,
  }
}
