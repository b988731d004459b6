import { describe, expect, it } from 'vitest'
import { BoxClock } from '../../src/lib/api/clock'
import type { SceneObject, TouchView } from '../../src/lib/api/types'
import { Actors, type Drawn } from '../../src/lib/canvas/actors'
import { toCanvas, type Vec3 } from '../../src/lib/canvas/geometry'
import { Latency } from '../../src/lib/canvas/latency'
import { boxOf } from '../../src/lib/canvas/overlay/marks'
import { pick, pickNear } from '../../src/lib/canvas/pick'

const KINDS = ['box', 'sphere', 'cone', 'cylinder', 'torus', 'plane'] as const

function object(id: number, position: Vec3 = [0, 0, 0], more: Partial<SceneObject> = {}) {
  const kind = KINDS[id % KINDS.length] ?? 'box'
  return {
    id,
    form: { kind },
    position,
    rotation: [0, 0, 0, 1],
    scale: [0.5, 0.7, 0.9],
    colour: '#ffffff',
    label: '',
    locked: false,
    ...more,
  } as SceneObject
}

/** Things strewn over the stage, always the same. */
function strewn(n: number): SceneObject[] {
  return Array.from({ length: n }, (_, i) =>
    object(i + 1, [((i * 7.31) % 14) - 7, ((i * 3.77) % 8) - 4, ((i * 1.93) % 8) - 5]),
  )
}

function actors(objects: readonly SceneObject[], reducedMotion = false) {
  const placed: number[] = []
  const drawn: Drawn = {
    add: () => undefined,
    change: () => undefined,
    place: (id) => placed.push(id),
    remove: () => undefined,
  }
  const all = new Actors(reducedMotion, () => drawn)
  for (const o of objects) all.enter(o, false)
  settle(all)
  placed.length = 0
  return { all, placed }
}

function settle(all: Actors) {
  for (let i = 0; i < 400 && all.moving; i++) all.step(i * 16, 0.016)
}

const at = (all: Actors, id: number) => [...(all.get(id)?.motion.now.slice(0, 3) ?? [])]
const moved = (o: SceneObject, by: number) => ({
  id: o.id,
  position: [o.position[0] + by, o.position[1], o.position[2]] as Vec3,
  rotation: o.rotation,
  scale: o.scale,
})

describe('actors', () => {
  it('what is held is there at once, what was let go stays until its step', () => {
    const o = object(1)
    const { all, placed } = actors([o, object(2)])
    all.tookHeld([{ who: 'left hand', objects: [moved(o, 3)] }])
    all.step(0, 0.016)
    expect(at(all, 1)).toEqual([3, 0, 0])
    expect(all.get(1)?.holder).toBe('left hand')
    expect(placed).toEqual([1])
    all.tookHeld([])
    all.step(performance.now(), 0.016)
    expect(all.get(1)?.holder).toBeNull()
    expect(at(all, 1), 'until its step comes').toEqual([3, 0, 0])
    // Nobody tells of a step: it goes home.
    for (let i = 0; i < 200; i++) all.step(performance.now() + 1_000, 0.016)
    expect(at(all, 1)[0]).toBeCloseTo(0)
    expect(all.moving).toBe(false)
  })

  it('what this page holds comes before what the box tells', () => {
    const o = object(1)
    const { all } = actors([o])
    all.hold([moved(o, 1)])
    all.tookHeld([{ who: 'page 1', objects: [moved(o, 0.5)] }])
    all.step(0, 0.016)
    expect(at(all, 1)[0]).toBe(1)
    all.letGo(true)
    expect(all.get(1)?.belongs().position[0]).toBe(0.5)
  })

  it('outlines follow what moves, and are not made anew for what rests', () => {
    const o = object(1)
    const { all } = actors([o, object(2, [3, 0, 0])])
    const [before, rests] = [all.get(1)?.outline(), all.get(2)?.outline()]
    all.tookHeld([{ who: 'left hand', objects: [moved(o, 2)] }])
    all.step(0, 0.016)
    expect(all.get(1)?.outline()).not.toEqual(before)
    expect(all.get(2)?.outline()).toBe(rests)
  })

  it('knows what is locked', () => {
    const { all } = actors([object(1, [0, 0, 0], { locked: true }), object(2)])
    expect(all.locked.size).toBe(1)
    all.change(object(1))
    all.change(object(2, [0, 0, 0], { locked: true }))
    expect([...all.locked].map((a) => a.object.id)).toEqual([2])
    all.leave(2, true)
    expect(all.locked.size).toBe(0)
  })

  it('in a hurry picks the same of two thousand as with patience', () => {
    const { all } = actors(strewn(2_000))
    const patient = [...all.all.values()].map((a) => a.pickable())
    let hits = 0
    for (let i = 0; i < 60; i++) {
      const point = [((i * 0.137) % 1) * 1.1 - 0.05, (i * 0.291) % 1] as const
      for (const reach of [0, 0.25]) {
        const hit = pickNear(point, all.all.values(), reach)
        expect(hit).toEqual(pick(point, patient, reach))
        if (hit) hits += 1
      }
    }
    expect(hits).toBeGreaterThan(60)
  })

  it('one box stands for many, and holds their middles and most of them', () => {
    const { all } = actors(strewn(500))
    const many = [...all.all.values()]
    const box = boxOf(many)
    if (!box) throw new Error('no box')
    for (const a of many) {
      const [x, y] = toCanvas(a.object.position) as [number, number]
      expect(x > box[0] && x < box[2] && y > box[1] && y < box[3]).toBe(true)
    }
    const few = boxOf(many.slice(0, 40))
    const loose = boxOf([...many.slice(0, 40), many[0] as (typeof many)[0]])
    // The loose box of the same things is near the exact one.
    for (let i = 0; i < 4; i++)
      expect(Math.abs((few?.[i] ?? 0) - (loose?.[i] ?? 1))).toBeLessThan(0.03)
  })
})

describe('the delay', () => {
  const clock = new BoxClock()
  clock.add(0, 0, 0)
  const touch = (x: number, capturedMs: number): TouchView =>
    ({
      seq: 1,
      captured_us: capturedMs * 1000,
      pointers: [
        { track: 1, hand: 'right', at: [x, 0.5], raw: [x, 0.5], doing: 'point', dwell: 0 },
      ],
      holds: [],
    }) as TouchView

  it('is taken when the next frame begins, of what moved only', () => {
    const latency = new Latency(() => clock)
    latency.took(touch(0.1, 10), 20, false)
    expect(latency.waits).toBe(true)
    latency.paintedOverlay()
    expect(latency.settle(50, false, false)).toBe(40)
    expect(latency.fromMessage()).toEqual({ p50: 30, p95: 30 })
    latency.took(touch(0.1, 60), 70, false)
    expect(latency.waits, 'the hand rests').toBe(false)
  })

  it('waits for the stage where a hand moves a thing, and for nothing else', () => {
    const latency = new Latency(() => clock)
    latency.took(touch(0.1, 10), 20, true)
    latency.paintedOverlay()
    expect(latency.settle(40, false, true), 'the stage is still to be drawn').toBeNull()
    latency.drewStage()
    expect(latency.settle(60, true, true), 'it is being drawn').toBeNull()
    expect(latency.settle(80, false, false)).toBe(70)
    latency.took(touch(0.2, 90), 95, true)
    latency.paintedOverlay()
    expect(latency.settle(110, false, false), 'nothing moved with the hand').toBe(20)
    expect(latency.measures).toBe(false)
  })
})
