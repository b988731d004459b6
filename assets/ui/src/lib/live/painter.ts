/** Draws hands over the picture: skeleton, pointer and label, from the numbers alone. */
import { i18n } from '../i18n/index.svelte'
import type { HandView, Handedness, Observation } from '../api/types'
import { gestureName } from '../names'

export interface Look {
  mirrored: boolean
  skeleton: boolean
  labels: boolean
  /** Trails behind the pointer; off where the person asked for less motion. */
  trails: boolean
}

/** Each hand has its colour; the label says which it is, so that colour is never the only sign. */
const COLOURS: Record<Handedness, { line: string; soft: string }> = {
  right: { line: '#4be3b4', soft: 'rgba(75, 227, 180, 0.35)' },
  left: { line: '#b7a6ff', soft: 'rgba(183, 166, 255, 0.38)' },
}

const BONES: readonly (readonly number[])[] = [
  [0, 1, 2, 3, 4],
  [0, 5, 6, 7, 8],
  [9, 10, 11, 12],
  [13, 14, 15, 16],
  [0, 17, 18, 19, 20],
  [5, 9, 13, 17],
]
const TIPS = new Set([4, 8, 12, 16, 20])
const TRAIL = 14

type Xy = readonly [number, number]

export class Painter {
  #trails = new Map<number, Xy[]>()

  /** Paints one observation; `null` clears. `width` and `height` are CSS pixels of the canvas. */
  paint(
    ctx: CanvasRenderingContext2D,
    size: { width: number; height: number; scale: number },
    observation: Observation | null,
    look: Look,
  ): void {
    const { width, height, scale } = size
    ctx.setTransform(scale, 0, 0, scale, 0, 0)
    ctx.clearRect(0, 0, width, height)
    const hands = observation?.hands ?? []
    this.#forget(hands)
    const place = (p: readonly number[]): Xy => {
      const x = p[0] ?? 0
      return [(look.mirrored ? 1 - x : x) * width, (p[1] ?? 0) * height]
    }
    for (const hand of hands) {
      const points = hand.landmarks.map(place)
      const span = palmSpan(points)
      if (look.skeleton) {
        drawBones(ctx, points, span, hand.handedness)
        this.#drawPointer(ctx, hand, place(hand.pointer), span, look.trails)
      }
      if (look.labels) drawLabel(ctx, hand, points, size)
    }
  }

  clear(): void {
    this.#trails.clear()
  }

  #forget(hands: HandView[]): void {
    for (const track of [...this.#trails.keys()])
      if (!hands.some((h) => h.track === track)) this.#trails.delete(track)
  }

  #drawPointer(
    ctx: CanvasRenderingContext2D,
    hand: HandView,
    at: Xy,
    span: number,
    trails: boolean,
  ): void {
    const { line } = COLOURS[hand.handedness]
    if (trails) {
      const trail = this.#trails.get(hand.track) ?? []
      trail.push(at)
      if (trail.length > TRAIL) trail.shift()
      this.#trails.set(hand.track, trail)
      ctx.strokeStyle = line
      for (let i = 1; i < trail.length; i++) {
        const [a, b] = [trail[i - 1] as Xy, trail[i] as Xy]
        ctx.globalAlpha = (i / trail.length) * 0.55
        ctx.lineWidth = Math.max(1.5, (span * 0.07 * i) / trail.length)
        ctx.beginPath()
        ctx.moveTo(...a)
        ctx.lineTo(...b)
        ctx.stroke()
      }
      ctx.globalAlpha = 1
    }
    const r = Math.max(7, span * 0.15)
    ctx.beginPath()
    ctx.arc(at[0], at[1], r, 0, Math.PI * 2)
    ctx.lineWidth = Math.max(2, span * 0.03) + 2
    ctx.strokeStyle = 'rgba(8, 12, 16, 0.55)'
    ctx.stroke()
    ctx.lineWidth = Math.max(2, span * 0.03)
    ctx.strokeStyle = '#ffffff'
    ctx.stroke()
  }
}

/** The hand's own measure: wrist to the root of the middle finger, in CSS pixels. */
function palmSpan(points: Xy[]): number {
  const [a, b] = [points[0], points[9]]
  return a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 60
}

function drawBones(
  ctx: CanvasRenderingContext2D,
  points: Xy[],
  span: number,
  handedness: Handedness,
): void {
  const { line, soft } = COLOURS[handedness]
  const path = new Path2D()
  for (const bone of BONES) {
    bone.forEach((i, n) => {
      const p = points[i]
      if (!p) return
      if (n === 0) path.moveTo(...p)
      else path.lineTo(...p)
    })
  }
  const w = Math.min(7, Math.max(1.75, span * 0.045))
  ctx.lineCap = 'round'
  ctx.lineJoin = 'round'
  // A dark edge keeps it readable over any picture, the soft glow gives the hand its body.
  ctx.lineWidth = w * 3.4
  ctx.strokeStyle = soft
  ctx.stroke(path)
  ctx.lineWidth = w + 2
  ctx.strokeStyle = 'rgba(8, 12, 16, 0.55)'
  ctx.stroke(path)
  ctx.lineWidth = w
  ctx.strokeStyle = line
  ctx.stroke(path)
  points.forEach((p, i) => {
    const r = w * (TIPS.has(i) ? 1.15 : 0.78)
    ctx.beginPath()
    ctx.arc(p[0], p[1], r + 1, 0, Math.PI * 2)
    ctx.fillStyle = 'rgba(8, 12, 16, 0.6)'
    ctx.fill()
    ctx.beginPath()
    ctx.arc(p[0], p[1], r, 0, Math.PI * 2)
    ctx.fillStyle = TIPS.has(i) ? '#ffffff' : line
    ctx.fill()
  })
}

/** "Right · Open palm 93 %" over the fingertips, never outside the picture, never mirrored. */
function drawLabel(
  ctx: CanvasRenderingContext2D,
  hand: HandView,
  points: Xy[],
  size: { width: number },
): void {
  const em = Math.min(22, Math.max(12, size.width / 48))
  const side = hand.handedness === 'left' ? i18n.t.camera.left : i18n.t.camera.right
  const named = hand.gesture.name !== 'none'
  const text = named
    ? `${side} · ${gestureName(hand.gesture.name)} ${Math.round(hand.gesture.confidence * 100)} %`
    : side
  ctx.font = `600 ${em}px "Geist Variable", system-ui, sans-serif`
  ctx.textBaseline = 'middle'
  const w = ctx.measureText(text).width + em * 2.1
  const h = em * 2
  const xs = points.map((p) => p[0])
  const top = Math.min(...points.map((p) => p[1]))
  const middle = (Math.min(...xs) + Math.max(...xs)) / 2
  const x = Math.min(Math.max(middle - w / 2, 6), Math.max(6, size.width - w - 6))
  const y = Math.max(6, top - h - em * 1.2)
  ctx.beginPath()
  ctx.roundRect(x, y, w, h, h / 2)
  ctx.fillStyle = 'rgba(10, 14, 17, 0.78)'
  ctx.fill()
  ctx.beginPath()
  ctx.arc(x + em * 0.95, y + h / 2, em * 0.28, 0, Math.PI * 2)
  ctx.fillStyle = COLOURS[hand.handedness].line
  ctx.fill()
  ctx.fillStyle = '#ffffff'
  ctx.fillText(text, x + em * 1.5, y + h / 2 + em * 0.05)
}
