import { describe, expect, it } from 'vitest'
import type { HistorySeries, HistoryView } from '../../src/lib/api/types'
import { joined } from '../../src/lib/status/history.svelte'
import { scaleOf, step, summary } from '../../src/lib/status/scale'

const view = (at_ms: number[], values: (number | null)[]): HistoryView => ({
  span: 'hour',
  step_s: 5,
  at_ms,
  series: { frames_per_s: values } as Record<HistorySeries, (number | null)[]>,
})

describe('the history on the page', () => {
  it('is what the box has, then what comes after, without what is older than an hour', () => {
    const first = joined(null, view([0, 5_000, 10_000], [1, 2, 3]), 3_600_000)
    expect(first.at).toEqual([0, 5, 10])
    const later = joined(first, view([15_000, 3_605_000], [4, 5]), 3_600_000)
    // The box stood still in between: the line is broken there.
    expect(later.at).toEqual([5, 10, 15, 20, 3605])
    expect(later.series.frames_per_s).toEqual([2, 3, 4, null, 5])
    expect(first.at).toEqual([0, 5, 10])
    expect(joined(later, view([], []), 3_600_000)).toEqual(later)
  })

  it('is said in words, over what was measured', () => {
    expect(summary([null, 2, 4, null, 9])).toEqual({ least: 2, most: 9, mean: 5 })
    expect(summary([null])).toBeNull()
    expect(summary(Array<number>(100_000).fill(7))?.mean).toBe(7)
  })

  it('has a scale with round ends and air above', () => {
    for (const [most, to] of [
      [0, 1],
      [29.9, 40],
      [7, 8],
      [1e9, 2e9],
    ] as const)
      expect(scaleOf([0, most]).to).toBe(to)
  })

  it('is walked by keys, not beyond its ends', () => {
    expect(step('ArrowLeft', null, 100)).toBe(98)
    expect([step('ArrowRight', 99, 100), step('ArrowLeft', 0, 100)]).toEqual([99, 0])
    expect([step('PageDown', 50, 100), step('Home', 50, 100), step('End', 50, 100)]).toEqual([
      40, 0, 99,
    ])
    expect([step('x', 50, 100), step('ArrowLeft', null, 0)]).toEqual([null, null])
  })
})
