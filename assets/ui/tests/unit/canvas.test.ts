import { describe, expect, it } from 'vitest'
import type { Form, SceneObject } from '../../src/lib/api/types'
import { heightOf, MOST_LINES, roughHeight, wrap } from '../../src/lib/canvas/cards'
import { ease, Motion } from '../../src/lib/canvas/ease'
import * as g from '../../src/lib/canvas/geometry'
import { Governor } from '../../src/lib/canvas/governor'
import { fileName } from '../../src/lib/canvas/keep'
import { strokeOf } from '../../src/lib/canvas/pen'
import { hull, outline, pick, type Pickable } from '../../src/lib/canvas/pick'
import { inWords } from '../../src/lib/canvas/ui/speak'
import { compose } from '../../src/lib/canvas/stage/batches'
import { FINENESSES, solid, SOLIDS } from '../../src/lib/canvas/stage/shapes'
import { smoothed, tube } from '../../src/lib/canvas/stage/tube'
import { canvas as en } from '../../src/lib/i18n/en/canvas'
import { canvas as de } from '../../src/lib/i18n/de/canvas'

const near = (a: readonly number[], b: readonly number[], within = 1e-5) =>
  a.forEach((x, i) => expect(Math.abs(x - (b[i] ?? NaN)), `${a} ${b}`).toBeLessThan(within))

function thing(id: number, form: Form, position: g.Vec3, more: Partial<SceneObject> = {}) {
  const o: SceneObject = {
    id,
    form,
    position,
    rotation: [0, 0, 0, 1],
    scale: [1, 1, 1],
    colour: '#4be3b4',
    label: '',
    locked: false,
    ...more,
  }
  return o
}
const pickable = (o: SceneObject): Pickable => ({ id: o.id, form: o.form, place: g.placeOf(o) })

describe('the frame of reference is the box’s', () => {
  // The same numbers as the tests of src/base/stage.rs.
  it('fills the canvas with the plane', () => {
    expect([g.WIDTH, g.HEIGHT, g.FOV_Y_DEG, g.DEPTH]).toEqual([16, 9, 30, [-6, 6]])
    expect(g.toScene([0, 0], 0)).toEqual([-8, 4.5, 0])
    expect(g.toScene([1, 1], 0)).toEqual([8, -4.5, 0])
    expect(g.toCanvas([0, 0, 3])).toEqual([0.5, 0.5])
    expect(g.toCanvas([0, 0, 99])).toBeNull()
    expect(g.EYE).toBeCloseTo(4.5 / Math.tan((15 * Math.PI) / 180), 9)
    expect(g.magnification(0)).toBe(1)
    expect(g.magnification(1)).toBeGreaterThan(g.magnification(-1))
  })

  it('goes there and back at every depth', () => {
    for (const z of [-6, -1, 0, 2.5, 6])
      for (const at of [
        [0.1, 0.9],
        [0.5, 0.5],
        [1.2, -0.3],
      ] as const)
        near(g.toCanvas(g.toScene(at, z)) ?? [], at)
  })

  it('tells rotations in degrees and takes them back', () => {
    for (const d of [
      [0, 0, 0],
      [20, -35, 70],
      [-120, 40, 10],
      [10, 89, -5],
    ] as g.Vec3[]) {
      const q = g.fromDegrees(d)
      const again = g.fromDegrees(g.toDegrees(q))
      for (const p of [
        [1, 0, 0],
        [0, 1, 2],
      ] as g.Vec3[])
        near(g.turned(q, p), g.turned(again, p))
    }
    near(g.toDegrees(g.fromDegrees([20, -35, 70])), [20, -35, 70], 1e-6)
    near(g.turned(g.turnAbout([0, 0, 1], Math.PI / 2), [1, 0, 0]), [0, 1, 0])
  })

  it('writes the matrix that places a point', () => {
    const t = {
      position: [1, 2, 3] as g.Vec3,
      rotation: g.fromDegrees([20, 40, -60]),
      scale: [2, 0.5, 1.5] as g.Vec3,
    }
    const m = new Float32Array(16)
    compose([...t.position, ...t.rotation, ...t.scale], 1, m, 0)
    const p: g.Vec3 = [0.3, -0.4, 0.5]
    const at = [0, 1, 2].map(
      (r) =>
        (m[r] ?? 0) * p[0] + (m[4 + r] ?? 0) * p[1] + (m[8 + r] ?? 0) * p[2] + (m[12 + r] ?? 0),
    )
    near(at, g.placed(t, p))
  })
})

describe('easing', () => {
  it('arrives without overshooting, whatever the frame rate', () => {
    for (const fps of [15, 30, 60, 144]) {
      const e = { now: 0, speed: 0 }
      let most = 0
      for (let t = 0; t < 1; t += 1 / fps) {
        ease(e, 1, 0.1, 1 / fps)
        most = Math.max(most, e.now)
      }
      expect(most).toBeLessThanOrEqual(1.0001)
      expect(e.now).toBeGreaterThan(0.995)
    }
  })

  it('takes the short way round and comes to rest exactly', () => {
    const m = new Motion()
    m.set([0, 0, 0], [0, 0, 0, 1], [1, 1, 1])
    m.jump()
    const q = g.turnAbout([0, 0, 1], 0.4)
    m.set([1, 2, 3], [-q[0], -q[1], -q[2], -q[3]], [2, 2, 2])
    let frames = 0
    while (m.step(0.1, 1 / 60)) {
      frames += 1
      expect(Math.abs(m.now[5] as number)).toBeLessThanOrEqual(Math.sin(0.2) + 1e-6)
      expect(frames).toBeLessThan(120)
    }
    near([...m.now.slice(0, 3)], [1, 2, 3], 1e-12)
    near([...m.now.slice(7)], [2, 2, 2], 1e-12)
  })
})

describe('picking', () => {
  const at = (p: g.Vec3) => g.toCanvas(p) as [number, number]

  it('finds each form where it is and nothing beside it', () => {
    for (const kind of ['box', 'sphere', 'cone', 'cylinder', 'plane'] as const) {
      const o = pickable(thing(1, { kind }, [3, 1, -1], { scale: [2, 2, 2] }))
      expect(pick(at([3, 1, -1]), [o])?.id, kind).toBe(1)
      expect(pick(at([5.4, 1, -1]), [o]), kind).toBeNull()
      expect(pick(at([3, 3.4, -1]), [o]), kind).toBeNull()
    }
  })

  it('sees through a ring’s hole, and past a cone’s tip', () => {
    const ring = pickable(thing(1, { kind: 'torus' }, [0, 0, 0], { scale: [2, 2, 2] }))
    expect(pick(at([0, 0, 0]), [ring])).toBeNull()
    expect(pick(at([0.75, 0, 0]), [ring])?.id).toBe(1)
    const cone = pickable(thing(2, { kind: 'cone' }, [0, 0, 0], { scale: [2, 2, 2] }))
    expect(pick(at([0.7, 0.8, 0]), [cone])).toBeNull()
    expect(pick(at([0.7, -0.8, 0]), [cone])?.id).toBe(2)
  })

  it('takes the nearer of two, turned and stretched ones too', () => {
    const far = pickable(thing(1, { kind: 'box' }, [0, 0, -3], { scale: [6, 6, 1] }))
    const turned = g.fromDegrees([0, 0, 90])
    const bar = pickable(
      thing(2, { kind: 'box' }, [0, 0, 2], { scale: [4, 0.4, 0.4], rotation: turned }),
    )
    expect(pick(at([0, 1.5, 2]), [far, bar])?.id).toBe(2)
    expect(pick(at([1.5, 0, 2]), [far, bar])?.id).toBe(1)
    const z = pick(at([0, 0, 2]), [far, bar])?.z as number
    expect(z).toBeGreaterThan(2)
    expect(z).toBeLessThan(2.3)
  })

  it('hits thin strokes with a finger’s reach only', () => {
    const points: g.Vec3[] = [
      [-2, 0, 0],
      [2, 0, 0],
    ]
    const line = pickable(thing(1, { kind: 'stroke', points, width: 0.1 }, [0, 1, 0]))
    expect(pick(at([1, 1, 0]), [line])?.id).toBe(1)
    expect(pick(at([1, 1.2, 0]), [line])).toBeNull()
    expect(pick(at([1, 1.2, 0]), [line], 0.25)?.id).toBe(1)
  })

  it('finds its way among two thousand objects', () => {
    const many = Array.from({ length: 2_000 }, (_, i) =>
      pickable(
        thing(i + 1, { kind: SOLIDS[i % 6] ?? 'box' }, [
          (i % 40) * 0.4 - 8,
          (i % 23) * 0.4 - 4.5,
          0,
        ]),
      ),
    )
    let found = 0
    for (let i = 0; i < 20; i++) if (pick([i / 20, 0.5], many)) found += 1
    expect(found).toBeGreaterThan(10)
  })

  it('draws outlines round what is seen', () => {
    const square = outline(pickable(thing(1, { kind: 'plane' }, [0, 0, 0], { scale: [4, 4, 1] })))
    const xs = square.map((p) => p[0])
    expect(Math.min(...xs)).toBeCloseTo(0.5 - 2 / 16, 3)
    expect(Math.max(...xs)).toBeCloseTo(0.5 + 2 / 16, 3)
    expect(
      hull([
        [0, 0],
        [1, 0],
        [0.5, 0.5],
        [1, 1],
        [0, 1],
      ]),
    ).toHaveLength(4)
  })
})

describe('bodies', () => {
  it('have unit size and face outwards', () => {
    for (const kind of SOLIDS)
      for (const fineness of FINENESSES) {
        const shape = solid(kind, fineness)
        shape.computeBoundingBox()
        const { min, max } = shape.boundingBox as NonNullable<typeof shape.boundingBox>
        for (const axis of ['x', 'y'] as const) {
          expect(max[axis], kind).toBeCloseTo(0.5, 1)
          expect(min[axis], kind).toBeCloseTo(-0.5, 1)
        }
        const [p, n, index] = [shape.attributes.position, shape.attributes.normal, shape.index]
        if (!p || !n || !index || kind === 'torus') continue
        let out = 0
        for (let i = 0; i < index.count; i += 3) {
          const v = [0, 1, 2].map((k): g.Vec3 => {
            const at = index.getX(i + k)
            return [p.getX(at), p.getY(at), p.getZ(at)]
          }) as [g.Vec3, g.Vec3, g.Vec3]
          const face = g.cross(g.minus(v[1], v[0]), g.minus(v[2], v[0]))
          if (g.dot(face, v[0]) > -1e-9) out += 1
        }
        expect(out / (index.count / 3), kind).toBe(1)
      }
  })

  it('strokes are smooth, few and as thick as the pen', () => {
    const points = Array.from({ length: 2_000 }, (_, i): g.Vec3 => [i / 200, Math.sin(i / 90), 0])
    const line = smoothed(points, 0.12)
    expect(line.length).toBeLessThan(400)
    const body = tube(points, 0.2)
    body.computeBoundingBox()
    expect(body.boundingBox?.max.z).toBeCloseTo(0.1, 2)
    const dot = tube([[0, 0, 0]], 0.2)
    dot.computeBoundingBox()
    expect(dot.boundingBox?.max.y).toBeCloseTo(0.1, 2)
    for (const v of dot.attributes.position?.array ?? []) expect(Number.isFinite(v)).toBe(true)
  })

  it('cards have room for their words, and end somewhere', () => {
    const measure = (s: string) => s.length
    expect(wrap('one two three', 7, measure)).toEqual(['one two', 'three'])
    expect(wrap('abcdefghij', 4, measure)).toEqual(['abcd', 'efgh', 'ij'])
    expect(wrap('a\n\nb', 9, measure)).toEqual(['a', '', 'b'])
    expect(wrap('x\n'.repeat(500), 9, measure)).toHaveLength(MOST_LINES)
    expect(roughHeight({ kind: 'text', text: 'two\nlines' })).toBeCloseTo(heightOf(2))
    expect(roughHeight({ kind: 'picture', picture: '', aspect: 2 })).toBe(1)
  })
})

describe('editing', () => {
  it('grows and turns about a common middle', () => {
    const t = g.placeOf(thing(1, { kind: 'box' }, [2, 0, 1]))
    const grown = g.about(t, [1, 0, 1], 2, Math.PI / 2)
    near(grown.position, [1, 2, 1])
    near(grown.scale, [2, 2, 2])
    near(g.turned(grown.rotation, [1, 0, 0]), [0, 1, 0])
    expect(g.about(t, [0, 0, 0], 1e6, 0).scale[0]).toBe(100)
  })

  it('makes a stroke about its own middle, never too long', () => {
    const points = Array.from({ length: 5_000 }, (_, i): g.Xy => [0.25 + i / 10_000, 0.5])
    const { form, position } = strokeOf(points, 0.2)
    expect(form.points.length).toBeLessThanOrEqual(601)
    near(position, [0, 0, 0], 0.01)
    near(form.points[0] ?? [], [-4, 0, 0], 0.01)
  })

  it('names files as every file system takes them', () => {
    expect(fileName('../a/b: "c"?', 'png')).toBe('a-b- -c.png')
    expect(fileName('Grüße 1', 'glb')).toBe('Grüße 1.glb')
    expect(fileName('...', 'json')).toBe('scene.json')
  })

  it('says what and where an object is, in each language', () => {
    const o = thing(4, { kind: 'sphere' }, [-6, 3, 3], { label: 'Sun', locked: true, group: 2 })
    expect(inWords(o, en)).toBe('Sun, Sphere, left at the top in front, locked, group 2')
    expect(inWords({ ...o, label: '' }, de)).toBe(
      'Kugel 4, links oben weit vorn, gesperrt, Gruppe 2',
    )
  })

  it('has a name for every form, step and ring item in each language', () => {
    for (const t of [en, de]) {
      for (const kind of Object.keys(en.kinds)) expect(t.kinds[kind]).toBeTruthy()
      expect(Object.keys(t.steps)).toEqual(Object.keys(en.steps))
      expect(t.keys.length).toBe(en.keys.length)
    }
  })
})

describe('the governor', () => {
  it('steps down when frames are late, up again when they are easy, and tries less and less', () => {
    const governor = new Governor(1, false)
    const start = governor.level
    for (let i = 0; i < 12; i++) governor.took(60, 1)
    expect(governor.level).toBeLessThan(start)
    const low = governor.level
    for (let i = 0; i < 1_000; i++) governor.took(8, 1)
    expect(governor.level).toBeGreaterThan(low)
    for (let i = 0; i < 5_000; i++) governor.took(200, 1)
    expect(governor.level).toBe(0)
  })

  it('knows when frames keep the page so long that hands come first', () => {
    const governor = new Governor(1, true)
    expect(governor.slow).toBe(false)
    for (let i = 0; i < 20; i++) governor.kept(15)
    expect(governor.slow).toBe(true)
    for (let i = 0; i < 20; i++) governor.kept(2)
    expect(governor.slow).toBe(false)
  })

  it('lets what rests be finer, within what a hand may wait', () => {
    const slow = new Governor(1, true)
    for (let i = 0; i < 40; i++) slow.took(100, 1)
    expect(slow.resting(1, true).ratio).toBeLessThan(slow.resting(1, false).ratio)
    const quick = new Governor(1, true)
    for (let i = 0; i < 40; i++) quick.took(5, 1)
    expect(quick.resting(1, true).ratio).toBe(2)
  })
})
