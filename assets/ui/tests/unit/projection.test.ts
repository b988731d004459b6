import { describe, expect, it } from 'vitest'
import {
  STRAIGHT,
  apply,
  inverse,
  matrix3d,
  quadProblem,
  squareTo,
  type Matrix,
  type Point,
  type Quad,
} from '../../src/lib/projection/homography'
import { cellsPath } from '../../src/lib/projection/marker'
import { openProjector, projectorUrl, type Host } from '../../src/lib/projection/screens'

const TRAPEZE: Quad = [
  [0.2, 0.1],
  [0.8, 0.1],
  [1, 0.9],
  [0, 0.9],
]

/** What a browser does with a matrix3d and a point of the element. */
function draw(css: string, [x, y]: Point): Point {
  const m = (/^matrix3d\((.+)\)$/.exec(css)?.[1] ?? '').split(', ').map(Number)
  expect(m).toHaveLength(16)
  const at = (row: number) => (m[row] ?? 0) * x + (m[4 + row] ?? 0) * y + (m[12 + row] ?? 0)
  const w = at(3)
  return [at(0) / w, at(1) / w]
}

describe('homography', () => {
  it('maps the square onto itself by the identity', () => {
    expect(squareTo(STRAIGHT)?.map((v) => v + 0)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1])
  })

  it('maps the corners exactly, and the middle to where the diagonals cross', () => {
    const m = squareTo(TRAPEZE) as Matrix
    STRAIGHT.forEach((corner, i) => {
      const [x, y] = apply(m, corner)
      expect(x).toBeCloseTo((TRAPEZE[i] as Point)[0], 12)
      expect(y).toBeCloseTo((TRAPEZE[i] as Point)[1], 12)
    })
    // The diagonals of this trapeze cross at x = 0.5 and divide its height by 0.6 : 1.
    const [x, y] = apply(m, [0.5, 0.5])
    expect(x).toBeCloseTo(0.5, 12)
    expect(y).toBeCloseTo(0.1 + (0.8 * 0.6) / 1.6, 12)
  })

  it('agrees with values worked out elsewhere', () => {
    // Gauss elimination of the eight equations in exact fractions, for the corners (0.1,0.2) (0.95,0.05) (0.85,0.9) (0.15,0.8).
    const m = squareTo([
      [0.1, 0.2],
      [0.95, 0.05],
      [0.85, 0.9],
      [0.15, 0.8],
    ]) as Matrix
    expect(m.map((v) => Number(v.toFixed(6)))).toEqual([
      0.551653, 0.075413, 0.1, -0.165702, 0.735537, 0.2, -0.31405, 0.169421, 1,
    ])
  })

  it('finds the way back', () => {
    const m = squareTo(TRAPEZE) as Matrix
    const back = inverse(m) as Matrix
    for (const p of [[0.1, 0.9] as Point, [0.5, 0.5] as Point, [0.99, 0.02] as Point]) {
      const [x, y] = apply(back, apply(m, p))
      expect(x).toBeCloseTo(p[0], 10)
      expect(y).toBeCloseTo(p[1], 10)
    }
    expect(inverse([1, 2, 3, 2, 4, 6, 0, 0, 1])).toBeNull()
  })

  it('tells what is wrong with corners', () => {
    expect(quadProblem(STRAIGHT)).toBeNull()
    expect(quadProblem(TRAPEZE)).toBeNull()
    const [a, b, c, d] = TRAPEZE
    expect(quadProblem([b, a, c, d])).toBe('crossed')
    expect(quadProblem([d, c, b, a]), 'upside down').toBe('crossed')
    expect(quadProblem([a, b, [0.45, 0.2], d]), 'bent inwards').toBe('crossed')
    expect(
      quadProblem([
        [0.5, 0.5],
        [0.55, 0.5],
        [0.55, 0.55],
        [0.5, 0.55],
      ]),
    ).toBe('flat')
    expect(
      quadProblem([
        [0, 0.5],
        [1, 0.5],
        [1, 0.505],
        [0, 0.505],
      ]),
    ).toBe('flat')
  })
})

describe('keystone as CSS', () => {
  it('draws the corners of the element where they are wanted', () => {
    for (const [w, h] of [
      [1920, 1080],
      [1024, 768],
    ] as const) {
      const css = matrix3d(TRAPEZE, w, h)
      const corners: Quad = [
        [0, 0],
        [w, 0],
        [w, h],
        [0, h],
      ]
      corners.forEach((corner, i) => {
        const [x, y] = draw(css, corner)
        const [tx, ty] = TRAPEZE[i] as Point
        expect(x).toBeCloseTo(tx * w, 4)
        expect(y).toBeCloseTo(ty * h, 4)
      })
    }
  })

  it('does nothing where nothing is to be done, or nothing can be', () => {
    expect(matrix3d(STRAIGHT, 100, 100)).toBe('none')
    expect(matrix3d([TRAPEZE[1], TRAPEZE[0], TRAPEZE[2], TRAPEZE[3]], 100, 100)).toBe('none')
    expect(matrix3d(TRAPEZE, 0, 0)).toBe('none')
  })
})

describe('markers', () => {
  it('become one rectangle a run of black cells', () => {
    expect(cellsPath(['###', '#.#', '...'])).toBe('M0 0h3v1h-3zM0 1h1v1h-1zM2 1h1v1h-1z')
  })
})

describe('the second display', () => {
  const area = (left: number) => ({
    left,
    top: 0,
    width: 1920,
    height: 1080,
    availLeft: left,
    availTop: 0,
    availWidth: 1920,
    availHeight: 1080,
  })
  const host = (over: Partial<Host>): Host & { opened: string[] } => {
    const opened: string[] = []
    return {
      opened,
      screen: {},
      open: (url, _name, features) => (opened.push(`${url} ${features}`), {}),
      ...over,
    }
  }

  it('is found and used', async () => {
    const [here, there] = [area(0), area(1920)]
    const h = host({
      screen: { isExtended: true },
      getScreenDetails: async () => ({ screens: [here, there], currentScreen: here }),
    })
    expect(await openProjector('wall', h)).toBe('second')
    expect(h.opened[0]).toContain('/projector?output=wall popup,fullscreen,left=1920,')
  })

  it('is done without where there is none, where nobody may know, and in other browsers', async () => {
    const here = area(0)
    const one = host({
      getScreenDetails: async () => ({ screens: [here], currentScreen: here }),
    })
    expect(await openProjector('main', one)).toBe('window')
    const refused = host({ getScreenDetails: () => Promise.reject(new Error('no')) })
    expect(await openProjector('main', refused)).toBe('window')
    expect(await openProjector('main', host({}))).toBe('window')
    expect(await openProjector('main', host({ open: () => null }))).toBe('blocked')
    expect(projectorUrl()).toBe('/projector')
  })
})
