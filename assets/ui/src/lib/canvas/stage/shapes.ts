/**
 * The solids' surfaces: unit size as the document says, edges a little rounded by their normals alone, in
 * four finenesses. Few corners each, for there may be two thousand of them.
 */
import { BoxGeometry, BufferAttribute, BufferGeometry, SphereGeometry, TorusGeometry } from 'three'
import type { Vec3 } from '../geometry'

export const SOLIDS = ['box', 'sphere', 'cone', 'cylinder', 'torus', 'plane'] as const
export type Solid = (typeof SOLIDS)[number]
export const isSolid = (kind: string): kind is Solid => (SOLIDS as readonly string[]).includes(kind)

const BEVEL = 0.045

function geometry(positions: number[], normals: number[], index: number[]): BufferGeometry {
  const g = new BufferGeometry()
  g.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
  g.setAttribute('normal', new BufferAttribute(new Float32Array(normals), 3))
  g.setIndex(index)
  return g
}

/** A box of half sizes whose edges are cut, and whose normals run round the cuts as round a curve. */
export function roundedBox(half: Vec3, bevel: number): BufferGeometry {
  const positions: number[] = []
  const normals: number[] = []
  const index: number[] = []
  const at = new Map<string, number>()
  const signs = [-1, 1]
  for (let axis = 0; axis < 3; axis++)
    for (const x of signs)
      for (const y of signs)
        for (const z of signs) {
          const s = [x, y, z] as Vec3
          at.set(`${axis}${x}${y}${z}`, positions.length / 3)
          for (let i = 0; i < 3; i++) {
            positions.push((s[i] as number) * ((half[i] as number) - (i === axis ? 0 : bevel)))
            normals.push(i === axis ? (s[i] as number) : 0)
          }
        }
  const v = (axis: number, s: Vec3) => at.get(`${axis}${s.join('')}`) as number
  const p = (i: number) => positions.slice(i * 3, i * 3 + 3) as Vec3
  /** Adds a triangle so that it faces away from the middle. */
  const face = (a: number, b: number, c: number) => {
    const [pa, pb, pc] = [p(a), p(b), p(c)]
    const u = pb.map((x, i) => x - (pa[i] as number)) as Vec3
    const w = pc.map((x, i) => x - (pa[i] as number)) as Vec3
    const n: Vec3 = [
      u[1] * w[2] - u[2] * w[1],
      u[2] * w[0] - u[0] * w[2],
      u[0] * w[1] - u[1] * w[0],
    ]
    const out =
      n[0] * (pa[0] + pb[0] + pc[0]) +
      n[1] * (pa[1] + pb[1] + pc[1]) +
      n[2] * (pa[2] + pb[2] + pc[2])
    index.push(...(out >= 0 ? [a, b, c] : [a, c, b]))
  }
  const quad = (a: number, b: number, c: number, d: number) => {
    face(a, b, c)
    face(a, c, d)
  }
  const dirs = [0, 1, 2]
  for (const axis of dirs) {
    const [i, j] = dirs.filter((d) => d !== axis) as [number, number]
    for (const s of signs) {
      const corner = (a: number, b: number): Vec3 => {
        const c: Vec3 = [0, 0, 0]
        c[axis] = s
        c[i] = a
        c[j] = b
        return c
      }
      quad(
        v(axis, corner(-1, -1)),
        v(axis, corner(1, -1)),
        v(axis, corner(1, 1)),
        v(axis, corner(-1, 1)),
      )
    }
    // The four edges along this axis join the faces of the other two.
    for (const a of signs)
      for (const b of signs) {
        const end = (s: number): Vec3 => {
          const c: Vec3 = [0, 0, 0]
          c[axis] = s
          c[i] = a
          c[j] = b
          return c
        }
        quad(v(i, end(-1)), v(i, end(1)), v(j, end(1)), v(j, end(-1)))
      }
  }
  for (const x of signs)
    for (const y of signs)
      for (const z of signs) face(v(0, [x, y, z]), v(1, [x, y, z]), v(2, [x, y, z]))
  return geometry(positions, normals, index)
}

/** A body turned about y from a profile of radius, height and its normal, top to bottom. */
function turnedBody(profile: [number, number, number, number][], segments: number): BufferGeometry {
  const positions: number[] = []
  const normals: number[] = []
  const index: number[] = []
  const row = segments + 1
  for (const [r, y, nr, ny] of profile)
    for (let i = 0; i <= segments; i++) {
      const a = (i / segments) * Math.PI * 2
      const l = Math.hypot(nr, ny)
      positions.push(r * Math.sin(a), y, r * Math.cos(a))
      normals.push((nr / l) * Math.sin(a), ny / l, (nr / l) * Math.cos(a))
    }
  for (let k = 0; k + 1 < profile.length; k++)
    for (let i = 0; i < segments; i++) {
      const a = k * row + i
      index.push(a, a + row, a + 1, a + 1, a + row, a + row + 1)
    }
  return geometry(positions, normals, index)
}

const b = BEVEL
const CYLINDER: [number, number, number, number][] = [
  [0, 0.5, 0, 1],
  [0.5 - b, 0.5, 0, 1],
  [0.5 - b * 0.3, 0.5 - b * 0.3, 1, 1],
  [0.5, 0.5 - b, 1, 0],
  [0.5, -0.5 + b, 1, 0],
  [0.5 - b * 0.3, -0.5 + b * 0.3, 1, -1],
  [0.5 - b, -0.5, 0, -1],
  [0, -0.5, 0, -1],
]
const CONE: [number, number, number, number][] = [
  [0, 0.5, 0, 1],
  [0.016, 0.488, 1, 1.4],
  [0.03, 0.46, 2, 1],
  [0.5 - b * 0.75, -0.5 + b * 1.5, 2, 1],
  [0.5 - b * 0.1, -0.5 + b * 0.5, 2, -0.6],
  [0.5 - b, -0.5, 0, -1],
  [0, -0.5, 0, -1],
]

/** Without the round edges: what is left of them where each solid is a few pixels. */
const ROUGH_CYLINDER: [number, number, number, number][] = [
  [0, 0.5, 0, 1],
  [0.5, 0.5, 0, 1],
  [0.5, 0.5, 1, 0],
  [0.5, -0.5, 1, 0],
  [0.5, -0.5, 0, -1],
  [0, -0.5, 0, -1],
]
const ROUGH_CONE: [number, number, number, number][] = [
  [0, 0.5, 2, 1],
  [0.5, -0.5, 2, 1],
  [0.5, -0.5, 0, -1],
  [0, -0.5, 0, -1],
]

/** From the best to look at to the cheapest to draw. */
export const FINENESSES = ['fine', 'good', 'coarse', 'rough'] as const
export type Fineness = (typeof FINENESSES)[number]

/** Round a torus's tube. */
const TUBE = { fine: 18, good: 12, coarse: 8, rough: 5 } as const
/** Round a body. */
const ROUND = { fine: 48, good: 28, coarse: 16, rough: 10 } as const
/** From a sphere's top to its bottom. */
const DOWN = { fine: 28, good: 16, coarse: 10, rough: 7 } as const

/** The surface of a solid. */
export function solid(kind: Solid, fineness: Fineness): BufferGeometry {
  const rough = fineness === 'rough'
  const round = ROUND[fineness]
  switch (kind) {
    case 'box':
      return rough ? new BoxGeometry() : roundedBox([0.5, 0.5, 0.5], BEVEL)
    case 'plane':
      return roundedBox([0.5, 0.5, 0.012], 0.01)
    case 'sphere':
      return new SphereGeometry(0.5, round, DOWN[fineness])
    case 'torus':
      return new TorusGeometry(0.375, 0.125, TUBE[fineness], round + 2)
    case 'cylinder':
      return turnedBody(rough ? ROUGH_CYLINDER : CYLINDER, round)
    case 'cone':
      return turnedBody(rough ? ROUGH_CONE : CONE, round)
  }
}
