/**
 * Four corners as a projective mapping: from the unit square onto them, back again, and as the CSS
 * transform that draws an element there. Pure arithmetic; knows neither the page nor the box.
 *
 * The square's mapping is the closed form of Heckbert, "Fundamentals of Texture Mapping and Image
 * Warping" (1989), section 2.2.3.
 */

export type Point = [number, number]
/** Top left, top right, bottom right, bottom left. */
export type Quad = [Point, Point, Point, Point]
/** 3 × 3, row by row, applied to (x, y, 1). */
export type Matrix = [number, number, number, number, number, number, number, number, number]

/** The corners of something that is drawn straight. */
export const STRAIGHT: Quad = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
]

/** Less than this share of the square is no picture any more. */
const LEAST_AREA = 0.01

export function sameQuad(a: Quad, b: Quad, within = 1e-6): boolean {
  return a.every((p, i) => {
    const q = b[i] as Point
    return Math.abs(p[0] - q[0]) <= within && Math.abs(p[1] - q[1]) <= within
  })
}

/** What is wrong with four corners: in a wrong order or bent inwards, or nearly on one line. */
export function quadProblem(quad: Quad): 'crossed' | 'flat' | null {
  let area = 0
  let turns = 0
  for (let i = 0; i < 4; i++) {
    const a = quad[i] as Point
    const b = quad[(i + 1) % 4] as Point
    const c = quad[(i + 2) % 4] as Point
    area += (a[0] * b[1] - b[0] * a[1]) / 2
    // With y down, going round from the top left turns clockwise: each turn is positive.
    if ((b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) > 0) turns += 1
  }
  if (turns === 4) return area < LEAST_AREA ? 'flat' : null
  return Math.abs(area) < LEAST_AREA && turns > 0 && turns < 4 && isFlat(quad) ? 'flat' : 'crossed'
}

/** Whether all corners lie within a narrow strip. */
function isFlat(quad: Quad): boolean {
  const widest = (of: 0 | 1) =>
    Math.max(...quad.map((p) => p[of])) - Math.min(...quad.map((p) => p[of]))
  return Math.min(widest(0), widest(1)) < 0.02
}

/** The mapping of the unit square onto `quad`; null where the corners allow none. */
export function squareTo(quad: Quad): Matrix | null {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = quad
  const [dx1, dy1, dx2, dy2] = [x1 - x2, y1 - y2, x3 - x2, y3 - y2]
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3]
  const det = dx1 * dy2 - dx2 * dy1
  if (Math.abs(det) < 1e-9) return null
  const g = (sx * dy2 - dx2 * sy) / det
  const h = (dx1 * sy - sx * dy1) / det
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1]
}

export function apply(m: Matrix, [x, y]: Point): Point {
  const w = m[6] * x + m[7] * y + m[8]
  return [(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w]
}

/** The way back; null where there is none. */
export function inverse(m: Matrix): Matrix | null {
  const [a, b, c, d, e, f, g, h, i] = m
  const [A, B, C] = [e * i - f * h, f * g - d * i, d * h - e * g]
  const det = a * A + b * B + c * C
  if (Math.abs(det) < 1e-12) return null
  const s = 1 / det
  return [
    A * s,
    (c * h - b * i) * s,
    (b * f - c * e) * s,
    B * s,
    (a * i - c * g) * s,
    (c * d - a * f) * s,
    C * s,
    (b * g - a * h) * s,
    (a * e - b * d) * s,
  ]
}

/**
 * The CSS transform that draws an element of `width` × `height` CSS pixels, lying at the top left of a
 * page of the same size, with its corners at `quad` (0..1 of the page). With `transform-origin: 0 0`.
 * `none` for straight corners, and for corners that allow no mapping: a crooked picture is better
 * than none.
 */
export function matrix3d(quad: Quad, width: number, height: number): string {
  if (sameQuad(quad, STRAIGHT) || quadProblem(quad) || !(width > 0) || !(height > 0)) return 'none'
  const m = squareTo(quad)
  if (!m) return 'none'
  const [a, b, c, d, e, f, g, h] = m
  // Columns; from pixels to 0..1 on the right, from 0..1 back to pixels on the left.
  const columns = [
    [a, (d * height) / width, 0, g / width],
    [(b * width) / height, e, 0, h / height],
    [0, 0, 1, 0],
    [c * width, f * height, 0, 1],
  ]
  return `matrix3d(${columns.flat().map(plain).join(', ')})`
}

/** CSS takes exponents, yet long tails of digits help nobody. */
function plain(n: number): string {
  return String(Number(n.toPrecision(12)))
}
