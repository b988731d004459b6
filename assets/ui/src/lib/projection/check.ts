/** How far a pointer is from where it should be, when somebody points at a crossing of the grid. */
import type { Point } from './homography'

/** The grid's lines, canvas space: two scene units apart, symmetric about the middle. */
export const LINES_X = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => i / 8)
export const LINES_Y = [0.5, 2.5, 4.5, 6.5, 8.5].map((y) => y / 9)

const nearest = (lines: readonly number[], at: number) =>
  lines.reduce((best, line) => (Math.abs(line - at) < Math.abs(best - at) ? line : best))

/** The crossing nearest to a pointer, and how far it is, percent of the canvas's width. */
export function offBy([x, y]: Point): { at: Point; percent: number } {
  const at: Point = [nearest(LINES_X, x), nearest(LINES_Y, y)]
  return { at, percent: 100 * Math.hypot(x - at[0], ((y - at[1]) * 9) / 16) }
}

/** Percent of the canvas's width in pixels of a picture 1,920 wide. */
export const inPixels = (percent: number) => (percent / 100) * 1920
