/**
 * Pictograms of the gestures, made from the demo hand's own poses: a hand is a few thick rounded strokes,
 * each layer drawn first in the line's colour and then, a little thinner, in the fill's, so that what
 * lies together melts into one shape with one outline.
 */
import { joints, POSES, type Pose, type V3 } from './poses'

export interface Stroke {
  d: string
  /** Thickness without outline, units of the 100 × 100 picture. */
  width: number
}
export interface Glyph {
  /** Back to front; the strokes of one layer melt together. */
  layers: Stroke[][]
  /** Arrows and sparks, drawn as plain lines on top. */
  marks: string[]
}

type PoseName = keyof typeof POSES
interface Place {
  x: number
  y: number
  /** Height of an open hand, units. */
  size: number
  /** A left hand as the person sees it. */
  left?: boolean
  /** Further turn, degrees counterclockwise as seen. */
  turn?: number
}

/** Finger, thumb and palm thickness, millimetres. */
const FINGER_MM = 17.5
const THUMB_MM = 20
const PALM_MM = 22
/** From wrist to the middle fingertip of an open hand. */
const HAND_MM = 196

const round = (n: number) => Math.round(n * 10) / 10
const line = (points: [number, number][]) =>
  points.map(([x, y], i) => `${i ? 'L' : 'M'}${round(x)} ${round(y)}`).join('')

/** One hand, its middle at (x, y). */
function hand(name: PoseName, place: Place): Stroke[][] {
  const pose: Pose = POSES[name]
  const j = joints(pose)
  const k = place.size / HAND_MM
  const a = ((pose.turn + (place.turn ?? 0) * (place.left ? 1 : -1)) * Math.PI) / 180
  // As in a mirror, where the person sees their right hand with the thumb to the left.
  const side = place.left ? 1 : -1
  const turn = (p: V3): V3 => {
    const [x, y] = [p[0], p[1] - 80]
    return [x * Math.cos(a) - y * Math.sin(a), x * Math.sin(a) + y * Math.cos(a), p[2]]
  }
  const flat = (p: V3): [number, number] => [place.x + side * p[0] * k, place.y - p[1] * k]
  const turned = j.map(turn)
  const at = (i: number) => flat(turned[i] as V3)
  // The wrist is as wide as a wrist: the joint alone would end the palm in a point.
  const wrist = [flat(turn([-15, 2, 0])), flat(turn([13, 2, 0]))]
  const palm = `${line([...wrist, at(1), at(5), at(9), at(13), at(17)])}Z`
  const base: Stroke[] = [{ d: palm, width: PALM_MM * k }]
  const front: { z: number; stroke: Stroke }[] = []
  for (const root of [1, 5, 9, 13, 17]) {
    const mm = root === 1 ? THUMB_MM : FINGER_MM
    const bones = [root, root + 1, root + 2, root + 3]
    const tip = j[root + 3] as V3
    const bent = root > 5 - (pose.loop ? 0 : 1) && (j[root + 1] as V3)[1] > tip[1] + 4
    const over = root === 1 && (tip[0] < 36 || pose.loop === true)
    if (!bent && !over) base.push({ d: line(bones.map(at)), width: mm * k })
    else {
      const from = over ? root + 1 : root
      const seen = bones.filter((b) => b >= from)
      front.push({
        z: Math.max(...seen.map((b) => (j[b] as V3)[2])),
        stroke: { d: line(seen.map(at)), width: mm * k },
      })
      // Where a finger leaves the palm, the palm goes with it.
      if (over) base.push({ d: line([at(1), at(2)]), width: mm * k })
    }
  }
  // The thumb lies over the fingers that it holds.
  front.sort((p, q) => p.z - q.z)
  return [base, ...front.map((f) => [f.stroke])]
}

/** A line with a head at its end. */
function arrow(x1: number, y1: number, x2: number, y2: number, head = 7): string {
  const a = Math.atan2(y2 - y1, x2 - x1)
  return `M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}${headAt(x2, y2, a, head)}`
}

function headAt(x: number, y: number, a: number, head: number): string {
  const wing = (s: number) =>
    `${round(x - head * Math.cos(a + s))} ${round(y - head * Math.sin(a + s))}`
  return `M${wing(0.7)}L${round(x)} ${round(y)}L${wing(-0.7)}`
}

/** An arc around (cx, cy) with a head at its end; degrees clockwise from the right, as SVG turns. */
function arc(cx: number, cy: number, r: number, from: number, to: number, head = 7): string {
  const point = (deg: number): [number, number] => {
    const t = (deg * Math.PI) / 180
    return [cx + r * Math.cos(t), cy + r * Math.sin(t)]
  }
  const [p, q] = [point(from), point(to)]
  const clockwise = to > from
  const large = Math.abs(to - from) > 180 ? 1 : 0
  const d = `M${round(p[0])} ${round(p[1])}A${r} ${r} 0 ${large} ${clockwise ? 1 : 0} ${round(q[0])} ${round(q[1])}`
  if (head === 0) return d
  const along = ((to + (clockwise ? 78 : -78)) * Math.PI) / 180
  return d + headAt(q[0], q[1], along, head)
}

const one = (name: PoseName, place: Partial<Place> = {}): Stroke[][] =>
  hand(name, { x: 50, y: 50, size: 84, ...place })
const pair = (name: PoseName, spread: number, place: Partial<Place> = {}): Stroke[][] => [
  ...hand(name, { x: 50 - spread, y: 58, size: 52, left: true, ...place }),
  ...hand(name, { x: 50 + spread, y: 58, size: 52, ...place, turn: -(place.turn ?? 0) }),
]
const sweep = (place: Place, ...marks: string[]): Glyph => ({
  layers: hand('open_palm', place),
  marks,
})

const MADE: Record<string, () => Glyph> = {
  thumb_up: () => ({ layers: one('thumb_up', { x: 45, y: 56 }), marks: [] }),
  thumb_down: () => ({ layers: one('thumb_down', { x: 45, y: 44 }), marks: [] }),
  point: () => ({ layers: one('point', { x: 40, y: 54 }), marks: [] }),
  closed_fist: () => ({ layers: one('closed_fist', { y: 42, size: 100 }), marks: [] }),
  pinch: () => ({ layers: one('pinch', { x: 56, y: 50, size: 98 }), marks: [] }),
  swipe_left: () =>
    sweep({ x: 66, y: 50, size: 68 }, arrow(24, 52, 2, 52), 'M12 36L23 36', 'M12 68L23 68'),
  swipe_right: () =>
    sweep(
      { x: 34, y: 50, size: 68, left: true },
      arrow(76, 52, 98, 52),
      'M77 36L88 36',
      'M77 68L88 68',
    ),
  swipe_up: () => sweep({ x: 42, y: 56, size: 66 }, arrow(86, 70, 86, 22), 'M74 64L74 50'),
  swipe_down: () => sweep({ x: 42, y: 46, size: 66 }, arrow(86, 28, 86, 78), 'M74 34L74 48'),
  wave: () =>
    sweep(
      { x: 50, y: 56, size: 70, turn: 0 },
      arc(50, 66, 50, 222, 200, 0),
      arc(50, 66, 50, -42, -20, 0),
      arc(50, 66, 39, 222, 206, 0),
      arc(50, 66, 42, -40, -24, 0),
    ),
  circle_clockwise: () => ({
    layers: one('pointing_up', { y: 64, size: 62 }),
    marks: [arc(50, 30, 24, 130, 395)],
  }),
  circle_counterclockwise: () => ({
    layers: one('pointing_up', { y: 64, size: 62 }),
    marks: [arc(50, 30, 24, 50, -215)],
  }),
  double_pinch: () => ({
    layers: one('pinch', { x: 64, y: 58, size: 92 }),
    marks: ['M8 22L15 29', 'M25 8L27 19', 'M3 41L13 41'],
  }),
  grab: () => ({
    layers: [
      ...hand('open_palm', { x: 25, y: 50, size: 50 }),
      ...hand('closed_fist', { x: 82, y: 45, size: 56 }),
    ],
    marks: [arrow(48, 54, 60, 54, 6)],
  }),
  release: () => ({
    layers: [
      ...hand('closed_fist', { x: 14, y: 45, size: 56 }),
      ...hand('open_palm', { x: 82, y: 50, size: 54 }),
    ],
    marks: [arrow(34, 54, 47, 54, 6)],
  }),
  zoom_in: () => ({
    layers: pair('pinch', 27),
    marks: [arrow(43, 12, 20, 12), arrow(57, 12, 80, 12)],
  }),
  zoom_out: () => ({
    layers: pair('pinch', 27),
    marks: [arrow(16, 12, 40, 12), arrow(84, 12, 60, 12)],
  }),
  rotate_clockwise: () => ({
    layers: pair('pinch', 27, { y: 62 }),
    marks: [arc(50, 46, 38, 225, 315)],
  }),
  rotate_counterclockwise: () => ({
    layers: pair('pinch', 27, { y: 62 }),
    marks: [arc(50, 46, 38, 315, 225)],
  }),
  clap: () => ({
    layers: pair('open_palm', 22, { y: 60, size: 60, turn: 10 }),
    marks: ['M50 8L50 19', 'M34 12L38 21', 'M66 12L62 21'],
  }),
  stretch: () => ({
    layers: pair('open_palm', 30, { y: 62, size: 54 }),
    marks: [arrow(40, 12, 10, 12), arrow(60, 12, 90, 12)],
  }),
}

const made = new Map<string, Glyph>()

/** The pictogram of a gesture; one that we have no pose for gets an open hand. */
export function glyphOf(name: string): Glyph {
  let glyph = made.get(name)
  if (!glyph) {
    const shape = name in POSES ? (name as PoseName) : 'open_palm'
    glyph = MADE[name]?.() ?? { layers: one(shape), marks: [] }
    made.set(name, glyph)
  }
  return glyph
}
