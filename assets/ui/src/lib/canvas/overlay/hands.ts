/**
 * The hands on the overlay: pointers, lines that they draw, rings that fill while a gesture is held, the
 * ring menu. Paints what the box tells of them and remembers only the lines, of which it tells the ends.
 */
import type { HoldView, PointerView, RingView, TouchView, Tray } from '../../api/types'
import { toCanvas, type Vec3, type Xy } from '../geometry'
import { drawSign, type Sign } from '../signs'
import type { Brush } from './brush'
import type { OverlayWords } from './overlay'

export class Hands {
  /** Lines that hands draw: the box tells their last points only. */
  #strokes = new Map<number, Vec3[]>()

  paint(
    brush: Brush,
    touch: TouchView,
    tray: Tray | undefined,
    words: OverlayWords,
    labelOf: (id: number) => string,
  ): void {
    for (const track of this.#strokes.keys())
      if (!touch.pointers.some((p) => p.track === track && p.stroke)) this.#strokes.delete(track)
    for (const p of touch.pointers) {
      if (!p.stroke) continue
      const points: Xy[] = []
      for (const q of this.#whole(p.track, p.stroke)) {
        const at = toCanvas(q)
        if (at) points.push(brush.px(at))
      }
      const width = ((tray?.pen_width ?? 0.12) / 16) * brush.width
      brush.line(points, tray?.colour ?? '#4be3b4', width)
    }
    if (touch.ring) paintRing(brush, touch.ring, words)
    for (const p of touch.pointers) paintPointer(brush, p, words, touch.ring === undefined)
    for (const h of touch.holds) {
      const [x, y] = brush.px(h.at)
      const r = brush.em * 2.1
      brush.progress([x, y], r, h.progress, brush.theme.line, 5)
      brush.chip(aboutWords(h, words, labelOf), [x, y + r + brush.em * 1.5])
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
}

/** What is being held, and what it will be done to: nobody shall delete what was not meant. */
export function aboutWords(
  h: HoldView,
  words: OverlayWords,
  labelOf: (id: number) => string,
): string {
  const name = words.item(h.command)
  const [id] = h.ids
  if (id === undefined) return h.command === 'delete' ? words.about(name, words.nothing) : name
  const label = h.ids.length === 1 ? labelOf(id) : ''
  const short = label.length > 30 ? `${label.slice(0, 29)}…` : label
  return words.about(name, short || words.objects(h.ids.length))
}

function paintPointer(brush: Brush, p: PointerView, words: OverlayWords, dwells: boolean): void {
  const { ctx, em, theme } = brush
  const [x, y] = brush.px(p.at)
  const holds = p.doing === 'hold' || p.doing === 'stretch'
  const r = em * (holds ? 0.75 : 1)
  const colour = theme.hands[p.hand]
  ctx.globalAlpha = p.doing === 'idle' ? 0.45 : 1
  ctx.beginPath()
  ctx.arc(x, y, r, 0, Math.PI * 2)
  if (holds) {
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
  ctx.fillStyle = theme.dot
  ctx.fill()
  if (p.doing === 'draw') drawSign(ctx, 'pen', x + em * 1.1, y - em * 1.1, em * 1.3, colour)
  if (p.doing === 'stretch') drawSign(ctx, 'size', x + em * 1.3, y - em * 1.3, em * 1.2, colour)
  // Which hand it is says a letter, beside the colour.
  const letter = p.hand === 'left' ? words.left : words.right
  const left = x - r - em * 0.35 - brush.words(letter, 700, em * 0.85)
  ctx.lineWidth = 3
  ctx.strokeStyle = theme.edge
  ctx.strokeText(letter, left, y + em * 0.05)
  ctx.fillStyle = colour
  ctx.fillText(letter, left, y + em * 0.05)
  ctx.globalAlpha = 1
  if (p.dwell > 0.02 && dwells) brush.progress([x, y], em * 1.55, p.dwell, colour, 3.5)
}

function paintRing(brush: Brush, ring: RingView, words: OverlayWords): void {
  const { ctx, theme, height } = brush
  const [x, y] = brush.px(ring.at)
  const middleR = ring.radius * brush.width
  const [inner, outer] = [middleR * 0.6, middleR * 1.4]
  const half = Math.PI / Math.max(1, ring.items.length)
  ring.items.forEach((item, i) => {
    const middle = -Math.PI / 2 + i * 2 * half
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
    const [ix, iy] = [x + Math.cos(middle) * r, y + Math.sin(middle) * r]
    const ink = chosen ? theme.onLine : theme.chipText
    drawSign(ctx, item as Sign, ix, iy - height * 0.011, height * 0.04, ink)
    const name = words.item(item)
    const width = brush.words(name, 600, Math.max(9, height * 0.0175))
    ctx.fillStyle = ink
    ctx.fillText(name, ix - width / 2, iy + height * 0.024)
  })
}
