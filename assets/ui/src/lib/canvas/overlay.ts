/**
 * What lies over the stage, painted in two dimensions: outlines of what is selected or held, names and
 * signs, the hands' pointers, rings that fill while something is held, the ring menu, targets to point at.
 * Cheap enough for every frame of the camera. Where there is no stage it paints the objects themselves as
 * flat outlines, so that nobody stands before an empty page. Shape tells what colour tells, always.
 */
import type { Handedness, PointerView, RingView, TouchView } from '../api/types'
import { magnification, toCanvas, type Vec3, type Xy } from './geometry'
import { bounds, outline } from './pick'
import { drawSign, type Sign } from './signs'
import { pickable, type Actor, type CanvasView } from './view'

/** The words that it paints; the page hands them in, in the language of whoever looks. */
export interface OverlayWords {
  left: string
  right: string
  held: (who: string) => string
  /** A ring item's or a command's name. */
  item: (name: string) => string
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

interface Theme {
  line: string
  edge: string
  chip: string
  chipText: string
  hands: Record<Handedness, string>
}

const DARK: Theme = {
  line: '#4be3b4',
  edge: 'rgb(4 9 7 / 70%)',
  chip: 'rgb(10 14 13 / 84%)',
  chipText: '#f4f8f6',
  hands: { right: '#4be3b4', left: '#b7a6ff' },
}
const LIGHT: Theme = {
  line: '#0a7353',
  edge: 'rgb(255 255 255 / 85%)',
  chip: 'rgb(16 24 20 / 88%)',
  chipText: '#f4f8f6',
  hands: { right: '#0a7353', left: '#5b45c9' },
}

/** From this many selected objects on one box stands for all of their outlines. */
const MANY = 60

export interface Handles {
  box: [number, number, number, number]
  rotate: Xy
  scale: Xy
}

export class Overlay {
  dark = true
  /** There is no stage: the objects are painted here. */
  flat = false
  words: OverlayWords = { left: 'L', right: 'R', held: (w) => w, item: (i) => i }
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
  #ctx: CanvasRenderingContext2D | null
  #size = { width: 1, height: 1, scale: 1 }
  /** Lines that hands draw: the box tells their last points only. */
  #strokes = new Map<number, Vec3[]>()

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly view: CanvasView,
  ) {
    this.#ctx = canvas.getContext('2d')
  }

  setSize(width: number, height: number, dpr: number): void {
    const scale = Math.min(2, dpr)
    this.#size = { width, height, scale }
    this.canvas.width = Math.round(width * scale)
    this.canvas.height = Math.round(height * scale)
  }

  get #em(): number {
    return Math.min(26, Math.max(12, this.#size.width / 78))
  }

  get #theme(): Theme {
    return this.dark ? DARK : LIGHT
  }

  #px(at: Xy): [number, number] {
    return [at[0] * this.#size.width, at[1] * this.#size.height]
  }

  /** The handles round the selection, canvas space; null where nothing can be turned. */
  handles(): Handles | null {
    const { store } = this.view.options
    if (!this.local.handles || store.selection.size === 0) return null
    const corners: Xy[] = []
    for (const id of store.selection) {
      const a = this.view.actors.get(id)
      if (a && !a.object.locked && !a.leaving) corners.push(...outline(pickable(a)))
    }
    const box = bounds(corners)
    if (!box) return null
    const [dx, dy] = [14 / this.#size.width, 14 / this.#size.height]
    const [l, t, r, b] = [box[0] - dx, box[1] - dy, box[2] + dx, box[3] + dy]
    const up = 34 / this.#size.height
    // What stands at the upper edge is turned from below.
    const rotate: Xy = t - up > 0.01 ? [(l + r) / 2, t - up] : [(l + r) / 2, b + up]
    return { box: [l, t, r, b], rotate, scale: [r, b] }
  }

  paint(): void {
    const ctx = this.#ctx
    if (!ctx) return
    const { scale } = this.#size
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.clearRect(0, 0, this.canvas.width, this.canvas.height)
    ctx.setTransform(scale, 0, 0, scale, 0, 0)
    ctx.lineJoin = 'round'
    ctx.lineCap = 'round'
    const { store } = this.view.options
    if (this.flat) this.#paintFlat(ctx)
    this.#paintMarks(ctx)
    this.#paintLocal(ctx)
    const { touch } = store
    if (touch) this.#paintTouch(ctx, touch)
    this.#paintTarget(ctx)
  }

  // Objects.

  #paintFlat(ctx: CanvasRenderingContext2D): void {
    ctx.fillStyle = this.dark ? '#18211e' : '#e9efeb'
    ctx.fillRect(0, 0, this.#size.width, this.#size.height)
    const actors = [...this.view.actors.values()].filter((a) => !a.leaving)
    actors.sort((a, b) => (a.motion.now[2] ?? 0) - (b.motion.now[2] ?? 0))
    for (const a of actors) {
      const { form, colour } = a.object
      const path = this.#outlinePath(a)
      if (!path) continue
      ctx.fillStyle = colour
      ctx.strokeStyle = colour
      if (form.kind === 'stroke') {
        ctx.lineWidth = Math.max(2, form.width * this.#unit(a))
        ctx.stroke(this.#linePath(form.points, a))
      } else {
        ctx.globalAlpha = 0.85
        ctx.fill(path)
        ctx.globalAlpha = 1
      }
      if (form.kind === 'text' || form.kind === 'answer') {
        const at = toCanvas(a.object.position)
        if (at) this.#chip(ctx, form.text.slice(0, 40), this.#px(at), [])
      }
    }
  }

  /** Pixels for a scene unit at the object's depth. */
  #unit(a: Actor): number {
    return (this.#size.width / 16) * magnification(a.motion.now[2] ?? 0)
  }

  #linePath(points: readonly Vec3[], a: Actor): Path2D {
    const path = new Path2D()
    const [x = 0, y = 0, z = 0] = a.motion.now
    points.forEach((p, i) => {
      const at = toCanvas([p[0] + x, p[1] + y, p[2] + z])
      if (at) path[i === 0 ? 'moveTo' : 'lineTo'](...this.#px(at))
    })
    return path
  }

  #outlinePath(a: Actor, grow = 0): Path2D | null {
    const points = outline(pickable(a)).map((p) => this.#px(p))
    if (points.length < 2) return null
    const mx = points.reduce((s, p) => s + p[0], 0) / points.length
    const my = points.reduce((s, p) => s + p[1], 0) / points.length
    const path = new Path2D()
    points.forEach(([x, y], i) => {
      const l = Math.hypot(x - mx, y - my) || 1
      const to: [number, number] = [x + ((x - mx) / l) * grow, y + ((y - my) / l) * grow]
      path[i === 0 ? 'moveTo' : 'lineTo'](...to)
    })
    path.closePath()
    return path
  }

  /** Outlines and names of what is selected, held, hovered or at the keyboard. */
  #paintMarks(ctx: CanvasRenderingContext2D): void {
    const { view, local } = this
    const { store } = view.options
    const theme = this.#theme
    const { selection } = store
    if (selection.size > MANY) this.#paintManySelected(ctx)
    else for (const id of selection) this.#mark(ctx, view.actors.get(id), theme.line, 2.5, [])
    const others = new Map<number, string>()
    for (const h of store.held)
      for (const o of h.objects) if (!view.mine.has(o.id)) others.set(o.id, h.who)
    for (const [id, who] of others) {
      const a = view.actors.get(id)
      this.#mark(ctx, a, this.#handColour(who), 3.5, [])
      if (a) this.#name(ctx, a, this.words.held(who))
    }
    for (const p of store.touch?.pointers ?? [])
      if (p.target !== undefined && !others.has(p.target))
        this.#mark(ctx, view.actors.get(p.target), theme.hands[p.hand], 2, [2, 6])
    for (const id of new Set([local.hover, local.focus])) {
      const a = id === null ? undefined : view.actors.get(id)
      if (a && !selection.has(a.object.id)) this.#mark(ctx, a, theme.line, 1.75, [7, 6])
    }
    if (selection.size <= 12)
      for (const id of new Set([...selection, local.hover ?? -1, local.focus ?? -1])) {
        const a = view.actors.get(id)
        if (a && !others.has(id)) this.#name(ctx, a, a.object.label)
      }
    for (const a of view.actors.values())
      if (a.object.locked && !selection.has(a.object.id) && a.object.id !== local.hover)
        this.#lockSign(ctx, a)
  }

  #handColour(who: string): string {
    const theme = this.#theme
    return /left/.test(who) ? theme.hands.left : /hand/.test(who) ? theme.hands.right : theme.line
  }

  #paintManySelected(ctx: CanvasRenderingContext2D): void {
    const points: Xy[] = []
    for (const id of this.view.options.store.selection) {
      const at = toCanvas((this.view.actors.get(id)?.object.position ?? [0, 0, 0]) as Vec3)
      if (at) points.push(at)
    }
    const box = bounds(points)
    if (!box) return
    const [l, t] = this.#px([box[0], box[1]])
    const [r, b] = this.#px([box[2], box[3]])
    ctx.strokeStyle = this.#theme.line
    ctx.lineWidth = 2.5
    ctx.strokeRect(l - 16, t - 16, r - l + 32, b - t + 32)
  }

  #mark(
    ctx: CanvasRenderingContext2D,
    a: Actor | undefined,
    colour: string,
    width: number,
    dash: number[],
  ): void {
    if (!a || a.leaving) return
    const path = this.#outlinePath(a, 7)
    if (!path) return
    ctx.strokeStyle = this.#theme.edge
    ctx.lineWidth = width + 2.5
    ctx.stroke(path)
    ctx.setLineDash(dash)
    ctx.strokeStyle = colour
    ctx.lineWidth = width
    ctx.stroke(path)
    ctx.setLineDash([])
  }

  #name(ctx: CanvasRenderingContext2D, a: Actor, text: string): void {
    const box = bounds(outline(pickable(a)))
    if (!box) return
    const signs: Sign[] = []
    if (a.object.locked) signs.push('lock')
    if (a.object.group !== undefined) signs.push('group')
    if (text === '' && signs.length === 0) return
    const [x, y] = this.#px([(box[0] + box[2]) / 2, box[3]])
    this.#chip(
      ctx,
      text.length > 40 ? `${text.slice(0, 39)}…` : text,
      [x, y + this.#em * 1.9],
      signs,
    )
  }

  #lockSign(ctx: CanvasRenderingContext2D, a: Actor): void {
    const at = toCanvas([a.motion.now[0] ?? 0, a.motion.now[1] ?? 0, a.motion.now[2] ?? 0])
    if (!at) return
    const [x, y] = this.#px(at)
    const em = this.#em
    ctx.fillStyle = this.#theme.chip
    ctx.beginPath()
    ctx.arc(x, y, em * 0.85, 0, Math.PI * 2)
    ctx.fill()
    drawSign(ctx, 'lock', x, y, em * 1.05, this.#theme.chipText)
  }

  /** Words on a dark chip, centred at `at` and never outside the view. */
  #chip(ctx: CanvasRenderingContext2D, text: string, at: Xy, signs: Sign[]): void {
    const em = this.#em
    ctx.font = `600 ${em}px "Geist Variable", system-ui, sans-serif`
    ctx.textBaseline = 'middle'
    const words = text === '' ? 0 : ctx.measureText(text).width
    const w = words + em * (1.3 + signs.length * 1.25)
    const h = em * 1.75
    const x = Math.min(Math.max(at[0] - w / 2, 4), Math.max(4, this.#size.width - w - 4))
    const y = Math.min(Math.max(at[1] - h / 2, 4), this.#size.height - h - 4)
    ctx.beginPath()
    ctx.roundRect(x, y, w, h, h / 2)
    ctx.fillStyle = this.#theme.chip
    ctx.fill()
    let left = x + em * 0.65
    for (const sign of signs) {
      drawSign(ctx, sign, left + em * 0.5, y + h / 2, em * 1.05, this.#theme.chipText)
      left += em * 1.25
    }
    ctx.fillStyle = this.#theme.chipText
    ctx.fillText(text, left, y + h / 2 + em * 0.05)
  }

  // What this page does.

  #paintLocal(ctx: CanvasRenderingContext2D): void {
    const { local } = this
    const theme = this.#theme
    const handles = this.handles()
    if (handles) this.#paintHandles(ctx, handles)
    if (local.box) {
      const [a, b] = [this.#px(local.box[0]), this.#px(local.box[1])]
      ctx.fillStyle = `${theme.line}22`
      ctx.strokeStyle = theme.line
      ctx.lineWidth = 1.5
      ctx.setLineDash([6, 4])
      ctx.fillRect(a[0], a[1], b[0] - a[0], b[1] - a[1])
      ctx.strokeRect(a[0], a[1], b[0] - a[0], b[1] - a[1])
      ctx.setLineDash([])
    }
    if (local.stroke.length > 0)
      this.#line(
        ctx,
        local.stroke.map((p) => this.#px(p)),
        local.strokeColour,
        (local.strokeWidth / 16) * this.#size.width,
      )
  }

  #paintHandles(ctx: CanvasRenderingContext2D, handles: Handles): void {
    const [l, t] = this.#px([handles.box[0], handles.box[1]])
    const [r, b] = this.#px([handles.box[2], handles.box[3]])
    const theme = this.#theme
    const [x, y] = this.#px(handles.rotate)
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
    this.#handle(ctx, [x, y], 'turn')
    this.#handle(ctx, [r, b], 'size')
  }

  #handle(ctx: CanvasRenderingContext2D, [x, y]: Xy, sign: Sign): void {
    const theme = this.#theme
    ctx.beginPath()
    ctx.arc(x, y, 11, 0, Math.PI * 2)
    ctx.fillStyle = theme.chip
    ctx.fill()
    ctx.lineWidth = 1.75
    ctx.strokeStyle = theme.line
    ctx.stroke()
    drawSign(ctx, sign, x, y, 13, theme.chipText)
  }

  #line(ctx: CanvasRenderingContext2D, points: Xy[], colour: string, width: number): void {
    ctx.strokeStyle = colour
    ctx.lineWidth = Math.max(1.5, width)
    ctx.beginPath()
    points.forEach((p, i) => ctx[i === 0 ? 'moveTo' : 'lineTo'](p[0], p[1]))
    const only = points.length === 1 ? points[0] : undefined
    if (only) ctx.lineTo(only[0] + 0.1, only[1])
    ctx.stroke()
  }

  // Hands.

  #paintTouch(ctx: CanvasRenderingContext2D, touch: TouchView): void {
    const { store } = this.view.options
    const tray = store.state?.tray
    for (const track of [...this.#strokes.keys()])
      if (!touch.pointers.some((p) => p.track === track && p.stroke)) this.#strokes.delete(track)
    for (const p of touch.pointers) {
      if (p.stroke) {
        const line = this.#whole(p.track, p.stroke)
        const points = line.flatMap((q) => {
          const at = toCanvas(q)
          return at ? [this.#px(at)] : []
        })
        this.#line(
          ctx,
          points,
          tray?.colour ?? '#4be3b4',
          ((tray?.pen_width ?? 0.12) / 16) * this.#size.width,
        )
      }
    }
    if (touch.ring) this.#paintRing(ctx, touch.ring)
    for (const p of touch.pointers) this.#pointer(ctx, p)
    for (const h of touch.holds) {
      const [x, y] = this.#px(h.at)
      const r = this.#em * 2.1
      this.#progress(ctx, [x, y], r, h.progress, this.#theme.line, 5)
      this.#chip(ctx, this.words.item(h.command), [x, y + r + this.#em * 1.5], [])
    }
  }

  /** The whole line of a hand, of which the box tells the last points. */
  #whole(track: number, last: readonly Vec3[]): readonly Vec3[] {
    const line = this.#strokes.get(track) ?? []
    this.#strokes.set(track, line)
    const first = last[0]
    if (!first) return line
    const same = (p: Vec3 | undefined) => p && p[0] === first[0] && p[1] === first[1]
    let from = line.length
    while (from > 0 && !same(line[from - 1])) from -= 1
    if (from === 0) line.length = 0
    else line.length = from - 1
    line.push(...last)
    return line
  }

  #pointer(ctx: CanvasRenderingContext2D, p: PointerView): void {
    const theme = this.#theme
    const [x, y] = this.#px(p.at)
    const em = this.#em
    const r = em * (p.doing === 'hold' || p.doing === 'stretch' ? 0.75 : 1)
    const colour = theme.hands[p.hand]
    ctx.globalAlpha = p.doing === 'idle' ? 0.45 : 1
    ctx.beginPath()
    ctx.arc(x, y, r, 0, Math.PI * 2)
    if (p.doing === 'hold' || p.doing === 'stretch') {
      ctx.fillStyle = colour
      ctx.fill()
    }
    ctx.strokeStyle = theme.edge
    ctx.lineWidth = 6
    ctx.stroke()
    ctx.strokeStyle = colour
    ctx.lineWidth = 3
    ctx.stroke()
    ctx.beginPath()
    ctx.arc(x, y, 3, 0, Math.PI * 2)
    ctx.fillStyle = this.dark ? '#ffffff' : '#101814'
    ctx.fill()
    if (p.doing === 'draw') drawSign(ctx, 'pen', x + em * 1.1, y - em * 1.1, em * 1.3, colour)
    if (p.doing === 'stretch') drawSign(ctx, 'size', x + em * 1.3, y - em * 1.3, em * 1.2, colour)
    // Which hand it is says a letter, beside the colour.
    ctx.font = `700 ${em * 0.85}px "Geist Variable", system-ui, sans-serif`
    ctx.textBaseline = 'middle'
    const letter = p.hand === 'left' ? this.words.left : this.words.right
    ctx.lineWidth = 3
    ctx.strokeStyle = theme.edge
    const w = ctx.measureText(letter).width
    ctx.strokeText(letter, x - r - em * 0.35 - w, y + em * 0.05)
    ctx.fillStyle = colour
    ctx.fillText(letter, x - r - em * 0.35 - w, y + em * 0.05)
    ctx.globalAlpha = 1
    if (p.dwell > 0.02 && !this.view.options.store.touch?.ring)
      this.#progress(ctx, [x, y], em * 1.55, p.dwell, colour, 3.5)
  }

  #progress(
    ctx: CanvasRenderingContext2D,
    [x, y]: Xy,
    r: number,
    share: number,
    colour: string,
    width: number,
  ): void {
    ctx.beginPath()
    ctx.arc(x, y, r, 0, Math.PI * 2)
    ctx.strokeStyle = this.#theme.edge
    ctx.lineWidth = width + 3
    ctx.stroke()
    ctx.beginPath()
    ctx.arc(x, y, r, -Math.PI / 2, -Math.PI / 2 + Math.PI * 2 * Math.min(1, share))
    ctx.strokeStyle = colour
    ctx.lineWidth = width
    ctx.stroke()
  }

  #paintRing(ctx: CanvasRenderingContext2D, ring: RingView): void {
    const [x, y] = this.#px(ring.at)
    const { height } = this.#size
    const middleR = ring.radius * this.#size.width
    const [inner, outer] = [middleR * 0.6, middleR * 1.4]
    const n = Math.max(1, ring.items.length)
    const theme = this.#theme
    const half = Math.PI / n
    ring.items.forEach((item, i) => {
      const middle = -Math.PI / 2 + (i * 2 * Math.PI) / n
      const chosen = ring.item === i
      const path = new Path2D()
      path.arc(x, y, outer * (chosen ? 1.06 : 1), middle - half + 0.02, middle + half - 0.02)
      path.arc(x, y, inner, middle + half - 0.03, middle - half + 0.03, true)
      path.closePath()
      ctx.fillStyle = chosen ? theme.line : theme.chip
      ctx.fill(path)
      if (chosen && ring.dwell > 0.02) {
        ctx.beginPath()
        ctx.arc(x, y, outer * 1.1, middle - half, middle - half + half * 2 * ring.dwell)
        ctx.strokeStyle = theme.chipText
        ctx.lineWidth = 5
        ctx.stroke()
      }
      const r = (inner + outer) / 2
      const at: Xy = [x + Math.cos(middle) * r, y + Math.sin(middle) * r]
      const ink = chosen ? (this.dark ? '#06140f' : '#ffffff') : theme.chipText
      drawSign(ctx, item as Sign, at[0], at[1] - height * 0.011, height * 0.04, ink)
      ctx.font = `600 ${Math.max(9, height * 0.0175)}px "Geist Variable", system-ui, sans-serif`
      ctx.textBaseline = 'middle'
      ctx.fillStyle = ink
      const name = this.words.item(item)
      ctx.fillText(name, at[0] - ctx.measureText(name).width / 2, at[1] + height * 0.024)
    })
  }

  /** A target that calibration wants pointed at. */
  #paintTarget(ctx: CanvasRenderingContext2D): void {
    const running = this.view.options.store.calibration?.running
    if (!this.targets || !running?.at || running.method !== 'pointing') return
    const [x, y] = this.#px(running.at)
    const r = this.#size.height * 0.045
    const { line, edge } = this.#theme
    ctx.lineWidth = 7
    ctx.strokeStyle = edge
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
    ctx.stroke(cross)
    ctx.lineWidth = 3
    ctx.strokeStyle = line
    ctx.stroke(cross)
    this.#progress(ctx, [x, y], r, running.progress, line, 5)
  }
}
