import { describe, expect, it } from 'vitest'
import { FrameMatcher } from '../../src/lib/live/match'
import { Window } from '../../src/lib/live/spread'

function matcher() {
  const dropped: number[] = []
  const m = new FrameMatcher<string, string>((seq) => dropped.push(seq), 100, 4)
  return { m, dropped }
}

describe('picture and numbers', () => {
  it('are shown together, whichever comes first', () => {
    const { m, dropped } = matcher()
    m.addPicture(1, 'p1', 0)
    expect(m.take(5)).toBeNull()
    m.addObservation(1, 'o1')
    expect(m.take(6)).toEqual({ seq: 1, picture: 'p1', observation: 'o1' })
    m.addObservation(2, 'o2')
    m.addPicture(2, 'p2', 10)
    expect(m.take(11)).toEqual({ seq: 2, picture: 'p2', observation: 'o2' })
    expect(dropped).toEqual([])
  })

  it("never puts one frame's numbers on another's picture", () => {
    const { m } = matcher()
    m.addObservation(1, 'o1')
    m.addPicture(2, 'p2', 0)
    expect(m.take(50)).toBeNull()
    expect(m.take(100)).toEqual({ seq: 2, picture: 'p2', observation: null })
  })

  it('shows the newest that is complete and drops what is older', () => {
    const { m, dropped } = matcher()
    for (const seq of [1, 2, 3]) m.addPicture(seq, `p${seq}`, seq)
    m.addObservation(1, 'o1')
    m.addObservation(2, 'o2')
    expect(m.take(10)?.seq).toBe(2)
    expect(dropped).toEqual([1])
    expect(m.waiting).toBe(1)
  })

  it('does not wait for numbers that were skipped, if a later picture waits too', () => {
    const { m, dropped } = matcher()
    m.addPicture(1, 'p1', 0)
    m.addPicture(4, 'p4', 1)
    m.addObservation(3, 'o3')
    expect(m.take(2)).toBeNull()
    expect(dropped).toEqual([1])
  })

  it('never goes back in time', () => {
    const { m, dropped } = matcher()
    m.addObservation(5, 'o5')
    m.addPicture(5, 'p5', 0)
    m.take(0)
    m.addPicture(4, 'p4', 1)
    expect(dropped).toEqual([4])
    expect(m.take(500)).toBeNull()
  })

  it('keeps only a few, however many come', () => {
    const { m, dropped } = matcher()
    for (let seq = 1; seq <= 1000; seq++) m.addPicture(seq, 'p', 0)
    expect(m.waiting).toBe(4)
    expect(dropped).toHaveLength(996)
  })

  it('starts over after a restart of the box, whose numbers begin at one again', () => {
    const { m, dropped } = matcher()
    m.addObservation(900, 'o')
    m.addPicture(900, 'p', 0)
    m.take(0)
    m.addPicture(901, 'p', 0)
    m.reset()
    expect(dropped).toEqual([901])
    m.addObservation(1, 'new')
    m.addPicture(1, 'p', 0)
    expect(m.take(0)).toEqual({ seq: 1, picture: 'p', observation: 'new' })
  })
})

describe('median and 95th percentile', () => {
  it('are nothing before there is a measurement', () => {
    expect(new Window().spread()).toBeNull()
  })

  it('are taken by nearest rank', () => {
    const w = new Window(100)
    for (let i = 100; i >= 1; i--) w.add(i)
    expect(w.spread()).toEqual({ p50: 50, p95: 95 })
  })

  it('are of the last so many only, and of numbers only', () => {
    const w = new Window(3)
    for (const v of [1000, 1, 2, Number.NaN, 3]) w.add(v)
    expect(w.spread()).toEqual({ p50: 2, p95: 3 })
    expect(w.count).toBe(3)
  })
})
