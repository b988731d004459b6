/**
 * What lies under a point of the canvas: rays against the objects' forms, by their distance functions, so
 * that two thousand are asked in a millisecond and no pixel is needed. Pure.
 */
import type { Form, Transform } from '../api/types'
import { CARD_WIDTH, roughHeight } from './cards'
import {
  dot,
  EYE,
  inverse,
  length,
  minus,
  placed,
  times,
  toCanvas,
  toScene,
  turned,
  unit,
  type Vec3,
  type Xy,
} from './geometry'

/** What is asked: a form and where it is. */
export interface Pickable {
  id: number
  form: Form
  place: Transform
  /** Height of a card as it was drawn, if known; scene units at scale 1. */
  height?: number | undefined
}

const HALF = 0.5
const TUBE = 0.125

/** Half the size along its own axes, at scale 1. */
export function halfSize(form: Form, height?: number): Vec3 {
  switch (form.kind) {
    case 'torus':
      return [HALF, HALF, TUBE]
    case 'plane':
      return [HALF, HALF, 0.01]
    case 'text':
    case 'answer':
    case 'picture':
      return [CARD_WIDTH / 2, (height ?? roughHeight(form)) / 2, 0.03]
    case 'stroke': {
      const half: Vec3 = [0, 0, 0]
      for (const p of form.points)
        for (let i = 0; i < 3; i++)
          half[i] = Math.max(half[i] ?? 0, Math.abs(p[i] ?? 0) + form.width / 2)
      return half
    }
    default:
      return [HALF, HALF, HALF]
  }
}

function boxDistance(p: Vec3, half: Vec3): number {
  const q = p.map((x, i) => Math.abs(x) - (half[i] ?? 0)) as Vec3
  const out = Math.hypot(Math.max(q[0], 0), Math.max(q[1], 0), Math.max(q[2], 0))
  return out + Math.min(Math.max(q[0], q[1], q[2]), 0)
}

/** How far `p` is from the form in its own space; negative inside. */
export function distance(form: Form, p: Vec3, half: Vec3): number {
  const [x, y, z] = p
  switch (form.kind) {
    case 'sphere':
      return length(p) - HALF
    case 'cylinder': {
      const [r, h] = [Math.hypot(x, z) - HALF, Math.abs(y) - HALF]
      return Math.min(Math.max(r, h), 0) + Math.hypot(Math.max(r, 0), Math.max(h, 0))
    }
    case 'cone': {
      // A cone of height 1 and base radius 0.5: its side's normal leans (2, 1) / √5.
      const r = Math.hypot(x, z)
      const side = (2 * r + (y - HALF)) / Math.sqrt(5)
      return Math.max(side, -HALF - y)
    }
    case 'torus':
      return Math.hypot(Math.hypot(x, y) - (HALF - TUBE), z) - TUBE
    default:
      return boxDistance(p, half)
  }
}

interface Ray {
  from: Vec3
  /** Of length 1. */
  along: Vec3
}

export function rayAt(at: Xy): Ray {
  const from: Vec3 = [0, 0, EYE]
  return { from, along: unit(minus(toScene(at, 0), from)) }
}

const NEAR = 0.002
const STEPS = 48

/**
 * How far along the ray an object is hit, scene units; null if it is missed, or not `before` that far.
 * `reach` widens it.
 */
export function hit(ray: Ray, o: Pickable, reach = 0, before = Infinity): number | null {
  const { position, rotation, scale } = o.place
  const half = halfSize(o.form, o.height)
  const largest = Math.max(...scale.map(Math.abs))
  const bound = length([half[0] * scale[0], half[1] * scale[1], half[2] * scale[2]]) + reach
  const to = minus(position, ray.from)
  const middle = dot(to, ray.along)
  if (dot(to, to) - middle * middle > bound * bound || middle < -bound) return null
  if (middle - bound > before) return null
  if (o.form.kind === 'stroke') return hitStroke(ray, o, reach)
  const back = inverse(rotation)
  const into = (p: Vec3): Vec3 => {
    const q = turned(back, p)
    return [q[0] / scale[0], q[1] / scale[1], q[2] / scale[2]]
  }
  const smallest = Math.min(...scale.map(Math.abs))
  // Marching in scene units: a distance in its own space is at least this many scene units.
  let t = Math.max(0, middle - bound)
  for (let i = 0; i < STEPS && t < middle + bound; i++) {
    const p = into([
      ray.from[0] + ray.along[0] * t + -position[0],
      ray.from[1] + ray.along[1] * t + -position[1],
      ray.from[2] + ray.along[2] * t + -position[2],
    ])
    const away = distance(o.form, p, half) * smallest - reach
    if (away < NEAR * largest) return t
    t += Math.max(away, NEAR)
  }
  return null
}

function hitStroke(ray: Ray, o: Pickable, reach: number): number | null {
  if (o.form.kind !== 'stroke') return null
  const wide = (o.form.width / 2) * Math.max(...o.place.scale.map(Math.abs)) + reach
  const points = o.form.points.map((p) => placed(o.place, p))
  let best: number | null = null
  for (let i = 0; i < points.length; i++) {
    const a = points[Math.max(0, i - 1)] as Vec3
    const t = raySegment(ray, a, points[i] as Vec3, wide)
    if (t !== null && (best === null || t < best)) best = t
  }
  return best
}

/** Where a ray passes a segment nearer than `within`. */
function raySegment(ray: Ray, a: Vec3, b: Vec3, within: number): number | null {
  const ab = minus(b, a)
  const w = minus(a, ray.from)
  const [d1, d2, d3] = [dot(ab, ab), dot(ab, ray.along), dot(w, ray.along)]
  const d4 = dot(w, ab)
  const det = d1 - d2 * d2
  let s = det > 1e-9 ? (d2 * d3 - d4) / det : 0
  s = Math.min(1, Math.max(0, s))
  const t = d3 + s * d2
  if (t < 0) return null
  const off = minus(
    [a[0] + ab[0] * s, a[1] + ab[1] * s, a[2] + ab[2] * s],
    [
      ray.from[0] + ray.along[0] * t,
      ray.from[1] + ray.along[1] * t,
      ray.from[2] + ray.along[2] * t,
    ],
  )
  return length(off) <= within ? t : null
}

export interface Hit {
  id: number
  /** Depth of the point that was hit, scene units. */
  z: number
}

/** The nearest object under a canvas point; within `reach` scene units of it if none is under it. */
export function pick(at: Xy, objects: Iterable<Pickable>, reach = 0): Hit | null {
  const ray = rayAt(at)
  const all = [...objects]
  for (const wide of reach > 0 ? [0, reach / 2, reach] : [0]) {
    let best: { id: number; t: number } | null = null
    for (const o of all) {
      const t = hit(ray, o, wide, best?.t)
      if (t !== null && (best === null || t < best.t)) best = { id: o.id, t }
    }
    if (best) return { id: best.id, z: EYE + ray.along[2] * best.t }
  }
  return null
}

/** What can be asked in a hurry: its middle and how far it reaches are at hand. */
export interface Near {
  readonly leaving: boolean
  /** Its middle comes first. */
  readonly motion: { readonly now: ArrayLike<number> }
  /** No part of it is farther from its middle, scene units. */
  reach(): number
  pickable(): Pickable
}

/** As `pick`, for very many: most are passed over by their distance from the ray alone. */
export function pickNear(at: Xy, all: Iterable<Near>, reach = 0): Hit | null {
  const { from, along } = rayAt(at)
  const near: Pickable[] = []
  for (const o of all) {
    if (o.leaving) continue
    const { now } = o.motion
    const x = (now[0] as number) - from[0]
    const y = (now[1] as number) - from[1]
    const z = (now[2] as number) - from[2]
    const middle = x * along[0] + y * along[1] + z * along[2]
    const bound = o.reach() + reach
    if (x * x + y * y + z * z - middle * middle <= bound * bound) near.push(o.pickable())
  }
  return near.length > 0 ? pick(at, near, reach) : null
}

/** Points that span the form in its own space: what its outline on the screen goes round. */
export function spanning(form: Form, height?: number): Vec3[] {
  const ring = (n: number, r: number, y: number, flat = false): Vec3[] =>
    Array.from({ length: n }, (_, i) => {
      const a = (i / n) * Math.PI * 2
      return flat ? [r * Math.cos(a), r * Math.sin(a), y] : [r * Math.cos(a), y, r * Math.sin(a)]
    })
  switch (form.kind) {
    case 'sphere':
      // Its largest circles about all three axes: round from every side.
      return [
        ...ring(32, 0.5, 0, true),
        ...ring(24, 0.5, 0),
        ...ring(24, 0.5, 0).map(([x, y, z]): Vec3 => [y, x, z]),
      ]
    case 'cone':
      return [[0, 0.5, 0], ...ring(18, 0.5, -0.5)]
    case 'cylinder':
      return [...ring(18, 0.5, 0.5), ...ring(18, 0.5, -0.5)]
    case 'torus':
      return [
        ...ring(18, 0.5, 0, true),
        ...ring(18, 0.44, 0.11, true),
        ...ring(18, 0.44, -0.11, true),
      ]
    case 'stroke': {
      const step = Math.max(1, Math.floor(form.points.length / 64))
      return form.points.filter((_, i) => i % step === 0 || i === form.points.length - 1)
    }
    default: {
      const [x, y, z] = halfSize(form, height)
      return [-1, 1].flatMap((i) =>
        [-1, 1].flatMap((j) => [-1, 1].map((k): Vec3 => [x * i, y * j, z * k])),
      )
    }
  }
}

/** The convex outline of points on the canvas, clockwise as seen (Andrew's monotone chain). */
export function hull(points: readonly Xy[]): Xy[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  if (sorted.length < 3) return sorted
  const turns = (a: Xy, b: Xy, c: Xy) =>
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
  const half = (list: Xy[]) => {
    const out: Xy[] = []
    for (const p of list) {
      while (out.length >= 2 && turns(out.at(-2) as Xy, out.at(-1) as Xy, p) <= 0) out.pop()
      out.push(p)
    }
    out.pop()
    return out
  }
  return [...half(sorted), ...half(sorted.reverse())]
}

/** The outline of an object as it is seen, canvas space. */
export function outline(o: Pickable): Xy[] {
  const seen: Xy[] = []
  for (const p of spanning(o.form, o.height)) {
    const at = toCanvas(placed(o.place, p))
    if (at) seen.push(at)
  }
  return hull(seen)
}

/** The box around points on the canvas: left, top, right, bottom. */
export function bounds(points: Iterable<Xy>): [number, number, number, number] | null {
  let box: [number, number, number, number] | null = null
  for (const [x, y] of points)
    box = box
      ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)]
      : [x, y, x, y]
  return box
}

/** The common middle of places. */
export function middleOf(places: readonly Transform[]): Vec3 {
  const sum: Vec3 = [0, 0, 0]
  for (const t of places) for (let i = 0; i < 3; i++) sum[i] = (sum[i] ?? 0) + (t.position[i] ?? 0)
  return times(sum, 1 / (places.length || 1))
}
