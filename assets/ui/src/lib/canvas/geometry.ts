/**
 * The stage's frame of reference, the same as the box's (`src/base/stage.rs`): canvas space is 0..1 with y
 * down, scene space has x right, y up, z to the viewer, and the plane z = 0 fills the canvas. Also the
 * little arithmetic with vectors and quaternions that everything here shares. Pure.
 */
import type { Transform } from '../api/types'

/** Width and height of the plane z = 0, scene units. */
export const WIDTH = 16
export const HEIGHT = 9
/** The view's vertical angle, degrees. */
export const FOV_Y_DEG = 30
/** How far back and forth objects may be, scene units. */
export const DEPTH = [-6, 6] as const
/** Where the eye is before the plane z = 0, scene units. */
export const EYE = HEIGHT / 2 / Math.tan((FOV_Y_DEG * Math.PI) / 360)

export type Xy = readonly [number, number]
export type Vec3 = [number, number, number]
export type Quat = [number, number, number, number]
type V = readonly [number, number, number]
type Q = readonly [number, number, number, number]

/** The scene point at canvas position `at` and depth `z`. */
export function toScene(at: Xy, z: number): Vec3 {
  const nearer = (EYE - z) / EYE
  return [(at[0] - 0.5) * WIDTH * nearer, (0.5 - at[1]) * HEIGHT * nearer, z]
}

/** Where a scene point is seen, canvas space; null at and behind the eye. */
export function toCanvas(p: V): [number, number] | null {
  const away = EYE - p[2]
  if (away <= 1e-6) return null
  const nearer = EYE / away
  return [(p[0] * nearer) / WIDTH + 0.5, 0.5 - (p[1] * nearer) / HEIGHT]
}

/** How many times as large something at depth `z` is seen as at z = 0; 0 at and behind the eye. */
export function magnification(z: number): number {
  const away = EYE - z
  return away <= 1e-6 ? 0 : EYE / away
}

export const clamp = (x: number, least: number, most: number) => Math.min(most, Math.max(least, x))

export const add = (a: V, b: V): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
export const minus = (a: V, b: V): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
export const times = (a: V, s: number): Vec3 => [a[0] * s, a[1] * s, a[2] * s]
export const dot = (a: V, b: V) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const cross = (a: V, b: V): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
export const length = (a: V) => Math.hypot(a[0], a[1], a[2])
export const unit = (a: V): Vec3 => times(a, 1 / (length(a) || 1))

/** `a` after `b`. */
export function turnAfter(a: Q, b: Q): Quat {
  const [ax, ay, az, aw] = a
  const [bx, by, bz, bw] = b
  return unitQuat([
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ])
}

export function unitQuat(q: Q): Quat {
  const l = Math.hypot(...q)
  return l > 1e-9 ? [q[0] / l, q[1] / l, q[2] / l, q[3] / l] : [0, 0, 0, 1]
}

/** The rotation about `axis` by `angle`, radians. */
export function turnAbout(axis: V, angle: number): Quat {
  const [x, y, z] = times(unit(axis), Math.sin(angle / 2))
  return [x, y, z, Math.cos(angle / 2)]
}

export const inverse = (q: Q): Quat => [-q[0], -q[1], -q[2], q[3]]

/** `p` turned by `q`. */
export function turned(q: Q, p: V): Vec3 {
  const u: V = [q[0], q[1], q[2]]
  const t = times(cross(u, p), 2)
  return add(add(p, times(t, q[3])), cross(u, t))
}

/** Degrees about x, y and z, in this order (three.js's `XYZ`), of a rotation. */
export function toDegrees(q: Q): Vec3 {
  const [x, y, z, w] = q
  const m13 = clamp(2 * (x * z + w * y), -1, 1)
  const b = Math.asin(m13)
  const level = Math.abs(m13) < 0.999999
  const a = level
    ? Math.atan2(2 * (w * x - y * z), 1 - 2 * (x * x + y * y))
    : Math.atan2(2 * (y * z + w * x), 1 - 2 * (x * x + z * z))
  const c = level ? Math.atan2(2 * (w * z - x * y), 1 - 2 * (y * y + z * z)) : 0
  return [a, b, c].map((r) => (r * 180) / Math.PI + 0) as Vec3
}

/** The rotation of degrees about x, y and z, as `toDegrees` tells them. */
export function fromDegrees(degrees: V): Quat {
  const [a, b, c] = degrees.map((d) => (d * Math.PI) / 180) as Vec3
  return turnAfter(
    turnAbout([1, 0, 0], a),
    turnAfter(turnAbout([0, 1, 0], b), turnAbout([0, 0, 1], c)),
  )
}

/** A point of an object's own space, at its place. */
export function placed(t: Pick<Transform, 'position' | 'rotation' | 'scale'>, p: V): Vec3 {
  return add(
    t.position,
    turned(t.rotation, [p[0] * t.scale[0], p[1] * t.scale[1], p[2] * t.scale[2]]),
  )
}

/** A copy of a place, and of nothing else that `o` may be. */
export function placeOf(o: Transform): Transform {
  return {
    id: o.id,
    position: [...o.position],
    rotation: [...o.rotation],
    scale: [...o.scale],
  }
}

/** A place grown by `factor` and turned by `angle` about the viewer's axis, both about a middle. */
export function about(t: Transform, middle: Vec3, factor: number, angle: number): Transform {
  const turn = turnAbout([0, 0, 1], angle)
  const arm = times(minus(t.position, middle), factor)
  const held = (s: number) => clamp(Math.abs(s * factor), 0.01, 100) * Math.sign(s)
  return {
    ...t,
    position: add(middle, turned(turn, arm)),
    rotation: turnAfter(turn, t.rotation),
    scale: [held(t.scale[0]), held(t.scale[1]), held(t.scale[2])],
  }
}
