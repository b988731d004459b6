/**
 * The demo hand's skeleton and poses, for the pictograms: joint angles in degrees, millimetres, a right
 * hand with +x to the thumb, +y to the fingertips, +z out of the palm.
 */

export type V3 = [number, number, number]
type Finger = 'index' | 'middle' | 'ring' | 'pinky'
/** Flexion of the three joints and extra spread, degrees. */
type Angles = [mcp: number, pip: number, dip: number, splay: number]

export interface Pose extends Record<Finger, Angles> {
  /** Azimuth, elevation, roll of the metacarpal; flexion of the two joints. */
  thumb: [number, number, number, number, number]
  /** Turn in the picture, degrees counterclockwise. */
  turn: number
  /** Thumb and index drawn as the ring that one knows from signs; seen from the front they hide it. */
  loop?: boolean
}

const FINGERS: Finger[] = ['index', 'middle', 'ring', 'pinky']
const MCP: Record<Finger, V3> = {
  index: [25, 88, 0],
  middle: [3, 91, -2.5],
  ring: [-17, 85, -1.5],
  pinky: [-35, 74, 2],
}
const SPLAY: Record<Finger, number> = { index: 5, middle: 0.5, ring: -5, pinky: -11 }
const LENGTH: Record<Finger, V3> = {
  index: [41, 25, 25],
  middle: [45, 28, 27],
  ring: [42, 27, 27],
  pinky: [33, 20, 23],
}
const CONVERGE: Record<Finger, number> = { index: -5, middle: -0.5, ring: 4.5, pinky: 9 }
const CMC: V3 = [25, 20, 9]
const THUMB_LENGTH: V3 = [43, 30, 26]

const CURL = {
  index: [80, 100, 58, 0],
  middle: [84, 102, 60, 0],
  ring: [86, 102, 60, 0],
  pinky: [86, 100, 60, 2],
} satisfies Record<Finger, Angles>

const OPEN: Pose = {
  thumb: [48, 18, 40, 6, 4],
  index: [4, 6, 4, 6],
  middle: [2, 5, 3, 0],
  ring: [4, 6, 4, -5],
  pinky: [6, 8, 5, -11],
  turn: 0,
}
const POINTING: Pose = { ...CURL, thumb: [24, 42, 34, 38, 40], index: [4, 6, 4, 2], turn: 0 }
const THUMB: Pose = { ...CURL, thumb: [62, 14, 30, -6, -12], turn: 90 }
const OK: Pose = {
  thumb: [22, 25, 32, 31, 10],
  index: [49, 59, 42, 3],
  middle: [12, 14, 8, 0],
  ring: [6, 10, 6, -6],
  pinky: [4, 8, 5, -12],
  turn: 0,
  loop: true,
}

export const POSES = {
  open_palm: OPEN,
  closed_fist: { ...CURL, thumb: [24, 44, 34, 36, 50], turn: 0 },
  pointing_up: POINTING,
  point: { ...POINTING, turn: 68 },
  thumb_up: THUMB,
  thumb_down: { ...THUMB, turn: -90 },
  victory: {
    ...CURL,
    thumb: [22, 40, 34, 46, 44],
    index: [3, 5, 4, 7],
    middle: [2, 5, 3, -8],
    turn: 0,
  },
  i_love_you: {
    ...CURL,
    thumb: [52, 16, 38, 0, -6],
    index: [4, 6, 4, 5],
    pinky: [5, 8, 5, -9],
    turn: 0,
  },
  ok: OK,
  pinch: {
    ...OK,
    middle: [70, 84, 50, 0],
    ring: [76, 90, 52, 0],
    pinky: [80, 92, 54, 0],
    turn: 0,
    loop: true,
  },
} satisfies Record<string, Pose>

const rad = (deg: number) => (deg * Math.PI) / 180
const add = (a: V3, b: V3, k: number): V3 => [a[0] + b[0] * k, a[1] + b[1] * k, a[2] + b[2] * k]
/** Turns the pair (d, p) by an angle in their plane. */
function bend(d: V3, p: V3, a: number): [V3, V3] {
  const [c, s] = [Math.cos(a), Math.sin(a)]
  const mix = (u: V3, v: V3, x: number, y: number): V3 => add([u[0] * x, u[1] * x, u[2] * x], v, y)
  return [mix(d, p, c, s), mix(d, p, -s, c)]
}
function cross(a: V3, b: V3): V3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}
function unit(v: V3): V3 {
  const n = Math.hypot(...v)
  return [v[0] / n, v[1] / n, v[2] / n]
}

/** Thumb and index of the ring, joints 1 to 8. */
const RING: V3[] = [
  [27, 22, 9],
  [45, 42, 30],
  [62, 56, 30],
  [72, 78, 30],
  [25, 88, 0],
  [44, 118, 25],
  [68, 116, 35],
  [76, 90, 30],
]

/** The 21 joints of a pose, MediaPipe's order, before its turn. */
export function joints(pose: Pose): V3[] {
  const all = bent(pose)
  return pose.loop ? [...all.slice(0, 1), ...RING, ...all.slice(9)] : all
}

function bent(pose: Pose): V3[] {
  const all: V3[] = [[-1, 5, 0], CMC]
  const [az, el, roll, mcp, ip] = pose.thumb.map(rad) as [number, number, number, number, number]
  let d: V3 = [Math.sin(az) * Math.cos(el), Math.cos(az) * Math.cos(el), Math.sin(el)]
  const u = unit(cross([0, 0, 1], d))
  const w = cross(d, u)
  let p = add(
    [u[0] * Math.cos(roll), u[1] * Math.cos(roll), u[2] * Math.cos(roll)],
    w,
    Math.sin(roll),
  )
  let o: V3 = CMC
  for (const [k, angle] of [0, mcp, ip].entries()) {
    ;[d, p] = bend(d, p, angle)
    o = add(o, d, THUMB_LENGTH[k] as number)
    all.push(o)
  }
  for (const f of FINGERS) all.push(...finger(f, pose[f]))
  return all
}

function finger(f: Finger, [mcp, pip, dip, splay]: Angles): V3[] {
  const flexed = Math.min(1, Math.max(0, mcp / 90))
  const s = rad((SPLAY[f] + splay) * (1 - 0.75 * flexed))
  const g = rad(CONVERGE[f] * flexed)
  let d: V3 = [Math.sin(s), Math.cos(s), 0]
  let p: V3 = [Math.cos(s) * Math.sin(g), -Math.sin(s) * Math.sin(g), Math.cos(g)]
  let o = MCP[f]
  const out: V3[] = [o]
  for (const [k, angle] of [mcp, pip, dip].entries()) {
    ;[d, p] = bend(d, p, rad(angle))
    o = add(o, d, LENGTH[f][k] as number)
    out.push(o)
  }
  return out
}
