/**
 * What everything on the overlay is painted with: the context and its size, the theme's colours, and the
 * few shapes that recur: chips of words, lines, rings that fill, handles. Knows no objects and no hands.
 */
import type { Handedness } from '../../api/types'
import type { Xy } from '../geometry'
import { drawSign, type Sign } from '../signs'

export interface Theme {
  line: string
  edge: string
  chip: string
  chipText: string
  /** On what is filled with `line`. */
  onLine: string
  /** The middle of a pointer. */
  dot: string
  hands: Record<Handedness, string>
}

const DARK: Theme = {
  line: '#4be3b4',
  edge: 'rgb(4 9 7 / 70%)',
  chip: 'rgb(10 14 13 / 84%)',
  chipText: '#f4f8f6',
  onLine: '#06140f',
  dot: '#ffffff',
  hands: { right: '#4be3b4', left: '#b7a6ff' },
}
const LIGHT: Theme = {
  line: '#0a7353',
  edge: 'rgb(255 255 255 / 85%)',
  chip: 'rgb(16 24 20 / 88%)',
  chipText: '#f4f8f6',
  onLine: '#ffffff',
  dot: '#101814',
  hands: { right: '#0a7353', left: '#5b45c9' },
}

const FONT = '"Geist Variable", system-ui, sans-serif'

export class Brush {
  dark = true
  /** The view, pixels of the page. */
  width = 1
  height = 1
  #scale = 1
  /** Signs on a round chip, painted once: there may be one for every object. */
  #stamps = new Map<string, HTMLCanvasElement>()

  private constructor(
    private readonly canvas: HTMLCanvasElement,
    readonly ctx: CanvasRenderingContext2D,
  ) {}

  static on(canvas: HTMLCanvasElement): Brush | null {
    const ctx = canvas.getContext('2d')
    return ctx && new Brush(canvas, ctx)
  }

  setSize(width: number, height: number, dpr: number): void {
    this.width = width
    this.height = height
    this.#scale = Math.min(2, dpr)
    this.canvas.width = Math.round(width * this.#scale)
    this.canvas.height = Math.round(height * this.#scale)
    this.#stamps.clear()
  }

  /** The size of small words, pixels. */
  get em(): number {
    return Math.min(26, Math.max(12, this.width / 78))
  }

  get theme(): Theme {
    return this.dark ? DARK : LIGHT
  }

  /** A point of the canvas, pixels. */
  px(at: Xy): [number, number] {
    return [at[0] * this.width, at[1] * this.height]
  }

  /** Begins a picture: nothing is on it. */
  begin(): void {
    const { ctx } = this
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.clearRect(0, 0, this.canvas.width, this.canvas.height)
    ctx.setTransform(this.#scale, 0, 0, this.#scale, 0, 0)
    ctx.lineJoin = 'round'
    ctx.lineCap = 'round'
  }

  words(text: string, weight: number, size: number): number {
    this.ctx.font = `${weight} ${size}px ${FONT}`
    this.ctx.textBaseline = 'middle'
    return text === '' ? 0 : this.ctx.measureText(text).width
  }

  /** Words on a dark chip, centred at `at` and never outside the view. */
  chip(text: string, at: Xy, signs: readonly Sign[] = []): void {
    const { ctx, em, theme } = this
    const words = this.words(text, 600, em)
    const w = words + em * (1.3 + signs.length * 1.25)
    const h = em * 1.75
    const x = Math.min(Math.max(at[0] - w / 2, 4), Math.max(4, this.width - w - 4))
    const y = Math.min(Math.max(at[1] - h / 2, 4), this.height - h - 4)
    ctx.beginPath()
    ctx.roundRect(x, y, w, h, h / 2)
    ctx.fillStyle = theme.chip
    ctx.fill()
    let left = x + em * 0.65
    for (const sign of signs) {
      drawSign(ctx, sign, left + em * 0.5, y + h / 2, em * 1.05, theme.chipText)
      left += em * 1.25
    }
    ctx.fillStyle = theme.chipText
    ctx.fillText(text, left, y + h / 2 + em * 0.05)
  }

  /** A sign on a round chip. */
  stamp(sign: Sign, [x, y]: Xy): void {
    const r = this.em * 0.85
    const key = `${sign} ${this.dark}`
    let stamp = this.#stamps.get(key)
    if (!stamp) {
      stamp = document.createElement('canvas')
      stamp.width = stamp.height = Math.ceil(2 * r * this.#scale) + 2
      const ctx = stamp.getContext('2d')
      if (!ctx) return
      ctx.scale(this.#scale, this.#scale)
      const middle = stamp.width / this.#scale / 2
      ctx.arc(middle, middle, r, 0, Math.PI * 2)
      ctx.fillStyle = this.theme.chip
      ctx.fill()
      drawSign(ctx, sign, middle, middle, this.em * 1.05, this.theme.chipText)
      this.#stamps.set(key, stamp)
    }
    const size = stamp.width / this.#scale
    this.ctx.drawImage(stamp, x - size / 2, y - size / 2, size, size)
  }

  line(points: readonly Xy[], colour: string, width: number): void {
    const { ctx } = this
    ctx.strokeStyle = colour
    ctx.lineWidth = Math.max(1.5, width)
    ctx.beginPath()
    points.forEach((p, i) => ctx[i === 0 ? 'moveTo' : 'lineTo'](p[0], p[1]))
    const only = points.length === 1 ? points[0] : undefined
    if (only) ctx.lineTo(only[0] + 0.1, only[1])
    ctx.stroke()
  }

  /** A ring, filled to a share of it. */
  progress([x, y]: Xy, r: number, share: number, colour: string, width: number): void {
    const { ctx } = this
    ctx.beginPath()
    ctx.arc(x, y, r, 0, Math.PI * 2)
    ctx.strokeStyle = this.theme.edge
    ctx.lineWidth = width + 3
    ctx.stroke()
    ctx.beginPath()
    ctx.arc(x, y, r, -Math.PI / 2, -Math.PI / 2 + Math.PI * 2 * Math.min(1, share))
    ctx.strokeStyle = colour
    ctx.lineWidth = width
    ctx.stroke()
  }

  /** A round handle with its sign. */
  handle([x, y]: Xy, sign: Sign): void {
    const { ctx, theme } = this
    ctx.beginPath()
    ctx.arc(x, y, 11, 0, Math.PI * 2)
    ctx.fillStyle = theme.chip
    ctx.fill()
    ctx.lineWidth = 1.75
    ctx.strokeStyle = theme.line
    ctx.stroke()
    drawSign(ctx, sign, x, y, 13, theme.chipText)
  }
}
