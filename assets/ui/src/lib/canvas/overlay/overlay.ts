/**
 * What lies over the stage, painted in two dimensions: outlines of what is selected or held, names and
 * signs, the hands' pointers, rings that fill while something is held, the ring menu, targets to point at.
 * Cheap enough for every frame of the camera. Where there is no stage it paints the objects themselves as
 * flat outlines. Shape tells what colour tells, always. Must not decide what is selected or held.
 */
import type { Xy } from '../geometry'
import type { CanvasView } from '../view'
import { Brush } from './brush'
import { paintFlat } from './flat'
import { Hands } from './hands'
import { boxOf, Marks, type Box } from './marks'

/** The words that it paints; the page hands them in, in the language of whoever looks. */
export interface OverlayWords {
  left: string
  right: string
  held: (who: string) => string
  /** A ring item's or a command's name. */
  item: (name: string) => string
  /** A command that is being held, and what it will be done to. */
  about: (command: string, what: string) => string
  /** That many objects. */
  objects: (n: number) => string
  /** There is nothing under the hand. */
  nothing: string
}

/** What the person at this page is about to do, for the overlay. */
export interface Local {
  hover: number | null
  /** The object that the keyboard is at. */
  focus: number | null
  /** Corners of the box that is drawn round objects, canvas space. */
  box: [Xy, Xy] | null
  /** The line being drawn, canvas space. */
  stroke: Xy[]
  strokeColour: string
  strokeWidth: number
  /** Whether handles are shown round the selection. */
  handles: boolean
}

export interface Handles {
  box: Box
  rotate: Xy
  scale: Xy
}

export class Overlay {
  /** There is no stage: the objects are painted here. */
  flat = false
  words: OverlayWords = {
    left: 'L',
    right: 'R',
    held: (w) => w,
    item: (i) => i,
    about: (c, what) => `${c}: ${what}`,
    objects: (n) => String(n),
    nothing: '',
  }
  readonly local: Local = {
    hover: null,
    focus: null,
    box: null,
    stroke: [],
    strokeColour: '#4be3b4',
    strokeWidth: 0.12,
    handles: false,
  }
  /** Whether targets of a calibration are painted; outputs paint their own. */
  targets = true
  #dark = true
  #brush: Brush | null
  #hands = new Hands()
  #marks: Marks

  constructor(
    canvas: HTMLCanvasElement,
    private readonly view: CanvasView,
  ) {
    this.#brush = Brush.on(canvas)
    this.#marks = new Marks(view, this.local)
  }

  get dark(): boolean {
    return this.#dark
  }

  set dark(dark: boolean) {
    this.#dark = dark
    if (this.#brush) this.#brush.dark = dark
  }

  setSize(width: number, height: number, dpr: number): void {
    this.#brush?.setSize(width, height, dpr)
  }

  /** The handles round the selection, canvas space; null where nothing can be turned. */
  handles(): Handles | null {
    if (!this.#brush || !this.local.handles) return null
    const box = boxOf(this.#marks.selected().filter((a) => !a.object.locked))
    if (!box) return null
    const { width, height } = this.#brush
    const [dx, dy] = [14 / width, 14 / height]
    const [l, t, r, b] = [box[0] - dx, box[1] - dy, box[2] + dx, box[3] + dy]
    const up = 34 / height
    // What stands at the upper edge is turned from below.
    const rotate: Xy = t - up > 0.01 ? [(l + r) / 2, t - up] : [(l + r) / 2, b + up]
    return { box: [l, t, r, b], rotate, scale: [r, b] }
  }

  paint(): void {
    const brush = this.#brush
    if (!brush) return
    const { store } = this.view.options
    brush.begin()
    if (this.flat) paintFlat(brush, this.view.actors.all.values())
    this.#marks.paint(brush, this.words)
    this.#paintLocal(brush)
    const labelOf = (id: number) => this.view.actors.get(id)?.object.label ?? ''
    if (store.touch) this.#hands.paint(brush, store.touch, store.state?.tray, this.words, labelOf)
    this.#paintTarget(brush)
  }

  /** What this page does. */
  #paintLocal(brush: Brush): void {
    const { local } = this
    const { ctx, theme } = brush
    const handles = this.handles()
    if (handles) paintHandles(brush, handles)
    if (local.box) {
      const [a, b] = [brush.px(local.box[0]), brush.px(local.box[1])]
      ctx.fillStyle = `${theme.line}22`
      ctx.strokeStyle = theme.line
      ctx.lineWidth = 1.5
      ctx.setLineDash([6, 4])
      ctx.fillRect(a[0], a[1], b[0] - a[0], b[1] - a[1])
      ctx.strokeRect(a[0], a[1], b[0] - a[0], b[1] - a[1])
      ctx.setLineDash([])
    }
    if (local.stroke.length > 0) {
      const points = local.stroke.map((p) => brush.px(p))
      brush.line(points, local.strokeColour, (local.strokeWidth / 16) * brush.width)
    }
  }

  /** A target that calibration wants pointed at. */
  #paintTarget(brush: Brush): void {
    const running = this.view.options.store.calibration?.running
    if (!this.targets || !running?.at || running.method !== 'pointing') return
    const { ctx, theme } = brush
    const [x, y] = brush.px(running.at)
    const r = brush.height * 0.045
    const cross = new Path2D()
    cross.arc(x, y, r * 0.45, 0, Math.PI * 2)
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      cross.moveTo(x + dx * r * 0.7, y + dy * r * 0.7)
      cross.lineTo(x + dx * r * 1.25, y + dy * r * 1.25)
    }
    ctx.lineWidth = 7
    ctx.strokeStyle = theme.edge
    ctx.stroke(cross)
    ctx.lineWidth = 3
    ctx.strokeStyle = theme.line
    ctx.stroke(cross)
    brush.progress([x, y], r, running.progress, theme.line, 5)
  }
}

function paintHandles(brush: Brush, handles: Handles): void {
  const { ctx, theme } = brush
  const [l, t] = brush.px([handles.box[0], handles.box[1]])
  const [r, b] = brush.px([handles.box[2], handles.box[3]])
  const [x, y] = brush.px(handles.rotate)
  ctx.strokeStyle = theme.line
  ctx.lineWidth = 1.25
  ctx.globalAlpha = 0.6
  ctx.setLineDash([3, 4])
  ctx.strokeRect(l, t, r - l, b - t)
  ctx.setLineDash([])
  ctx.beginPath()
  ctx.moveTo(x, y)
  ctx.lineTo(x, y < t ? t : b)
  ctx.stroke()
  ctx.globalAlpha = 1
  brush.handle([x, y], 'turn')
  brush.handle([r, b], 'size')
}
