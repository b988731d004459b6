/** A stroke's body: a round tube along its points, smoothed, with round ends. */
import { BufferAttribute, BufferGeometry } from 'three'
import { add, cross, dot, length, minus, times, unit, type Vec3 } from '../geometry'

const SIDES = 8
const MOST_RINGS = 320

/** The points, smoothed by a Catmull-Rom curve and spaced for the pen's width. */
export function smoothed(points: readonly Vec3[], width: number): Vec3[] {
  const apart: Vec3[] = []
  for (const p of points) {
    const last = apart.at(-1)
    if (!last || length(minus(p, last)) > width * 0.2) apart.push(p)
  }
  if (apart.length < 2) {
    const p = points[0] ?? [0, 0, 0]
    return [add(p, [-width * 0.01, 0, 0]), add(p, [width * 0.01, 0, 0])]
  }
  const parts = Math.max(1, Math.min(4, Math.floor(MOST_RINGS / apart.length)))
  const step = Math.max(1, Math.ceil(apart.length / MOST_RINGS))
  const kept = step > 1 ? apart.filter((_, i) => i % step === 0 || i === apart.length - 1) : apart
  const out: Vec3[] = []
  for (let i = 0; i + 1 < kept.length; i++) {
    const [b, c] = [kept[i] as Vec3, kept[i + 1] as Vec3]
    const [a, d] = [kept[i - 1] ?? b, kept[i + 2] ?? c]
    for (let k = 0; k < parts; k++) {
      const t = k / parts
      const at = (i: 0 | 1 | 2) =>
        0.5 *
        (2 * b[i] +
          (c[i] - a[i]) * t +
          (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t * t +
          (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t * t * t)
      out.push([at(0), at(1), at(2)])
    }
  }
  out.push(kept.at(-1) as Vec3)
  return out
}

export function tube(points: readonly Vec3[], width: number): BufferGeometry {
  const line = smoothed(points, width)
  const r = width / 2
  const positions: number[] = []
  const normals: number[] = []
  const index: number[] = []
  let side: Vec3 = [0, 0, 0]
  let rings = 0
  const ring = (at: Vec3, along: Vec3, radius: number, lean: number) => {
    // The frame is carried along, so that the tube never twists.
    const flat = minus(side, times(along, dot(side, along)))
    side =
      length(flat) > 1e-6
        ? unit(flat)
        : unit(cross(along, Math.abs(along[2]) < 0.9 ? [0, 0, 1] : [0, 1, 0]))
    const up = cross(along, side)
    for (let i = 0; i <= SIDES; i++) {
      const a = (i / SIDES) * Math.PI * 2
      const n = add(times(side, Math.cos(a)), times(up, Math.sin(a)))
      positions.push(...add(at, times(n, radius)))
      normals.push(
        ...unit(add(times(n, Math.sqrt(Math.max(0, 1 - lean * lean))), times(along, lean))),
      )
    }
    rings += 1
  }
  const last = line.length - 1
  for (let i = 0; i <= last; i++) {
    const at = line[i] as Vec3
    const along = unit(minus(line[Math.min(last, i + 1)] as Vec3, line[Math.max(0, i - 1)] as Vec3))
    if (i === 0) {
      for (const lean of [-1, -0.75, -0.4])
        ring(add(at, times(along, lean * r)), along, r * Math.sqrt(1 - lean * lean), lean)
    }
    ring(at, along, r, 0)
    if (i === last) {
      for (const lean of [0.4, 0.75, 1])
        ring(add(at, times(along, lean * r)), along, r * Math.sqrt(1 - lean * lean), lean)
    }
  }
  const row = SIDES + 1
  for (let k = 0; k + 1 < rings; k++)
    for (let i = 0; i < SIDES; i++) {
      const a = k * row + i
      index.push(a, a + 1, a + row, a + 1, a + row + 1, a + row)
    }
  const g = new BufferGeometry()
  g.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
  g.setAttribute('normal', new BufferAttribute(new Float32Array(normals), 3))
  g.setIndex(index)
  return g
}
